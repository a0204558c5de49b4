"""An answer as somebody outside sees it, without what differs from one request to the next by chance."""

import re
from typing import Any

_CHANCE = (
    re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"'),
    re.compile(r'"CSRF_TOKEN": "[^"]+"'),
    re.compile(r"csrftoken=[^;]+"),
)


def masked(text: str) -> str:
    """Return the text without tokens against forgery."""
    for pattern in _CHANCE:
        text = pattern.sub("*", text)
    return text


def seen(response: Any) -> tuple[int, dict[str, str], str]:
    """Return status, headers and body."""
    return response.status_code, dict(response.headers), masked(response.content.decode())
