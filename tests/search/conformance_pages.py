"""What every search engine must count, filter and divide into pages."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cms.organisations.models import Organisation
from cms.users.models import User
from content_types.models import Bulletin
from content_types.searching import OwnFacet, SearchDeclaration, ShownField
from search.engines.base import Engine, EngineQuery, Filters, UnreadableCursor
from search.ranking import ranking_of
from search.syntax import parse_query
from search.visibility import access_of
from tests.factories import NOW, make_item, make_organisation
from tests.search.conformance_suite import EngineSuite
from tests.search.worlds import ask, rewrite, titles


class PagesConformance(EngineSuite):
    """Totals and pages; filters and facets."""

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

    def test_what_is_typed_to_be_left_out(self, engine: Engine, owner: Organisation, officer: User) -> None:
        others = make_organisation(key="coastguard")
        for title, home, countries, day in (
            ("A", owner, ["MA", "TR"], datetime(2024, 5, 1, tzinfo=UTC)),
            ("B", owner, ["TR"], datetime(2025, 5, 1, tzinfo=UTC)),
            ("C", others, [], datetime(2026, 1, 1, tzinfo=UTC)),
        ):
            make_item(owner=home, state="public", title=title, body="quay", countries=countries, at=day)

        def found(q: str) -> tuple[list[str], list[str]]:
            result = ask(engine, officer, q, sort="country")
            assert result.total == len(result.hits)
            return sorted(titles(result)), sorted(count.value for count in result.facets["owner"])

        for words in ("quay ", ""):
            assert found(f"{words}-owner:harbour-police") == (["C"], ["coastguard"])
            assert found(f"{words}-owner:nobody NOT country:Morocco") == (["B", "C"], ["coastguard", "harbour-police"])
            assert found(f"{words}-country:MA -country:TR") == (["C"], ["coastguard"])
            # a facet is counted without its own filter, but not without what is left out
            assert found(f"{words}owner:harbour-police -country:MA") == (["B"], ["coastguard", "harbour-police"])
            assert found(f"{words}-before:2025 -after:2025") == (["B"], ["harbour-police"])
            everything = (["A", "B", "C"], ["coastguard", "harbour-police"])
            assert found(f'{words}element:"Early warning" type:Bulletin -element:return -type:absentia') == everything
            assert found(f"{words}-element:early-warning") == found(f"{words}-type:bulletin") == ([], [])
        assert found("quay -title:b") == (["A", "C"], ["coastguard", "harbour-police"])

    def test_facets_that_a_type_declares(
        self, engine: Engine, owner: Organisation, officer: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        declared = SearchDeclaration(
            faceted=(OwnFacet("reliability", "Reliability"), OwnFacet("level", "Level")),
            shown=(ShownField("reliability", "Reliability"),),
        )
        monkeypatch.setattr(Bulletin, "searching", declared)
        for reliability, level in (("A", "tactical"), ("B", "tactical"), ("B", "strategic")):
            item = make_item(owner=owner, title=f"{reliability} {level}", body="quay")
            rewrite(item, reliability=reliability, level=level)
        chosen: Any = {"field.reliability": ["A", "X"]}
        assert titles(ask(engine, officer, "quay", **chosen)) == ["A tactical"]
        facets = ask(engine, officer, "quay", **chosen).facets
        counted = {name: [(c.value, c.count) for c in facets[name]] for name in ("field.reliability", "field.level")}
        assert counted == {"field.reliability": [("B", 2), ("A", 1)], "field.level": [("tactical", 1)]}
        other: Any = {"field.other": ["A"]}
        assert ask(engine, officer, "quay", **other).total == 0

    def test_facets_can_be_left_out(self, engine: Engine, owner: Organisation, officer: User) -> None:
        make_item(owner=owner)
        assert ask(engine, officer, facets="0").facets == {}
