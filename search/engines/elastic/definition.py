"""What an index is made from: fields, analysers, similarity. It stands in the database beside the index's name, so that
another definition than the running one is noticed and named."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from search.compounds import LANGUAGES, SIGN

# Lucene's Snowball stemmers, the same as PostgreSQL's; German2 knows that ae, oe, ue are umlauts
_SNOWBALL = {
    "da": "Danish",
    "nl": "Dutch",
    "en": "English",
    "et": "Estonian",
    "fi": "Finnish",
    "fr": "French",
    "de": "German2",
    "hu": "Hungarian",
    "ga": "Irish",
    "it": "Italian",
    "lt": "Lithuanian",
    "no": "Norwegian",
    "pt": "Portuguese",
    "ro": "Romanian",
    "es": "Spanish",
    "sv": "Swedish",
}
# Lucene's own; PostgreSQL has but the Greek one
_OWN_STEMMERS = {"bg": "bulgarian", "cs": "czech", "el": "greek", "lv": "latvian"}
# the field of texts in any other language: folded, not stemmed
OTHER = "other"
STEMMED = frozenset({*_SNOWBALL, *_OWN_STEMMERS})
FIELDS = (*sorted(STEMMED), OTHER)
_LOWERCASE = {"el": "greek", "ga": "irish"}
# stands between a compound and the lexemes of its parts; no word has it
PARTED = "|"
# words are cut before they come here; the longest that search.words makes
_LONGEST_WORD = 500
# characters between two parts of a text, so that no phrase reaches over
_GAP = 100
# length of the text at which length counts neither for nor against it
USUAL_TEXT, USUAL_TITLE = 100, 6
# how much of it length counts
LENGTH_SHARE = 0.75
_SATURATION = (
    f"double n = {1 - LENGTH_SHARE} + {LENGTH_SHARE} * doc.length / {{usual}}.0; "
    "return query.boost * doc.freq / (doc.freq + n);"
)


def definition(using: str = DEFAULT_DB_ALIAS) -> dict[str, Any]:
    """Return what an index must be made from to be used by this program with this database and these settings."""
    return {
        "analysis": _analysis(),
        "similarity": {
            name: {"type": "scripted", "script": {"source": _SATURATION.format(usual=usual)}}
            for name, usual in (("whole", USUAL_TEXT), ("title", USUAL_TITLE))
        },
        "mappings": _mappings(),
        "kept_out": sorted(settings.ELASTICSEARCH_KEPT_OUT),
        "database": _place(using),
    }


def creation(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings and mappings as Elasticsearch is told them when an index is made."""
    index = {
        "number_of_shards": settings.ELASTICSEARCH_SHARDS,
        "number_of_replicas": settings.ELASTICSEARCH_REPLICAS,
        "analysis": wanted["analysis"],
        "similarity": wanted["similarity"],
        # written when a change is confirmed, never by the clock
        "refresh_interval": "-1",
    }
    return {"settings": {"index": index}, "mappings": wanted["mappings"]}


def differences(wanted: Any, found: Any, path: str = "") -> Iterator[str]:
    """Yield the names of the parts in which two definitions differ."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        for name in sorted({*wanted, *found}):
            yield from differences(wanted.get(name), found.get(name), f"{path}.{name}".lstrip("."))
    elif wanted != found:
        yield path


def _analysis() -> dict[str, Any]:
    stemmers: dict[str, Any] = {
        **{f"stem_{code}": {"type": "snowball", "language": name} for code, name in _SNOWBALL.items()},
        **{f"stem_{code}": {"type": "stemmer", "language": name} for code, name in _OWN_STEMMERS.items()},
    }
    return {
        "tokenizer": {"words": {"type": "whitespace", "max_token_length": _LONGEST_WORD}},
        "filter": {
            **stemmers,
            **{f"lowercase_{code}": {"type": "lowercase", "language": name} for code, name in _LOWERCASE.items()},
            **{f"forms_{code}": _forms(code) for code in sorted(STEMMED)},
            # each at the same place; the lexemes of parts are stemmed already
            "parts": {"type": "pattern_capture", "preserve_original": False, "patterns": [f"([^{PARTED}]+)"]},
            "parts_stemmed": {"type": "keyword_marker", "keywords_pattern": f"{SIGN}.*"},
        },
        "analyzer": {code: {"type": "custom", "tokenizer": "words", "filter": _filters_of(code)} for code in FIELDS},
    }


def _forms(code: str) -> dict[str, Any]:
    """Return a filter that keeps the stem of a word and the stem of it without accents, at one place: stemmers know
    words by their accents, and people leave them out."""
    both = [f"stem_{code}, asciifolding", f"asciifolding, stem_{code}"]
    return {"type": "multiplexer", "filters": both, "preserve_original": False}


def _filters_of(code: str) -> list[str]:
    lower = f"lowercase_{code}" if code in _LOWERCASE else "lowercase"
    parted = ["parts", "parts_stemmed"] if code in LANGUAGES else []
    return [lower, *parted, f"forms_{code}" if code in STEMMED else "asciifolding"]


def _mappings() -> dict[str, Any]:
    keyword, unsorted = {"type": "keyword"}, {"type": "keyword", "doc_values": False}
    instant = {"type": "long"}
    sortable = (
        "audience uuid element type owner country first_country marking state level language attachment own year month"
    )
    properties: dict[str, Any] = dict.fromkeys(sortable.split(), keyword)
    properties |= {"reference": unsorted, "published": instant, "audience_since": instant, "next_change": instant}
    # the item's own number, by which an index is compared with the database
    properties["number"] = {"type": "long", "index": False}
    for code in FIELDS:
        shared = {"type": "text", "analyzer": code, "position_increment_gap": _GAP}
        properties[f"all_{code}"] = {**shared, "similarity": "whole"}
        properties[f"title_{code}"] = {**shared, "similarity": "title"}
    return {
        "dynamic": "strict",
        # nothing is ever shown from here: texts stand in the database alone
        "_source": {"enabled": False},
        "properties": properties,
    }


def _place(using: str) -> str:
    """Return which database this is: a restored one is another, and what it says of copies outside is out of date."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT format('%s/%s/%s', (SELECT system_identifier FROM pg_control_system()), "
            "(SELECT oid FROM pg_database WHERE datname = current_database()), 'search_searchentry'::regclass::oid)"
        )
        (place,) = cursor.fetchone()
    return str(place)
