"""A row takes its bytes with it when it goes, after commit."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from cms.documents import storage
from cms.documents.models import File


@receiver(post_delete, sender=File)
def forget_bytes(instance: File, **_signal: Any) -> None:
    """Remove the bytes once nothing can bring the row back."""
    uuid = instance.uuid
    transaction.on_commit(lambda: storage.forget(uuid))
