"""What Elasticsearch answered, read from its responses."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search.engines.base import OWN_FACET
from search.engines.blending import Frequency, added
from search.engines.elastic.documents import language_code, weighed_as


@dataclass(frozen=True, slots=True)
class Found:
    """One item found in the index: the version of its copy, and the values that it is sorted by."""

    sharing_id: int
    version: int
    sort: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """The exact number of items, the first of them, and the counts of facets by the values that the index has."""

    total: int
    found: Sequence[Found]
    counts: Mapping[str, Counter[str]]


def read(responses: Mapping[str, Mapping[str, Any]]) -> Answer:
    """Return what the responses to `bodies` say."""
    hits = responses[""]["hits"]
    counts: dict[str, Counter[str]] = {}
    for name, response in responses.items():
        for facet, aggregation in response.get("aggregations", {}).items():
            values = Counter({bucket["key"]: bucket["doc_count"] for bucket in aggregation["buckets"]})
            if facet == "own":
                _sort_out(values, name, responses.keys(), counts)
            else:
                counts[facet] = values
    found = [Found(int(hit["_id"]), hit["_version"], hit["sort"]) for hit in hits["hits"]]
    return Answer(hits["total"]["value"], found, counts)


def read_frequencies(response: Mapping[str, Any]) -> dict[str, Frequency]:
    """Return what the response to `frequencies_body` says, by the language by whose weights words are ranked."""
    return added(*map(_frequency, response["aggregations"]["languages"]["buckets"]))


def _frequency(bucket: Mapping[str, Any]) -> dict[str, Frequency]:
    having = bucket["having"]["buckets"]
    counts = [having[str(place)]["doc_count"] for place in range(len(having))]
    return {weighed_as(language_code(bucket["key"])): Frequency(bucket["doc_count"], counts)}


def _sort_out(values: Counter[str], name: str, apart: Iterable[str], counts: dict[str, Counter[str]]) -> None:
    """Put the values of types' own facets, which stand in one field, to their facets: a body of its own counts only the
    one that it is named after, the main one all that have none."""
    for value, count in values.items():
        facet, _sign, rest = value.partition("=")
        named = OWN_FACET + facet
        if (name == named) or (not name and named not in apart):
            counts.setdefault(named, Counter())[rest] = count
