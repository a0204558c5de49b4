"""What waits for somebody's confirmation, and the same act on many items, in the editing interface."""

import pytest
from django.test import Client
from django.urls import reverse

from cms.elements.enums import Ceiling
from cms.organisations.models import Organisation
from cms.sharing import services
from cms.sharing.models import PendingAct, Sharing
from tests.admin.answers import seen
from tests.factories import NOW, make_item, make_person, sign_in

pytestmark = pytest.mark.django_db

BULK = "/cms/sharing/bulk/"


@pytest.fixture
def shared(house) -> Sharing:
    return make_item(
        owner=house.border, author=house.author, state="restricted", marking="GREEN", recipients=[house.france]
    )


def proposed(house, shared, kind: str = "withdraw") -> PendingAct:
    return services.propose_narrowing(sharing=shared, kind=kind, actor=house.author, at=NOW, reason="too wide")


def decide(pending: PendingAct) -> str:
    return reverse("sharing:decide", args=[pending.handle])


def answered(client, pending: PendingAct, decision: str = "confirm", **fields: str):
    seal = client.get(decide(pending)).context["difference"].seal
    return client.post(decide(pending), {"decision": decision, "seal": seal} | fields)


def state(sharing: Sharing) -> str:
    return Sharing.objects.get(pk=sharing.pk).state


def test_an_approver_finds_it_and_accepts_with_one_click(house, shared):
    pending = proposed(house, shared)
    client = house.client("approver")
    assert decide(pending) in client.get(reverse("sharing:waiting")).content.decode()
    page = client.get(decide(pending))
    assert [row.participant for row in page.context["difference"].loss.participants] == ["France"]
    assert answered(client, pending).status_code == 302
    assert state(shared) == "withdrawn"
    assert client.get(decide(pending)).status_code == 404


def test_declining_asks_for_a_reason(house, shared):
    pending = proposed(house, shared)
    client = house.client("approver")
    assert answered(client, pending, "decline").status_code == 400
    assert answered(client, pending, "decline", reason="needed").status_code == 302
    pending.refresh_from_db()
    assert (pending.status, state(shared)) == ("declined", "restricted")
    text = house.client("author").get(reverse("sharing:item", args=[shared.uuid])).content.decode()
    assert "Declined" in text
    assert "needed" in text


def test_what_a_former_owner_decided_on_is_not_the_new_owners_to_read(house, shared):
    services.decline(pending=proposed(house, shared), actor=house.approver, at=NOW, reason="our own reasons")
    receiving = sign_in_decider(house)
    pending = services.propose_transfer(
        sharing=shared, new_owner=house.france, actor=house.decider, at=NOW, reason="reform"
    )
    assert answered(receiving, pending).status_code == 302
    page = receiving.get(reverse("sharing:item", args=[shared.uuid]))
    assert (page.status_code, "our own reasons" in page.content.decode()) == (200, False)


def test_queries_do_not_grow_with_what_waits(house, shared, django_assert_max_num_queries):
    proposed(house, shared)
    client = house.client("approver")
    client.get(reverse("sharing:waiting"))
    with django_assert_max_num_queries(40) as counted:
        client.get(reverse("sharing:waiting"))
    for kind in ("withdraw", "tighten"):
        other = make_item(owner=house.border, author=house.author, state="network", marking="GREEN")
        services.propose_narrowing(
            sharing=other,
            kind=kind,
            value={"tighten": "RED"}.get(kind, ""),
            actor=house.author,
            at=NOW,
            reason="too wide",
        )
    with django_assert_max_num_queries(len(counted)):
        assert client.get(reverse("sharing:waiting")).context["page"].paginator.count == 3


def test_whoever_proposed_it_takes_it_back_and_does_not_confirm(house, shared):
    pending = proposed(house, shared)
    client = house.client("author")
    assert decide(pending) in client.get(reverse("sharing:waiting")).content.decode()
    assert answered(client, pending).status_code == 400
    assert state(shared) == "restricted"
    assert answered(client, pending, "take-back").status_code == 302


@pytest.mark.parametrize("who", ["liaison", "curator", "french_author"])
def test_for_others_it_does_not_exist(house, shared, who):
    pending = proposed(house, shared)
    client = house.client(who)
    assert seen(client.get(decide(pending))) == seen(client.get("/no/such/address/"))


def test_what_changed_since_it_was_looked_at_is_looked_at_again(house, shared):
    pending = proposed(house, shared)
    client = house.client("approver")
    seal = client.get(decide(pending)).context["difference"].seal
    make_person(house.france, name="Nina New")
    again = client.post(decide(pending), {"decision": "confirm", "seal": seal})
    assert (again.status_code, state(shared)) == (400, "restricted")
    assert (
        client.post(decide(pending), {"decision": "confirm", "seal": again.context["difference"].seal}).status_code
        == 302
    )


def test_the_receiving_decider_sees_gain_and_loss_and_no_title(house):
    shared = make_item(owner=house.border, marking="GREEN")
    receiving = sign_in_decider(house)
    address = reverse("sharing:act", args=[shared.uuid, "transfer"])
    client = house.client("decider")
    fields = {"new_owner": "france", "reason": "reform"}
    preview = client.post(address, fields)
    assert preview.context["difference"].loss.people > 0
    assert client.post(address, fields | {"seal": preview.context["difference"].seal}).status_code == 302
    pending = PendingAct.objects.get()
    text = receiving.get(decide(pending)).content.decode()
    assert shared.reference in text
    assert shared.page.title not in text
    assert answered(house.client("decider"), pending).status_code == 400
    assert answered(receiving, pending).status_code == 302
    assert Sharing.objects.get(pk=shared.pk).owner == house.france


def sign_in_decider(house) -> Client:
    return sign_in(Client(), make_person(house.france, "decider", name="Denis Decider"))


def test_a_title_that_is_shown_leads_somewhere(house, shared):
    receiving = sign_in_decider(house)
    pending = services.propose_transfer(
        sharing=shared, new_owner=house.france, actor=house.decider, at=NOW, reason="reform"
    )
    text = receiving.get(decide(pending)).content.decode()
    assert shared.page.title in text
    assert reverse("item", args=[shared.uuid]) in text
    assert reverse("sharing:item", args=[shared.uuid]) not in text


def test_public_by_two_on_the_screens(house):
    Organisation.objects.update(ceiling=Ceiling.PUBLIC)
    item = make_item(owner=house.border, state="network", marking="CLEAR")
    address = reverse("sharing:act", args=[item.uuid, "public"])
    client = house.client("decider")
    alone = client.post(address, {"reason": "press release"})
    assert (alone.status_code, "Another person must confirm" in alone.content.decode()) == (400, True)
    make_person(house.border, "decider", name="Sara Second")
    preview = client.post(address, {"reason": "press release"})
    assert preview.context["difference"].gain.everyone
    client.post(address, {"reason": "press release", "seal": preview.context["difference"].seal})
    assert (state(item), PendingAct.objects.get().kind) == ("network", "public")


# ---------------------------------------------------------------- many at once


@pytest.fixture
def many(house) -> list[Sharing]:
    return [
        make_item(
            owner=house.border, state="restricted", marking="GREEN", recipients=[house.france], title=f"No {step}"
        )
        for step in range(3)
    ]


def ticks(rows: list[Sharing], act: str, **fields: object) -> dict[str, object]:
    return {"items": [str(row.uuid) for row in rows], "act": act} | fields


def test_many_are_narrowed_after_a_dry_run(house, many):
    client = house.client("approver")
    assert client.post(BULK, ticks(many, "narrow")).status_code == 200
    wish = ticks(many, "narrow", step="form", state="owner", reason="season over")
    shown = client.post(BULK, wish)
    assert [row.participant for row in shown.context["difference"].loss.participants] == ["France"]
    assert [state(row) for row in many] == ["restricted"] * 3
    assert client.post(BULK, wish | {"seal": shown.context["difference"].seal}).status_code == 302
    assert [state(row) for row in many] == ["owner"] * 3


def test_one_recipient_is_revoked_from_many(house, many):
    client = house.client("approver")
    form = client.post(BULK, ticks(many, "revoke")).context["form"]
    (handle, name) = form.fields["recipient"].choices[0]
    wish = ticks(many, "revoke", step="form", recipient=handle)
    shown = client.post(BULK, wish)
    assert client.post(BULK, wish | {"seal": shown.context["difference"].seal}).status_code == 302
    assert name == "France"
    assert not Sharing.objects.filter(recipients__revoked_at=None, pk__in=[row.pk for row in many]).exists()


def test_a_decider_shares_many_again(house, many):
    services.narrow_many(sharing_ids=[row.pk for row in many], state="withdrawn", actor=house.approver, at=NOW)
    client = house.client("decider")
    wish = ticks(many, "share", step="form", organisations=["commission"], reason="season")
    shown = client.post(BULK, wish)
    assert client.post(BULK, wish | {"seal": shown.context["difference"].seal}).status_code == 302
    assert [state(row) for row in many] == ["restricted"] * 3


def test_where_one_does_not_fit_it_is_named_and_nothing_is_done(house, many):
    own = make_item(owner=house.border)
    refused = house.client("approver").post(BULK, ticks([*many, own], "narrow", step="form", state="owner"))
    assert (refused.status_code, own.reference in refused.content.decode()) == (400, True)
    assert [state(row) for row in many] == ["restricted"] * 3


def test_an_item_of_somebody_else_is_absent(house, many):
    elses = make_item(owner=house.france, state="restricted", recipients=[house.spain])
    client = house.client("approver")
    assert client.post(BULK, ticks([*many, elses], "narrow")).status_code == 404
    assert client.post(BULK, ticks(many, "share")).status_code == 404
    assert house.client("author").post(BULK, ticks(many, "narrow")).status_code == 404


def test_the_list_is_filtered_and_its_queries_do_not_grow(house, many, django_assert_max_num_queries):
    client = house.client("approver")
    assert "No 1" in client.get(BULK).content.decode()
    texts = [
        client.get(BULK, filters).content.decode()
        for filters in ({"q": "No 1"}, {"state": "network"}, {"recipient": "france"}, {"recipient": "malta"})
    ]
    assert [["No 1" in text, "No 2" in text] for text in texts] == [
        [True, False],
        [False, False],
        [True, True],
        [False, False],
    ]
    with django_assert_max_num_queries(40) as counted:
        client.get(BULK)
    for _step in range(5):
        make_item(owner=house.border)
    with django_assert_max_num_queries(len(counted)):
        client.get(BULK)
