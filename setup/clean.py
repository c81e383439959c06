"""`make clean`: stop and remove what `make run` made for this clone, and nothing else."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import time
from pathlib import Path

from setup import envfile
from setup.cluster import USERS, Cluster
from setup.common import ROOT, VAR, fail, say
from setup.layout import Layout, layout

PID_FILE = "run.pid"


def stop_users() -> None:
    """Stop a `make run` of this clone; anything else that uses the cluster is left to its owner."""
    if not (VAR / USERS).exists():
        return
    try:
        pid = int((VAR / PID_FILE).read_text())
        if b"setup.run" in Path(f"/proc/{pid}/cmdline").read_bytes():
            say("Stopping make run")
            os.kill(pid, signal.SIGTERM)
    except (OSError, ValueError):
        pass
    with (VAR / USERS).open("a") as users:
        for _ in range(150):
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                time.sleep(0.2)
    fail("make test, make bench or another make run uses this database; stop it and try again")


def remove_cluster(place: Layout) -> None:
    """Stop and remove the cluster; refuses one that is not marked as this clone's."""
    if not place.base.exists():
        return
    if not place.marker.is_file() or place.marker.read_text().strip() != str(ROOT):
        fail(f"{place.base} is not marked as this clone's cluster; nothing was removed")
    Cluster(place).stop()
    say(f"Removing {place.base}")
    shutil.rmtree(place.base)
    shutil.rmtree(place.sockets, ignore_errors=True)


def main() -> None:
    if envfile.is_outside(envfile.read(VAR / "env"), envfile.read(ROOT / ".env"), os.environ):
        fail("DATABASE_URL names a database made by others, whose keys var/ holds; nothing was removed")
    stop_users()
    remove_cluster(layout(VAR, os.getuid()))
    if VAR.exists():
        say(f"Removing {VAR}")
        shutil.rmtree(VAR)


if __name__ == "__main__":
    main()
