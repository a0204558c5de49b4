"""What an act of those who administer is made of: on what, by whom, in which words, with which form and service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from cms.administration.reading import Difference
from cms.sharing.services.foreseeing import Effect, foresee
from cms.users.models import User


@dataclass(frozen=True, slots=True)
class Scene:
    """Who acts, when, and on what."""

    viewer: User
    at: datetime
    subject: Any = None


def _nothing(_scene: Scene) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act.

    `open_to` asks whether it is the person's to do; the service asks once more. `takes` is the class of its form, made
    by `form` where it is to fit what it is about. `words` tells of one person's access what it gives and takes; with
    `twice` that is shown after the form was filled in, and asked again. `stand_in` is what the form is filled with to
    show at once whom the act lets read more or less; `foretold` tells it where trying it out would not. `link` says
    that it makes a link, which is shown this once.
    """

    name: str
    title: Any
    button: Any
    said: Any
    back: Callable[[Scene], str]
    run: Callable[[Scene, Any], object]
    takes: type[forms.Form] = forms.Form
    form: Callable[[Scene, Mapping[str, Any] | None], Any] | None = None
    open_to: Callable[[Scene], bool] = lambda _scene: True
    explanation: Any = ""
    aside: Callable[[Scene], str] = _nothing
    grave: bool = False
    words: Callable[[Scene, Any], Difference] | None = None
    twice: bool = False
    stand_in: Callable[[Scene], Mapping[str, Any]] | None = None
    link: bool = False
    foretold: Callable[[Scene], tuple[Effect, ...]] | None = None

    def filled(self, scene: Scene, data: Mapping[str, Any] | None) -> Any:
        """Return the form, with what was filled in."""
        return self.takes(data) if self.form is None else self.form(scene, data)

    def effects(self, scene: Scene, form: Any) -> tuple[Effect, ...]:
        """Return whom the act would let read more or less; nothing of it is done. Raises what the service refuses."""
        if self.foretold is not None:
            return self.foretold(scene)
        return foresee(lambda: self.run(scene, form), scene.viewer, scene.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What acts are about: the parts of its addresses, what they stand for (None: the one 404), the acts.

    `place` is where its acts stand below `/api/v1/`; those of a kind without parts stand there themselves.
    """

    name: str
    place: str
    acts: tuple[Act, ...]
    parts: tuple[str, ...] = ()
    find: Callable[[User, datetime, Mapping[str, Any]], Any] = lambda _viewer, _at, _parts: True

    def act(self, name: str) -> Act | None:
        """Return the act of that name."""
        return next((act for act in self.acts if act.name == name), None)

    def path(self, act: Act) -> str:
        """Return the act's address below `/api/v1`."""
        return f"/{self.place}/{act.name}" if self.parts else f"/{self.place}"
