"""`import_complaints FILE [--dry-run]`: cases of another system with their own times; docs/import.md."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.errors import DomainError
from incidents.imports.load import BATCH, Order, Outcome, Result, bring_in, tally
from incidents.imports.report import begin_report, reasons, write_report
from incidents.models import Complaint

TELL_EVERY = 20 * BATCH
LISTED = 200


class Command(BaseCommand):
    help = "Load cases of another system (CSV or XLSX) through the intake, with their own times. Repeatable."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="tell what would be loaded, load nothing")
        parser.add_argument(
            "--system", default=Complaint.Channel.IMPORT.value, metavar="NAME",
            help="where the numbers (external_id) come from; a number is taken once per system",
        )  # fmt: skip
        parser.add_argument("--report", type=Path, metavar="FILE.csv", help="write a line for each row here")

    def handle(self, **options: Any) -> None:
        order = Order(options["file"], options["system"], timezone.now(), dry=options["dry_run"])
        counts: Counter[str] = Counter()
        try:
            with _report(options["report"]) as report:
                for outcomes in bring_in(order):
                    tally(outcomes, counts)
                    self._tell(outcomes, counts)
                    if report:
                        write_report(report, outcomes)
        except DomainError as error:
            raise CommandError(str(error)) from error
        self._summary(counts, order)

    def _tell(self, outcomes: list[Outcome], counts: Counter[str]) -> None:
        refused = [one for one in outcomes if one.result == Result.REFUSED]
        left = LISTED - (counts[Result.REFUSED] - len(refused))
        for one in refused[: max(left, 0)]:
            self.stdout.write(_("row %(row)d: %(reasons)s") % {"row": one.row, "reasons": reasons(one)})
        if counts.total() % TELL_EVERY == 0:
            self.stdout.write(_("%(n)d rows so far") % {"n": counts.total()})

    def _summary(self, counts: Counter[str], order: Order) -> None:
        if counts[Result.REFUSED] > LISTED:
            more = _("… and %(count)d more; --report FILE.csv tells each row.")
            self.stdout.write(more % {"count": counts[Result.REFUSED] - LISTED})
        told = [f"{counts[one]} {one.label}" for one in Result if counts[one]] or [_("no rows")]
        self.stdout.write(_("%(n)d rows: %(told)s") % {"n": counts.total(), "told": ", ".join(told)})
        if order.dry:
            self.stdout.write(_("Nothing was loaded (--dry-run)."))


@contextmanager
def _report(path: Path | None) -> Iterator[TextIO | None]:
    if path is None:
        yield None
        return
    try:
        file = path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise CommandError(_("The report cannot be written there: %(path)s") % {"path": path}) from error
    with file:
        begin_report(file)
        yield file
