"""The answers to an act that waits, as the pages and the API offer them: who may give each, and the service."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from cms.sharing import services
from cms.sharing.confirming import may_confirm, may_take_back
from cms.sharing.models import PendingAct
from cms.users.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer to an act that waits: its word in addresses and forms, who may give it, and the service."""

    name: str
    label: Any
    open_to: Callable[[Any, Any], bool]
    run: Callable[[PendingAct, User, datetime, str], object]
    changes: bool = False
    done: Any = ""


ANSWERS = (
    Answer(
        name="confirm",
        label=gettext_lazy("Confirm"),
        open_to=may_confirm,
        run=lambda pending, actor, at, _reason: services.confirm(pending=pending, actor=actor, at=at),
        changes=True,
        done=gettext_lazy("Confirmed."),
    ),
    Answer(
        name="decline",
        label=gettext_lazy("Decline"),
        open_to=may_confirm,
        run=lambda pending, actor, at, reason: services.decline(pending=pending, actor=actor, at=at, reason=reason),
        done=gettext_lazy("Declined."),
    ),
    Answer(
        name="take-back",
        label=gettext_lazy("Take it back"),
        open_to=may_take_back,
        run=lambda pending, actor, at, _reason: services.take_back(pending=pending, actor=actor, at=at),
        done=gettext_lazy("Taken back."),
    ),
)
