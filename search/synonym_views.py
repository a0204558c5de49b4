"""Curators' pages of synonyms, in the editing interface."""

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages

from cms.users.http import ViewerRequest
from search.models import SynonymGroup
from search.services import drop_synonyms, keep_synonyms

_FORM = ["GET", "HEAD", "POST"]


class SynonymForm(forms.ModelForm[SynonymGroup]):
    """The terms of a group, one a line."""

    class Meta:
        model = SynonymGroup
        fields = ("terms",)
        widgets = {"terms": forms.Textarea(attrs={"rows": 8, "spellcheck": "false"})}


@require_safe
def index(request: ViewerRequest) -> HttpResponse:
    """List the groups."""
    groups = sorted(SynonymGroup.objects.all(), key=lambda group: str(group).lower())
    return render(request, "search/synonyms.html", {"groups": groups})


@require_http_methods(_FORM)
def add(request: ViewerRequest) -> HttpResponse:
    """Add a group."""
    return _edited(request, SynonymGroup(changed_at=request.at), _("Add synonyms"))


@require_http_methods(_FORM)
def change(request: ViewerRequest, handle: UUID) -> HttpResponse:
    """Change a group."""
    return _edited(request, get_object_or_404(SynonymGroup, handle=handle), _("Change synonyms"))


@require_POST
def delete(request: ViewerRequest, handle: UUID) -> HttpResponse:
    """Delete a group."""
    drop_synonyms(group=get_object_or_404(SynonymGroup, handle=handle), actor=request.viewer, at=request.at)
    messages.success(request, _("The synonyms are deleted."))
    return redirect("synonyms")


def _edited(request: ViewerRequest, group: SynonymGroup, title: str) -> HttpResponse:
    form = SynonymForm(request.POST or None, instance=group)
    if request.method == "POST" and form.is_valid():
        keep_synonyms(group=form.instance, actor=request.viewer, at=request.at)
        messages.success(request, _("The synonyms are saved; searches use them from now on."))
        return redirect("synonyms")
    context = {"form": form, "title": title, "group": group if group.pk else None, "back": reverse("synonyms")}
    return render(request, "search/synonym.html", context)
