"""Whether the service answers, and how it is."""

from ipaddress import ip_address

from django.db import connection
from django.http import HttpRequest, HttpResponse

from cms.core import health as registry
from cms.core.http import InstantRequest, client_address


def health(request: InstantRequest) -> HttpResponse:
    """Answer `ok` or `degraded` when the database answers; from this machine itself, what is degraded too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    states = registry.states(request.at)
    well = all(state == registry.OK for state in states.values())
    lines = [registry.OK if well else "degraded"]
    if _is_local(request):
        lines += [f"{name}: {state}" for name, state in states.items()]
    return HttpResponse("\n".join(lines), content_type="text/plain")


def _is_local(request: HttpRequest) -> bool:
    try:
        return ip_address(client_address(request)).is_loopback
    except ValueError:
        return False
