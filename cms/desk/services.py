"""Watching items."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cms.desk.models import Watch
from cms.sharing.models import Sharing
from cms.users.models import User

MOST_WATCHED = 500


@transaction.atomic
def watch(*, sharing: Sharing, user: User, at: datetime) -> None:
    """Have the person told of each new version of an item that the caller has found visible. Raises ValidationError
    where the person watches very many."""
    if Watch.objects.filter(user=user).count() >= MOST_WATCHED:
        raise ValidationError(_("You watch very many items: stop watching one first."))
    Watch.objects.get_or_create(user=user, item=sharing.uuid, defaults={"since": at})


def unwatch(*, sharing: Sharing, user: User) -> None:
    """Tell the person no more."""
    Watch.objects.filter(user=user, item=sharing.uuid).delete()
