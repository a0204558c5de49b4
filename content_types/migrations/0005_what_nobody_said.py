"""Stage, impact and how it was noticed are said by somebody, or not at all."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("content_types", "0004_item_types_of_alerts"),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="alert",
            name="alert_stage_known",
        ),
        migrations.RemoveConstraint(
            model_name="alert",
            name="alert_detection_known",
        ),
        migrations.RemoveConstraint(
            model_name="alert",
            name="alert_impact_known",
        ),
        migrations.AlterField(
            model_name="alert",
            name="detection",
            field=models.CharField(
                blank=True,
                choices=[
                    ("check", "Check at a crossing point"),
                    ("surveillance", "Surveillance"),
                    ("inland", "Inland, or secondary movement"),
                    ("liaison", "Liaison officer"),
                    ("other", "Other"),
                ],
                max_length=20,
                verbose_name="how it was noticed",
            ),
        ),
        migrations.AlterField(
            model_name="alert",
            name="impact",
            field=models.CharField(
                blank=True,
                choices=[("low", "Low"), ("medium", "Medium"), ("high", "High"), ("very_high", "Very high")],
                max_length=20,
                verbose_name="impact",
            ),
        ),
        migrations.AlterField(
            model_name="alert",
            name="stage",
            field=models.CharField(
                blank=True,
                choices=[("suspicion", "Suspicion"), ("attempt", "Attempt"), ("committed", "Committed")],
                max_length=20,
                verbose_name="stage",
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(("stage__in", ["", "suspicion", "attempt", "committed"])), name="alert_stage_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(("impact__in", ["", "low", "medium", "high", "very_high"])),
                name="alert_impact_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(("detection__in", ["", "check", "surveillance", "inland", "liaison", "other"])),
                name="alert_detection_known",
            ),
        ),
    ]
