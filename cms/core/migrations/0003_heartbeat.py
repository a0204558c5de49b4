from django.db import migrations, models


class Migration(migrations.Migration):
    """When each part of the background work was last seen alive."""

    dependencies = [("core", "0002_shared_cache")]
    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("part", models.CharField(max_length=40, unique=True, verbose_name="part")),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={"verbose_name": "heartbeat", "verbose_name_plural": "heartbeats"},
        ),
    ]
