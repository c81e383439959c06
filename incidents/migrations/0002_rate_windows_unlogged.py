"""Counters of requests may be lost in a crash and are written at each request: no write-ahead log for them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE incidents_ratewindow SET UNLOGGED", "ALTER TABLE incidents_ratewindow SET LOGGED"
        ),
    ]
