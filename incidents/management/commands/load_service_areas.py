"""`load_service_areas FILE`; docs/commands.md."""

from __future__ import annotations

from argparse import ArgumentParser

from geo.management.file_command import FileCommand
from incidents.service_area_file import load_service_area_file


class Command(FileCommand):
    help = "Load service areas from a CSV of area codes or a file of polygons, all or nothing."
    load = staticmethod(load_service_area_file)
    extra = ("layer", "crs")

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--layer", default="", metavar="NAME", help="which layer of a file of polygons")
        parser.add_argument(
            "--crs",
            default="",
            metavar="EPSG:NUMBER",
            help="the coordinate system of polygons, where the file states none",
        )
