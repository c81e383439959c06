"""Whether the figures of agencies tell of topics that too few people stand behind.

The attacker knows every case of the topics that are crowds (k cases of k reporters; counts of them are released), works
out each figure from these alone, and reads a difference as a sign of the others: of a topic whose counts are held back,
of a confidential case, of one of a closed tier. Worked out with the standard library only, not by the recipe's code.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from opendata.audit.subject import Subject
from opendata.audit.verdicts import Verdict, amount
from opendata.bands import CASES

Known = tuple[Any, ...]  # BEHIND, of one case
BEHIND = (
    "category", "tier", "confidential", "opened", "answer_days", "solved_days", "unsolved", "late", "ended", "reopened",
    "who",
)  # fmt: skip
AT = {name: place for place, name in enumerate(BEHIND)}
Worked = float | str
OPEN, TINY = "open", 1e-6


def examine(subject: Subject) -> list[Verdict]:
    """How many published figures differ from what the crowds alone make of them; none may."""
    tried = told = 0
    k = subject.order.numbers.k
    rows = subject.rows.to_dict("records")
    for row, behind in zip(rows, subject.truth["behind"], strict=True):
        for name, expected in _figures(str(row["tier"]), behind, k):
            tried += 1
            told += _differ(name, str(row[name]), expected)
    tried_id, tried_en = amount(tried)
    return [
        Verdict(
            attack="small-topics",
            figure=told / tried if tried else 0.0,
            bound=0.0,
            passed=told == 0,
            tried=tried,
            successes=told,
            words_id=f"Setiap angka dihitung ulang tanpa kasus rahasia dan tanpa topik yang kasus atau pelapornya "
            f"kurang dari {k}: {told} dari {tried_id} angka berbeda dan membuka kasus itu; tidak satu pun boleh.",
            words_en=f"Each figure was worked out again without confidential cases and without topics of fewer than "
            f"{k} cases or reporters: {told} of {tried_en} figures differ and give them away; none may.",
        )
    ]


def _figures(tier: str, behind: Sequence[Known], k: int) -> Iterator[tuple[str, Worked | None]]:
    """Each column of a row and what stands there, not yet rounded, if only what may be told of is behind it."""
    allowed = [one for one in behind if one[AT["tier"]] == tier and not one[AT["confidential"]]]
    for name, (of, work_out) in FIGURES.items():
        cases = [one for one in allowed if _is(one, of)]
        if tier != OPEN:
            cases = _crowds(cases, k)
        yield name, work_out(cases) if len(cases) >= k else None


def _is(case: Known, name: str) -> bool:
    value = case[AT[name]]
    return not math.isnan(value) if isinstance(value, float) else bool(value)


def _crowds(cases: Sequence[Known], k: int) -> list[Known]:
    topics: dict[str, list[Known]] = defaultdict(list)
    for case in cases:
        topics[case[AT["category"]]].append(case)
    return [
        case
        for of in topics.values()
        if len(of) >= k and len({who for case in of for who in case[AT["who"]]}) >= k
        for case in of
    ]


def _band(cases: Sequence[Known]) -> str:
    for low, high in pairwise(CASES):
        if low <= len(cases) < high:
            return f"{low}-{high - 1}"
    return f"{CASES[-1]}+" if len(cases) >= CASES[-1] else ""


def _days(name: str, share: float) -> Callable[[Sequence[Known]], float]:
    def work_out(cases: Sequence[Known]) -> float:
        ordered = sorted(float(case[AT[name]]) for case in cases)
        place = share * (len(ordered) - 1)
        low, high = ordered[math.floor(place)], ordered[math.ceil(place)]
        return low + (high - low) * (place - math.floor(place))

    return work_out


def _percent(name: str) -> Callable[[Sequence[Known]], float]:
    return lambda cases: 100 * sum(_is(case, name) for case in cases) / len(cases)


FIGURES: dict[str, tuple[str, Callable[[Sequence[Known]], Worked]]] = {
    "cases": ("opened", _band),
    "answer_days_median": ("answer_days", _days("answer_days", 0.5)),
    "answer_days_p90": ("answer_days", _days("answer_days", 0.9)),
    "solved_days_median": ("solved_days", _days("solved_days", 0.5)),
    "solved_days_p90": ("solved_days", _days("solved_days", 0.9)),
    "late_percent": ("unsolved", _percent("late")),
    "reopened_percent": ("ended", _percent("reopened")),
}


def _differ(name: str, published: str, expected: Worked | None) -> bool:
    """Whether what stands there is another value than this one rounded (halves may go either way)."""
    if expected is None or not published or isinstance(expected, str):
        return published != (expected or "")
    step = 5.0 if name.endswith("_percent") else 0.5
    return abs(float(published) - expected) > step / 2 + TINY
