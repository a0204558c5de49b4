"""Work that is done in batches until none is left."""

from collections.abc import Callable


def until_none_left(take: Callable[[], int]) -> int:
    """Call `take`, which does one batch and returns how many it took, until it takes none; return how many in all."""
    return sum(iter(take, 0))
