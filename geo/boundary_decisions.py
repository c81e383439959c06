"""What a loaded boundary file leaves to a person: one sentence for each thing that the loader could not know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.boundary_codes import CITY

if TYPE_CHECKING:
    from geo.boundary_report import Report

SHOWN = 10
# Within this of a kelurahan a point still belongs to it (geo/locate.py); farther inside a gap it belongs to nobody.
BRIDGED_M = 50.0
# Borders that were drawn twice overlap by less than a hundredth of a kelurahan.
MUCH = 0.01


def decisions(report: Report) -> list[str]:
    """One sentence each, in the current language, the weightiest first."""
    return [*_about_the_file(report), *_about_the_tree(report), *_about_the_shapes(report)]


def _about_the_file(report: Report) -> Iterator[str]:
    yield from report.elsewhere
    yield from report.doubts
    if report.bps:
        yield _("The codes are BPS's, not Kemendagri's: give Kemendagri's with --map code=COLUMN if you can.")
    if report.counts[CITY] > 1:
        yield _("There is more than one regency or city: choose one with --within CODE.")


def _about_the_tree(report: Report) -> Iterator[str]:
    if report.unnamed:
        yield _("No name is known for: %(codes)s.") % {"codes": few(report.unnamed)}
    if report.orphans:
        told = ngettext(
            "%(count)d area names a parent that is not in the file; its code's own parent was taken: %(pairs)s.",
            "%(count)d areas name a parent that is not in the file; their codes' own parents were taken: %(pairs)s.",
            len(report.orphans),
        )
        pairs = [f"{code} → {parent or '–'}" for code, parent in report.orphans]
        yield told % {"count": len(report.orphans), "pairs": few(pairs)}
    if report.astray:
        pairs = [f"{code} → {parent} ({_percent(share)})" for code, parent, share in report.astray]
        yield _("Less than half of it lies in its parent's own polygon; is a code wrong? %(pairs)s") % {
            "pairs": few(pairs)
        }
    if report.childless:
        yield _("The file has no part of: %(codes)s. Points there belong to nobody.") % {
            "codes": few(report.childless)
        }


def _about_the_shapes(report: Report) -> Iterator[str]:
    changed = [
        item.code for item in report.repaired if abs(item.after_m2 - item.before_m2) > MUCH * item.after_m2
    ]
    if changed:
        yield _("A repair changed the size by more than 1 %%: look at %(codes)s.") % {"codes": few(changed)}
    for spot in report.gaps.largest:
        if spot.reach_m > BRIDGED_M:
            yield _("Nobody answers in the middle of the gap at %(place)s between %(codes)s.") % {
                "place": f"{spot.lat:.6f}, {spot.lon:.6f}",
                "codes": few(spot.codes),
            }
    for spot in report.overlaps.largest:
        if spot.share > MUCH:
            yield _(
                "%(codes)s both claim %(share)s of the smaller one, at %(place)s; the lower code gets it."
            ) % {
                "codes": " + ".join(spot.codes),
                "share": _percent(spot.share),
                "place": f"{spot.lat:.6f}, {spot.lon:.6f}",
            }


def _percent(share: float) -> str:
    return f"{number_format(share * 100, 1)} %"


def few(words: Sequence[str]) -> str:
    """The first of many, and how many there are."""
    shown = ", ".join(words[:SHOWN])
    return f"{shown} … ({len(words)})" if len(words) > SHOWN else shown
