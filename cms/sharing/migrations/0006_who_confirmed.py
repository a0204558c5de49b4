"""Who proposed and who confirmed a recipient; flags and preparations among what waits."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sharing", "0005_history_begins"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="proposed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="recipient",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="pendingact",
            name="kind",
            field=models.CharField(
                choices=[
                    ("revoke", "Revoke a recipient's access"),
                    ("narrow", "Share with fewer"),
                    ("withdraw", "Withdraw"),
                    ("tighten", "Tighten the marking"),
                    ("transfer", "Transfer of ownership"),
                    ("public", "Make public"),
                    ("prepare", "Prepared to be made public"),
                    ("correct", "Correction notice"),
                    ("flag", "Flagged: to be put in quarantine"),
                ],
                max_length=12,
                verbose_name="act",
            ),
        ),
    ]
