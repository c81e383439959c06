"""`make test`: the whole suite in a database of its own; lint, types, layers and migrations are tests of it too."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from setup import envfile
from setup.cluster import database
from setup.common import PYTHON, ROOT, VAR, locked, say
from setup.translations import compile_translations


def main(args: list[str]) -> int:
    """Run pytest; its summary is the last thing that is said."""
    with locked("test.lock", "Waiting for another make test of this clone to finish"), database():
        compile_translations()
        # What settings would read, for tests that start programs elsewhere too; no tile server is asked.
        known = envfile.read(VAR / "env") | envfile.read(ROOT / ".env")
        env = {**known, **os.environ, "BASEMAP_URL": "", "DEMO": "0"}
        # What a test wrote need not survive the machine: no commit waits for the disk.
        env["PGOPTIONS"] = "-c synchronous_commit=off"
        say("Running the tests")
        # Three on two processors: browser tests wait for pages and mail for most of their time.
        argv = [str(PYTHON), "-m", "pytest", "-n", "3", "--dist", "worksteal", *args]
        with subprocess.Popen(argv, cwd=ROOT, env=env) as suite:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to pytest as well
            signal.signal(signal.SIGTERM, lambda *_: suite.terminate())
            return suite.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
