"""Where a build’s files wait: RELEASE_ROOT/<dataset>/.candidate-<build>/, beside the releases: moving is renaming.

No address leads there: a file is served by the row that names it, and a candidate has none.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from pathlib import Path

from opendata.store import folder_of

PREFIX = ".candidate-"


def candidate_name(build_id: int) -> str:
    """The name of a build's folder."""
    return f"{PREFIX}{build_id}"


def empty_candidate(slug: str, name: str) -> Path:
    """A build's own folder, empty. Raises OSError."""
    folder = folder_of(slug, name)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def drop_candidate(slug: str, name: str) -> None:
    """Remove a build's files, if there are any."""
    if name.startswith(PREFIX):
        shutil.rmtree(folder_of(slug, name), ignore_errors=True)


def make_durable(folder: Path) -> None:
    """Have the disk keep the files and their names. Raises OSError (disk full)."""
    for path in (*sorted(folder.iterdir()), folder, folder.parent, folder.parent.parent):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def move_to_release(slug: str, name: str, version: str) -> None:
    """Give a candidate's folder the name of its version, durably; done already: nothing. Raises OSError."""
    candidate, target = folder_of(slug, name), folder_of(slug, version)
    if candidate.exists():
        shutil.rmtree(
            target, ignore_errors=True
        )  # of a release that was interrupted before its rows were there
        candidate.rename(target)
    make_durable(target)


def files_of(slug: str, name: str, version: str) -> Path:
    """Where a candidate's files are: in its own folder, or moved by a release that was interrupted afterwards."""
    candidate = folder_of(slug, name)
    return candidate if candidate.exists() else folder_of(slug, version)


def sweep_candidates(slug: str, keep: Collection[str]) -> None:
    """Remove what killed builds left. Call while nobody else builds this dataset."""
    root = folder_of(slug, "x").parent
    for left in root.glob(f"{PREFIX}*"):
        if left.name not in keep:
            shutil.rmtree(left, ignore_errors=True)
