"""`manage.py publish`: build, attack and release what is due, or one period; here and now, since its caller decides."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.errors import DomainError
from opendata import telling
from opendata.definitions import defined, in_use, recipe_of
from opendata.due import Due, due, due_revisions
from opendata.forecasts import forecast
from opendata.models import Build, Definition
from opendata.releasing import publish_now
from opendata.versions import period_of, version_of
from opendata.weeks import Period

STOPPED = (Build.State.REFUSED, Build.State.FAILED, Build.State.STALE, Build.State.READY)


class Command(BaseCommand):
    help = (
        "Releases what is due, of all datasets or of one: closed periods, and a closed quarter’s revisions."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "dataset", nargs="?", help="its name in addresses; without it all that are in use"
        )
        parser.add_argument(
            "--period", help="only this month or quarter, e.g. 2026-10 or 2026-Q4; it must have ended"
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="tell what would leave, what is coarsened and what is held back; write nothing",
        )

    def handle(
        self, *args: Any, dataset: str | None, period: str | None, dry_run: bool, **options: Any
    ) -> None:
        try:
            wanted = self.wanted(dataset, period)
        except DomainError as error:
            raise CommandError(_sentence(error)) from None
        if not wanted:
            self.stdout.write(_("Nothing is due."))
        stopped = [why for one in wanted if (why := self.forecast(one) if dry_run else self.release(one))]
        if stopped:
            raise CommandError(" ".join(stopped))

    def wanted(self, dataset: str | None, period: str | None) -> list[Due]:
        """What to release, in this order: reference data and the oldest periods first."""
        datasets = in_use() if dataset is None else [defined(dataset)]
        if period is not None:
            return [_asked(one, period) for one in datasets if dataset or _has(one, period)]
        now = timezone.now()
        names = {one.slug for one in datasets}
        revisions = [one for one in due_revisions(now) if one.definition.slug in names]
        return [*due(now, datasets), *revisions]

    def forecast(self, one: Due) -> str:
        """Tells what would leave; gives why nothing could."""
        try:
            made = forecast(one.definition, one.period_text, one.revision)
        except DomainError as error:
            return f"{_name(one)}: {_sentence(error)}"
        self.stdout.write("\n".join(telling.forecast(_name(one), made)))
        return ""

    def release(self, one: Due) -> str:
        """Releases it and tells so; gives what stopped it."""
        try:
            build = publish_now(one)
        except DomainError as error:
            return f"{_name(one)}: {_sentence(error)}"
        if build.state in STOPPED:
            return telling.outcome(build)
        self.stdout.write(telling.outcome(build))
        return ""


def _asked(definition: Definition, period: str) -> Due:
    """A period that somebody names; one that was released already keeps its first number, and is refused as such."""
    return Due(definition, period_of(recipe_of(definition), period), 0)


def _has(definition: Definition, period: str) -> bool:
    rhythm = "quarter" if Period.parse(period).months == 3 else "month"
    return recipe_of(definition).rhythm == rhythm


def _name(one: Due) -> str:
    return f"{one.definition.slug} {version_of(one.period_text, one.revision)}"


def _sentence(error: DomainError) -> str:
    return str(error.detail or error.title)
