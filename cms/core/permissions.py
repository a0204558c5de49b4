"""Named permissions of django-rules, entered into its register one way everywhere."""

from collections.abc import Callable, Mapping
from typing import Any

from rules.permissions import add_perm, perm_exists
from rules.predicates import predicate


def register(permissions: Mapping[str, Callable[[Any, Any], bool]]) -> None:
    """Enter the functions (person, what is asked about → yes or no) under their names; a name that stands there stays.

    Each answers with exactly yes or no: django-rules passes over a None, as if it had not been asked.
    """
    for permission, function in permissions.items():
        if not perm_exists(permission):
            add_perm(permission, predicate(_total(function), name=permission))


def _total(function: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def answer(user: Any, ask: Any) -> bool:
        return bool(function(user, ask))

    return answer
