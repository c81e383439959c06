"""`issue_token --kind agency|source|user --for CODE`; docs/commands.md."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from geo.errors import Invalid
from incidents.models import Token
from incidents.tokens import issue, known_subject


class Command(BaseCommand):
    help = "Make a token for a program and print it, this once: only its hash is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", required=True, choices=Token.Kind.values)
        parser.add_argument(
            "--for",
            required=True,
            dest="subject",
            metavar="CODE",
            help="an agency's code, a source's name, or a user's e-mail",
        )
        parser.add_argument("--scope", action="append", default=[], help="what it may do (repeatable)")

    def handle(self, **options: Any) -> None:
        kind = Token.Kind(options["kind"])
        try:
            subject = known_subject(kind, options["subject"])
        except Invalid as refused:
            raise CommandError(str(refused.detail)) from None
        token = issue(kind, subject, options["scope"])
        self.stderr.write(_("Keep it now: it cannot be shown again."))
        self.stdout.write(token)
