"""What missed a deadline, and whose it was at that moment: written once, whoever has the case later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from incidents.flow import current_flow
from incidents.models import Entry, Incident, Late, Timed

OPEN = [phase.value for phase in Incident.OPEN]

# The clock of a case that waits for its reporter stands still; what was late before stays late.
# Whose it was: the lead that the timeline named last before the deadline, unless it gave the case back before that.
MARK = """
INSERT INTO incidents_late (incident_id, step, since, agency_id)
SELECT m.id, m.step, m.due, (
    SELECT CASE WHEN EXISTS (
        SELECT FROM incidents_entry r WHERE r.incident_id = m.id AND r.id > e.id AND r.at <= m.due
          AND r.kind IN ('returned', 'released') AND r.agency_id = a.id
    ) THEN NULL ELSE a.id END
    FROM incidents_entry e
    JOIN LATERAL jsonb_array_elements(e.data -> 'agencies') g ON g ->> 'role' = 'lead'
    JOIN geo_agency a ON a.code = g ->> 'code'
    WHERE e.incident_id = m.id AND e.at <= m.due AND e.kind IN ('assigned', 'moved', 'corrected')
      AND jsonb_typeof(e.data -> 'agencies') = 'array'
    ORDER BY e.id DESC LIMIT 1
)
FROM (
    SELECT id, 'penyelesaian' AS step, due_at AS due, waiting_since FROM incidents_incident
    WHERE phase = ANY(%(open)s) AND merged_into_id IS NULL AND due_at < %(now)s
    UNION ALL
    SELECT id, 'jawaban', answer_due_at, waiting_since FROM incidents_incident
    WHERE phase = ANY(%(open)s) AND merged_into_id IS NULL AND first_answer_at IS NULL AND answer_due_at < %(now)s
    UNION ALL
    SELECT id, 'verifikasi', verify_due_at, waiting_since FROM incidents_incident
    WHERE phase = 'baru' AND merged_into_id IS NULL AND status = ANY(%(unverified)s) AND verify_due_at < %(now)s
) m
WHERE m.due < coalesce(m.waiting_since, %(now)s) AND (%(only)s::bigint[] IS NULL OR m.id = ANY(%(only)s))
  AND NOT EXISTS (SELECT FROM incidents_late l WHERE l.incident_id = m.id AND l.step = m.step)
ON CONFLICT (incident_id, step) DO NOTHING
"""


def unverified() -> list[str]:
    """The statuses in which a case still has to be verified."""
    flow = current_flow()
    return [code for code in flow.statuses if flow.step(Entry.Kind.VERIFIED, code)]


def mark_late(now: datetime | None = None, only: list[int] | None = None) -> int:
    """Note the cases (of these keys `only`) that missed a deadline since the last time; returns how many deadlines."""
    given: dict[str, Any] = {
        "open": OPEN,
        "now": now or timezone.now(),
        "unverified": unverified(),
        "only": only,
    }
    with connection.cursor() as cursor:
        cursor.execute(MARK, given)
        return int(cursor.rowcount)


def missed(incident: Incident) -> dict[Timed, tuple[datetime, str]]:
    """Since when a case is or was late with which step, and under whom (an agency's name; empty: the operator).

    Of cases that were merged into it, too.
    """
    rows = Late.objects.filter(Q(incident=incident) | Q(incident__merged_into=incident)).select_related(
        "agency"
    )
    return {
        Timed(one.step): (one.since, one.agency.name if one.agency else "") for one in rows.order_by("-since")
    }
