"""Whether the collected static files are those of this checkout."""

from __future__ import annotations

import hashlib

from setup.common import ROOT, VAR

STAMP = VAR / "static.stamp"
STATIC = VAR / "static"
# Parts of the npm packages that no page asks for: most of their bulk.
NOT_SERVED = ["lucide-static", "axe-core", "*.map", "*.d.ts", "*.md"]
SOURCES = ["web/static", "geo/static", "incidents/static", "opendata/static", "tiles/static", "config/static"]
FILES = ["package-lock.json", "requirements.lock", "config/settings.py"]


def static_state() -> str:
    """A digest over names, sizes and times of what collectstatic would read."""
    digest = hashlib.sha256()
    paths = [ROOT / name for name in FILES]
    for source in SOURCES:
        paths += sorted((ROOT / source).rglob("*"))
    for path in paths:
        if path.is_file():
            stat = path.stat()
            digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def static_is_current() -> bool:
    """True when nothing changed since `stamp_static`."""
    return STAMP.is_file() and STATIC.is_dir() and STAMP.read_text() == static_state()


def stamp_static() -> None:
    STAMP.write_text(static_state())
