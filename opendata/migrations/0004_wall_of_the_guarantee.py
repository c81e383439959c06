"""The wall around the new released tables, and the first policy.

Rows of a release can be removed when, and only when, the release has been withdrawn: its tombstone stays.
"""

from django.conf import settings
from django.db import migrations
from psycopg import sql

ROWS = (
    "released_incident", "released_aggregate", "released_camera", "released_performance", "released_catchment",
    "released_code",
)  # fmt: skip
BEFORE = ("released_count", "released_area")
FIRST = {
    "households": 20, "households_strong": 30, "risk": 0.05, "confidence": 0.95, "homes": 10_000, "k": 10,
    "categories": 3, "share": 0.7, "ladder_share": 0.9, "ladder_months": 12, "wait_days": 3,
    "outcome_days": [1, 3, 7, 14, 30, 90], "report_bands": [1, 2, 5, 10],
}  # fmt: skip


def build_wall(apps, schema_editor):  # type: ignore[no-untyped-def]
    role = sql.Identifier(str(settings.DATABASES["public"]["USER"]))
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE FUNCTION kentongan_rows_are_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'DELETE' AND EXISTS (
                    SELECT FROM released_withdrawal WHERE released_withdrawal.release_id = OLD.release_id
                ) THEN
                    RETURN OLD;
                END IF;
                RAISE EXCEPTION '% is released and cannot change', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
            END $$
            """
        )
        for table in BEFORE:
            cursor.execute(sql.SQL("DROP TRIGGER frozen ON {}").format(sql.Identifier(table)))
        for table in (*BEFORE, *ROWS):
            _freeze(cursor, table, "kentongan_rows_are_frozen")  # type: ignore[no-untyped-call]
        _freeze(cursor, "released_withdrawal", "kentongan_released_is_frozen")  # type: ignore[no-untyped-call]
        for table in ("released_withdrawal", *ROWS):
            cursor.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(sql.Identifier(table), role))


def _freeze(cursor, table, function):  # type: ignore[no-untyped-def]
    cursor.execute(
        sql.SQL(
            "CREATE TRIGGER frozen BEFORE UPDATE OR DELETE ON {} FOR EACH ROW EXECUTE FUNCTION {}()"
        ).format(sql.Identifier(table), sql.Identifier(function))
    )


def take_down(apps, schema_editor):  # type: ignore[no-untyped-def]
    role = sql.Identifier(str(settings.DATABASES["public"]["USER"]))
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION kentongan_rows_are_frozen() CASCADE")
        for table in BEFORE:
            _freeze(cursor, table, "kentongan_released_is_frozen")  # type: ignore[no-untyped-call]
        cursor.execute("DROP TRIGGER frozen ON released_withdrawal")
        for table in ("released_withdrawal", *ROWS):
            cursor.execute(sql.SQL("REVOKE SELECT ON {} FROM {}").format(sql.Identifier(table), role))


def first_policy(apps, schema_editor):  # type: ignore[no-untyped-def]
    apps.get_model("opendata", "Policy").objects.create(
        version=1, numbers=FIRST, note="Angka pertama, sebagaimana dijelaskan di docs/guarantee.md."
    )


class Migration(migrations.Migration):
    dependencies = [("opendata", "0003_guarantee")]

    operations = [
        migrations.RunPython(build_wall, take_down),
        migrations.RunPython(first_policy, migrations.RunPython.noop),
    ]
