"""The acts on an item's sharing: shown with who loses by each choice, or done only after who gains was shown."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from cms.sharing import services
from cms.sharing.act_forms import ReasonForm
from cms.sharing.catalogue import BY_NAME, SharingAct, revocation
from cms.sharing.differences import Change, Difference, difference
from cms.sharing.doing import Asked, asked_for, do, foreseen
from cms.sharing.exceptions import NotAllowed
from cms.sharing.models import Recipient, Sharing
from cms.sharing.querysets import facts_of
from cms.sharing.reading import reading_of
from cms.sharing.rules import allowed
from cms.sharing.views.finding import recipient_of, way_back, worked_on
from cms.users.http import ViewerRequest


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: ViewerRequest, identifier: str, name: str) -> HttpResponse:
    """Show an act with who gains or loses by it, do it, or propose it."""
    chosen = BY_NAME.get(name)
    if chosen is None:
        raise Http404
    sharing = worked_on(request, identifier, besides=chosen.permission)
    return _answer(request, _asked(request, chosen, sharing))


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: ViewerRequest, identifier: str, handle: str) -> HttpResponse:
    """Show who loses when a recipient's access is taken away, do it, or propose it."""
    sharing = worked_on(request, identifier)
    recipient = recipient_of(sharing, handle)
    return _answer(request, _asked(request, revocation(recipient), sharing, recipient))


def _asked(request: ViewerRequest, chosen: SharingAct, sharing: Sharing, recipient: Recipient | None = None) -> Asked:
    """Return what is asked for, by whoever may do it or propose it; raises the one Http404 for everybody else."""
    data = request.POST if request.method == "POST" else None
    asked = asked_for(chosen, sharing, request.viewer, request.at, data, recipient=recipient)
    if asked is None:
        raise Http404
    return asked


def _answer(request: ViewerRequest, asked: Asked) -> HttpResponse:
    if request.method != "POST" or not asked.form.is_valid():
        return _show(request, asked)
    # held until the end of the request: what was shown cannot change before it is done
    services.lock(asked.sharing.pk)
    if asked.act.changes is not None and not asked.proposing:
        changes = _tried(request, asked)
        if changes is None:
            return _show(request, asked)
        shown = difference(changes, _user(request), request.at)
        if request.POST.get("seal") != shown.seal:
            return _ask_again(request, asked, shown)
    if not _done(request, asked):
        return _show(request, asked)
    messages.success(request, _said(asked))
    return redirect(way_back(request, asked.sharing))


def _user(request: ViewerRequest) -> Any:
    return request.viewer


def _said(asked: Asked) -> str:
    if asked.proposing:
        return _("Proposed: an approver or decider has to accept it.")
    return str(asked.act.done) or _("Done: %(act)s.") % {"act": asked.act.label}


def _tried(request: ViewerRequest, asked: Asked) -> list[Change] | None:
    """Return what the act would change; None with what it refuses put beside the fields."""
    try:
        return foreseen(asked, _user(request))
    except (NotAllowed, ValidationError) as error:
        put_beside(asked.form, error)
    return None


def _done(request: ViewerRequest, asked: Asked) -> bool:
    """Do or propose it; what the service refuses goes beside the field that it concerns."""
    try:
        do(asked, _user(request))
    except (NotAllowed, ValidationError) as error:
        put_beside(asked.form, error)
    return not asked.form.errors


def put_beside(form: Any, error: NotAllowed | ValidationError) -> None:
    """Put a service's refusal beside the field that it concerns, or above the form."""
    if isinstance(error, NotAllowed):
        form.add_error(None, str(error))
        return
    known = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
    form.add_error(None, error if known else error.messages)


def _show(request: ViewerRequest, asked: Asked) -> HttpResponse:
    sharing = asked.sharing
    context = {
        "sharing": sharing,
        "form": asked.form,
        "act": asked.act,
        "proposing": asked.proposing,
        "asked_twice": asked.act.changes is not None,
        "options": _options(request, asked),
        "opened": _opened(request, asked),
        "back": way_back(request, sharing),
        "title": title_for(request, sharing),
    }
    return render(request, "sharing/act.html", context, status=400 if asked.form.errors else 200)


def title_for(request: ViewerRequest, sharing: Sharing) -> str:
    """Return the item's title for whoever may open it or work on it; otherwise nothing."""
    at = request.at
    seen = allowed(request.viewer, "view", sharing, at) or allowed(request.viewer, "view_draft", sharing, at)
    return str(sharing.page.title) if seen else ""


def _options(request: ViewerRequest, asked: Asked) -> list[tuple[str, Difference]]:
    """Return who loses by each choice of an act that narrows."""
    if asked.act.options is None:
        return []
    facts = facts_of(asked.sharing)
    return [
        (label, difference([Change(facts, after)], _user(request), request.at))
        for label, after in asked.act.options(asked.form, facts)
    ]


def _opened(request: ViewerRequest, asked: Asked) -> Any:
    """Return who has opened the item since the publication that is to be undone."""
    if asked.act.name != "undo":
        return None
    publication = services.undoable(asked.sharing, request.at)
    return publication and reading_of(asked.sharing, _user(request), request.at, since=publication.at)


def _ask_again(request: ViewerRequest, asked: Asked, shown: Difference) -> HttpResponse:
    """Show exactly who gains and who loses, and ask for a second yes."""
    fields = [asked.form[name].as_hidden() for name in asked.form.fields]
    changed = bool(request.POST.get("seal"))
    context = {
        "sharing": asked.sharing,
        "act": asked.act,
        "difference": shown,
        "hidden": fields,
        "changed": changed,
        "chosen": _chosen(asked.form),
        "back": way_back(request, asked.sharing),
        "title": title_for(request, asked.sharing),
    }
    return render(request, "sharing/confirm.html", context, status=409 if changed else 200)


def _chosen(form: ReasonForm) -> list[tuple[str, str]]:
    """Return what was filled in, in words."""
    found = []
    for bound in form:
        value = bound.value()
        values = [str(part) for part in value] if isinstance(value, list) else [str(value or "")]
        words = _labels(bound.field)
        text = ", ".join(words.get(part, part) for part in values if part)
        if text:
            found.append((str(bound.label), text))
    return found


def _labels(field: Any) -> dict[str, str]:
    """Return the words of a field's choices, in groups or not."""
    words: dict[str, str] = {}
    for value, label in getattr(field, "choices", ()):
        inner = label if isinstance(label, list | tuple) else [(value, label)]
        words |= {str(key): str(word) for key, word in inner}
    return words
