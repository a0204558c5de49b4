"""The plugin for tests of mistakes: the database is there since before, and generated examples are always the same.

A mistake counts as noticed where a test notices it each time: nothing is left to chance, and nothing is searched for
once an example has failed.
"""

from typing import Any

import pytest
from hypothesis import Phase, settings

settings.register_profile("mistakes", derandomize=True, phases=(Phase.explicit, Phase.generate))
settings.load_profile("mistakes")


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: Any) -> bool | None:
    """Take the database that `DATABASE_URL` names as it is."""
    if fixturedef.argname != "django_db_setup":
        return None
    fixturedef.cached_result = (None, fixturedef.cache_key(request), None)
    return True
