"""An item's text as it stands in a page or a revision, and as a world file has it, made comparable."""

import json
import re
from collections.abc import Sequence
from typing import Any

from wagtail.fields import StreamField

from cms.worlds.item_types import item_types
from cms.worlds.records import ItemRecord, TextRecord
from cms.worlds.topics import Topics
from content_types.models import ContentPage

# the editor gives each paragraph a key
_PARAGRAPH_KEY = re.compile(r' data-block-key="[^"]*"')
_TABLE_PARTS = ("data", "table_caption", "first_row_is_table_header", "first_col_is_header")
# fields of a page that hold its text, the body apart
_PLAIN_FIELDS = ("title", "summary", "language", "reliability", "accuracy", "level")


def text_values(record: ItemRecord, topics: Topics) -> dict[str, Any]:
    """Return the page's fields for the record's text."""
    text: TextRecord = record.text
    return {
        "title": text.title,
        "summary": text.summary,
        "language": text.language,
        "reliability": text.reliability,
        "accuracy": text.accuracy,
        "level": text.level,
        "topic_id": None if text.topic is None else topics[record.element, text.topic],
        "information_date": text.information_date,
        "information_until": None,
        "review_date": text.review_date,
        "body": list(text.body),
        **text.own,
    }


def write_text(page: ContentPage, values: dict[str, Any]) -> None:
    """Put the text into the page, which is not saved."""
    for name, value in values.items():
        stream = isinstance(page._meta.get_field(name), StreamField)
        setattr(page, name, json.dumps(value) if stream else value)
    page.draft_title = page.title


def new_page(record: ItemRecord, slug: str, values: dict[str, Any]) -> ContentPage:
    """Return an unsaved page of the record's type with its text."""
    page = item_types()[record.type].model(slug=slug, title=record.text.title)
    write_text(page, values)
    return page


def same_text(page: ContentPage, values: dict[str, Any]) -> bool:
    """Tell whether the page's text is this one: the live text, or of a draft its latest revision's."""
    of_page = page.live or page.latest_revision is None
    present = _of_page(page) if of_page else _of_content(page.latest_revision.content)
    own = sorted(values.keys() - present.keys())
    if own:
        stored = page.serializable_data() if of_page else page.latest_revision.content
        wanted = type(page)()
        write_text(wanted, {name: values[name] for name in own} | {"title": page.title})
        if _own(page, stored, own) != _own(page, wanted.serializable_data(), own):
            return False
    return present == _comparable({name: values[name] for name in values.keys() - set(own)})


def _own(page: ContentPage, content: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return the fields of the type's own as they are stored, without the keys that the editor gives to blocks."""
    values = {name: content.get(name) for name in names}
    for name in names:
        if isinstance(page._meta.get_field(name), StreamField):
            values[name] = [(block["type"], block["value"]) for block in json.loads(content.get(name) or "[]")]
    return values


def _of_page(page: ContentPage) -> dict[str, Any]:
    names = (*_PLAIN_FIELDS, "topic_id", "information_date", "information_until", "review_date")
    values = {name: getattr(page, name) for name in names}
    return _comparable(values | {"body": list(page.body.raw_data)})


def _of_content(content: dict[str, Any]) -> dict[str, Any]:
    values = {name: content[name] for name in _PLAIN_FIELDS}
    days = {name: content[name] for name in ("information_date", "information_until", "review_date")}
    return _comparable(values | days | {"topic_id": content["topic"], "body": json.loads(content["body"])})


def _comparable(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values without what the editor adds, days as texts."""
    body = [(block["type"], _block_value(block["value"])) for block in values["body"]]
    days = {
        name: None if values[name] is None else str(values[name])
        for name in ("information_date", "information_until", "review_date")
    }
    return values | days | {"body": body}


def _block_value(value: Any) -> Any:
    if isinstance(value, str):
        return _PARAGRAPH_KEY.sub("", value)
    if isinstance(value, dict) and "data" in value:
        return {name: value.get(name) for name in _TABLE_PARTS}
    return value
