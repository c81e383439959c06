"""A workflow as a drawing: statuses as boxes, ways between them as arrows. Places only; the template draws.

The main way runs along one line, in the order of phases; side ways lie below it. Ways to neighbours are straight,
all others are arcs, above the line when they leap forward on it, below when they go back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from incidents.flow import INCIDENT, Flow
from incidents.models import Phase, Status

BOX_W, BOX_H = 164, 52
GAP_X, GAP_Y = 44, 150
MARGIN = 24
ARC = 46  # how far an arc rises for each box that it leaps over
MAIN = (Phase.NEW, Phase.WORKING, Phase.RESOLVED, Phase.CLOSED)
TONES = {Phase.NEW: "baru", Phase.WORKING: "dikerjakan", Phase.RESOLVED: "selesai", Phase.CLOSED: "selesai"}


@dataclass(frozen=True)
class Box:
    """A status; `x`, `y` is the upper left corner in units of the drawing."""

    status: Status
    x: int
    y: int
    tone: str
    first: str
    second: str

    @property
    def middle(self) -> tuple[int, int]:
        return self.x + BOX_W // 2, self.y + BOX_H // 2

    @property
    def first_y(self) -> int:
        """The base line of the first line of the name."""
        return self.middle[1] + (-4 if self.second else 5)

    @property
    def second_y(self) -> int:
        return self.middle[1] + 15


@dataclass(frozen=True)
class Arrow:
    """The ways from one status to another, and the steps that take them."""

    source: str
    target: str
    path: str
    steps: str


@dataclass(frozen=True)
class Drawing:
    boxes: list[Box]
    arrows: list[Arrow]
    width: int
    height: int


def draw(flow: Flow) -> Drawing:
    """The drawing of a workflow."""
    order = list(Phase)
    statuses = sorted(flow.statuses.values(), key=lambda one: (order.index(Phase(one.phase)), one.position))
    main = [one for one in statuses if one.phase in MAIN]
    main.sort(key=lambda one: (MAIN.index(Phase(one.phase)), one.position))
    side = [one for one in statuses if one.phase not in MAIN]
    ways = _ways(flow)
    rise = MARGIN + ARC * (1 + max([1, *(_leap(main, source, target) for source, target in ways)]))
    boxes = _row(main, rise) + _row(side, rise + BOX_H + GAP_Y)
    by_code = {box.status.code: box for box in boxes}
    arrows = [
        Arrow(source, target, _path(by_code[source], by_code[target]), ", ".join(steps))
        for (source, target), steps in ways.items()
        if source in by_code and target in by_code
    ]
    width = max((box.x for box in boxes), default=0) + BOX_W + MARGIN
    return Drawing(boxes, arrows, width, rise + 2 * BOX_H + GAP_Y + MARGIN + ARC)


def _ways(flow: Flow) -> dict[tuple[str, str], list[str]]:
    """From where to where cases go, by which steps; what leaves a case where it is is no way."""
    ways: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (level, _action, source), step in flow.steps.items():
        if level == INCIDENT and step.target and step.target != source:
            ways[source, step.target].append(str(step.get_action_display()))
    for source, target in _by_agencies(flow):
        ways[source, target].append("")
    return {way: sorted(filter(None, steps)) for way, steps in ways.items()}


def _by_agencies(flow: Flow) -> list[tuple[str, str]]:
    """The ways that cases go by what their agencies do: taken up, done, given back."""
    usual = {phase: flow.usual(phase) for phase in Phase}
    new = [one.code for one in flow.statuses.values() if one.phase == Phase.NEW]
    working = usual[Phase.WORKING]
    ways = [(code, working) for code in new]
    return [*ways, (working, usual[Phase.RESOLVED]), (working, usual[Phase.RETURNED])]


def _leap(main: Sequence[Status], source: str, target: str) -> int:
    """How many boxes of the main line a way leaps over; 0 for ways that are not on it."""
    codes = [one.code for one in main]
    if source not in codes or target not in codes:
        return 0
    return abs(codes.index(target) - codes.index(source)) - 1


def _row(statuses: Sequence[Status], y: int) -> list[Box]:
    return [_box(one, MARGIN + number * (BOX_W + GAP_X), y) for number, one in enumerate(statuses)]


def _box(status: Status, x: int, y: int) -> Box:
    first, second = _lines(status.name)
    return Box(status, x, y, TONES.get(Phase(status.phase), ""), first, second)


def _lines(name: str) -> tuple[str, str]:
    """A name in one or two lines of about equal length."""
    words = name.split()
    if len(name) <= 16 or len(words) == 1:
        return name, ""
    cuts = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    return min(cuts, key=lambda two: max(len(two[0]), len(two[1])))


def _path(source: Box, target: Box) -> str:
    """The line of an arrow, as SVG has it."""
    if source.y == target.y:
        step = (target.x - source.x) // (BOX_W + GAP_X)
        if step == 1:
            y = source.y + BOX_H // 2
            return f"M{source.x + BOX_W},{y} L{target.x - 3},{y}"
        up = step > 0
        y = source.y if up else source.y + BOX_H
        bend = y - ARC * abs(step) * 4 // 3 if up else y + (ARC * abs(step)) * 2 // 3
        shift = BOX_W // 6 if up else -BOX_W // 6
        begin, end = source.middle[0] + shift, target.middle[0] - shift
        return f"M{begin},{y} C{begin},{bend} {end},{bend} {end},{y - 3 if up else y + 3}"
    down = target.y > source.y
    y1, y2 = (source.y + BOX_H, target.y - 3) if down else (source.y, target.y + BOX_H + 3)
    shift = 12 if down else -12
    begin, end = source.middle[0] + shift, target.middle[0] + shift
    half = (y1 + y2) // 2
    return f"M{begin},{y1} C{begin},{half} {end},{half} {end},{y2}"
