"""The files of the project as tests look at them: what is written by people, wherever it lies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NOT_OURS = {"node_modules", "var", "__pycache__", "staticfiles"}
HIDDEN_BUT_OURS = {".ci", ".dockerignore", ".gitignore"}
BINARY = {".png", ".mo", ".ico", ".jpg", ".webp", ".heic"}


def texts() -> Iterator[tuple[Path, str]]:
    """Every text file of the project below the root: its path (relative) and what it says."""
    for path in sorted(_below(ROOT)):
        if path.suffix not in BINARY:
            yield path.relative_to(ROOT), path.read_text(encoding="utf-8")


def _below(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in NOT_OURS or (path.name.startswith(".") and path.name not in HIDDEN_BUT_OURS):
            continue
        if path.is_dir():
            yield from _below(path)
        elif path.is_file() and not path.is_symlink():
            yield path


def document(name: str) -> str:
    """The text of a page of docs/."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def first_cells(page: str) -> list[str]:
    """The names in the first cell of each row of the tables of a page; headers and rules left out."""
    cells = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]
