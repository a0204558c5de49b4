"""Topic pages that a world file names and that are missing."""

from collections.abc import Sequence
from datetime import datetime

from cms.audit.enums import Event
from cms.audit.services import Entry, record_many
from cms.users.models import User
from cms.worlds.records import ItemRecord
from content_types.models import ElementPage, TopicPage

Topics = dict[tuple[str, str], int]


def ensure_topics(records: Sequence[ItemRecord], *, actor: User | None, at: datetime) -> tuple[Topics, int]:
    """Create the missing topics below their elements' pages; return page ids by element and topic key, and how many
    were created. Curators may have moved a topic anywhere below its element: it is found there."""
    wanted = sorted({(record.element, record.text.topic) for record in records if record.text.topic is not None})
    pages = {page.element.key: page for page in ElementPage.objects.select_related("element")}
    topics: Topics = {}
    entries: list[Entry] = []
    for element, key in wanted:
        page = pages[element]
        topic = TopicPage.objects.descendant_of(page).filter(slug=key).order_by("path").first()
        if topic is None:
            page.refresh_from_db()
            topic = page.add_child(instance=TopicPage(title=readable(key), slug=key))
            entries.append(_entry(topic, actor, at))
        topics[element, key] = topic.pk
    record_many(entries)
    return topics, len(entries)


def readable(key: str) -> str:
    """Return a title for a topic's key: `sea-routes` becomes “Sea routes”."""
    words = key.replace("-", " ").replace("_", " ").strip()
    return (words[:1].upper() + words[1:]) or key


def _entry(topic: TopicPage, actor: User | None, at: datetime) -> Entry:
    return Entry(
        event=Event.STRUCTURE_CHANGED,
        at=at,
        actor_id=actor.pk if actor else None,
        reason="world file",
        details={"change": "topic created", "page": topic.pk},
    )
