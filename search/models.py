"""The one read model of search: whatever engine answers, it is fed from here."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.elements.models import Element
from cms.organisations.models import Organisation
from cms.sharing.enums import Marking, SharingState
from cms.sharing.models import Sharing
from search.external import ExternalIndex, IndexedItem
from search.personal import Finding, PastSearch, SavedSearch
from search.synonyms import SynonymGroup

__all__ = ("ExternalIndex", "Finding", "IndexedItem", "PastSearch", "SavedSearch", "SearchEntry", "SynonymGroup")


class SearchEntry(models.Model):
    """What can be found of one live item, and by whom. Derived: `search.services` writes it in the transaction that
    changes the item or its sharing, and can write all of it anew.

    `text` holds the words by weight: title A, summary B, attachments C, body D; `title_text` those of the title alone,
    so that ranking asks for the long vector only where it must. Both name their language by a lexeme such as `@3`. The
    audience stands in a vector of its own: it takes part in finding, never in ranking.
    """

    # first what every search reads of each row found: a row is read from its start
    sharing = models.OneToOneField(Sharing, on_delete=models.CASCADE, primary_key=True, related_name="search_entry")
    audience_since = models.DateTimeField(null=True)
    next_change = models.DateTimeField(null=True)
    published_at = models.DateTimeField(_("published"))
    uuid = models.UUIDField(_("identifier"), unique=True)
    configuration = models.PositiveSmallIntegerField(_("number of the language"))
    year = models.PositiveSmallIntegerField(_("year of publication"))
    month = models.PositiveIntegerField(_("year and month of publication, as 202603"), default=0)
    length = models.PositiveIntegerField(_("number of words"), default=0)
    title_length = models.PositiveSmallIntegerField(_("number of words of the title"), default=0)
    has_attachment = models.BooleanField(_("has an attachment"), default=False)
    element = models.ForeignKey(Element, on_delete=models.PROTECT, related_name="+", db_index=False)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    type_key = models.CharField(_("type"), max_length=40)
    state = models.CharField(_("state"), max_length=10, choices=SharingState.choices)
    countries = ArrayField(models.CharField(max_length=2), default=list)
    title_text = SearchVectorField()
    marking = models.CharField(_("marking"), max_length=12, choices=Marking.choices)
    language = models.CharField(_("language"), max_length=2)
    level = models.CharField(_("level"), max_length=12, blank=True)
    own_facets = ArrayField(
        models.CharField(max_length=100), verbose_name=_("values of the type's own facets"), default=list
    )
    information_date = models.DateField(_("information of"), null=True)
    version = models.BigIntegerField()
    analysis = models.PositiveSmallIntegerField(_("version of the analysis of words"), default=0)
    title = models.CharField(_("title"), max_length=255)
    summary = models.TextField(_("summary"))
    body = models.TextField(_("body, as plain text"))
    shown = models.JSONField(_("what lists show of the type's own fields"), default=list)
    attachments = models.JSONField(_("names, pages and texts of attachments"), default=list)
    text = SearchVectorField()
    audience = SearchVectorField()

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        indexes = (
            # one index for all questions: a word that only hidden items have costs what an absent one costs
            GinIndex(fields=("text", "audience", "title_text"), name="search_text_and_audience"),
            # whose items are kept out of an index outside the database
            models.Index(fields=("marking", "sharing"), name="search_marking"),
            models.Index(fields=("next_change",), name="search_next_change", condition=Q(next_change__isnull=False)),
            models.Index(
                fields=("audience_since",), name="search_audience_since", condition=Q(audience_since__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return self.title
