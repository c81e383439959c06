"""The usual workflow comes into force, and the cases that are there get the phase of their status."""

from typing import Any

from django.db import migrations
from django.utils import timezone

from incidents.flow_default import default_statuses, default_transitions

PHASES = """
UPDATE incidents_incident SET phase = CASE status
    WHEN 'diterima' THEN 'baru' WHEN 'selesai' THEN 'selesai' WHEN 'dikembalikan' THEN 'dikembalikan'
    WHEN 'ditutup' THEN 'ditutup' WHEN 'diarsipkan' THEN 'diarsipkan' ELSE 'dikerjakan' END
WHERE status <> 'diterima'
"""


def put_in_force(apps: Any, schema_editor: Any) -> None:
    workflow = apps.get_model("incidents", "Workflow").objects.create(
        version=1, state="active", activated_at=timezone.now()
    )
    for name, rows in (("Status", default_statuses()), ("Transition", default_transitions())):
        model = apps.get_model("incidents", name)
        model.objects.bulk_create(model(workflow=workflow, **row) for row in rows)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0014_workflow_as_data")]

    operations = [
        migrations.RunSQL(PHASES, migrations.RunSQL.noop),
        migrations.RunPython(put_in_force, migrations.RunPython.noop),
    ]
