"""The PostgreSQL engine passes the suite of all engines, and what only it can get wrong."""

from time import monotonic

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from search.engines.base import Access, Engine, EngineQuery
from search.engines.pacing import EMPTY_SECONDS
from search.engines.postgres import PostgresEngine
from search.engines.postgres_questions import any_of
from search.syntax import parse_query
from search.vectors import quoted
from tests.factories import NOW, make_item, make_organisation
from tests.search.conformance import EngineConformance
from tests.search.worlds import ask, titles


class TestPostgresEngine(EngineConformance):
    """The suite."""

    @pytest.fixture
    def engine(self) -> Engine:
        """Return the engine."""
        return PostgresEngine()


@pytest.mark.django_db
def test_one_statement_a_search():
    make_item(owner=make_organisation(), body="quay", state="public")
    PostgresEngine().search(EngineQuery(query=parse_query("quay")), Access(frozenset({"public"}), NOW))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        result = PostgresEngine().search(EngineQuery(query=parse_query("quay")), Access(frozenset({"public"}), NOW))
    assert result.total == 1
    assert len(queries) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("lexeme", ["it's", "back\\slash", "a:b*", "x & y", "'", "\\", "E:x17:*", "(", "! |"])
def test_any_characters_of_a_token_are_only_characters(lexeme):
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_to_tsvector(ARRAY[%s]) @@ %s::tsquery", [lexeme, quoted(lexeme)])
        assert cursor.fetchone() == (True,)
        cursor.execute("SELECT array_to_tsvector(ARRAY['other']) @@ %s::tsquery", [quoted(lexeme)])
        assert cursor.fetchone() == (False,)


@pytest.mark.django_db
def test_a_viewer_may_have_thousands_of_tokens():
    make_item(owner=make_organisation(), state="public")
    tokens = frozenset({"public", *(f"EW:o{number}:MA" for number in range(5000))})
    assert PostgresEngine().search(EngineQuery(), Access(tokens, NOW)).total == 1


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_terms_are_joined_in_order(count):
    terms = [f"'{number}'" for number in range(count)]
    joined = any_of(terms)
    assert joined.replace("(", "").replace(")", "") == " | ".join(terms)


@pytest.mark.django_db
def test_text_and_audience_are_looked_up_in_one_index(settings):
    """A word that only hidden items have must cost what an absent one costs: both questions are index conditions."""
    settings.PREPARED_STATEMENTS = False
    with CaptureQueriesContext(connection) as queries, connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        PostgresEngine().search(
            EngineQuery(query=parse_query("quay"), facets=False), Access(frozenset({"public"}), NOW)
        )
        cursor.execute("EXPLAIN (COSTS OFF) " + queries.captured_queries[-1]["sql"])
        plan = [line for (line,) in cursor.fetchall()]
    conditions = [line for line in plan if "Index Cond" in line and "@@" in line]
    assert len(conditions) == 2
    assert all("audience @@" in line for line in conditions)
    assert [line for line in plan if "Seq Scan" in line] == []


@pytest.mark.django_db
def test_thirty_units_in_every_language():
    make_item(
        owner=make_organisation(), title="Long", body=" ".join(f"word{n} after{n}" for n in range(30)), state="public"
    )
    query = " ".join(f'"word{n} after{n}"' for n in range(30))
    assert titles(ask(PostgresEngine(), AnonymousUser(), query)) == ["Long"]
    assert ask(PostgresEngine(), AnonymousUser(), f"-after29 {query[:200]}").total == 0


@pytest.mark.django_db
def test_an_empty_answer_takes_its_time():
    """What takes longer for a word that hidden items have than for an absent one disappears in it."""
    for _ in range(3):
        make_item(owner=make_organisation(), body="quay")
    engine, access = PostgresEngine(), Access(frozenset({"public"}), NOW)
    for word in ("quay", "absentia", "quay"):
        started = monotonic()
        assert engine.search(EngineQuery(query=parse_query(word)), access).total == 0
        assert monotonic() - started >= EMPTY_SECONDS
