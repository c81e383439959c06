"""What stops `make run` before anything long: one clear line each."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

import pytest

from setup import run

ROOT = Path(__file__).resolve().parent.parent.parent


def make_run(**env: str) -> subprocess.CompletedProcess[str]:
    """`make run` with a PATH on which nothing but the shell's own tools are found."""
    values = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **env}
    argv = ["make", "-s", "run"]
    return subprocess.run(argv, cwd=ROOT, env=values, capture_output=True, text=True, timeout=30)


def test_a_port_that_is_taken_is_named_first(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = make_run(PORT=str(port), KENTONGAN_VAR=str(tmp_path / "var"))
    assert done.returncode != 0
    assert (
        done.stderr.splitlines()[0] == f"kentongan: port {port} is in use; choose another: make run PORT=8001"
    )
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("port", ["0", "65536", "delapan", "80 00", "-1"])
def test_a_port_that_is_none_is_refused(port: str, tmp_path: Path) -> None:
    done = make_run(PORT=port, KENTONGAN_VAR=str(tmp_path / "var"))
    assert done.returncode != 0
    assert done.stderr.splitlines()[0] == f"kentongan: PORT={port} is not a port"


def test_a_folder_that_is_no_city_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    done = make_run(PORT=str(port), CITY=str(tmp_path), KENTONGAN_VAR=str(tmp_path / "var"))
    assert done.returncode != 0
    assert done.stderr.startswith(f"kentongan: CITY={tmp_path} is not a city's folder: it holds no city.toml")


def test_the_city_is_looked_for_where_make_was_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kota").mkdir()
    (tmp_path / "kota" / "city.toml").touch()
    monkeypatch.setenv("CALLER", str(tmp_path))
    monkeypatch.setenv("CITY", "kota")
    assert run.city_folder() == tmp_path / "kota"
    monkeypatch.setenv("CITY", "fixtures/pasuruan")
    assert run.city_folder() == ROOT / "fixtures" / "pasuruan"
    monkeypatch.delenv("CITY")
    assert run.city_folder() == ROOT / "fixtures" / "pasuruan"


def test_a_script_that_bash_cannot_read_is_found_here() -> None:
    scripts = [*ROOT.glob("setup/*.sh"), ROOT / ".ci" / "run"]
    assert len(scripts) > 5
    for script in scripts:
        done = subprocess.run(["bash", "-n", script], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, ""), script
