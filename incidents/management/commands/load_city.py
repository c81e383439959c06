"""`load_city FOLDER`; docs/commands.md."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from geo.changes import one_transaction
from geo.errors import DomainError
from incidents.city_folder import is_loaded, load_city_folder


class Command(BaseCommand):
    help = (
        "Load a city from its folder (areas, agencies, service areas, categories, cameras …), all or nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--once", action="store_true", help="do nothing when this city is loaded already")
        parser.add_argument("--dry-run", action="store_true", help="tell what would change, change nothing")

    def handle(self, **options: Any) -> None:
        folder: Path = options["folder"]
        if not (folder / "city.toml").is_file():
            raise CommandError(_("%(folder)s holds no city.toml.") % {"folder": folder})
        try:
            if options["once"] and is_loaded(folder):
                return
            with one_transaction(options["dry_run"]):
                for name, changes in load_city_folder(folder):
                    if changes:
                        self.stdout.write(f"{name}\n{changes.as_text(shown=5)}")
        except DomainError as error:
            raise CommandError(str(error)) from error
        if options["dry_run"]:
            self.stdout.write(_("Nothing was loaded (--dry-run)."))
