"""`make lint`: the checks that need no database, one after the other; tests/house/test_tools.py runs the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from setup.common import ROOT, say

BIN = Path(".venv/bin")
CHECKS: dict[str, list[str]] = {
    "ruff check": [str(BIN / "ruff"), "check", "."],
    "ruff format": [str(BIN / "ruff"), "format", "--check", "."],
    "mypy": [str(BIN / "mypy")],
    "layers": [str(BIN / "lint-imports"), "--no-cache"],
}
# mypy's Django plugin reads the settings; nothing is connected to.
SETTINGS = {
    "SECRET_KEY": "only-for-reading-the-settings-of-the-project",
    "DATABASE_URL": "postgresql://lint@/lint",
    "PUBLIC_DATABASE_URL": "postgresql://lint@/lint",
}


def run(name: str, capture: bool = False) -> subprocess.CompletedProcess[str]:
    """Run one of the checks at the root."""
    return subprocess.run(
        CHECKS[name], cwd=ROOT, env=SETTINGS | os.environ, text=True, capture_output=capture
    )


def main() -> int:
    failed = []
    for name in CHECKS:
        say(name)
        if run(name).returncode:
            failed.append(name)
    if failed:
        print(f"kentongan: failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
