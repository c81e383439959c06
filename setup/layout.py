"""Where the private cluster of a clone lies, and with which PostgreSQL it runs."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

SOCKET_LIMIT = 90  # a socket's whole path ends at 107 bytes; "/.s.PGSQL.5432.lock" takes some of them
SYSTEM_BASE = Path("/var/lib/kentongan")
SERVERS = Path("/usr/lib/postgresql")
EXTENSIONS = Path("/usr/share/postgresql")


@dataclass(frozen=True)
class Layout:
    """`base` holds the cluster, `sockets` its unix socket, `user` is whom the server runs as (None: ourselves)."""

    base: Path
    sockets: Path
    user: str | None

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def marker(self) -> Path:
        """Names the clone that the cluster belongs to; nothing without it is ever removed."""
        return self.base / "clone"


def layout(var: Path, uid: int) -> Layout:
    """As root under /var/lib, since PostgreSQL refuses root and user `postgres` may not enter the clone."""
    digest = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
    if uid == 0:
        base = SYSTEM_BASE / digest
        return Layout(base, base / "run", "postgres")
    base = var / "pg"
    sockets = base / "run"
    if len(os.fsencode(sockets)) > SOCKET_LIMIT or not re.fullmatch(r"[\w/.+-]+", str(sockets), re.ASCII):
        sockets = Path(f"/tmp/kentongan-{uid}-{digest}")
    return Layout(base, sockets, None)


def server_major(data: Path, servers: Path = SERVERS, extensions: Path = EXTENSIONS) -> int | None:
    """The major version of PostgreSQL to use: the cluster's own, else the newest >= 15 here that has PostGIS."""
    found = sorted(int(tool.parts[-3]) for tool in servers.glob("*/bin/initdb") if tool.parts[-3].isdigit())
    fit = [major for major in found if (extensions / str(major) / "extension" / "postgis.control").exists()]
    version = data / "PG_VERSION"
    if version.exists():
        own = int(version.read_text())
        return own if own in fit else None
    return next((major for major in reversed(fit) if major >= 15), None)
