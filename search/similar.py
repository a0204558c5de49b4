"""Items like one that somebody reads: those that share the words that say most about it."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from cms.sharing.selectors import get_visible_sharing
from cms.users.models import User
from search.engines import get_engine
from search.engines.base import EngineQuery, Filters
from search.models import SearchEntry
from search.ranking import ranking_of
from search.selectors import Hit, visible_hits
from search.syntax import Clause, Query, Unit
from search.visibility import access_of
from search.weights import word_weight
from search.words import composed, words

# on their own page, and beside the item
SHOWN, RELATED = 10, 4
_WORDS = 12
_READ = 20_000  # characters
# words of a title stand for more
_TITLE_TIMES = 3
# below this a word is in texts of every subject
_TELLING = 2.0
_SHORTEST_WORD = 3


def similar(
    user: User | AnonymousUser | None, identifier: UUID, at: datetime, most: int
) -> tuple[SearchEntry, tuple[Hit, ...]]:
    """Return the entry of the item, and the visible items most like it, so many at most. Http404 for an item that the
    person may not see."""
    sharing = get_visible_sharing(user, identifier, at)
    if sharing is None:
        raise Http404
    entry = SearchEntry.objects.get(pk=sharing.pk)
    query = Query(tuple(Clause((Unit((word,)),)) for word in telling_words(entry)))
    if not query.clauses:
        return entry, ()
    access = access_of(user, at)
    asked = EngineQuery(
        query=query,
        ranking=ranking_of(query),
        filters=Filters(without=(entry.pk,)),
        match="any",
        limit=most,
        facets=False,
    )
    return entry, visible_hits(get_engine().search(asked, access).hits, access)


def telling_words(entry: SearchEntry) -> list[str]:
    """Return the words that say most about the item: often in it, and rare in its language at large."""
    counted = Counter(word.lower() for word in words(composed(f"{entry.summary} {entry.body[:_READ]}")))
    for word in words(composed(entry.title)):
        counted[word.lower()] += _TITLE_TIMES
    worth = {
        word: word_weight(word, entry.language) * count / (count + 1)
        for word, count in counted.items()
        if len(word) >= _SHORTEST_WORD and not word.isdigit() and word_weight(word, entry.language) >= _TELLING
    }
    return sorted(worth, key=lambda word: (-worth[word], word))[:_WORDS]
