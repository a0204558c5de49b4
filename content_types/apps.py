from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ContentTypesConfig(AppConfig):
    """Content as pages; the structure of the site exists after every migration."""

    name = "content_types"

    def ready(self) -> None:
        """Keep the structure in place; close the editing interface to what the policy does not open."""
        from wagtail.models import AbstractPage
        from wagtail.permissions import register_permission_policy

        from content_types.alert_panels import alert_panels
        from content_types.draft_scope import limit_managers
        from content_types.models import Alert, Bulletin
        from content_types.panels import bulletin_panels
        from content_types.permissions import REFUSED, ContentPolicy, RefusingPolicy
        from content_types.services import ensure_structure

        limit_managers()
        Bulletin.edit_handler = bulletin_panels()
        Alert.edit_handler = alert_panels()
        register_permission_policy(AbstractPage, ContentPolicy())
        for model in REFUSED:
            register_permission_policy(model, RefusingPolicy(model))
        post_migrate.connect(ensure_structure, sender=self)
