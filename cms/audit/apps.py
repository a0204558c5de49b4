from datetime import datetime, timedelta

from django.apps import AppConfig

from cms.core import health, periodic

SEAL_SECONDS = 60
# a long act (a world file, say) commits rows that are minutes old
LONGEST_WAIT = timedelta(minutes=15)


class AuditConfig(AppConfig):
    """The append-only trail of every act."""

    name = "cms.audit"
    label = "audit"

    def ready(self) -> None:
        """Listen to acts of the apps below; have the trail sealed; say when it is not."""
        from cms.audit import receivers  # noqa: F401
        from cms.audit.tasks import seal_trail

        periodic.register("seal_trail", SEAL_SECONDS, seal_trail)
        health.register("audit seal", seal_state)


def seal_state(at: datetime) -> str:
    """Tell whether the trail is sealed as it should be."""
    from cms.audit.sealing import oldest_unsealed

    waiting = oldest_unsealed(at)
    return health.OK if waiting is None or waiting <= LONGEST_WAIT else "rows wait to be sealed"
