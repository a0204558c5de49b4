from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrganisationsConfig(AppConfig):
    """Organisations, memberships, groups; the built-in groups exist after every migration."""

    name = "cms.organisations"
    label = "organisations"

    def ready(self) -> None:
        """Keep the built-in groups in place."""
        from cms.organisations.services import sync_built_in_groups

        post_migrate.connect(sync_built_in_groups, sender=self)
