"""One row of a list in our own terms: a filing with its own times, and what became of it since. All faults at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from geo.city import city_zone
from geo.errors import FieldError
from geo.locate import Locator
from geo.moments import read_moment
from geo.query import DECIMAL
from incidents.filing import EXTERNAL_ID, Contact, Filing, Origin, Words
from incidents.flow import Flow
from incidents.imports.sheet import Line
from incidents.models import Complaint, Phase
from incidents.past import Past

NEEDED = ("external_id", "received_at", "category", "description")
KNOWN = (
    *NEEDED, "occurred_at", "lon", "lat", "kelurahan", "address_note", "anonymous", "confidential", "channel",
    "status", "first_answer_at", "closed_at", "reporter_name", "reporter_email", "reporter_phone",
)  # fmt: skip
YES, NO = {"true", "1", "ya", "yes", "y", "t"}, {"", "false", "0", "tidak", "no", "n", "f"}
ENDED = (Phase.RESOLVED, Phase.CLOSED, Phase.ARCHIVED)
Channel = Complaint.Channel
# What other systems and people call a channel, beside our own words for it.
CHANNELS = {
    "": Channel.IMPORT, "website": Channel.WEB, "android": Channel.API, "ios": Channel.API, "telepon": Channel.PHONE,
    "telp": Channel.PHONE, "wa": Channel.WHATSAPP, "loket": Channel.COUNTER, "tatap muka": Channel.COUNTER,
    "surel": Channel.EMAIL, "e-mail": Channel.EMAIL, "lapor": Channel.SP4N,
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What a row asks for."""

    filing: Filing
    past: Past


class RowReader:
    """Reads rows of one list: the same origin, the same moment, the same city."""

    def __init__(self, origin: str, now: datetime, flow: Flow, locator: Locator) -> None:
        self.origin, self.now, self.flow, self.locator = origin, now, flow, locator
        self.statuses = {
            word.lower(): one.code
            for one in flow.statuses.values()
            for word in (one.name_en, one.name_id, one.code)
        }
        self.villages = _names(locator)

    def read(self, line: Line) -> tuple[Wanted, list[FieldError]]:
        """What the row asks for, and everything in it that cannot be read."""
        cells = line.cells
        errors: list[FieldError] = []
        at = self._moment(cells, "received_at", errors)
        past = self._past(cells, at, errors)
        number = cells["external_id"]
        if not number or len(number) > EXTERNAL_ID:
            errors.append(
                FieldError("external_id", _("Needed: at most %(n)d characters.") % {"n": EXTERNAL_ID})
            )
        filing = Filing(
            category=cells["category"],
            at=at or self.now,
            lon=_degrees(cells, "lon", errors),
            lat=_degrees(cells, "lat", errors),
            kelurahan=self.villages.get(cells["kelurahan"].lower(), cells["kelurahan"]),
            words=self._words(cells, errors),
        )
        return Wanted(filing, past), errors

    def _words(self, cells: dict[str, str], errors: list[FieldError]) -> Words:
        return Words(
            description=cells["description"],
            channel=_channel(cells["channel"], errors),
            address_note=cells["address_note"],
            anonymous=_truth(cells, "anonymous", errors),
            confidential=_truth(cells, "confidential", errors),
            contact=Contact(cells["reporter_name"], cells["reporter_email"], cells["reporter_phone"]),
            occurred_at=self._moment(cells, "occurred_at", errors),
            origin=Origin(self.origin, cells["external_id"]),
        )

    def _past(self, cells: dict[str, str], at: datetime | None, errors: list[FieldError]) -> Past:
        status = self.statuses.get(cells["status"].lower()) if cells["status"] else self.flow.usual(Phase.NEW)
        if status is None:
            errors.append(
                FieldError("status", _("“%(word)s” is no status here.") % {"word": cells["status"][:40]})
            )
            return Past("")
        answered, closed = (
            self._moment(cells, "first_answer_at", errors),
            self._moment(cells, "closed_at", errors),
        )
        if cells["closed_at"] and self.flow.phase(status) not in ENDED:
            errors.append(FieldError("closed_at", _("This status says that it has not ended.")))
        for name, moment in (("first_answer_at", answered), ("closed_at", closed)):
            if moment and at and moment < at:
                errors.append(FieldError(name, _("This is before it was received.")))
        return Past(status, answered, closed)

    def _moment(self, cells: dict[str, str], name: str, errors: list[FieldError]) -> datetime | None:
        """A time; without an offset it is the city's. None where it is empty or wrong."""
        text = cells[name]
        if not text:
            if name in NEEDED:
                errors.append(FieldError(name, _("Needed: day and time, such as 2026-11-20T08:30:00+07:00.")))
            return None
        moment = read_moment(f"{text}T00:00" if len(text) == len("2026-11-20") else text)
        if moment is None:
            errors.append(FieldError(name, _("This is no time, such as 2026-11-20T08:30:00+07:00.")))
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=city_zone())
        if moment > self.now + timedelta(minutes=5):
            errors.append(FieldError(name, _("This time lies in the future.")))
        return moment


def _names(locator: Locator) -> dict[str, str]:
    """Codes of kelurahan by their names in small letters, where a name is there once."""
    found: dict[str, str] = {}
    names = [village.place.name.lower() for village in locator.villages]
    for village, name in zip(locator.villages, names, strict=True):
        if names.count(name) == 1:
            found[name] = village.place.code
    return found


def _channel(text: str, errors: list[FieldError]) -> Complaint.Channel:
    word = text.lower()
    if word in CHANNELS:
        return CHANNELS[word]
    if word in Channel.values and word != Channel.DEMO:
        return Channel(word)
    errors.append(FieldError("channel", _("“%(word)s” is no channel here.") % {"word": text[:40]}))
    return Channel.IMPORT


def _truth(cells: dict[str, str], name: str, errors: list[FieldError]) -> bool:
    word = cells[name].lower()
    if word not in YES | NO:
        errors.append(FieldError(name, _("Expected is ya or tidak (true or false).")))
    return word in YES


def _degrees(cells: dict[str, str], name: str, errors: list[FieldError]) -> float | None:
    text = cells[name]
    if text and not DECIMAL.fullmatch(text):
        errors.append(FieldError(name, _("Expected is a number with a decimal point, such as -7.65.")))
        return None
    return float(text) if text else None
