"""`build_catchments`: put catchments in force that fit borders and households of now; docs/catchments.md."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from geo.catchment_risk import Demand
from geo.catchment_versions import follow
from geo.changes import one_transaction
from geo.households import notes

LOWEST, HIGHEST = 20, 1000


class Command(BaseCommand):
    help = "Make the catchments, or merge those in force where they need it, and tell what they are like."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--least", type=int, help="households in every cell, at least; never lowered again"
        )
        parser.add_argument("--dry-run", action="store_true", help="tell what would change, change nothing")

    def handle(self, **options: Any) -> None:
        least = options["least"]
        if least is not None and not LOWEST <= least <= HIGHEST:
            raise CommandError(
                _("--least must be between %(low)s and %(high)s") % {"low": LOWEST, "high": HIGHEST}
            )
        with one_transaction(options["dry_run"]):
            version = follow(Demand(least=least, strong=max(least, Demand().strong)) if least else None)
        if version is None:
            raise CommandError(
                _("There are no borders in force, or no households are known: see load_households.")
            )
        for line in notes(version):
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write(_("Nothing was changed (--dry-run)."))
