"""What Wagtail calls when one of its workflows ends well by a way of its own: there is none.

Wagtail imports this module while it loads its own models, so nothing here may import a model.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _


def publish_reviewed(workflow_state: Any, user: Any = None) -> None:
    """Refuse: an item is published by `workflows.services.approve`, which asks the policy under the item's lock."""
    raise PermissionDenied(_("An item is published by its approval alone."))
