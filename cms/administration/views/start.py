"""Where those arrive who have no desk: the first page that is their business."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from cms.administration.selectors import sees_groups
from cms.organisations.rules import Place, permitted
from cms.users.http import ViewerRequest, person_or_404


@require_safe
def start(request: ViewerRequest) -> HttpResponse:
    """Lead on."""
    viewer, at = person_or_404(request), request.at
    if permitted(viewer, "administer", Place(None, at)):
        return redirect("people:index")
    if permitted(viewer, "look_after", Place(None, at)):
        return redirect("inspections:index")
    if sees_groups(viewer, at):
        return redirect("working-groups:index")
    raise Http404
