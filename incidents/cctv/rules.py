"""Rules as data: so many events of a class at one camera within a window open one case, through the one door."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from geo.errors import DomainError
from incidents.cctv.meeting import citizens_case, lock_in_order, tell_again
from incidents.filing import Filing
from incidents.intake import take
from incidents.models import CctvEvent, Incident, Rule

log = logging.getLogger("kentongan.cctv")
Watch = tuple[int, str]


@dataclass
class Board:
    """What is known about the cameras of a batch: their rules, recent events and latest cases."""

    rules: dict[tuple[int | None, str], Rule]
    events: dict[Watch, list[CctvEvent]]
    cases: dict[tuple[int, int], Incident]

    def rule_for(self, camera: int, klass: str) -> Rule | None:
        """The rule of this camera, else the general one of the class."""
        return self.rules.get((camera, klass)) or self.rules.get((None, klass))


def apply_rules(events: Sequence[CctvEvent], now: datetime) -> list[Incident]:
    """Attach new events to the open case of their camera, or open one where a rule's count is reached.

    Call it inside the transaction that wrote the events, holding the cameras' locks. Returns the cases opened.
    """
    if not events:
        return []
    board = _board(events)
    _lock_cases(events, board)
    attached: dict[int, list[int]] = defaultdict(list)
    opened: list[Incident] = []
    told: set[int] = set()
    for event in sorted(events, key=lambda one: one.happened_at):
        rule = board.rule_for(event.camera_id, event.klass)
        if rule is None or (event.confidence or 0) < rule.min_confidence:
            continue
        case, is_new, pivot = _case_for(rule, event, board, now)
        if case is None:
            continue
        if is_new:
            opened.append(case)
        elif case.pk not in told:
            told.add(case.pk)
            tell_again(rule, case, event)
        for one in _free(rule, pivot, board):
            one.incident = case
            attached[case.pk].append(one.pk)
    for pk, rows in attached.items():
        CctvEvent.objects.filter(pk__in=rows).update(incident_id=pk)
    return opened


def _board(events: Sequence[CctvEvent]) -> Board:
    rules = {
        (rule.camera_id, rule.klass): rule
        for rule in Rule.objects.select_related("category").filter(active=True, category__active=True)
    }
    cameras = {event.camera_id for event in events}
    longest = timedelta(minutes=max((rule.window_minutes for rule in rules.values()), default=0))
    first, last = min(e.happened_at for e in events), max(e.happened_at for e in events)
    near: dict[Watch, list[CctvEvent]] = defaultdict(list)
    recent = CctvEvent.objects.filter(
        camera__in=cameras, happened_at__gt=first - longest, happened_at__lte=last + longest
    )
    for one in recent.only("pk", "camera_id", "klass", "happened_at", "confidence", "incident_id"):
        near[one.camera_id, one.klass].append(one)
    latest = Incident.objects.filter(camera__in=cameras)
    cases = {
        (case.camera_id, case.category_id): case
        for case in latest.order_by("camera_id", "category_id", "-opened_at").distinct(
            "camera_id", "category_id"
        )
        if case.camera_id
    }
    return Board(rules, near, cases)


def _lock_cases(events: Sequence[CctvEvent], board: Board) -> None:
    """Lock what the events of several watches may write to before the first of them does."""
    watches = {(one.camera_id, one.klass): one for one in sorted(events, key=lambda one: one.happened_at)}
    if len(watches) < 2:
        return
    own: set[int] = set()
    unmet: list[tuple[Rule, CctvEvent]] = []
    for watch, event in watches.items():
        rule = board.rule_for(*watch)
        if rule is None:
            continue
        latest = board.cases.get((event.camera_id, rule.category_id))
        if latest is not None and latest.is_open:
            own.add(latest.pk)
        elif sum(one.incident_id is None for one in board.events[watch]) >= rule.min_count:
            unmet.append((rule, event))
    lock_in_order(own, unmet)


def _case_for(
    rule: Rule, event: CctvEvent, board: Board, now: datetime
) -> tuple[Incident | None, bool, CctvEvent]:
    """The case of this event or of a later one that it completes: events come late or out of order."""
    until = event.happened_at + timedelta(minutes=rule.window_minutes)
    near = board.events[event.camera_id, event.klass]
    later = [one for one in near if event.happened_at <= one.happened_at <= until and one.incident_id is None]
    strong = [one for one in later if (one.confidence or 0) >= rule.min_confidence]
    for pivot in sorted(strong, key=lambda one: one.happened_at):
        case, is_new = _case(rule, pivot, board, now)
        if case is not None:
            return case, is_new, pivot
    return None, False, event


def _case(rule: Rule, event: CctvEvent, board: Board, now: datetime) -> tuple[Incident | None, bool]:
    """The case that this event belongs to, and whether it was opened for it: a second event opens no second case."""
    latest = board.cases.get((event.camera_id, rule.category_id))
    if latest is not None and latest.is_open:
        return latest, False
    cooling = timedelta(minutes=rule.cooldown_minutes)
    if latest is not None and event.happened_at < latest.opened_at + cooling:
        return None, False
    # What belonged to an earlier case does not count again.
    if len(_free(rule, event, board)) < rule.min_count:
        return None, False
    known = citizens_case(rule, event)
    case = known or _open(rule, event, now)
    if case is not None:
        board.cases[event.camera_id, rule.category_id] = case
    return case, case is not None and known is None


def _free(rule: Rule, event: CctvEvent, board: Board) -> list[CctvEvent]:
    """The events without a case that count towards the rule at the time of this one, itself included."""
    since = event.happened_at - timedelta(minutes=rule.window_minutes)
    return [
        one
        for one in board.events[event.camera_id, event.klass]
        if one.incident_id is None
        and since < one.happened_at <= event.happened_at
        and (one.confidence or 0) >= rule.min_confidence
    ]


def _open(rule: Rule, event: CctvEvent, now: datetime) -> Incident | None:
    location = event.camera.location
    # A case begins when it was noticed; replayed or delayed events keep their own time.
    at = min(event.happened_at, now)
    filing = Filing(
        category=rule.category.code,
        at=at,
        lon=location.x,
        lat=location.y,
        camera=event.camera,
        demo=event.demo,
    )
    try:
        return take(filing).incident
    except DomainError as error:
        # A rule that no longer fits (its category became a group) must not lose the events.
        log.error("rule %s opened no case: %s", rule.pk, "; ".join(str(e.message) for e in error.errors))
        return None
