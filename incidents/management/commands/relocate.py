"""`relocate [--edition NAME] [--dry-run]`: place and route the open cases again; docs/commands.md."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.errors import DomainError
from geo.models import Edition
from incidents.jobs import tell_relocation
from incidents.models import Doubt, Relocation
from incidents.relocation.forecast import forecast
from incidents.relocation.order import FOLLOWED_AFTER_S, active_edition
from incidents.relocation.run import BATCH, begun, new_run, proceed
from incidents.relocation.tally import Tally

LISTED = 100


class Command(BaseCommand):
    help = "Place and route the open cases again by the borders and service areas in force."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--edition", default="", metavar="NAME", help="the borders to place in; not in force: --dry-run"
        )
        parser.add_argument("--dry-run", action="store_true", help="tell what would change, change nothing")

    def handle(self, **options: Any) -> None:
        try:
            edition = self._edition(options["edition"], dry=options["dry_run"])
            if options["dry_run"]:
                self._tell(forecast(edition))
                self.stdout.write(_("Nothing was changed (--dry-run)."))
            else:
                self._relocate(edition)
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _edition(self, name: str, *, dry: bool) -> Edition:
        active = active_edition()
        if not name:
            if active is None:
                raise CommandError(
                    _("No boundaries are loaded yet: load_areas FILE --edition NAME --activate.")
                )
            return active
        edition = Edition.objects.filter(name=name).first()
        if edition is None:
            raise CommandError(_("There is no edition “%(name)s”.") % {"name": name})
        if not dry and edition != active:
            words = _("The edition “%(name)s” is not in force: put it in force first, or add --dry-run.")
            raise CommandError(words % {"name": name})
        return edition

    def _relocate(self, edition: Edition) -> None:
        _let_others_follow(edition)
        left = begun(edition)
        run = left or new_run(edition, None, None)
        for now in proceed(run.pk, BATCH):
            run = now
            if not run.finished_at:
                self.stdout.write(_("%(done)d of %(total)d") % {"done": run.done, "total": run.total})
        if run.agencies:
            tell_relocation.defer(run_id=run.pk)
        if run.error:
            raise CommandError(run.error)
        self._summary(run)

    def _summary(self, run: Relocation) -> None:
        words = _(
            "%(total)d open cases: %(moved)d in another kelurahan or kecamatan, %(rerouted)d with another"
            " agency, %(doubted)d for a person to decide."
        )
        numbers = {name: getattr(run, name) for name in ("total", "moved", "rerouted", "doubted")}
        self.stdout.write(self.style.SUCCESS(words % numbers))
        self._list_doubts(dict(run.doubts.order_by("incident").values_list("incident", "reason")))

    def _tell(self, tally: Tally) -> None:
        words = _(
            "Of %(total)d open cases %(moved)d would get another kelurahan or kecamatan, %(rerouted)d another"
            " agency, %(doubted)d would be left to a person."
        )
        numbers = {"total": tally.total, "moved": tally.moved, "rerouted": tally.rerouted}
        self.stdout.write(words % {**numbers, "doubted": len(tally.doubts)})
        moves = Counter({(str(a.code), a.name, b.code, b.name): n for (a, b), n in tally.moves.items()})
        for (code, name, to_code, to_name), n in moves.most_common():
            self.stdout.write(f"  {n:>7}  {code} {name} → {to_code} {to_name}")
        for (lost, got), n in tally.handed.most_common():
            self.stdout.write(f"  {n:>7}  {lost or '–'} → {got or '–'}")
        self._list_doubts(tally.doubts)

    def _list_doubts(self, doubts: dict[int, Any]) -> None:
        labels = dict(Doubt.Reason.choices)
        for key, reason in sorted(doubts.items())[:LISTED]:
            self.stdout.write(f"  ! #{key}: {labels[reason]}")
        if len(doubts) > LISTED:
            self.stdout.write(_("  ! and %(n)d more") % {"n": len(doubts) - LISTED})


def _let_others_follow(edition: Edition) -> None:
    """Wait until every process has borders that came into force a moment ago."""
    since = edition.activated_at
    if since:
        left = FOLLOWED_AFTER_S - (timezone.now() - since).total_seconds()
        time.sleep(max(0.0, min(left, FOLLOWED_AFTER_S)))
