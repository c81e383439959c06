"""What the pages of border editions show: editions, differences with the cases that would move, relocations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from geo.edition_links import compare_editions, homeless_service_areas
from geo.edition_ties import ties_by_following
from geo.models import Agency, Area, Edition
from incidents.models import Doubt, Incident, Relocation
from incidents.relocation.forecast import forecast
from incidents.relocation.order import active_edition
from incidents.relocation.run import State, is_working, state_of
from incidents.relocation.tally import Tally

SHOWN_RUNS = 5
SHOWN_DOUBTS = 200


@dataclass(frozen=True)
class Told:
    """A relocation and how it stands; `doubts` are the cases that it left to a person, by number with the reason."""

    run: Relocation
    state: State
    doubts: Sequence[tuple[int, str]]

    @property
    def moving(self) -> bool:
        return self.state in {State.WAITING, State.WORKING}


@dataclass(frozen=True)
class Handed:
    """Cases that one agency (None: nobody) would hand over to another."""

    lost: str | None
    got: str | None
    count: int


def editions_shown() -> dict[str, Any]:
    """All editions, the newest first, with the one in force, the one that a roll back leads to, and one to compare."""
    villages = Count("areas", filter=Q(areas__level=Area.Level.VILLAGE))
    districts = Count("areas", filter=Q(areas__level=Area.Level.DISTRICT))
    rows = Edition.objects.annotate(villages=villages, districts=districts).order_by("-created_at", "-pk")
    active = active_edition()
    editions = list(rows)
    return {
        "editions": editions,
        "active": active,
        "before": active.before if active else None,
        "proposed": next((one for one in editions if one != active), None),
    }


def runs_shown() -> dict[str, Any]:
    """The newest relocations, the newest first; the doubts only of the last one that was done."""
    now, working = timezone.now(), is_working()
    runs = list(Relocation.objects.select_related("edition", "before", "requested_by")[:SHOWN_RUNS])
    told = [Told(run, state_of(run, now, working), _doubts(run) if run == runs[0] else []) for run in runs]
    return {"runs": told, "moving": any(one.moving for one in told)}


def _doubts(run: Relocation) -> list[tuple[int, str]]:
    """Of cases that are still open: what was decided or solved since is nobody's doubt any more."""
    labels = {value: str(label) for value, label in Doubt.Reason.choices}
    rows = run.doubts.filter(incident__phase__in=Incident.OPEN, incident__merged_into=None).order_by(
        "incident"
    )
    return [(pk, labels[reason]) for pk, reason in rows.values_list("incident", "reason")[:SHOWN_DOUBTS]]


def comparison_shown(old: Edition, new: Edition, active: Edition | None) -> dict[str, Any]:
    """What differs from `old` to `new`; where `old` is in force, also what `new` would change for open cases."""
    found = compare_editions(old, new)
    going = old == active and new != active
    tally = forecast(new) if going else None
    return {
        "old": old,
        "new": new,
        "found": found,
        "going": going,
        "homeless": homeless_service_areas(new, old),
        "ties": ties_by_following(new, old),
        "tally": tally,
        **(_tallied(tally) if tally else {}),
    }


def _tallied(tally: Tally) -> dict[str, Any]:
    names = {agency.code: str(agency) for agency in Agency.objects.all()}
    labels: Mapping[str, Any] = dict(Doubt.Reason.choices)
    handed = [
        Handed(names.get(lost), names.get(got), count) for (lost, got), count in tally.handed.most_common()
    ]
    moves = [(before, after, count) for (before, after), count in tally.moves.most_common()]
    doubts = [(pk, labels[reason]) for pk, reason in sorted(tally.doubts.items())]
    return {"moves": moves, "handed": handed, "doubts": doubts[:SHOWN_DOUBTS], "doubted": len(doubts)}
