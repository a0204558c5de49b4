"""People, organisations, working groups, grants and quarantine by order: the acts of the administration's catalogue.

Each act has an operation of its own, which takes what its form takes. With `dry_run=1` nothing is done, and the answer
says how many people would read more and less, or in words what one person would gain and lose.
"""

import inspect
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from ninja import NinjaAPI

from cms.administration.acts import KINDS, Act, Kind, Scene
from cms.administration.acts.people import Enrolled
from cms.administration.models import InspectGrant
from cms.administration.views.acting import link_to
from cms.api.act_schemas import AdministeredAnswer
from cms.api.acting import Operation, View, add_act, is_dry
from cms.api.answers import answer
from cms.api.bodies import BadForm, data_for, read_body, schema_of
from cms.organisations.models import GroupAdmission, Organisation, OrganisationProposal, WorkingGroup
from cms.sharing.services.foreseeing import Effect
from cms.users.http import ViewerRequest
from cms.users.models import User

TAGS = {
    "people": "People",
    "person": "People",
    "membership": "People",
    "administrator": "People",
    "participants": "Organisations",
    "organisations": "Organisations",
    "organisation": "Organisations",
    "proposal": "Organisations",
    "groups": "Working groups",
    "group": "Working groups",
    "member": "Working groups",
    "admission": "Working groups",
    "grants": "Inspections",
    "grant": "Inspections",
    "orders": "Quarantine",
    "order": "Quarantine",
}


def add_administration(api: NinjaAPI) -> None:
    """Add the operations."""
    for kind in KINDS:
        for act in kind.acts:
            operation = Operation(
                path=kind.path(act),
                tag=TAGS[kind.name],
                name=f"{kind.name}-{act.name}",
                summary=str(act.title),
                description=str(act.explanation),
                body=schema_of(act.takes),
                answers=AdministeredAnswer,
            )
            add_act(api, operation, _view(kind, act))


def _view(kind: Kind, act: Act) -> View:
    def view(request: ViewerRequest, **parts: str) -> HttpResponse:
        scene = _scene(request, kind, act, parts)
        form = act.filled(scene, data_for(act.filled(scene, None), read_body(request)))
        if not form.is_valid():
            raise BadForm(form.errors)
        return _done(request, act, scene, form)

    # ninja reads the parts of an address from the signature
    named = [inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=ViewerRequest)]
    named += [inspect.Parameter(part, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=str) for part in kind.parts]
    view.__signature__ = inspect.Signature(named)  # type: ignore[attr-defined]
    return view


def _scene(request: ViewerRequest, kind: Kind, act: Act, parts: Mapping[str, Any]) -> Scene:
    viewer = request.viewer
    if not isinstance(viewer, User):
        raise Http404
    subject = kind.find(viewer, request.at, parts)
    if subject is None:
        raise Http404
    scene = Scene(viewer, request.at, subject)
    if not act.open_to(scene):
        raise Http404
    return scene


def _done(request: ViewerRequest, act: Act, scene: Scene, form: Any) -> HttpResponse:
    """Tell what the act does; and do it, unless it is only tried out."""
    words = act.words(scene, form) if act.words is not None else None
    # of one person's access the words tell; what else that person reads is not the asker's to know
    effects = act.effects(scene, form) if words is None and not act.link else ()
    made = None if is_dry(request) else act.run(scene, form)
    return answer(
        {
            "done": not is_dry(request),
            "effects": [effect_answer(row) for row in effects],
            "gains": list(words.gains) if words else [],
            "losses": list(words.losses) if words else [],
            "made": _made(request, act, made),
        }
    )


def effect_answer(row: Effect) -> dict[str, Any]:
    """Return how many people of one place read more and less, as it may be told."""
    more, less = row.told
    return {"people_of": row.organisation, "more": more, "less": less}


def _made(request: ViewerRequest, act: Act, made: object) -> dict[str, Any]:
    """Return what stands for what was made."""
    found: dict[str, Any] = {}
    if isinstance(made, Organisation | WorkingGroup):
        found = {"key": made.key}
    elif isinstance(made, OrganisationProposal | GroupAdmission | InspectGrant):
        found = {"handle": str(made.handle)}
    elif isinstance(made, Enrolled):
        found = {"person": str(made.membership.user.handle), "membership": str(made.membership.handle)}
        found |= {"link": link_to(request, made) or None, "mailed": made.mailed}
    elif act.link and isinstance(made, str):
        found = {"link": link_to(request, made)}
    return found
