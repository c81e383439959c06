"""The desk's own index over the cases: lines for each who looks, words to search in; triggers keep both right.

`kentongan_inbox_now` and `kentongan_words_now` say what each row should be, in one place; the triggers and the first
filling write what they say. (Functions, not views: a view would forbid to alter the columns that it reads.)
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = r"""
-- What each line of the desk should be. A scope is an agency's key, 0 the operators.
CREATE FUNCTION kentongan_inbox_now(keys bigint[]) RETURNS TABLE (
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

-- The words of a case: nothing that holds a digit or an at sign (numbers of people, telephones, plates, addresses of
-- mail are no way to find a case), and marks of who may find it. A mark holds a digit, so no word can be one.
CREATE FUNCTION kentongan_words_now(keys bigint[]) RETURNS TABLE (incident_id bigint, words tsvector)
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

CREATE FUNCTION kentongan_inbox_refresh(keys bigint[]) RETURNS void LANGUAGE sql AS $$
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

CREATE FUNCTION kentongan_words_refresh(keys bigint[]) RETURNS void LANGUAGE sql AS $$
    WITH wanted AS MATERIALIZED (SELECT * FROM kentongan_words_now(keys)), gone AS (
        DELETE FROM incidents_casewords
        WHERE incident_id = ANY (keys) AND incident_id NOT IN (SELECT incident_id FROM wanted)
    )
    INSERT INTO incidents_casewords AS kept (incident_id, words) SELECT incident_id, words FROM wanted
    ON CONFLICT (incident_id) DO UPDATE SET words = excluded.words WHERE kept.words <> excluded.words;
$$;

CREATE FUNCTION kentongan_inbox_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE keys bigint[];
BEGIN
    SELECT array_agg(id) INTO keys FROM changed;
    IF keys IS NOT NULL THEN
        PERFORM kentongan_inbox_refresh(keys);
        IF TG_OP = 'UPDATE' THEN PERFORM kentongan_words_refresh(keys); END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION kentongan_inbox_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE keys bigint[];
BEGIN
    SELECT array_agg(DISTINCT incident_id) INTO keys FROM changed;
    IF keys IS NOT NULL THEN
        PERFORM kentongan_inbox_refresh(keys);
        PERFORM kentongan_words_refresh(keys);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION kentongan_inbox_moved() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE FUNCTION kentongan_inbox_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM incidents_inboxline WHERE incident_id IN (SELECT id FROM gone);
    DELETE FROM incidents_casewords WHERE incident_id IN (SELECT id FROM gone);
    RETURN NULL;
END $$;

-- All of them at once: for what is there already, and after a restore or a load without triggers.
CREATE FUNCTION kentongan_inbox_fill() RETURNS void LANGUAGE plpgsql AS $$
DECLARE part bigint[];
BEGIN
    FOR part IN SELECT array_agg(id) FROM incidents_incident GROUP BY id / 10000 LOOP
        PERFORM kentongan_inbox_refresh(part);
        PERFORM kentongan_words_refresh(part);
    END LOOP;
END $$;

CREATE TRIGGER inbox_deleted AFTER DELETE ON incidents_incident
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION kentongan_inbox_deleted();
CREATE TRIGGER inbox_inserted AFTER INSERT ON incidents_incident
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION kentongan_inbox_case();
CREATE TRIGGER inbox_updated AFTER UPDATE ON incidents_incident
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION kentongan_inbox_case();
CREATE TRIGGER inbox_inserted AFTER INSERT ON incidents_assignment
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION kentongan_inbox_part();
CREATE TRIGGER inbox_updated AFTER UPDATE ON incidents_assignment
    REFERENCING NEW TABLE AS changed OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION kentongan_inbox_moved();
CREATE TRIGGER inbox_deleted AFTER DELETE ON incidents_assignment
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION kentongan_inbox_part();
CREATE TRIGGER inbox_inserted AFTER INSERT ON incidents_complaint
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION kentongan_inbox_part();
CREATE TRIGGER inbox_updated AFTER UPDATE ON incidents_complaint
    REFERENCING NEW TABLE AS changed OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION kentongan_inbox_moved();
CREATE TRIGGER inbox_deleted AFTER DELETE ON incidents_complaint
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION kentongan_inbox_part();

SELECT kentongan_inbox_fill();
"""
BACKWARD = """
DROP TRIGGER inbox_inserted ON incidents_incident;
DROP TRIGGER inbox_updated ON incidents_incident;
DROP TRIGGER inbox_deleted ON incidents_incident;
DROP TRIGGER inbox_inserted ON incidents_assignment;
DROP TRIGGER inbox_updated ON incidents_assignment;
DROP TRIGGER inbox_deleted ON incidents_assignment;
DROP TRIGGER inbox_inserted ON incidents_complaint;
DROP TRIGGER inbox_updated ON incidents_complaint;
DROP TRIGGER inbox_deleted ON incidents_complaint;
DROP FUNCTION kentongan_inbox_case();
DROP FUNCTION kentongan_inbox_part();
DROP FUNCTION kentongan_inbox_moved();
DROP FUNCTION kentongan_inbox_deleted();
DROP FUNCTION kentongan_inbox_fill();
DROP FUNCTION kentongan_inbox_refresh(bigint[]);
DROP FUNCTION kentongan_words_refresh(bigint[]);
DROP FUNCTION kentongan_inbox_now(bigint[]);
DROP FUNCTION kentongan_words_now(bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0017_open_cases_by_spot"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseWords",
            fields=[
                (
                    "incident",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="incidents.incident",
                    ),
                ),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["words"], name="incidents_case_words")
                ],
            },
        ),
        migrations.CreateModel(
            name="InboxLine",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "scope", "incident_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("scope", models.IntegerField()),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("baru", "New"),
                            ("dikerjakan", "Working"),
                            ("menunggu", "Waiting"),
                            ("luar", "Outside"),
                            ("dikembalikan", "Returned"),
                            ("selesai", "Done"),
                            ("lepas", "Gone"),
                        ],
                        max_length=12,
                    ),
                ),
                ("open", models.BooleanField()),
                ("late_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("role", models.CharField(help_text="the agency's, empty for operators", max_length=10)),
                ("held", models.CharField(help_text="the state of the agency's assignment", max_length=20)),
                ("category_id", models.BigIntegerField()),
                ("kelurahan_code", models.CharField(max_length=20)),
                ("source", models.CharField(max_length=10)),
                ("channel", models.CharField(help_text="of the first complaint", max_length=20)),
                ("confidential", models.BooleanField()),
                ("unled", models.BooleanField(help_text="nobody is in charge")),
                ("returned", models.BooleanField(help_text="an agency gave it back")),
                ("stamped_at", models.DateTimeField(help_text="when this line last changed")),
                (
                    "incident",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="incidents.incident",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("open", True)),
                        fields=["scope", "due_at", "incident"],
                        include=(
                            "place",
                            "late_at",
                            "opened_at",
                            "changed_at",
                            "role",
                            "category_id",
                            "kelurahan_code",
                            "source",
                            "channel",
                            "confidential",
                            "unled",
                            "returned",
                        ),
                        name="incidents_inbox_open",
                    ),
                    models.Index(
                        fields=["scope", "opened_at", "incident"],
                        include=(
                            "place",
                            "role",
                            "category_id",
                            "kelurahan_code",
                            "source",
                            "channel",
                            "confidential",
                        ),
                        name="incidents_inbox_opened",
                    ),
                    models.Index(fields=["scope", "changed_at", "incident"], name="incidents_inbox_changed"),
                    models.Index(
                        fields=["scope", "category_id", "opened_at"], name="incidents_inbox_category"
                    ),
                    models.Index(
                        fields=["scope", "kelurahan_code", "opened_at"], name="incidents_inbox_kelurahan"
                    ),
                    models.Index(fields=["scope", "stamped_at"], name="incidents_inbox_stamped"),
                    models.Index(fields=["incident"], name="incidents_inbox_incident"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(blank=True, max_length=1000)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_filters",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "name"), name="incidents_filter_name_once_per_user"
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
