import uuid

import django.contrib.postgres.fields
from django.db import migrations, models

# rows that stand already get names of their own; new ones get theirs from the writer
KEY = """
ALTER TABLE audit_auditevent ADD COLUMN key uuid NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE audit_auditevent ALTER COLUMN key DROP DEFAULT;
ALTER TABLE audit_auditevent ADD CONSTRAINT audit_auditevent_key_uniq UNIQUE (key);
"""
NO_KEY = "ALTER TABLE audit_auditevent DROP COLUMN key;"
# no row without its hash from now on; those of before are sealed as they are
HASHED = """
ALTER TABLE audit_auditevent ADD CONSTRAINT audit_row_is_hashed
    CHECK (octet_length(hash) = 32 AND octet_length(mac) = 32) NOT VALID;
"""
NOT_HASHED = "ALTER TABLE audit_auditevent DROP CONSTRAINT audit_row_is_hashed;"
TRIGGERS = "\n".join(
    f"""
CREATE TRIGGER {name}_rows_stay BEFORE UPDATE OR DELETE ON {name}
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER {name}_table_stays BEFORE TRUNCATE ON {name}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""
    for name in ("audit_leaf", "audit_checkpoint")
)
NO_TRIGGERS = "\n".join(
    f"DROP TRIGGER {name}_table_stays ON {name}; DROP TRIGGER {name}_rows_stay ON {name};"
    for name in ("audit_leaf", "audit_checkpoint")
)


class Migration(migrations.Migration):
    """What each row says of itself grows a hash; sealed rows get places and checkpoints, append-only as well."""

    dependencies = [("audit", "0003_event_without_choices")]

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("root", models.BinaryField()),
                ("peaks", models.BinaryField()),
                ("signature", models.BinaryField()),
                ("seen_until", models.BigIntegerField()),
            ],
            options={"verbose_name": "checkpoint", "verbose_name_plural": "checkpoints", "ordering": ("size",)},
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("place", models.BigIntegerField(primary_key=True, serialize=False)),
                ("event_id", models.BigIntegerField(unique=True)),
                ("hash", models.BinaryField()),
            ],
            options={"verbose_name": "sealed row", "verbose_name_plural": "sealed rows"},
        ),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
        migrations.RunSQL(
            KEY,
            NO_KEY,
            state_operations=[
                migrations.AddField(
                    model_name="auditevent",
                    name="key",
                    field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="row"),
                )
            ],
        ),
        migrations.AddField(
            model_name="auditevent",
            name="organisations",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None, verbose_name="organisations"
            ),
        ),
        migrations.AddField(
            model_name="auditevent",
            name="decision",
            field=models.CharField(default="allowed", max_length=8, verbose_name="decision"),
        ),
        migrations.AddField(
            model_name="auditevent",
            name="purpose",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="purpose"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="auditevent",
            name="rule",
            field=models.CharField(blank=True, max_length=200, verbose_name="rule"),
        ),
        migrations.AddField(
            model_name="auditevent",
            name="hash",
            field=models.BinaryField(default=b"", editable=False, verbose_name="hash"),
        ),
        migrations.AddField(
            model_name="auditevent",
            name="mac",
            field=models.BinaryField(default=b"", editable=False, verbose_name="mark of the writer"),
        ),
        migrations.AddField(
            model_name="auditevent",
            name="transaction_id",
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.AddIndex(model_name="auditevent", index=models.Index(fields=["at"], name="audit_at")),
        migrations.AddIndex(
            model_name="auditevent", index=models.Index(fields=["transaction_id"], name="audit_transaction")
        ),
        migrations.RunSQL(HASHED, NOT_HASHED),
    ]
