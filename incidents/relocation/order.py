"""Putting an edition in force together with the order to place the open cases in it."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from geo.edition_links import follow_successors
from geo.editions import activate
from geo.errors import Conflict
from geo.models import Edition
from incidents.jobs import relocate
from incidents.models import Incident, Relocation
from incidents.relocation.run import demand_rest, new_run

# Every process has the new borders by then (geo/registry.py): no case is placed in the old ones behind our back.
FOLLOWED_AFTER_S = 3


def active_edition() -> Edition | None:
    return Edition.objects.filter(status=Edition.Status.ACTIVE).first()


def put_in_force(edition: Edition, by: User | None, *, follow: bool = False) -> Relocation:
    """Activate an edition and order the relocation, both or neither.

    With `follow`, agencies answer under the codes that clearly go on with theirs. Raises Conflict: the edition is in
    force already, or a relocation is under way.
    """
    with transaction.atomic():
        before = active_edition()
        if before and before.pk == edition.pk:
            raise Conflict(_("The edition “%(name)s” is in force already.") % {"name": edition.name})
        run = new_run(edition, before, by)
        activate(edition)
        if follow and before:
            follow_successors(edition, before)
        relocate.configure(schedule_in={"seconds": FOLLOWED_AFTER_S}).defer(run_id=run.pk)
        return run


def bring_in_force(edition: Edition) -> Relocation | None:
    """As `put_in_force`, for a loader: the order, or None where no open case has to be placed.

    What is in force already stays so. Raises Conflict: a relocation is under way.
    """
    with transaction.atomic():
        if active_edition() == edition:
            return None
        demand_rest()
        if Incident.objects.filter(phase__in=Incident.OPEN).exists():
            return put_in_force(edition, None)
        activate(edition)
        return None


def roll_back(by: User | None) -> Relocation:
    """Put the edition in force that was before, and order the relocation. Repeated, it leads further back.

    Raises Conflict: there is none.
    """
    active = active_edition()
    before = active.before if active else None
    if before is None:
        raise Conflict(_("There is no edition to go back to."))
    return put_in_force(before, by)


def order_again(by: User | None) -> Relocation:
    """Order a relocation to the borders in force, after service areas or links changed. Raises Conflict."""
    active = active_edition()
    if active is None:
        raise Conflict(_("No boundaries are loaded, so there is no place to count by."))
    with transaction.atomic():
        run = new_run(active, active, by)
        relocate.configure(schedule_in={"seconds": FOLLOWED_AFTER_S}).defer(run_id=run.pk)
        return run
