"""The acts on an item's sharing, as the screens and the API offer them: right, words, form, and the service."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.sharing import changes, services
from cms.sharing.act_forms import (
    CorrectionForm,
    DraftFactsForm,
    FactsForm,
    LooserMarkingForm,
    MarkingForm,
    NarrowForm,
    ProposalForm,
    ReasonForm,
    RequiredReasonForm,
    SupersedeForm,
    TransferForm,
    WidenForm,
)
from cms.sharing.differences import Change
from cms.sharing.enums import PendingKind, SharingState
from cms.sharing.facts import ItemFacts
from cms.sharing.models import Sharing
from cms.sharing.querysets import facts_of
from cms.users.models import User

Run = Callable[[Any, Sharing, User], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingAct:
    """One act: its name in the address, the right it needs, its words, its form, and the service that does it.

    `options` says before anything is filled in what each choice makes of the facts, of an act that only narrows: that
    is done at once. Of other acts `changes` says what they make of them once they are filled in; they are asked about
    a second time. Acts with neither change nobody's access. `pending` is what those who may only propose propose.
    """

    name: str
    permission: str
    label: Any
    explanation: Any
    form: type[ReasonForm]
    run: Run
    offered: Callable[[Sharing, datetime], bool]
    grave: bool = False
    options: Callable[[Any, ItemFacts], Sequence[tuple[str, ItemFacts]]] | None = None
    changes: Callable[[Any, Sharing, User], Sequence[Change]] | None = None
    pending: PendingKind | None = None
    done: Any = ""


def _call(service: Callable[..., object], *fields: str) -> Run:
    """Return what calls the service with what was filled into these fields."""
    return lambda form, sharing, actor: service(
        sharing=sharing, actor=actor, at=form.at, **{name: form.cleaned_data[name] for name in fields}
    )


def _widen(form: Any, sharing: Sharing, actor: User) -> None:
    data = form.cleaned_data
    targets = form.chosen_targets(sharing.element.code, form.at)
    services.widen(
        sharing=sharing, state=data["state"], targets=targets, actor=actor, at=form.at, reason=data["reason"]
    )


def _propose(form: Any, sharing: Sharing, actor: User) -> None:
    audience = form.cleaned_data["audience"]
    services.propose(
        sharing=sharing,
        marking=audience.marking,
        state=audience.state,
        targets=audience.targets,
        use_limits=audience.use_limits,
        copies_allowed=audience.copies_allowed,
        actor=actor,
        at=form.at,
    )


_mark = _call(services.change_marking, "marking", "reason")
_change_facts = _call(services.change_facts, "element", "countries", "reason")
_transfer = _call(services.propose_transfer, "new_owner", "reason")
_make_public = _call(services.propose_public, "reason")
_prepare_public = _call(services.prepare_public, "reason")
_end_quarantine = _call(services.end_quarantine, "reason")


def rehearsed(run: Run) -> Callable[[Any, Sharing, User], Sequence[Change]]:
    """Return a function that says what the act makes of the facts, by doing it and undoing it."""
    return lambda form, sharing, actor: services.rehearse(lambda: run(form, sharing, actor), [sharing.pk])


def _proposed(
    run: Run, after: Callable[[Any, ItemFacts], ItemFacts]
) -> Callable[[Any, Sharing, User], Sequence[Change]]:
    """Return what an act of two will make of the facts; that it can be proposed at all is tried out first."""

    def changed(form: Any, sharing: Sharing, actor: User) -> Sequence[Change]:
        services.rehearse(lambda: run(form, sharing, actor), [sharing.pk])
        facts = facts_of(sharing)
        return [Change(facts, after(form, facts))]

    return changed


def states_below(form: Any, facts: ItemFacts) -> list[tuple[str, ItemFacts]]:
    """Return what each state offered makes of the facts."""
    return [(str(label), changes.narrowed(facts, state)) for state, label in form.fields["state"].choices]


def stricter_markings(form: Any, facts: ItemFacts) -> list[tuple[str, ItemFacts]]:
    """Return what each marking offered makes of the facts."""
    return [(marking, changes.marked(facts, marking)) for marking, _label in form.fields["marking"].choices]


def _never_published(sharing: Sharing, _at: datetime) -> bool:
    return sharing.first_shared_at is None


def _may_go_public(sharing: Sharing, _at: datetime) -> bool:
    return not sharing.quarantined and sharing.state != SharingState.PUBLIC


def _shared_further(sharing: Sharing, _at: datetime) -> bool:
    return sharing.state in {SharingState.RESTRICTED, SharingState.NETWORK, SharingState.PUBLIC}


_NARROWING = (
    SharingAct(
        name="undo",
        permission="undo_publication",
        label=gettext_lazy("Undo the publication"),
        explanation=gettext_lazy(
            "Within a minute of publishing. A first publication becomes a draft again that only its editors see; "
            "a later one gives way to the version before it."
        ),
        form=ReasonForm,
        run=_call(services.undo_publication, "reason"),
        offered=lambda sharing, at: services.undoable(sharing, at) is not None,
    ),
    SharingAct(
        name="withdraw",
        permission="withdraw",
        label=gettext_lazy("Withdraw"),
        explanation=gettext_lazy(
            "At once nobody outside the owner can read it, and those who had opened it are told so. "
            "It can be shared again by the owner's decider."
        ),
        form=ReasonForm,
        run=_call(services.withdraw, "reason"),
        offered=lambda sharing, _at: sharing.state != SharingState.WITHDRAWN,
        options=lambda _form, facts: [("", changes.narrowed(facts, SharingState.WITHDRAWN))],
        pending=PendingKind.WITHDRAW,
    ),
    SharingAct(
        name="narrow",
        permission="narrow",
        label=gettext_lazy("Share with fewer"),
        explanation=gettext_lazy("Holds for every request from this moment on."),
        form=NarrowForm,
        run=_call(services.narrow, "state", "reason"),
        offered=_shared_further,
        options=states_below,
        pending=PendingKind.NARROW,
    ),
    SharingAct(
        name="tighten",
        permission="tighten_marking",
        label=gettext_lazy("Tighten the marking"),
        explanation=gettext_lazy(
            "The state follows where the stricter marking does not allow it, and unfit recipients lose access."
        ),
        form=MarkingForm,
        run=_mark,
        offered=lambda sharing, _at: sharing.marking != "RED",
        options=stricter_markings,
        pending=PendingKind.TIGHTEN,
    ),
    SharingAct(
        name="quarantine",
        permission="quarantine",
        label=gettext_lazy("Put in quarantine"),
        explanation=gettext_lazy(
            "For personal data, a wrong marking, malware: hidden at once from all but its supervisors and you."
        ),
        form=RequiredReasonForm,
        run=_call(services.quarantine, "reason"),
        offered=lambda sharing, _at: not sharing.quarantined,
        grave=True,
    ),
)
_WIDENING = (
    SharingAct(
        name="widen",
        permission="widen",
        label=gettext_lazy("Share with more"),
        explanation=gettext_lazy(
            "Add recipients, or let it go to everyone competent. Say why: the decision stays on record."
        ),
        form=WidenForm,
        run=_widen,
        offered=lambda sharing, _at: not sharing.quarantined and sharing.state != SharingState.PUBLIC,
        grave=True,
        changes=rehearsed(_widen),
    ),
    SharingAct(
        name="loosen",
        permission="loosen_marking",
        label=gettext_lazy("Loosen the marking"),
        explanation=gettext_lazy(
            "Nobody gains access by this alone, unless AMBER+STRICT held a recipient's units back; "
            "the item may then be shared further. Say why."
        ),
        form=LooserMarkingForm,
        run=_mark,
        offered=lambda sharing, _at: sharing.marking != "CLEAR",
        grave=True,
        changes=rehearsed(_mark),
    ),
    SharingAct(
        name="facts",
        permission="change_facts",
        label=gettext_lazy("Change element or countries"),
        explanation=gettext_lazy("Who is competent for the item follows from these. Say why."),
        form=FactsForm,
        run=_change_facts,
        offered=lambda sharing, _at: not sharing.quarantined,
        grave=True,
        changes=rehearsed(_change_facts),
    ),
    SharingAct(
        name="end-quarantine",
        permission="end_quarantine",
        label=gettext_lazy("End the quarantine"),
        explanation=gettext_lazy("The sharing that stood before holds again."),
        form=ReasonForm,
        run=_end_quarantine,
        offered=lambda sharing, _at: sharing.quarantined,
        changes=rehearsed(_end_quarantine),
    ),
    SharingAct(
        name="transfer",
        permission="transfer",
        label=gettext_lazy("Transfer to another owner"),
        explanation=gettext_lazy(
            "A decider of the receiving organisation, or above it, has to confirm. Nothing changes until then."
        ),
        form=TransferForm,
        run=_transfer,
        offered=lambda sharing, _at: not sharing.quarantined,
        grave=True,
        changes=_proposed(_transfer, lambda form, facts: replace(facts, owner_id=form.cleaned_data["new_owner"].pk)),
        done=gettext_lazy("Proposed: a decider of the receiving organisation has to confirm."),
    ),
    SharingAct(
        name="public",
        permission="make_public",
        label=gettext_lazy("Make public"),
        explanation=gettext_lazy(
            "Everyone will be able to read it without signing in. Another decider has to confirm; "
            "nothing changes until then. Say why."
        ),
        form=RequiredReasonForm,
        run=_make_public,
        offered=_may_go_public,
        grave=True,
        changes=_proposed(_make_public, lambda _form, facts: replace(facts, state=SharingState.PUBLIC.value)),
        done=gettext_lazy("Proposed: another decider has to confirm."),
    ),
    SharingAct(
        name="prepare-public",
        permission="prepare_public",
        label=gettext_lazy("Prepare making it public"),
        explanation=gettext_lazy(
            "A decider takes it up, a second one confirms; nothing changes until then. Say why everyone may read it."
        ),
        form=RequiredReasonForm,
        run=_prepare_public,
        offered=_may_go_public,
        grave=True,
        changes=_proposed(_prepare_public, lambda _form, facts: replace(facts, state=SharingState.PUBLIC.value)),
        done=gettext_lazy("Prepared: a decider takes it up, and another one has to confirm."),
    ),
)
_TELLING = (
    SharingAct(
        name="supersede",
        permission="supersede",
        label=gettext_lazy("A newer item takes its place"),
        explanation=gettext_lazy(
            "Readers of both see on the older one that a newer one takes its place, and are told once. "
            "Nobody gains or loses access."
        ),
        form=SupersedeForm,
        run=_call(services.supersede, "newer", "reason"),
        offered=lambda sharing, _at: not hasattr(sharing, "superseded"),
        grave=True,
    ),
    SharingAct(
        name="end-supersession",
        permission="supersede",
        label=gettext_lazy("No newer item takes its place"),
        explanation=gettext_lazy("Takes the link to the newer item away. Nobody gains or loses access."),
        form=ReasonForm,
        run=_call(services.end_supersession, "reason"),
        offered=lambda sharing, _at: hasattr(sharing, "superseded"),
    ),
    SharingAct(
        name="flag",
        permission="flag",
        label=gettext_lazy("Flag for quarantine"),
        explanation=gettext_lazy(
            "For personal data, a wrong marking, malware. The owner's approvers and deciders are told, and put the "
            "item in quarantine or decline. Say what is wrong without repeating it."
        ),
        form=RequiredReasonForm,
        run=_call(services.flag, "reason"),
        offered=lambda sharing, _at: not sharing.quarantined,
        done=gettext_lazy("Flagged: the owner's people are told."),
    ),
    SharingAct(
        name="correct",
        permission="propose_correction",
        label=gettext_lazy("Add a correction notice"),
        explanation=gettext_lazy(
            "A small note on the item. Another person with the right to approve has to confirm it; "
            "then those who had opened the item are told."
        ),
        form=CorrectionForm,
        run=_call(services.propose_correction, "text"),
        offered=lambda _sharing, _at: True,
        grave=True,
        done=gettext_lazy("Proposed: somebody else with the right to approve has to confirm."),
    ),
)
# the editor of the text asks for the same, with the text
DRAFT_ACTS = (
    SharingAct(
        name="draft-facts",
        permission="edit",
        label=gettext_lazy("Change owner, element or countries of a draft"),
        explanation=gettext_lazy("While nothing was published. What is left out stays as it is."),
        form=DraftFactsForm,
        run=_call(services.change_draft_facts, "owner", "element", "countries"),
        offered=_never_published,
    ),
    SharingAct(
        name="propose",
        permission="propose_sharing",
        label=gettext_lazy("Propose how far a draft goes"),
        explanation=gettext_lazy("Its first publication applies it. What is left out stays as it is."),
        form=ProposalForm,
        run=_propose,
        offered=_never_published,
    ),
)
ACTS = (*_NARROWING, *_WIDENING, *_TELLING)
BY_NAME = {act.name: act for act in ACTS}


def revocation(recipient: Any) -> SharingAct:
    """Return the act that takes one recipient's access away."""

    def run(form: Any, _sharing: Sharing, actor: User) -> None:
        services.revoke(recipient=recipient, actor=actor, at=form.at, reason=form.cleaned_data["reason"])

    row = services.target_of(recipient)
    return SharingAct(
        name="revoke",
        permission="narrow",
        label=_("Revoke the access of %(recipient)s") % {"recipient": recipient.named_as},
        explanation=_("Holds for every request from this moment on."),
        form=ReasonForm,
        run=run,
        offered=lambda _sharing, _at: True,
        options=lambda _form, facts: [("", changes.without(facts, row.facts))],
        pending=PendingKind.REVOKE,
    )
