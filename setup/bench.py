"""`make bench`: the figures of benchmarks/, with a database running."""

from __future__ import annotations

import sys

from setup.cluster import database
from setup.common import PYTHON, ROOT, step
from setup.translations import compile_translations


def main(args: list[str]) -> None:
    with database():
        compile_translations()
        step([PYTHON, ROOT / "benchmarks" / "run.py", *args])


if __name__ == "__main__":
    main(sys.argv[1:])
