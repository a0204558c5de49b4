"""Organisations in the order of the tree."""

from collections.abc import Iterable, Sequence

from cms.organisations.models import Organisation


def in_tree_order(rows: Iterable[Organisation]) -> Sequence[Organisation]:
    """Return organisations so that each stands below the one that it is part of."""
    found = list(rows)
    ids = {pk for row in found for pk in row.lineage}
    names = dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "name"))
    return sorted(found, key=lambda row: [(names[pk], pk) for pk in row.lineage])
