"""What every search engine must do. A suite per engine subclasses this and brings its `engine`."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from cms.organisations.models import Organisation
from cms.sharing.enums import Marking
from cms.sharing.services import Target
from cms.users.models import User
from search.engines.base import Engine, EngineQuery, Filters, UnreadableCursor
from search.models import SearchEntry
from search.ranking import ranking_of
from search.syntax import parse_query
from search.visibility import access_of
from tests.factories import NOW, hours, make_item, make_organisation, make_participant, make_person, set_facts
from tests.factories.items import ItemFacts
from tests.search.worlds import ask, make_entries, rewrite, titles

ANYBODY = AnonymousUser()


def facts(**values: Any) -> ItemFacts:
    """Return sharing facts under the loosest marking."""
    return ItemFacts(marking=Marking.CLEAR, **values)


@pytest.mark.django_db
class EngineConformance:
    """Words, phrases, exclusions; order; totals and pages; filters; facets; snippets; and who finds what."""

    @pytest.fixture
    def engine(self) -> Engine:
        """Return the engine under test."""
        raise NotImplementedError

    @pytest.fixture
    def owner(self) -> Organisation:
        """Return the owner of the items."""
        return make_organisation(key="harbour-police")

    @pytest.fixture
    def officer(self, owner: Organisation) -> User:
        """Return an officer of the owner, competent for everything."""
        return make_person(owner)

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

    # --- totals and pages ---

    def test_pages_together_are_everything_once(self, engine: Engine, owner: Organisation, officer: User) -> None:
        for number in range(7):
            make_item(owner=owner, title=f"Item {number}", body="quay")
        pages = [ask(engine, officer, "quay", size="3", page=str(page)) for page in (1, 2, 3)]
        assert [page.total for page in pages] == [7, 7, 7]
        assert [len(page.hits) for page in pages] == [3, 3, 1]
        assert len({hit.sharing_id for page in pages for hit in page.hits}) == 7

    @pytest.mark.parametrize("sort", ["relevance", "date", "country"])
    @pytest.mark.parametrize("q", ["quay", "", "-absentia"])
    def test_cursors_lead_through_everything_once(
        self, engine: Engine, owner: Organisation, officer: User, sort: str, q: str
    ) -> None:
        for number in range(8):
            country = [["MA"], ["TR"], []][number % 3]
            at = NOW - timedelta(days=number // 4)
            make_item(owner=owner, title=f"Item {number}", body="quay " * (number % 3 + 1), countries=country, at=at)
        everything = titles(ask(engine, officer, q, sort=sort))
        page = ask(engine, officer, q, sort=sort, size="3")
        shown = titles(page)
        for _ in range(2):
            page = ask(engine, officer, q, sort=sort, size="3", after=page.next)
            assert page.total == 8
            shown += titles(page)
        assert shown == everything
        assert len(set(shown)) == 8
        assert page.next == ""

    @pytest.mark.parametrize("cursor", ["x", "W10", "!", "A" * 300, "bnVsbA", "WyJyYW5rIiwgMV0"])
    def test_what_is_no_cursor_is_refused(self, engine: Engine, officer: User, cursor: str) -> None:
        with pytest.raises(UnreadableCursor):
            ask(engine, officer, "quay", after=cursor)

    def test_a_cursor_is_of_one_order(self, engine: Engine, owner: Organisation, officer: User) -> None:
        for _ in range(3):
            make_item(owner=owner, body="quay")
        cursor = ask(engine, officer, "quay", size="1").next
        assert ask(engine, officer, "quay", size="1", after=cursor).total == 3
        with pytest.raises(UnreadableCursor):
            ask(engine, officer, "quay", size="1", after=cursor, sort="date")

    @pytest.mark.parametrize(
        "asked", [(q, page) for q in ("quay", "", "quay -absentia") for page in ("2", "1000000000")]
    )
    def test_beyond_the_end_the_total_stays_exact(
        self, engine: Engine, owner: Organisation, officer: User, asked: tuple[str, str]
    ) -> None:
        make_item(owner=owner, body="quay")
        result = ask(engine, officer, asked[0], page=asked[1])
        assert (result.total, result.hits) == (1, ())
        assert [count.count for count in result.facets["type"]] == [1]

    def test_nothing_found_is_an_empty_answer(self, engine: Engine, officer: User) -> None:
        result = ask(engine, officer, "quay")
        assert (result.total, result.hits) == (0, ())
        assert all(counts == () for counts in result.facets.values())

    # --- filters and facets ---

    def test_filters_keep_what_has_the_value(self, engine: Engine, owner: Organisation, officer: User) -> None:
        make_item(owner=owner, title="Wanted", element="RE", countries=["MA", "DZ"], state="network", body="quay")
        make_item(owner=owner, title="Other", element="EW", countries=["TR"], body="quay")
        wanted = ["Wanted"]
        assert titles(ask(engine, officer, "quay", element="return")) == wanted
        assert titles(ask(engine, officer, "quay", country="ma")) == wanted
        assert titles(ask(engine, officer, "quay", state="network")) == wanted
        assert ask(engine, officer, "quay", owner="harbour-police").total == 2
        assert ask(engine, officer, "quay", type="bulletin").total == 2
        assert titles(ask(engine, officer, element="return", country="DZ", state="network")) == wanted

    @pytest.mark.parametrize("value", ["unknown", "a\x00b", "' OR 1=1", "x" * 500, "!"])
    def test_an_unknown_value_finds_nothing(
        self, engine: Engine, owner: Organisation, officer: User, value: str
    ) -> None:
        make_item(owner=owner)
        for name in ("element", "country", "owner", "type", "state"):
            assert ask(engine, officer, **{name: value}).total == 0  # type: ignore[arg-type]

    def test_days_of_publication_are_inclusive(self, engine: Engine, owner: Organisation, officer: User) -> None:
        make_item(owner=owner, title="Midnight", at=datetime(2026, 6, 1, 0, 0, tzinfo=UTC))
        make_item(owner=owner, title="Last second", at=datetime(2026, 6, 2, 23, 59, 59, tzinfo=UTC))
        make_item(owner=owner, title="After", at=datetime(2026, 6, 3, 0, 0, tzinfo=UTC))
        found = ask(engine, officer, **{"from": "2026-06-01", "to": "2026-06-02"})  # type: ignore[arg-type]
        assert titles(found) == ["Last second", "Midnight"]

    def test_facets_are_what_one_counts_by_hand(self, engine: Engine, owner: Organisation, officer: User) -> None:
        other = make_organisation(key="coast-guard")
        make_item(owner=other, state="owner", body="quay", element="EW", countries=["LY"])
        at = datetime(2024, 5, 1, tzinfo=UTC)
        make_item(owner=owner, element="EW", countries=["MA", "DZ"], body="quay")
        make_item(owner=owner, element="EW", countries=["MA"], body="quay", at=at)
        make_item(owner=other, state="network", element="RE", body="quay")
        make_item(owner=owner, element="VB", countries=["TR"], body="nothing")
        facets = ask(engine, officer, "quay").facets
        counted = {name: [(count.value, count.count) for count in counts] for name, counts in facets.items()}
        assert counted == {
            "element": [("early-warning", 2), ("return", 1)],
            "type": [("bulletin", 3)],
            "owner": [("harbour-police", 2), ("coast-guard", 1)],
            "country": [("MA", 2), ("DZ", 1)],
            "marking": [("CLEAR", 3)],
            "state": [("owner", 2), ("network", 1)],
            "level": [],
            "language": [("en", 3)],
            "attachment": [("no", 3)],
            "year": [("2026", 2), ("2024", 1)],
            "month": [(f"{NOW:%Y-%m}", 2), ("2024-05", 1)],
        }

    def test_facets_are_those_of_what_the_filters_leave(
        self, engine: Engine, owner: Organisation, officer: User
    ) -> None:
        make_item(owner=owner, element="EW", countries=["MA"])
        make_item(owner=owner, element="RE", countries=["TR"])
        facets = ask(engine, officer, element="return").facets
        assert [(count.value, count.count) for count in facets["country"]] == [("TR", 1)]

    def test_several_values_of_a_facet_are_alternatives(
        self, engine: Engine, owner: Organisation, officer: User
    ) -> None:
        for element, country in (("EW", "MA"), ("RE", "MA"), ("VB", "TR"), ("RE", "TR"), ("LO", "TR")):
            make_item(owner=owner, title=f"{element} {country}", element=element, countries=[country], body="quay")
        for q in ("quay", ""):
            found = ask(engine, officer, q, element=["return", "early-warning"], country=["MA"])
            assert sorted(titles(found)) == ["EW MA", "RE MA"]
            counted = {name: [(c.value, c.count) for c in counts] for name, counts in found.facets.items()}
            # each facet without its own filter, with all others
            assert counted["element"] == [("early-warning", 1), ("return", 1)]
            assert counted["country"] == [("MA", 2), ("TR", 1)]
            assert counted["marking"] == [("CLEAR", 2)]

    def test_years_are_counted_beside_the_chosen_one(self, engine: Engine, owner: Organisation, officer: User) -> None:
        for year, element in ((2024, "EW"), (2025, "EW"), (2025, "RE"), (2026, "RE")):
            make_item(owner=owner, element=element, at=datetime(year, 5, 1, tzinfo=UTC))
        for chosen in ({"year": ["2025"]}, {"from": "2025-01-01", "to": "2025-12-31"}):
            found = ask(engine, officer, **chosen)
            assert found.total == 2
            assert [(c.value, c.count) for c in found.facets["year"]] == [("2026", 1), ("2025", 2), ("2024", 1)]
            assert [(c.value, c.count) for c in found.facets["element"]] == [("early-warning", 1), ("return", 1)]

    @pytest.mark.parametrize(
        "case",
        [
            ("marking", "CLEAR", 3),
            ("marking", "RED", 0),
            ("level", "tactical", 1),
            ("language", "de", 1),
            ("language", ["de", "en"], 3),
            ("attachment", "no", 3),
            ("attachment", "yes", 0),
            ("year", "2026", 3),
            ("year", "x", 0),
        ],
    )
    def test_each_filter(self, engine: Engine, owner: Organisation, officer: User, case: tuple[str, Any, int]) -> None:
        rewrite(make_item(owner=owner, body="quay"), language="de")
        rewrite(make_item(owner=owner, body="quay"), level="tactical")
        make_item(owner=owner, body="quay")
        name, value, count = case
        assert ask(engine, officer, "quay", **{name: value}).total == count
        assert ask(engine, officer, "", **{name: value}).total == count

    def test_only_these_and_without_those(self, engine: Engine, owner: Organisation, officer: User) -> None:
        first, second, third = (make_item(owner=owner, title=title, body="quay").pk for title in ("A", "B", "C"))
        hidden = make_item(owner=make_organisation(), body="quay").pk

        def found(filters: Filters, q: str) -> list[int]:
            query = parse_query(q)
            asked = EngineQuery(query=query, ranking=ranking_of(query), filters=filters)
            result = engine.search(asked, access_of(officer, NOW))
            assert result.total == len(result.hits) == sum(count.count for count in result.facets["type"])
            return sorted(hit.sharing_id for hit in result.hits)

        for q in ("quay", ""):
            assert found(Filters(only=(first, second, hidden)), q) == sorted([first, second])
            assert found(Filters(without=(first,)), q) == sorted([second, third])
            assert found(Filters(only=()), q) == []

    def test_facets_can_be_left_out(self, engine: Engine, owner: Organisation, officer: User) -> None:
        make_item(owner=owner)
        assert ask(engine, officer, facets="0").facets == {}

    # --- snippets ---

    def test_where_it_was_found_is_told(self, engine: Engine, owner: Organisation, officer: User) -> None:
        item = make_item(owner=owner, title="A quay", body="the quay")
        rewrite(item, summary="A quay.")
        assert ask(engine, officer, "quay").hits[0].matched == ("title", "summary", "body")
        assert ask(engine, officer, "the").hits[0].matched == ("body",)
        assert ask(engine, officer, item.reference).hits[0].matched == ("reference",)
        assert ask(engine, officer, "").hits[0].matched == ()

    def test_snippets_mark_what_matched(self, engine: Engine, owner: Organisation, officer: User) -> None:
        make_item(owner=owner, body="Three lorries waited at the land border; the border of the land was closed.")
        snippet = ask(engine, officer, 'lorry "land border" -absentia').hits[0].snippet
        assert "<mark>lorries</mark>" in snippet
        assert "<mark>land</mark> <mark>border</mark>; the border of the land" in snippet

    def test_snippets_escape_everything_else(self, engine: Engine, owner: Organisation, officer: User) -> None:
        make_item(owner=owner, body="x &lt;script&gt;alert(1)&lt;/script&gt; quay &amp; &lt;mark&gt;")
        snippet = ask(engine, officer, "quay").hits[0].snippet
        assert "&lt;script&gt;" in snippet
        assert "<mark>quay</mark> &amp; &lt;mark&gt;" in snippet
        assert snippet.replace("<mark>", "").replace("</mark>", "").count("<") == 0

    def test_without_words_the_summary_is_shown(self, engine: Engine, owner: Organisation, officer: User) -> None:
        make_item(owner=owner)
        assert ask(engine, officer).hits[0].snippet == "In short: invented."

    # --- who finds what ---

    def test_each_state_is_found_by_its_readers(self, engine: Engine, owner: Organisation, officer: User) -> None:
        for state in ("owner", "restricted", "network", "public", "withdrawn"):
            make_item(owner=owner, title=state, body="quay", state=state)
        assert sorted(titles(ask(engine, officer, "quay"))) == ["network", "owner", "public", "restricted", "withdrawn"]
        assert sorted(titles(ask(engine, make_person(make_organisation()), "quay"))) == ["network", "public"]
        assert titles(ask(engine, ANYBODY, "quay")) == ["public"]

    def test_recipients_find_until_their_time_is_over(self, engine: Engine, owner: Organisation) -> None:
        reader_home = make_participant()
        reader = make_person(reader_home)
        target = Target(
            kind="organisation", target_id=reader_home.pk, valid_from=NOW + hours(1), valid_until=NOW + hours(2)
        )
        make_item(owner=owner, body="quay", state="restricted", recipients=[target])
        instants = [0, 1 - 1e-6, 1, 2 - 1e-6, 2, 30]
        for q in ("quay", "", "quay -absentia", '"quay"'):
            found = [ask(engine, reader, q, at=NOW + hours(hour)) for hour in instants]
            assert [result.total for result in found] == [0, 0, 1, 1, 0, 0]
            assert [len(result.hits) for result in found] == [0, 0, 1, 1, 0, 0]
            assert [sum(c.count for c in result.facets["type"]) for result in found] == [0, 0, 1, 1, 0, 0]

    def test_an_item_judged_from_its_facts_meets_the_filters_too(self, engine: Engine, owner: Organisation) -> None:
        home = make_participant()
        target = Target(kind="organisation", target_id=home.pk, valid_from=NOW + hours(1))
        item = make_item(owner=owner, body="quay", state="restricted", recipients=[target], element="RE")
        reader, later = make_person(home), NOW + hours(2)
        assert ask(engine, reader, "quay", at=later, element="return").total == 1
        assert ask(engine, reader, "quay", at=later, element="early-warning").total == 0
        assert ask(engine, reader, "absentia", at=later).total == 0
        assert ask(engine, make_person(owner), "quay", at=later).total == 1
        assert ask(engine, reader, "quay", at=later).hits[0].sharing_id == item.pk

    def test_a_change_of_sharing_holds_for_the_next_search(
        self, engine: Engine, owner: Organisation, officer: User
    ) -> None:
        reader = make_person(make_organisation())
        item = make_item(owner=owner, body="quay", state="network")
        assert ask(engine, reader, "quay").total == 1
        set_facts(item, facts(state="owner"))
        assert ask(engine, reader, "quay").total == 0
        set_facts(item, facts(state="network", quarantined=True))
        assert ask(engine, officer, "quay").total == 0

    def test_drafts_are_not_found(self, engine: Engine, owner: Organisation, officer: User) -> None:
        make_item(owner=owner, body="quay", live=False)
        assert ask(engine, officer, "quay").total == 0

    # --- what is hidden leaves no trace ---

    def test_hidden_items_change_no_part_of_an_answer(self, engine: Engine, owner: Organisation, officer: User) -> None:
        for number in range(6):
            make_item(owner=owner, title=f"Seen {number}", body=f"quay {'crane ' * number}", countries=["MA"])
        queries = ["quay", "crane", "quay crane", "", '"quay crane"', "-crane", "hook"]
        before = [ask(engine, officer, q) for q in queries]
        hidden = make_organisation()
        others = [
            make_item(owner=hidden, title="Quay crane hook", body="quay crane hook " * 20, countries=["LY"])
            for _ in range(8)
        ]
        assert [ask(engine, officer, q) for q in queries] == before
        for item in others:
            set_facts(item, facts(state="restricted", recipients=[make_participant()]))
        assert [ask(engine, officer, q) for q in queries] == before

    def test_who_else_may_read_an_item_moves_no_rank(self, engine: Engine, owner: Organisation, officer: User) -> None:
        items = [make_item(owner=owner, title=f"Seen {n}", body=f"quay {'stone ' * n}") for n in range(5)]
        before = ask(engine, officer, "quay").hits
        for item in items[::2]:
            set_facts(item, facts(state="restricted", recipients=[make_participant() for _ in range(6)]))
        assert ask(engine, officer, "quay").hits == before
        for item in items:
            set_facts(item, facts(state="owner"))
        assert ask(engine, officer, "quay").hits == before
