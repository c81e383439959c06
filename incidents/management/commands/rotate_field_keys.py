"""rotate_field_keys [--dry-run] [--batch N]: contacts under the newest of FIELD_KEYS, so that older ones can go."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from incidents.resealing import BATCH, old_factors, rehash, remaining, reseal, reseal_factors, sealed_columns


class Command(BaseCommand):
    help = "Seal all contacts with the first of FIELD_KEYS. Can be interrupted and run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how many need an older key")
        parser.add_argument("--batch", type=int, default=BATCH, help="rows in one transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.FIELD_KEYS:
            raise CommandError("FIELD_KEYS is empty")
        if options["batch"] < 1:
            raise CommandError("--batch must be at least 1")
        try:
            self._columns(options["batch"], dry=options["dry_run"])
            if not options["dry_run"]:
                self.stdout.write(f"phone search: {sum(rehash(options['batch']))} hashes written")
        except ImproperlyConfigured as missing:
            raise CommandError(f"{missing}. Put it back into FIELD_KEYS, behind the new one.") from None

    def _columns(self, batch: int, *, dry: bool) -> None:
        left = 0
        for column in sealed_columns():
            todo = remaining(column)
            if not dry and todo:
                done = 0
                for changed in reseal(column, batch):
                    done += changed
                    self.stdout.write(f"{column.label}: {done} of {todo}")
                todo = remaining(column)
            self.stdout.write(f"{column.label}: {todo} need an older key")
            left += todo
        if not dry:
            self.stdout.write(f"second factors: {reseal_factors()} sealed anew")
        factors = len(old_factors())
        self.stdout.write(f"second factors: {factors} need an older key")
        left += factors
        if left == 0:
            self.stdout.write("No older key is needed: FIELD_KEYS may be cut to its first key.")
        elif not dry:
            raise CommandError(f"{left} texts still need an older key. Run it again.")
