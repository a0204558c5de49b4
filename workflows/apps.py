from django.apps import AppConfig
from django.db.models.signals import post_migrate

from cms.core import periodic

CLOCK_SECONDS = 5
FORGET_SECONDS = 3600
REMIND_SECONDS = 3600


class WorkflowsConfig(AppConfig):
    """The editorial workflow; it stands on the folder of items after every migration."""

    name = "workflows"

    def ready(self) -> None:
        """Keep the workflow in place, and keep Wagtail's mails at home: they carry titles, and go to superusers."""
        from wagtail.models import TaskState, WorkflowState
        from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

        from workflows import receivers  # noqa: F401
        from workflows.kinds import register_kinds
        from workflows.services import ensure_workflow
        from workflows.tasks import forget_who_was_at_work, remind_of_reviews, run_due_transitions

        periodic.register("run_due_transitions", CLOCK_SECONDS, run_due_transitions)
        register_kinds()
        periodic.register("remind_of_reviews", REMIND_SECONDS, remind_of_reviews)
        periodic.register("forget_who_was_at_work", FORGET_SECONDS, forget_who_was_at_work)
        post_migrate.connect(ensure_workflow, sender=self)
        task_submitted.disconnect(sender=TaskState, dispatch_uid="group_approval_task_submitted_email_notification")
        workflow_submitted.disconnect(sender=WorkflowState, dispatch_uid="workflow_state_submitted_email_notification")
        workflow_rejected.disconnect(sender=WorkflowState, dispatch_uid="workflow_state_rejected_email_notification")
        workflow_approved.disconnect(sender=WorkflowState, dispatch_uid="workflow_state_approved_email_notification")
