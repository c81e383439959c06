"""The statements of a recount: the calendar as two tables, the cases that move, and who hears of it."""

from __future__ import annotations

# What is counted from where: the oldest start decides how far back the calendar has to reach.
REACH = """
SELECT min(CASE phase WHEN 'selesai' THEN resolved_at ELSE counted_from END),
       max(CASE phase WHEN 'selesai' THEN objection_days ELSE due_days + waited_days END)
FROM incidents_incident
WHERE phase = ANY(%s) AND counted_from IS NOT NULL OR phase = 'selesai' AND objection_until IS NOT NULL
"""
# `rank`: how many working days there are up to and with that day. `nth`: which day is the n-th.
CALENDAR = """
DROP TABLE IF EXISTS pg_temp.calendar_rank, pg_temp.calendar_nth, pg_temp.counted;
CREATE TEMPORARY TABLE calendar_rank (day date PRIMARY KEY, rank int) ON COMMIT DROP;
CREATE TEMPORARY TABLE calendar_nth (n int PRIMARY KEY, due timestamptz) ON COMMIT DROP;
"""
NEXT = """
SELECT max(id), count(*) FROM (
    SELECT id FROM incidents_incident WHERE phase = ANY(%s) AND id > %s ORDER BY id LIMIT %s
) next
"""
# Zero days mean the day itself if it is worked, else the next: the one after those before it.
COUNTED = """
CREATE TEMPORARY TABLE counted ON COMMIT DROP AS
SELECT i.id, i.due_at AS was, coalesce(d.due, i.due_at) AS due, coalesce(a.due, i.answer_due_at) AS answer,
       coalesce(v.due, i.verify_due_at) AS verify, i.answer_due_at AS answer_was, i.verify_due_at AS verify_was
FROM incidents_incident i
JOIN calendar_rank r ON r.day = (i.counted_from AT TIME ZONE %(zone)s)::date
JOIN calendar_rank y ON y.day = r.day - 1
LEFT JOIN calendar_nth d ON d.n = CASE WHEN i.due_days + i.waited_days > 0
    THEN r.rank + i.due_days + i.waited_days ELSE y.rank + 1 END AND i.due_days IS NOT NULL
LEFT JOIN calendar_nth a ON a.n = CASE WHEN i.answer_days + i.waited_days > 0
    THEN r.rank + i.answer_days + i.waited_days ELSE y.rank + 1 END AND i.answer_days IS NOT NULL
LEFT JOIN calendar_nth v ON v.n = CASE WHEN i.verify_days + i.waited_days > 0
    THEN r.rank + i.verify_days + i.waited_days ELSE y.rank + 1 END AND i.verify_days IS NOT NULL
WHERE i.phase = ANY(%(open)s) AND i.id > %(after)s AND i.id <= %(until)s
  AND (d.due <> i.due_at OR a.due IS NOT NULL AND a.due IS DISTINCT FROM i.answer_due_at
       OR v.due IS NOT NULL AND v.due IS DISTINCT FROM i.verify_due_at)
"""
LOCKED = (
    "SELECT id FROM incidents_incident WHERE id IN (SELECT id FROM counted) ORDER BY id FOR NO KEY UPDATE"
)
MOVED = """
UPDATE incidents_incident i SET due_at = c.due, answer_due_at = c.answer, verify_due_at = c.verify
FROM counted c
WHERE c.id = i.id AND i.due_at = c.was AND i.answer_due_at IS NOT DISTINCT FROM c.answer_was
  AND i.verify_due_at IS NOT DISTINCT FROM c.verify_was
RETURNING i.id, i.demo, c.was <> c.due AND i.merged_into_id IS NULL
"""
ENTRIES = """
INSERT INTO incidents_entry (incident_id, at, kind, public, data)
SELECT c.id, %(now)s, 'due', true,
       jsonb_build_object('why', 'calendar', 'round', %(round)s::bigint, 'from', c.was, 'to', c.due)
FROM counted c WHERE c.id = ANY(%(moved)s)
RETURNING id
"""
# Not yet told of an earlier move: that message will name the deadline as it is when it leaves.
REPORTERS = """
INSERT INTO incidents_notice (entry_id, "to", complaint_id, message_id)
SELECT e.id, 'reporter', k.id, gen_random_uuid()
FROM unnest(%(entries)s::bigint[]) n(id)
JOIN incidents_entry e ON e.id = n.id
JOIN incidents_incident i ON i.id = e.incident_id AND NOT i.demo
JOIN incidents_complaint k ON k.incident_id = i.id
JOIN incidents_reporter p ON p.complaint_id = k.id AND p.email <> ''
WHERE k.id <> ALL(%(settled)s) AND NOT EXISTS (
    SELECT FROM incidents_notice o JOIN incidents_entry f ON f.id = o.entry_id
    WHERE o.complaint_id = k.id AND o.sent_at IS NULL AND f.kind = 'due'
)
"""
# Moved there and back before anybody was told: there is nothing to tell.
TAKEN_BACK = """
DELETE FROM incidents_notice o USING incidents_entry f, incidents_incident i
WHERE f.id = o.entry_id AND i.id = f.incident_id AND f.kind = 'due' AND o.sent_at IS NULL
  AND i.id = ANY(%s) AND (f.data ->> 'from')::timestamptz = i.due_at
RETURNING o.complaint_id
"""
# What a day off makes timely was never late; what stays late was so since the deadline of now.
TIMELY = """
WITH now_due AS (
    SELECT l.id, CASE l.step WHEN 'penyelesaian' THEN i.due_at WHEN 'jawaban' THEN i.answer_due_at
                             ELSE i.verify_due_at END AS due
    FROM incidents_late l JOIN incidents_incident i ON i.id = l.incident_id WHERE i.id = ANY(%(moved)s)
), gone AS (
    DELETE FROM incidents_late l USING now_due n WHERE n.id = l.id AND n.due >= %(now)s
)
UPDATE incidents_late l SET since = n.due FROM now_due n WHERE n.id = l.id AND n.due < %(now)s AND l.since <> n.due
"""
HOLDERS = """
SELECT agency_id, count(*), (array_agg(incident_id ORDER BY incident_id))[1:20] FROM incidents_assignment
WHERE incident_id = ANY(%s) AND status NOT IN ('returned', 'released', 'done') GROUP BY agency_id
"""
OBJECTIONS = """
UPDATE incidents_incident i SET objection_until = d.due
FROM calendar_rank r, calendar_nth d
WHERE i.phase = 'selesai' AND i.objection_until IS NOT NULL AND i.objection_days IS NOT NULL
  AND r.day = (i.resolved_at AT TIME ZONE %s)::date AND d.n = r.rank + i.objection_days
  AND i.objection_until <> d.due
"""
