"""Acts on accounts and terms."""

from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from cms.core.acts import Act, report
from cms.users.models import Terms, TermsAcceptance, User

_FIRST_TERMS = """
<p>Information on this network belongs to the organisation that shares it. What is not public is for authorised users
only and is not passed to third parties without the owner's prior permission.</p>
<ul>
<li>Use what you read within the owner's marking and use limits.</li>
<li>Put no personal data into titles, texts or comments.</li>
<li>Your account is yours alone; every reading and every act is recorded.</li>
<li>Report at once whatever you can see and should not.</li>
</ul>
"""


def ensure_terms(**_signal: Any) -> None:
    """Create the first version of the terms where there is none; safe to run at any time (after each migration)."""
    if not Terms.objects.exists():
        Terms.objects.create(
            version="1", title="Terms of use", body=_FIRST_TERMS, effective_from=datetime(2026, 1, 1, tzinfo=UTC)
        )


@transaction.atomic
def accept_terms(*, user: User, terms: Terms, at: datetime) -> None:
    """Record that the person accepted this version; a second time changes nothing."""
    _acceptance, created = TermsAcceptance.objects.get_or_create(user=user, terms=terms, defaults={"accepted_at": at})
    if created:
        details = {"version": terms.version}
        report(Act(event="terms_accepted", at=at, actor_id=user.pk, details=details))
