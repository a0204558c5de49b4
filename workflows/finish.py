"""What Wagtail calls when an editorial workflow ends well.

Wagtail imports this module while it loads its own models, so nothing here may import a model; who does the work
listens to the signal.
"""

from typing import Any

from django.dispatch import Signal

# sent with `workflow_state` and `user`
review_finished = Signal()


def publish_reviewed(workflow_state: Any, user: Any = None) -> None:
    """Have the reviewed revision published by whoever listens; without a listener the workflow must not end."""
    if not review_finished.has_listeners(type(workflow_state)):
        raise RuntimeError("Nobody is there to publish what was approved.")
    review_finished.send(sender=type(workflow_state), workflow_state=workflow_state, user=user)
