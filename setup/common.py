"""Paths and small tools that the steps of set-up share."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("KENTONGAN_VAR") or ROOT / "var").absolute()
PYTHON = ROOT / ".venv" / "bin" / "python"


def say(text: str) -> None:
    """One line of progress."""
    print(f"▸ {text}", flush=True)


def fail(text: str) -> NoReturn:
    """Stop with the one line that says what to do."""
    sys.exit(f"kentongan: {text}")


def step(argv: Sequence[str | Path]) -> None:
    """Run a command at the root; its failure ends this program with its exit code (it has said why itself)."""
    result = subprocess.run([str(part) for part in argv], cwd=ROOT)
    if result.returncode:
        sys.exit(result.returncode if result.returncode > 0 else 128 - result.returncode)


def end_on_signals() -> None:
    """Let Ctrl-C, SIGTERM and SIGHUP unwind what is under way (locks, the database) instead of cutting it off."""

    def end(number: int, frame: FrameType | None) -> NoReturn:
        sys.exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)


@contextmanager
def locked(name: str, waiting: str) -> Iterator[None]:
    """Hold `var/<name>` alone; says `waiting` when another holds it. A killed holder's lock is gone with it."""
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / name).open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(waiting)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
