"""How well search finds in the demo world: questions in three languages, graded by hand from 1 (also of use) to 2."""

import json
from dataclasses import replace
from pathlib import Path
from statistics import mean

import pytest

from cms import worlds
from content_types.text import plain
from search.engines.postgres import PostgresEngine
from search.entries import write_entries
from search.evaluation.bm25 import BM25
from search.evaluation.collection import Collection, Document, read_questions
from search.evaluation.figures import ndcg
from search.evaluation.running import question
from search.visibility import access_of
from tests.factories import NOW, make_organisation, make_person
from tests.factories.rows import Row, make_bare_pages, make_rows
from tests.search.worlds import entry

_WORLD = Path(worlds.__file__).parent / "demo" / "world.json"
_JUDGED = Path(__file__).with_name("judged")
# a little below what was reached when this was written; who raises quality raises it
_FLOOR = 0.93


def collection():
    """Return the live items of the demo world with the questions."""
    items = json.loads(_WORLD.read_text(encoding="utf-8"))["items"]
    live = [item for item in items if item["status"] == "published"]
    documents = [
        Document(
            item["key"], item["title"], f"{item['summary']}\n{plain(str(item['body']))}", item.get("language", "en")
        )
        for item in live
    ]
    return Collection(documents, read_questions(_JUDGED))


@pytest.mark.django_db
def test_questions_about_the_demo_world_find_their_answers():
    judged = collection()
    assert len(judged.questions) >= 60
    owner = make_organisation()
    rows = make_rows([Row(owner_id=owner.pk) for _ in judged.documents], make_bare_pages(len(judged.documents)))
    write_entries(
        [
            replace(entry(row, document.title, document.text), language=document.language)
            for document, row in zip(judged.documents, rows, strict=True)
        ]
    )
    keys = {row.pk: document.id for document, row in zip(judged.documents, rows, strict=True)}
    access = access_of(make_person(owner), NOW)

    def found(text):
        return [keys[hit.sharing_id] for hit in PostgresEngine().search(question(text), access).hits]

    reached = mean(ndcg(found(asked.text), asked.grades) for asked in judged.questions)
    baseline = BM25(judged.documents)
    plain_bm25 = mean(ndcg(baseline.search(asked.text, 100), asked.grades) for asked in judged.questions)
    assert reached >= _FLOOR, f"nDCG@10 {reached:.3f}; plain BM25 {plain_bm25:.3f}"
    assert reached >= plain_bm25 - 0.03
