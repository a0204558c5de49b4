"""The fields of an alert in groups: one order for the editor and for readers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content_types.alert_vocabularies import DocumentFraud, DocumentKind, ExternalSystem, Transport
from content_types.vocabularies import country_name

GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        gettext_lazy("What happened"),
        ("urgency", "alert_kind", "stage", "detected_at", "aware_at", "impact", "validation"),
    ),
    (
        gettext_lazy("Where and how it was noticed"),
        (
            "place_country", "place_section", "place_crossing", "place_name", "latitude", "longitude",
            "position_accuracy", "border_type", "direction", "detection", "manner", "concealment", "concealment_text",
        ),
    ),
    (
        gettext_lazy("Persons"),
        (
            "persons_total", "persons_count", "persons_women", "persons_men", "minors", "unaccompanied",
            "need_protection", "dead", "injured", "missing", "nationalities", "exploitation",
        ),
    ),
    (
        gettext_lazy("Route and transport"),
        (
            "legs", "last_embarkation", "destination", "transport", "vessel_flag", "vessel_name", "vessel_imo",
            "flight_number",
        ),
    ),
    (
        gettext_lazy("Method"),
        (
            "modus_operandi", "modus_text", "modus_new", "modus_change", "facilitators", "facilitator_nationalities",
            "facilitator_roles", "price_from", "price_to", "price_currency", "price_basis", "payment_mode", "documents",
        ),
    ),
    (
        gettext_lazy("Measures, and what is asked of others"),
        ("measures", "measures_from", "measures_until", "asked", "asked_text", "answer_by"),
    ),
    (gettext_lazy("Closing and evaluation"), ("closing_reason", "lesson")),
    (gettext_lazy("Identifiers in other systems"), ("external",)),
)  # fmt: skip
_COUNTRIES = {"place_country", "last_embarkation", "destination", "vessel_flag"}
# what stands for “not said” is not shown
_UNSAID = {
    "border_type": "unknown", "direction": "unknown", "exploitation": "none", "validation": "none", "asked": "nothing"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FactGroup:
    """A heading, and what is known below it."""

    title: Any
    rows: Sequence[tuple[str, str]]


def facts_of_alert(alert: Any) -> list[FactGroup]:
    """Return what the alert says, group by group; what it does not say is left out."""
    groups = [FactGroup(title, list(_rows(alert, names))) for title, names in GROUPS]
    return [group for group in groups if group.rows]


def _rows(alert: Any, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        value = getattr(alert, name)
        if value in (None, "", [], False) or value == _UNSAID.get(name):
            continue
        if name == "persons_count" and alert.persons_total is None:
            continue
        if text := _text(alert, name, value):
            yield capfirst(str(alert._meta.get_field(name).verbose_name)), text


def _text(alert: Any, name: str, value: Any) -> str:
    field = alert._meta.get_field(name)
    if name in _ROWS:
        return "; ".join(_ROWS[name](block.value) for block in value)
    if name in _COUNTRIES or name == "facilitator_nationalities":
        return ", ".join(country_name(code) for code in ([value] if isinstance(value, str) else value))
    if isinstance(value, list):
        labels = dict(field.base_field.choices)
        return ", ".join(str(labels.get(code, code)) for code in value)
    if isinstance(value, datetime):
        return f"{formats.date_format(value, 'DATETIME_FORMAT')} UTC"
    if isinstance(value, bool):
        return _("Yes")
    return str(getattr(alert, f"get_{name}_display")() if field.choices else formats.localize(value))


def _nationality(row: Any) -> str:
    number = "" if row.get("number") is None else f" {row['number']}"
    known = _("confirmed") if row.get("confirmed") else _("supposed")
    return f"{country_name(row['country'])}{number} ({known})"


def _leg(row: Any) -> str:
    by = dict(Transport.choices).get(row.get("mode"))
    parts = [f"{row['place']}, " if row.get("place") else "", country_name(row["country"]), f" ({by})" if by else ""]
    return "".join(parts)


def _document(row: Any) -> str:
    parts = [
        str(dict(DocumentKind.choices).get(row["kind"], row["kind"])),
        country_name(row["country"]) if row.get("country") else "",
        str(dict(DocumentFraud.choices).get(row.get("fraud"), "")),
    ]
    return ", ".join(part for part in parts if part)


def _external(row: Any) -> str:
    return f"{dict(ExternalSystem.choices).get(row['system'], row['system'])} {row['identifier']}"


_ROWS = {"nationalities": _nationality, "legs": _leg, "documents": _document, "external": _external}
