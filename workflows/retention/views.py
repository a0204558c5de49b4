"""Pages of retention: what ends soon, the term of one item, the Commission's rules."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from cms.core.identifiers import uuid_or_404, uuid_or_none
from cms.core.instants import day_of
from cms.core.posted import posted_text
from cms.sharing.models import Sharing
from cms.sharing.rules import open_actions
from cms.users.http import ViewerRequest
from workflows.retention import rulebook, selectors, services
from workflows.retention.forms import HoldForm, OwnTermForm, RuleForm
from workflows.retention.frames import frame_of
from workflows.retention.models import Hold, RetentionRule
from workflows.retention.terms import rules_in_force, term_of
from workflows.selectors import desk_rows
from workflows.views.finding import find_item, posted, refusal, served

LISTED = 200
_FORMS = ["GET", "HEAD", "POST"]


@require_safe
def overview(request: ViewerRequest) -> HttpResponse:
    """List, of the viewer's own items, those whose term ends soon, those that are held, and what was erased."""
    viewer = served()
    terms = selectors.ending_for(viewer)[:LISTED]
    rows = desk_rows([term.sharing for term in terms])
    day = day_of(request.at)
    context = {
        "ending": [(row, term, term.step(day)) for row, term in zip(rows, terms, strict=True)],
        "holds": selectors.holds_for(viewer)[:LISTED],
        "erased": selectors.erased_for(viewer)[:LISTED],
        "keeps_rules": rulebook.may_set_rules(request.viewer, request.at),
    }
    return render(request, "retention/overview.html", context)


@require_http_methods(_FORMS)
def item(request: ViewerRequest, identifier: str) -> HttpResponse:
    """Show the term of an item and its holds; a POST chooses another day, holds it, or lifts a hold."""
    sharing = find_item(identifier)
    act = request.POST.get("act", "")
    own, hold = OwnTermForm(posted(request) if act == "term" else None), HoldForm()
    refused = ""
    if request.method == "POST":
        refused = _do(request, sharing, act, own)
        if not refused and not own.errors:
            messages.success(request, _("Kept."))
            return redirect("retention:item", identifier)
    context = {
        "sharing": sharing,
        "term": term_of(sharing.pk),
        "frame": frame_of(sharing.pk),
        "may": open_actions(request.viewer, ("set_term", "hold", "lift_hold"), sharing, request.at),
        "own_form": own,
        "hold_form": hold,
        "holds": sharing.holds.select_related("placed_by", "lifted_by"),
        "refused": refused,
        "today": day_of(request.at),
        "title": sharing.page.draft_title or sharing.page.title,
    }
    return render(request, "retention/item.html", context, status=400 if refused or own.errors else 200)


def _do(request: ViewerRequest, sharing: Sharing, act: str, own: OwnTermForm) -> str:
    """Do what was posted; return why it was refused. An act that there is not is the one Http404."""
    user: Any = request.viewer
    reason = posted_text(request, "reason")[:500]
    if act == "term":
        if not own.is_valid():
            return ""
        return refusal(lambda: services.set_own_term(sharing=sharing, **own.cleaned_data, actor=user, at=request.at))
    if act == "hold":
        return refusal(lambda: services.place_hold(sharing=sharing, reason=reason, actor=user, at=request.at))
    if act == "lift":
        hold = Hold.objects.filter(sharing=sharing, handle=uuid_or_404(request.POST.get("hold", ""))).first()
        if hold is not None:
            return refusal(lambda: services.lift_hold(hold=hold, reason=reason, actor=user, at=request.at))
    raise Http404


@require_http_methods(_FORMS)
def rules(request: ViewerRequest) -> HttpResponse:
    """Show the rules that hold and those that held; a POST makes another version of one, or ends a special one."""
    if not rulebook.may_set_rules(request.viewer, request.at):
        raise Http404
    form = RuleForm(posted(request) if "drop" not in request.POST else None, instance=_named(request))
    refused = ""
    if request.method == "POST":
        refused = _keep(request, form)
        if not refused and not form.errors:
            messages.success(request, _("Kept: it holds from now on. Owners are told before anything is withdrawn."))
            return redirect("retention:rules")
    context = {
        "rules": rules_in_force(),
        "earlier": RetentionRule.objects.filter(replaced_at__isnull=False).select_related("element")[:LISTED],
        "form": form,
        "refused": refused,
    }
    return render(request, "retention/rules.html", context, status=400 if refused or form.errors else 200)


def _named(request: ViewerRequest) -> RetentionRule | None:
    """Return the rule that the form begins with, as a new one."""
    handle = uuid_or_none(request.GET.get("rule", ""))
    rule = None if handle is None else rulebook.standing_rule(handle)
    if rule is not None:
        rule.pk, rule._state.adding = None, True
    return rule


def _keep(request: ViewerRequest, form: RuleForm) -> str:
    user: Any = request.viewer
    if "drop" in request.POST:
        rule = rulebook.standing_rule(uuid_or_404(request.POST["drop"]))
        if rule is None:
            raise Http404
        return refusal(lambda: rulebook.drop_rule(rule=rule, actor=user, at=request.at))
    if not form.is_valid():
        return ""
    told = dict(form.cleaned_data)
    element, type_key = told.pop("element"), told.pop("type_key")
    return refusal(
        lambda: rulebook.set_rule(element=element, type_key=type_key, values=told, actor=user, at=request.at)
    )
