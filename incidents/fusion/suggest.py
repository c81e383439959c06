"""Which open cases may be the same problem as this one: near, of a like topic, about the same time, in like words.

One statement looks at the nearest open ones (index `incidents_open_spot`) and compares their words with this one's by
trigrams; what they have in common is then said in words, so that an operator can decide.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.fusion.nearest import OPEN, mercator_metres
from incidents.models import Category, Incident

NEAREST = 50  # looked at more closely
MOST = 5
LEAST_SCORE = 0.45
LIKE_WORDS = 0.2
WEIGHTS = {"near": 0.4, "topic": 0.25, "time": 0.15, "words": 0.2}
WORD = re.compile(r"[^\W\d_]{4,}")
# Words that every report has.
COMMON = frozenset(
    [
        "yang",
        "dengan",
        "untuk",
        "dari",
        "pada",
        "sudah",
        "belum",
        "tidak",
        "karena",
        "mohon",
        "segera",
        "tolong",
        "sejak",
        "lagi",
        "juga",
        "akan",
        "bisa",
        "dapat",
        "ada",
        "sangat",
        "depan",
        "dekat",
        "jalan",
        "hari",
        "lama",
        "kami",
        "saya",
        "warga",
        "petugas",
        "ditangani",
        "agar",
        "seperti",
        "masih",
        "lalu",
        "tiga",
        "minggu",
    ]
)
STATEMENT = """
WITH spot AS (SELECT ST_Transform(ST_SetSRID(ST_MakePoint(%s, %s), 4326), 3857) AS point),
near AS MATERIALIZED (
    SELECT i.id, i.category_id, i.opened_at, ST_Distance(i.location_3857, spot.point) AS away
    FROM incidents_incident i, spot
    WHERE i.phase = ANY(%s) AND i.merged_into_id IS NULL
      AND i.location_3857 && ST_Expand(spot.point, %s) AND ST_Distance(i.location_3857, spot.point) <= %s
      AND i.category_id = ANY(%s) AND i.demo = %s AND i.id <> %s AND i.opened_at BETWEEN %s AND %s
      AND NOT EXISTS (SELECT FROM incidents_apart a
                      WHERE a.first_id = least(i.id, %s) AND a.second_id = greatest(i.id, %s))
    ORDER BY away LIMIT %s
)
SELECT near.*, coalesce(said.words, ''), similarity(coalesce(said.words, ''), %s)
FROM near LEFT JOIN LATERAL (
    SELECT left(c.description, 1000) AS words FROM incidents_complaint c WHERE c.incident_id = near.id
    ORDER BY c.received_at LIMIT 1
) said ON true
"""


@dataclass(frozen=True)
class Suggestion:
    """A case that may be the same problem, how sure that is (0 to 1), and why."""

    incident: Incident
    score: float
    reasons: list[str]


@dataclass(frozen=True)
class _Found:
    """One near case as the statement tells it."""

    pk: int
    category: int
    opened_at: datetime
    metres: float
    words: str
    likeness: float


def suggestions(incident: Incident) -> list[Suggestion]:
    """The cases that may be the same problem, the likeliest first; none without a pin or once it is closed."""
    if incident.location is None or not incident.is_open:
        return []
    mine = incident.complaints.order_by("received_at").values_list("description", flat=True).first() or ""
    scored = [(_score(incident, one), one) for one in _near(incident, mine)]
    best = sorted(((s, one) for s, one in scored if s >= LEAST_SCORE), key=lambda two: (-two[0], two[1].pk))[
        :MOST
    ]
    rows = Incident.objects.select_related("category").in_bulk([one.pk for _s, one in best])
    return [
        Suggestion(rows[one.pk], score, _reasons(incident, one, rows[one.pk].category, mine))
        for score, one in best
        if one.pk in rows
    ]


def _near(incident: Incident, mine: str) -> list[_Found]:
    category, spot = incident.category, incident.location
    assert spot
    reach = mercator_metres(category.near_metres, spot.y)
    span = timedelta(days=category.near_days)
    given: list[Any] = [
        spot.x, spot.y, OPEN, reach, reach, _alike(category), incident.demo, incident.pk,
        incident.opened_at - span, incident.opened_at + span, incident.pk, incident.pk, NEAREST, mine[:1000],
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, given)
        rows = cursor.fetchall()
    ground = category.near_metres / reach if reach else 1.0
    return [
        _Found(pk, topic, at, away * ground, words, likeness) for pk, topic, at, away, words, likeness in rows
    ]


def _alike(category: Category) -> list[int]:
    """The category itself and those of its group: people choose the next best one."""
    same = Q(pk=category.pk) | Q(parent=category.parent_id, parent__isnull=False)
    return list(Category.objects.filter(same).values_list("pk", flat=True))


def _score(incident: Incident, found: _Found) -> float:
    category = incident.category
    days = abs((found.opened_at - incident.opened_at).total_seconds()) / 86400
    parts = {
        "near": 1 - found.metres / max(category.near_metres, 1),
        "topic": 1.0 if found.category == category.pk else 0.4,
        "time": 1 - days / max(category.near_days, 1),
        "words": found.likeness,
    }
    return sum(WEIGHTS[name] * part for name, part in parts.items())


def _reasons(incident: Incident, found: _Found, category: Category, mine: str) -> list[str]:
    reasons = [
        _("%(n)s m away") % {"n": math.ceil(found.metres)} if found.metres >= 1 else _("at the same spot"),
        _("the same topic")
        if found.category == incident.category_id
        else _("a like topic: %(topic)s") % {"topic": category.name},
        _time(incident, found),
    ]
    shared = _shared(mine, found.words)
    if found.likeness >= LIKE_WORDS and shared:
        reasons.append(_("like words: %(words)s") % {"words": ", ".join(shared)})
    return reasons


def _time(incident: Incident, found: _Found) -> str:
    days = (found.opened_at.date() - incident.opened_at.date()).days
    if days == 0:
        return _("reported on the same day")
    if days < 0:
        return ngettext("reported %(n)d day earlier", "reported %(n)d days earlier", -days) % {"n": -days}
    return ngettext("reported %(n)d day later", "reported %(n)d days later", days) % {"n": days}


def _shared(one: str, other: str) -> Sequence[str]:
    """Up to four words that both have and that not every report has, the longest first."""
    words = [{word.lower() for word in WORD.findall(text)} - COMMON for text in (one, other)]
    return sorted(words[0] & words[1], key=lambda word: (-len(word), word))[:4]
