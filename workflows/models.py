"""Rows of the editorial workflow: its one task on Wagtail's engine, and what Wagtail has no place for."""

import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task, TaskState

from cms.elements.models import Element
from cms.organisations.models import Organisation
from cms.sharing.models import Sharing
from workflows.enums import Frame


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


def _person(**options: Any) -> models.ForeignKey[Any, Any]:
    """Return a key to somebody whose account may be gone one day."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", **options
    )


class ValidationFrame(models.Model):
    """The Commission's frame for an element: whether organisations may, or participants must, validate nationally."""

    element = models.OneToOneField(Element, on_delete=models.CASCADE, related_name="validation_frame")
    rule = models.CharField(_("national validation"), max_length=10, choices=Frame.choices, default=Frame.ALLOWED)

    class Meta:
        verbose_name = _("frame of validation")
        verbose_name_plural = _("frames of validation")
        constraints = (models.CheckConstraint(condition=Q(rule__in=Frame.values), name="validation_frame_rule"),)

    def __str__(self) -> str:
        return f"{self.element}: {self.rule}"


class ValidationStep(models.Model):
    """An organisation wants to validate what it and those below it hand in about an element."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    element = models.ForeignKey(Element, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("step of validation")
        verbose_name_plural = _("steps of validation")
        constraints = (models.UniqueConstraint(fields=("organisation", "element"), name="validation_step_once"),)

    def __str__(self) -> str:
        return f"{self.organisation}: {self.element}"


class Validation(models.Model):
    """An organisation has validated a version. Another version is another matter."""

    revision = models.ForeignKey("wagtailcore.Revision", on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    validated_by = _person()
    validated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("validation")
        verbose_name_plural = _("validations")
        constraints = (models.UniqueConstraint(fields=("revision", "organisation"), name="validation_once"),)

    def __str__(self) -> str:
        return f"{self.revision_id}: {self.organisation}"


class Schedule(models.Model):
    """When an item is to be published and when it expires. `approved_revision` is what the clock publishes."""

    sharing = models.OneToOneField(Sharing, on_delete=models.CASCADE, related_name="schedule")
    publish_at = models.DateTimeField(_("publish at"), null=True, blank=True)
    expire_at = models.DateTimeField(_("expire at"), null=True, blank=True)
    approved_revision = models.ForeignKey(
        "wagtailcore.Revision", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    approved_by = _person()
    approved_at = models.DateTimeField(null=True, blank=True)
    # why the clock did not publish it, for those who look at it again
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        constraints = (
            models.CheckConstraint(
                condition=Q(publish_at__isnull=True) | Q(expire_at__isnull=True) | Q(expire_at__gt=F("publish_at")),
                name="schedule_in_order",
            ),
        )
        indexes = (
            models.Index(fields=("publish_at",), name="schedule_publish", condition=Q(approved_revision__isnull=False)),
            models.Index(fields=("expire_at",), name="schedule_expire", condition=Q(expire_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.sharing}: {self.publish_at} – {self.expire_at}"

    @property
    def stamp(self) -> str:
        """Both instants in one word, so that a form can say which ones it showed."""
        return "|".join("" if value is None else value.isoformat() for value in (self.publish_at, self.expire_at))


class DraftOpening(models.Model):
    """Somebody opened an item's editor. Only ever added: two openings at once never wait for each other."""

    sharing = models.ForeignKey(Sharing, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("opening of a draft")
        verbose_name_plural = _("openings of drafts")
        indexes = (models.Index(fields=("sharing", "opened_at"), name="draft_opening_when"),)

    def __str__(self) -> str:
        return f"{self.sharing}: {self.user}"


class DraftLock(models.Model):
    """Somebody keeps an item's text for themselves for some hours."""

    sharing = models.OneToOneField(Sharing, on_delete=models.CASCADE, related_name="draft_lock")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("lock of a draft")
        verbose_name_plural = _("locks of drafts")

    def __str__(self) -> str:
        return f"{self.sharing}: {self.user}"


class DraftComment(models.Model):
    """What somebody says about a version, to those who work on the item."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sharing = models.ForeignKey(Sharing, on_delete=models.CASCADE, related_name="draft_comments")
    revision = models.ForeignKey("wagtailcore.Revision", on_delete=models.CASCADE, related_name="+")
    author = _person()
    text = models.TextField(_("comment"), max_length=2000)
    written_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = _person()

    class Meta:
        verbose_name = _("comment on a draft")
        verbose_name_plural = _("comments on drafts")
        ordering = ("written_at", "pk")

    def __str__(self) -> str:
        return f"{self.sharing}: {self.author}"


class Closing(models.Model):
    """The matter that an item tells of is closed; the item stays, and says so to whoever reads it."""

    sharing = models.OneToOneField(Sharing, on_delete=models.CASCADE, related_name="closing")
    reason = models.CharField(_("reason"), max_length=500)
    closed_by = _person()
    closed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("closing")
        verbose_name_plural = _("closings")

    def __str__(self) -> str:
        return f"{self.sharing}: {self.closed_at}"


class ReviewReminder(models.Model):
    """The owner's people were told that a review is due; once for each day that it was due on."""

    sharing = models.ForeignKey(Sharing, on_delete=models.CASCADE, related_name="+")
    due_on = models.DateField()
    told_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reminder of a review")
        verbose_name_plural = _("reminders of reviews")
        constraints = (models.UniqueConstraint(fields=("sharing", "due_on"), name="review_reminder_once"),)

    def __str__(self) -> str:
        return f"{self.sharing}: {self.due_on}"
