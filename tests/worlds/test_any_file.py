"""Whatever stands in a file, the answer is a loaded world or a clear refusal, never a traceback."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms.sharing.models import Sharing
from cms.worlds.parsing import parse_text
from cms.worlds.problems import Problem, WorldRefused
from tests.worlds.worlds import load, small

pytestmark = pytest.mark.django_db

WORDS = st.sampled_from(
    "aa aa-border ec bb org:bb user:bo@bb.example group:sea-routes group:member-states ana@aa.example early-warning "
    "return AMBER CLEAR RED public owner published draft submitted curator officer commission unit MA ES H1 bulletin "
    "2026-01-01 2026-01-01T00:00:00Z 0001-01-01T00:00:00+14:00 9999-12-31T23:59:59-14:00 9999-12-31 <p>text</p>".split()
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=30),
    WORDS,
    st.just("\ud800"),
    st.just("\x00"),
    st.just("x" * 300),
    st.just("x" * 70_000),
)
NAMES = st.one_of(
    st.sampled_from(
        "key name kind country parent members email password active memberships organisation role from until "
        "competences element countries type owner title summary body marking state status recipients to fields".split()
    ),
    st.text(max_size=5),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=5)),
    max_leaves=12,
)
FILES = st.dictionaries(st.one_of(st.sampled_from(["organisations", "groups", "users", "items"]), NAMES), VALUES)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of everything inside a value."""
    steps = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    return [found for step in steps for found in [(*path, step), *_paths(value[step], (*path, step))]]


SMALL_PATHS = _paths(small())


def _problems(act: Callable[[Any], Any], value: Any) -> tuple[Problem, ...]:
    """Do it; return what was wrong, nothing where it was done."""
    try:
        act(value)
    except WorldRefused as refused:
        return refused.problems
    return ()


def _check(world: Any) -> None:
    """Load the world: nothing of a refused one is kept, and each problem has a place, and can be printed."""
    before = Sharing.objects.count()

    problems = _problems(load, world)

    assert not problems or Sharing.objects.count() == before
    for problem in problems:
        assert problem.path.startswith("$")
        assert str(problem).encode()
        # what the database refuses should have been told with its place
        assert "the database refuses" not in problem.reason


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VALUES | FILES)
def test_any_json_is_loaded_or_refused(db, world):
    _check(parse_text(json.dumps(world)))


@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(SMALL_PATHS), VALUES), min_size=1, max_size=3))
def test_a_good_file_with_anything_put_into_it_is_loaded_or_refused(db, changes):
    world = small()
    for path, value in changes:
        target: Any = world
        for step in path[:-1]:
            target = target[step] if _has(target, step) else {}
        if isinstance(target, dict) or _has(target, path[-1]):
            target[path[-1]] = value

    _check(world)


def _has(target: Any, step: Any) -> bool:
    """Tell whether a step of a path is still there after an earlier change."""
    if isinstance(target, dict):
        return step in target
    return isinstance(target, list) and isinstance(step, int) and step < len(target)


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=200))
def test_any_text_is_parsed_or_refused(text):
    assert {problem.path for problem in _problems(parse_text, text)} <= {"$"}
