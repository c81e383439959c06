"""The jobs of the clock. Found by the worker through PROCRASTINATE_IMPORT_PATHS."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from incidents.clocks.closing import archive_unanswered, close_by_silence
from incidents.clocks.recount import recount
from incidents.clocks.reminders import remind
from incidents.clocks.rounds import Busy

FOLLOWED_AFTER_S = 5  # every process counts by the new calendar by then


@app.periodic(cron="*/10 * * * *")
@app.task(name="incidents.remind", queue="upkeep", queueing_lock="incidents.remind")
def remind_of_deadlines(timestamp: int) -> None:
    """Mark what became late, and tell whom the rules name."""
    try:
        remind()
    except Busy:
        return


@app.periodic(cron="7 * * * *")
@app.task(name="incidents.end_by_silence", queue="upkeep", queueing_lock="incidents.end_by_silence")
def end_by_silence(timestamp: int) -> None:
    """Close what nobody objected to, archive what waits for its reporter too long."""
    close_by_silence()
    archive_unanswered()


@app.task(name="incidents.recount", queue="upkeep", queueing_lock="incidents.recount")
def recount_deadlines(timestamp: int = 0) -> None:
    """Count the running deadlines again after the calendar changed."""
    try:
        recount()
    except Busy:
        order_recount()


@app.periodic(cron="23 1 * * *")
@app.task(name="incidents.recount_nightly", queue="upkeep", queueing_lock="incidents.recount_nightly")
def recount_nightly(timestamp: int) -> None:
    """The same each night: a new version of the national calendar counts, and what a crash left is finished."""
    order_recount()


def order_recount() -> None:
    """Have the running deadlines counted again soon, once for many changes at a time."""
    try:
        with transaction.atomic():  # a refused order leaves the caller's transaction whole
            recount_deadlines.configure(schedule_in={"seconds": FOLLOWED_AFTER_S}).defer()
    except AlreadyEnqueued:
        return
