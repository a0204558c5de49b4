"""An answer as somebody outside sees it, without what differs from one request to the next by chance."""

import re
from typing import Any

_CHANCE = (
    re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"'),
    re.compile(r'"CSRF_TOKEN": "[^"]+"'),
    re.compile(r"csrftoken=[^;]+"),
    # the keys that Wagtail's rich text editor makes up, and the ids of blocks that have none yet
    re.compile(r"&quot;key&quot;: &quot;\w{5}&quot;"),
    re.compile(r"\\?&quot;key\\?&quot;: \\?&quot;\w{5}\\?&quot;"),
    re.compile(r"&quot;id&quot;: &quot;[0-9a-f-]{36}&quot;"),
)
# the clock
_MOMENTARY = ("Expires", "Date")


def masked(text: str) -> str:
    """Return the text without tokens against forgery and random keys."""
    for pattern in _CHANCE:
        text = pattern.sub("*", text)
    return text


def seen(response: Any) -> tuple[int, dict[str, str], str]:
    """Return status, headers and body."""
    headers = {name: value for name, value in response.headers.items() if name not in _MOMENTARY}
    return response.status_code, headers, masked(response.content.decode())


_LINK = re.compile(r"""(?:href=["']|&quot;|")(/cms/[^"'#&\s<>\\]*)""")
# what Wagtail's scripts could ask for and never do, as none of the pages that would make them is open
_NAMED_ONLY = re.compile(r'<script id="wagtail-config".*?</script>', re.DOTALL)


def links(page: str) -> set[str]:
    """Return the addresses inside the editing interface that a page leads to, in links, menus and buttons."""
    found = set(_LINK.findall(_NAMED_ONLY.sub("", page)))
    # in whose place the script that puts pages in order writes a page's number
    return {address for address in found if "/999999/" not in address}
