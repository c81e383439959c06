"""The wall to the public: released rows cannot change, and the public readers' role can read them and nothing else.

The role is made by the set-up (it needs a superuser), its name is the user of PUBLIC_DATABASE_URL.
"""

from django.conf import settings
from django.db import migrations
from psycopg import sql

TABLES = ("released_dataset", "released_release", "released_resource", "released_count", "released_area")
FROZEN = TABLES[1:]


def build_wall(apps, schema_editor):  # type: ignore[no-untyped-def]
    role = sql.Identifier(str(settings.DATABASES["public"]["USER"]))
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE FUNCTION kentongan_released_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '% is released and cannot change', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
            END $$
            """
        )
        for table in FROZEN:
            cursor.execute(
                sql.SQL(
                    "CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON {} "
                    "FOR EACH ROW EXECUTE FUNCTION kentongan_released_is_frozen()"
                ).format(sql.Identifier(table))
            )
        for table in TABLES:
            cursor.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(sql.Identifier(table), role))


def take_down(apps, schema_editor):  # type: ignore[no-untyped-def]
    role = sql.Identifier(str(settings.DATABASES["public"]["USER"]))
    with schema_editor.connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(sql.SQL("REVOKE SELECT ON {} FROM {}").format(sql.Identifier(table), role))
        cursor.execute("DROP FUNCTION kentongan_released_is_frozen() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("opendata", "0001_initial")]

    operations = [migrations.RunPython(build_wall, take_down)]
