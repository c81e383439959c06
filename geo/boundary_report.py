"""What was found in a boundary file and what was done about it: for people as sections, for Edition.report as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.boundary_codes import CITY, DISTRICT, VILLAGE
from geo.boundary_decisions import decisions, few
from geo.boundary_place import Place
from geo.boundary_repair import Repair
from geo.boundary_topology import Spot, Spots

SHOWN = 10
SPOTS_SHOWN = 5
# What GEOS finds, in words; the rare rest stays as GEOS says it.
WORDS = {
    "Self-intersection": gettext_lazy("its border crosses itself"),
    "Ring Self-intersection": gettext_lazy("its border touches itself"),
    "Hole lies outside shell": gettext_lazy("a hole lies outside of it"),
    "Holes are nested": gettext_lazy("a hole lies in a hole"),
    "Nested shells": gettext_lazy("a part lies in another part"),
    "Duplicate Rings": gettext_lazy("a ring is there twice"),
    "Interior is disconnected": gettext_lazy("holes cut it into pieces"),
}
_GEOS_REASON = re.compile(r"(?P<what>[^\[]+)\[(?P<lon>\S+) (?P<lat>\S+)\]")


@dataclass(frozen=True)
class Report:
    """The findings for one file. `digest` is of the areas as loaded: the same content gives the same digest.

    `crs` is the file's own, '' when it states none. Areas in m². `bps`: the codes are BPS's, not Kemendagri's. `notes`
    (what was put right while reading) and `doubts` are sentences in the language of the loading; `elsewhere` are those
    doubts for which nothing is put in force unasked: another city, another place.
    """

    file: str
    format: str
    layer: str
    crs: str
    style: str
    bps: bool
    counts: dict[str, int]
    notes: list[str]
    doubts: list[str]
    place: Place
    elsewhere: list[str]
    repaired: list[Repair]
    gaps: Spots
    overlaps: Spots
    orphans: list[tuple[str, str]]
    astray: list[tuple[str, str, float]]
    childless: list[str]
    dissolved: list[str]
    unnamed: list[str]
    digest: str

    def as_json(self) -> dict[str, Any]:
        """Plain dicts, lists, strings and numbers."""
        return asdict(self)

    def as_text(self) -> str:
        """For the terminal: what it is, what was repaired, how the borders meet, what to decide."""
        rows = list(self._source())
        width = max(len(label) for label, _value in rows)
        return "\n".join([
            *(f"{label:<{width}}  {value}" for label, value in rows),
            *_section(_("What was repaired"), list(self._repairs()), _("nothing")),
            *_section(_("How the kelurahan meet (places: latitude, longitude)"), list(self._meetings()), ""),
            *_section(
                _("What a person must decide"),
                [f"{number}. {text}" for number, text in enumerate(self.decisions(), 1)],
                _("nothing"),
            ),
        ])  # fmt: skip

    def decisions(self) -> list[str]:
        """What the loader could not know, one sentence each."""
        return decisions(self)

    def _source(self) -> Iterator[tuple[str, str]]:
        yield _("File"), f"{self.file} ({self.format}, {self.layer})"
        yield _("Fields"), self.style
        yield _("Coordinates"), self.crs or _("not stated, taken as WGS 84")
        yield _("Place"), str(self.place)
        yield _("Regencies and cities"), str(self.counts[CITY])
        yield _("Kecamatan"), str(self.counts[DISTRICT])
        yield _("Kelurahan and desa"), str(self.counts[VILLAGE])

    def _repairs(self) -> Iterator[str]:
        yield from self.notes
        for item in self.repaired[:SHOWN]:
            yield told(item)
        if len(self.repaired) > SHOWN:
            yield _("… and %(count)d more") % {"count": len(self.repaired) - SHOWN}
        if self.dissolved:
            yield _("Made from their parts: %(codes)s") % {"codes": few(self.dissolved)}

    def _meetings(self) -> Iterator[str]:
        yield from _spots(_("Gaps"), self.gaps)
        yield from _spots(_("Overlaps"), self.overlaps)


def _section(title: str, lines: Sequence[str], empty: str) -> list[str]:
    return ["", title, *(f"  {line}" for line in lines or [empty])]


def _spots(label: str, spots: Spots) -> Iterator[str]:
    yield f"{label}: {spots.count}" + (f", {square_metres(spots.area_m2)}" if spots.count else "")
    yield from (f"  {_spot(spot)}" for spot in spots.largest[:SPOTS_SHOWN])


def _spot(spot: Spot) -> str:
    around = few([f"{code} {name}" for code, name in zip(spot.codes, spot.names, strict=True)])
    return f"{square_metres(spot.area_m2)} @ {spot.lat:.6f}, {spot.lon:.6f}: {around}"


def told(item: Repair) -> str:
    """One repair: of what, why and where, and the area before and after."""
    named = f"{item.code} {item.name}".strip()
    return f"{named}: {_why(item.reason)}; {square_metres(item.before_m2)} → {square_metres(item.after_m2)}"


def _why(reason: str) -> str:
    """GEOS's reason and place (`Self-intersection[112.9 -7.7]`) in words, the place as latitude and longitude."""
    known = _GEOS_REASON.fullmatch(reason)
    if known is None or known["what"] not in WORDS:
        return reason
    return f"{WORDS[known['what']]} @ {float(known['lat']):.6f}, {float(known['lon']):.6f}"


def square_metres(area: float) -> str:
    """With the thousands apart, as the current language writes them."""
    return f"{number_format(round(area), force_grouping=True)} m²"
