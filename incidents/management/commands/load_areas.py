"""`load_areas FILE --edition NAME`: a boundary file becomes an edition beside the others; docs/commands.md."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import geopandas as gpd
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from geo.boundaries import read_boundaries
from geo.boundary_crs import LonLat
from geo.boundary_report import Report
from geo.boundary_topology import uneven_borders
from geo.editions import load_edition, service_areas_without_place
from geo.errors import Conflict, DomainError
from geo.models import Area, City, Edition
from incidents.models import Relocation
from incidents.relocation.order import active_edition, bring_in_force
from incidents.relocation.run import take_turn


class Command(BaseCommand):
    help = "Load boundaries from a file (docs/boundaries.md) as an edition, all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--edition", required=True, metavar="NAME", help="the new edition's name, e.g. 2026-01"
        )
        parser.add_argument("--activate", action="store_true", help="make it the active edition")
        parser.add_argument(
            "--yes", action="store_true", help="activate it although it is of another city or far away"
        )
        parser.add_argument("--dry-run", action="store_true", help="read and report, load nothing")
        parser.add_argument(
            "--map", action="append", default=[], metavar="WORD=COLUMN", help="e.g. code=KDEPUM"
        )
        parser.add_argument(
            "--layer", default="", metavar="NAME", help="which layer, where the file has several"
        )
        parser.add_argument(
            "--crs",
            default="",
            metavar="EPSG:NUMBER",
            help="the coordinate system, where the file states none",
        )
        parser.add_argument("--within", default="", metavar="CODE", help="only the areas of this city's code")
        parser.add_argument(
            "--approximate", action="store_true", help="the borders are not the official ones"
        )
        parser.add_argument(
            "--uneven", type=Path, metavar="FILE", help="write the gaps and overlaps as GeoJSON to look at"
        )
        parser.add_argument("--source", default="", help="where the borders are from, as shown to readers")

    def handle(self, **options: Any) -> None:
        name = options["edition"].strip()
        longest = Edition._meta.get_field("name").max_length or 0
        if not 0 < len(name) <= longest:
            raise CommandError(_("An edition's name has 1 to %(longest)d characters.") % {"longest": longest})
        try:
            areas, report = self._read(options)
            self.stdout.write(report.as_text())
            if options["uneven"]:
                self._write_uneven(options["uneven"], areas, report)
            if options["dry_run"]:
                self.stdout.write(_("Nothing was loaded (--dry-run)."))
                return
            if options["activate"] and report.elsewhere and not options["yes"]:
                raise Conflict(_not_unasked(report))
            run = None
            with transaction.atomic():
                if options["activate"]:
                    take_turn()
                edition, written = load_edition(
                    areas, report, name, approximate=options["approximate"], source=options["source"]
                )
                if options["activate"]:
                    run = bring_in_force(edition)
        except DomainError as error:
            raise CommandError(str(error)) from error
        self._tell(edition, written, run)

    def _read(self, options: dict[str, Any]) -> tuple[gpd.GeoDataFrame, Report]:
        city = City.objects.first()
        areas, report = read_boundaries(
            options["file"],
            mapping(options["map"]),
            layer=options["layer"],
            within=options["within"],
            names={city.code: city.name} if city else {},
            crs=options["crs"],
            near=_centre(city),
        )
        if city and city.code not in set(areas["code"]):
            words = {"name": city.name, "code": city.code}
            report.elsewhere.append(
                _("None of it is %(name)s (%(code)s), the city that is served here.") % words
            )
        return areas, report

    def _write_uneven(self, path: Path, areas: gpd.GeoDataFrame, report: Report) -> None:
        uneven = uneven_borders(areas, report.dissolved)
        listed = {column: uneven[column].map(", ".join) for column in ("codes", "names")}
        try:
            path.write_text(uneven.assign(**listed).to_json(drop_id=True), encoding="utf-8")
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be written: %(reason)s") % {"file": path, "reason": error.strerror}
            ) from error

    def _tell(self, edition: Edition, written: bool, run: Relocation | None) -> None:
        words = {"name": edition.name, "status": edition.get_status_display()}
        if written:
            self.stdout.write(self.style.SUCCESS(_("Edition “%(name)s” is loaded (%(status)s).") % words))
        else:
            self.stdout.write(_("Edition “%(name)s” already holds these areas (%(status)s).") % words)
        if run:
            self.stdout.write(
                _("The job worker places the open cases now (relocation %(n)d).") % {"n": run.pk}
            )
        lost = service_areas_without_place(edition) if edition.status == Edition.Status.ACTIVE else []
        if lost:
            warning = _("Service areas name areas that this edition does not have: %(codes)s") % {
                "codes": ", ".join(lost)
            }
            self.stderr.write(self.style.WARNING(warning))


def _centre(city: City | None) -> LonLat | None:
    """Where the city lies that is served here: by its own facts, else by the borders in force."""
    if city:
        return city.center.x, city.center.y
    active = active_edition()
    there = active.areas.filter(level=Area.Level.CITY).first() if active else None
    return (there.label_point.x, there.label_point.y) if there else None


def _not_unasked(report: Report) -> str:
    reasons = "".join(f"\n  {reason}" for reason in report.elsewhere)
    return (
        _("Nothing was loaded, since this must be decided before it is put in force:")
        + reasons
        + "\n"
        + _("Load it without --activate and compare it, or say --yes if it is as it should be.")
    )


def mapping(pairs: list[str]) -> dict[str, str]:
    """`["code=KDEPUM"]` → `{"code": "KDEPUM"}`."""
    found = {}
    for pair in pairs:
        word, equals, column = pair.partition("=")
        if not (equals and word.strip() and column.strip()):
            raise CommandError(
                _("--map is written WORD=COLUMN, as in --map code=KDEPUM, not “%(given)s”.") % {"given": pair}
            )
        found[word.strip()] = column.strip()
    return found
