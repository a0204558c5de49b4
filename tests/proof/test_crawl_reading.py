"""Everybody opens every address: nobody is told a word that was planted in what is not for them, and what is hidden is
answered as what does not exist."""

from collections.abc import Iterator

import pytest

from tests.proof.addresses import absent, addresses, names_an_item, open_routes
from tests.proof.conftest import EVERYTHING, some
from tests.proof.crawling import REDIRECTS, Crawl, Viewer, asked, leaked, same
from tests.proof.world import Planted

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

REPRESENTATIVES = (
    "visitor", "spain author", "spain approver", "spain decider", "spain officer", "spain liaison_officer",
    "spain national_admin", "spain auditor", "france officer", "france decider", "commission curator",
    "commission auditor", "commission operator", "suspended", "ended", "superuser",
)  # fmt: skip
OTHERS = (
    "spain operator", "france author", "france approver", "france liaison_officer", "france national_admin",
    "france operator", "france auditor", "commission officer", "commission author", "commission approver",
    "commission decider", "commission liaison_officer", "commission national_admin",
)  # fmt: skip
# where a session that has ended is led about: nothing to be told there
SIGN_OUT = ("/cms/logout/",)
VIEWERS = REPRESENTATIVES + (OTHERS if EVERYTHING else ())


def test_everybody_asks(crawl: Crawl) -> None:
    assert set(REPRESENTATIVES) | set(OTHERS) == set(crawl.viewers)


def test_every_open_route_has_addresses_for_every_item(crawl: Crawl) -> None:
    without_any = [
        (route, item.name)
        for route, names in open_routes().items()
        for item in crawl.world.items[:1]
        if not list(addresses(route, names, item.parts))
    ]
    assert without_any == []


def test_words_are_planted_where_somebody_is_told_them(crawl: Crawl) -> None:
    """Each word that the crawl looks for does appear to its own people: a silent crawl would prove nothing."""
    author = crawl.viewers["spain author"]
    own = [item for item in crawl.world.items if item.owner == "spain" and item.kind == "bulletin"]
    draft = next(item for item in own if item.state == "draft")
    public = next(item for item in own if item.state == "public")
    assert draft.draft_word in str(asked(author, f"/cms/bulletins/{draft.sharing.uuid}/"))
    assert public.live_word in str(asked(crawl.viewers["visitor"], f"/i/{public.sharing.uuid}/"))
    administrator = crawl.viewers["spain national_admin"]
    assert crawl.world.parties["spain"].word in str(asked(administrator, "/cms/people/"))


@pytest.mark.parametrize("name", VIEWERS)
def test_hidden_items_are_answered_as_absent_ones(crawl: Crawl, name: str) -> None:
    viewer = crawl.viewers[name]
    wrong = [
        (address, sorted(leaked(viewer, hidden)), hidden[0])
        for item, address, gone in _hidden(viewer)
        if leaked(viewer, hidden := asked(viewer, address)) or not same(hidden, asked(viewer, gone), item.parts)
    ]
    assert wrong == []


def _hidden(viewer: Viewer) -> Iterator[tuple[Planted, str, str]]:
    """Yield hidden items with an address of theirs and the same address of nothing."""
    for turn, (route, names) in enumerate(sorted(open_routes().items())):
        for item in some(viewer.strange, turn + len(viewer.name)):
            if names_an_item(route, names, item.parts):
                nothing = addresses(route, names, absent(item.parts))
                pairs = list(zip(addresses(route, names, item.parts), nothing, strict=True))
                yield from ((item, *pair) for pair in some(pairs, turn + len(viewer.name)))


@pytest.mark.parametrize("name", VIEWERS)
def test_nobody_is_told_what_is_not_for_them(crawl: Crawl, name: str) -> None:
    viewer = crawl.viewers[name]
    wrong = []
    for address in _open(crawl, viewer):
        answer = asked(viewer, address)
        endless = answer[0] in REDIRECTS and address.partition("?")[0] not in SIGN_OUT
        if leaked(viewer, answer) or answer[0] >= 500 or endless:
            wrong.append((address, answer[0], sorted(leaked(viewer, answer))))
    assert wrong == []


def _open(crawl: Crawl, viewer: Viewer) -> Iterator[str]:
    """Yield addresses of what the viewer has some right to, of what belongs to others, and with a question."""
    for turn, (route, names) in enumerate(sorted(open_routes().items())):
        # more often what the viewer has a right to, where there is more to be told
        things = crawl.world.items if turn % 3 == 0 or not viewer.known else viewer.known
        chosen = some(things, turn * 7 + len(viewer.name))
        found = {one for item in chosen for one in some(list(addresses(route, names, item.parts)), turn)}
        yield from sorted(found)
        if not names:
            yield from (f"{address}?q=boats" for address in sorted(found))
