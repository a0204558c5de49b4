"""Duty lists are each participant's own; one act hands over; readers ask the owner and get a tracked answer."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from cms.core.instants import current_instant
from cms.notifications.draining import drain
from cms.notifications.models import Notice
from cms.organisations.enums import Role
from cms.sharing.exceptions import NotAllowed
from tests.alerts.network import Network, make_alert
from tests.factories.organisations import element
from tests.factories.people import make_person, sign_in
from workflows.alerts import duties, questions
from workflows.alerts.chains import absent
from workflows.alerts.models import Duty, Question


def test_a_contact_point_names_people_of_its_own_participant(network: Network, client: Client) -> None:
    sign_in(client, network.french)
    posted = {"user": network.french.pk, "element": element().pk, "function": 1}
    assert client.post(f"/duty/{network.france.pk}/assign/", posted).status_code == 302
    assert Duty.objects.get().user == network.french
    assert client.post(f"/duty/{network.finland.pk}/assign/", posted).status_code == 404
    assert b"Marie Example" in client.get("/duty/").content


def test_nobody_of_another_participant_is_named(network: Network) -> None:
    with pytest.raises(ValidationError):
        duties.assign(
            participant=network.france,
            element=element(),
            function=1,
            user=network.finnish,
            actor=network.french,
            at=current_instant(),
        )


def test_others_do_not_touch_the_list(network: Network, client: Client) -> None:
    duty = Duty.objects.create(participant=network.france, element=element(), function=1, user=network.french)
    sign_in(client, network.finnish)
    assert client.post(f"/duty/{duty.pk}/remove/").status_code == 404
    with pytest.raises(NotAllowed):
        duties.remove(duty=duty, actor=network.finnish, at=current_instant())


def test_one_act_hands_over_and_one_takes_it_back(network: Network, client: Client) -> None:
    deputy = make_person(network.france, Role.APPROVER, name="Denis Example")
    for user, function in ((network.french, 1), (deputy, 2)):
        Duty.objects.create(participant=network.france, element=element(), function=function, user=user)
    sign_in(client, network.french)
    page = client.post("/duty/hand-over/", {"until": ""}, follow=True)
    assert b"Denis Example" in page.content
    assert absent(current_instant(), [network.french.pk]) == {network.french.pk}
    client.post("/duty/hand-over/", {"back": "1"})
    assert absent(current_instant(), [network.french.pk]) == frozenset()


def test_nobody_leaves_the_list_without_anybody_to_answer(network: Network) -> None:
    left = make_person(network.france, Role.APPROVER)
    left.memberships.update(valid_until=current_instant().date() - timedelta(days=1))
    reading, head = make_person(network.france, Role.OFFICER), make_person(network.france, Role.APPROVER)
    for user, function in ((network.french, 1), (left, 2), (reading, 2), (head, 3)):
        Duty.objects.create(participant=network.france, element=element(), function=function, user=user)
    with pytest.raises(ValidationError):
        duties.hand_over(actor=network.french, at=current_instant(), until=None)


def test_an_absence_ends(network: Network) -> None:
    at = current_instant()
    deputy = make_person(network.france, Role.APPROVER)
    for user, function in ((network.french, 1), (deputy, 2)):
        Duty.objects.create(participant=network.france, element=element(), function=function, user=user)
    duties.hand_over(actor=network.french, at=at, until=at + timedelta(days=1))
    assert absent(at + timedelta(days=2), [network.french.pk]) == frozenset()


def test_a_reader_asks_and_the_owner_answers(network: Network) -> None:
    sharing = make_alert(network)
    french, spanish = sign_in(Client(), network.french), sign_in(Client(), network.approver)
    address = f"/i/{sharing.uuid}/questions/"
    french.post(address, {"text": "Which beach?"})
    drain()
    assert Notice.objects.filter(user=network.author, kind="question_asked").exists()
    question = Question.objects.get()
    assert b"Which beach?" in spanish.get(address).content
    assert b"Which beach?" not in sign_in(Client(), network.finnish).get(address).content
    spanish.post(address, {"question": str(question.uuid), "answer": "The northern one"})
    drain()
    assert Notice.objects.filter(user=network.french, kind="question_answered").exists()
    assert b"The northern one" in french.get(address).content


def test_a_reader_does_not_answer_for_the_owner(network: Network) -> None:
    sharing = make_alert(network)
    question = questions.ask(sharing=sharing, actor=network.french, at=current_instant(), text="Which beach?")
    with pytest.raises(NotAllowed):
        questions.answer(question=question, actor=network.french, at=current_instant(), text="None")
