from django.db import migrations

FORWARDS = """
ALTER TABLE sharing_recipient ADD CONSTRAINT recipient_marking_is_items
    FOREIGN KEY (sharing_id, marking) REFERENCES sharing_sharing (id, marking)
    ON UPDATE CASCADE ON DELETE CASCADE;
"""
BACKWARDS = "ALTER TABLE sharing_recipient DROP CONSTRAINT recipient_marking_is_items;"


class Migration(migrations.Migration):
    """A recipient row repeats the item's marking, so that a check on the row can refuse a kind above it."""

    dependencies = [("sharing", "0002_initial")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
