"""The bulletin's form as a browser posts it."""

from collections.abc import Sequence
from typing import Any

from cms.organisations.models import Organisation
from tests.factories import element


def bulletin_form(
    *,
    owner: Organisation,
    title: str = "Boats in the morning",
    summary: str = "Two boats were seen.",
    text: str = "Invented text.",
    state: str = "owner",
    marking: str = "AMBER",
    organisations: Sequence[str] = (),
    code: str = "EW",
    **more: Any,
) -> dict[str, Any]:
    """Return the fields of a complete bulletin; `more` adds or replaces some."""
    fields: dict[str, Any] = {
        "title": title,
        "summary": summary,
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "heading",
        "body-0-value": text,
        "information_date": "2026-06-01",
        "language": "en",
        "item_owner": owner.pk,
        "element": element(code).pk,
        "marking": marking,
        "state": state,
        "organisations": list(organisations),
        "recipients_until": "2027-06-01",
        "purpose": "joint analysis",
        "copies_allowed": "on",
    }
    return fields | more
