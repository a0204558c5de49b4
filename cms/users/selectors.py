"""Reading accounts and terms."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from cms.core.snapshot import once
from cms.users.models import Terms, TermsAcceptance, User


def current_terms(at: datetime) -> Terms | None:
    """Return the version of the terms in force at the instant, or None where the network has none yet."""
    return Terms.objects.filter(effective_from__lte=at).order_by("-effective_from").first()


def accepted_at(user: User, terms: Terms) -> datetime | None:
    """Return when the person accepted this version of the terms, or None."""
    return TermsAcceptance.objects.filter(user=user, terms=terms).values_list("accepted_at", flat=True).first()


def terms_to_accept(user: User, at: datetime) -> Terms | None:
    """Return the terms in force that the person has not accepted yet, or None."""
    accepted = Exists(TermsAcceptance.objects.filter(user=user, terms=OuterRef("pk")))
    current = Terms.objects.filter(effective_from__lte=at).annotate(accepted=accepted)
    newest = current.order_by("-effective_from").first()
    return None if newest is None or newest.accepted else newest


def accounts_in_good_standing(at: datetime) -> QuerySet[User]:
    """Return the accounts that are active, enrolled and have accepted the terms in force at the instant.

    Where no terms are in force nobody is in good standing: what is silent is refused.
    """
    current = Terms.objects.filter(effective_from__lte=at).order_by("-effective_from").values("pk")[:1]
    accepted = TermsAcceptance.objects.filter(user=OuterRef("pk"), terms=Subquery(current))
    return User.objects.filter(Exists(accepted), is_active=True, enrolled_at__isnull=False)


def in_good_standing(user: User | AnonymousUser | None, at: datetime) -> bool:
    """Tell whether this account may be decided for at all: active, enrolled, current terms accepted."""
    if user is None or user.pk is None:
        return False
    pk = user.pk
    return once(("in good standing", pk, at), lambda: accounts_in_good_standing(at).filter(pk=pk).exists())
