"""Tasks that come round by the clock: an app registers its own in `ready`; every worker looks at the register."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django_tasks.base import Task


@dataclass(frozen=True, slots=True)
class Periodic:
    """A task and how often it comes round."""

    every: timedelta
    task: Task[..., Any]


_registered: dict[str, Periodic] = {}


def register(name: str, every_seconds: int, task: Task[..., Any]) -> None:
    """Have the task run every so many seconds; called from an app's `ready`. Another task of that name is a
    ValueError, as is a time below one second."""
    if every_seconds < 1:
        raise ValueError(f"{name} cannot come round every {every_seconds} seconds.")
    if name in _registered and _registered[name].task.module_path != task.module_path:
        raise ValueError(f"The periodic task {name} is registered twice.")
    _registered[name] = Periodic(timedelta(seconds=every_seconds), task)


def registered() -> dict[str, Periodic]:
    """Return every registered task by name."""
    return dict(_registered)
