"""Everybody posts every form that anybody is shown, to the addresses of items that are not theirs and with their ids in
the fields: nothing is told, nothing changes, and what is hidden is answered as what does not exist."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tests.proof.addresses import absent, addresses, names_an_item, open_routes
from tests.proof.conftest import EVERYTHING, some
from tests.proof.crawling import NOT_POSTED, Crawl, Viewer, asked, fingerprint, gather_forms, leaked, same
from tests.proof.forms import Form
from tests.proof.world import Planted

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# whose forms are taken, from items in which states
SHOWN_TO: Mapping[str, tuple[str, ...]] = {
    "spain author": ("changed",),
    "spain approver": ("waiting",),
    "spain decider": ("restricted",),
    "spain national_admin": ("network",),
    "spain auditor": ("network",),
    "commission curator": ("draft",),
}
REPRESENTATIVES = (
    "visitor", "spain author", "spain approver", "spain decider", "spain officer", "spain liaison_officer",
    "spain national_admin", "france approver", "commission curator", "commission auditor", "commission operator",
    "suspended", "superuser",
)  # fmt: skip
OTHERS = (
    "france author",
    "france decider",
    "france liaison_officer",
    "commission approver",
    "commission decider",
    "ended",
)
VIEWERS = REPRESENTATIVES + (OTHERS if EVERYTHING else ())


@pytest.fixture(scope="module")
def posting(crawl: Crawl) -> Crawl:
    """The crawl, once forms were gathered."""
    gather_forms(crawl, SHOWN_TO)
    return crawl


def test_forms_are_found(posting: Crawl) -> None:
    """A crawler that finds no forms posts nothing: each kind of act is among them."""
    found = set(posting.shown)
    acts = {f"cms/bulletins/<str:identifier>/{act}/" for act in ("submit", "approve", "return")}
    acts |= {"cms/pages/<int:page_id>/edit/", "cms/sharing/<str:identifier>/<slug:name>/"}
    assert acts - found == set()


@pytest.mark.parametrize("name", VIEWERS)
def test_nobody_changes_or_learns_what_is_hidden(posting: Crawl, name: str) -> None:
    viewer = posting.viewers[name]
    before = fingerprint(viewer.strange)
    wrong = []
    for item, address, gone, data in _forged(posting, viewer):
        changed: list[Any] = []
        answer = asked(viewer, address, data(item.parts), keeping(changed, viewer))
        nothing = asked(viewer, gone, data(absent(item.parts)))
        if leaked(viewer, answer) or changed != before or not same(answer, nothing, item.parts):
            wrong.append((address, answer[0], sorted(leaked(viewer, answer)), changed != before))
    assert wrong == []


def _forged(posting: Crawl, viewer: Viewer) -> Iterator[tuple[Planted, str, str, Any]]:
    """Yield a hidden item, an address of it, the same of nothing, and what makes the data for either.

    The data are those of a form that was shown for another item, with that item's ids replaced. Where nobody was shown
    a form, a reason alone is posted.
    """
    for turn, (route, names) in enumerate(sorted(open_routes().items())):
        for item in some(viewer.strange, turn + len(viewer.name)):
            if not names_an_item(route, names, item.parts):
                continue
            nothing = addresses(route, names, absent(item.parts))
            pairs = list(zip(addresses(route, names, item.parts), nothing, strict=True))
            for address, gone in some(pairs, turn):
                yield item, address, gone, _data_of(posting, route, turn)


def _data_of(posting: Crawl, route: str, turn: int) -> Any:
    shown = posting.shown.get(route)
    form, of = shown[turn % len(shown)] if shown else (Form("", {"reason": ["because"]}), None)

    def data(parts: Mapping[str, Any]) -> dict[str, Any]:
        own = {} if of is None else {str(value): str(parts.get(name, value)) for name, value in of.parts.items()}
        return form.filled({value: other for value, other in own.items() if len(value) > 4})

    return data


@pytest.mark.parametrize("name", VIEWERS)
def test_ids_of_hidden_items_in_the_fields_of_ones_own_forms_tell_nothing(posting: Crawl, name: str) -> None:
    viewer = posting.viewers[name]
    before = fingerprint(viewer.strange)
    wrong = []
    for form, of, item in _own_forms(posting, viewer):
        changed: list[Any] = []
        parts = {str(value): str(item.parts.get(key, value)) for key, value in of.parts.items() if len(str(value)) > 4}
        answer = asked(viewer, form.action, form.filled(parts), keeping(changed, viewer))
        if leaked(viewer, answer) or changed != before or answer[0] >= 500:
            wrong.append((form.action, answer[0], sorted(leaked(viewer, answer)), changed != before))
    assert wrong == []


def keeping(kept: list[Any], viewer: Viewer) -> Callable[[], None]:
    """Return what keeps the state of what is hidden from the viewer, to be called before an act is undone."""
    return lambda: kept.extend(fingerprint(viewer.strange))


def _own_forms(posting: Crawl, viewer: Viewer) -> Iterator[tuple[Form, Planted, Planted]]:
    """Yield every form as it was shown, its item, and a hidden item whose ids are put in."""
    forms = sorted(((route, form, of) for route, shown in posting.shown.items() for form, of in shown), key=_by_route)
    for turn, (_route, form, of) in enumerate(forms):
        if not form.action.startswith(NOT_POSTED):
            yield from ((form, of, item) for item in some(viewer.strange, turn))


def _by_route(entry: tuple[str, Form, Planted]) -> tuple[str, str]:
    return entry[0], entry[1].action
