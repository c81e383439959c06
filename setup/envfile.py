"""`var/env`: the secrets and addresses that set-up generates. What is there is kept on later runs."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

HEADER = "# Written by set-up and kept: losing FIELD_KEYS loses the contacts of reporters. Not for version control.\n"


def read(path: Path) -> dict[str, str]:
    """The `KEY=value` lines of a file; nothing when there is no such file. (config/env.py checks, this only reads.)"""
    values: dict[str, str] = {}
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            key, sep, value = line.strip().removeprefix("export ").partition("=")
            if sep and not key.startswith("#"):
                values[key.strip()] = value.strip().strip("'\"")
    return values


def write(path: Path, values: Mapping[str, str]) -> None:
    """Replace the file in one step, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as handle:
        handle.write(HEADER + "".join(f"{key}={value}\n" for key, value in values.items()))
        handle.flush()
        os.fsync(handle.fileno())
    fresh.replace(path)


def database_url(role: str, password: str, sockets: Path) -> str:
    """The address of database `kentongan` on a unix socket."""
    return f"postgresql://{role}:{quote(password, safe='')}@/kentongan?host={quote(str(sockets))}"


def password_of(url: str) -> str:
    """The password in a database address, or a new one."""
    return unquote(urlsplit(url).password or "") or secrets.token_urlsafe(24)


def complete(known: Mapping[str, str], sockets: Path | None) -> dict[str, str]:
    """The known values with what is missing made up; `sockets` is the embedded cluster's folder, None without one."""
    values = dict(known)
    values.setdefault("SECRET_KEY", secrets.token_urlsafe(48))
    values.setdefault("FIELD_KEYS", base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
    values.setdefault("PUSH_KEY", base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("="))
    if sockets is not None:
        for key, role in (("DATABASE_URL", "kentongan"), ("PUBLIC_DATABASE_URL", "kentongan_public")):
            values[key] = database_url(role, password_of(values.get(key, "")), sockets)
    return values


def is_outside(var_env: Mapping[str, str], dot_env: Mapping[str, str], process: Mapping[str, str]) -> bool:
    """True when the operator names a database: then no cluster is made here."""
    own = var_env.get("DATABASE_URL")
    for source in (process, dot_env):
        if source.get("DATABASE_URL_FILE"):
            return True
        if source.get("DATABASE_URL"):
            return source["DATABASE_URL"] != own
    return False
