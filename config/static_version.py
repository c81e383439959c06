"""A name for the state of all static files, used as a folder in their URLs.

ES modules import each other by relative paths, in our code and inside npm packages; renaming single files (a manifest)
would break those. One folder per state keeps every relative path true and lets browsers cache for ever.
"""

from __future__ import annotations

import hashlib
from pathlib import Path


def static_version(base: Path) -> str:
    """Twelve hexadecimal digits over web/static and the lock of the npm packages."""
    digest = hashlib.sha256()
    files = [base / "package-lock.json", *sorted((base / "web" / "static").rglob("*"))]
    for path in files:
        if path.is_file():
            digest.update(path.relative_to(base).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
