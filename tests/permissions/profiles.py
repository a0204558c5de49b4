"""How long generated tests look: `HYPOTHESIS_PROFILE=thorough` looks twenty times as long as every run of the tests."""

import os

from hypothesis import HealthCheck, settings

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
# examples run inside one test's transaction and undo what they write; how long one takes says nothing
DATABASE = settings(deadline=None, print_blob=True, suppress_health_check=[HealthCheck.function_scoped_fixture])


def examples(number: int) -> settings:
    """Return settings for so many examples, or twenty times as many."""
    return settings(DATABASE, max_examples=number * 20 if THOROUGH else number)
