"""The elements that every installation has."""

from typing import Any

from django.utils.translation import gettext_noop

from cms.elements.models import Element

# the four of Council Decision 2005/267/EC, Article 2(2)
FIRST_ELEMENTS = (
    (
        "early-warning",
        "EW",
        gettext_noop("Early warning"),
        gettext_noop(
            "First indications of illegal immigration and of facilitator networks, changes of routes and methods."
        ),
    ),
    (
        "liaison-officers",
        "LO",
        gettext_noop("Liaison officers"),
        gettext_noop("The network of immigration liaison officers: postings, host countries, meetings, reports."),
    ),
    (
        "visas-borders-documents",
        "VB",
        gettext_noop("Visas, borders and travel documents"),
        gettext_noop("Use of visas, border crossings and travel documents in relation to illegal immigration."),
    ),
    (
        "return",
        "RE",
        gettext_noop("Return"),
        gettext_noop("Return of illegally resident persons: countries, operations, travel documents, practice."),
    ),
)


def ensure_elements(**_signal: Any) -> None:
    """Create the elements that are missing; safe to run at any time (after each migration)."""
    for position, (key, code, title, description) in enumerate(FIRST_ELEMENTS):
        Element.objects.get_or_create(
            key=key, defaults={"code": code, "title": title, "description": description, "position": position}
        )
