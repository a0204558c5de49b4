"""Which files lie within somebody's reach, before it is asked which version shows them."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from cms.documents.enums import GIVEN_OUT
from cms.sharing.models import Sharing
from cms.sharing.querysets import SharingQuerySet
from cms.sharing.reach import Viewer, may_act_on, reaches_of, writable_owners


class FileQuerySet(models.QuerySet[Any]):
    """Files."""

    def given_out(self) -> "FileQuerySet":
        """Keep the files in which no malware is known or feared."""
        return self.filter(scan__in=GIVEN_OUT)

    def within_reach(self, user: Viewer, at: datetime) -> "FileQuerySet":
        """Keep the files of items that the person may view or work on, and unattached ones of the person's own
        organisations; each with `by_work` (as somebody who works on it) and `by_audience` (as its reader).

        A reader sees a file only where the live version shows it: that is asked of the version itself.
        """
        reaches = reaches_of(user, at)
        rows: SharingQuerySet = Sharing.objects.all()
        # asked of the one item of each file: lists of all that is visible would be long
        audience = Exists(rows.visible_to(user, at).filter(pk=OuterRef("sharing")))
        drafts = Exists(Sharing.objects.filter(may_act_on("view_draft", reaches), pk=OuterRef("sharing")))
        owners: Any = writable_owners(reaches).values("pk")
        work = drafts | Q(sharing__isnull=True, organisation__in=owners)
        found = self.annotate(
            by_work=ExpressionWrapper(work, output_field=BooleanField()),
            by_audience=ExpressionWrapper(audience, output_field=BooleanField()),
        )
        kept: FileQuerySet = found.filter(Q(by_work=True) | Q(by_audience=True))
        return kept
