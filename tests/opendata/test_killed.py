"""Workers killed (-9) in the middle, in processes of their own: nothing is half released, and it can be gone on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.db import connection

from opendata.approve import approve, release_approved
from opendata.building import carry_out, order
from opendata.locks import sole_builder
from opendata.models import Build, Definition, Release, ReleasedIncident
from opendata.standing import is_interrupted
from opendata.store import folder_of
from tests.opendata.small_recipe import SLUG
from tests.worker import jobs  # noqa: F401  (a fixture, used by name)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("jobs")]

WORKER = """
import os, sys, django
django.setup()
from django.conf import settings
settings.RELEASE_ROOT, settings.FIELD_KEYS = sys.argv[1], [sys.argv[2]]
from opendata import approve, building, press
from opendata.recipes import registry
from tests.opendata import small_recipe
registry.RECIPES["codes"] = small_recipe.RECIPE
def die(*args): os.kill(os.getpid(), 9)
def moved_and_die(*args): move(*args); die()
move = approve.move_to_release
press.write = die
approve.move_to_release = moved_and_die
{"build": building.carry_out, "release": approve.release_approved}[sys.argv[3]](int(sys.argv[4]))
"""


def killed_over(what: str, build: Build, settings: Any) -> None:
    """A worker takes it up and is killed: while it writes files, or after it has moved them and before the commit."""
    arguments = [str(django_settings.RELEASE_ROOT), settings.FIELD_KEYS[0], what, str(build.pk)]
    done = subprocess.run(
        [sys.executable, "-c", WORKER, *arguments],
        cwd=Path(__file__).parent.parent.parent,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": database_url()},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    with sole_builder(build.dataset, wait=True):
        pass  # the database has seen that its client is gone


def database_url() -> str:
    """The environment's own address with the name of the tests' database."""
    base, mark, query = os.environ["DATABASE_URL"].partition("?")
    return f"{base.rsplit('/', 1)[0]}/{connection.settings_dict['NAME']}{mark}{query}"


def test_killed_while_it_is_built_and_while_it_is_released(
    trial: Definition, steward: User, settings: Any
) -> None:
    build = order(trial, "2026-10", 0, steward)
    killed_over("build", build, settings)
    build.refresh_from_db()
    assert (build.state, build.step, is_interrupted(build)) == (Build.State.BUILDING, "write", True)

    again = carry_out(order(trial, "2026-10", 0, steward).pk)
    assert again.state == Build.State.READY
    approve(again, steward)
    killed_over("release", again, settings)
    again.refresh_from_db()
    assert (again.state, is_interrupted(again)) == (Build.State.RELEASING, True)
    assert not Release.objects.exists()
    assert not ReleasedIncident.objects.exists()

    # The files had their final name already, and no row names them: nothing was served. It is approved again.
    done = release_approved(approve(again, steward).pk)
    assert (done.state, Release.objects.get().rows) == (Build.State.RELEASED, 6)
    assert sorted(path.name for path in folder_of(SLUG, "x").parent.iterdir()) == ["2026-10"]
