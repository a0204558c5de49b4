"""One view for all acts: the form, what it would do, the act, and where it leads."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from cms.administration.acts.base import Act, Kind, Scene
from cms.administration.acts.people import Enrolled
from cms.administration.forms import AccessForm
from cms.administration.views.pages import demand, done, posted
from cms.sharing.services.foreseeing import Effect
from cms.users.http import ViewerRequest, person_or_404
from cms.users.models import User

FORM = ["GET", "HEAD", "POST"]
View = Callable[..., HttpResponse]


def act_view(kind: Kind, name: str) -> View:
    """Return the view of one act: its parts are those of the kind."""
    act: Act = demand(kind.act(name))

    @require_http_methods(FORM)
    def view(request: ViewerRequest, **parts: Any) -> HttpResponse:
        return _answer(request, act, scene_of(request, kind, act, parts))

    return view


def scene_of(request: ViewerRequest, kind: Kind, act: Act, parts: Mapping[str, Any]) -> Scene:
    """Return who acts on what; the one Http404 for what is not the viewer's to do."""
    viewer, at = person_or_404(request), request.at
    scene = Scene(viewer, at, demand(kind.find(viewer, at, parts)))
    demand(act.open_to(scene))
    return scene


def answer_at_once(request: ViewerRequest, kind: Kind, name: str, parts: Mapping[str, Any]) -> tuple[Act, Scene, Any]:
    """Do what a button alone asks for; return the act, its scene, and the form with what was refused."""
    act: Act = demand(kind.act(name))
    scene = scene_of(request, kind, act, parts)
    form = act.filled(scene, request.POST)
    form.is_valid()
    done(form, lambda: act.run(scene, form))
    return act, scene, form


def said_of(request: ViewerRequest, act: Act, form: Any) -> None:
    """Say what became of it."""
    if form.errors:
        messages.error(request, " ".join(str(error) for error in form.non_field_errors()))
    else:
        messages.success(request, act.said)


def _answer(request: ViewerRequest, act: Act, scene: Scene) -> HttpResponse:
    form = act.filled(scene, posted(request))
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, act, scene, form)
    if act.words is not None and act.twice and "confirmed" not in request.POST:
        hidden = [(name, value) for name in form.fields for value in form.data.getlist(name)]
        context = _page(act, scene) | {"hidden": hidden, "difference": act.words(scene, form), "form": form}
        return render(request, "administration/confirm.html", context)
    made: list[Any] = []
    if not done(form, lambda: made.append(act.run(scene, form))):
        return _form_page(request, act, scene, form)
    if act.link:
        return _invited_page(request, scene, made[0])
    messages.success(request, act.said)
    return redirect(act.back(scene))


def _page(act: Act, scene: Scene) -> dict[str, Any]:
    return {
        "title": act.title,
        "explanation": act.explanation,
        "button": act.button,
        "grave": act.grave,
        "aside": act.aside(scene),
        "back": act.back(scene),
    }


def _form_page(request: ViewerRequest, act: Act, scene: Scene, form: Any) -> HttpResponse:
    template = "administration/access.html" if isinstance(form, AccessForm) else "administration/form.html"
    context = _page(act, scene) | {"form": form, "effects": _foreseen(act, scene)}
    if act.words is not None and not act.twice:
        context["difference"] = act.words(scene, form)
    return render(request, template, context, status=400 if form.errors else 200)


def _foreseen(act: Act, scene: Scene) -> tuple[Effect, ...] | None:
    """Return whom the act would let read more or less; None where that is told otherwise, or it would be refused."""
    if act.stand_in is None:
        return None
    form = act.filled(scene, act.stand_in(scene))
    try:
        return act.effects(scene, form) if form.is_valid() else None
    except (PermissionDenied, ValidationError):
        return None


def _invited_page(request: ViewerRequest, scene: Scene, made: Enrolled | str) -> HttpResponse:
    """Show the way in, this once: it is not kept anywhere."""
    enrolled = isinstance(made, Enrolled)
    person: User = made.membership.user if isinstance(made, Enrolled) else scene.subject
    context = {"person": person, "link": link_to(request, made), "mailed": enrolled and made.mailed}  # type: ignore[union-attr]
    return render(request, "administration/invited.html", context)


def link_to(request: ViewerRequest, made: Enrolled | str) -> str:
    """Return the address of the way in that was made; empty where none is to be shown."""
    token = made.token if isinstance(made, Enrolled) else made
    return request.build_absolute_uri(reverse("invitation", args=[token])) if token else ""
