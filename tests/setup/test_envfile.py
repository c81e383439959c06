"""`var/env`: made once, kept, complete."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from config.env import Env, EnvError, database, read_env_file
from setup import envfile

SOCKETS = Path("/var/lib/kentongan/abc/run")


def test_everything_that_settings_need_is_made_up() -> None:
    values = envfile.complete({}, SOCKETS)
    assert len(values["SECRET_KEY"]) >= 50
    assert Fernet(values["FIELD_KEYS"]).encrypt(b"0812")
    main, public = database("x", values["DATABASE_URL"]), database("x", values["PUBLIC_DATABASE_URL"])
    assert (main["USER"], main["NAME"], main["HOST"]) == ("kentongan", "kentongan", str(SOCKETS))
    assert (public["USER"], public["HOST"]) == ("kentongan_public", str(SOCKETS))
    assert main["PASSWORD"] != public["PASSWORD"]
    assert len(str(main["PASSWORD"])) >= 24


def test_secrets_are_kept_and_own_lines_too() -> None:
    first = envfile.complete({"EMAIL_URL": "console:"}, SOCKETS)
    assert envfile.complete(first, SOCKETS) == first
    assert first["EMAIL_URL"] == "console:"


def test_a_moved_cluster_changes_the_address_and_not_the_password() -> None:
    first = envfile.complete({}, SOCKETS)
    moved = envfile.complete(first, Path("/tmp/tempat lain"))
    before, after = database("x", first["DATABASE_URL"]), database("x", moved["DATABASE_URL"])
    assert after["PASSWORD"] == before["PASSWORD"]
    assert after["HOST"] == "/tmp/tempat lain"


def test_without_a_cluster_no_address_is_made_up() -> None:
    assert set(envfile.complete({}, None)) == {"SECRET_KEY", "FIELD_KEYS", "PUSH_KEY"}


def test_the_file_is_its_owners_alone_and_settings_read_it(tmp_path: Path) -> None:
    path = tmp_path / "var" / "env"
    values = envfile.complete({}, SOCKETS)
    envfile.write(path, values)
    assert path.stat().st_mode & 0o777 == 0o600
    seen: dict[str, str] = {}
    read_env_file(path, seen)
    assert seen == values == envfile.read(path)


def test_a_database_of_others_is_recognised() -> None:
    own = {"DATABASE_URL": "postgresql://kentongan:a@/kentongan?host=/x"}
    other = {"DATABASE_URL": "postgresql://u:p@db.example/kota"}
    assert not envfile.is_outside(own, {}, {})
    assert not envfile.is_outside(own, {}, own)
    assert envfile.is_outside(own, other, {})
    assert envfile.is_outside(own, {}, other)
    assert envfile.is_outside({}, {}, {"DATABASE_URL_FILE": "/run/secrets/db"})


def test_settings_take_the_keys_that_set_up_makes() -> None:
    made = Env(envfile.complete({}, None))
    assert len(base64.urlsafe_b64decode(made.p256_key("PUSH_KEY") + "=")) == 32
    assert len(made.fernet_keys("FIELD_KEYS")) == 1
    with pytest.raises(EnvError, match="make_push_keys"):
        Env({"PUSH_KEY": "pendek"}).p256_key("PUSH_KEY")
