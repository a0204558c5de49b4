"""How soon an empty answer is given: one about a word that only hidden items have must not take longer than one about a
word that none has."""

from collections.abc import Callable
from time import monotonic, sleep

from search.engines.base import EngineResult

# Passing over hidden items that have a word takes time: about a millisecond for five thousand.
EMPTY_SECONDS = 0.015


def evenly(search: Callable[[], EngineResult]) -> EngineResult:
    """Return what the search answers; that nothing was found, no sooner than after EMPTY_SECONDS."""
    started = monotonic()
    result = search()
    if not result.total:
        sleep(max(0.0, started + EMPTY_SECONDS - monotonic()))
    return result
