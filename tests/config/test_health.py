from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from geo.models import City

ROOT = Path(__file__).resolve().parent.parent.parent
ASK = """
import django; django.setup()
from django.test import Client
for path in ("/healthz", "/readyz"):
    answer = Client().get(path, headers={"Host": "localhost"})
    print(answer.status_code, answer.json())
"""


def test_a_fresh_server_is_alive_and_says_what_it_waits_for(city: City) -> None:
    assert Client().get("/healthz").status_code == 200
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": True, "migrations": True, "edition": True, "worker": False}


def test_without_a_database_the_process_is_alive_and_not_ready(tmp_path: Path) -> None:
    gone = f"postgresql://nobody@/nothing?host={tmp_path}"
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": gone}
    told = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=env, capture_output=True, text=True, check=True, timeout=90
    ).stdout.splitlines()

    assert told == ["200 {'status': 'ok'}", "503 {'status': 'not ready', 'checks': {'database': False}}"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("TRUSTED_PROXIES", "foo"),
        ("EMAIL_URL", "smtp://h:abc"),
        ("EMAIL_URL", "file:"),
        ("SITE_URL", "http://["),
        ("SITE_URL", "http://"),
        ("MEDIA_ROOT", " "),
        ("PORT", "0"),
        ("RATE_LIMIT_SIGN_IN", "many"),
    ],
)
def test_a_malformed_setting_stops_the_start_with_one_line(key: str, value: str) -> None:
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", key: value}
    done = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.startswith(key)
