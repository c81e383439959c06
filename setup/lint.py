"""`make lint`: the checks that need no database, one after the other; tests/config/test_house.py runs the same."""

from __future__ import annotations

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


def main() -> int:
    failed = []
    for name, argv in CHECKS.items():
        say(name)
        if subprocess.run(argv, cwd=ROOT).returncode:
            failed.append(name)
    if failed:
        print(f"kentongan: failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
