"""Telling those who work on an item what happened to one of its files."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cms.documents.models import File
from cms.notifications.enums import Urgency
from cms.notifications.kinds import DRAFT, Kind, register
from cms.sharing.models import Sharing
from cms.sharing.rules import last_editor_id
from cms.sharing.telling import tell

INFECTED = Kind("file_infected", _("Malware was found in a file and removed"), scope=DRAFT, address="workflows:item")


def register_kinds() -> None:
    """Name the kinds of notices about files; called when apps are ready."""
    register(INFECTED)


def tell_of_malware(*, file: File, sharing: Sharing, at: datetime) -> None:
    """Tell who uploaded the file, who began the item and who wrote it last, as far as they may see its draft."""
    concerned = {file.uploader_id, sharing.author_id, last_editor_id(sharing)}
    tell(INFECTED, sharing, {key for key in concerned if key is not None}, urgency=Urgency.URGENT, at=at)
