"""`manage.py withdraw`: take a release back; what remains is said before."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from geo.errors import DomainError
from opendata.withdraw import release_named, what_remains, withdraw


class Command(BaseCommand):
    help = "Withdraws a release: its rows and files go, its name, checksums and the reason stay. No way back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dataset", help="e.g. kejadian-ruang-publik")
        parser.add_argument("version", help="e.g. 2026-10 or 2026-07-r1")
        parser.add_argument("--reason", required=True, help="for the public, in Indonesian; names nobody")
        parser.add_argument("--reason-en", default="", help="the same in English")
        parser.add_argument(
            "--yes", action="store_true", help="do it; without it only what would remain is told"
        )

    def handle(self, *args: Any, dataset: str, version: str, **options: Any) -> None:
        try:
            release = release_named(dataset, version)
            for sentence in what_remains(release).sentences:
                self.stdout.write(sentence)
            if not options["yes"]:
                raise CommandError(_("Nothing was withdrawn. Say --yes to do it; it cannot be taken back."))
            withdraw(release, options["reason"], options["reason_en"], None)
        except DomainError as error:
            raise CommandError(str(error.detail or error.title)) from None
        self.stdout.write(
            _("%(dataset)s %(version)s was withdrawn.") % {"dataset": dataset, "version": version}
        )
