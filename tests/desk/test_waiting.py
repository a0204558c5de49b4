"""“Waiting for me” shows each person what is theirs to do, with ages, and nothing that they may not see."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cms.core.instants import current_instant
from cms.desk.waiting import waiting_for_me
from cms.sharing.audience_templates import Audience
from cms.users.models import User
from tests.alerts.network import Network, hand_in, make_alert, make_draft, make_network
from tests.factories.people import make_person, sign_in
from workflows.alerts import questions


@pytest.fixture
def network(db: None) -> Network:
    """Return a small network."""
    return make_network()


def _titles(user: User) -> list[str]:
    return [str(part.title) for part in waiting_for_me(user, current_instant())]


def test_each_sees_what_is_theirs(network: Network) -> None:
    sharing = make_alert(network)
    questions.ask(sharing=sharing, actor=network.finnish, at=current_instant(), text="Which beach?")
    routine, flash = make_draft(network, urgency="routine"), make_draft(network)
    for draft in (routine, flash):
        hand_in(draft, network, current_instant())
    assert _titles(network.french) == ["To acknowledge"]
    assert _titles(network.author) == ["Questions to answer"]
    assert _titles(network.approver) == ["Questions to answer", "Waiting for your approval"]
    assert _titles(make_person(network.france)) == []
    # the flash first, though it waits for less long; each on the page where one press releases it
    released = waiting_for_me(network.approver, current_instant())[-1].tasks
    assert [task.url for task in released] == [f"/alerts/{draft.uuid}/" for draft in (flash, routine)]


def test_what_may_not_be_seen_waits_for_nobody(network: Network) -> None:
    make_alert(network, audience=Audience(marking="AMBER", state="owner"))
    assert _titles(network.french) == []


def test_the_page_shows_ages_and_needs_few_queries(
    network: Network, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number, urgency in enumerate(("routine", "flash", "urgent", "routine")):
        make_alert(network, title=f"Boats {number}", urgency=urgency)
    sign_in(client, network.french)
    with django_assert_max_num_queries(25):
        page = client.get("/desk/").content.decode()
    assert re.findall(r"Boats \d", page) == ["Boats 1", "Boats 2", "Boats 0", "Boats 3"]
    assert "left" in page
    assert client.get("/desk/").status_code == 200


def test_the_editing_interface_tells_what_waits_on_other_pages(network: Network, client: Client) -> None:
    sharing = make_alert(network)
    questions.ask(sharing=sharing, actor=network.finnish, at=current_instant(), text="Which beach?")
    page = sign_in(client, network.french).get("/cms/").content.decode()
    assert 'href="/alerts/">Alerts to acknowledge</a> <span class="ic-section__count">1</span>' in page
    assert "the oldest: today" in page
    assert "Questions to answer" not in page
    assert "Questions to answer" in sign_in(client, network.approver).get("/cms/").content.decode()
