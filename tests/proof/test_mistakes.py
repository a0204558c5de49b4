"""The tool that puts mistakes into the policy: which it finds, that it makes them, and what is listed of survivors."""

from pathlib import Path

from cms.sharing import ceilings, enums
from cms.sharing.enums import width
from tests.proof.in_place import InPlace
from tests.proof.mutants import ROOT, Where, mutants
from tests.proof.policy_files import TESTS
from tests.proof.survivors import as_table, explained

SOURCE = '''
"""Words."""
TABLE = {"a": 1, "b": 2}

@decorator(frozen=True)
class Rule:
    limit: int | None = None

    def holds(self, other: int | None) -> bool:
        if other is None:
            raise Refused("no" if other else "yes")
        note(other)
        return other < 3 and not self.limit
'''


def test_the_mistakes_of_a_source() -> None:
    found = [(one.line, one.where, one.mistake) for one in mutants("any.py", SOURCE)]
    holds = [
        (11, "Rule.holds: refusal left out: raise Refused("),
        (10, "Rule.holds: Is became IsNot: if other is None:"),
        (12, "Rule.holds: call left out: note(other)"),
    ]
    answer = [
        "answers yes",
        "answers no",
        "And became Or",
        "operand 1 left out",
        "operand 2 left out",
        "Lt became LtE",
        "not left out",
    ]
    lines = [(13, f"Rule.holds: {what}: return other < 3 and not self.limit") for what in answer]
    assert {(line, mistake.replace('"no" if other else "yes")', "")) for line, _where, mistake in found} == {
        (3, """entry 'a' left out: TABLE = {"a": 1, "b": 2}"""),
        (3, """entry 'b' left out: TABLE = {"a": 1, "b": 2}"""),
        *holds,
        *lines,
    }
    assert {where for line, where, _mistake in found if line == 3} == {Where.TABLE}
    assert {where for line, where, _mistake in found if line > 3} == {Where.FUNCTION}


def test_a_mistake_is_made_in_a_running_program_and_undone() -> None:
    """Whoever holds the function or the table, by whatever name, meets the mistake."""
    held, state, allowed = width, enums.SharingState.OWNER, enums.CEILING_STATE
    in_place = InPlace("cms/sharing/enums.py")
    changed = in_place.source.replace("return STATE_ORDER.index(SharingState(state))", "return 77")
    try:
        in_place.exchange(changed.replace("Ceiling.OWNER: SharingState.OWNER,", ""), tables=True)
        assert (held(state), enums.width(state)) == (77, 77)
        assert len(vars(ceilings)["CEILING_STATE"]) == len(allowed) - 1
    finally:
        in_place.exchange(in_place.source, tables=True)
    assert held(state) == 1
    assert allowed == enums.CEILING_STATE


def test_every_survivor_listed_is_a_mistake_of_today_with_a_reason() -> None:
    listed = explained()
    today = {(path, one.mistake) for path in {path for path, _mistake in listed} for one in mutants(path)}
    assert set(listed) <= today
    assert all(listed.values())


def test_the_page_lists_the_survivors_and_the_files() -> None:
    page = (ROOT / "docs/proof.md").read_text(encoding="utf-8")
    assert "\n".join(as_table()) in page
    assert [path for path in TESTS if f"`{path}`" not in page] == []


def test_every_file_and_its_tests_exist() -> None:
    named = {*TESTS, *(test for tests in TESTS.values() for test in tests)}
    assert [one for one in sorted(named) if not Path(ROOT / one.partition("::")[0]).exists()] == []
