"""The jobs of this room. They live in PostgreSQL and are committed with what they belong to."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from incidents.drafts import forget_drafts
from incidents.erasure import forget_expired
from incidents.fusion.offers import forget_handles
from incidents.leftovers import forget_leftovers
from incidents.notify import send_overdue, send_pending, send_relocation, send_told
from incidents.ratelimit import forget_past_windows
from incidents.relocation.run import UnderWay, carry_out, interrupted
from incidents.sessions import forget_sessions


@app.task(name="incidents.send_notices", queue="mail", retry=RetryStrategy(max_attempts=3, wait=20))
def send_notices(entry_id: int) -> None:
    """Send what is to be told about an entry; what three tries cannot send waits for the next sweep."""
    send_pending(entry_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="incidents.send_overdue_notices", queue="mail")
def send_overdue_notices(timestamp: int) -> None:
    """Send what should have left by now: a worker may have died over it, or the mail server was away for long."""
    send_overdue()


@app.periodic(cron="17 * * * *")
@app.task(name="incidents.forget_rate_windows", queue="upkeep")
def forget_rate_windows(timestamp: int) -> None:
    """Remove counters of windows that have ended."""
    forget_past_windows()


@app.periodic(cron="23 * * * *")
@app.task(name="incidents.forget_handles", queue="upkeep")
def forget_past_handles(timestamp: int) -> None:
    """Remove ways to follow a problem that have expired."""
    forget_handles()


@app.periodic(cron="29 * * * *")
@app.task(name="incidents.forget_sessions", queue="upkeep")
def forget_past_sessions(timestamp: int) -> None:
    """Remove sessions whose time is over."""
    forget_sessions()


@app.periodic(cron="*/15 * * * *")
@app.task(name="incidents.forget_photo_drafts", queue="upkeep")
def forget_photo_drafts(timestamp: int) -> None:
    """Delete photos of forms that were never sent."""
    forget_drafts()


@app.periodic(cron="41 2 * * *")
@app.task(name="incidents.forget_photo_leftovers", queue="upkeep")
def forget_photo_leftovers(timestamp: int) -> None:
    """Delete files of photos whose report or answer was never committed."""
    forget_leftovers()


@app.periodic(cron="23 3 * * *")
@app.task(name="incidents.forget_expired", queue="upkeep")
def forget_what_expired(timestamp: int) -> None:
    """Erase what was kept as long as it may be."""
    forget_expired()


# Somebody waits before the page: not behind a day's mail.
@app.task(name="incidents.relocate", queue="relocate", priority=10)
def relocate(run_id: int) -> None:
    """Place and route the open cases again, then tell the agencies. Whoever else does it already may go on."""
    try:
        carry_out(run_id)
    except UnderWay:
        return
    tell_relocation.defer(run_id=run_id)


@app.task(name="incidents.tell_relocation", queue="mail", retry=RetryStrategy(max_attempts=3, wait=20))
def tell_relocation(run_id: int) -> None:
    """Send what a relocation has to tell the agencies."""
    send_relocation(run_id)


@app.task(name="incidents.send_round", queue="mail", retry=RetryStrategy(max_attempts=3, wait=20))
def send_round(round_id: int) -> None:
    """Send what a round of the clock has to tell."""
    send_told(round_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="incidents.resume_relocation", queue="relocate")
def resume_relocation(timestamp: int) -> None:
    """Go on where a worker died over a relocation."""
    for run_id in interrupted():
        try:
            carry_out(run_id)
        except UnderWay:
            return
        tell_relocation.defer(run_id=run_id)
