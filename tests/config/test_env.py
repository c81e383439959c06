"""What the environment says is read by type; whatever cannot be used stops the start with one line that names it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.checks import run_checks

from config.env import Env, EnvError, database, mailer, read_env_file
from config.settings import SETUP_NAMES, env

Read = Callable[[Env], Any]


@pytest.mark.parametrize(
    ("value", "read", "expected"),
    [
        ("yes", lambda env: env.flag("KEY", False), True),
        ("0", lambda env: env.flag("KEY", True), False),
        ("8001", lambda env: env.number("KEY", 8000, 1, 65535), 8001),
        ("a, b,,c ", lambda env: env.words("KEY"), ["a", "b", "c"]),
        ("30/10m", lambda env: env.rate("KEY", "1/s"), (30, 600)),
        ("5/s", lambda env: env.rate("KEY", "1/m"), (5, 1)),
        ("", lambda env: env.url("KEY", "https://a.example", {"https"}), ""),
    ],
)
def test_a_value_is_read_by_its_type(value: str, read: Read, expected: object) -> None:
    assert read(Env({"KEY": value})) == expected


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("maybe", lambda env: env.flag("KEY", False)),
        ("8o", lambda env: env.number("KEY", 8000)),
        ("٨", lambda env: env.number("KEY", 8000)),
        ("70000", lambda env: env.number("KEY", 8000, 1, 65535)),
        ("30", lambda env: env.rate("KEY", "1/m")),
        ("0/m", lambda env: env.rate("KEY", "1/m")),
        ("30/0m", lambda env: env.rate("KEY", "1/m")),
        ("ftp://a.example", lambda env: env.url("KEY", "", {"https"})),
        ("abc", lambda env: env.fernet_keys("KEY")),
        ("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=,abc", lambda env: env.fernet_keys("KEY")),
        ("mysql://a/b", lambda env: database("KEY", env.text("KEY"))),
        ("postgresql://a:b@host:port/name", lambda env: database("KEY", env.text("KEY"))),
        ("postgresql://host", lambda env: database("KEY", env.text("KEY"))),
    ],
)
def test_a_value_that_cannot_be_used_is_named(value: str, read: Read) -> None:
    with pytest.raises(EnvError, match="KEY") as refused:
        read(Env({"KEY": value}))
    assert "\n" not in str(refused.value)


def test_what_is_needed_and_missing_says_where_to_read_on() -> None:
    with pytest.raises(EnvError, match=r"KEY is not set; see docs/configuration\.md"):
        Env({}).text("KEY")


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("rahasia\n")

    assert Env({"KEY_FILE": str(tmp_path / "secret")}).text("KEY") == "rahasia"
    with pytest.raises(EnvError, match="KEY_FILE"):
        Env({"KEY_FILE": str(tmp_path / "other")}).text("KEY")


def test_a_file_of_settings_does_not_win_over_the_process(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# comment\nexport A='satu dua'\nB=file\n")
    values = {"B": "process"}

    read_env_file(file, values)

    assert values == {"A": "satu dua", "B": "process"}
    file.write_text("just words\n")
    with pytest.raises(EnvError, match=r"\.env:1: expected KEY=value"):
        read_env_file(file, values)


def test_a_database_may_be_on_a_socket() -> None:
    found = database("KEY", "postgresql://user:p%40ss@/name?host=/run/pg")

    assert (found["HOST"], found["NAME"], found["USER"], found["PASSWORD"]) == (
        "/run/pg",
        "name",
        "user",
        "p@ss",
    )


@pytest.mark.parametrize(
    ("value", "backend"),
    [("console:", "console"), ("file:///tmp/x", "filebased"), ("smtps://u:p@mail.example", "smtp")],
)
def test_mail_goes_where_the_address_says(value: str, backend: str) -> None:
    assert mailer(value)["BACKEND"] == f"django.core.mail.backends.{backend}.EmailBackend"


def test_a_name_that_nobody_reads_is_a_slip_of_the_pen(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("BASEMAP_URL=\nHOST=0.0.0.0\n\nBASEMAP_ULR=https://ubin.example/{z}/{x}/{y}.png\n")
    own = Env({})
    names = read_env_file(file, own.values)
    own.text("BASEMAP_URL")

    with pytest.raises(EnvError, match=r"^\.env:4: there is no setting BASEMAP_ULR; is BASEMAP_URL meant\?$"):
        own.refuse_unknown(names, {"HOST"})
    own.refuse_unknown({"BASEMAP_URL": ".env:1", "HOST": ".env:2"}, {"HOST"})


def test_every_documented_name_may_stand_in_the_file() -> None:
    rows = (settings.BASE_DIR / "docs" / "configuration.md").read_text(encoding="utf-8").splitlines()
    names = {
        name
        for row in rows
        if row.startswith("| `")
        for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])
    }

    env.refuse_unknown(dict.fromkeys(names, "docs"), SETUP_NAMES)


def test_mail_to_nowhere_is_refused() -> None:
    with pytest.raises(EnvError, match="EMAIL_URL"):
        mailer("pigeon://loft")


@pytest.mark.parametrize(("key", "value"), [("PORT", "0"), ("SECRET_KEY", "short"), ("DEBUG", "perhaps")])
def test_the_program_stops_with_one_line(key: str, value: str) -> None:
    argv = [sys.executable, "manage.py", "check"]
    env = os.environ | {key: value}
    done = subprocess.run(argv, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True)

    assert done.returncode != 0
    assert done.stderr.startswith(key)
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_missing_key_for_contacts_is_told_at_the_start(settings: Any) -> None:
    settings.FIELD_KEYS = []

    assert "kentongan.W001" in [message.id for message in run_checks(tags=["security"])]
