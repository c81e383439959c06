"""At which step each category is counted: fixed once per quarter, from the months before it and never from itself.

A table that is made as fine as its own numbers allow tells by its fineness what they are (the minimality attack, Wong
et al. 2007). Here the fineness is known before the first report of the quarter comes in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from opendata.cells import CITY, KECAMATAN, KELURAHAN, STEPS, blocks
from opendata.models import Rung
from opendata.policy import Numbers
from opendata.weeks import Period

LEAST_MONTHS = 3  # with reports, before a category can be counted finer than by quarter and city
BY_MONTH = dict(zip((KELURAHAN, KECAMATAN, CITY), STEPS, strict=False))  # the finest first
COARSEST = STEPS[-1]
NOTHING = dict.fromkeys(("reports", *BY_MONTH), 0)
Seen = dict[str, dict[str, int]]  # month → reports in all, and at each level in cells of at least k reporters


def months_before(quarter: Period, numbers: Numbers) -> list[Period]:
    """The months that a quarter's rungs are fixed from, the oldest first."""
    months = [Period(quarter.year, quarter.first_month).before()]
    while len(months) < numbers.ladder_months:
        months.append(months[-1].before())
    return months[::-1]


def publishable(reports: pd.DataFrame, numbers: Numbers, city: str) -> dict[str, Seen]:
    """By category what it had in each month. `reports` as cells.REPORTS."""
    found: dict[str, Seen] = {}
    for block in blocks(reports, city):
        for (category, place), cell in block.cells.items():
            seen = found.setdefault(category, {}).setdefault(block.period, dict(NOTHING))
            level = block.level[place]
            if level == CITY:
                seen["reports"] += cell.reports
            if cell.reporters >= numbers.k:
                seen[level] += cell.reports
    return found


def step(months: Seen, numbers: Numbers) -> str:
    """The finest step at which enough of the earlier reports would have been in cells of k reporters."""
    filled = [month for month in months.values() if month["reports"]]
    if len(filled) < LEAST_MONTHS:
        return COARSEST
    reports = sum(month["reports"] for month in filled)
    for level, name in BY_MONTH.items():
        if sum(month[level] for month in filled) >= numbers.ladder_share * reports:
            return name
    return COARSEST


def fix(
    quarter: Period,
    categories: Iterable[str],
    read: Callable[[Period, Period], pd.DataFrame],
    numbers: Numbers,
    city: str,
) -> dict[str, str]:
    """The step of each category in the quarter. What is fixed stays; the others are fixed now, from earlier months.

    `read` gives the reports (cells.REPORTS) from one month to another, both included. Each month is read once: contacts
    are erased after their time, and reporters that nobody can tell apart any more would make last year look smaller.
    """
    wanted = sorted(set(categories) - set(_fixed(quarter, categories)))
    if wanted:
        window = months_before(quarter, numbers)
        seen = _remembered(quarter, wanted, {str(month) for month in window})
        unread = [month for month in window if any(str(month) not in seen[category] for category in wanted)]
        fresh = publishable(read(unread[0], unread[-1]), numbers, city) if unread else {}
        for category in wanted:
            new = {str(month): fresh.get(category, {}).get(str(month), NOTHING) for month in unread}
            seen[category] = dict(sorted((new | seen[category]).items()))
        Rung.objects.bulk_create(
            [
                Rung(
                    category=one,
                    level=step(seen[one], numbers),
                    since=str(quarter),
                    seen={"months": seen[one]},
                )
                for one in wanted
            ],
            ignore_conflicts=True,  # another build was faster: what it fixed stays
        )
    return _fixed(quarter, categories)


def _fixed(quarter: Period, categories: Iterable[str]) -> dict[str, str]:
    rows = Rung.objects.filter(since=str(quarter), category__in=list(categories))
    return dict(rows.order_by("category").values_list("category", "level"))


def _remembered(quarter: Period, categories: list[str], window: set[str]) -> dict[str, Seen]:
    """What earlier quarters' rungs were fixed from, as far as it counts for this one."""
    seen: dict[str, Seen] = {category: {} for category in categories}
    earlier = Rung.objects.filter(since__lt=str(quarter), category__in=categories).order_by("since")
    for category, kept in earlier.values_list("category", "seen"):
        seen[category] |= {
            month: counts for month, counts in kept.get("months", {}).items() if month in window
        }
    return seen
