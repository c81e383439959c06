"""forget_expired [--dry-run]: erase what was kept as long as it may be, at once instead of in the coming night."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from incidents.erasure import forget_expired


class Command(BaseCommand):
    help = "Erase contacts, words and looks whose retention period is over. A job does the same each night."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how many would be erased")

    def handle(self, *args: Any, **options: Any) -> None:
        seen = forget_expired(dry_run=options["dry_run"])
        verb = "would erase" if options["dry_run"] else "erased"
        self.stdout.write(f"{verb}: {seen.contacts} contacts, {seen.reports} reports, {seen.looks} looks")
