"""What the timeline keeps of a relocation: from where to where, who had the case and who has it now.

`{"relocation", "edition", "from": {edition, kelurahan, kecamatan}, "to": …}` and, where another agency leads now,
`"agencies_before": [{code, name, role, status, why, assigned_at}]`, `"agencies": [{code, name, role}]`. A roll back
reads it again: what an agency had is given back as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from geo.models import Agency
from incidents.models import Assignment
from incidents.relocation.decide import Change, Held


def moved_entry(change: Change, relocation: int, agencies: Mapping[int, Agency]) -> dict[str, Any]:
    """The data of the entry about a change of place or agencies."""
    spot, before = change.spot, change.case.spot
    told = {
        "relocation": relocation,
        "edition": spot.edition,
        "from": before.as_json(),
        "to": spot.as_json(),
    }
    if change.rerouted:
        told |= agencies_told(change, agencies)
    return told


def agencies_told(change: Change, agencies: Mapping[int, Agency]) -> dict[str, Any]:
    """Who had the case, as it was, and who has it now, the one in charge first."""
    ordered = sorted(change.held, key=lambda one: not one.leads)
    return {
        "agencies_before": [_whole(one, agencies[one.agency]) for one in change.case.held],
        "agencies": [
            _named(one, agencies[one.agency]) for one in ordered if one.status not in Assignment.GONE
        ],
    }


def had_before(told: Iterable[Mapping[str, str]], agencies: Mapping[int, Agency]) -> dict[int, Held]:
    """What the agencies of `agencies_before` had, by agency (key)."""
    keys = {agency.code: pk for pk, agency in agencies.items()}
    return {
        keys[one["code"]]: Held(
            None,
            keys[one["code"]],
            one["role"],
            one["status"],
            one["why"],
            datetime.fromisoformat(one["assigned_at"]),
        )
        for one in told
        if one["code"] in keys
    }


def _named(one: Held, agency: Agency) -> dict[str, str]:
    return {"code": agency.code, "name": agency.name, "role": str(one.role)}


def _whole(one: Held, agency: Agency) -> dict[str, str]:
    kept = {"status": str(one.status), "why": one.why, "assigned_at": one.assigned_at.isoformat()}
    return _named(one, agency) | kept
