"""Cases and steps as the tests of this room need them, through the doors that everybody uses."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from incidents.access import Viewer
from incidents.filing import Contact, Filing, Words
from incidents.intake import take
from incidents.models import Complaint, Entry, Incident, Member
from incidents.photos import Picture, read_picture
from incidents.workflow import Step, take_step
from tests.conftest import IN_KEBONSARI

TEXT = "Sampah menumpuk di depan pasar sejak tiga hari."
ANSWER = "Truk kami datang besok pagi."


def jpeg(color: str = "olive", size: tuple[int, int] = (320, 240)) -> bytes:
    """A real photo with a GPS position in it."""
    image = Image.new("RGB", size, color)
    exif = Image.Exif()
    exif[0x8825] = {1: "S", 2: (7.0, 40.0, 0.0)}
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def picture() -> Picture:
    content = jpeg()
    return read_picture(io.BytesIO(content), len(content))


def case(
    category: str = "sampah",
    at: tuple[float, float] | None = IN_KEBONSARI,
    age: timedelta = timedelta(hours=1),
    kelurahan: str = "",
    contact: Contact = Contact(),  # noqa: B008 (immutable)
    **words: Any,
) -> Incident:
    """A citizen's report as an incident, received `age` ago."""
    usual: dict[str, Any] = {"description": TEXT, "channel": Complaint.Channel.WEB, "contact": contact}
    said = Words(**usual | words)
    lon, lat = at if at else (None, None)
    return take(Filing(category, timezone.now() - age, lon, lat, kelurahan, words=said)).incident


def viewer(user: User) -> Viewer:
    member = Member.objects.select_related("agency").get(user=user)
    return Viewer(user, Member.Role(member.role), member.agency)


def do(
    user: User,
    incident: Incident,
    kind: Entry.Kind,
    text: str = ANSWER,
    pictures: tuple[Picture, ...] = (),
    at: datetime | None = None,
    seen: int | None = None,
) -> Entry:
    """A step of somebody's agency; resolving brings its photo along."""
    who = viewer(user)
    assignment = incident.assignments.get(agency=who.agency)
    if kind == Entry.Kind.RESOLVED and not pictures:
        pictures = (picture(),)
    words = "" if kind == Entry.Kind.ACCEPTED else text
    return take_step(Step(who, assignment, kind, words, pictures, at, seen))


def queries(client: Client, path: str) -> int:
    """How often a page asks the database, without what a process remembers for a second or two (geo/)."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    remembered = (
        'FROM "geo_city"',
        'FROM "geo_mapversion"',
        'FROM "geo_edition"',
        'FROM "geo_area"',
        'FROM "geo_servicearea"',
    )
    return sum(not any(table in one["sql"] for table in remembered) for one in asked.captured_queries)
