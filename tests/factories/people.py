"""People in good standing, their memberships, and their sessions."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import count

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from cms.elements.models import Element
from cms.organisations.enums import Role
from cms.organisations.models import Membership, Organisation
from cms.organisations.services import create_membership
from cms.users.models import Terms, TermsAcceptance, User
from cms.users.selectors import current_terms
from cms.users.services import accept_terms
from tests.factories.instants import NOW

PASSWORD = "a long enough password"
# element codes → countries (none: all); a plain list of codes means all countries
Reach = Mapping[str, Iterable[str]] | Iterable[str]

_numbers = count(1)


def make_user(
    name: str = "Ana Example",
    *,
    email: str | None = None,
    active: bool = True,
    enrolled: bool = True,
    terms: bool = True,
    superuser: bool = False,
) -> User:
    """Make an account; unless told otherwise it is in good standing: active, enrolled, current terms accepted."""
    user = User.objects.create_user(
        email or f"person-{next(_numbers)}@member.example",
        PASSWORD,
        name=name,
        is_active=active,
        enrolled_at=NOW if enrolled else None,
        is_superuser=superuser,
    )
    current = current_terms(NOW)
    if terms and current is not None:
        accept_terms(user=user, terms=current, at=NOW)
    return user


def make_users(names: Iterable[str]) -> list[User]:
    """Make many accounts in good standing at once, without audit rows; they cannot sign in by password."""
    users = User.objects.bulk_create(
        User(email=f"person-{next(_numbers)}@member.example", name=name, enrolled_at=NOW) for name in names
    )
    terms = Terms.objects.get()
    TermsAcceptance.objects.bulk_create(TermsAcceptance(user=user, terms=terms, accepted_at=NOW) for user in users)
    return users


def make_membership(
    user: User,
    organisation: Organisation,
    role: str = Role.OFFICER,
    *,
    competences: Reach | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Membership:
    """Give the person a role there; without `competences` for every element and all countries."""
    return create_membership(
        user=user,
        organisation=organisation,
        role=role,
        competences=_by_element(competences),
        actor=None,
        at=NOW,
        valid_from=valid_from,
        valid_until=valid_until,
    )


def _by_element(competences: Reach | None) -> dict[Element, list[str]]:
    elements = {element.code: element for element in Element.objects.all()}
    if competences is None:
        return {element: [] for element in elements.values()}
    if isinstance(competences, Mapping):
        return {elements[code]: list(countries) for code, countries in competences.items()}
    return {elements[code]: [] for code in competences}


def make_person(
    organisation: Organisation, role: str = Role.OFFICER, *, competences: Reach | None = None, name: str = "Ana Example"
) -> User:
    """Make an account in good standing with one membership."""
    user = make_user(name)
    make_membership(user, organisation, role, competences=competences)
    return user


def sign_in(client: Client, user: User, *, second_factor: bool = True) -> Client:
    """Open a session for the account, as after password and one-time code; or after the password alone."""
    client.force_login(user, backend="cms.users.backends.AccountBackend")
    session = client.session
    methods = [{"method": "password", "at": NOW.timestamp()}]
    if second_factor:
        methods.append({"method": "mfa", "type": "totp", "at": NOW.timestamp()})
    session[AUTHENTICATION_METHODS_SESSION_KEY] = methods
    session.save()
    return client
