"""The inventory. A route that is not declared here is the one 404, and fails the build."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from cms.administration.acts import KINDS
from cms.routes import checks
from cms.routes.checks import Check
from cms.routes.closed import CLOSED_PATTERNS
from cms.sharing.catalogue import ACTS, DRAFT_ACTS
from cms.sharing.decisions import ANSWERS


class Who(Enum):
    """Who may reach a route at all; what they find there is decided by the checks and by the view."""

    ANYONE = "anyone"
    SIGNED_IN = "whoever signed in with a second factor"
    OFFICE = "whoever writes, administers, leads a group, operates or audits"
    EDITORS = "whoever has a role that works in the editing interface"
    CURATORS = "curators"
    NOBODY = "nobody: the route is closed"


@dataclass(frozen=True, slots=True)
class Route:
    """One address pattern."""

    who: Who
    checks: Mapping[str, Check] = field(default_factory=dict)


_OPEN = Route(Who.ANYONE)
_DESK = Route(Who.EDITORS)
_OFFICE = Route(Who.OFFICE)
_CURATORS = Route(Who.CURATORS)
_CLOSED = Route(Who.NOBODY)


def _anyone(*kwargs: str) -> Route:
    return Route(Who.ANYONE, dict.fromkeys(kwargs, checks.in_the_view))


# drafts on the reader site: who may work on them
_DRAFT = Route(Who.EDITORS, {"identifier": checks.item_worked_on})
READER_SITE = {
    "health/": _OPEN,
    "i/<str:identifier>/": _anyone("identifier"),
    "i/<str:identifier>/print/": _anyone("identifier"),
    "f/<str:identifier>/": _anyone("identifier"),
    "f/<str:identifier>/<str:width>/": _anyone("identifier", "width"),
    "search/": _OPEN,
    "search/suggest/": _OPEN,
    "search/export/<str:form>/": Route(Who.SIGNED_IN, {"form": checks.in_the_view}),
    "search/like/<str:identifier>/": _anyone("identifier"),
    "search/like/<str:identifier>/list/": _anyone("identifier"),
    "search/saved/": Route(Who.SIGNED_IN),
    "search/saved/add/": Route(Who.SIGNED_IN),
    "search/saved/<str:handle>/change/": Route(Who.SIGNED_IN, {"handle": checks.in_the_view}),
    "search/saved/<str:handle>/delete/": Route(Who.SIGNED_IN, {"handle": checks.in_the_view}),
    "search/history/empty/": Route(Who.SIGNED_IN),
    # each part of the trail asks for itself who may read it
    "audit/": Route(Who.SIGNED_IN),
    "audit/readings/": Route(Who.SIGNED_IN),
    "audit/sign-ins/": Route(Who.SIGNED_IN),
    "audit/trail/": Route(Who.SIGNED_IN),
    "audit/keeping/": Route(Who.SIGNED_IN),
    "audit/figures/": Route(Who.SIGNED_IN),
    "audit/figures/table/": Route(Who.SIGNED_IN),
    "i/<str:identifier>/questions/": Route(Who.SIGNED_IN, {"identifier": checks.in_the_view}),
    "i/<str:identifier>/flag/": Route(Who.SIGNED_IN, {"identifier": checks.in_the_view}),
    "i/<str:identifier>/disclosures/": Route(Who.SIGNED_IN, {"identifier": checks.in_the_view}),
    "disclosures/": Route(Who.SIGNED_IN),
    "alerts/": Route(Who.SIGNED_IN),
    "alerts/new/": Route(Who.EDITORS),
    "alerts/keep/": Route(Who.EDITORS),
    "alerts/similar/": Route(Who.EDITORS),
    "alerts/clocks/": Route(Who.CURATORS),
    "alerts/<str:identifier>/": _DRAFT,
    "alerts/<str:identifier>/edit/": _DRAFT,
    "alerts/<str:identifier>/submit/": _DRAFT,
    "alerts/<str:identifier>/publish/": _DRAFT,
    "alerts/<str:identifier>/take-back/": _DRAFT,
    "alerts/<str:identifier>/return/": _DRAFT,
    "alerts/<str:identifier>/board/": _DRAFT,
    "alerts/<str:identifier>/acknowledge/": Route(Who.SIGNED_IN, {"identifier": checks.in_the_view}),
    "alerts/<str:identifier>/acted/": Route(Who.SIGNED_IN, {"identifier": checks.in_the_view}),
    "duty/": Route(Who.SIGNED_IN),
    "duty/hand-over/": Route(Who.SIGNED_IN),
    "duty/<int:participant>/assign/": Route(Who.SIGNED_IN, {"participant": checks.in_the_view}),
    "duty/<int:pk>/remove/": Route(Who.SIGNED_IN, {"pk": checks.in_the_view}),
    "desk/": Route(Who.SIGNED_IN),
    "desk/read/": Route(Who.SIGNED_IN),
    "i/<str:identifier>/watch/": Route(Who.SIGNED_IN, {"identifier": checks.in_the_view}),
    "notices/": Route(Who.SIGNED_IN),
    "notices/read/": Route(Who.SIGNED_IN),
    "notices/settings/": Route(Who.SIGNED_IN),
    "notices/settings/subscribe/": Route(Who.SIGNED_IN),
    "notices/settings/<int:pk>/remove/": Route(Who.SIGNED_IN, {"pk": checks.in_the_view}),
    r"^((?:[\w-]+/)*)$": _anyone(),
}

_DIRECTORY = ("people", "organisations", "proposals", "groups", "admissions", "inspections", "quarantine")


def _as_route(path: str) -> str:
    return path.replace("{", "<").replace("}", ">")


_SHARING_ACTS = [*(act.name for act in (*ACTS, *DRAFT_ACTS)), "revoke"]
API = {
    "api/v1/": _OPEN,
    "api/v1/docs": _OPEN,
    "api/v1/openapi.json": _OPEN,
    "api/v1/search": _OPEN,
    "api/v1/search/suggest": _OPEN,
    "api/v1/search/export/<form>": _anyone("form"),
    "api/v1/search/saved": _OPEN,
    "api/v1/search/saved/<handle>/change": _anyone("handle"),
    "api/v1/search/saved/<handle>/delete": _anyone("handle"),
    "api/v1/search/history": _OPEN,
    "api/v1/search/history/empty": _OPEN,
    "api/v1/items/<identifier>/related": _anyone("identifier"),
    "api/v1/items/<identifier>/sharing": _anyone("identifier"),
    **{f"api/v1/items/<identifier>/sharing/{name}": _anyone("identifier") for name in _SHARING_ACTS},
    "api/v1/waiting": _OPEN,
    "api/v1/waiting/<handle>": _anyone("handle"),
    **{f"api/v1{_as_route(kind.path(act))}": _anyone(*kind.parts) for kind in KINDS for act in kind.acts},
    **dict.fromkeys((f"api/v1/{name}" for name in _DIRECTORY), _OPEN),
    "api/v1/participation": _OPEN,
    "api/v1/people/<handle>": _anyone("handle"),
    "api/v1/proposals/<proposal>": _anyone("proposal"),
    "api/v1/groups/<group>": _anyone("group"),
    **{f"api/v1/waiting/<handle>/{answer.name}": _anyone("handle") for answer in ANSWERS},
    "api/v1/items/<path:identifier>": _anyone("identifier"),
    r"api/v1/[\s\S]*": _OPEN,
}

SIGN_IN = {
    "accounts/terms/": Route(Who.SIGNED_IN),
    "accounts/invitation/<str:token>/": _anyone("token"),
    "accounts/language/": _OPEN,
    "accounts/login/": _OPEN,
    "accounts/logout/": _OPEN,
    "accounts/inactive/": _OPEN,
    "accounts/reauthenticate/": _OPEN,
    "accounts/2fa/": _OPEN,
    "accounts/2fa/authenticate/": _OPEN,
    "accounts/2fa/reauthenticate/": _OPEN,
    "accounts/2fa/totp/activate/": _OPEN,
    "accounts/2fa/totp/deactivate/": Route(Who.SIGNED_IN),
    "accounts/2fa/recovery-codes/": Route(Who.SIGNED_IN),
    "accounts/2fa/recovery-codes/generate/": Route(Who.SIGNED_IN),
    "accounts/2fa/recovery-codes/download/": Route(Who.SIGNED_IN),
}

_ITEM = Route(Who.EDITORS, {"identifier": checks.item_worked_on})
_VERSION = Route(Who.EDITORS, {"identifier": checks.item_worked_on, "version": checks.version_worked_on})
DESK = {
    "cms/": _OFFICE,
    "cms/account/": _OFFICE,
    "cms/logout/": _OFFICE,
    "cms/sprite/": _OFFICE,
    "cms/jsi18n/": _OFFICE,
    "cms/bulletins/": _DESK,
    "cms/files/": _DESK,
    "cms/bulletins/new/": _DESK,
    "cms/bulletins/bulk/": _DESK,
    "cms/bulletins/export/": _DESK,
    "cms/bulletins/reviews/": _DESK,
    "cms/workflow/": _DESK,
    "cms/workflow/step/": _DESK,
    "cms/workflow/frame/": _DESK,
    "cms/retention/": _DESK,
    "cms/retention/rules/": _CURATORS,
    "cms/retention/<str:identifier>/": _ITEM,
    "cms/bulletins/<str:identifier>/": _ITEM,
    "cms/bulletins/<str:identifier>/submit/": _ITEM,
    "cms/bulletins/<str:identifier>/take-back/": _ITEM,
    "cms/bulletins/<str:identifier>/approve/": _ITEM,
    "cms/bulletins/<str:identifier>/return/": _ITEM,
    "cms/bulletins/<str:identifier>/validate/": _ITEM,
    "cms/bulletins/<str:identifier>/history/": _ITEM,
    "cms/bulletins/<str:identifier>/compare/": _ITEM,
    "cms/bulletins/<str:identifier>/versions/<int:version>/": _VERSION,
    "cms/bulletins/<str:identifier>/versions/<int:version>/revert/": _VERSION,
    "cms/bulletins/<str:identifier>/versions/<int:version>/comment/": _VERSION,
    "cms/bulletins/<str:identifier>/comments/<uuid:comment>/settle/": Route(
        Who.EDITORS, {"identifier": checks.item_worked_on, "comment": checks.comment_worked_on}
    ),
    "cms/bulletins/<str:identifier>/discard/": _ITEM,
    "cms/bulletins/<str:identifier>/dates/": _ITEM,
    "cms/bulletins/<str:identifier>/review/": _ITEM,
    "cms/bulletins/<str:identifier>/move/": Route(Who.EDITORS, {"identifier": checks.item_moved}),
    "cms/bulletins/<str:identifier>/close/": _ITEM,
    "cms/bulletins/<str:identifier>/reopen/": _ITEM,
    "cms/bulletins/<str:identifier>/lock/": _ITEM,
    "cms/bulletins/<str:identifier>/unlock/": _ITEM,
    "cms/sharing/bulk/": _DESK,
    "cms/sharing/waiting/": _DESK,
    "cms/sharing/waiting/item/<str:identifier>/": Route(Who.EDITORS, {"identifier": checks.in_the_view}),
    "cms/sharing/waiting/<uuid:handle>/": Route(Who.EDITORS, {"handle": checks.act_that_waits}),
    "cms/sharing/<str:identifier>/": _ITEM,
    "cms/sharing/<str:identifier>/readers/": _ITEM,
    "cms/sharing/<str:identifier>/timeline/": _ITEM,
    "cms/sharing/<str:identifier>/view-as/": _ITEM,
    "cms/sharing/<str:identifier>/view-as/page/": _ITEM,
    "cms/sharing/<str:identifier>/revoke/<str:handle>/": Route(
        Who.EDITORS, {"identifier": checks.item_worked_on, "handle": checks.recipient}
    ),
    "cms/sharing/<str:identifier>/<slug:name>/": Route(
        Who.EDITORS, {"identifier": checks.item_acted_on, "name": checks.sharing_act}
    ),
}

_KIND = {"content_type_app_name": checks.our_app, "content_type_model_name": checks.addable_kind}
EDITOR = {
    "cms/pages/add/<slug:content_type_app_name>/<slug:content_type_model_name>/<int:parent_page_id>/": Route(
        Who.EDITORS, _KIND | {"parent_page_id": checks.addable_parent}
    ),
    "cms/pages/<int:page_id>/edit/": Route(Who.EDITORS, {"page_id": checks.editable_page}),
}

_STRUCTURE = Route(Who.CURATORS, {"page_id": checks.structure_page})
_PLACE = Route(Who.CURATORS, {"parent_page_id": checks.structure_page})
STRUCTURE = {
    "cms/pages/<int:parent_page_id>/": _PLACE,
    "cms/pages/<int:parent_page_id>/results/": _PLACE,
    "cms/pages/<int:parent_page_id>/add_subpage/": Route(Who.CURATORS, {"parent_page_id": checks.topic_place}),
    "cms/pages/<int:page_id>/delete/": Route(Who.CURATORS, {"page_id": checks.topic_page}),
    "cms/pages/<int:page_id>/unpublish/": _STRUCTURE,
    "cms/pages/<int:page_to_move_id>/move/": Route(Who.CURATORS, {"page_to_move_id": checks.topic_page}),
    "cms/pages/<int:page_to_move_id>/move/<int:destination_id>/confirm/": Route(
        Who.CURATORS, {"page_to_move_id": checks.topic_page, "destination_id": checks.topic_place}
    ),
    "cms/pages/<int:page_to_move_id>/set_position/": Route(Who.CURATORS, {"page_to_move_id": checks.structure_page}),
}

DIRECTORY = {
    "cms/organisations/organisation/$": _CURATORS,
    "cms/organisations/organisation/create/$": _CURATORS,
    "cms/organisations/membership/$": _CURATORS,
}

_PERSON = Route(Who.OFFICE, {"handle": checks.person_administered})
_MEMBERSHIP = Route(Who.OFFICE, {"membership": checks.membership_administered})
_OWN = Route(Who.OFFICE, {"key": checks.own_organisation})
_GROUP = Route(Who.OFFICE, {"group": checks.group})
ADMINISTRATION = {
    "cms/synonyms/": _CURATORS,
    "cms/synonyms/add/": _CURATORS,
    "cms/synonyms/<uuid:handle>/": Route(Who.CURATORS, {"handle": checks.in_the_view}),
    "cms/synonyms/<uuid:handle>/delete/": Route(Who.CURATORS, {"handle": checks.in_the_view}),
    "cms/administration/": _OFFICE,
    "cms/people/": _OFFICE,
    "cms/people/enrol/": _OFFICE,
    "cms/people/due/": _OFFICE,
    "cms/people/<uuid:handle>/": _PERSON,
    "cms/people/<uuid:handle>/suspend/": _PERSON,
    "cms/people/<uuid:handle>/lift/": _PERSON,
    "cms/people/<uuid:handle>/sessions/": _PERSON,
    "cms/people/<uuid:handle>/invite/": _PERSON,
    "cms/people/<uuid:handle>/anew/": _PERSON,
    "cms/people/memberships/<uuid:membership>/change/": _MEMBERSHIP,
    "cms/people/memberships/<uuid:membership>/confirm/": _MEMBERSHIP,
    "cms/people/memberships/<uuid:membership>/end/": _MEMBERSHIP,
    "cms/people/administrators/<uuid:membership>/suspend/": _MEMBERSHIP,
    "cms/people/administrators/<uuid:membership>/lift/": _MEMBERSHIP,
    "cms/own-organisations/": _OFFICE,
    "cms/own-organisations/add/": _OFFICE,
    "cms/own-organisations/proposals/<uuid:proposal>/": Route(Who.OFFICE, {"proposal": checks.proposal}),
    "cms/own-organisations/proposals/<uuid:proposal>/<slug:answer>/": Route(
        Who.OFFICE, {"proposal": checks.proposal, "answer": checks.answer}
    ),
    "cms/own-organisations/of/<slug:key>/": _OWN,
    "cms/own-organisations/of/<slug:key>/rename/": _OWN,
    "cms/own-organisations/of/<slug:key>/lower/": _OWN,
    "cms/own-organisations/of/<slug:key>/raise/": _OWN,
    "cms/own-organisations/of/<slug:key>/propose/": _OWN,
    "cms/working-groups/": _OFFICE,
    "cms/working-groups/found/": _OFFICE,
    "cms/working-groups/admissions/<uuid:admission>/": Route(Who.OFFICE, {"admission": checks.admission}),
    "cms/working-groups/admissions/<uuid:admission>/<slug:answer>/": Route(
        Who.OFFICE, {"admission": checks.admission, "answer": checks.answer}
    ),
    "cms/working-groups/of/<slug:group>/": _GROUP,
    "cms/working-groups/of/<slug:group>/charter/": _GROUP,
    "cms/working-groups/of/<slug:group>/end/": _GROUP,
    "cms/working-groups/of/<slug:group>/propose/": _GROUP,
    "cms/working-groups/of/<slug:group>/remove/<slug:member>/": Route(
        Who.OFFICE, {"group": checks.group, "member": checks.group_member}
    ),
    "cms/quarantine/": _OFFICE,
    "cms/quarantine/order/": _OFFICE,
    "cms/quarantine/<uuid:identifier>/end/": Route(Who.OFFICE, {"identifier": checks.quarantined_item}),
    "cms/explain/": _OFFICE,
    "cms/inspect/": _OFFICE,
    "cms/inspect/ask/": _OFFICE,
    "cms/inspect/<uuid:grant>/open/": Route(Who.OFFICE, {"grant": checks.inspect_grant}),
    "cms/inspect/<uuid:grant>/<slug:answer>/": Route(
        Who.OFFICE, {"grant": checks.inspect_grant, "answer": checks.answer}
    ),
}

CLOSED = dict.fromkeys(CLOSED_PATTERNS, _CLOSED)

ROUTES: dict[str, Route] = {
    **READER_SITE,
    **API,
    **SIGN_IN,
    **DESK,
    **EDITOR,
    **STRUCTURE,
    **DIRECTORY,
    **ADMINISTRATION,
    **CLOSED,
}
