"""Which engine answers."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from search.engines import ENGINES, get_engine
from search.engines.postgres import PostgresEngine


def test_the_settings_name_the_engine():
    assert isinstance(get_engine(), PostgresEngine)


def test_another_name_is_refused_and_the_right_ones_are_told():
    with pytest.raises(ImproperlyConfigured, match=f"one of {', '.join(sorted(ENGINES))}"):
        get_engine("sphinx")
