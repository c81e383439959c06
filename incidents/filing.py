"""The small value that every source makes and hands to the one door (incidents/intake.py)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User

from incidents.models import Camera, Complaint
from incidents.photos import Picture

DESCRIPTION = (10, 4000)
ADDRESS_NOTE = 500
NAME, EMAIL, PHONE = 120, 254, 32
SYSTEM, EXTERNAL_ID = 40, 100


@dataclass(frozen=True)
class Contact:
    """How to reach the reporter; every part may be empty."""

    name: str = ""
    email: str = ""
    phone: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.email or self.phone)


@dataclass(frozen=True)
class Origin:
    """Where else a report is kept: another system, and its own id there. A number is taken once per system."""

    system: str
    id: str


@dataclass(frozen=True)
class Words:
    """What a citizen says, beside where and what: absent when a camera speaks."""

    description: str
    channel: Complaint.Channel
    address_note: str = ""
    anonymous: bool = False
    confidential: bool = False
    about: str = ""  # code of the agency that the report is about: it must not get it
    contact: Contact = field(default_factory=Contact)
    occurred_at: datetime | None = None
    pictures: tuple[Picture, ...] = ()
    idempotency_key: str = ""
    digest: str = ""
    origin: Origin | None = None


@dataclass(frozen=True)
class Filing:
    """One piece of evidence: a category at a place (a point, or only a kelurahan's code), by a citizen or a camera.

    `lon`, `lat` in EPSG:4326 degrees. Exactly one of `words` and `camera` is given. `at` is when it reached us,
    with offset; `by` is who filed it for somebody else.
    """

    category: str
    at: datetime
    lon: float | None = None
    lat: float | None = None
    kelurahan: str = ""
    words: Words | None = None
    camera: Camera | None = None
    demo: bool = False
    by: User | None = None
