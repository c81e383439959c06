"""The shape that all small loaders share: one file, `--dry-run`, one transaction, what changed in words."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from geo.changes import Changes, one_transaction
from geo.errors import DomainError


class FileCommand(BaseCommand):
    """Subclasses say how a file is loaded.

    `load` takes the path and, as keywords, the options named in `extra`. It runs inside the transaction that `handle`
    has begun, and raises DomainError for what it refuses.
    """

    load: Callable[..., Changes]
    extra: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="tell what would change, change nothing")

    def handle(self, **options: Any) -> None:
        try:
            with one_transaction(options["dry_run"]):
                changes = self.load(options["file"], **{name: options[name] for name in self.extra})
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(changes.as_text())
        if options["dry_run"]:
            self.stdout.write(_("Nothing was loaded (--dry-run)."))
