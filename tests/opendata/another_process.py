"""A process beside the tests' own that holds the lock of a dataset's builder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from opendata.locks import LOCK_SPACE

HOLDER = """
import sys, psycopg
with psycopg.connect(sys.argv[1], autocommit=True) as other:
    other.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [int(sys.argv[2]), sys.argv[3]])
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def building(slug: str) -> Iterator[subprocess.Popen[str]]:
    """Another process builds this dataset meanwhile."""
    told = connection.get_connection_params()
    dsn = " ".join(
        f"{key}={told[key]}" for key in ("dbname", "host", "port", "user", "password") if told.get(key)
    )
    command = [sys.executable, "-c", HOLDER, dsn, str(LOCK_SPACE), slug]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()
