"""`editions [compare|activate|rollback] …`: which borders there are, how they differ, which are in force."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from geo.boundary_report import square_metres
from geo.edition_compare import Comparison
from geo.edition_links import compare_editions, homeless_service_areas
from geo.edition_ties import ties_by_following
from geo.errors import DomainError
from geo.models import Edition
from incidents.models import Relocation
from incidents.relocation.order import active_edition, put_in_force, roll_back

ACTIONS = {"list": 0, "compare": 2, "activate": 1, "rollback": 0}  # how many names each takes


class Command(BaseCommand):
    help = "List editions of the borders, compare two, put one in force, or go back to the one before."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", nargs="?", default="list", choices=list(ACTIONS))
        parser.add_argument("names", nargs="*", metavar="NAME")
        parser.add_argument(
            "--follow", action="store_true", help="agencies answer under the codes that go on with theirs"
        )

    def handle(self, **options: Any) -> None:
        action, names = options["action"], options["names"]
        if len(names) != ACTIONS[action]:
            raise CommandError(
                _("“%(action)s” takes %(n)d names.") % {"action": action, "n": ACTIONS[action]}
            )
        found = [_named(name) for name in names]
        try:
            if action == "list":
                self._list()
            elif action == "compare":
                self._compare(*found)
            elif action == "activate":
                self._activate(found[0], follow=options["follow"])
            else:
                self._ordered(roll_back(None))
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _list(self) -> None:
        for edition in Edition.objects.order_by("created_at", "pk"):
            since = f"{edition.activated_at:%Y-%m-%d}" if edition.activated_at else "–"
            self.stdout.write(f"{edition.name}  {edition.get_status_display()}  {since}  {edition.source}")

    def _compare(self, old: Edition, new: Edition) -> None:
        found = compare_editions(old, new)
        if not found:
            self.stdout.write(_("No area differs."))
        for line in lines(found):
            self.stdout.write(line)
        for one in homeless_service_areas(new, old):
            area = one.area
            offer = _("→ %(code)s (--follow)") % {"code": one.offer} if one.offer else ""
            place = " ".join(filter(None, (area.agency.code, area.category, area.area_code, offer)))
            self.stdout.write(_("service area without a place: %(place)s") % {"place": place})
        self._ties(old, new)

    def _activate(self, edition: Edition, *, follow: bool) -> None:
        before = active_edition()
        if follow and before and before != edition:
            self._ties(before, edition)
        self._ordered(put_in_force(edition, None, follow=follow))

    def _ties(self, old: Edition, new: Edition) -> None:
        ties = ties_by_following(new, old)
        if ties:
            words = _(
                "With --follow %(n)d overlaps of equal priority come about; the agency named first would lead:"
            )
            self.stdout.write(self.style.WARNING(words % {"n": len(ties)}))
        for tie in ties:
            named = " ".join(filter(None, (tie.code, tie.category, str(tie.priority))))
            self.stdout.write(f"  {named}: {tie.leads.code}, {tie.other.code}")

    def _ordered(self, run: Relocation) -> None:
        active = active_edition()
        assert active
        self.stdout.write(
            self.style.SUCCESS(_("The edition “%(name)s” is in force.") % {"name": active.name})
        )
        self.stdout.write(_("The job worker places the open cases now (relocation %(n)d).") % {"n": run.pk})


def _named(name: str) -> Edition:
    edition = Edition.objects.filter(name=name).first()
    if edition is None:
        raise CommandError(_("There is no edition “%(name)s”.") % {"name": name})
    return edition


def lines(found: Comparison) -> list[str]:
    """A comparison as text, one line for each difference."""
    told = [f"+ {one.code} {one.name}  {square_metres(one.m2)}" for one in found.added]
    told += [f"- {one.code} {one.name}  {square_metres(one.m2)}" for one in found.removed]
    told += [f"= {one.old_code} {one.old_name} → {one.code} {one.name}" for one in found.recoded]
    told += [f"~ {one.code} {one.old_name} → {one.name}" for one in found.renamed]
    told += [
        f"± {one.code} {one.name}  +{square_metres(one.gained_m2)} −{square_metres(one.lost_m2)}"
        for one in found.moved
    ]
    told += [f"  {one.predecessor} → {one.code}  {one.share:.0%}" for one in found.links]
    return told
