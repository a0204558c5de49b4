"""The abstract page of every content type: what describes the text. What governs sharing is in the sharing row."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.core.snapshot import once
from cms.documents.models import File
from cms.documents.presentation import Attachment, attachment
from cms.documents.selectors import files_by_uuid
from cms.sharing.models import Sharing
from content_types.files import ATTACHMENTS, attached_in, shown_in, streams_of
from content_types.models.structure import TopicPage
from content_types.permissions import ItemTester
from content_types.searching import SearchDeclaration
from content_types.text import clean_html
from content_types.vocabularies import Accuracy, Language, Level, Reliability

SUMMARY_LENGTH = 1000  # characters


class ContentPage(Page):
    """One item's text. Its slug is the item's public identifier; its reader address is `/i/<identifier>/`."""

    summary = models.TextField(_("summary"), max_length=SUMMARY_LENGTH)
    topic = models.ForeignKey(
        TopicPage, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    information_date = models.DateField(
        _("information of"), null=True, blank=True, help_text=_("The day, or the first day, that the text tells of.")
    )
    information_until = models.DateField(_("to"), null=True, blank=True, help_text=_("Last day, for a period."))
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.EN)
    reliability = models.CharField(_("source reliability"), max_length=1, choices=Reliability.choices, blank=True)
    accuracy = models.PositiveSmallIntegerField(_("accuracy"), choices=Accuracy.choices, null=True, blank=True)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices, blank=True)
    review_date = models.DateField(_("review on"), null=True, blank=True)

    # the key of the type in lists, search, the API and world files
    type_key: ClassVar[str]
    # what search does with the type beyond what all types have
    searching: ClassVar[SearchDeclaration] = SearchDeclaration()
    # what a text must have before it is submitted
    required_at_submission: ClassVar[tuple[str, ...]] = ("title", "summary", "body", "language", "information_date")

    # what tells a reader how far to trust a text, and until when: participation figures say how much of it is given
    described_by: ClassVar[tuple[str, ...]] = ("information_date", "reliability", "accuracy", "level", "review_date")

    parent_page_types: ClassVar[list[str]] = ["content_types.ItemFolder"]
    subpage_types: ClassVar[list[str]] = []
    # drafts are shown by a view of their own, which asks the policy
    preview_modes: ClassVar[list[tuple[str, str]]] = []
    sharing: Sharing

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(language__in=Language.values), name="%(class)s_language"),
            models.CheckConstraint(
                condition=Q(reliability__in=["", *Reliability.values]), name="%(class)s_reliability"
            ),
            models.CheckConstraint(
                condition=Q(accuracy__isnull=True) | Q(accuracy__in=Accuracy.values), name="%(class)s_accuracy"
            ),
            models.CheckConstraint(condition=Q(level__in=["", *Level.values]), name="%(class)s_level"),
            models.CheckConstraint(
                condition=Q(information_until__isnull=True) | Q(information_until__gte=F("information_date")),
                name="%(class)s_dates_in_order",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("summary"), Value(SUMMARY_LENGTH)), name="%(class)s_summary_length"
            ),
        ]

    def _check_slug_is_unique(self) -> None:
        """Ask nothing: the slug is the item's identifier, random and given once."""

    def clean(self) -> None:
        """Refuse a period that ends before it begins, or has no beginning."""
        super().clean()
        if self.information_until is None:
            return
        if self.information_date is None or self.information_until < self.information_date:
            raise ValidationError({"information_until": _("The last day lies before the first one.")})

    @classmethod
    def item_types(cls) -> Mapping[str, Any]:
        """Return key and name of each type of item that these pages hold: one, where the page itself is the type."""
        return {cls.type_key: cls._meta.verbose_name}

    @property
    def item_type(self) -> str:
        """The key of the item's type."""
        return self.type_key

    @property
    def item_type_title(self) -> str:
        """The name of the item's type, as people read it."""
        return str(capfirst(self.item_types()[self.item_type]))

    def needed_at_submission(self) -> tuple[str, ...]:
        """Return the names of the fields that this text must have before it is submitted."""
        return self.required_at_submission

    def own_facts(self) -> Sequence[Any]:
        """Return what the type says in fields of its own, in groups with a title and rows; by default nothing."""
        return ()

    def body_text(self) -> str:
        """Return the body as plain text, for search."""
        raise NotImplementedError

    def rendered_body(self) -> list[SafeString]:
        """Return the body as pieces of clean HTML, in order; attachments are listed apart."""
        raise NotImplementedError

    def rendered(self, blocks: Iterable[Any]) -> list[SafeString]:
        """Return these blocks of the body as pieces of clean HTML, in order, without those that list attachments."""
        context = {"files": self.files()}
        return [clean_html(block.render(context)) for block in blocks if block.block_type != ATTACHMENTS]

    def files(self) -> Mapping[UUID, File]:
        """Return the files that this version shows or lists, by identifier, in one query."""
        uuids = self.shown_files()
        return once(("files", uuids), lambda: files_by_uuid(uuids))

    def shown_files(self) -> frozenset[UUID]:
        """Return the identifiers of the files that this version shows, in its text or below it."""
        return frozenset(uuid for stream in streams_of(self).values() for uuid in shown_in(stream.raw_data))

    def attached_files(self) -> list[UUID]:
        """Return the identifiers of the files that this version lists below its text, in order."""
        return [uuid for stream in streams_of(self).values() for uuid in attached_in(stream.raw_data)]

    def attachments(self) -> list[Attachment]:
        """Return the files that this version lists below its text, in order; those that are gone are left out."""
        uuids = self.attached_files()
        found = self.files() if uuids else {}
        return [attachment(found[uuid]) for uuid in uuids if uuid in found]

    def permissions_for_user(self, user: Any) -> ItemTester:
        """Return what the person may do with the item in the editing interface."""
        return ItemTester(user, self)

    @property
    def item_url(self) -> str:
        """The item's address on the reader site."""
        return f"/i/{self.slug}/"

    def get_url_parts(self, request: object = None) -> tuple[int, str, str] | None:
        """Return no address of the page tree: items are reached through the one guarded view alone."""
        return None
