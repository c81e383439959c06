"""Released files on disk: RELEASE_ROOT/<dataset>/<version>/<file>. Whole folders appear at once, or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings


def folder_of(slug: str, version: str) -> Path:
    """Where the files of a version lie. Both names are our own, never a visitor's."""
    return Path(settings.RELEASE_ROOT) / slug / version


def keep_files(slug: str, version: str, files: Mapping[str, bytes]) -> None:
    """Write a version's files durably; a folder that an interrupted release left behind is replaced.

    The caller writes the rows afterwards: files that no row names are served to nobody.
    """
    target = folder_of(slug, version)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".making-", dir=target.parent))
    try:
        fresh.chmod(0o755)
        for name, content in files.items():
            _write(fresh / name, content)
        _sync(fresh)
        if target.exists():
            shutil.rmtree(target)
        fresh.rename(target)
        _sync(target.parent)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def drop_files(slug: str, version: str) -> None:
    """Remove the files of a version whose rows were not written."""
    shutil.rmtree(folder_of(slug, version), ignore_errors=True)


def sweep(slug: str) -> None:
    """Remove what killed builds left half-written. Call while nobody else publishes this dataset."""
    for left in (Path(settings.RELEASE_ROOT) / slug).glob(".making-*"):
        shutil.rmtree(left, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
