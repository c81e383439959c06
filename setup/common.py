"""Paths and small tools that the steps of set-up share."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
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


def step(argv: Sequence[str | Path], log: Path | None = None) -> None:
    """Run a command at the root, what it prints (not its errors) to `log` if given.

    Its failure ends this program with its exit code: it has said why itself.
    """
    command = [str(part) for part in argv]
    with log.open("w") if log else nullcontext() as out:
        result = subprocess.run(command, cwd=ROOT, stdout=out)
    if result.returncode:
        sys.exit(result.returncode if result.returncode > 0 else 128 - result.returncode)


def manage(*args: str, log: Path | None = None) -> None:
    """Run a management command."""
    step([PYTHON, "manage.py", *args], log)


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
