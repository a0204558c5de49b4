"""The fields of an alert in a world file, and what becomes of them in its page."""

from collections.abc import Mapping
from typing import Any

from cms.notifications.enums import Urgency
from cms.worlds.fields import Fields
from content_types import alert_vocabularies as words

LINE, TEXT = 120, 2000

_CHOICES: Mapping[str, Any] = {
    "urgency": Urgency,
    "report_kind": words.ReportKind,
    "alert_kind": words.AlertKind,
    "stage": words.Stage,
    "impact": words.Impact,
    "validation": words.Validation,
    "border_type": words.BorderType,
    "direction": words.Direction,
    "detection": words.Detection,
    "persons_count": words.Count,
    "exploitation": words.Exploitation,
    "asked": words.Asked,
}
_PERHAPS: Mapping[str, Any] = {
    "manner": words.Manner,
    "price_basis": words.PriceBasis,
    "payment_mode": words.PaymentMode,
    "closing_reason": words.ClosingReason,
}
_SEVERAL: Mapping[str, Any] = {
    "transport": words.Transport,
    "concealment": words.Concealment,
    "modus_operandi": words.ModusOperandi,
    "facilitator_roles": words.FacilitatorRole,
}
_INSTANTS = ("detected_at", "aware_at", "answer_by")
_DAYS = ("measures_from", "measures_until")
_COUNTRIES = ("place_country", "last_embarkation", "destination", "vessel_flag")
_NUMBERS = (
    "persons_total", "persons_women", "persons_men", "minors", "unaccompanied", "need_protection", "dead", "injured",
    "missing", "facilitators", "price_from", "price_to", "position_accuracy",
)  # fmt: skip
_LINES = {
    "place_section": LINE, "place_crossing": LINE, "place_name": LINE, "vessel_name": 80, "vessel_imo": 7,
    "flight_number": 10, "price_currency": 3,
}  # fmt: skip
_TEXTS = {
    "concealment_text": 500, "modus_text": TEXT, "modus_change": 1000, "measures": 4000, "asked_text": 1000,
    "lesson": TEXT,
}  # fmt: skip

ALERT_FIELDS = (
    *_CHOICES, *_PERHAPS, *_SEVERAL, *_INSTANTS, *_DAYS, *_COUNTRIES, *_NUMBERS, *_LINES, *_TEXTS,
    "facilitator_nationalities", "nationalities", "modus_new",
)  # fmt: skip


def read_alert_fields(fields: Fields) -> dict[str, Any]:
    """Return the values of the page's own fields; what the file does not name gets what a new alert has."""
    values: dict[str, Any] = {}
    for name, known in _CHOICES.items():
        if name in fields.values:
            values[name] = fields.choice(name, known.values, default=known.values[0])
    values |= {name: fields.optional_choice(name, known.values) for name, known in _PERHAPS.items()}
    values |= {name: list(fields.words(name, known.values)) for name, known in _SEVERAL.items()}
    values |= {name: fields.instant(name) for name in _INSTANTS} | {name: fields.day(name) for name in _DAYS}
    values |= {name: fields.optional_country(name) or "" for name in _COUNTRIES}
    values |= {name: fields.optional_count(name) for name in _NUMBERS}
    values |= {name: fields.text(name, longest=longest, blank=True) for name, longest in _LINES.items()}
    values |= {name: fields.text(name, longest=longest, blank=True, lines=True) for name, longest in _TEXTS.items()}
    return values | {
        "facilitator_nationalities": list(fields.countries("facilitator_nationalities")),
        "modus_new": fields.flag("modus_new", default=False),
        "nationalities": _nationalities(fields),
        "no_personal_data": True,
    }


def _nationalities(fields: Fields) -> list[dict[str, Any]]:
    """Read rows of country, number and whether it is confirmed, as blocks of the page's stream."""
    blocks = []
    for path, entry in fields.entries("nationalities"):
        row = Fields(entry, path, fields.problems, required=("country",), optional=("number", "confirmed"))
        value = {
            "country": row.optional_country("country"),
            "number": row.optional_count("number"),
            "confirmed": row.flag("confirmed", default=False),
        }
        blocks.append({"type": "nationality", "value": value})
    return blocks
