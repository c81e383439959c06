"""What was found in a boundary file and what was done about it: for people as a table, for Edition.report as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.boundary_codes import CITY, DISTRICT, VILLAGE
from geo.boundary_repair import Repair
from geo.boundary_topology import Spots

SHOWN = 10


@dataclass(frozen=True)
class Report:
    """The findings for one file. `digest` is of the areas as loaded: the same content gives the same digest.

    `crs` is the file's own, '' when it states none. Areas in m². `bps`: the codes are BPS's, not Kemendagri's.
    """

    file: str
    format: str
    layer: str
    crs: str
    style: str
    bps: bool
    counts: dict[str, int]
    repaired: list[Repair]
    gaps: Spots
    overlaps: Spots
    orphans: list[tuple[str, str]]
    dissolved: list[str]
    unnamed: list[str]
    digest: str

    def as_json(self) -> dict[str, Any]:
        """Plain dicts, lists, strings and numbers."""
        return asdict(self)

    def as_text(self) -> str:
        """A table for the terminal in the current language; what a person must decide stands last, marked with `!`."""
        rows = [*self._source(), *self._findings()]
        width = max(len(label) for label, _value in rows)
        lines = [f"{label:<{width}}  {value}" for label, value in rows]
        return "\n".join([*lines, *(f"! {line}" for line in self.decisions())])

    def _source(self) -> Iterator[tuple[str, str]]:
        yield _("File"), f"{self.file} ({self.format}, {self.layer})"
        yield _("Fields"), self.style
        yield _("Coordinates"), self.crs or _("not stated, taken as WGS 84")
        yield _("Regencies and cities"), str(self.counts[CITY])
        yield _("Kecamatan"), str(self.counts[DISTRICT])
        yield _("Kelurahan and desa"), str(self.counts[VILLAGE])

    def _findings(self) -> Iterator[tuple[str, str]]:
        yield _("Made from their parts"), _few(self.dissolved)
        yield _("Invalid, repaired"), str(len(self.repaired))
        for item in self.repaired[:SHOWN]:
            yield (
                f"  {item.code} {item.name}",
                f"{item.reason}; {_m2(item.before_m2)} → {_m2(item.after_m2)}",
            )
        for label, spots in (
            (_("Gaps between kelurahan"), self.gaps),
            (_("Overlaps of kelurahan"), self.overlaps),
        ):
            yield label, f"{spots.count}, {_m2(spots.area_m2)}" if spots.count else "0"
            for spot in spots.largest:
                yield f"  {_m2(spot.area_m2)}", _few(spot.codes)
        yield _("Orphans"), _few([f"{code} → {parent}" for code, parent in self.orphans])

    def decisions(self) -> list[str]:
        """What the loader could not know, one sentence each."""
        found = []
        if not self.crs:
            found.append(
                _("The file states no coordinate system: compare a known place on the map before activating.")
            )
        if self.bps:
            found.append(
                _(
                    "The codes are BPS's, not Kemendagri's: give Kemendagri's with --map code=COLUMN if you can."
                )
            )
        if self.counts[CITY] > 1:
            found.append(_("There is more than one regency or city: choose one with --within CODE."))
        if self.unnamed:
            found.append(_("No name is known for: %(codes)s.") % {"codes": _few(self.unnamed)})
        if self.orphans:
            found.append(
                ngettext(
                    "%(count)d area names a parent that is not in the file; its code's own parent was taken.",
                    "%(count)d areas name a parent that is not in the file; their codes' own parents were taken.",
                    len(self.orphans),
                )
                % {"count": len(self.orphans)}
            )
        changed = [
            item.code for item in self.repaired if abs(item.after_m2 - item.before_m2) > 0.01 * item.after_m2
        ]
        if changed:
            found.append(
                _("A repair changed the size by more than 1 %%: look at %(codes)s.")
                % {"codes": _few(changed)}
            )
        return found


def _m2(area: float) -> str:
    return f"{number_format(round(area), force_grouping=True)} m²"


def _few(words: list[str]) -> str:
    shown = ", ".join(words[:SHOWN])
    return f"{shown} … ({len(words)})" if len(words) > SHOWN else shown or "0"
