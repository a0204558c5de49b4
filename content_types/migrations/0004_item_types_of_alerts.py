"""Alert, follow-up and final report as types of item; the legs of a route leave the name of a page's method."""

from typing import Any

from django.db import migrations, models

_VALUES = (("first", "alert"), ("final", "final_report"))
_REVISIONS = """
UPDATE wagtailcore_revision SET content = content - %(old_name)s
  || CASE WHEN content ? %(old_name)s THEN jsonb_build_object(%(new_name)s, content -> %(old_name)s) ELSE '{}' END
  || CASE content ->> 'report_kind' WHEN %(old_first)s THEN jsonb_build_object('report_kind', %(new_first)s)
     WHEN %(old_final)s THEN jsonb_build_object('report_kind', %(new_final)s) ELSE '{}' END
 WHERE content_type_id = (SELECT id FROM django_content_type WHERE app_label = 'content_types' AND model = 'alert')
"""


def _rewrite(apps: Any, editor: Any, *, names: tuple[str, str], values: Any) -> None:
    """Write the new words into pages and into all their versions."""
    alerts = apps.get_model("content_types", "Alert")
    for old, new in values:
        alerts.objects.filter(report_kind=old).update(report_kind=new)
    (old_first, new_first), (old_final, new_final) = values
    words = {"old_first": old_first, "new_first": new_first, "old_final": old_final, "new_final": new_final}
    with editor.connection.cursor() as cursor:
        # PostgreSQL cannot tell what a bare placeholder of such a function is
        cursor.execute(_typed(_REVISIONS), {"old_name": names[0], "new_name": names[1], **words})


def _typed(sql: str) -> str:
    """Tell PostgreSQL that every placeholder is a text."""
    return sql.replace(")s", ")s::text")


def forwards(apps: Any, editor: Any) -> None:
    """Name them as items are named."""
    _rewrite(apps, editor, names=("route", "legs"), values=_VALUES)


def backwards(apps: Any, editor: Any) -> None:
    """Name them as before."""
    _rewrite(apps, editor, names=("legs", "route"), values=[(new, old) for old, new in _VALUES])


def _known(values: list[str]) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(("report_kind__in", values)), name="alert_report_kind_known")


class Migration(migrations.Migration):
    dependencies = [("content_types", "0003_alerts")]

    operations = [
        migrations.RenameField(model_name="alert", old_name="route", new_name="legs"),
        migrations.RemoveConstraint(model_name="alert", name="alert_report_kind_known"),
        migrations.AlterField(
            model_name="alert",
            name="report_kind",
            field=models.CharField(
                choices=[("alert", "Alert"), ("follow_up", "Follow-up"), ("final_report", "Final report")],
                default="alert",
                max_length=20,
                verbose_name="kind of report",
            ),
        ),
        migrations.AlterField(
            model_name="alert",
            name="lesson",
            field=models.TextField(
                blank=True,
                help_text="What came of it, and what others can learn from it.",
                max_length=2000,
                verbose_name="evaluation",
            ),
        ),
        migrations.RunPython(forwards, backwards),
        migrations.AddConstraint(model_name="alert", constraint=_known(["alert", "follow_up", "final_report"])),
    ]
