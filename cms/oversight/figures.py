"""Participation figures as a page, and as a table to take along."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cms.audit.enums import Event
from cms.audit.services import Entry, record
from cms.core.spreadsheets import as_csv
from cms.elements.models import Element
from cms.oversight.participation import Line, Quarter, Table, quarters, table
from cms.oversight.rules import figures_open_to
from cms.oversight.suppression import THRESHOLD
from cms.oversight.views import tabs_of
from cms.users.http import ViewerRequest, person_or_404
from cms.users.models import User

WITHHELD = gettext_lazy("fewer than %(threshold)s")
SHARES = (
    gettext_lazy("under a quarter"),
    gettext_lazy("a quarter to a half"),
    gettext_lazy("a half to three quarters"),
    gettext_lazy("three quarters or more"),
)
_COLUMNS = ("quarter", "element", "participant", "items", "shared in time", "described", "acknowledged in time")


class FiguresForm(forms.Form):
    """Which table: an element and a quarter of those that the viewer may choose from."""

    element = forms.ChoiceField(label=gettext_lazy("Element"))
    quarter = forms.ChoiceField(label=gettext_lazy("Quarter"))

    def __init__(self, data: Any, elements: Collection[Element], told: Collection[Quarter]) -> None:
        first = {"element": next(iter(elements)).key, "quarter": str(next(iter(told)))}
        super().__init__({name: data.get(name) or value for name, value in first.items()})
        self.elements = {element.key: element for element in elements}
        self.told = {str(quarter): quarter for quarter in told}
        self.fields["element"] = forms.ChoiceField(
            label=_("Element"), choices=[(key, element.name) for key, element in self.elements.items()]
        )
        self.fields["quarter"] = forms.ChoiceField(label=_("Quarter"), choices=[(key, key) for key in self.told])


@require_safe
def figures(request: ViewerRequest) -> HttpResponse:
    """Show the figures of an element in a quarter: to the Commission of all, to a State its own."""
    form, opened = asked(request)
    shown = None
    if form.is_valid():
        element = form.elements[form.cleaned_data["element"]]
        shown = _in_words(table(element, form.told[form.cleaned_data["quarter"]], opened[element.code]))
    tabs = tabs_of(request, request.viewer) if isinstance(request.viewer, User) else []
    context = {"form": form, "table": shown, "threshold": THRESHOLD, "tabs": tabs}
    return render(request, "oversight/figures.html", context, status=200 if shown else 400)


@require_safe
def taken_along(request: ViewerRequest) -> HttpResponse:
    """Give the figures of a quarter about all elements that are open to the viewer, for a spreadsheet; on record."""
    form, opened = asked(request)
    if not form.is_valid():
        raise Http404
    quarter = form.told[form.cleaned_data["quarter"]]
    tables = [_in_words(table(element, quarter, opened[element.code])) for element in form.elements.values()]
    rows = [[str(quarter), one["element"].code, *cells] for one in tables for cells in one["rows"]]
    record_export(request, quarter, sorted(opened), len(rows))
    response = HttpResponse(as_csv([_COLUMNS, *rows]), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="participation-{quarter}.csv"'
    return response


def record_export(request: ViewerRequest, quarter: Quarter, elements: Collection[str], lines: int) -> None:
    """Put on record that the viewer took so many lines along, about the elements (their codes) in a quarter."""
    details = {"quarter": str(quarter), "elements": list(elements)}
    actor_id = request.viewer.pk
    record(Entry(event=Event.FIGURES_EXPORTED, at=request.at, actor_id=actor_id, count=lines, details=details))


def asked(request: ViewerRequest) -> tuple[FiguresForm, Mapping[str, frozenset[int] | None]]:
    """Return the form and what is open to the viewer; the one 404 for whom nothing is."""
    opened = figures_open_to(person_or_404(request), request.at)
    elements = list(Element.objects.filter(code__in=opened))
    if not elements:
        raise Http404
    return FiguresForm(request.GET, elements, quarters(request.at)), opened


def _in_words(found: Table) -> dict[str, Any]:
    rows = [_cells(line) for line in found.lines]
    total = _number(found.total) if found.total is not None else _("withheld")
    return {"element": found.element, "rows": rows, "total": total if found.whole else ""}


def _cells(line: Line) -> list[str]:
    shares = [line.in_time, line.complete, line.acknowledged]
    return [line.participant, _number(line.number), *("–" if share is None else str(SHARES[share]) for share in shares)]


def _number(number: int | None) -> str:
    return WITHHELD % {"threshold": THRESHOLD} if number is None else str(number)
