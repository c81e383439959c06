"""How many people live in an area, also where the newest census still counts by the codes of earlier borders."""

from __future__ import annotations

from collections import defaultdict

from geo.edition_compare import WHOLE
from geo.models import Edition, Population, Predecessor

Counts = dict[str, tuple[int, int]]


def people_in_force() -> Counts:
    """People and the year of the count by area code, the newest of each; what merged is added up.

    Counts of one year are added: a code that took in others has theirs, too, until a newer count knows it as it is. A
    divided area's people are not shared out: nobody counted where they live.
    """
    rows = Population.objects.order_by("area_code", "-year").distinct("area_code")
    newest: Counts = {
        code: (people, year) for code, people, year in rows.values_list("area_code", "people", "year")
    }
    found = dict(newest)
    for code, olds in _merged():
        # Editions one after the other: the first whose codes were counted as a whole tells it.
        if code not in found or found[code] == newest.get(code):
            found |= _added_up(code, olds, newest)
    return found


def _merged() -> list[tuple[str, set[str]]]:
    """Codes in force with the other codes that went up in them as a whole, edition by edition, the newest first."""
    links = Predecessor.objects.filter(edition__status=Edition.Status.ACTIVE, share__gte=WHOLE)
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    rows = links.order_by("-predecessor_edition__activated_at", "code")
    for edition, code, old in rows.values_list("predecessor_edition", "code", "predecessor_code"):
        if old != code:
            found[edition, code].add(old)
    return [(code, olds) for (_edition, code), olds in found.items()]


def _added_up(code: str, olds: set[str], newest: Counts) -> Counts:
    """The sum of what merged, if all of it was counted in one year, and the code itself (if at all) not later."""
    counts = [newest[one] for one in olds if one in newest]
    counts += [newest[code]] if code in newest else []
    years = {year for _people, year in counts}
    if len(years) != 1 or len(counts) < len(olds):
        return {}
    return {code: (sum(people for people, _year in counts), years.pop())}
