"""A city with a million incidents in some seconds: as a system of ten years has them, 3 % open, the rest solved.

Rows are made inside the database (generate_series), without indexes and constraints, which are made again afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import psycopg
from psycopg import sql

from benchmarks import city

STATED = 1_000_000
OPEN_SHARE = 0.03
AGENCIES = 40
PLACES = 50_000  # distinct pins; each row's own pin lies within some metres of one
LINES = ("incidents_inboxline", "incidents_casewords")
TABLES = ("incidents_incident", "incidents_complaint", "incidents_assignment", "incidents_entry")

# What people write: a thing, its trouble, a place beside it.
WORDS = """
CREATE TEMP TABLE made_words AS
SELECT row_number() OVER () - 1 AS n, format('%s %s %s, mohon segera ditangani.', thing, trouble, beside) AS text
FROM unnest(ARRAY['Selokan', 'Jalan', 'Lampu jalan', 'Sampah', 'Pohon besar', 'Trotoar', 'Gorong-gorong', 'Air PDAM',
                  'Bangunan liar', 'Parkir liar']) thing,
     unnest(ARRAY['mampet dan meluap', 'berlubang sejak minggu lalu', 'mati total', 'menumpuk dan berbau',
                  'hampir roboh', 'rusak parah', 'tidak mengalir', 'mengganggu warga']) trouble,
     unnest(ARRAY['di depan pasar', 'di dekat sekolah', 'di samping masjid', 'di ujung gang', 'di perempatan',
                  'di depan balai RW', 'di tepi sungai']) beside
"""
PLACED = """
CREATE TEMP TABLE made_places (n int, lon float8, lat float8, kelurahan_code text, kelurahan text,
                               kecamatan_code text, kecamatan text)
"""
TOPICS = """
CREATE TEMP TABLE made_topics AS
SELECT row_number() OVER (ORDER BY c.id) - 1 AS n, c.id AS category_id, c.sla_days,
       (SELECT id FROM geo_agency a WHERE a.active ORDER BY a.id OFFSET (c.id %% %(agencies)s) LIMIT 1) AS lead_id
FROM incidents_category c
WHERE c.active AND NOT EXISTS (SELECT 1 FROM incidents_category k WHERE k.parent_id = c.id)
"""
# The newer a case, the more likely it is open; every open one is of the last 120 days.
INCIDENTS = """
INSERT INTO incidents_incident (category_id, status, source, confidential, demo, location, edition_id,
    kelurahan_code, kelurahan, kecamatan_code, kecamatan, approximate, opened_at, due_at, first_answer_at,
    resolved_at, updated_at{more})
SELECT category_id, CASE kind WHEN 'new' THEN 'diterima' WHEN 'working' THEN 'dikerjakan' ELSE 'ditutup' END,
       source, confidential, false, pin, edition, kelurahan_code, kelurahan, kecamatan_code, kecamatan, false,
       opened, opened + sla_days * interval '1 day',
       CASE WHEN kind <> 'new' THEN least(opened + interval '2 days', now()) END,
       CASE WHEN kind = 'closed' THEN opened + least(sla_days, 9) * interval '1 day' END,
       CASE WHEN kind = 'new' THEN opened ELSE least(opened + interval '3 days', now()) END{values}
FROM (
    SELECT t.category_id, t.sla_days, p.*, kind,
           ST_SetSRID(ST_MakePoint(p.lon + (random() - .5) * 1e-4, p.lat + (random() - .5) * 1e-4), 4326) AS pin,
           (ARRAY['warga', 'warga', 'warga', 'cctv', 'keduanya'])[1 + i %% 5] AS source,
           i %% 50 = 7 AS confidential,
           now() - CASE kind WHEN 'closed' THEN 30 + random() * 3620 ELSE random() * 120 END
                   * interval '1 day' AS opened,
           (SELECT id FROM geo_edition WHERE status = 'active') AS edition
    FROM (SELECT i, CASE WHEN random() >= %(open)s THEN 'closed' WHEN random() < .4 THEN 'new'
                    ELSE 'working' END AS kind
          FROM generate_series(1, %(count)s) i) made
    JOIN made_topics t ON t.n = i %% (SELECT count(*) FROM made_topics)
    JOIN made_places p ON p.n = (i * 7919::bigint) %% %(places)s
    ORDER BY i
) shaped
"""
PHASE = "CASE kind WHEN 'new' THEN 'baru' WHEN 'working' THEN 'dikerjakan' ELSE 'ditutup' END"
COMPLAINTS = """
INSERT INTO incidents_complaint (incident_id, tracking_code, channel, description, address_note, anonymous,
    confidential, received_at, demo, body_digest{more})
SELECT i.id, 'M' || lpad(i.id::text, 15, '0'), 'web', w.text, '', i.id %% 3 = 0, i.confidential,
       i.opened_at, false, ''{values}
FROM incidents_incident i JOIN made_words w ON w.n = i.id %% (SELECT count(*) FROM made_words)
WHERE i.source <> 'cctv'
"""
LEADS = """
INSERT INTO incidents_assignment (incident_id, agency_id, role, status, why, assigned_at, updated_at{more})
SELECT i.id, t.lead_id, 'lead',
       CASE WHEN i.resolved_at IS NOT NULL THEN 'done' WHEN i.first_answer_at IS NULL THEN 'sent' ELSE 'accepted' END,
       'category:x', i.opened_at, i.updated_at{values}
FROM incidents_incident i JOIN made_topics t ON t.category_id = i.category_id
"""
SUPPORTS = """
INSERT INTO incidents_assignment (incident_id, agency_id, role, status, why, assigned_at, updated_at{more})
SELECT incident_id, other.id, 'support', a.status, 'category:x', assigned_at, updated_at{values}
FROM incidents_assignment a
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM geo_agency WHERE active ORDER BY id LIMIT %(agencies)s)
    other ON other.n = a.incident_id %% %(agencies)s AND other.id <> a.agency_id
WHERE a.role = 'lead' AND a.incident_id %% 4 = 0
"""
ENTRIES = """
INSERT INTO incidents_entry (incident_id, at, kind, public, data)
SELECT id, opened_at, 'received', true, jsonb_build_object('source', source) FROM incidents_incident
UNION ALL SELECT id, opened_at, 'assigned', true, jsonb_build_object('agencies', '[]'::jsonb) FROM incidents_incident
UNION ALL SELECT id, first_answer_at, 'answered', true, jsonb_build_object() FROM incidents_incident
          WHERE first_answer_at IS NOT NULL
"""


def fill(url: str, count: int, *, lines: bool = True) -> None:
    """So many incidents with a complaint (four of five), agencies and a short timeline each. Needs `city.start()`.

    `lines`: also the desk's lines of them, which take longer than all the rest.
    """
    given = {"count": count, "open": OPEN_SHARE, "agencies": AGENCIES, "places": PLACES}
    with psycopg.connect(url) as connection:
        _places(connection)
        connection.execute(WORDS)
        connection.execute(TOPICS, given)
        with bare(connection):
            for statement in (INCIDENTS, COMPLAINTS, LEADS, SUPPORTS):
                connection.execute(completed(connection, statement), given)
            connection.execute(ENTRIES)
    with psycopg.connect(url, autocommit=True) as connection:
        _vacuum(connection, TABLES)
        if lines:  # they follow each row by triggers, which rested meanwhile
            connection.execute("SELECT kentongan_inbox_fill()")
            _vacuum(connection, LINES)


def _vacuum(connection: psycopg.Connection[tuple[object, ...]], tables: tuple[str, ...]) -> None:
    for table in tables:
        connection.execute(sql.SQL("VACUUM (FREEZE, ANALYZE) {}").format(sql.Identifier(table)))


def _places(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    from geo.registry import current_locator

    locator = current_locator()
    pins = city.points(PLACES)
    villages = locator.locate_many(pins[:, 0], pins[:, 1]).village
    connection.execute(PLACED)
    with connection.cursor().copy("COPY made_places FROM STDIN") as copy:
        for n, (lon, lat) in enumerate(np.asarray(pins).tolist()):
            village = locator.villages[villages[n]]
            place = (village.place.code, village.place.name, village.district.code, village.district.name)
            copy.write_row((n, lon, lat, *place))


MISSING = """
SELECT column_name, data_type FROM information_schema.columns
WHERE table_name = %s AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'
  AND is_generated = 'NEVER' AND NOT column_name = ANY(%s)
"""
NOTHING = {"boolean": "false", "jsonb": "'{}'::jsonb", "character varying": "''", "text": "''"}


def completed(connection: psycopg.Connection[tuple[object, ...]], statement: str) -> str:
    """The statement with the columns that it does not name and that must have a value: empty, false or 0."""
    into, _rest = statement.split(")", 1)
    table, named = into.removeprefix("\nINSERT INTO ").split(" (")
    columns = [one.strip() for one in named.replace("{more}", "").split(",")]
    missing = connection.execute(MISSING, [table, columns]).fetchall()
    special = {"phase": PHASE}
    values = [special.get(str(name), NOTHING.get(str(kind), "0")) for name, kind in missing]
    return statement.replace("{more}", "".join(f", {name}" for name, _kind in missing)).replace(
        "{values}", "".join(f", {value}" for value in values)
    )


@contextmanager
def bare(connection: psycopg.Connection[tuple[object, ...]]) -> Iterator[None]:
    """The tables without indexes, foreign keys and triggers of their own, all of which are put back afterwards."""
    again: list[str] = []
    for table in TABLES:
        again += _strip(connection, table)
        connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
    yield
    for table in TABLES:
        connection.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(table)))
    connection.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for statement in again:
        connection.execute(statement.encode())


# A primary key stays: foreign keys of other tables lean on it.
CONSTRAINTS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype IN ('f', 'u') ORDER BY contype
"""
INDEXES = """
SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
WHERE x.indrelid = %s::regclass AND NOT x.indisprimary
"""


def _strip(connection: psycopg.Connection[tuple[object, ...]], table: str) -> list[str]:
    """Drop what slows rows down; returns the statements that make it again."""
    again = []
    name = sql.Identifier(table)
    for what, shape in connection.execute(CONSTRAINTS, [table]).fetchall():
        connection.execute(
            sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(name, sql.Identifier(str(what)))
        )
        again.append(f'ALTER TABLE {table} ADD CONSTRAINT "{what}" {shape}')
    for what, shape in connection.execute(INDEXES, [table]).fetchall():
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(str(what))))
        again.insert(0, str(shape))
    return again
