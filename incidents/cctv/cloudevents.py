"""CloudEvents 1.0 (CNCF, structured and batched JSON) → Sighting. Every fault is told with its field."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from geo.moments import read_moment
from incidents.cctv.events import Outcome, Sighting, rejected
from incidents.models import CctvEvent
from incidents.validate import is_text

LONGEST, SEVERITY, ZONE, DETECTOR = 200, 20, 60, 80  # characters
MOST_COUNT = 1_000_000


class Fault(Exception):
    """What is wrong with one event, and where."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def read_event(event: object, now: datetime) -> Sighting | Outcome:
    """One CloudEvent as a Sighting, or the Outcome that rejects it."""
    if not isinstance(event, dict):
        return rejected("", "", _("This is not an event (a JSON object)."))
    name = event.get("id")
    try:
        return _sighting(event, now)
    except Fault as fault:
        return rejected(name[:LONGEST] if isinstance(name, str) else "", fault.field, str(fault))


def _sighting(event: dict[str, Any], now: datetime) -> Sighting:
    if event.get("specversion") != "1.0":
        raise Fault("specversion", _("Only CloudEvents 1.0 are read."))
    _text(event, "type", "type")
    id_, source = _text(event, "id", "id"), _text(event, "source", "source")
    data = event.get("data")
    if not isinstance(data, dict):
        raise Fault("data", _("This must be a JSON object."))
    detector = data.get("detector")
    if detector is not None and not isinstance(detector, dict):
        raise Fault("data.detector", _("This must be a JSON object."))
    return Sighting(
        id=id_,
        source=source,
        subject=_text(event, "subject", "subject", needed=False) or id_,
        camera=_text(data, "camera", "data.camera"),
        klass=_choice(data, "class", CctvEvent.Class.values),
        state=_choice(data, "state", CctvEvent.State.values, default=CctvEvent.State.START.value),
        time=_time(event, now),
        confidence=_number(data, "confidence", 1.0),
        count=_count(data),
        severity=_text(data, "severity", "data.severity", needed=False, longest=SEVERITY),
        zone=_text(data, "zone", "data.zone", needed=False, longest=ZONE),
        detector={
            key: _text(detector, key, f"data.detector.{key}", needed=False, longest=DETECTOR)
            for key in ("name", "version")
            if detector and detector.get(key) is not None
        },
    )


def _text(of: dict[str, Any], key: str, field: str, *, needed: bool = True, longest: int = LONGEST) -> str:
    value = of.get(key)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or (needed and not value.strip()):
        raise Fault(field, _("This must be a text."))
    if len(value) > longest:
        raise Fault(field, _("This is too long: at most {n} characters.").format(n=longest))
    if not is_text(value):
        raise Fault(field, _("This holds characters that are no text."))
    return value


def _choice(data: dict[str, Any], key: str, values: list[str], default: str | None = None) -> str:
    value = data.get(key, default)
    if value not in values or not isinstance(value, str):
        raise Fault(f"data.{key}", _("This must be one of: {values}.").format(values=", ".join(values)))
    return value


def _time(event: dict[str, Any], now: datetime) -> datetime:
    value = event.get("time")
    if value is None:
        return now
    found = read_moment(value) if isinstance(value, str) else None
    if found is None or found.tzinfo is None:
        raise Fault("time", _("This must be a time with its offset, such as 2026-11-21T08:00:00+07:00."))
    return found


def _number(data: dict[str, Any], key: str, most: float) -> float | None:
    value = data.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise Fault(f"data.{key}", _("This must be a number."))
    if not 0 <= value <= most:  # whole numbers may be longer than any float
        raise Fault(f"data.{key}", _("This must be between 0 and {most}.").format(most=f"{most:g}"))
    return float(value)


def _count(data: dict[str, Any]) -> int | None:
    value = _number(data, "count", MOST_COUNT)
    if value is not None and not value.is_integer():
        raise Fault("data.count", _("This must be a whole number."))
    return None if value is None else int(value)
