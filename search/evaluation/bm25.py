"""Plain BM25 over title and text, with the language's stems: the measure to stand up to. It counts in all documents,
which is why the product may not use it."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from search.evaluation.collection import Document
from search.stemming import forms
from search.words import composed, words

_SATURATION, _LENGTH_SHARE = 1.2, 0.75


class BM25:
    """Ranks documents by Okapi BM25."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._ids = [document.id for document in documents]
        self._languages = sorted({document.language for document in documents})
        counts = [Counter(_stems(f"{d.title} {d.text}", d.language)) for d in documents]
        lengths = [count.total() for count in counts]
        usual = sum(lengths) / len(lengths)
        self._slow = [_SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * length / usual) for length in lengths]
        self._postings: dict[str, dict[int, int]] = {}
        for number, count in enumerate(counts):
            for stem, times in count.items():
                self._postings.setdefault(stem, {})[number] = times

    def search(self, text: str, limit: int) -> list[str]:
        """Return the documents with any of the words, best first."""
        scores: defaultdict[int, float] = defaultdict(float)
        stems = [stem for language in self._languages for stem in _stems(text, language)]
        for stem, asked in Counter(stems).items():
            postings = self._postings.get(stem, {})
            rarity = math.log(1 + (len(self._ids) - len(postings) + 0.5) / (len(postings) + 0.5))
            for number, times in postings.items():
                scores[number] += asked * rarity * times * (1 + _SATURATION) / (times + self._slow[number])
        ordered = sorted(scores, key=lambda number: (-scores[number], self._ids[number]))
        return [self._ids[number] for number in ordered[:limit]]


def _stems(text: str, language: str) -> list[str]:
    return [forms(word, language)[0] for word in words(composed(text))]
