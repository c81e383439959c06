"""Cases for maps and figures, taken through the one door."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.gis.geos import Point

from incidents.filing import Filing, Words
from incidents.intake import take
from incidents.models import Camera, CctvEvent, Complaint, Incident
from tests.conftest import IN_KEBONSARI

TEXT = "Sampah menumpuk di depan pasar sejak tiga hari."


def reported(
    category: str = "sampah",
    at: tuple[float, float] | None = IN_KEBONSARI,
    days_ago: float = 1,
    confidential: bool = False,
    **state: Any,
) -> Incident:
    """A citizen's case of so many days ago; `state` is what became of its row since."""
    words = Words(description=TEXT, channel=Complaint.Channel.WEB, confidential=confidential)
    when = datetime.now(UTC) - timedelta(days=days_ago)
    place = {"lon": at[0], "lat": at[1]} if at else {"kelurahan": "99.01.01.1001"}
    incident = take(Filing(category=category, at=when, words=words, **place)).incident
    if state:
        Incident.objects.filter(pk=incident.pk).update(**state)
        incident.refresh_from_db()
    return incident


def solved(days_ago: float, after_days: float, **rest: Any) -> Incident:
    """A case that was solved `after_days` days after it came in."""
    done = datetime.now(UTC) - timedelta(days=days_ago - after_days)
    return reported(days_ago=days_ago, phase=Incident.Phase.RESOLVED, resolved_at=done, **rest)


def seen(camera: Camera, subject: str, klass: str = "sampah", days_ago: float = 1, **rest: Any) -> CctvEvent:
    """What a camera saw."""
    when = datetime.now(UTC) - timedelta(days=days_ago)
    return CctvEvent.objects.create(
        source="uji", subject=subject, camera=camera, klass=klass, state="start", kelurahan_code="99.01.01.1001",
        location=Point(camera.location.x, camera.location.y, srid=4326), happened_at=when, received_at=when, **rest,
    )  # fmt: skip
