"""Invented entries: words by Zipf's law, 30 participants, 4 elements, the five states, and planted words."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from cms.elements.services import FIRST_ELEMENTS
from cms.organisations.enums import Role
from cms.sharing.enums import WIDEST_STATE, Marking, SharingState, state_fits
from cms.sharing.facts import ItemFacts, RecipientFacts
from cms.sharing.tokens import PUBLIC, MembershipReach, audience, membership_tokens
from search.entries import EntryRow

AT = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
PARTICIPANTS = 30
COMMON, MEDIUM, RARE = "harbour", "lantern", "quartz"
PAIR = ("meadow", "copper")
PHRASE = "amber signal"
BEGINNING = "lant*"
HIDDEN, ABSENT = "velvet", "tundra"
# planted word → share of the items that have it
SHARES = {COMMON: 0.30, MEDIUM: 0.01, RARE: 0.0002, PAIR[0]: 0.10, PAIR[1]: 0.10, PHRASE: 0.02}
HIDDEN_SHARE = 0.02
_VIEWER_ORGANISATION = 7
_SYLLABLES = "ba ko ri ta me lu ne so pi da ve go mi ra tu fe".split()
_VOCABULARY = 30_000
# words of a title, of a summary, of the shortest and the longest body
_USUAL, _SHORT = (7, 25, (80, 220)), (7, 12, (15, 45))
_COUNTRIES = "MA DZ TN LY EG TR SY IQ AF PK BD SN ML NG ER SO".split()
_ELEMENT_CODES = [code for _key, code, _title, _description in FIRST_ELEMENTS]


@dataclass(frozen=True, slots=True)
class Viewer:
    """An officer of one participant, competent for all elements and countries."""

    tokens: frozenset[str]


def viewer() -> Viewer:
    """Return the officer whose searches are measured."""
    reach = MembershipReach(
        user_id=1,
        organisation_id=_VIEWER_ORGANISATION,
        role=Role.OFFICER,
        lineage=(_VIEWER_ORGANISATION,),
        group_ids=frozenset({1, 2}),
        competences={code: frozenset() for code in _ELEMENT_CODES},
    )
    return Viewer(frozenset({PUBLIC, *membership_tokens(reach)}))


def tokens(count: int) -> frozenset[str]:
    """Return so many tokens: the widest ones of the officer, then such as somebody with many memberships has."""
    widest = sorted(viewer().tokens, key=lambda token: (len(token), token))
    many = (f"{code}:o{number}:a" for number in range(1000, 2000) for code in _ELEMENT_CODES)
    return frozenset([*widest, *many][:count])


class Corpus:
    """Entries made one after the other from one seed, so that two runs measure the same."""

    def __init__(self, items: int, seed: int = 1, *, short: bool = False) -> None:
        self.items = items
        self.words_written = 0
        self.lengths = _SHORT if short else _USUAL
        self.random = random.Random(seed)  # noqa: S311 - invented text, nothing secret
        self.vocabulary = [self._word(rank) for rank in range(_VOCABULARY)]
        self.weights = list(accumulate(1 / (rank + 3) for rank in range(_VOCABULARY)))
        self.viewer = viewer()

    def entries(self) -> Iterator[EntryRow]:
        """Yield the entries."""
        for number in range(1, self.items + 1):
            yield self._entry(number)

    def further(self, number: int) -> EntryRow:
        """Return one more entry, the so manieth beyond those."""
        return self._entry(self.items + number)

    def _word(self, rank: int) -> str:
        syllables, rest = [], rank + len(_SYLLABLES)
        while rest:
            rest, digit = divmod(rest, len(_SYLLABLES))
            syllables.append(_SYLLABLES[digit])
        return "".join(syllables)

    def _words(self, count: int) -> list[str]:
        return self.random.choices(self.vocabulary, cum_weights=self.weights, k=count)

    def _facts(self) -> ItemFacts:
        state = self.random.choice(list(SharingState))
        marking = self.random.choice([marking for marking in Marking if state_fits(marking, state)])
        if state == SharingState.RESTRICTED:
            marking = self.random.choice([m for m in WIDEST_STATE if m != Marking.RED])
        chosen = self.random.sample(range(1, PARTICIPANTS + 1), self.random.randint(1, 5))
        return ItemFacts(
            owner_id=self.random.randint(1, PARTICIPANTS),
            element=self.random.choice(_ELEMENT_CODES),
            countries=frozenset(self.random.sample(_COUNTRIES, self.random.randint(0, 2))),
            marking=marking,
            state=state,
            recipients=tuple(RecipientFacts("organisation", target) for target in chosen),
        )

    def _entry(self, number: int) -> EntryRow:
        facts = self._facts()
        seen_by = audience(facts, AT)
        texts = self._texts(hidden=not seen_by.tokens & self.viewer.tokens)
        return EntryRow(
            sharing_id=number,
            uuid=uuid.UUID(int=self.random.getrandbits(128), version=4),
            reference=f"{facts.element}-P{facts.owner_id}-2026-{number:05}",
            type_key="bulletin",
            title=texts[0],
            summary=texts[1],
            body=texts[2],
            language="en",
            element_id=_ELEMENT_CODES.index(facts.element) + 1,
            owner_id=facts.owner_id,
            countries=sorted(facts.countries),
            marking=facts.marking,
            state=facts.state,
            level="",
            published_at=AT - timedelta(minutes=self.random.randrange(3 * 365 * 24 * 60)),
            information_date=None,
            audience=sorted(seen_by.tokens),
            audience_since=seen_by.since,
            next_change=seen_by.next_change,
            version=1,
        )

    def _texts(self, *, hidden: bool) -> tuple[str, str, str]:
        """Return title, summary and body, with the planted words in some of them."""
        planted = [word for word, share in SHARES.items() if self.random.random() < share]
        if hidden and self.random.random() < HIDDEN_SHARE:
            planted.append(HIDDEN)
        title, summary, (shortest, longest) = self.lengths
        parts = [self._words(title), self._words(summary), self._words(self.random.randint(shortest, longest))]
        for word in planted:
            for part, share in zip(parts, (0.1, 0.3, 1), strict=True):
                if self.random.random() < share:
                    part.insert(self.random.randrange(len(part)), word)
        self.words_written += sum(map(len, parts))
        return " ".join(parts[0]), " ".join(parts[1]), " ".join(parts[2])
