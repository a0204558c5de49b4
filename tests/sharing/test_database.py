"""What the database itself refuses, whoever writes: SQL by hand too."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from cms.sharing.models import AudienceTemplate, Proposal, Recipient, Sharing, TemplateRecipient
from tests.factories import NOW, make_group, make_organisation, make_participant, make_person
from tests.factories.items import Named, target
from tests.factories.rows import make_bare_item

pytestmark = pytest.mark.django_db

# transcribed from section 2 of the policy
STATES = {
    "RED": {"owner", "restricted", "withdrawn"},
    "AMBER+STRICT": {"owner", "restricted", "withdrawn"},
    "AMBER": {"owner", "restricted", "withdrawn"},
    "GREEN": {"owner", "restricted", "withdrawn", "network"},
    "CLEAR": {"owner", "restricted", "withdrawn", "network", "public"},
}
KINDS = {
    "RED": {"user"},
    "AMBER+STRICT": {"user", "organisation"},
    "AMBER": {"user", "organisation", "group"},
    "GREEN": {"user", "organisation", "group"},
    "CLEAR": {"user", "organisation", "group"},
}


def accepted(sql: str, *parameters: Any) -> bool:
    """Run the statement and undo it; tell whether the constraints took it, deferred ones included."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)
    except IntegrityError:
        return False
    return True


@pytest.mark.parametrize("marking", STATES)
@pytest.mark.parametrize("state", STATES["CLEAR"])
def test_no_state_above_the_marking(marking: str, state: str) -> None:
    owner = make_organisation()
    row = make_bare_item(owner=owner)
    proposal = Proposal.objects.create(sharing=row)
    template = AudienceTemplate.objects.create(organisation=owner, name="usual")
    answers = [
        accepted(f"UPDATE {table} SET marking = %s, state = %s WHERE id = %s", marking, state, key)
        for table, key in (
            ("sharing_sharing", row.pk),
            ("sharing_proposal", proposal.pk),
            ("sharing_audiencetemplate", template.pk),
        )
    ]
    assert answers == [state in STATES[marking]] * 3


def test_no_unknown_word() -> None:
    row = make_bare_item(owner=make_organisation())
    assert not accepted("UPDATE sharing_sharing SET state = 'everybody' WHERE id = %s", row.pk)
    assert not accepted("UPDATE sharing_sharing SET marking = 'WHITE', state = 'network' WHERE id = %s", row.pk)


def named(kind: str) -> Named:
    """Return somebody of the kind."""
    friend = make_participant()
    everybody: dict[str, Named] = {"organisation": friend, "group": make_group(friend), "user": make_person(friend)}
    return everybody[kind]


@pytest.mark.parametrize("marking", KINDS)
@pytest.mark.parametrize("kind", KINDS["CLEAR"])
def test_no_recipient_above_the_marking(marking: str, kind: str) -> None:
    """Neither named under the marking, nor left there when the marking of the item is tightened by hand."""
    row = make_bare_item(owner=make_organisation(), state="restricted", marking=marking)
    recipient = Recipient(sharing=row, marking=marking, granted_at=NOW, **target(named(kind)).columns)
    loose = make_bare_item(owner=make_organisation(), state="restricted", recipients=[named(kind)])
    tightened = accepted("UPDATE sharing_sharing SET marking = %s WHERE id = %s", marking, loose.pk)
    assert [saved(recipient), tightened] == [kind in KINDS[marking]] * 2


def saved(row: Any) -> bool:
    """Tell whether the row can be written."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return False
    return True


def test_the_recipients_marking_is_the_items() -> None:
    row = make_bare_item(
        owner=make_organisation(), state="restricted", marking="AMBER", recipients=[make_participant()]
    )
    assert not accepted("UPDATE sharing_recipient SET marking = 'CLEAR' WHERE sharing_id = %s", row.pk)
    Sharing.objects.filter(pk=row.pk).update(marking="GREEN")
    assert row.recipients.get().marking == "GREEN"


def test_revoked_recipients_do_not_hold_a_marking_back() -> None:
    row = make_bare_item(owner=make_organisation(), state="restricted", recipients=[make_participant()])
    row.recipients.update(revoked_at=NOW)
    assert accepted("UPDATE sharing_sharing SET marking = 'RED' WHERE id = %s", row.pk)
    Sharing.objects.filter(pk=row.pk).update(marking="RED")
    assert not accepted("UPDATE sharing_recipient SET revoked_at = NULL WHERE sharing_id = %s", row.pk)


TARGETS = [
    ("organisation", {"organisation"}, True),
    ("group", {"group"}, True),
    ("user", {"user"}, True),
    ("organisation", set(), False),
    ("organisation", {"group"}, False),
    ("group", {"user"}, False),
    ("user", {"organisation"}, False),
    ("user", {"user", "organisation"}, False),
    ("group", {"user", "group"}, False),
    ("organisation", {"organisation", "group", "user"}, False),
    ("everybody", {"organisation"}, False),
]


@pytest.mark.parametrize(("kind", "filled", "answer"), TARGETS)
def test_a_row_names_exactly_what_its_kind_says(kind: str, filled: set[str], answer: bool) -> None:
    row = make_bare_item(owner=make_organisation(), state="restricted")
    friend = make_participant()
    ids = {"organisation": friend.pk, "group": make_group(friend).pk, "user": make_person(friend).pk}
    columns = {f"{name}_id": ids[name] for name in filled}
    template = AudienceTemplate.objects.create(organisation=friend, name="usual")
    rows = [
        Recipient(sharing=row, marking="CLEAR", granted_at=NOW, kind=kind, **columns),
        TemplateRecipient(template=template, kind=kind, **columns),
    ]
    assert [saved(each) for each in rows] == [answer, answer]


def test_whoever_put_nothing_in_quarantine_is_not_named() -> None:
    owner = make_organisation()
    row, person = make_bare_item(owner=owner), make_person(owner)
    assert not accepted("UPDATE sharing_sharing SET quarantined_by_id = %s WHERE id = %s", person.pk, row.pk)
    assert accepted(
        "UPDATE sharing_sharing SET quarantined = true, quarantined_by_id = %s WHERE id = %s", person.pk, row.pk
    )


def test_one_sharing_row_a_page_one_reference_one_identifier() -> None:
    owner = make_organisation()
    first, second = make_bare_item(owner=owner), make_bare_item(owner=owner)
    for column in ("page_id", "reference", "uuid"):
        assert not accepted(
            f"UPDATE sharing_sharing SET {column} = (SELECT {column} FROM sharing_sharing WHERE id = %s) WHERE id = %s",
            first.pk,
            second.pk,
        )


def test_whoever_is_named_is_not_deleted() -> None:
    friend = make_participant()
    group = make_group(friend)
    make_bare_item(
        owner=make_organisation(),
        state="restricted",
        recipients=[target(friend), target(group), target(make_person(make_participant()))],
        at=NOW + timedelta(days=1),
    )
    assert not accepted("DELETE FROM organisations_workinggroup WHERE id = %s", group.pk)
