"""Acts on working groups: founding one, and changing its charter or members. Built-in groups keep themselves."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from cms.core.acts import Act, report
from cms.organisations.models import GroupMember, Organisation, WorkingGroup
from cms.users.models import User


@transaction.atomic
def found_group(
    *, key: str, name: str, charter: str, organisations: Iterable[Organisation], actor: User | None, at: datetime
) -> WorkingGroup:
    """Found a group with these organisations; raises ValidationError for a key that is taken or malformed."""
    group = WorkingGroup(key=key, name=name, charter=charter)
    group.full_clean()
    group.save()
    _set_organisations(group, organisations)
    _record(group, "founded", actor=actor, at=at)
    return group


@transaction.atomic
def change_group(
    *,
    group: WorkingGroup,
    name: str,
    charter: str,
    organisations: Iterable[Organisation],
    actor: User | None,
    at: datetime,
) -> None:
    """Give the group this name, charter and these organisations; its persons stay.

    Raises PermissionDenied for a built-in group.
    """
    group = WorkingGroup.objects.select_for_update().get(pk=group.pk)
    if group.built_in:
        raise PermissionDenied(_("The system itself keeps this group."))
    group.name, group.charter = name, charter
    group.full_clean()
    group.save()
    _set_organisations(group, organisations)
    _record(group, "changed", actor=actor, at=at)


def _set_organisations(group: WorkingGroup, organisations: Iterable[Organisation]) -> None:
    wanted = {organisation.pk for organisation in organisations}
    present = set(group.members.filter(organisation__isnull=False).values_list("organisation_id", flat=True))
    group.members.filter(organisation_id__in=present - wanted).delete()
    missing = sorted(wanted.difference(present))
    GroupMember.objects.bulk_create(GroupMember(group=group, organisation_id=key) for key in missing)


def _record(group: WorkingGroup, change: str, *, actor: User | None, at: datetime) -> None:
    members = sorted(group.members.filter(organisation__isnull=False).values_list("organisation_id", flat=True))
    details = {"group": group.pk, "change": change, "organisations": members}
    report(Act(event="group_changed", at=at, actor_id=actor.pk if actor else None, details=details))
