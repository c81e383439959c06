"""Which Python set-up takes: the newest usable one >= 3.12 of PATH and of pyenv's own folders."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def interpreter(folder: Path, series: str, code: int = 0) -> Path:
    """A stand-in `python3.x` that answers every question with its exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"python{series}"
    path.write_text(f"#!/bin/sh\nexit {code}\n")
    path.chmod(0o755)
    return path


def find(home: Path, path: Path, **env: str) -> subprocess.CompletedProcess[str]:
    script = f". setup/lib.sh; . setup/find_python.sh; PYTHON_SERIES='{SERIES}'; find_python"
    values = {"HOME": str(home), "PATH": f"{path}:/usr/bin:/bin", "KENTONGAN_VAR": str(home / "var"), **env}
    return subprocess.run(["bash", "-c", script], cwd=ROOT, env=values, capture_output=True, text=True)


# Series that no machine has, so that only the stand-ins are found.
SERIES = "3.94 3.93 3.92"


def test_the_newest_series_wins_wherever_it_lies(tmp_path: Path) -> None:
    interpreter(tmp_path / "bin", "3.92")
    newest = interpreter(tmp_path / ".pyenv/versions/3.93.1/bin", "3.93")
    assert find(tmp_path, tmp_path / "bin").stdout.strip() == str(newest)


def test_a_pyenv_shim_of_a_version_not_chosen_is_passed_over(tmp_path: Path) -> None:
    interpreter(tmp_path / "shims", "3.94", code=127)
    real = interpreter(tmp_path / ".pyenv/versions/3.94.0/bin", "3.94")
    assert find(tmp_path, tmp_path / "shims").stdout.strip() == str(real)


def test_pyenv_elsewhere_is_found(tmp_path: Path) -> None:
    real = interpreter(tmp_path / "opt/versions/3.92.4/bin", "3.92")
    assert find(tmp_path, tmp_path, PYENV_ROOT=str(tmp_path / "opt")).stdout.strip() == str(real)


def test_an_old_python3_is_not_taken(tmp_path: Path) -> None:
    old = interpreter(tmp_path / "bin", "3", code=1)
    done = find(tmp_path, old.parent)
    assert done.returncode != 0
    assert done.stdout == ""


def test_a_wish_that_cannot_be_met_is_one_clear_line(tmp_path: Path) -> None:
    done = find(tmp_path, tmp_path, PYTHON="python2.7")
    assert done.returncode != 0
    assert done.stderr == "kentongan: PYTHON=python2.7 is not a working Python 3.12 or newer\n"


@pytest.mark.parametrize("wish", [sys.executable])
def test_a_wish_is_met(tmp_path: Path, wish: str) -> None:
    assert find(tmp_path, tmp_path, PYTHON=wish).stdout.strip() == wish
