"""A data steward's order to publish, carried out by a job, and how it stands until it is done."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _

from geo.city import city_zone
from geo.errors import DomainError
from opendata import former_words as telling
from opendata.definitions import Definition, definition
from opendata.models import Run
from opendata.publish import Result, asked_window, is_publishing, publish, sole_publisher

log = logging.getLogger("kentongan.opendata")
SHOWN = 5
PATIENCE = timedelta(minutes=15)  # an order that nobody took up until then is not waited for


class State(StrEnum):
    WAITING = "waiting"
    WORKING = "working"
    RELEASED = "released"
    NOTHING = "nothing"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Told:
    """An order and how it stands."""

    run: Run
    state: State

    @property
    def moving(self) -> bool:
        return self.state in {State.WAITING, State.WORKING}


def carry_out(run_id: int) -> None:
    """Publish what was ordered and write down what came of it, also when that is a refusal."""
    run = Run.objects.get(pk=run_id)
    wanted = definition(run.dataset)
    with sole_publisher(wanted):
        run.started_at = timezone.now()
        run.save(update_fields=["started_at"])
        try:
            done = publish(wanted, asked_window(run.period, city_zone(), run.started_at))
        except DomainError as error:
            _close(run, Run.Outcome.FAILED, str(error.detail or error.title))
        except Exception as error:
            log.exception("run %s could not publish", run_id)
            _close(run, Run.Outcome.FAILED, _fault(error))
        else:
            released = done.result == Result.RELEASED
            _close(run, Run.Outcome.RELEASED if released else Run.Outcome.NOTHING, telling.outcome(done))


def _fault(error: Exception) -> str:
    """What the steward is told of a fault of ours: the reason of the disk, never the words of a stack trace."""
    if isinstance(error, OSError):
        return telling.unwritable(error)
    return _("Nothing was released because of a fault on our side. The administrator finds it in the log.")


def _close(run: Run, outcome: Run.Outcome, message: str) -> None:
    run.outcome, run.message, run.finished_at = outcome, message, timezone.now()
    run.save(update_fields=["outcome", "message", "finished_at"])


def latest(wanted: Definition) -> list[Told]:
    """The newest orders for a dataset, the newest first."""
    runs = list(Run.objects.filter(dataset=wanted.slug).select_related("requested_by")[:SHOWN])
    now, busy = timezone.now(), is_publishing(wanted)
    return [Told(run, _state(run, now, busy)) for run in runs]


def _state(run: Run, now: datetime, busy: bool) -> State:
    """A worker that died holds no lock: an order that was begun while nobody publishes was interrupted."""
    if run.finished_at:
        return State(run.outcome)
    if run.started_at:
        return State.WORKING if busy else State.INTERRUPTED
    return State.WAITING if now - run.requested_at < PATIENCE else State.INTERRUPTED
