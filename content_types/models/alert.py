"""The items of early warning: an alert with gaps allowed, its follow-ups and its final report, each an item of its own.

They tell of one event in the same fields (which of them must be there differs), so they are types of item on one page.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField

from cms.notifications.enums import Urgency
from content_types import alert_vocabularies as words
from content_types.alert_blocks import DocumentRows, ExternalRows, NationalityRows, RouteRows
from content_types.alert_facts import facts_of_alert
from content_types.blocks import BodyBlock
from content_types.models.content import ContentPage
from content_types.searching import OwnFacet, SearchDeclaration, ShownField
from content_types.text import stream_text
from content_types.vocabularies import country_name

_CODE = 20
_CHOSEN = {
    "urgency": Urgency,
    "report_kind": words.ReportKind,
    "alert_kind": words.AlertKind,
    "border_type": words.BorderType,
    "direction": words.Direction,
    "persons_count": words.Count,
    "exploitation": words.Exploitation,
    "asked": words.Asked,
    "validation": words.Validation,
}
_CHOSEN_OR_EMPTY = {
    "stage": words.Stage,
    "impact": words.Impact,
    "detection": words.Detection,
    "manner": words.Manner,
    "price_basis": words.PriceBasis,
    "payment_mode": words.PaymentMode,
    "closing_reason": words.ClosingReason,
}
_SEVERAL = {
    "transport": words.Transport,
    "concealment": words.Concealment,
    "modus_operandi": words.ModusOperandi,
    "facilitator_roles": words.FacilitatorRole,
}


def _one(label: Any, choices: type[models.TextChoices], default: str) -> Any:
    return models.CharField(label, max_length=_CODE, choices=choices.choices, default=default)


def _perhaps(label: Any, choices: type[models.TextChoices]) -> Any:
    return models.CharField(label, max_length=_CODE, choices=choices.choices, blank=True)


def _several(label: Any, choices: type[models.TextChoices]) -> Any:
    return ArrayField(
        models.CharField(max_length=_CODE, choices=choices.choices), default=list, blank=True, verbose_name=label
    )


def _number(label: Any, **more: Any) -> Any:
    return models.PositiveIntegerField(label, null=True, blank=True, **more)


def _within(vocabularies: Mapping[str, Any], *, empty: bool) -> list[models.BaseConstraint]:
    more = [""] if empty else []
    return [
        models.CheckConstraint(condition=Q(**{f"{name}__in": [*more, *known.values]}), name=f"alert_{name}_known")
        for name, known in vocabularies.items()
    ]


class Alert(ContentPage):
    """What one State warns the others of, with a follow-up, a final report: which of them says `report_kind`. Only what
    a first warning needs is asked for at once."""

    urgency = _one(_("urgency"), Urgency, Urgency.URGENT)
    report_kind = _one(_("kind of report"), words.ReportKind, words.ReportKind.ALERT)
    # the item of the first report; not a foreign key, for whoever reads this one may not see that one
    first_item = models.UUIDField(_("first report"), null=True, blank=True, editable=False)
    alert_kind = _one(_("what is reported"), words.AlertKind, words.AlertKind.FIRST_INDICATION)
    stage = _perhaps(_("stage"), words.Stage)
    detected_at = models.DateTimeField(_("detected at"), null=True, blank=True, help_text=_("UTC."))
    aware_at = models.DateTimeField(
        _("known to us since"), null=True, blank=True, help_text=_("UTC. When your service learnt of it.")
    )
    impact = _perhaps(_("impact"), words.Impact)
    validation = _one(_("validation"), words.Validation, words.Validation.NONE)

    place_country = models.CharField(_("country of the place"), max_length=2, blank=True)
    place_section = models.CharField(_("border section"), max_length=120, blank=True)
    place_crossing = models.CharField(_("crossing point"), max_length=120, blank=True)
    place_name = models.CharField(_("place"), max_length=120, blank=True)
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    position_accuracy = _number(_("accuracy of the position, in metres"))
    border_type = _one(_("border"), words.BorderType, words.BorderType.UNKNOWN)
    direction = _one(_("direction"), words.Direction, words.Direction.UNKNOWN)
    detection = _perhaps(_("how it was noticed"), words.Detection)
    manner = _perhaps(_("manner"), words.Manner)
    concealment = _several(_("concealment"), words.Concealment)
    concealment_text = models.CharField(_("concealment in words"), max_length=500, blank=True)

    persons_total = _number(_("persons"))
    persons_count = _one(_("the number is"), words.Count, words.Count.ESTIMATE)
    persons_women = _number(_("women"))
    persons_men = _number(_("men"))
    minors = _number(_("minors"))
    unaccompanied = _number(_("unaccompanied minors"))
    need_protection = _number(_("persons who need protection"))
    dead = _number(_("dead"))
    injured = _number(_("injured"))
    missing = _number(_("missing"))
    nationalities = StreamField(NationalityRows(), verbose_name=_("nationalities"), blank=True)

    # not `route`: every page has a method of that name
    legs = StreamField(RouteRows(), verbose_name=_("route"), blank=True)
    last_embarkation = models.CharField(_("country of last embarkation"), max_length=2, blank=True)
    destination = models.CharField(_("intended destination"), max_length=2, blank=True)
    transport = _several(_("means of transport"), words.Transport)
    vessel_flag = models.CharField(_("flag of the vessel"), max_length=2, blank=True)
    vessel_name = models.CharField(_("name of the vessel"), max_length=80, blank=True)
    vessel_imo = models.CharField(_("IMO number"), max_length=7, blank=True)
    flight_number = models.CharField(_("flight number"), max_length=10, blank=True)

    facilitators = _number(_("facilitators"))
    facilitator_nationalities = ArrayField(
        models.CharField(max_length=2), default=list, blank=True, verbose_name=_("their nationalities")
    )
    facilitator_roles = _several(_("their roles"), words.FacilitatorRole)
    modus_operandi = _several(_("modus operandi"), words.ModusOperandi)
    modus_text = models.TextField(_("modus operandi in words"), max_length=2000, blank=True)
    modus_new = models.BooleanField(_("it is new"), default=False)
    modus_change = models.TextField(_("what is different from before"), max_length=1000, blank=True)
    price_from = _number(_("price, from"))
    price_to = _number(_("price, to"))
    price_currency = models.CharField(_("currency"), max_length=3, blank=True)
    price_basis = _perhaps(_("price for"), words.PriceBasis)
    payment_mode = _perhaps(_("paid by"), words.PaymentMode)
    documents = StreamField(DocumentRows(), verbose_name=_("documents used"), blank=True)
    exploitation = _one(_("exploitation"), words.Exploitation, words.Exploitation.NONE)

    measures = models.TextField(_("measures taken or planned"), max_length=4000, blank=True)
    measures_from = models.DateField(_("measures from"), null=True, blank=True)
    measures_until = models.DateField(_("measures until"), null=True, blank=True)
    asked = _one(_("asked of others"), words.Asked, words.Asked.NOTHING)
    asked_text = models.TextField(_("what exactly"), max_length=1000, blank=True)
    answer_by = models.DateTimeField(_("answer by"), null=True, blank=True, help_text=_("UTC."))
    closing_reason = _perhaps(_("reason of closing"), words.ClosingReason)
    lesson = models.TextField(
        _("evaluation"), max_length=2000, blank=True, help_text=_("What came of it, and what others can learn from it.")
    )
    external = StreamField(ExternalRows(), verbose_name=_("identifiers in other systems"), blank=True)
    no_personal_data = models.BooleanField(_("contains no personal data"), default=False)
    body = StreamField(BodyBlock(), verbose_name=_("more"), blank=True)

    type_key: ClassVar[str] = "alert"
    searching: ClassVar[SearchDeclaration] = SearchDeclaration(
        searched=("body_text",),
        faceted=(
            OwnFacet("urgency", _("Urgency"), lambda: dict(Urgency.choices)),
            OwnFacet("alert_kind", _("What is reported"), lambda: dict(words.AlertKind.choices)),
            OwnFacet("transport", _("Means of transport"), lambda: dict(words.Transport.choices)),
            OwnFacet("nationality_codes", _("Nationality")),
            OwnFacet("modus_operandi", _("Modus operandi"), lambda: dict(words.ModusOperandi.choices)),
        ),
        shown=(ShownField("urgency", _("Urgency")), ShownField("alert_kind", _("What is reported"))),
    )
    required_at_submission: ClassVar[tuple[str, ...]] = (
        "title", "summary", "language", "detected_at", "place_country", "no_personal_data",
    )  # fmt: skip
    described_by: ClassVar[tuple[str, ...]] = (
        *ContentPage.described_by, "detected_at", "aware_at", "place_country", "measures"
    )  # fmt: skip
    # the order of the editor's fields, set when the apps are ready
    edit_handler: ClassVar[Any]

    class Meta(ContentPage.Meta):
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *ContentPage.Meta.constraints,
            *_within(_CHOSEN, empty=False),
            *_within(_CHOSEN_OR_EMPTY, empty=True),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__contained_by": known.values}), name=f"alert_{name}_known"
                )
                for name, known in _SEVERAL.items()
            ),
            models.CheckConstraint(
                condition=Q(measures_until__isnull=True) | Q(measures_until__gte=F("measures_from")),
                name="alert_measures_in_order",
            ),
            models.CheckConstraint(
                condition=Q(price_to__isnull=True) | Q(price_to__gte=F("price_from")), name="alert_prices_in_order"
            ),
        ]

    @classmethod
    def item_types(cls) -> Mapping[str, Any]:
        """Return alert, follow-up and final report."""
        return dict(words.ReportKind.choices)

    @property
    def item_type(self) -> str:
        """Which of them it is."""
        return str(self.report_kind)

    @property
    def is_final(self) -> bool:
        """Whether it says what came of the event, and closes it."""
        return bool(self.report_kind == words.ReportKind.FINAL_REPORT)

    def needed_at_submission(self) -> tuple[str, ...]:
        """Return the fields of a first warning; of a final report what evaluates the event too, and who came and how
        where it did happen."""
        first = super().needed_at_submission()
        if not self.is_final:
            return first
        if self.closing_reason == words.ClosingReason.DID_NOT_HAPPEN:
            return (*first, "closing_reason", "lesson")
        return (*first, "closing_reason", "lesson", "transport", "nationalities")

    def clean(self) -> None:
        """Refuse times and numbers that contradict each other, and a follow-up of nothing."""
        super().clean()
        wrong: dict[str, Any] = {}
        if self.detected_at and self.aware_at and self.aware_at < self.detected_at:
            wrong["aware_at"] = _("Known before it was detected?")
        if None not in (self.minors, self.persons_total) and self.minors > self.persons_total:
            wrong["minors"] = _("More than there are persons.")
        if not self.is_final and self.closing_reason:
            wrong["closing_reason"] = _("Only a final report closes an event.")
        if wrong:
            raise ValidationError(wrong)

    def body_text(self) -> str:
        """Return everything in words as plain text, for search."""
        names = ("modus_text", "modus_change", "measures", "asked_text", "lesson", "concealment_text")
        places = (self.place_name, self.place_crossing, self.place_section, self.vessel_name, self.flight_number)
        said = [*(getattr(self, name) for name in names), " ".join(filter(None, places))]
        legs = [block.value["place"] for block in self.legs if block.value.get("place")]
        codes = [block.value["country"] for block in (*self.nationalities, *self.legs)]
        labels = [country_name(code) for code in dict.fromkeys(codes) if code]
        return "\n".join(part for part in (*said, *legs, " ".join(labels), stream_text(self.body.raw_data)) if part)

    def rendered_body(self) -> list[SafeString]:
        """Return the body as pieces of clean HTML, in order; attachments are listed apart."""
        return self.rendered(self.body)

    def own_facts(self) -> Sequence[Any]:
        """Return what the alert says in its own fields, group by group."""
        return facts_of_alert(self)

    @property
    def nationality_codes(self) -> Sequence[str]:
        """The nationalities that are named, each once, in order."""
        return list(dict.fromkeys(block.value["country"] for block in self.nationalities))
