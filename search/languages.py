"""How each language is stemmed: PostgreSQL's Snowball dictionaries, without their lists of stop words.

Without those lists every word of a query counts: "the" must not empty a search for all of its words.
"""
# ruff: noqa: S608 - put together from this module's own text alone

from functools import cache

from django.db import DEFAULT_DB_ALIAS, connections

# Entries keep the number of their configuration: lines are added at the end, never moved. Number 0 stems nothing.
_LANGUAGES = (
    ("", "simple"),
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
)
_PREFIX = "iconet_"
NO_STEMMING = 0
CODES = {code: number for number, (code, _name) in enumerate(_LANGUAGES) if code}
SNOWBALL_LANGUAGES = tuple(name for code, name in _LANGUAGES if code)

# Run by the first migration and by the benchmark's scratch database. A language that this server does not bring is
# left out: its texts are then found by whole words.
CREATE_CONFIGURATIONS = f"""
DO $$
DECLARE language text;
BEGIN
    FOREACH language IN ARRAY '{{{",".join(SNOWBALL_LANGUAGES)}}}'::text[] LOOP
        IF EXISTS (SELECT 1 FROM pg_ts_config WHERE cfgname = language
                      AND cfgnamespace = 'pg_catalog'::regnamespace) THEN
            EXECUTE format('CREATE TEXT SEARCH DICTIONARY %I (TEMPLATE = pg_catalog.snowball, Language = %L)',
                           '{_PREFIX}' || language, language);
            EXECUTE format('CREATE TEXT SEARCH CONFIGURATION %I (COPY = pg_catalog.simple)', '{_PREFIX}' || language);
            EXECUTE format('ALTER TEXT SEARCH CONFIGURATION %I ALTER MAPPING FOR asciiword, word WITH %I',
                           '{_PREFIX}' || language, '{_PREFIX}' || language);
        END IF;
    END LOOP;
END $$
"""
DROP_CONFIGURATIONS = "".join(
    f"DROP TEXT SEARCH CONFIGURATION IF EXISTS {name}; DROP TEXT SEARCH DICTIONARY IF EXISTS {name};\n"
    for name in (_PREFIX + language for language in SNOWBALL_LANGUAGES)
)


@cache
def configurations(using: str = DEFAULT_DB_ALIAS) -> tuple[str, ...]:
    """Return the text-search configuration of each number; those that the database lacks are `simple`.

    Asked once per process and database: migrations make them, and nothing else does.
    """
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT cfgname FROM pg_ts_config WHERE cfgname LIKE %s", [_PREFIX.replace("_", r"\_") + "%"])
        present = {name for (name,) in cursor.fetchall()}
    named = (f"{_PREFIX}{name}" for name in SNOWBALL_LANGUAGES)
    return ("simple", *(name if name in present else "simple" for name in named))


def configuration_number(language: str, using: str = DEFAULT_DB_ALIAS) -> int:
    """Return the number of the configuration for a text in the language (a code such as `de`)."""
    number = CODES.get(language, NO_STEMMING)
    return NO_STEMMING if configurations(using)[number] == "simple" else number
