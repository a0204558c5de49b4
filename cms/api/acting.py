"""An act by the API: its body read, tried out, done; each refusal names the part that is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.security import APIKeyCookie

from cms.api.act_schemas import ActRefused
from cms.api.answers import answer
from cms.api.bodies import BadBody, BadForm, part_of
from cms.api.limits import limited
from cms.api.schemas import Detail
from cms.users.http import ViewerRequest

DRY_RUN = {
    "in": "query",
    "name": "dry_run",
    "description": "1: nothing is done, and the answer says who would gain and who would lose.",
    "schema": {"type": "integer", "enum": [0, 1], "default": 0},
}
SEAL = {
    "in": "query",
    "name": "seal",
    "description": "What a dry run answered: the act is done only where exactly those people gain and lose, else 409.",
    "schema": {"type": "string"},
}
View = Callable[..., HttpResponse]


class Session(APIKeyCookie):
    """The session on the site, with its second factor; a POST carries the token against forgery."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """Return the person who is signed in with a second factor."""
        viewer: Any = request.viewer  # type: ignore[attr-defined]
        return viewer if viewer.is_authenticated else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An act as the API offers it: where, in which words, what it takes (a JSON schema), what it answers."""

    path: str
    tag: str
    name: str
    summary: str
    description: str = ""
    body: Mapping[str, Any]
    answers: type[Schema]
    sealed: bool = False


def add_act(api: NinjaAPI, operation: Operation, view: View) -> None:
    """Add the operation of one act."""
    answers: dict[int, Any] = {200: operation.answers, 401: Detail, 404: Detail, 422: ActRefused, 429: Detail}
    api.post(
        operation.path,
        tags=[operation.tag],
        auth=Session(),
        operation_id=operation.name,
        summary=operation.summary,
        description=operation.description,
        response=answers | ({409: operation.answers} if operation.sealed else {}),
        openapi_extra={
            "parameters": [DRY_RUN, SEAL] if operation.sealed else [DRY_RUN],
            "requestBody": {"content": {"application/json": {"schema": dict(operation.body)}}},
        },
    )(limited(answering_refusals(view)))


def answering_refusals(view: View) -> View:
    """Answer what a view refuses by naming the part of the body that is wrong; `act` stands for the whole."""

    @wraps(view)
    def answered(request: ViewerRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except BadBody as error:
            return refused({name: [said] for name, said in error.errors.items()})
        except BadForm as error:
            return refused(error.errors)
        except PermissionDenied as error:
            return refused({"act": [str(error) or "You may not do this."]})
        except ValidationError as error:
            return refused(error.message_dict if hasattr(error, "error_dict") else {"act": error.messages})

    return answered


def refused(errors: Mapping[str, Any]) -> HttpResponse:
    """Return the refusal, with what is wrong with which part."""
    told: dict[str, list[str]] = {}
    for name, messages in errors.items():
        told.setdefault("act" if name == "__all__" else part_of(name), []).extend(str(said) for said in messages)
    return answer({"detail": "The act was refused.", "errors": told}, 422)


def is_dry(request: HttpRequest) -> bool:
    """Tell whether nothing is to be done."""
    return request.GET.get("dry_run") == "1"


def sealed_otherwise(request: HttpRequest, seal: str) -> bool:
    """Tell whether the act was asked for on other terms than those that stand now."""
    return request.GET.get("seal", seal) != seal
