"""Words are analysed before they come to the database: entries have columns for what ranking and facets need of them, and
the text-search configurations go. Entries made in another way are written anew after the migration."""

from importlib import import_module

import django.contrib.postgres.fields
from django.db import migrations, models

configurations = import_module("search.migrations.0001_text_configurations")


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0004_confirmed_version"),
    ]

    operations = [
        migrations.AddField(
            model_name="searchentry",
            name="analysis",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="version of the analysis of words"),
        ),
        migrations.AddField(
            model_name="searchentry",
            name="attachments",
            field=models.JSONField(default=list, verbose_name="names, pages and texts of attachments"),
        ),
        migrations.AddField(
            model_name="searchentry",
            name="has_attachment",
            field=models.BooleanField(default=False, verbose_name="has an attachment"),
        ),
        migrations.AddField(
            model_name="searchentry",
            name="length",
            field=models.PositiveIntegerField(default=0, verbose_name="number of words"),
        ),
        migrations.AddField(
            model_name="searchentry",
            name="month",
            field=models.PositiveIntegerField(default=0, verbose_name="year and month of publication, as 202603"),
        ),
        migrations.AddField(
            model_name="searchentry",
            name="own_facets",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=100),
                default=list,
                size=None,
                verbose_name="values of the type's own facets",
            ),
        ),
        migrations.AddField(
            model_name="searchentry",
            name="shown",
            field=models.JSONField(default=list, verbose_name="what lists show of the type's own fields"),
        ),
        migrations.AddField(
            model_name="searchentry",
            name="title_length",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="number of words of the title"),
        ),
        migrations.AlterField(
            model_name="searchentry",
            name="configuration",
            field=models.PositiveSmallIntegerField(verbose_name="number of the language"),
        ),
        migrations.RunSQL(configurations.DROP_CONFIGURATIONS, configurations.CREATE_CONFIGURATIONS),
    ]
