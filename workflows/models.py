"""The one task of the editorial workflow, on Wagtail's engine."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task, TaskState


class ApprovalTask(Task):
    """Somebody with the right to approve looks at the text that was submitted.

    Every decision is made by `workflows.services`, which asks the policy under the item's lock. Wagtail's own ways to
    the task, from its editor or a task's page, therefore find no action here, and cannot take one.
    """

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, str, bool]]:
        """Offer no action in Wagtail's own menus."""
        return []

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> None:
        """Refuse: approval and return go through the services."""
        raise PermissionDenied

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        """Open the editor to nobody who may not edit anyway."""
        return False

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        """Lock nothing: saving a submitted text takes it back to draft."""
        return False

    def user_can_lock(self, obj: Any, user: Any) -> bool:
        """Let nobody lock."""
        return False

    def user_can_unlock(self, obj: Any, user: Any) -> bool:
        """Let nobody unlock."""
        return False

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> QuerySet[TaskState]:
        """Return nothing: the desk has a list of its own."""
        none: QuerySet[TaskState] = TaskState.objects.none()
        return none
