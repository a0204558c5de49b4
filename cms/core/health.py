"""How the service is: apps register checks, `/health/` asks them all.

A check takes the instant and returns a short state without content: `OK` when all is well, otherwise a few words, which
mean that the service is degraded. It asks one cheap question: the whole answer must stay fast.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction

logger = logging.getLogger("iconet.health")

OK = "ok"
FAILED = "the check failed"
# for each statement of a check: a slow answer is a state of its own, not a slow page
STATEMENT_MILLISECONDS = 500

Check = Callable[[datetime], str]

_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Have the check asked at `/health/` under the name; called from an app's `ready`. Another check of that name is
    a ValueError."""
    if _checks.get(name, check) is not check:
        raise ValueError(f"The health check {name} is registered twice.")
    _checks[name] = check


def states(at: datetime) -> dict[str, str]:
    """Return the state of everything registered, by name, in the order of names. A check that raises is itself a
    state, and its error's kind is logged."""
    return {name: _state(name, check, at) for name, check in sorted(_checks.items())}


def _state(name: str, check: Check, at: datetime) -> str:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(STATEMENT_MILLISECONDS)])
            state = check(at)
            cursor.execute("SELECT set_config('statement_timeout', '0', true)")
    except Exception as error:  # noqa: BLE001 - whatever a check raises, the other states are still told
        logger.error("The health check %s failed: %s.", name, type(error).__name__)
        return FAILED
    return state
