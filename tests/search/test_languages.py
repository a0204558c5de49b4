"""The guide's table of languages says what the program does."""

import json
import re

import pytest

from search.compounds import LANGUAGES
from search.engines.elastic.definition import STEMMED as STEMMED_OUTSIDE
from search.engines.elastic.definition import definition
from search.stemming import STEMMED
from search.weights import TABLE
from tests.architecture.source import ROOT

_ROW = re.compile(r"^\| \w+ \| `(\w\w)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
_OF_THE_UNION = set("bg hr cs da nl en et fi fr de el hu ga it lv lt mt pl pt ro sk sl es sv".split())
_OUTSIDE = {"snowball": "Snowball", "stemmer": "Lucene", None: "whole words"}


@pytest.mark.django_db
def test_the_table_is_true_for_every_language_of_the_union():
    table = {code: told for code, *told in _ROW.findall((ROOT / "docs" / "operator.md").read_text(encoding="utf-8"))}
    filters = definition()["analysis"]["filter"]
    weighed = {code for code, _stems in json.loads(TABLE.read_bytes().partition(b"\n")[0])}
    expected = {}
    for code in _OF_THE_UNION:
        compounds = ", compounds" if code in LANGUAGES else ""
        outside = filters[f"stem_{code}"]["type"] if code in STEMMED_OUTSIDE else None
        expected[code] = [
            ("Snowball" if code in STEMMED else "whole words") + compounds,
            _OUTSIDE[outside] + compounds,
            "by word" if code in weighed else "all alike",
        ]
    assert table == expected
