"""Pages of an item's sharing."""

from cms.sharing.catalogue import ACTS

__all__ = ["ACTS"]
