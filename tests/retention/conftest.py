"""The people of the editing interface."""

from tests.admin.conftest import House, house

__all__ = ["House", "house"]
