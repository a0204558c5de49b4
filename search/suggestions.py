"""What might be meant: titles while somebody types, words spelt nearly alike; from what the person may see alone."""

import re
from collections import Counter
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from rapidfuzz.distance import OSA

from cms.sharing.models import Sharing
from cms.users.models import User
from search.engines import get_engine
from search.engines.base import EngineQuery
from search.models import SearchEntry
from search.queries import SearchRequest
from search.ranking import ranking_of
from search.selectors import Hit, SearchResult, visible_hits
from search.stemming import folded
from search.syntax import LONGEST_QUERY, SHORTEST_PREFIX, TITLE, Clause, Query, Unit
from search.visibility import access_of
from search.words import composed, words

SUGGESTED = 8
_MOST_WORDS = 8
# the newest of the visible items are asked for their words
_ASKED_ITEMS = 2000
_SHORTEST_WORD = 4


def suggested(user: User | AnonymousUser | None, text: str, at: datetime) -> tuple[Hit, ...]:
    """Return visible items whose title has the words typed so far, the last of them as the beginning of a word."""
    typed = words(composed(text[:LONGEST_QUERY]))[-_MOST_WORDS:]
    if not typed or len(typed[-1]) < SHORTEST_PREFIX:
        return ()
    *whole, last = typed
    clauses = [
        *(Clause((Unit((word,), field=TITLE),)) for word in whole),
        Clause((Unit((last,), prefix=True, field=TITLE),)),
    ]
    query, access = Query(tuple(clauses)), access_of(user, at)
    asked = EngineQuery(query=query, ranking=ranking_of(query), limit=SUGGESTED, facets=False)
    return visible_hits(get_engine().search(asked, access).hits, access)


def did_you_mean(user: User | AnonymousUser | None, asked: SearchRequest, found: SearchResult, at: datetime) -> str:
    """Return the text of a search that found nothing, or nothing with all words, with words that no visible item has in
    its title or summary replaced by those most like them; empty where there is nothing better to say."""
    wanted = [unit.words[0] for clause in asked.query.wanted for unit in clause.units[:1] if len(unit.words) == 1]
    unknown = [word for word in wanted if len(word) >= _SHORTEST_WORD]
    if not unknown or (found.total and not found.widened):
        return ""
    counted, meant = _visible_words(user, at), asked.q
    for word in unknown:
        better = _nearest(word, counted)
        if better:
            meant = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", better, meant)
    return "" if meant == asked.q else meant


def _visible_words(user: User | AnonymousUser | None, at: datetime) -> Counter[str]:
    visible = Sharing.objects.visible_to(user, at).values("pk")
    newest = SearchEntry.objects.filter(pk__in=visible).order_by("-published_at", "uuid")[:_ASKED_ITEMS]
    counted: Counter[str] = Counter()
    for title, summary in newest.values_list("title", "summary"):
        counted.update(word.lower() for word in words(composed(f"{title} {summary}")) if len(word) >= _SHORTEST_WORD)
    return counted


def _nearest(word: str, counted: Counter[str]) -> str:
    """Return the word that is most like it, and of these the commonest; empty where it is there itself, or none is."""
    plain = folded(word)
    farthest = 1 if len(plain) < 6 else 2
    best = (farthest + 1, 0, "")
    for candidate, count in counted.items():
        distance = OSA.distance(plain, folded(candidate), score_cutoff=farthest)
        if distance == 0:
            return ""
        if distance <= farthest:
            best = min(best, (distance, -count, candidate))
    return best[2]
