"""An exercise goes the whole way, says that it is one, and reports who answered."""

import pytest
from django.core.management import CommandError, call_command

from cms.core.instants import current_instant
from cms.notifications.draining import drain
from cms.organisations.enums import Role
from content_types.models import Alert
from tests.alerts.network import Network
from tests.factories.people import make_person
from workflows.alerts.models import Release
from workflows.alerts.services import acknowledge


def test_an_exercise_is_held_and_reported(network: Network, capsys: pytest.CaptureFixture[str]) -> None:
    organisation = network.curator.memberships.get().organisation
    second = make_person(organisation, Role.CURATOR, name="Carina Example")
    call_command("drill", writer=network.curator.email, approver=second.email)
    drill = Release.objects.get()
    assert drill.drill
    assert Alert.objects.get().title == "EXERCISE EXERCISE EXERCISE"
    acknowledge(sharing=drill.sharing, actor=network.french, at=current_instant(), answer="noted")
    drain()
    capsys.readouterr()
    call_command("drill", report=True)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1:3] for line in lines if line.startswith(("France", "Finland"))] == [
        ["no", "answer"], ["0", "min"],
    ]  # fmt: skip
    assert lines[-1].endswith("1 of 3 in time (33 %).")


def test_one_curator_alone_holds_none(network: Network) -> None:
    with pytest.raises(CommandError, match="two curators"):
        call_command("drill", writer=network.curator.email, approver=network.curator.email)


def test_nobody_else_holds_one(network: Network) -> None:
    with pytest.raises(CommandError, match="curators hold exercises"):
        call_command("drill", writer=network.author.email, approver=network.approver.email)
