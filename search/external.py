"""What the database knows of an index outside it: which indexes there are, and what each item's copy there should be.

The rows are kept by triggers on the search entries, so that no way of writing an entry passes them by.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# the copy that carries the highest version written: an index without it has lost what came with it
WATERMARK = "watermark"


class ExternalIndex(models.Model):
    """An index outside the database. The one that is `serving` answers searches; one that is `building` is filled to
    take its place. Both are told of every change.

    `name` is the index's own name, `uuid` what the engine calls it: another index under the same name is not trusted.
    `definition` is what it was made from, `copied_to` the last item that a rebuild has copied, `confirmed` the highest
    version that it said to have: one that no longer has it has lost what came with it. `languages` are those of the
    copies that it was ever given: nothing need be looked for in others.
    """

    class Role(models.TextChoices):
        SERVING = "serving", _("serving")
        BUILDING = "building", _("building")

    role = models.CharField(_("role"), max_length=8, choices=Role.choices, unique=True)
    name = models.CharField(_("name"), max_length=200)
    uuid = models.CharField(_("identifier"), max_length=40)
    definition = models.JSONField(_("definition"))
    created_at = models.DateTimeField(_("made"))
    copied_to = models.BigIntegerField(_("copied up to item"), default=0)
    languages = ArrayField(models.CharField(max_length=10), verbose_name=_("languages"), default=list)
    confirmed = models.BigIntegerField(_("confirmed version"), default=0)

    class Meta:
        verbose_name = _("external index")
        verbose_name_plural = _("external indexes")

    def __str__(self) -> str:
        return f"{self.name} ({self.role})"


class IndexedItem(models.Model):
    """The copy of one item outside the database: the version it should have, and since when it may have another.

    Versions come from one sequence, taken under the row's lock: a later state has a higher one. While a change is
    pending the copy takes part in no answer. `restrictive`: it may hold something that the item no longer is.
    """

    # no foreign key: an item that is gone is still to be overwritten outside
    sharing_id = models.BigIntegerField(primary_key=True)
    version = models.BigIntegerField(_("version"))
    pending_since = models.DateTimeField(_("pending since"), null=True)
    restrictive = models.BooleanField(_("restrictive"), default=False)
    gone_at = models.DateTimeField(_("gone"), null=True)

    class Meta:
        verbose_name = _("copy of an item")
        verbose_name_plural = _("copies of items")
        indexes = (
            models.Index(
                fields=("-restrictive", "sharing_id"), name="search_pending", condition=Q(pending_since__isnull=False)
            ),
            models.Index(fields=("gone_at",), name="search_gone", condition=Q(gone_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.sharing_id}"


# Nothing is noted where there is no external index. An entry written anew as it was is no change. A first entry may be
# absent outside; whatever follows it there may be wrong.
CREATE_NOTES = """
CREATE SEQUENCE search_version;
CREATE FUNCTION search_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    item bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.sharing_id ELSE NEW.sharing_id END;
    gone timestamptz := CASE WHEN TG_OP = 'DELETE' THEN clock_timestamp() END;
BEGIN
    IF EXISTS (SELECT FROM search_externalindex) THEN
        INSERT INTO search_indexeditem AS i (sharing_id, version, pending_since, restrictive, gone_at)
        VALUES (item, nextval('search_version'), clock_timestamp(), TG_OP <> 'INSERT', gone)
        ON CONFLICT (sharing_id) DO UPDATE
           SET version = nextval('search_version'), restrictive = true, gone_at = EXCLUDED.gone_at,
               pending_since = coalesce(i.pending_since, EXCLUDED.pending_since);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER search_note_new AFTER INSERT OR DELETE ON search_searchentry
    FOR EACH ROW EXECUTE FUNCTION search_note_change();
CREATE TRIGGER search_note_changed AFTER UPDATE ON search_searchentry
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION search_note_change();
"""
DROP_NOTES = """
DROP TRIGGER search_note_new ON search_searchentry;
DROP TRIGGER search_note_changed ON search_searchentry;
DROP FUNCTION search_note_change();
DROP SEQUENCE search_version;
"""
