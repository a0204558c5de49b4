"""Who is given a file: exactly those who may read a version that shows it, in that moment."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.core.instants import current_instant
from cms.documents import storage
from cms.documents.enums import Scan
from cms.sharing import services
from cms.sharing.models import Sharing
from cms.sharing.oracle import decide
from cms.sharing.querysets import facts_of
from cms.sharing.rules import allowed
from cms.sharing.selectors import network_facts, person_facts
from cms.users.models import User
from tests.documents.asking import ask
from tests.documents.conftest import House
from tests.documents.making import BYTES, make_file, write
from tests.factories import NOW, ItemFacts, make_item, set_facts

pytestmark = pytest.mark.django_db

STATES = ("owner", "restricted", "network", "public", "withdrawn", "quarantined", "unpublished")


def item_in(house: House, state: str) -> Sharing:
    """Make an item of the Spanish border authority in the state."""
    named = [house.france] if state == "restricted" else []
    return make_item(
        owner=house.border,
        author=house.people["author"],
        state="network" if state in {"quarantined", "unpublished"} else state,
        recipients=named,
        quarantined=state == "quarantined",
        live=state != "unpublished",
    )


def readers_by_oracle(house: House, sharing: Sharing, *, live: bool) -> set[str]:
    """Return who may read by the facts and the named right: a shown file, or one of a draft or an older version."""
    at, network = current_instant(), network_facts()
    people: dict[str, User | AnonymousUser] = {**house.people, "nobody": AnonymousUser()}
    readers = {
        who for who, user in people.items() if decide(facts_of(sharing), person_facts(user, at), network, at).allowed
    }
    workers = {who for who, user in people.items() if allowed(user, "view_draft", sharing, at)}
    return workers | (readers if live else set())


def readers_by_asking(house: House, address: str) -> set[str]:
    """Return who gets the file over HTTP."""
    return {who for who in (*house.people, "nobody") if ask(house.client(who), address).status == 200}


@pytest.mark.parametrize("state", STATES)
def test_each_version_of_an_item_opens_its_files_as_the_oracle_says(house, state):
    sharing = item_in(house, state)
    old, live, draft = (make_file(sharing) for _ in range(3))
    published = state != "unpublished"
    write(sharing, old, publish=published)
    write(sharing, live, publish=published)
    write(sharing, draft, publish=False)
    sharing = Sharing.objects.select_related("page", "element", "owner").get(pk=sharing.pk)
    for file, shown in ((old, False), (live, published), (draft, False)):
        expected = readers_by_oracle(house, sharing, live=shown)
        assert readers_by_asking(house, f"/f/{file.uuid}/320/") == expected
        assert {"author", "approver"} <= expected or state == "quarantined"


def test_an_unattached_file_is_for_those_who_write_for_the_organisation(house):
    file = make_file(house.border)
    assert readers_by_asking(house, f"/f/{file.uuid}/320/") == {"author", "liaison", "approver", "incompetent"}


def test_a_file_of_a_draft_is_its_readers_from_publication_on(house):
    sharing = item_in(house, "network")
    file = make_file(sharing, image=False)
    finn, address = house.client("finn"), f"/f/{file.uuid}/"
    write(sharing, file, publish=False)
    assert ask(finn, address).status == 404
    write(sharing, file, publish=True)
    assert ask(finn, address).body == BYTES
    write(sharing, publish=True)
    assert ask(finn, address).status == 404


@pytest.mark.parametrize(
    "act",
    [
        lambda row, who: services.revoke(
            recipient=row.recipients.get(revoked_at=None), actor=who["approver"], at=current_instant()
        ),
        lambda row, who: services.narrow(sharing=row, state="owner", actor=who["approver"], at=current_instant()),
        lambda row, who: services.withdraw(sharing=row, actor=who["approver"], at=current_instant()),
        lambda row, who: services.quarantine(
            sharing=row, actor=who["approver"], at=current_instant(), reason="personal data"
        ),
    ],
    ids=["revoked", "narrowed", "withdrawn", "quarantined"],
)
def test_what_was_taken_away_fails_on_its_next_use(house, act):
    sharing = item_in(house, "restricted")
    file = make_file(sharing)
    write(sharing, file, publish=True)
    reader = house.client("french_officer")
    assert [ask(reader, f"/f/{file.uuid}/{part}").status for part in ("", "640/")] == [200, 200]
    act(Sharing.objects.get(pk=sharing.pk), house.people)
    assert [ask(reader, f"/f/{file.uuid}/{part}").status for part in ("", "640/")] == [404, 404]


def test_copies_are_for_whom_the_owner_allows_them_and_pictures_are_part_of_the_page(house):
    sharing = item_in(house, "network")
    file = make_file(sharing)
    write(sharing, file, publish=True)
    set_facts(sharing, ItemFacts(state="network", marking="CLEAR", copies_allowed=False))
    finn = house.client("finn")
    assert ask(finn, f"/f/{file.uuid}/1280/").status == 200
    refused = ask(finn, f"/f/{file.uuid}/")
    assert refused.status == 403
    assert "does not allow copies" in refused.body.decode()
    assert ask(house.client("author"), f"/f/{file.uuid}/").status == 200


def test_everybody_may_keep_the_files_of_a_public_item_that_allows_copies(house):
    sharing = item_in(house, "public")
    file = make_file(sharing, image=False)
    write(sharing, file, publish=True)
    assert ask(house.client("nobody"), f"/f/{file.uuid}/").status == 200
    set_facts(sharing, ItemFacts(state="public", marking="CLEAR", copies_allowed=False))
    assert ask(house.client("nobody"), f"/f/{file.uuid}/").status == 403


@pytest.mark.parametrize("scan", [Scan.WAITING, Scan.INFECTED])
def test_nobody_is_given_what_may_hold_malware(house, scan):
    sharing = item_in(house, "network")
    file = make_file(sharing, scan=scan)
    write(sharing, file, publish=True)
    assert readers_by_asking(house, f"/f/{file.uuid}/320/") == set()
    page = house.client("finn").get(f"/i/{sharing.uuid}/").content.decode()
    assert f"/f/{file.uuid}/" not in page
    assert str(file.get_scan_display()) in page


def test_hidden_absent_and_malformed_are_the_one_answer(house):
    sharing = item_in(house, "owner")
    file, waiting = make_file(sharing), make_file(sharing, scan=Scan.WAITING)
    write(sharing, file, waiting, publish=True)
    finn = house.client("finn")
    told = set()
    addresses = [f"{uuid}/{part}" for uuid in (file.uuid, waiting.uuid, uuid4()) for part in ("", "320/")]
    addresses += [f"{file.uuid}/file/", f"{file.uuid}/321/", "nonsense/", f"{str(file.uuid).upper()}/", "..%2F..%2Fx/"]
    for address in addresses:
        response = ask(finn, f"/f/{address}")
        masked = response.body.replace(address.encode(), b"")
        told.add((response.status, masked, tuple(sorted(response.headers.items()))))
    assert len(told) == 1
    assert next(iter(told))[0] == 404


def test_an_answer_cannot_run_be_kept_or_be_held_by_another_site(house):
    sharing = item_in(house, "network")
    file = make_file(sharing, image=False, name="Über “uns”.pdf")
    write(sharing, file, publish=True)
    headers = ask(house.client("finn"), f"/f/{file.uuid}/").headers
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store, private"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%C3%9Cber")
    assert "ETag" not in headers
    assert "Last-Modified" not in headers


def test_the_server_in_front_sends_the_bytes_where_it_is_set_up(house, settings):
    settings.FILES_ACCEL_PREFIX = "/kept-files/"
    sharing = item_in(house, "network")
    file = make_file(sharing)
    write(sharing, file, publish=True)
    response = house.client("finn").get(f"/f/{file.uuid}/320/")
    assert response["X-Accel-Redirect"] == f"/kept-files/{file.uuid.hex[:2]}/{file.uuid.hex}/320"
    assert response.content == b""
    assert "X-Accel-Redirect" not in house.client("finn").get(f"/f/{uuid4()}/320/").headers


def test_each_reading_is_on_record_with_the_rule_that_let_it_happen(house):
    sharing = item_in(house, "network")
    file = make_file(sharing)
    write(sharing, file, publish=True)
    ask(house.client("finn"), f"/f/{file.uuid}/320/")
    ask(house.client("finn"), f"/f/{file.uuid}/")
    write(sharing, publish=True)
    ask(house.client("author"), f"/f/{file.uuid}/")
    rows = AuditEvent.objects.filter(event__in=[Event.FILE_VIEWED, Event.FILE_DOWNLOADED]).order_by("pk")
    assert [(row.event, row.actor_id, row.rule) for row in rows] == [
        ("file_viewed", house.people["finn"].pk, "sharing.view"),
        ("file_downloaded", house.people["finn"].pk, "sharing.view"),
        ("file_downloaded", house.people["author"].pk, "sharing.view_draft"),
    ]
    assert {(row.item, row.details["file"]) for row in rows} == {(sharing.uuid, str(file.uuid))}


def test_a_row_without_its_bytes_is_the_one_404(house):
    sharing = item_in(house, "network")
    file = make_file(sharing)
    write(sharing, file, publish=True)
    storage.forget(file.uuid)
    assert ask(house.client("finn"), f"/f/{file.uuid}/").status == 404


def test_a_file_goes_with_its_item_bytes_and_all(house, django_capture_on_commit_callbacks):
    sharing = item_in(house, "network")
    file = make_file(sharing)
    assert storage.path_of(file.uuid, 320).exists()
    with django_capture_on_commit_callbacks(execute=True):
        Sharing.objects.filter(pk=sharing.pk).delete()
    assert not storage.folder_of(file.uuid).exists()


def test_the_item_page_shows_figures_and_lists_attachments(house):
    sharing = item_in(house, "network")
    picture, report = make_file(sharing), make_file(sharing, image=False, name="report of June.pdf")
    write(sharing, picture, report, publish=True)
    page = house.client("finn").get(f"/i/{sharing.uuid}/").content.decode()
    assert f'<img src="/f/{picture.uuid}/1280/" width="60" height="40" alt="A coast in words">' in page
    assert "<figcaption>The coast</figcaption>" in page
    assert f'href="/f/{report.uuid}/" download>report of June.pdf</a>' in page
    printed = house.client("finn").get(f"/i/{sharing.uuid}/print/").content.decode()
    assert "report of June.pdf" in printed
    content = house.client("finn").get(f"/api/v1/items/{sharing.uuid}").json()
    assert content["attachments"] == [
        {
            "name": "report of June.pdf",
            "media_type": "application/pdf",
            "size": len(BYTES),
            "url": f"/f/{report.uuid}/",
        }
    ]


def test_where_copies_are_not_allowed_attachments_are_named_without_a_link(house):
    sharing = item_in(house, "network")
    report = make_file(sharing, image=False)
    write(sharing, report, publish=True)
    set_facts(sharing, ItemFacts(state="network", marking="CLEAR", copies_allowed=False), at=NOW)
    page = house.client("finn").get(f"/i/{sharing.uuid}/").content.decode()
    assert "report.pdf" in page
    assert f"/f/{report.uuid}/" not in page
