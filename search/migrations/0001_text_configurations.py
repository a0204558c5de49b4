"""Text-search configurations: Snowball without stop words, for each language that this PostgreSQL brings."""

from django.db import migrations

_PREFIX = "iconet_"
_LANGUAGES = (
    "danish dutch english estonian finnish french german greek hungarian irish italian lithuanian norwegian portuguese "
    "romanian spanish swedish"
).split()
# A language that this server does not bring is
# left out: its texts are then found by whole words.
CREATE_CONFIGURATIONS = f"""
DO $$
DECLARE language text;
BEGIN
    FOREACH language IN ARRAY '{{{",".join(_LANGUAGES)}}}'::text[] LOOP
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
    for name in (_PREFIX + language for language in _LANGUAGES)
)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [migrations.RunSQL(CREATE_CONFIGURATIONS, DROP_CONFIGURATIONS)]
