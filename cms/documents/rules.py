"""Who may keep a copy of a file that is shown to them."""

from datetime import datetime

from cms.sharing.enums import SharingState
from cms.sharing.models import Sharing
from cms.sharing.reach import Viewer
from cms.sharing.rules import allowed


def may_keep(user: Viewer, sharing: Sharing, at: datetime) -> bool:
    """Tell whether a reader of the live version may have copies of its files: by the export right, and everybody of a
    public item whose owner allows copies."""
    if sharing.state == SharingState.PUBLIC and not sharing.quarantined:
        return sharing.copies_allowed
    return allowed(user, "export", sharing, at)
