"""`load_demo [FOLDER]`: sign-ins for trying things out, and ninety made-up days; docs/commands.md."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from geo.city import current_city
from incidents.demo.lines import resting_lines
from incidents.demo.people import write_sign_ins
from incidents.demo.story import tell_story
from incidents.models import Incident


class Command(BaseCommand):
    help = (
        "Make demo sign-ins (written to demo.json) and, in a demo city, made-up complaints and camera events."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", help="the city's folder, for texts and homes")
        parser.add_argument("--complaints", type=int, default=2000)
        parser.add_argument("--events", type=int, default=20_000)
        parser.add_argument("--days", type=int, default=90)

    def handle(self, **options: Any) -> None:
        if not settings.DEMO or not str(settings.DATABASES["default"]["HOST"]).startswith("/"):
            raise CommandError(
                _("The demo is for the embedded cluster with DEMO=1: anybody can read its passwords.")
            )
        city = current_city()
        if city is None:
            raise CommandError(_("Load a city first: load_city FOLDER."))
        with transaction.atomic():
            made = write_sign_ins(settings.VAR / "demo.json")
        if made:
            self.stdout.write(_("{n} demo sign-ins made.").format(n=made))
        if city.demo and options["folder"] and not Incident.objects.filter(demo=True).exists():
            with transaction.atomic(), resting_lines(), translation.override(settings.LANGUAGE_CODE):
                tell_story(
                    options["folder"],
                    options["complaints"],
                    options["events"],
                    options["days"],
                    timezone.now(),
                )
            cases = Incident.objects.filter(demo=True).count()
            self.stdout.write(_("{n} made-up cases loaded.").format(n=cases))
