"""Building and releasing as jobs on the queue `release`. Never repeated by themselves: the steward decides."""

from __future__ import annotations

from procrastinate.contrib.django import app

from opendata.approve import release_approved
from opendata.monthly import order_what_is_due
from opendata.releasing import build_and_release


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
