"""Rules as data: so many events of a class at one camera within a window open one case, through the one door."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from geo.errors import DomainError
from incidents.filing import Filing
from incidents.intake import take
from incidents.models import CctvEvent, Incident, Rule

log = logging.getLogger("kentongan.cctv")
Key = tuple[int, str]


def apply_rules(events: Iterable[CctvEvent], now: datetime) -> list[Incident]:
    """Attach new events to the open case of their camera, or open one where a rule's count is reached.

    Call it inside the transaction that wrote the events, holding the cameras' locks. Returns the cases opened.
    """
    groups: dict[Key, list[CctvEvent]] = defaultdict(list)
    for event in events:
        groups[event.camera_id, event.klass].append(event)
    opened = [_apply(group, now) for group in groups.values()]
    return [incident for incident in opened if incident is not None]


def rule_for(camera: int, klass: str) -> Rule | None:
    """The rule of this camera, else the general one of the class."""
    rules = Rule.objects.select_related("category").filter(klass=klass, active=True, category__active=True)
    return rules.filter(camera_id=camera).first() or rules.filter(camera=None).first()


def _apply(events: list[CctvEvent], now: datetime) -> Incident | None:
    rule = rule_for(events[0].camera_id, events[0].klass)
    if rule is None:
        return None
    strong = [event for event in events if (event.confidence or 0) >= rule.min_confidence]
    opened = None
    for event in sorted(strong, key=lambda one: one.happened_at):
        current = _current(rule, event)
        if current is None and not _cooling(rule, event) and _reached(rule, event):
            current = opened = _open(rule, event, now)
        if current is not None:
            CctvEvent.objects.filter(pk__in=[one.pk for one in _window(rule, event)], incident=None).update(
                incident=current
            )
    return opened


def _cases(rule: Rule, event: CctvEvent) -> list[Incident]:
    cases = Incident.objects.filter(camera_id=event.camera_id, category=rule.category)
    return list(cases.order_by("-opened_at")[:1])


def _current(rule: Rule, event: CctvEvent) -> Incident | None:
    """The open case of this camera and category: a second event does not open a second one."""
    return next((case for case in _cases(rule, event) if case.is_open), None)


def _cooling(rule: Rule, event: CctvEvent) -> bool:
    pause = timedelta(minutes=rule.cooldown_minutes)
    return any(event.happened_at < case.opened_at + pause for case in _cases(rule, event))


def _window(rule: Rule, event: CctvEvent) -> list[CctvEvent]:
    """The events that count towards the rule at the time of this one, itself included."""
    since = event.happened_at - timedelta(minutes=rule.window_minutes)
    near = CctvEvent.objects.filter(
        camera_id=event.camera_id,
        klass=event.klass,
        happened_at__gt=since,
        happened_at__lte=event.happened_at,
    )
    if rule.min_confidence > 0:
        near = near.filter(confidence__gte=rule.min_confidence)
    return list(near.only("pk", "incident_id"))


def _reached(rule: Rule, event: CctvEvent) -> bool:
    # What belonged to an earlier case does not count again.
    return sum(one.incident_id is None for one in _window(rule, event)) >= rule.min_count


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
