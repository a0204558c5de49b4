"""What memberships let somebody read, in words of the directory: to be compared before a change is confirmed.

No item is looked at or counted: those who administer people do not learn from it which items there are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from cms.elements.models import Element
from cms.organisations.enums import READING_ROLES, SUPERVISING_ROLES, Role
from cms.organisations.models import GroupMember, Organisation

ALL = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A membership, stored or only meant: its place, its role, element codes with countries (none: all)."""

    user_id: int | None
    organisation: Organisation
    role: str
    competences: Mapping[str, Iterable[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """What somebody gains and loses, each in a few lines."""

    gains: tuple[str, ...]
    losses: tuple[str, ...]


def difference(before: Iterable[Held], after: Iterable[Held]) -> Difference:
    """Return what changes between two sets of memberships of one person, in words."""
    old, new = _statements(before), _statements(after)
    return Difference(gains=_in_words(new - old), losses=_in_words(old - new))


Statement = tuple[str, str, str]


def _statements(held: Iterable[Held]) -> set[Statement]:
    """Return what each membership says: a role at a place, an element and countries there, whose items it reaches."""
    rows = list(held)
    names = _names(rows)
    found: set[Statement] = set()
    for row in rows:
        place = str(row.organisation)
        found.add(("role", str(Role(row.role).label), place))
        if row.role not in READING_ROLES:
            continue
        for code, countries in row.competences.items():
            found |= {("element", code, country) for country in (sorted(countries) or [ALL])}
        reached = [names.organisations[pk] for pk in row.organisation.lineage]
        found |= {("reads", name, "") for name in reached}
        found |= {("group", name, "") for name in _groups_of(row, names)}
        if row.role in SUPERVISING_ROLES:
            found.add(("supervises", place, ""))
    return found


@dataclass(frozen=True, slots=True)
class _Names:
    organisations: Mapping[int, str]
    groups: tuple[tuple[int | None, int | None, str], ...]


def _names(rows: list[Held]) -> _Names:
    lineages = {pk for row in rows for pk in row.organisation.lineage}
    users = {row.user_id for row in rows if row.user_id is not None}
    members = GroupMember.objects.filter(Q(organisation__in=lineages) | Q(user__in=users)).select_related("group")
    return _Names(
        organisations=dict(Organisation.objects.filter(pk__in=lineages).values_list("pk", "name")),
        groups=tuple((member.organisation_id, member.user_id, member.group.name) for member in members),
    )


def _groups_of(row: Held, names: _Names) -> set[str]:
    return {
        name
        for organisation_id, user_id, name in names.groups
        if organisation_id in row.organisation.lineage or (user_id is not None and user_id == row.user_id)
    }


def _in_words(statements: set[Statement]) -> tuple[str, ...]:
    titles = dict(Element.objects.values_list("code", "title"))
    words = [
        _("%(role)s at %(place)s") % {"role": a, "place": b} for kind, a, b in sorted(statements) if kind == "role"
    ]
    by_element: dict[str, list[str]] = {}
    for kind, code, country in sorted(statements):
        if kind == "element":
            by_element.setdefault(code, []).append(country)
    for code, countries in by_element.items():
        where = _("all countries") if ALL in countries else ", ".join(countries)
        words.append(f"{_(titles[code])}: {where}")
    said = {
        "reads": _("what %(name)s owns or is given"),
        "group": _("what is shared with the group %(name)s"),
        "supervises": _("what %(name)s and all below it own"),
    }
    words += [said[kind] % {"name": name} for kind, name, _rest in sorted(statements) if kind in said]
    return tuple(words)
