from django.apps import AppConfig

from cms.core import periodic

REMIND_SECONDS = 3600


class DisclosuresConfig(AppConfig):
    """Requests to pass items on to third parties."""

    name = "workflows.disclosures"
    label = "disclosures"

    def ready(self) -> None:
        """Remind by the clock, and name what people are told."""
        from workflows.disclosures.kinds import register_kinds
        from workflows.disclosures.tasks import remind_of_disclosures

        register_kinds()
        periodic.register("remind_of_disclosures", REMIND_SECONDS, remind_of_disclosures)
