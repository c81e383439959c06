"""What keeps the desk's lines is planned once per connection: a function in SQL is planned at each call.

Measured at a million cases: 1.3 ms instead of 4 ms for each step of a case.
"""

from django.db import migrations

FORWARD = r"""
CREATE OR REPLACE FUNCTION kentongan_inbox_refresh(keys bigint[]) RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    INSERT INTO incidents_inboxline AS line (
        scope, incident_id, place, open, late_at, due_at, opened_at, changed_at, role, held, category_id,
        kelurahan_code, source, channel, confidential, unled, returned, stamped_at
    )
    SELECT n.*, clock_timestamp() FROM kentongan_inbox_now(keys) n
    ON CONFLICT (scope, incident_id) DO UPDATE SET (
        place, open, late_at, due_at, opened_at, changed_at, role, held, category_id, kelurahan_code, source, channel,
        confidential, unled, returned, stamped_at
    ) = ROW (
        excluded.place, excluded.open, excluded.late_at, excluded.due_at, excluded.opened_at, excluded.changed_at,
        excluded.role, excluded.held, excluded.category_id, excluded.kelurahan_code, excluded.source, excluded.channel,
        excluded.confidential, excluded.unled, excluded.returned, excluded.stamped_at
    ) WHERE (
        line.place, line.late_at, line.due_at, line.opened_at, line.changed_at, line.role, line.held, line.category_id,
        line.kelurahan_code, line.source, line.channel, line.confidential, line.unled, line.returned
    ) IS DISTINCT FROM (
        excluded.place, excluded.late_at, excluded.due_at, excluded.opened_at, excluded.changed_at, excluded.role,
        excluded.held, excluded.category_id, excluded.kelurahan_code, excluded.source, excluded.channel,
        excluded.confidential, excluded.unled, excluded.returned
    );
    -- An agency that lost the case keeps a line that says so: whoever looks at the list must hear of it.
    UPDATE incidents_inboxline line SET place = 'lepas', open = false, late_at = NULL, stamped_at = clock_timestamp()
    WHERE line.incident_id = ANY (keys) AND line.scope <> 0 AND line.place <> 'lepas' AND NOT EXISTS (
        SELECT FROM incidents_assignment a WHERE a.incident_id = line.incident_id AND a.agency_id = line.scope
    );
END $$;
CREATE OR REPLACE FUNCTION kentongan_words_refresh(keys bigint[]) RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    WITH wanted AS MATERIALIZED (SELECT * FROM kentongan_words_now(keys)), gone AS (
        DELETE FROM incidents_casewords
        WHERE incident_id = ANY (keys) AND incident_id NOT IN (SELECT incident_id FROM wanted)
    )
    INSERT INTO incidents_casewords AS kept (incident_id, words) SELECT incident_id, words FROM wanted
    ON CONFLICT (incident_id) DO UPDATE SET words = excluded.words WHERE kept.words <> excluded.words;
END $$;
"""
BACKWARD = r"""
CREATE OR REPLACE FUNCTION kentongan_inbox_refresh(keys bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO incidents_inboxline AS line (
        scope, incident_id, place, open, late_at, due_at, opened_at, changed_at, role, held, category_id,
        kelurahan_code, source, channel, confidential, unled, returned, stamped_at
    )
    SELECT n.*, clock_timestamp() FROM kentongan_inbox_now(keys) n
    ON CONFLICT (scope, incident_id) DO UPDATE SET (
        place, open, late_at, due_at, opened_at, changed_at, role, held, category_id, kelurahan_code, source, channel,
        confidential, unled, returned, stamped_at
    ) = ROW (
        excluded.place, excluded.open, excluded.late_at, excluded.due_at, excluded.opened_at, excluded.changed_at,
        excluded.role, excluded.held, excluded.category_id, excluded.kelurahan_code, excluded.source, excluded.channel,
        excluded.confidential, excluded.unled, excluded.returned, excluded.stamped_at
    ) WHERE (
        line.place, line.late_at, line.due_at, line.opened_at, line.changed_at, line.role, line.held, line.category_id,
        line.kelurahan_code, line.source, line.channel, line.confidential, line.unled, line.returned
    ) IS DISTINCT FROM (
        excluded.place, excluded.late_at, excluded.due_at, excluded.opened_at, excluded.changed_at, excluded.role,
        excluded.held, excluded.category_id, excluded.kelurahan_code, excluded.source, excluded.channel,
        excluded.confidential, excluded.unled, excluded.returned
    );
    -- An agency that lost the case keeps a line that says so: whoever looks at the list must hear of it.
    UPDATE incidents_inboxline line SET place = 'lepas', open = false, late_at = NULL, stamped_at = clock_timestamp()
    WHERE line.incident_id = ANY (keys) AND line.scope <> 0 AND line.place <> 'lepas' AND NOT EXISTS (
        SELECT FROM incidents_assignment a WHERE a.incident_id = line.incident_id AND a.agency_id = line.scope
    );
$$;
CREATE OR REPLACE FUNCTION kentongan_words_refresh(keys bigint[]) RETURNS void LANGUAGE sql AS $$
    WITH wanted AS MATERIALIZED (SELECT * FROM kentongan_words_now(keys)), gone AS (
        DELETE FROM incidents_casewords
        WHERE incident_id = ANY (keys) AND incident_id NOT IN (SELECT incident_id FROM wanted)
    )
    INSERT INTO incidents_casewords AS kept (incident_id, words) SELECT incident_id, words FROM wanted
    ON CONFLICT (incident_id) DO UPDATE SET words = excluded.words WHERE kept.words <> excluded.words;
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0025_reporters_channels")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
