"""One builder per dataset, over processes: a second one is told so, and a killed one lets go."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.db import connection

from geo.errors import Conflict
from opendata.locks import LOCK_SPACE, is_building, sole_builder

pytestmark = pytest.mark.django_db

HOLDER = """
import sys, psycopg
with psycopg.connect(sys.argv[1], autocommit=True) as other:
    other.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [int(sys.argv[2]), sys.argv[3]])
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def another() -> Iterator[subprocess.Popen[str]]:
    """Another process that builds the dataset `petak`."""
    told = connection.get_connection_params()
    names = {"dbname": "dbname", "host": "host", "user": "user", "password": "password", "port": "port"}
    dsn = " ".join(f"{key}={told[name]}" for name, key in names.items() if told.get(name))
    command = [sys.executable, "-c", HOLDER, dsn, str(LOCK_SPACE), "petak"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_builder_is_told_so_and_another_dataset_is_free(another: subprocess.Popen[str]) -> None:
    assert is_building("petak")
    with pytest.raises(Conflict, match="petak"), sole_builder("petak", wait=False):
        pass

    with sole_builder("kode-acuan", wait=False):
        assert is_building("kode-acuan")
    assert not is_building("kode-acuan")


def test_whoever_is_killed_lets_go(another: subprocess.Popen[str]) -> None:
    os.kill(another.pid, signal.SIGKILL)
    another.wait()

    with sole_builder("petak", wait=True):
        assert is_building("petak")
