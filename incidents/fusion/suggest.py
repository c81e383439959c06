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
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.fusion.nearest import OPEN, mercator_metres
from incidents.models import Category, Incident
from incidents.policy import current_policy

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
# Materialised, so that the few open cases around the spot are found first, by the index of their own: the planner
# would rather intersect it with all that was opened in these months.
STATEMENT = """
WITH mine AS MATERIALIZED (
    SELECT coalesce((SELECT left(c.description, 1000) FROM incidents_complaint c WHERE c.incident_id = %s
                     ORDER BY c.received_at, c.id LIMIT 1), '') AS words
), around AS MATERIALIZED (
    SELECT i.id, i.category_id, i.opened_at, i.demo, ST_Distance(i.location_3857, spot.point) AS away
    FROM incidents_incident i,
         (SELECT ST_Transform(ST_SetSRID(ST_MakePoint(%s, %s), 4326), 3857) AS point) spot
    WHERE i.phase = ANY(%s) AND i.merged_into_id IS NULL AND i.location_3857 && ST_Expand(spot.point, %s)
), near AS MATERIALIZED (
    SELECT around.id, category_id, opened_at, away FROM around
    WHERE away <= %s AND category_id = ANY(%s) AND demo = %s AND around.id <> %s AND opened_at BETWEEN %s AND %s
      AND NOT EXISTS (SELECT FROM incidents_apart a
                      WHERE a.first_id = least(around.id, %s) AND a.second_id = greatest(around.id, %s))
    ORDER BY away LIMIT %s
)
SELECT near.*, coalesce(said.words, ''), similarity(coalesce(said.words, ''), mine.words), mine.words
FROM near CROSS JOIN mine LEFT JOIN LATERAL (
    SELECT left(c.description, 1000) AS words FROM incidents_complaint c WHERE c.incident_id = near.id
    ORDER BY c.received_at, c.id LIMIT 1
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
    mine: str  # the words of the case itself


def suggestions(incident: Incident) -> list[Suggestion]:
    """The cases that may be the same problem, the likeliest first; none without a pin or once it is closed."""
    if incident.location is None or not incident.is_open:
        return []
    scored = [(_score(incident, one), one) for one in _near(incident)]
    best = sorted(((s, one) for s, one in scored if s >= LEAST_SCORE), key=lambda two: (-two[0], two[1].pk))[
        :MOST
    ]
    rows = Incident.objects.select_related("category").in_bulk([one.pk for _s, one in best])
    return [
        Suggestion(rows[one.pk], score, _reasons(incident, one, rows[one.pk].category))
        for score, one in best
        if one.pk in rows
    ]


def _near(incident: Incident) -> list[_Found]:
    category, spot = incident.category, incident.location
    assert spot
    reach = mercator_metres(category.near_metres, spot.y)
    span = timedelta(days=category.near_days)
    given: list[Any] = [
        incident.pk, spot.x, spot.y, OPEN, reach, reach, _alike(category), incident.demo, incident.pk,
        incident.opened_at - span, incident.opened_at + span, incident.pk, incident.pk, NEAREST,
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, given)
        rows = cursor.fetchall()
    ground = category.near_metres / reach if reach else 1.0
    return [_Found(pk, topic, at, away * ground, *words) for pk, topic, at, away, *words in rows]


def _alike(category: Category) -> list[int]:
    """The category itself and those of its group: people choose the next best one."""
    known = current_policy().categories.values()
    group = {one.pk for one in known if category.parent_id and one.parent_id == category.parent_id}
    return sorted(group | {category.pk})


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


def _reasons(incident: Incident, found: _Found, category: Category) -> list[str]:
    reasons = [
        _("%(n)s m away") % {"n": math.ceil(found.metres)} if found.metres >= 1 else _("at the same spot"),
        _("the same topic")
        if found.category == incident.category_id
        else _("a like topic: %(topic)s") % {"topic": category.name},
        _time(incident, found),
    ]
    shared = _shared(found.mine, found.words)
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
