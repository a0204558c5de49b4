"""What every search engine must find for which words, and in which order."""

from datetime import timedelta
from typing import Any

import pytest

from cms.organisations.models import Organisation
from cms.users.models import User
from search.engines.base import Engine
from search.models import SearchEntry
from search.weights import word_weight
from tests.factories import NOW, make_item
from tests.search.conformance_suite import EngineSuite
from tests.search.worlds import ask, make_entries, rewrite, titles


class WordsConformance(EngineSuite):
    """Words, phrases, exclusions, languages; order."""

    # --- what matches ---

    def test_every_word_must_be_there(self, engine: Engine, owner: Organisation, officer: User) -> None:
        make_item(owner=owner, title="Both", body="lorries cross at night")
        make_item(owner=owner, title="One", body="lorries wait")
        assert titles(ask(engine, officer, "lorries night")) == ["Both"]
        assert ask(engine, officer, "lorries absentia").total == 0

    def test_a_word_is_found_in_its_other_forms(self, engine: Engine, owner: Organisation, officer: User) -> None:
        make_item(owner=owner, title="Plural", body="three lorries")
        assert titles(ask(engine, officer, "lorry")) == ["Plural"]

    def test_capitals_make_no_difference(self, engine: Engine, owner: Organisation, officer: User) -> None:
        make_item(owner=owner, title="Ceuta", body="KRAKÓW")
        assert titles(ask(engine, officer, "CEUTA kraków")) == ["Ceuta"]

    @pytest.mark.parametrize(
        "case",
        [
            ("de", "Die Grenzen wurden geschlossen", "Grenze"),
            ("fr", "des passeurs arrêtés", "passeur"),
            ("el", "τα σύνορα", "ΣΎΝΟΡΑ"),
            ("bg", "границата", "границата"),
        ],
    )
    def test_texts_are_stemmed_in_their_own_language(
        self, engine: Engine, owner: Organisation, officer: User, case: tuple[str, str, str]
    ) -> None:
        language, text, query = case
        item = make_item(owner=owner, title="Foreign")
        rewrite(item, language=language, summary=text)
        assert titles(ask(engine, officer, query)) == ["Foreign"]

    @pytest.mark.parametrize(
        "case",
        [
            ("fr", "des personnes arrêtées près de Nîmes", "arretees Nimes"),
            ("fr", "un contrôle d'identité", "identite controles"),
            ("de", "gefälschte Pässe aus Köln", "gefalschte Passe koln"),
            ("de", "Flüchtlinge auf der Straße", "Fluechtling strasse"),
            ("es", "detención en la frontera", "detencion"),
            ("pl", "granica w Gdańsku", "Gdansku"),
            ("mt", "il-fruntiera ta' Ħal Far", "Hal"),
        ],
    )
    def test_accents_make_no_difference(
        self, engine: Engine, owner: Organisation, officer: User, case: tuple[str, str, str]
    ) -> None:
        language, text, query = case
        rewrite(make_item(owner=owner, title="Foreign"), language=language, summary=text)
        assert titles(ask(engine, officer, query)) == ["Foreign"]
        assert titles(ask(engine, officer, text)) == ["Foreign"]

    def test_compounds_are_found_by_their_parts(self, engine: Engine, owner: Organisation, officer: User) -> None:
        for title, text in (
            ("Compound", "Nur eine Aufenthaltsgenehmigung wurde vorgelegt"),
            ("Both", "Eine Genehmigung für den Aufenthalt"),
            ("One", "Die Genehmigung fehlte"),
        ):
            rewrite(make_item(owner=owner, title=title), language="de", summary=text)
        found = titles(ask(engine, officer, "Genehmigungen"))
        assert (set(found), found[-1]) == ({"Both", "One", "Compound"}, "Compound")
        hit = ask(engine, officer, "Genehmigung").hits[-1]
        assert "<mark>Aufenthaltsgenehmigung</mark>" in hit.snippet
        assert titles(ask(engine, officer, "Aufenthaltsgenehmigung")) == ["Compound", "Both"]
        assert titles(ask(engine, officer, "Aufenthaltsgenehmigung Genehmigung", match="any"))[0] == "Compound"
        # what is left out, and what stands in a phrase or a title, is the word itself
        assert titles(ask(engine, officer, "-Genehmigung")) == ["Compound"]
        assert ask(engine, officer, '"die Aufenthalt" OR "eine Genehmigung wurde" OR title:Genehmigung').total == 0

    @pytest.mark.parametrize(
        "q", ["immigration", "l'immigration", "L’IMMIGRATION", "d'immigration", "Spain's immigration"]
    )
    def test_articles_and_possessives_are_passed_over(
        self, engine: Engine, owner: Organisation, officer: User, q: str
    ) -> None:
        item = make_item(owner=owner, title="Foreign")
        rewrite(item, language="fr", summary="Qu'est-ce que l'immigration ? Spain")
        assert titles(ask(engine, officer, q)) == ["Foreign"]

    def test_one_side_of_or_is_enough(self, engine: Engine, owner: Organisation, officer: User) -> None:
        for body in ("boats by day", "ferries by day", "boats by night", "trains by day"):
            make_item(owner=owner, title=body, body="nothing")
        assert sorted(titles(ask(engine, officer, "boats OR ferries day"))) == ["boats by day", "ferries by day"]
        assert ask(engine, officer, 'train OR "ferries by" OR boat').total == 4

    def test_the_beginning_of_a_word(self, engine: Engine, owner: Organisation, officer: User) -> None:
        for word in ("smuggler", "smuggling", "smog"):
            make_item(owner=owner, title=word, body="nothing")
        assert sorted(titles(ask(engine, officer, "smugg*"))) == ["smuggler", "smuggling"]
        assert titles(ask(engine, officer, "smuggling*"))[0] == "smuggling"
        assert titles(ask(engine, officer, "nothing -smugg*")) == ["smog"]
        assert "<mark>" in ask(engine, officer, "noth*").hits[0].snippet

    def test_a_word_in_the_title(self, engine: Engine, owner: Organisation, officer: User) -> None:
        make_item(owner=owner, title="False visas", body="nothing")
        make_item(owner=owner, title="Nothing", body="false visas")
        for q in ("title:visa", 'title:"false visas"', "title:vis*", "nothing -title:nothing"):
            assert titles(ask(engine, officer, q)) == ["False visas"]

    def test_any_word_is_enough_where_asked(self, engine: Engine, owner: Organisation, officer: User) -> None:
        make_item(owner=owner, title="One", body="ampoule ampoule ampoule")
        make_item(owner=owner, title="Both", body="an ampoule somewhere on the long and windy way to the old quay")
        make_item(owner=owner, title="Left out", body="ampoule quay night")
        make_item(owner=owner, title="None", body="nothing")
        found = ask(engine, officer, "ampoule quay -night", match="any")
        assert (titles(found), found.total) == (["Both", "One"], 2)
        assert ask(engine, officer, "ampoule quay -night").total == 1
        assert ask(engine, officer, "absentia nowhere", match="any").total == 0

    def test_of_any_a_word_says_the_more_the_fewer_of_those_found_have_it(
        self, engine: Engine, owner: Organisation, officer: User
    ) -> None:
        for number in range(6):
            make_item(owner=owner, title=f"Frequent {number}", body="ampoule")
        make_item(owner=owner, title="Rare", body="quay")
        assert word_weight("ampoule", "en") > word_weight("quay", "en")
        assert titles(ask(engine, officer, "ampoule quay", match="any"))[0] == "Rare"

    def test_another_language_does_not_stem_a_text(self, engine: Engine, owner: Organisation, officer: User) -> None:
        # Dutch would cut "news" to "new", and "gas" is no plural in English
        make_item(owner=owner, title="Nothing", body="a new gadget")
        assert ask(engine, officer, "news").total == 0

    def test_small_words_count(self, engine: Engine, owner: Organisation, officer: User) -> None:
        make_item(owner=owner, title="With", body="the crew of the boat")
        make_item(owner=owner, title="Without", body="crew boat")
        assert titles(ask(engine, officer, "the crew")) == ["With"]
        assert titles(ask(engine, officer, '"crew of the boat"')) == ["With"]

    def test_a_phrase_stands_in_order_and_side_by_side(
        self, engine: Engine, owner: Organisation, officer: User
    ) -> None:
        make_item(owner=owner, title="Phrase", body="a land border post")
        make_item(owner=owner, title="Scattered", body="border of the land")
        assert titles(ask(engine, officer, '"land border"')) == ["Phrase"]
        assert ask(engine, officer, "land border").total == 2

    def test_a_phrase_does_not_reach_from_title_into_summary(
        self, engine: Engine, owner: Organisation, officer: User
    ) -> None:
        item = make_item(owner=owner, title="Routes by sea")
        rewrite(item, summary="Routes by land")
        assert ask(engine, officer, '"sea routes"').total == 0

    def test_an_exclusion_leaves_out(self, engine: Engine, owner: Organisation, officer: User) -> None:
        make_item(owner=owner, title="Kept", body="boats by day")
        make_item(owner=owner, title="Left out", body="boats by night")
        assert titles(ask(engine, officer, "boats -night")) == ["Kept"]
        assert titles(ask(engine, officer, 'boats -"by night"')) == ["Kept"]

    def test_an_exclusion_looks_beyond_the_title(self, engine: Engine, owner: Organisation, officer: User) -> None:
        make_item(owner=owner, title="Boats", body="nothing about nights")
        assert ask(engine, officer, "boats -night").total == 0

    def test_exclusions_alone_leave_all_else(self, engine: Engine, owner: Organisation, officer: User) -> None:
        make_item(owner=owner, title="Kept", body="by day")
        make_item(owner=owner, title="Left out", body="by night")
        assert titles(ask(engine, officer, "-night")) == ["Kept"]

    @pytest.mark.parametrize(
        "case",
        [
            ("by land/sea", "sea"),
            ("contre l'immigration irrégulière", "immigration"),
            ("cross-border cooperation", "border"),
            ("see www.example.org/routes.html today", "routes"),
            ("forged and/or stolen", "stolen"),
            ("model C-3PO_x", "3PO"),
            ("write to desk@agency.example", "agency"),
        ],
    )
    def test_words_inside_compounds_are_found(
        self, engine: Engine, owner: Organisation, officer: User, case: tuple[str, str]
    ) -> None:
        text, query = case
        make_item(owner=owner, title="Compound", body=text)
        assert titles(ask(engine, officer, query)) == ["Compound"]
        assert titles(ask(engine, officer, text)) == ["Compound"]

    def test_a_reference_finds_its_item_first(self, engine: Engine, owner: Organisation, officer: User) -> None:
        item = make_item(owner=owner, title="Named")
        make_item(owner=owner, title="Naming it", body=f"follows {item.reference}")
        make_item(owner=owner, title="Other")
        assert titles(ask(engine, officer, item.reference.lower())) == ["Named", "Naming it"]
        # and no part of a reference is a word of its item
        assert ask(engine, officer, item.reference.rsplit("-", 1)[1]).total == 1

    def test_signs_of_query_languages_are_no_signs_here(
        self, engine: Engine, owner: Organisation, officer: User
    ) -> None:
        make_item(owner=owner, title="Plain", body="alpha beta")
        assert ask(engine, officer, "alpha & beta | !:*<->()'\\").total == 1
        assert ask(engine, officer, "@3").total == 0
        assert ask(engine, officer, "*lpha").total == 0

    # --- order ---

    def test_title_comes_before_summary_and_body(self, engine: Engine, owner: Organisation, officer: User) -> None:
        make_item(owner=owner, title="In the body", body="a quay and nothing")
        summary = make_item(owner=owner, title="In summary", body="nothing and nothing")
        rewrite(summary, summary="A quay.")
        make_item(owner=owner, title="Quay", body="nothing at all, and nothing more")
        assert titles(ask(engine, officer, "quay"))[0] == "Quay"
        assert ask(engine, officer, "quay").total == 3

    def test_words_that_say_more_count_more(self, engine: Engine, owner: Organisation, officer: User) -> None:
        make_item(owner=owner, title="Common", body="people people people visa ampoule")
        make_item(owner=owner, title="Rare", body="people visa ampoule ampoule ampoule")
        assert titles(ask(engine, officer, "people ampoule")) == ["Rare", "Common"]

    def test_words_close_to_each_other_come_first(self, engine: Engine, owner: Organisation, officer: User) -> None:
        make_item(owner=owner, title="Apart", body="forged by somebody who had never seen any real visa")
        make_item(owner=owner, title="Close", body="somebody who had never seen any real thing forged visa by")
        assert titles(ask(engine, officer, "forged visa")) == ["Close", "Apart"]

    def test_more_of_the_word_comes_first(self, engine: Engine, owner: Organisation, officer: User) -> None:
        make_item(owner=owner, title="Once", body="quay and four words")
        make_item(owner=owner, title="Often", body="quay and quay quay quay")
        assert titles(ask(engine, officer, "quay")) == ["Often", "Once"]

    def test_by_country(self, engine: Engine, owner: Organisation, officer: User) -> None:
        for country, title in ((["TR"], "Third"), (["MA", "DZ"], "First"), ([], "Last"), (["LY"], "Second")):
            make_item(owner=owner, title=title, countries=country, body="quay")
        for q in ("", "quay"):
            assert titles(ask(engine, officer, q, sort="country")) == ["First", "Second", "Third", "Last"]

    def test_by_date_the_newest_comes_first(self, engine: Engine, owner: Organisation, officer: User) -> None:
        for days, title in ((3, "Oldest"), (1, "Newest"), (2, "Middle")):
            make_item(owner=owner, title=title, at=NOW - timedelta(days=days))
        expected = ["Newest", "Middle", "Oldest"]
        assert titles(ask(engine, officer)) == expected
        assert titles(ask(engine, officer, "invented", sort="date")) == expected

    def test_the_order_is_total(self, engine: Engine, owner: Organisation, officer: User) -> None:
        uuids = sorted(str(make_item(owner=owner, title="Same", body="quay").uuid) for _ in range(7))
        ids = {hit.sharing_id: str(uuid) for hit, uuid in self._hits(engine, officer, "quay")}
        assert list(ids.values()) == uuids
        assert [str(uuid) for _hit, uuid in self._hits(engine, officer, "")] == uuids

    def test_of_very_many_those_with_it_in_the_title_come_first(
        self, engine: Engine, owner: Organisation, officer: User
    ) -> None:
        texts = [(f"Far {number}", f"quay {'stone ' * (number % 7)}") for number in range(260)]
        make_entries(owner, [*texts, *((f"Quay {number}", "stone") for number in range(5))])
        pages = [ask(engine, officer, "quay", size="20", page=str(page)) for page in range(1, 15)]
        shown = [title for page in pages for title in titles(page)]
        assert sorted(shown[:5]) == [f"Quay {number}" for number in range(5)]
        assert len(set(shown)) == len(shown) == pages[0].total == 265

    def _hits(self, engine: Engine, user: User, q: str) -> list[tuple[Any, Any]]:
        hits = ask(engine, user, q).hits
        uuids = dict(SearchEntry.objects.values_list("pk", "uuid"))
        return [(hit, uuids[hit.sharing_id]) for hit in hits]
