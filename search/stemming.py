"""How the words of each language are brought to one form: stemmed by Snowball, accents folded, no stop words.

Without lists of stop words every word of a query counts: "the" must not empty a search for all of its words.
"""

import unicodedata
from functools import lru_cache
from threading import local

import Stemmer

# Entries keep the number of their language: lines are added at the end, never moved. Number 0 stems nothing.
_LANGUAGES = (
    ("", ""),
    ("da", "danish"),
    ("nl", "dutch"),
    ("en", "english"),
    ("et", "estonian"),
    ("fi", "finnish"),
    ("fr", "french"),
    ("de", "german"),
    ("el", "greek"),
    ("hu", "hungarian"),
    ("ga", "irish"),
    ("it", "italian"),
    ("lt", "lithuanian"),
    ("no", "norwegian"),
    ("pt", "portuguese"),
    ("ro", "romanian"),
    ("es", "spanish"),
    ("sv", "swedish"),
    ("cs", "czech"),
    ("pl", "polish"),
    # nothing stems these; they have a number because the weights of their words are known
    ("bg", ""),
    ("hr", ""),
    ("lv", ""),
    ("sk", ""),
    ("sl", ""),
)
CODES = tuple(code for code, _name in _LANGUAGES)
STEMMED = {code: name for code, name in _LANGUAGES if name}
# the way words are analysed; raised whenever it changes, so that entries made in another way are written anew
ANALYSIS = 2
_NUMBERS = {code: number for number, code in enumerate(CODES)}
# letters that do not fall apart into a plain one and an accent
_PLAIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "þ": "th", "ð": "d", "ς": "σ"}
)
_stemmers = local()


def language_number(language: str) -> int:
    """Return the number of a text's language (a code such as `de`); 0 for one that is not known here."""
    return _NUMBERS.get(language, 0)


def folded(word: str) -> str:
    """Return the word in small plain letters, without accents."""
    lowered = word.lower().translate(_PLAIN)
    if lowered.isascii():
        return lowered
    parts = unicodedata.normalize("NFKD", lowered)
    return "".join(character for character in parts if not unicodedata.combining(character))


@lru_cache(maxsize=200_000)
def forms(word: str, language: str) -> tuple[str, ...]:
    """Return the forms under which a word of a text in the language is found: its stem and, where the accents it is
    written with led to another one, the stem of it without them. The first is the form by which it is weighed."""
    stemmer, plain = _stemmer(language), folded(word)
    if stemmer is None:
        return (plain,)
    bare: str = stemmer.stemWord(plain) or plain
    lowered = word.lower()
    if lowered == plain:
        return (bare,)
    accented = folded(stemmer.stemWord(lowered)) or plain
    return (accented,) if accented == bare else (accented, bare)


def _stemmer(language: str) -> Stemmer.Stemmer | None:
    """Return this thread's stemmer for the language: they keep what they work on inside."""
    if language not in STEMMED:
        return None
    found: dict[str, Stemmer.Stemmer] = _stemmers.__dict__
    if language not in found:
        found[language] = Stemmer.Stemmer(STEMMED[language])
    return found[language]
