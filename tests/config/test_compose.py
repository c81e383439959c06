"""docker-compose.yml as Docker's own tool reads it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from config.env import read_env_file

ROOT = Path(__file__).resolve().parent.parent.parent


def compose_config(tmp_path: Path, env: str) -> subprocess.CompletedProcess[str]:
    """`docker-compose config` over a copy, so that the clone's own .env plays no part."""
    for command in (["docker-compose"], ["docker", "compose"]):
        if (
            shutil.which(command[0])
            and not subprocess.run([*command, "version"], capture_output=True).returncode
        ):
            break
    else:
        pytest.skip("docker-compose is not here")
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    (tmp_path / ".env").write_text(env)
    values = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(tmp_path)}
    return subprocess.run([*command, "config"], cwd=tmp_path, env=values, capture_output=True, text=True)


def filled() -> str:
    text = (ROOT / "deploy" / "env.example").read_text()
    return "\n".join(
        line + "isi" if line.endswith("=") and line[0] != "#" else line for line in text.splitlines()
    )


def services(output: str) -> dict[str, Any]:
    """The services of `config`'s YAML."""
    yaml = pytest.importorskip("yaml")
    parsed: dict[str, Any] = yaml.safe_load(output)["services"]
    return parsed


def test_the_example_of_the_environment_is_enough(tmp_path: Path) -> None:
    done = compose_config(tmp_path, filled())
    assert done.returncode == 0, done.stderr
    found = services(done.stdout)
    assert set(found) == {"db", "migrate", "web", "worker", "nginx"}
    assert found["web"]["image"] == found["worker"]["image"] == found["migrate"]["image"]
    assert [name for name in found if "ports" in found[name]] == ["nginx"]
    assert all("healthcheck" in found[name] for name in found if name != "migrate")


def test_without_a_secret_nothing_starts_and_the_line_says_where_to_look(tmp_path: Path) -> None:
    kept = "\n".join(line for line in filled().splitlines() if not line.startswith("SECRET_KEY"))
    done = compose_config(tmp_path, kept)
    assert done.returncode != 0
    assert "deploy/env.example" in done.stderr


def test_a_value_with_braces_arrives_unchanged(tmp_path: Path) -> None:
    template = "https://petak.example/{z}/{x}/{y}.png"
    done = compose_config(tmp_path, filled() + f"\nBASEMAP_URL={template}\n")
    assert services(done.stdout)["web"]["environment"]["BASEMAP_URL"] == template


def test_every_setting_of_the_example_reaches_the_containers(tmp_path: Path) -> None:
    named: dict[str, str] = {}
    (tmp_path / "all").write_text(filled().replace("\n#E", "\nE").replace("\n#H", "\nH"))
    read_env_file(tmp_path / "all", named)
    text = (ROOT / "docker-compose.yml").read_text()
    assert [name for name in named if name not in text] == []
