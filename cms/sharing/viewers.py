"""A viewer's tokens, formed at query time from memberships, tree, groups, competences and roles."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser

from cms.core.instants import day_of
from cms.core.prepared import prepared_cursor
from cms.core.snapshot import once
from cms.organisations.enums import READING_ROLES, SUPERVISING_ROLES
from cms.sharing.tokens import PUBLIC, MembershipReach, membership_tokens
from cms.users.models import User

# Good standing, valid days and reading roles are asked in the same statement that reads the memberships, so that one
# answer cannot mix two moments.
_REACHES = """
SELECT m.user_id, m.organisation_id, m.role, o.lineage,
       ARRAY(SELECT g.group_id FROM organisations_groupmember g
              WHERE g.user_id = m.user_id OR g.organisation_id = ANY (o.lineage)) AS group_ids,
       CASE WHEN m.role = ANY (%(supervising)s::text[])
            THEN ARRAY(SELECT d.id FROM organisations_organisation d WHERE d.lineage @> ARRAY[o.id])
            ELSE '{}' END AS supervised_ids,
       (SELECT jsonb_object_agg(e.code, to_jsonb(c.countries))
          FROM organisations_competence c JOIN elements_element e ON e.id = c.element_id
         WHERE c.membership_id = m.id) AS competences
  FROM organisations_membership m
  JOIN organisations_organisation o ON o.id = m.organisation_id
  JOIN users_user u ON u.id = m.user_id
 WHERE m.role = ANY (%(reading)s::text[])
   AND (m.valid_from IS NULL OR m.valid_from <= %(day)s)
   AND (m.valid_until IS NULL OR m.valid_until >= %(day)s)
   AND u.is_active AND u.enrolled_at IS NOT NULL
   AND EXISTS (SELECT 1 FROM users_termsacceptance a
                WHERE a.user_id = u.id AND a.terms_id = (
                      SELECT t.id FROM users_terms t WHERE t.effective_from <= %(at)s
                       ORDER BY t.effective_from DESC LIMIT 1))
"""
_OF_PEOPLE = "   AND m.user_id = ANY (%(user_ids)s::bigint[])\n"
_IN_ORDER = " ORDER BY m.id"
_READING = sorted(role.value for role in READING_ROLES)
_SUPERVISING = sorted(role.value for role in SUPERVISING_ROLES)


def membership_reaches(user_ids: Iterable[int] | None, at: datetime) -> Iterator[MembershipReach]:
    """Yield what each valid reading membership of these people reaches (None: of everybody), in one query."""
    parameters: Mapping[str, Any] = {
        "user_ids": list(user_ids or ()),
        "reading": _READING,
        "supervising": _SUPERVISING,
        "day": day_of(at),
        "at": at,
    }
    people = "" if user_ids is None else _OF_PEOPLE
    with prepared_cursor() as cursor:
        cursor.execute(f"{_REACHES}{people}{_IN_ORDER}", parameters)
        rows = cursor.fetchall()
    for user_id, organisation_id, role, lineage, group_ids, supervised_ids, competences in rows:
        by_element = json.loads(competences) if isinstance(competences, str) else competences or {}
        yield MembershipReach(
            user_id=user_id,
            organisation_id=organisation_id,
            role=role,
            lineage=tuple(lineage),
            group_ids=frozenset(group_ids),
            supervised_ids=frozenset(supervised_ids),
            competences={code: frozenset(countries) for code, countries in by_element.items()},
        )


def own_reaches(user: User | AnonymousUser | None, at: datetime) -> tuple[MembershipReach, ...]:
    """Return what each valid reading membership of the person reaches, read once in a request that only reads; nothing
    for whoever is not in good standing."""
    if not isinstance(user, User) or user.pk is None:
        return ()
    key = user.pk
    return once(("reaches", key, at), lambda: tuple(membership_reaches([key], at)))


def viewer_tokens(user: User | AnonymousUser | None, at: datetime) -> frozenset[str]:
    """Return the person's tokens at the instant; everybody holds `public`, whoever is not in good standing no more."""
    tokens = {PUBLIC}
    for reach in own_reaches(user, at):
        tokens.update(membership_tokens(reach))
    return frozenset(tokens)


def tokens_by_user(at: datetime) -> dict[int, frozenset[str]]:
    """Return the tokens of every account in good standing that has a reading membership, `public` left out."""
    found: dict[int, set[str]] = {}
    for reach in membership_reaches(None, at):
        found.setdefault(reach.user_id, set()).update(membership_tokens(reach))
    return {user_id: frozenset(tokens) for user_id, tokens in found.items()}
