"""Released files on disk: RELEASE_ROOT/<dataset>/<version>/<file>. Whole folders appear at once, or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings


def folder_of(slug: str, version: str) -> Path:
    """Where the files of a version lie. Both names are our own, never a visitor's."""
    return Path(settings.RELEASE_ROOT) / slug / version


def drop_files(slug: str, version: str) -> None:
    """Remove the files of a version whose rows were not written, or were withdrawn."""
    shutil.rmtree(folder_of(slug, version), ignore_errors=True)
