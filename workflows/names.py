"""Names of people are told inside one's own participant only: an item may have come from another one."""

from django.utils.translation import gettext as _

from cms.users.models import User
from content_types.draft_scope import DraftViewer


def told_name(user: User | None, viewer: DraftViewer) -> str:
    """Return how the viewer may be told of a person; a dash where nobody is known."""
    if user is None:
        return "–"
    own = user.pk == viewer.user.pk or user.pk in viewer.colleague_ids
    return user.name if own else _("somebody of another participant")
