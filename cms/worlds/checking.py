"""What must fit together: the tree of organisations, and an item's marking with its state and recipients."""

from collections.abc import Sequence

from cms.organisations.enums import PARTICIPANT_KINDS
from cms.sharing.enums import (
    ALLOWED_KINDS,
    MARKING_ORDER,
    WIDEST_STATE,
    Marking,
    RecipientKind,
    kind_fits,
    state_fits,
    width,
)
from cms.worlds.directory import Directory
from cms.worlds.fields import Fields
from cms.worlds.models import Kind, WorldObject
from cms.worlds.problems import Problems, listed, shown
from cms.worlds.records import ItemRecord, OrganisationRecord


def check_tree(organisations: Sequence[OrganisationRecord], directory: Directory, problems: Problems) -> None:
    """Note organisations that stand in the wrong place: roots below roots, others at the root, cycles, moves."""
    wrong_already = {problem.path for problem in problems.found}
    for organisation in organisations:
        path = f"{organisation.path}.parent"
        reason = None if path in wrong_already else _misplaced(organisation, directory)
        if reason is not None:
            problems.add(path, reason)


def _misplaced(organisation: OrganisationRecord, directory: Directory) -> str | None:
    root_kinds = listed(sorted(PARTICIPANT_KINDS))
    if organisation.kind in PARTICIPANT_KINDS and organisation.parent is not None:
        return f"a {organisation.kind} is a participant and stands at the root: write null"
    if organisation.kind and organisation.kind not in PARTICIPANT_KINDS and organisation.parent is None:
        return (
            f"an organisation of the kind {organisation.kind} stands below another one; at the root stand {root_kinds}"
        )
    cycle = directory.cycle(organisation.key)
    if cycle is not None:
        return f"makes a cycle: {' below '.join(shown(key) for key in cycle)}"
    return _moved(organisation, directory)


def _moved(organisation: OrganisationRecord, directory: Directory) -> str | None:
    """Say why a known organisation may not stand where the file puts it, or return None."""
    before, now = stored_root(organisation.key, directory), directory.root(organisation.key)
    if before is None or now is None or before == now:
        return None
    return f"an organisation moves inside its own participant only, and {shown(organisation.key)} is {shown(before)}'s"


def check_follows(items: Sequence[ItemRecord], problems: Problems) -> None:
    """Note reports about the event of an item that is neither in the file nor in the database, or is the report."""
    known = {item.key for item in items}
    asked = {item.follows for item in items if item.follows} - known
    rows = WorldObject.objects.filter(kind=Kind.ITEM, key__in=asked)
    known |= set(rows.values_list("key", flat=True)) if asked else set()
    for item in items:
        if item.follows and (item.follows not in known or item.follows == item.key):
            reason = (
                f"the item {shown(item.follows)} is neither in the file nor in the database, or is the report itself"
            )
            problems.add(f"{item.path}.fields.follows", reason)


def stored_root(key: str, directory: Directory) -> str | None:
    """Return the key of the participant above an organisation as the database has it; None where it is unknown."""
    if key not in directory.stored:
        return None
    while (parent := directory.stored[key].parent) is not None:
        key = parent
    return key


def check_state(fields: Fields, *, marking: str, state: str) -> None:
    """Note a state above the marking."""
    if marking and state and not state_fits(marking, state):
        markings = [m.value for m in MARKING_ORDER if state_fits(m, state)]
        widest = WIDEST_STATE[Marking(marking)].value
        fields.wrong("state", f"{state} lies above {marking}, which allows {widest}; it needs {listed(markings)}")


def check_ceiling(fields: Fields, directory: Directory, *, element: str, owner: str, state: str) -> None:
    """Note a state above what the element's rule or the owner's own ceiling allows."""
    if not (element and owner and state):
        return
    widest = directory.widest(element, owner)
    if width(state) > width(widest):
        fields.wrong("state", f"the rules of the element or of the owner allow at most {widest.value}, not {state}")


def check_recipient(fields: Fields, *, marking: str, kind: str) -> None:
    """Note a kind of recipient above the marking."""
    if marking and kind and not kind_fits(marking, kind):
        words = {RecipientKind.ORGANISATION: "org", RecipientKind.GROUP: "group", RecipientKind.USER: "user"}
        allowed = sorted(words[known] for known in ALLOWED_KINDS[Marking(marking)])
        fields.wrong("to", f"{marking} allows recipients of the kind {listed(allowed)} alone")
