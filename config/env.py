"""The one typed reader of the environment: an unknown or malformed value stops the start with one clear line."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}
PROVIDER_ID = "kota"  # stands in the address to which an identity provider sends people back
PERIODS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class EnvError(SystemExit):
    """A value of the environment that cannot be used; its text is the one line that the operator sees."""


def read_env_file(path: Path, into: dict[str, str]) -> dict[str, str]:
    """Add `KEY=value` lines of a file to `into`; what is there already wins. Returns where each name stands."""
    names: dict[str, str] = {}
    if not path.is_file():
        return names
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        key, sep, value = line.partition("=")
        if not sep:
            raise EnvError(f"{path.name}:{number}: expected KEY=value")
        value = value.strip()
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        name = key.strip().removeprefix("export ")
        names[name] = f"{path.name}:{number}"
        into.setdefault(name, value)
    return names


class Env:
    """Reads settings once, by type. `KEY_FILE` names a file that holds the value (container secrets)."""

    def __init__(self, values: dict[str, str] | None = None) -> None:
        self.values = dict(os.environ) if values is None else values
        self.asked: set[str] = set()

    def text(self, key: str, default: str | None = None) -> str:
        self.asked |= {key, f"{key}_FILE"}
        file = self.values.get(f"{key}_FILE")
        if file:
            try:
                return Path(file).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise EnvError(f"{key}_FILE={file}: {error.strerror}") from None
        value = self.values.get(key, default)
        if value is None:
            raise EnvError(f"{key} is not set; see docs/configuration.md")
        return value

    def refuse_unknown(self, names: dict[str, str], others: set[str]) -> None:
        """Stop at a name in a settings file that nobody reads: it is a slip of the pen, and its default would be used.

        `names` as `read_env_file` returns them; `others` are read by set-up and containers.
        """
        known = self.asked | others
        for name, place in names.items():
            if name not in known:
                near = get_close_matches(name, known, n=1)
                hint = f"; is {near[0]} meant?" if near else "; see docs/configuration.md"
                raise EnvError(f"{place}: there is no setting {name}{hint}")

    def flag(self, key: str, default: bool) -> bool:
        value = self.text(key, "1" if default else "0").lower()
        if value in TRUE:
            return True
        if value in FALSE:
            return False
        raise EnvError(f"{key}={value!r}: expected 1 or 0")

    def number(self, key: str, default: int, least: int = 0, most: int = 2**31) -> int:
        value = self.text(key, str(default))
        if not re.fullmatch(r"-?\d+", value, re.ASCII) or not least <= int(value) <= most:
            raise EnvError(f"{key}={value!r}: expected a whole number from {least} to {most}")
        return int(value)

    def networks(self, key: str) -> list[str]:
        """Addresses or networks, e.g. `10.0.0.1,172.28.0.0/16`."""
        found = self.words(key)
        for one in found:
            try:
                ip_network(one, strict=False)
            except ValueError:
                raise EnvError(f"{key}={one!r}: expected addresses or networks, such as 10.0.0.0/8") from None
        return found

    def folder(self, key: str, default: Path) -> Path:
        value = self.text(key, str(default))
        if not value.strip():
            raise EnvError(f"{key} is empty; expected a folder")
        return Path(value)

    def words(self, key: str, default: str = "") -> list[str]:
        return [word.strip() for word in self.text(key, default).split(",") if word.strip()]

    def fernet_keys(self, key: str) -> list[str]:
        """Keys of 32 random bytes each, in URL-safe base64."""
        words = self.words(key)
        for word in words:
            try:
                fits = len(base64.b64decode(word, b"-_", validate=True)) == 32
            except ValueError:
                fits = False
            if not fits:
                make = "openssl rand 32 | base64 | tr '+/' '-_'"
                raise EnvError(f"{key}: a key is 32 random bytes in URL-safe base64; make one with: {make}")
        return words

    def p256_key(self, key: str) -> str:
        """The private number of a P-256 key: 32 bytes in URL-safe base64. Empty: none."""
        value = self.text(key, "")
        try:
            fits = (
                not value
                or len(base64.b64decode(value + "=" * (-len(value) % 4), b"-_", validate=True)) == 32
            )
        except ValueError:
            fits = False
        if not fits:
            raise EnvError(f"{key}: expected a key as make_push_keys prints it")
        return value

    def rate(self, key: str, default: str) -> tuple[int, int]:
        """`30/10m` → (30, 600): so many in so many seconds."""
        value = self.text(key, default)
        match = re.fullmatch(r"(\d+)/(\d*)([smhd])", value, re.ASCII)
        if not match or int(match[1]) < 1 or match[2] == "0":
            raise EnvError(f"{key}={value!r}: expected a number over a time, such as 30/10m")
        return int(match[1]), int(match[2] or 1) * PERIODS[match[3]]

    def url(
        self, key: str, default: str, schemes: set[str], parse: Callable[[str], object] | None = None
    ) -> str:
        """A URL with one of the schemes; empty is allowed when the default is empty or given so."""
        value = self.text(key, default)
        if value and (split(key, value).scheme not in schemes or not split(key, value).netloc):
            raise EnvError(f"{key}: expected a URL that starts with one of {', '.join(sorted(schemes))}")
        if value and parse:
            parse(value)
        return value


def identity_provider(name: str, server: str, client: str, secret: str) -> dict[str, object]:
    """allauth's settings for one OpenID provider; empty without any. Half of it, or plain HTTP, stops the start."""
    given = {"OIDC_SERVER_URL": server, "OIDC_CLIENT_ID": client, "OIDC_CLIENT_SECRET": secret}
    if not any(given.values()):
        return {}
    missing = [key for key, value in given.items() if not value]
    if missing:
        raise EnvError(f"{missing[0]} is not set, but {next(k for k, v in given.items() if v)} is")
    parts = split("OIDC_SERVER_URL", server)
    if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise EnvError("OIDC_SERVER_URL: expected https:, or everybody on the way could sign in as anybody")
    app = {"provider_id": PROVIDER_ID, "name": name, "client_id": client, "secret": secret}
    app_settings = {"server_url": server.rstrip("/")}
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [{**app, "settings": app_settings}]}}


def split(key: str, value: str) -> SplitResult:
    """The parts of a URL, its port a number."""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 (reading it is the check)
    except ValueError as error:
        raise EnvError(f"{key}: this is no URL ({error})") from None
    return parts


def database(key: str, value: str) -> dict[str, object]:
    """Django's database settings from `postgresql://user:password@host:port/name?host=/socket/folder`."""
    parts = split(key, value)
    port = parts.port
    if parts.scheme not in {"postgresql", "postgres", "postgis"} or len(parts.path) < 2:
        raise EnvError(f"{key}: expected postgresql://user:password@host/name")
    query = {k: v[-1] for k, v in parse_qs(parts.query).items()}
    host = query.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or ""),
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}, **query},
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }


def mailer(value: str) -> dict[str, object]:
    """One of Django's MAILERS from `console:`, `file:///folder`, `smtp://user:pass@host:port` or `smtps://…`."""
    parts = split("EMAIL_URL", value)
    backend = "django.core.mail.backends."
    if parts.scheme == "console":
        return {"BACKEND": backend + "console.EmailBackend"}
    if parts.scheme == "file" and len(parts.path) > 1:
        return {"BACKEND": backend + "filebased.EmailBackend", "OPTIONS": {"file_path": unquote(parts.path)}}
    if parts.scheme in {"smtp", "smtps", "smtp+tls"} and parts.hostname:
        options = {
            "host": parts.hostname,
            "port": parts.port or {"smtp": 25, "smtps": 465, "smtp+tls": 587}[parts.scheme],
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": parts.scheme == "smtps",
            "use_tls": parts.scheme == "smtp+tls",
            "timeout": 20,
        }
        return {"BACKEND": backend + "smtp.EmailBackend", "OPTIONS": options}
    raise EnvError("EMAIL_URL: expected console:, file:///folder or smtp://user:password@host:port")
