"""What an act would do: it is done, looked at, and undone, so that a preview can differ from the act in nothing."""

from collections.abc import Callable, Sequence

from django.db import transaction

from cms.sharing.differences import Change
from cms.sharing.facts import ItemFacts
from cms.sharing.models import Sharing
from cms.sharing.querysets import facts_of


def rehearse(act: Callable[[], object], sharing_ids: Sequence[int]) -> list[Change]:
    """Run the act and undo all it wrote; return the facts of these items before and after it, in order of ids.

    The rows are locked first, and stay locked until the caller's transaction ends. Whatever the act refuses is raised.
    """
    with transaction.atomic():
        list(Sharing.objects.select_for_update().only("pk").filter(pk__in=sharing_ids).order_by("pk"))
        before = _facts(sharing_ids)
        with transaction.atomic():
            act()
            after = _facts(sharing_ids)
            transaction.set_rollback(True)
        return [Change(before[key], after[key]) for key in sorted(before)]


def _facts(sharing_ids: Sequence[int]) -> dict[int, ItemFacts]:
    return {row.pk: facts_of(row) for row in Sharing.objects.filter(pk__in=sharing_ids).with_facts()}
