"""What was taken away is gone with the very next request, on every surface, in sessions and by links that are open."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cms.core.instants import current_instant
from cms.organisations.enums import Role
from cms.organisations.models import Membership, Organisation
from cms.sharing.models import Sharing
from cms.sharing.services import Target, quarantine, revoke, withdraw
from cms.users.models import User
from tests.documents.making import make_file, write
from tests.factories import ItemFacts, make_item, make_organisation, make_participant, make_person, set_facts, sign_in

pytestmark = pytest.mark.django_db

WORD = "zyxcanary"


@pytest.fixture
def owner() -> Organisation:
    return make_organisation()


@pytest.fixture
def reader() -> User:
    return make_person(make_participant())


@pytest.fixture
def shared(owner: Organisation, reader: User) -> Sharing:
    """An item with a file, shared with the reader's organisation."""
    organisation = Membership.objects.get(user=reader).organisation
    facts = {"state": "restricted", "marking": "AMBER", "recipients": [organisation]}
    item = make_item(owner=owner, title=f"{WORD} title", body=WORD, **facts)  # type: ignore[arg-type]
    write(item, make_file(item, image=False, name=f"{WORD}.pdf"), publish=True)
    return item


def surfaces(item: Sharing) -> list[str]:
    """Return every address at which a reader meets the item."""
    file = item.files.get()
    return [f"/i/{item.uuid}/", f"/i/{item.uuid}/print/", f"/api/v1/items/{item.uuid}", f"/f/{file.uuid}/"]


def listings() -> list[str]:
    """Return every address at which a list shows it, or counts it."""
    return ["/", f"/search/?q={WORD}", f"/api/v1/search?q={WORD}", "/early-warning/", "/audit/", "/notices/"]


def opened(client: Client, address: str, **headers: str) -> Any:
    """Return the answer, read to its end: a file's is a stream."""
    answer: Any = client.get(address, headers=headers)
    b"".join(answer)
    return answer


def decider(item: Sharing) -> User:
    return make_person(item.owner, Role.DECIDER)


ENDINGS: dict[str, Callable[[Sharing, User], object]] = {
    "revoked": lambda item, _reader: revoke(recipient=item.recipients.get(), actor=decider(item), at=current_instant()),
    "withdrawn": lambda item, _reader: withdraw(sharing=item, actor=decider(item), at=current_instant()),
    "quarantined": lambda item, _reader: quarantine(
        sharing=item, actor=decider(item), at=current_instant(), reason="because"
    ),
    "expired": lambda item, reader: set_facts(
        item,
        ItemFacts(
            state="restricted",
            marking="AMBER",
            recipients=[
                Target(kind="user", target_id=reader.pk, valid_until=current_instant() - timedelta(milliseconds=1))
            ],
        ),
    ),
    "suspended": lambda _item, reader: User.objects.filter(pk=reader.pk).update(is_active=False),
    "membership ended": lambda _item, reader: Membership.objects.filter(user=reader).update(
        valid_until=current_instant().date() - timedelta(days=1)
    ),
    "competence taken away": lambda _item, reader: Membership.objects.get(user=reader).competences.all().delete(),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_next_request_of_an_open_session_is_refused(shared: Sharing, reader: User, ending: str) -> None:
    client = sign_in(Client(), reader)
    assert {opened(client, address).status_code for address in surfaces(shared)} == {200}
    assert WORD in client.get(f"/search/?q={WORD}").content.decode().replace(f'value="{WORD}"', "")
    ENDINGS[ending](shared, reader)
    assert {opened(client, address).status_code for address in surfaces(shared)} == {404}
    assert [address for address in listings() if f"{WORD} title" in client.get(address).content.decode()] == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_a_browser_kept_is_asked_for_anew(shared: Sharing, reader: User, ending: str) -> None:
    """Nothing may be kept, and a question whether it is still the same is answered by the one 404."""
    client = sign_in(Client(), reader)
    kept = [opened(client, address).headers for address in surfaces(shared)]
    assert {headers.get("Cache-Control") for headers in kept} == {"no-store, private"}
    ENDINGS[ending](shared, reader)
    for address, headers in zip(surfaces(shared), kept, strict=True):
        conditions = {
            "If-None-Match": headers.get("ETag", "*"),
            "If-Modified-Since": headers.get("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT"),
            "If-Range": headers.get("ETag", '"x"'),
            "Range": "bytes=0-1",
        }
        assert opened(client, address, **conditions).status_code == 404


def test_a_link_to_a_file_is_no_key(shared: Sharing, reader: User) -> None:
    address = surfaces(shared)[-1]
    clients = [sign_in(Client(), reader), Client(), sign_in(Client(), make_person(make_participant()))]
    assert [opened(client, address).status_code for client in clients] == [200, 404, 404]
