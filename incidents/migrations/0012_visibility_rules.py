"""Looks are never unwritten; history may only learn that its words were released; and how long things are kept."""

from typing import Any

from django.db import migrations

FORWARD = """
CREATE FUNCTION kentongan_only_released() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'released_at' - 'released_by_id'
                          = to_jsonb(OLD) - 'released_at' - 'released_by_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER append_only ON incidents_entry;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON incidents_entry
    FOR EACH ROW EXECUTE FUNCTION kentongan_only_released();

CREATE FUNCTION kentongan_looks_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('kentongan.retention', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER looks_stay BEFORE UPDATE OR DELETE ON incidents_accesslog
    FOR EACH ROW EXECUTE FUNCTION kentongan_looks_stay();
"""
BACKWARD = """
DROP TRIGGER looks_stay ON incidents_accesslog;
DROP FUNCTION kentongan_looks_stay();
DROP TRIGGER append_only ON incidents_entry;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON incidents_entry
    FOR EACH ROW EXECUTE FUNCTION kentongan_append_only();
DROP FUNCTION kentongan_only_released();
"""
PERIODS = {"contacts": 90, "words": 5 * 365, "looks": 5 * 365}


def keep_for(apps: Any, schema_editor: Any) -> None:
    Retention = apps.get_model("incidents", "Retention")
    Retention.objects.bulk_create(Retention(what=what, days=days) for what, days in PERIODS.items())


class Migration(migrations.Migration):
    dependencies = [("incidents", "0011_visibility")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(keep_for, migrations.RunPython.noop),
    ]
