"""A report of what is there already joins the open case instead of opening another one.

Same category, same kelurahan, some metres away, and something happened to the case lately: how near and how lately is
the category's own (`join_metres`, `join_days`). Reports and cases that are confidential, of another tier than the open
one or of an emergency never join by themselves: there a person decides.
"""

from __future__ import annotations

import math
import uuid
from datetime import datetime, timedelta

from django.db import connection

from geo.locate import Placement
from incidents.access import offerable
from incidents.filing import Filing
from incidents.fusion.nearest import Search, nearest
from incidents.jobs import send_notices
from incidents.models import Category, Complaint, Entry, Incident, Notice
from incidents.timeline import Happening, append

LOCK_ROOM = 0x6B74  # apart from other advisory locks
LOCK = "SELECT pg_advisory_xact_lock(%s, key) FROM unnest(%s::int[]) key"
CELL = 0.001  # degrees, about 110 m: whoever reports the same spot at the same moment waits for each other
QUIET = timedelta(days=1)


def case_to_join(filing: Filing, category: Category, placement: Placement) -> Incident | None:
    """The open case that this report is more evidence of, locked until the transaction ends; None where there is none.

    Of many reports of one spot that come at once, the first opens the case and the others find it.
    """
    words = filing.words
    if filing.lon is None or filing.lat is None or words is None or words.confidential:
        return None
    if words.about:  # about an agency that may have the case
        return None
    if (
        filing.by is not None
    ):  # typed from a call: the pin is a landmark's, and the operator sees what may be the same
        return None
    if category.tier != Category.Tier.OPEN or category.emergency or not category.join_metres:
        return None
    assert placement.kelurahan
    _wait_for_the_spot(category, filing.lon, filing.lat, category.join_metres)
    search = Search(
        category=category.pk,
        lon=filing.lon,
        lat=filing.lat,
        metres=category.join_metres,
        kelurahan=placement.kelurahan.code,
        since=filing.at - timedelta(days=category.join_days),
        demo=filing.demo,
    )
    found = nearest(search)
    if found is None:
        return None
    locked = offerable().select_for_update(of=("self",), no_key=True)
    return locked.filter(pk=found, phase__in=Incident.OPEN).first()


def _wait_for_the_spot(category: Category, lon: float, lat: float, metres: float) -> None:
    """Lock the cells of a grid that the search touches, always in the same order: nobody waits in a ring."""
    north = metres / 111_000
    east = north / max(math.cos(math.radians(lat)), 0.01)
    cells = {
        (math.floor(x / CELL), math.floor(y / CELL))
        for x in (lon - east, lon + east)
        for y in (lat - north, lat + north)
    }
    keys = sorted((category.pk * 1_000_003 + x * 1_009 + y) % 2**31 for x, y in cells)
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [LOCK_ROOM, keys])


def note_evidence(incident: Incident, complaint: Complaint) -> None:
    """Count a report that joined. Agencies are told of the 1st, 10th, 100th … further one, and after a quiet day."""
    count = incident.complaints.count()
    further = count - (0 if incident.source == Incident.Source.CCTV else 1)
    at = complaint.received_at
    if incident.source == Incident.Source.CCTV:
        incident.source = Incident.Source.BOTH
    incident.updated_at = max(incident.updated_at, at)
    incident.save(update_fields=["source", "updated_at"])
    if is_round(further) or _was_quiet(incident, at):
        told = Happening(Entry.Kind.EVIDENCE, at, data={"reports": count})
        append(incident, told, tell_agencies=incident.holders())
    _acknowledge(incident, complaint)


def is_round(number: int) -> bool:
    """1, 10, 100, 1000 …"""
    return str(number).strip("0") == "1"


def _was_quiet(incident: Incident, at: datetime) -> bool:
    return not incident.entries.filter(kind=Entry.Kind.EVIDENCE, at__gt=at - QUIET).exists()


def _acknowledge(incident: Incident, complaint: Complaint) -> None:
    """The reporter gets the same acknowledgement as one whose report opened a case."""
    if incident.demo or not hasattr(complaint, "reporter"):
        return
    received = incident.entries.filter(kind=Entry.Kind.RECEIVED).order_by("pk").first()
    if received is None:
        return
    Notice.objects.create(entry=received, to=Notice.To.REPORTER, complaint=complaint, message_id=uuid.uuid4())
    send_notices.defer(entry_id=received.pk)
