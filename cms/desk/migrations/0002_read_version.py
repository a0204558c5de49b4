import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0001_watch"),
        ("sharing", "0005_history_begins"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReadVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("live", models.BigIntegerField(null=True, verbose_name="version that readers see")),
                ("newest", models.BigIntegerField(null=True, verbose_name="newest version")),
                ("read_at", models.DateTimeField(verbose_name="read at")),
                (
                    "sharing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="read_versions",
                        to="sharing.sharing",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "version read",
                "verbose_name_plural": "versions read",
                "constraints": [models.UniqueConstraint(fields=("user", "sharing"), name="version_read_once")],
            },
        ),
    ]
