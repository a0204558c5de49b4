"""References of items, such as EW-ES-2026-7K3QD: a serial number would tell how much is hidden."""

import secrets
from datetime import datetime

from cms.elements.models import Element
from cms.organisations.models import Organisation

# Crockford's base 32: no I, L, O, U
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_LENGTH = 5


def new_reference(element: Element, participant: Organisation, at: datetime) -> str:
    """Return a new reference: element, participant, year, five random characters."""
    random = "".join(secrets.choice(ALPHABET) for _ in range(_RANDOM_LENGTH))
    name = participant.country or participant.key.upper()[:8]
    return f"{element.code}-{name}-{at.year}-{random}"
