"""The clocks of cases that are open already, and the rules for reminders that a city starts with."""

from typing import Any
from zoneinfo import ZoneInfo

from django.db import migrations

from incidents.deadlines.calendar import calendar_with

RULES = """
INSERT INTO incidents_reminderrule (step, "when", days, "to", klass, active) VALUES
    ('verifikasi', 'sebelum', 0, '{operator}', '', true),
    ('verifikasi', 'sesudah', 0, '{operator}', '', true),
    ('verifikasi', 'sesudah', 2, '{leadership}', '', true),
    ('jawaban', 'sebelum', 1, '{agency}', '', true),
    ('jawaban', 'sesudah', 0, '{agency,head}', '', true),
    ('jawaban', 'sesudah', 3, '{head,operator}', '', true),
    ('penyelesaian', 'sebelum', 2, '{agency}', '', true),
    ('penyelesaian', 'sesudah', 0, '{agency,head}', '', true),
    ('penyelesaian', 'sesudah', 5, '{head,operator}', '', true),
    ('penyelesaian', 'sesudah', 10, '{leadership}', '', true)
"""
SPANS = """
SELECT DISTINCT (opened_at AT TIME ZONE %s)::date, (due_at AT TIME ZONE %s)::date FROM incidents_incident
WHERE phase IN ('baru', 'dikerjakan', 'dikembalikan', 'menunggu', 'luar') AND counted_from IS NULL
"""
# The first answer and the verification were not promised before: they are no clocks of these cases.
BEGIN = """
UPDATE incidents_incident SET counted_from = opened_at, due_days = s.days
FROM unnest(%s::date[], %s::date[], %s::int[]) s(opened, due, days)
WHERE phase IN ('baru', 'dikerjakan', 'dikembalikan', 'menunggu', 'luar') AND counted_from IS NULL
  AND s.opened = (opened_at AT TIME ZONE %s)::date AND s.due = (due_at AT TIME ZONE %s)::date
"""


def begin(apps: Any, schema_editor: Any) -> None:
    """The working days between a case's beginning and its deadline are what it was promised."""
    city = apps.get_model("geo", "City").objects.first()
    zone = str(ZoneInfo(city.zone if city else "Asia/Jakarta"))
    calendar = calendar_with({})
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(SPANS, [zone, zone])
        spans = [(opened, due, calendar.between(opened, due)) for opened, due in cursor.fetchall()]
        if spans:
            cursor.execute(BEGIN, [*(list(one) for one in zip(*spans, strict=True)), zone, zone])


class Migration(migrations.Migration):
    dependencies = [
        ("geo", "0001_initial"),
        ("incidents", "0020_clocks_and_corrections"),
    ]

    operations = [
        migrations.RunSQL(RULES, "DELETE FROM incidents_reminderrule"),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
