"""The timeline is history: entries are added, never changed and never removed one by one."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION kentongan_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON incidents_entry
    FOR EACH ROW EXECUTE FUNCTION kentongan_append_only();
"""
BACKWARD = """
DROP TRIGGER append_only ON incidents_entry;
DROP FUNCTION kentongan_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_rate_windows_unlogged")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
