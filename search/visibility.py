"""What a viewer may see, for engines; and what engines found, asked again of the sharing rows themselves."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser

from cms.core.prepared import prepared_cursor
from cms.sharing.querysets import judged_from_facts
from cms.sharing.viewers import viewer_tokens
from cms.users.models import User
from search.engines.base import Access

# The decision of `visible_to`, and what lists show, in one statement that is planned once: it is asked at each search.
# tests/search/test_visibility.py holds the two together.
_STILL_VISIBLE = """
SELECT s.id, s.uuid, s.reference, s.marking, s.countries, o.key, o.name, l.key, l.title,
       e.title, e.summary, e.language, e.type_key, e.published_at, e.shown
  FROM sharing_sharing s
  JOIN wagtailcore_page p ON p.id = s.page_id
  JOIN organisations_organisation o ON o.id = s.owner_id
  JOIN elements_element l ON l.id = s.element_id
  JOIN search_searchentry e ON e.sharing_id = s.id
 WHERE s.id = ANY (%(ids)s::bigint[])
   AND p.live
   AND (s.id = ANY (%(judged)s::bigint[])
        OR (s.audience && %(tokens)s::text[]
            AND (s.audience_since IS NULL OR s.audience_since <= %(at)s)
            AND (s.next_change IS NULL OR s.next_change > %(at)s)))
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """What lists show of an item, by its sharing row and its entry."""

    sharing_id: int
    uuid: UUID
    reference: str
    marking: str
    countries: list[str]
    owner_key: str
    owner_name: str
    element_key: str
    element_title: str
    title: str
    summary: str
    language: str
    type_key: str
    published_at: datetime
    shown: list[tuple[str, str]]


def access_of(user: User | AnonymousUser | None, at: datetime) -> Access:
    """Return what the person may see at the instant."""
    return Access(viewer_tokens(user, at), at, judged_from_facts)


def still_visible(sharing_ids: Sequence[int], access: Access) -> dict[int, Listed]:
    """Return those of the items that the viewer may see, by the sharing rows themselves: an engine works on copies, and
    a copy is never the last word."""
    found = _listed(sharing_ids, access, ())
    # few rows ever have to be judged from their facts: they are looked for where tokens left somebody out
    if len(found) < len(sharing_ids) and access.judged_ids:
        found = _listed(sharing_ids, access, access.judged_ids)
    return found


def _listed(sharing_ids: Sequence[int], access: Access, judged_ids: Sequence[int]) -> dict[int, Listed]:
    parameters = {
        "ids": list(sharing_ids),
        "judged": list(judged_ids),
        "tokens": sorted(access.tokens),
        "at": access.at,
    }
    with prepared_cursor() as cursor:
        cursor.execute(_STILL_VISIBLE, parameters)
        found: list[list[Any]] = [[*row[:-1], json.loads(row[-1])] for row in cursor.fetchall()]
    rows = [Listed(*values) for values in found]
    return {row.sharing_id: row for row in rows}
