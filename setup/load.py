"""Migrate, load the city and its demo, collect static files: in one Django, since each start of it costs a second."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import django
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from setup.common import VAR, fail, say
from setup.fingerprint import NOT_SERVED, stamp_static, static_is_current


def steps(city: str, demo: bool) -> dict[str, Callable[[], object]]:
    """What there is to do, by the line that says so. Each command knows by itself when nothing is."""

    def load_city() -> None:
        with (VAR / "log" / "load_city.log").open("w") as log:
            call_command("load_city", city, once=True, stdout=log)

    found: dict[str, Callable[[], object]] = {
        "Bringing the database to this version": lambda: call_command(
            "migrate", interactive=False, verbosity=0
        ),
        f"Loading the city of {city} (what changed: {VAR / 'log' / 'load_city.log'})": load_city,
    }
    if demo:
        found["Loading the demo sign-ins and cases"] = lambda: call_command("load_demo", city)
        found["Releasing the newest closed periods of the demo city"] = release_demo
    if not static_is_current():
        found["Collecting static files"] = collect_static
    return found


def release_demo() -> None:
    """Made-up periods are released, the newest of each dataset, so that the catalogue has something to show.

    Older ones are built by the worker at night and wait for approval. A real city's are never released like this.
    """
    from geo.city import current_city
    from opendata.releasing import publish_newest
    from opendata.telling import outcome

    city = current_city()
    if city and city.demo:
        with (VAR / "log" / "publish.log").open("w") as log:
            log.writelines(f"{outcome(build)}\n" for build in publish_newest())


def collect_static() -> None:
    call_command("collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=NOT_SERVED)
    stamp_static()


def main(city: str, demo: bool) -> None:
    """Take each step; the first that fails ends it with its own line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    for line, do in steps(city, demo).items():
        say(line)
        try:
            do()
        except CommandError as error:
            fail(str(error))
        except DatabaseError as error:
            fail(f"the database refused: {str(error).splitlines()[0]}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] == "demo")
