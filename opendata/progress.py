"""How far a build is, written where pages can read it while the build's own transaction still looks at its snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connections

from opendata.models import Build

Step = Callable[[str, int], None]


@contextmanager
def told(build_id: int) -> Iterator[Step]:
    """Gives `step(key, percent)`: written at once, on a connection of its own."""
    beside = connections["default"].copy()

    def step(key: str, percent: int) -> None:
        state = Build.State.AUDITING if key == "audit" else Build.State.BUILDING
        with beside.cursor() as cursor:
            cursor.execute(
                "UPDATE opendata_build SET step = %s, progress = %s, state = %s WHERE id = %s AND state = ANY(%s)",
                [key, percent, state, build_id, [Build.State.BUILDING, Build.State.AUDITING]],
            )

    try:
        yield step
    finally:
        beside.close()
