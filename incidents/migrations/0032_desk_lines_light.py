"""What keeps the desk's lines and words costs little at intake, at a hot spot and at a bulk change.

- The words of a case are those of its first reports and of its newest, up to 60,000 characters: a case may have any
  number of reports, and a row of words may not (PostgreSQL refuses more than a megabyte, and with it the report).
- Texts are read again only when a text came, went or changed. Steps and assignments change the marks alone, and only
  when a mark's own column changed.
- A further report changes no line but for the channel of the first one.
- The lines are planned once per connection, for one case: a plan for an array of known length looks cheaper each
  time, and was made each time.
- What came back and was given on since is in nobody's list of returned cases any more.
"""

import django.db.models.deletion
from django.db import migrations, models

SAID = r"""
-- The words of a case's reports: its first ones, then its newest, whole reports up to 60,000 characters. Nothing that
-- holds a digit or an at sign (numbers of people, telephones, plates, addresses of mail are no way to find a case).
CREATE FUNCTION kentongan_said(key bigint) RETURNS tsvector STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN (
        SELECT to_tsvector('indonesian', left(
            regexp_replace(string_agg(text, ' ' ORDER BY nth), '\S*[0-9@]\S*', ' ', 'g'), 60000
        ))
        FROM (
            SELECT nth, text, sum(length(text)) OVER (ORDER BY nth) AS upto FROM (
                SELECT DISTINCT ON (id) id, nth, text FROM (
                    (SELECT id, row_number() OVER (ORDER BY received_at, id) AS nth,
                            description || ' ' || address_note AS text
                     FROM incidents_complaint WHERE incident_id = key ORDER BY received_at, id LIMIT 10)
                    UNION ALL
                    (SELECT id, 10 + row_number() OVER (ORDER BY received_at DESC, id DESC),
                            description || ' ' || address_note
                     FROM incidents_complaint WHERE incident_id = key ORDER BY received_at DESC, id DESC LIMIT 50)
                ) ends ORDER BY id, nth
            ) once
        ) counted WHERE upto <= 60000 OR nth = 1
    );
END $$;

-- Marks of who may find a case, of its quarter of a year, and whether it is open. A mark holds a digit: no word can.
CREATE FUNCTION kentongan_marks(key bigint, phase text, opened_at timestamptz) RETURNS text[]
STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN ARRAY['s0', to_char(opened_at AT TIME ZONE 'UTC', '"q"YYYYQ')]
        || CASE WHEN phase IN ('baru', 'dikerjakan', 'menunggu', 'luar', 'dikembalikan')
                THEN ARRAY['1open'] ELSE ARRAY[]::text[] END
        || ARRAY(SELECT 's' || a.agency_id FROM incidents_assignment a
                 WHERE a.incident_id = key AND a.status NOT IN ('returned', 'released'));
END $$;

CREATE OR REPLACE FUNCTION kentongan_words_now(keys bigint[]) RETURNS TABLE (incident_id bigint, words tsvector)
STABLE LANGUAGE sql AS $$
SELECT i.id AS incident_id, said.words || array_to_tsvector(kentongan_marks(i.id, i.phase, i.opened_at)) AS words
FROM unnest(keys) AS wanted (key) JOIN incidents_incident i ON i.id = wanted.key
CROSS JOIN LATERAL (SELECT kentongan_said(i.id) AS words OFFSET 0) said
WHERE i.merged_into_id IS NULL AND said.words IS NOT NULL;
$$;

-- The marks alone, for a case whose texts are as they were.
CREATE FUNCTION kentongan_marks_refresh(keys bigint[]) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    UPDATE incidents_casewords kept SET words = fresh.words
    FROM (
        SELECT k.incident_id, k.words AS old, ts_delete(k.words, ARRAY(
            SELECT lexeme FROM unnest(tsvector_to_array(k.words)) AS lexeme WHERE lexeme ~ '[0-9]'
        )) || array_to_tsvector(kentongan_marks(i.id, i.phase, i.opened_at)) AS words
        FROM unnest(keys) AS wanted (key)
        JOIN incidents_casewords k ON k.incident_id = wanted.key
        JOIN incidents_incident i ON i.id = wanted.key
        OFFSET 0
    ) fresh
    WHERE kept.incident_id = fresh.incident_id AND fresh.words <> fresh.old;
END $$;

-- The channel of the first report, for cases whose lines are right in all else.
CREATE FUNCTION kentongan_channel_refresh(keys bigint[]) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    UPDATE incidents_inboxline line SET channel = first.channel, stamped_at = clock_timestamp()
    FROM unnest(keys) AS wanted (key)
    CROSS JOIN LATERAL (
        SELECT coalesce((SELECT c.channel FROM incidents_complaint c WHERE c.incident_id = wanted.key
                         ORDER BY c.received_at, c.id LIMIT 1), '') AS channel
    ) first
    WHERE line.incident_id = wanted.key AND line.channel <> first.channel;
END $$;
"""

TRIGGERS = r"""
DROP TRIGGER inbox_updated ON incidents_incident;
CREATE TRIGGER inbox_updated AFTER UPDATE ON incidents_incident
    REFERENCING NEW TABLE AS changed OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION kentongan_inbox_case();
DROP TRIGGER inbox_inserted ON incidents_incident;
CREATE FUNCTION kentongan_inbox_opened() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE keys bigint[];
BEGIN
    SELECT array_agg(id) INTO keys FROM changed;
    IF keys IS NOT NULL THEN PERFORM kentongan_inbox_refresh(keys); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER inbox_inserted AFTER INSERT ON incidents_incident
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION kentongan_inbox_opened();

CREATE OR REPLACE FUNCTION kentongan_inbox_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE keys bigint[]; marked bigint[]; merged bigint[];
BEGIN
    SELECT array_agg(c.id),
           array_agg(c.id) FILTER (WHERE (c.phase, c.opened_at) IS DISTINCT FROM (b.phase, b.opened_at)),
           array_agg(c.id) FILTER (WHERE c.merged_into_id IS DISTINCT FROM b.merged_into_id)
        INTO keys, marked, merged FROM changed c JOIN before b USING (id);
    IF keys IS NOT NULL THEN PERFORM kentongan_inbox_refresh(keys); END IF;
    IF marked IS NOT NULL THEN PERFORM kentongan_marks_refresh(marked); END IF;
    IF merged IS NOT NULL THEN PERFORM kentongan_words_refresh(merged); END IF;
    RETURN NULL;
END $$;

-- Assignments that came or went.
CREATE OR REPLACE FUNCTION kentongan_inbox_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE keys bigint[];
BEGIN
    SELECT array_agg(DISTINCT incident_id) INTO keys FROM changed;
    IF keys IS NOT NULL THEN
        PERFORM kentongan_inbox_refresh(keys);
        PERFORM kentongan_marks_refresh(keys);
    END IF;
    RETURN NULL;
END $$;

-- Assignments that changed.
CREATE OR REPLACE FUNCTION kentongan_inbox_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE keys bigint[]; marked bigint[];
BEGIN
    SELECT array_agg(DISTINCT side.key),
           array_agg(DISTINCT side.key) FILTER (
               WHERE (c.incident_id, c.agency_id, c.status) IS DISTINCT FROM (b.incident_id, b.agency_id, b.status))
        INTO keys, marked
        FROM changed c JOIN before b USING (id)
        CROSS JOIN LATERAL (VALUES (c.incident_id), (b.incident_id)) AS side (key);
    IF keys IS NOT NULL THEN PERFORM kentongan_inbox_refresh(keys); END IF;
    IF marked IS NOT NULL THEN PERFORM kentongan_marks_refresh(marked); END IF;
    RETURN NULL;
END $$;

-- Reports that came or went.
CREATE FUNCTION kentongan_report_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE keys bigint[];
BEGIN
    SELECT array_agg(DISTINCT incident_id) INTO keys FROM changed;
    IF keys IS NOT NULL THEN
        PERFORM kentongan_channel_refresh(keys);
        PERFORM kentongan_words_refresh(keys);
    END IF;
    RETURN NULL;
END $$;

-- Reports that changed.
CREATE FUNCTION kentongan_report_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE keys bigint[]; said bigint[];
BEGIN
    SELECT array_agg(DISTINCT side.key) FILTER (
               WHERE (c.incident_id, c.received_at, c.channel) IS DISTINCT FROM (b.incident_id, b.received_at, b.channel)),
           array_agg(DISTINCT side.key) FILTER (
               WHERE (c.incident_id, c.received_at, c.description, c.address_note)
                   IS DISTINCT FROM (b.incident_id, b.received_at, b.description, b.address_note))
        INTO keys, said
        FROM changed c JOIN before b USING (id)
        CROSS JOIN LATERAL (VALUES (c.incident_id), (b.incident_id)) AS side (key);
    IF keys IS NOT NULL THEN PERFORM kentongan_channel_refresh(keys); END IF;
    IF said IS NOT NULL THEN PERFORM kentongan_words_refresh(said); END IF;
    RETURN NULL;
END $$;

DROP TRIGGER inbox_inserted ON incidents_complaint;
DROP TRIGGER inbox_updated ON incidents_complaint;
DROP TRIGGER inbox_deleted ON incidents_complaint;
CREATE TRIGGER inbox_inserted AFTER INSERT ON incidents_complaint
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION kentongan_report_part();
CREATE TRIGGER inbox_updated AFTER UPDATE ON incidents_complaint
    REFERENCING NEW TABLE AS changed OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION kentongan_report_moved();
CREATE TRIGGER inbox_deleted AFTER DELETE ON incidents_complaint
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION kentongan_report_part();
"""

LINES = r"""
-- What each line of the desk should be. A scope is an agency's key, 0 the operators.
CREATE OR REPLACE FUNCTION kentongan_inbox_now(keys bigint[]) RETURNS TABLE (
    scope integer, incident_id bigint, place text, open boolean, late_at timestamptz, due_at timestamptz,
    opened_at timestamptz, changed_at timestamptz, role text, held text, category_id bigint, kelurahan_code text,
    source text, channel text, confidential boolean, unled boolean, returned boolean
) STABLE LANGUAGE sql AS $$
SELECT seen.scope::integer, i.id AS incident_id, seen.place,
       seen.place NOT IN ('selesai', 'lepas') AS open,
       CASE WHEN seen.place IN ('selesai', 'lepas') THEN NULL
            -- the clock stands still while the reporter is asked; what was late before stays late
            WHEN i.phase = 'menunggu' AND (i.waiting_since IS NULL OR i.due_at >= i.waiting_since) THEN NULL
            ELSE i.due_at END AS late_at,
       i.due_at, i.opened_at, i.updated_at AS changed_at, seen.role, seen.held, i.category_id, i.kelurahan_code,
       i.source, coalesce(first.channel, '') AS channel, i.confidential, standing.unled, standing.returned
FROM unnest(keys) AS wanted (key) JOIN incidents_incident i ON i.id = wanted.key
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE a.role = 'lead' AND a.status NOT IN ('returned', 'released')) = 0 AS unled,
           -- an agency gave it back, and it still is nobody's or was given to nobody since
           count(*) FILTER (WHERE a.status = 'returned') > 0 AND (
               count(*) FILTER (WHERE a.role = 'lead' AND a.status NOT IN ('returned', 'released')) = 0
               OR max(a.updated_at) FILTER (WHERE a.status = 'returned')
                   > max(a.assigned_at) FILTER (WHERE a.status NOT IN ('returned', 'released'))
           ) AS returned
    FROM incidents_assignment a WHERE a.incident_id = i.id
) standing
LEFT JOIN LATERAL (
    SELECT c.channel FROM incidents_complaint c WHERE c.incident_id = i.id ORDER BY c.received_at, c.id LIMIT 1
) first ON true
CROSS JOIN LATERAL (
    SELECT 0 AS scope, '' AS role, '' AS held,
           CASE WHEN i.merged_into_id IS NOT NULL THEN 'lepas'
                WHEN i.phase IN ('baru', 'dikerjakan', 'menunggu', 'luar', 'dikembalikan') THEN i.phase
                ELSE 'selesai' END AS place
    UNION ALL
    SELECT a.agency_id, a.role, a.status,
           CASE WHEN i.merged_into_id IS NOT NULL OR a.status IN ('returned', 'released') THEN 'lepas'
                WHEN a.status = 'done' OR i.phase NOT IN ('baru', 'dikerjakan', 'menunggu', 'luar', 'dikembalikan')
                    THEN 'selesai'
                WHEN i.phase IN ('menunggu', 'luar') THEN i.phase
                WHEN a.status = 'sent' THEN 'baru'
                ELSE 'dikerjakan' END
    FROM incidents_assignment a WHERE a.incident_id = i.id
) seen;
$$;
ALTER FUNCTION kentongan_inbox_refresh(bigint[]) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION kentongan_words_refresh(bigint[]) SET plan_cache_mode = force_generic_plan;
"""

AGAIN = """
SELECT kentongan_inbox_refresh(ARRAY(SELECT DISTINCT incident_id FROM incidents_inboxline WHERE returned));
SELECT kentongan_words_refresh(ARRAY(
    SELECT incident_id FROM incidents_complaint GROUP BY incident_id
    HAVING count(*) > 1 AND (count(*) > 60 OR sum(length(description) + length(address_note) + 1) > 60000)
));
"""

BACKWARD = r"""
CREATE OR REPLACE FUNCTION kentongan_inbox_now(keys bigint[]) RETURNS TABLE (
    scope integer, incident_id bigint, place text, open boolean, late_at timestamptz, due_at timestamptz,
    opened_at timestamptz, changed_at timestamptz, role text, held text, category_id bigint, kelurahan_code text,
    source text, channel text, confidential boolean, unled boolean, returned boolean
) STABLE LANGUAGE sql AS $$
SELECT seen.scope::integer, i.id AS incident_id, seen.place,
       seen.place NOT IN ('selesai', 'lepas') AS open,
       CASE WHEN seen.place IN ('selesai', 'lepas') THEN NULL
            -- the clock stands still while the reporter is asked; what was late before stays late
            WHEN i.phase = 'menunggu' AND (i.waiting_since IS NULL OR i.due_at >= i.waiting_since) THEN NULL
            ELSE i.due_at END AS late_at,
       i.due_at, i.opened_at, i.updated_at AS changed_at, seen.role, seen.held, i.category_id, i.kelurahan_code,
       i.source, coalesce(first.channel, '') AS channel, i.confidential, standing.unled, standing.returned
FROM incidents_incident i
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE a.role = 'lead' AND a.status NOT IN ('returned', 'released')) = 0 AS unled,
           count(*) FILTER (WHERE a.status = 'returned') > 0 AS returned
    FROM incidents_assignment a WHERE a.incident_id = i.id
) standing
LEFT JOIN LATERAL (
    SELECT c.channel FROM incidents_complaint c WHERE c.incident_id = i.id ORDER BY c.received_at, c.id LIMIT 1
) first ON true
CROSS JOIN LATERAL (
    SELECT 0 AS scope, '' AS role, '' AS held,
           CASE WHEN i.merged_into_id IS NOT NULL THEN 'lepas'
                WHEN i.phase IN ('baru', 'dikerjakan', 'menunggu', 'luar', 'dikembalikan') THEN i.phase
                ELSE 'selesai' END AS place
    UNION ALL
    SELECT a.agency_id, a.role, a.status,
           CASE WHEN i.merged_into_id IS NOT NULL OR a.status IN ('returned', 'released') THEN 'lepas'
                WHEN a.status = 'done' OR i.phase NOT IN ('baru', 'dikerjakan', 'menunggu', 'luar', 'dikembalikan')
                    THEN 'selesai'
                WHEN i.phase IN ('menunggu', 'luar') THEN i.phase
                WHEN a.status = 'sent' THEN 'baru'
                ELSE 'dikerjakan' END
    FROM incidents_assignment a WHERE a.incident_id = i.id
) seen
WHERE i.id = ANY (keys);
$$;
CREATE OR REPLACE FUNCTION kentongan_words_now(keys bigint[]) RETURNS TABLE (incident_id bigint, words tsvector)
STABLE LANGUAGE sql AS $$
SELECT i.id AS incident_id,
       to_tsvector('indonesian', regexp_replace(said.text, '\S*[0-9@]\S*', ' ', 'g')) || array_to_tsvector(
           ARRAY['s0', to_char(i.opened_at AT TIME ZONE 'UTC', '"q"YYYYQ')]
           || CASE WHEN i.phase IN ('baru', 'dikerjakan', 'menunggu', 'luar', 'dikembalikan')
                   THEN ARRAY['1open'] ELSE ARRAY[]::text[] END
           || ARRAY(SELECT 's' || a.agency_id FROM incidents_assignment a
                    WHERE a.incident_id = i.id AND a.status NOT IN ('returned', 'released'))
       ) AS words
FROM incidents_incident i
CROSS JOIN LATERAL (
    SELECT string_agg(c.description || ' ' || c.address_note, ' ') AS text
    FROM incidents_complaint c WHERE c.incident_id = i.id
) said
WHERE i.id = ANY (keys) AND i.merged_into_id IS NULL AND said.text IS NOT NULL;
$$;
CREATE OR REPLACE FUNCTION kentongan_inbox_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE keys bigint[];
BEGIN
    SELECT array_agg(id) INTO keys FROM changed;
    IF keys IS NOT NULL THEN
        PERFORM kentongan_inbox_refresh(keys);
        IF TG_OP = 'UPDATE' THEN PERFORM kentongan_words_refresh(keys); END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION kentongan_inbox_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE keys bigint[];
BEGIN
    SELECT array_agg(DISTINCT incident_id) INTO keys FROM changed;
    IF keys IS NOT NULL THEN
        PERFORM kentongan_inbox_refresh(keys);
        PERFORM kentongan_words_refresh(keys);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION kentongan_inbox_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE keys bigint[];
BEGIN
    SELECT array_agg(incident_id) INTO keys FROM (
        SELECT incident_id FROM changed UNION SELECT incident_id FROM before
    ) both_sides;
    IF keys IS NOT NULL THEN
        PERFORM kentongan_inbox_refresh(keys);
        PERFORM kentongan_words_refresh(keys);
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER inbox_inserted ON incidents_incident;
CREATE TRIGGER inbox_inserted AFTER INSERT ON incidents_incident
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION kentongan_inbox_case();
DROP TRIGGER inbox_updated ON incidents_incident;
CREATE TRIGGER inbox_updated AFTER UPDATE ON incidents_incident
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION kentongan_inbox_case();
DROP TRIGGER inbox_inserted ON incidents_complaint;
CREATE TRIGGER inbox_inserted AFTER INSERT ON incidents_complaint
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION kentongan_inbox_part();
DROP TRIGGER inbox_updated ON incidents_complaint;
CREATE TRIGGER inbox_updated AFTER UPDATE ON incidents_complaint
    REFERENCING NEW TABLE AS changed OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION kentongan_inbox_moved();
DROP TRIGGER inbox_deleted ON incidents_complaint;
CREATE TRIGGER inbox_deleted AFTER DELETE ON incidents_complaint
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION kentongan_inbox_part();
ALTER FUNCTION kentongan_inbox_refresh(bigint[]) RESET plan_cache_mode;
ALTER FUNCTION kentongan_words_refresh(bigint[]) RESET plan_cache_mode;
DROP FUNCTION kentongan_inbox_opened();
DROP FUNCTION kentongan_report_part();
DROP FUNCTION kentongan_report_moved();
DROP FUNCTION kentongan_marks_refresh(bigint[]);
DROP FUNCTION kentongan_channel_refresh(bigint[]);
DROP FUNCTION kentongan_said(bigint);
DROP FUNCTION kentongan_marks(bigint, text, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0031_withdrawn_and_searched")]

    operations = [
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(fields=["incident", "received_at", "id"], name="incidents_complaint_of_case"),
        ),
        migrations.AlterField(
            model_name="complaint",
            name="incident",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="complaints",
                to="incidents.incident",
            ),
        ),
        migrations.RunSQL(SAID + TRIGGERS + LINES, BACKWARD),
        migrations.RunSQL(AGAIN, migrations.RunSQL.noop),
    ]
