"""`manage.py publish`: build, audit and release the months that have ended; to be run every day by a timer."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.city import city_zone
from geo.errors import DomainError
from opendata import former_words as telling
from opendata.build import forecast
from opendata.definitions import COUNTS, definition
from opendata.periods import Month, Window
from opendata.publish import asked_window, due_windows, publish
from opendata.sources import months_with_reports


class Command(BaseCommand):
    help = "Releases a dataset: every month that has ended and is not released yet, or one given period."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dataset", nargs="?", default=COUNTS.slug, help=f"default: {COUNTS.slug}")
        parser.add_argument(
            "--period", help="e.g. 2026-10; a month that still runs is released provisionally"
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="tell what would leave and what is held back; write nothing",
        )

    def handle(self, *args: Any, dataset: str, period: str | None, dry_run: bool, **options: Any) -> None:
        try:
            self.run(dataset, period, dry_run)
        except DomainError as error:
            raise CommandError(_sentence(error)) from None
        except OSError as error:
            raise CommandError(telling.unwritable(error)) from None

    def run(self, dataset: str, period: str | None, dry_run: bool) -> None:
        wanted, zone, now = definition(dataset), city_zone(), timezone.now()
        windows = [asked_window(period, zone, now)] if period is not None else due_windows(wanted, zone, now)
        for window in windows:
            if dry_run:
                self.stdout.write("\n".join(telling.forecast(window, forecast(wanted, window))))
            else:
                self.stdout.write(telling.outcome(publish(wanted, window)))
        if period is None:
            self.tell_what_waits(windows, Window(Month.of(now, zone), zone, now))

    def tell_what_waits(self, done: list[Window], running: Window) -> None:
        """Nothing was due, and the month that still runs: say so, and what can be done."""
        if not done:
            self.stdout.write(_("No month that has ended waits for its release."))
        if running.month in months_with_reports(running.zone):
            command = f"manage.py publish --period {running.month}"
            self.stdout.write(telling.still_runs(running, command))


def _sentence(error: DomainError) -> str:
    return str(error.detail or error.title)
