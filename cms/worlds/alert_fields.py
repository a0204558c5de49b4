"""The fields of an alert in a world file, and what becomes of them in its page."""

from collections.abc import Mapping
from typing import Any

from cms.notifications.enums import Urgency
from cms.worlds.fields import Fields
from content_types import alert_vocabularies as words

LINE, TEXT = 120, 2000

_CHOICES: Mapping[str, Any] = {
    "urgency": Urgency,
    "alert_kind": words.AlertKind,
    "validation": words.Validation,
    "border_type": words.BorderType,
    "direction": words.Direction,
    "persons_count": words.Count,
    "exploitation": words.Exploitation,
    "asked": words.Asked,
}
_PERHAPS: Mapping[str, Any] = {
    "stage": words.Stage,
    "impact": words.Impact,
    "detection": words.Detection,
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
    "facilitator_nationalities", "nationalities", "route", "documents", "external", "modus_new",
)  # fmt: skip
# what a field is called in the page, where that is another word
ALERT_NAMES: Mapping[str, str] = {"route": "legs"}
# the key of the first report, and who acknowledged
ALERT_LINKS = ("follows", "acknowledgements")


def read_alert_fields(fields: Fields, *, report_kind: str) -> dict[str, Any]:
    """Return the values of the page's own fields; what the file does not name gets what a new alert has."""
    values: dict[str, Any] = {"report_kind": report_kind}
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
        "legs": _legs(fields),
        "documents": _documents(fields),
        "external": _external(fields),
        "no_personal_data": True,
    }


def _legs(fields: Fields) -> list[dict[str, Any]]:
    """Read the legs of a route, in order."""
    blocks = []
    for path, entry in fields.entries("route"):
        row = Fields(entry, path, fields.problems, required=("country",), optional=("place", "mode"))
        value = {
            "country": row.optional_country("country"),
            "place": row.text("place", longest=LINE, blank=True),
            "mode": row.optional_choice("mode", words.Transport.values),
        }
        blocks.append({"type": "leg", "value": value})
    return blocks


def _documents(fields: Fields) -> list[dict[str, Any]]:
    """Read the kinds of document that were used."""
    blocks = []
    for path, entry in fields.entries("documents"):
        row = Fields(entry, path, fields.problems, required=("kind",), optional=("country", "fraud"))
        value = {
            "kind": row.choice("kind", words.DocumentKind.values),
            "country": row.optional_country("country") or "",
            "fraud": row.optional_choice("fraud", words.DocumentFraud.values),
        }
        blocks.append({"type": "document", "value": value})
    return blocks


def _external(fields: Fields) -> list[dict[str, Any]]:
    """Read the identifiers of the event in other systems."""
    blocks = []
    for path, entry in fields.entries("external"):
        row = Fields(entry, path, fields.problems, required=("system", "identifier"))
        value = {
            "system": row.choice("system", words.ExternalSystem.values),
            "identifier": row.text("identifier", longest=80),
        }
        blocks.append({"type": "reference", "value": value})
    return blocks


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
