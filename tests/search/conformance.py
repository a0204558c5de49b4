"""What every search engine must do. A suite per engine subclasses this and brings its `engine`."""

from django.contrib.auth.models import AnonymousUser

from cms.organisations.models import Organisation
from cms.sharing.services import Target
from cms.users.models import User
from search.engines.base import Engine, EngineResult
from tests.factories import NOW, hours, make_item, make_organisation, make_participant, make_person, set_facts
from tests.search.conformance_pages import PagesConformance
from tests.search.conformance_suite import facts
from tests.search.conformance_words import WordsConformance
from tests.search.worlds import ask, rewrite, titles

ANYBODY = AnonymousUser()
__all__ = ("EngineConformance", "facts")


class EngineConformance(WordsConformance, PagesConformance):
    """All of it: words and pages; snippets; who finds what; and that what is hidden leaves no trace."""

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

        def asked() -> list[EngineResult]:
            # a short page ends with a cursor, which has the rank in it
            return [ask(engine, officer, q, match=match, size="2") for q in queries for match in ("all", "any")]

        before = asked()
        hidden = make_organisation()
        others = [
            make_item(owner=hidden, title="Quay crane hook", body="quay crane hook " * 20, countries=["LY"])
            for _ in range(8)
        ]
        assert asked() == before
        for item in others:
            set_facts(item, facts(state="restricted", recipients=[make_participant()]))
        assert asked() == before

    def test_who_else_may_read_an_item_moves_no_rank(self, engine: Engine, owner: Organisation, officer: User) -> None:
        items = [make_item(owner=owner, title=f"Seen {n}", body=f"quay {'stone ' * n}") for n in range(5)]
        before = ask(engine, officer, "quay").hits
        for item in items[::2]:
            set_facts(item, facts(state="restricted", recipients=[make_participant() for _ in range(6)]))
        assert ask(engine, officer, "quay").hits == before
        for item in items:
            set_facts(item, facts(state="owner"))
        assert ask(engine, officer, "quay").hits == before
