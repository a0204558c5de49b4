"""A world made up by chance, for measuring: thirty participants, items over all states and markings."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from cms.sharing.enums import ALLOWED_KINDS, Marking, RecipientKind, SharingState, state_fits

_COUNTRIES = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK CH IS NO".split()
_ASSOCIATED = frozenset({"CH", "IS", "NO"})
_ELEMENTS = ("early-warning", "liaison-officers", "visas-borders-documents", "return")
_SYLLABLES = "ba co di fu ga le mi no pe ra si to ve wa xi zu".split()
_FIRST_INSTANT = datetime(2020, 1, 1, 8, tzinfo=UTC)


def generated_world(items: int, seed: int = 0) -> dict[str, Any]:
    """Return a world file's value with so many published items; the same seed gives the same world."""
    random = Random(seed)  # noqa: S311 - not for secrets
    words = ["".join(random.choices(_SYLLABLES, k=random.randint(2, 4))) for _ in range(5000)]
    return {
        "organisations": [*_participants(), *_authorities()],
        "groups": [
            {"key": f"group-{n}", "name": f"Group {n}", "members": [f"org:{c.lower()}" for c in _COUNTRIES[n::5]]}
            for n in range(5)
        ],
        "users": [],
        "items": [_item(number, random, words) for number in range(items)],
    }


def _participants() -> list[dict[str, Any]]:
    return [
        {
            "key": country.lower(),
            "name": f"State {country}",
            "kind": "associated_state" if country in _ASSOCIATED else "member_state",
            "country": country,
            "parent": None,
        }
        for country in _COUNTRIES
    ]


def _authorities() -> list[dict[str, Any]]:
    return [
        {
            "key": f"{country.lower()}-{place}",
            "name": f"{place.title()} authority {country}",
            "kind": "authority",
            "country": country,
            "parent": country.lower(),
        }
        for country in _COUNTRIES
        for place in ("border", "migration")
    ]


def _item(number: int, random: Random, words: list[str]) -> dict[str, Any]:
    marking = random.choice(list(Marking))
    state = random.choice([state for state in SharingState if state_fits(marking, state)])
    country = random.choice(_COUNTRIES)
    published_at = _FIRST_INSTANT + timedelta(hours=random.randrange(24 * 365 * 5))
    return {
        "key": f"made-{number:06}",
        "type": "bulletin",
        "element": random.choice(_ELEMENTS),
        "topic": None,
        "owner": f"{country.lower()}-{random.choice(('border', 'migration'))}",
        "title": _sentence(random, words, 7),
        "summary": _sentence(random, words, 25),
        "body": "".join(f"<p>{_sentence(random, words, 60)}.</p>" for _ in range(5)),
        "language": "en",
        "countries": random.sample(_COUNTRIES, k=random.randint(0, 2)),
        "marking": marking.value,
        "state": state.value,
        "status": "published",
        "quarantined": False,
        "information_date": published_at.date().isoformat(),
        "published_at": published_at.isoformat(),
        "author": None,
        "recipients": list(_recipients(random, marking)) if state == SharingState.RESTRICTED else [],
        "attachments": [],
        "fields": {},
    }


def _sentence(random: Random, words: list[str], length: int) -> str:
    """Return words, the first ones of the list far more often than the last, as in a language."""
    chosen = [words[int(len(words) * random.random() ** 3)] for _ in range(length)]
    return " ".join(chosen).capitalize()


def _recipients(random: Random, marking: Marking) -> list[dict[str, Any]]:
    names = []
    if RecipientKind.ORGANISATION in ALLOWED_KINDS[marking]:
        names += [f"org:{country.lower()}" for country in random.sample(_COUNTRIES, k=random.randint(1, 4))]
    if RecipientKind.GROUP in ALLOWED_KINDS[marking]:
        names += [f"group:group-{random.randrange(5)}"]
    return [{"to": name, "from": None, "until": None, "purpose": "joint analysis"} for name in names]
