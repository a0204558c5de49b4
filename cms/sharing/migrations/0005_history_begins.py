from django.db import migrations

from cms.core.instants import current_instant

FORWARDS = """
CREATE FUNCTION sharing_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of facts is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER sharing_history_stays BEFORE UPDATE ON sharing_factsrecord
    FOR EACH ROW EXECUTE FUNCTION sharing_refuse_change();
"""
BACKWARDS = """
DROP TRIGGER sharing_history_stays ON sharing_factsrecord;
DROP FUNCTION sharing_refuse_change();
"""
# what stood before is not known: the history of an item that is there already begins with this migration
SEED = """
INSERT INTO sharing_factsrecord
       (sharing_id, at, owner_id, element, countries, marking, state, live, quarantined, quarantined_by_id, recipients)
SELECT s.id, %(at)s, s.owner_id, e.code, s.countries, s.marking, s.state, p.live, s.quarantined, s.quarantined_by_id,
       COALESCE((SELECT jsonb_agg(jsonb_build_array(r.kind, COALESCE(r.organisation_id, r.group_id, r.user_id),
                                                    to_jsonb(r.valid_from), to_jsonb(r.valid_until)))
                   FROM sharing_recipient r WHERE r.sharing_id = s.id AND r.revoked_at IS NULL), '[]'::jsonb)
  FROM sharing_sharing s
  JOIN elements_element e ON e.id = s.element_id
  JOIN wagtailcore_page p ON p.id = s.page_id
 WHERE NOT EXISTS (SELECT FROM sharing_factsrecord f WHERE f.sharing_id = s.id)
"""


def begin(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(SEED, {"at": current_instant()})


class Migration(migrations.Migration):
    """Each item's history begins with the facts as they stand; the database refuses to change a record of it.

    Records go with their item alone.
    """

    dependencies = [("sharing", "0004_history_and_pending_acts")]
    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
