"""What somebody typed into the search box, as a condition on the lines of their scope.

A number, a tracking code, or words: of the complaints (stemmed, so that “terbakarnya” finds “bakar”), of the topic, of
the kelurahan or kecamatan. Nothing is found that the person may not see.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from geo.registry import current_locator
from incidents.access import Viewer
from incidents.desk.topics import Topic
from incidents.models import OPERATORS, AccessLog, Complaint, Referral
from incidents.privacy import phone_hash
from incidents.tracking import written_code

NUMBER_DIGITS = 18  # fits PostgreSQL's bigint
MOST_FOUND = 1000  # cases by their words, the newest
MOST_WORDS = 8
DIGIT = re.compile(r"\d")
PHONE = re.compile(r"[+(]?\d[\d ().-]{7,22}")
LETTERS = re.compile(r"[^\W\d_]{2,}")

# Newest first without looking at all that was ever said: half a year, two years, then everything; a later part runs
# only when those before it did not fill the list. `incident_id + 0`: the words' index finds, whatever the planner
# thinks of walking through all cases backwards.
TEXT = """
WITH asked AS MATERIALIZED (
    SELECT to_tsquery('indonesian', %(words)s) AS said, (%(marks)s)::tsquery AS marks
), found AS (
    (SELECT incident_id FROM incidents_casewords, asked
     WHERE numnode(said) > 0 AND words @@ (said && marks && (%(newest)s)::tsquery) ORDER BY incident_id + 0 DESC)
    UNION ALL
    (SELECT incident_id FROM incidents_casewords, asked
     WHERE numnode(said) > 0 AND words @@ (said && marks && (%(newer)s)::tsquery) ORDER BY incident_id + 0 DESC)
    UNION ALL
    (SELECT incident_id FROM incidents_casewords, asked
     WHERE numnode(said) > 0 AND words @@ (said && marks) ORDER BY incident_id + 0 DESC)
) SELECT incident_id FROM found LIMIT %(most)s
"""
NEWEST, NEWER = 2, 8  # quarters of a year


def find(
    q: str, viewer: Viewer, scope: int, quarters: Sequence[str], known: list[Topic], *, only_open: bool
) -> Q:
    """The lines that fit. `quarters`: the last ones, as `20264`. Only operators find by telephone."""
    code = written_code(q)
    if code and re.search(r"[\d-]", q):
        return Q(incident_id__in=_keys(Complaint.objects.filter(tracking_code=code)))
    number = q.removeprefix("#").strip()
    by_other = (
        Q(incident_id__in=_by_other_numbers(q, viewer, by_phone=scope == OPERATORS))
        if DIGIT.search(q)
        else Q(pk__in=[])
    )
    if number.isascii() and number.isdigit():
        return by_other | Q(incident_id=int(number)) if len(number) <= NUMBER_DIGITS else by_other
    return (
        by_other | _by_names(q, known) | Q(incident_id__in=_by_words(q, scope, quarters, only_open=only_open))
    )


def _keys(complaints: QuerySet[Complaint]) -> list[int]:
    return list(complaints.values_list("incident_id", flat=True)[:MOST_FOUND])


def _by_other_numbers(q: str, viewer: Viewer, *, by_phone: bool) -> list[int]:
    """The number in another system, or the telephone of who reported."""
    hashed = phone_hash(q) if by_phone and PHONE.fullmatch(q) else ""
    found = _keys(Complaint.objects.filter(external_id=q).exclude(external_id=""))
    found += Referral.objects.filter(external_id=q).values_list("incident_id", flat=True)[:MOST_FOUND]
    # Asked apart: one condition with "or" would look at every complaint there is.
    return found + _by_phone(hashed, viewer) if hashed else found


def _by_phone(hashed: str, viewer: Viewer) -> list[int]:
    """The cases of a telephone, without reports whose person asked to stay hidden; a look, so it is written down.

    Neither the number nor its hash is kept, and nothing says how many are left out: that alone would tell who wrote.
    """
    known = Complaint.objects.filter(reporter__phone_hash=hashed, anonymous=False, confidential=False)
    found = _keys(known)
    AccessLog.objects.create(
        at=timezone.now(), user=viewer.user, role=viewer.role, agency=viewer.agency, case=0,
        what=AccessLog.What.PHONE, subject=len(found), reason="",
    )  # fmt: skip
    return found


def _by_names(q: str, known: list[Topic]) -> Q:
    """Topics, kelurahan and kecamatan in whose names the words appear."""
    said = q.lower()
    keys = [topic.pk for topic in known if any(said in name for name in topic.names)]
    codes = [
        village.place.code
        for village in current_locator().villages
        if said in village.place.name.lower() or said in village.district.name.lower()
    ]
    found = Q(pk__in=[])
    if keys:
        found |= Q(category_id__in=keys)
    if codes:
        found |= Q(kelurahan_code__in=codes)
    return found


def _by_words(q: str, scope: int, quarters: Sequence[str], *, only_open: bool) -> list[int]:
    said = LETTERS.findall(q.lower())[:MOST_WORDS]
    if not said:
        return []
    marks = f"s{scope}" + (" & 1open" if only_open else "")
    given: dict[str, str | int] = {
        "words": " & ".join(said),
        "marks": marks,
        "newest": " | ".join(f"q{one}" for one in quarters[:NEWEST]),
        "newer": " | ".join(f"q{one}" for one in quarters[:NEWER]),
        "most": MOST_FOUND,
    }
    with connection.cursor() as cursor:
        cursor.execute(TEXT, given)
        return list(dict.fromkeys(key for (key,) in cursor.fetchall()))
