"""Background work that runs beside the queue of tasks, in the worker's process but in threads of its own.

An app registers its companion in `ready`; the worker starts and stops it.
"""

from typing import Protocol


class Companion(Protocol):
    """Something that works for as long as the worker runs."""

    def start(self) -> None:
        """Begin to work, in a thread of its own; return at once."""

    def stop(self) -> None:
        """Finish what is at hand and return when nothing runs any more."""

    def work_off(self) -> int:
        """Do what is due now, in this thread; return how many things were done (0: nothing was left)."""


_registered: dict[str, Companion] = {}


def register(name: str, companion: Companion) -> None:
    """Have the companion run with every worker. Another one of that name is a ValueError."""
    if _registered.get(name, companion) is not companion:
        raise ValueError(f"The companion {name} is registered twice.")
    _registered[name] = companion


def registered() -> list[Companion]:
    """Return every registered companion, in the order of names."""
    return [companion for _, companion in sorted(_registered.items())]
