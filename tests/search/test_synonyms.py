"""Synonyms: found in another language, ranked lower, kept by curators in a form that says what is wrong."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from cms.audit.enums import Event
from cms.audit.models import AuditEvent
from cms.organisations.enums import Role
from search.engines.postgres import PostgresEngine
from search.models import SynonymGroup
from search.stemming import CODES
from search.synonyms import expanded
from search.syntax import parse_query
from tests.factories import NOW, make_item, make_organisation, make_participant, make_person, sign_in
from tests.search.worlds import ask, rewrite, titles

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_organisation()


@pytest.fixture
def officer(owner):
    return make_person(owner)


@pytest.fixture(autouse=True)
def groups():
    for terms in ("en: smuggler\nen: people trafficker\nfr: passeur\nde: Schleuser", "en: boat\nmt: dgħajsa"):
        SynonymGroup.objects.create(terms=terms, changed_at=NOW)


def test_an_item_is_found_in_another_language(owner, officer):
    for language, text in (("fr", "les passeurs"), ("de", "mehrere Schleuser"), ("en", "many smugglers")):
        rewrite(make_item(owner=owner, title=language), language=language, summary=text)
    for q in ("smuggler", "passeurs", "Schleuser", "people traffickers"):
        assert sorted(titles(ask(PostgresEngine(), officer, q))[:3]) == ["de", "en", "fr"]
    assert sorted(titles(ask(PostgresEngine(), officer, "smuggler", language=["de", "en"]))) == ["de", "en"]
    assert titles(ask(PostgresEngine(), officer, "smugglers"))[0] == "en"
    # a synonym is looked for in texts of its own language
    rewrite(make_item(owner=owner, title="Other"), language="en", summary="passeur")
    assert "Other" not in titles(ask(PostgresEngine(), officer, "smuggler"))


def test_several_words_stand_for_one_another_as_a_whole(owner, officer):
    make_item(owner=owner, title="Both", body="people met a trafficker")
    make_item(owner=owner, title="Synonym", body="a smuggler")
    make_item(owner=owner, title="One", body="people")
    assert sorted(titles(ask(PostgresEngine(), officer, "people trafficker"))) == ["Both", "Synonym"]


@pytest.mark.parametrize("q", ['"smuggler boat"', "-smuggler", "title:smuggler", "smuggl*", "EW-ES-2026-7K3QD"])
def test_what_was_asked_exactly_stays(q):
    assert expanded(parse_query(q)) == parse_query(q)


def test_a_language_that_nothing_stems_is_found_in_any_text(owner, officer):
    rewrite(make_item(owner=owner, title="Maltese"), language="mt", summary="id-dgħajsa")
    assert "mt" not in CODES
    assert titles(ask(PostgresEngine(), officer, "boats")) == ["Maltese"]


def test_a_changed_group_holds_at_once(owner, officer):
    make_item(owner=owner, title="Lorry", body="lorry")
    assert ask(PostgresEngine(), officer, "truck").total == 0
    SynonymGroup.objects.create(terms="en: truck\nen: lorry", changed_at=NOW)
    assert ask(PostgresEngine(), officer, "truck").total == 1


@pytest.mark.parametrize(
    "terms", ["", "en: one", "one\ntwo", "xx: one\nen: two", "en: a\nen: a", "en: a b c d e f\nen: g"]
)
def test_what_is_no_group_is_refused(terms):
    with pytest.raises(ValidationError):
        SynonymGroup(terms=terms, changed_at=NOW).clean()


def test_a_group_names_its_terms():
    assert str(SynonymGroup.objects.order_by("pk")[0]) == "smuggler, people trafficker, passeur, Schleuser"


@pytest.fixture
def curator():
    commission = make_participant("commission", kind="commission")
    return sign_in(Client(), make_person(commission, Role.CURATOR))


def test_curators_keep_them(curator, officer):
    assert curator.post("/cms/synonyms/add/", {"terms": "en: truck\nfr: camion"}).status_code == 302
    group = SynonymGroup.objects.order_by("-pk")[0]
    assert "truck, camion" in curator.get("/cms/synonyms/").content.decode()
    page = curator.post(f"/cms/synonyms/{group.handle}/", {"terms": "truck"})
    assert (page.status_code, "Line 1" in page.content.decode()) == (200, True)
    assert curator.post(f"/cms/synonyms/{group.handle}/delete/").status_code == 302
    assert not SynonymGroup.objects.filter(pk=group.pk).exists()
    assert AuditEvent.objects.filter(event=Event.STRUCTURE_CHANGED).count() == 2
    assert sign_in(Client(), officer).get("/cms/synonyms/").status_code == 404
