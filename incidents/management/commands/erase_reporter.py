"""erase_reporter CODE [--dry-run]: a reporter's right to be forgotten, done by whoever the city charges with it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from geo.errors import DomainError
from incidents.erasure import erase_report
from incidents.models import Complaint
from incidents.tracking import written_code


class Command(BaseCommand):
    help = "Erase words, contact and photos of the report with this code. Its case and history stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="the tracking code of the report")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be erased")

    def handle(self, *args: Any, **options: Any) -> None:
        complaint = Complaint.objects.filter(tracking_code=written_code(options["code"]) or "").first()
        if complaint is None:
            raise CommandError("there is no report with this code")
        photos, contact = complaint.photos.count(), int(hasattr(complaint, "reporter"))
        if options["dry_run"]:
            self.stdout.write(
                f"would erase the words, {photos} photos and {contact} contact; nothing changed"
            )
            return
        try:
            erase_report(complaint)
        except DomainError as refused:
            raise CommandError(str(refused.detail)) from None
        self.stdout.write(f"erased: the words, {photos} photos and {contact} contact")
