"""Who knocks and at which doors: the people, tokens and addresses that docs/permissions.md speaks of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.utils import timezone

from geo.city import city_zone
from geo.models import Agency
from incidents.models import Complaint, Entry, Incident, Photo, PrivacyRequest, Token
from incidents.tokens import issue
from opendata.models import Build, Release
from tests.conftest import IN_KEBONSARI, person, signed_in
from tests.incidents.made import case, do, picture
from tests.incidents.outside import address as link_address
from tests.incidents.outside import forwarded, outsider
from tests.opendata.former import COUNTS, release_former
from tests.tiles.test_mvt import address, city_tile

LONG_AGO = timedelta(days=70)
DLH = "dlh"
ADMIN_DOOR = "/pengelola/login/"  # sends visitors to the sign-in, and refuses who is signed in already


@dataclass
class Actor:
    """One column of the matrix: a browser, or a program with a token."""

    client: Client
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, data: dict[str, str]) -> Any:
        """One request, and everything as if it had not been."""
        cookies = SimpleCookie(self.client.cookies)
        with transaction.atomic():
            send = self.client.post if method == "POST" else self.client.get
            answer: Any = send(path, data, headers=self.headers)
            if answer.status_code == 302 and answer["Location"].startswith(ADMIN_DOOR):
                answer = self.client.get(answer["Location"], headers=self.headers)
            if answer.streaming:
                answer.close()
            transaction.set_rollback(True)
        self.client.cookies = cookies
        return answer


def actors(agencies: dict[str, Agency]) -> dict[str, Actor]:
    """Everybody by the name of their column."""
    admin = person("pengelola", "admin")
    User.objects.filter(pk=admin.pk).update(is_superuser=True, is_staff=True)
    people = {
        "officer": person("petugas", "petugas", agencies[DLH]),
        "head": person("kepala", "kepala", agencies[DLH]),
        "operator": person("operator", "operator"),
        "leadership": person("pimpinan", "pimpinan"),
        "steward": person("walidata", "walidata"),
        "auditor": person("auditor", "auditor"),
        "admin": User.objects.get(pk=admin.pk),
    }
    tokens = {
        "agency token": issue(Token.Kind.AGENCY, DLH),
        "source token": issue(Token.Kind.SOURCE, "kamera"),
    }
    return (
        {"visitor": Actor(Client())}
        | {name: Actor(signed_in(user)) for name, user in people.items()}
        | {name: Actor(Client(), {"Authorization": f"Bearer {text}"}) for name, text in tokens.items()}
    )


def places() -> dict[str, str]:
    """What stands for `{word}` in the document's addresses."""
    own = case(pictures=(picture(),))
    other = case("banjir", pictures=(picture(),))
    secret = case(confidential=True, pictures=(picture(),))
    complaint = Complaint.objects.get(incident=own)
    entry = _answered(own)
    tile = "/".join(map(str, city_tile(10)))
    lon, lat = IN_KEBONSARI
    release = _released()
    return {
        "own": str(own.pk), "other": str(other.pk), "secret": str(secret.pk),
        "own photo": _photo(own), "other photo": _photo(other), "secret photo": _photo(secret),
        "code": complaint.tracking_code, "complaint": str(complaint.pk), "figures by": "kategori",
        "answer photo": str(Photo.objects.get(entry=entry).pk),
        "waiting answer": str(entry.pk),
        **_passed_on(),
        "lowering": _lowering(secret),
        "tile": tile,
        "near tile": "/".join(map(str, address(lon, lat, 14))), "lon": str(lon), "lat": str(lat),
        "build": str(_waiting().pk),
        "dataset": COUNTS.slug, "version": release.version, "file": release.resources.values_list("file", flat=True)[0],
    }  # fmt: skip


def _answered(incident: Incident) -> Entry:
    """Its agency has said with a photo that it is done."""
    officer = User.objects.get(member__role="petugas", member__agency__code=DLH)
    return do(officer, incident, Entry.Kind.RESOLVED)


def _lowering(incident: Incident) -> str:
    """Somebody has asked that a confidential report be opened."""
    asked = PrivacyRequest.objects.create(
        complaint=incident.complaints.get(), what="confidential", reason="Diminta pelapor.",
        asked_by=person("operator_lain", "operator"), asked_at=timezone.now(),
    )  # fmt: skip
    return str(asked.pk)


def _passed_on() -> dict[str, str]:
    """A case that went to an outside agency with its photo: the link that opens it."""
    incident = case(pictures=(picture(),))
    operator = User.objects.get(username="operator")
    forwarded(operator, incident, outsider(), photos=True)
    return {"link": link_address(incident).rpartition("/")[2], "passed photo": _photo(incident)}


def _photo(incident: Incident) -> str:
    return str(Photo.objects.get(complaint__incident=incident).pk)


def _waiting() -> Build:
    """A candidate that waits for the steward's word."""
    return Build.objects.create(
        dataset="kejadian-ruang-publik",
        period="2026-03",
        requested_at=timezone.now(),
        state=Build.State.READY,
        rows=3,
    )


def _released() -> Release:
    """A month that is over, published."""
    case(age=LONG_AGO)
    return release_former((timezone.now() - LONG_AGO).astimezone(city_zone()).strftime("%Y-%m"))
