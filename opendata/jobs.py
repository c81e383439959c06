"""Publishing as a job: the order and the job are written together, the worker carries it out."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from geo.city import city_zone
from geo.errors import Conflict
from opendata.approve import release_approved
from opendata.definitions import Definition
from opendata.models import Run
from opendata.monthly import order_what_is_due
from opendata.publish import asked_window
from opendata.releasing import build_and_release
from opendata.runs import carry_out, latest


# Somebody waits before the page: not behind a day's mail.
@app.task(name="opendata.publish", queue="release", priority=10)
def publish_ordered(run_id: int) -> None:
    """Carry out an order. Never repeated by itself: the steward reads what happened and decides."""
    carry_out(run_id)


def order(wanted: Definition, period: str, by: User) -> Run:
    """Have a period published by the worker. Raises Invalid (period), Conflict (one is under way already)."""
    now = timezone.now()
    window = asked_window(period, city_zone(), now)
    if any(told.moving for told in latest(wanted)):
        raise Conflict(_("A publication of this dataset is under way already."))
    with transaction.atomic():
        run = Run.objects.create(
            dataset=wanted.slug, period=str(window.month), requested_by=by, requested_at=now
        )
        publish_ordered.defer(run_id=run.pk)
    return run


# Somebody waits before the page: not behind a day's mail.
@app.task(name="opendata.build", queue="release", priority=10)
def build_ordered(build_id: int) -> None:
    """Carry out an order; release it at once where its definition says so."""
    build_and_release(build_id)


@app.task(name="opendata.release", queue="release", priority=20)
def release_ordered(build_id: int) -> None:
    """Release what a steward approved."""
    release_approved(build_id)


@app.periodic(cron="37 1 * * *")
@app.task(name="opendata.order_due", queue="release")
def order_due(timestamp: int) -> None:
    """Have built what has closed, and after a quarter's end the revisions that it asks for."""
    order_what_is_due()
