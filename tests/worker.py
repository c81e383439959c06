"""The real job worker in a test: it does what waits, then stops."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from procrastinate.contrib.django import app


@pytest.fixture
def jobs() -> Iterator[None]:
    """A worker's own connection sees only what is committed; its tables are emptied after the test."""
    yield
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs CASCADE"
        )


def work(queue: str = "mail") -> None:
    """Let the job worker do what is waiting in a queue."""
    # In a thread of its own: a browser of an earlier test may have left an event loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(_work, queue).result()


def _work(queue: str) -> None:
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # Django's connector has one
    try:
        with app.replace_connector(connector):
            app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False, queues=[queue])
    finally:
        connections.close_all()
