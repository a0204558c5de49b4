"""On duty, in Chromium, with real workers and a real mail server: duties handed over in one press, an exercise without
warning and its report, a question whose answer both sides follow, and a worker whose silence shows."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from playwright.sync_api import Page, expect

from cms.core.instants import current_instant
from cms.notifications.models import Notice
from cms.organisations.enums import Role
from cms.users.models import User
from tests.alerts.network import Network, make_network
from tests.browser.conftest import Enter
from tests.browser.post import PostOffice
from tests.browser.signing_in import bring_in
from tests.chromium import OpenPage
from tests.factories import make_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
# the promise of the watchdog
SILENCE = timedelta(minutes=2)


@pytest.fixture
def network(transactional_db: None) -> Network:
    return make_network()


def _press(page: Page, button: str, said: str) -> None:
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_text(said)).to_be_visible()


def _hand_over(page: Page, contact: User, deputy: User) -> None:
    """Put both on the list, and go away."""
    page.get_by_role("link", name="Duty", exact=True).click()
    for person, function in ((contact, "Contact point"), (deputy, "Deputy")):
        page.get_by_label("Person").select_option(label=person.name)
        page.get_by_label("Function").select_option(label=function)
        _press(page, "Put on the list", "The duty list was changed.")
    _press(page, "Hand over to my deputies", f"Handed over. Alerts go to: {deputy.name}.")
    expect(page.get_by_role("row").filter(has_text=contact.name)).to_contain_text("away")


def _drill(network: Network, *options: str) -> list[str]:
    """Run the command; return the lines that it prints."""
    told = StringIO()
    call_command("drill", *options, stdout=told)
    return told.getvalue().splitlines()


def _ask_and_answer(asking: Page, owner: Page, network: Network, post: PostOffice, deputy: User) -> None:
    """Ask the owner about the alert that is open; each side follows what becomes of it."""
    asking.get_by_role("link", name="Ask the owner").first.click()
    asking.get_by_label("Your question").fill("Which beach would it be?")
    _press(asking, "Ask", "Asked. You will be told of the answer.")
    expect(asking.get_by_role("main").get_by_text("Open", exact=True)).to_be_visible()

    # the first mail told that it was sent
    asked = post.link_to(network.curator.email, 2)
    owner.goto("/desk/")
    expect(owner.get_by_role("heading", name="Questions to answer")).to_be_visible()
    owner.goto(asked)
    owner.get_by_label("Answer", exact=True).fill("The northern one.")
    _press(owner, "Answer", "Answered.")
    owner.goto("/desk/")
    expect(owner.get_by_role("heading", name="Questions to answer")).to_have_count(0)
    asking.goto(post.link_to(deputy.email, 2))
    expect(asking.get_by_role("blockquote")).to_contain_text("The northern one.")


def _health(page: Page) -> str:
    page.goto("/health/")
    return page.locator("body").inner_text()


def test_an_exercise_reaches_who_stands_in(
    network: Network, enter: Enter, open_page: OpenPage, post: PostOffice
) -> None:
    deputy = make_person(network.france, Role.APPROVER, name="Denis Example")
    commission = network.curator.memberships.get().organisation
    second = make_person(commission, Role.CURATOR, name="Carina Example")
    contact, owner = enter(network.french, "/alerts/"), enter(network.curator, "/desk/")
    _hand_over(contact, network.french, deputy)
    telephone = open_page(java_script_enabled=False, viewport={"width": 390, "height": 844})
    bring_in(telephone, deputy, post.base_url)

    with post.working():
        started = _drill(network, "--writer", network.curator.email, "--approver", second.email)
        assert "to be acknowledged by" in started[0]
        telephone.goto(post.link_to(deputy.email))
        expect(telephone.get_by_role("heading", level=1)).to_have_text("EXERCISE EXERCISE EXERCISE")
        _press(telephone, "Noted", "Acknowledged. The owner sees it now.")
        _ask_and_answer(telephone, owner, network, post, deputy)
        assert "outbox: ok" in _health(owner)
    asked = Notice.objects.filter(kind="alert_acknowledge", user__in=[network.french, deputy])
    assert list(asked.values_list("user", flat=True)) == [deputy.pk]
    report = _drill(network, "--report")
    assert [line.split()[1:3] for line in report if line.startswith(("France", "Finland"))] == [
        ["no", "answer"], ["0", "min"],
    ]  # fmt: skip
    assert report[-1].endswith("1 of 3 in time (33 %).")
    _press(contact, "I am back", "You are on duty again.")

    # the worker was stopped
    with time_machine.travel(current_instant() + SILENCE):
        assert "outbox: stands still since" in _health(owner)
