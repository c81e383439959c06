"""One small supervisor: web server and job worker start together, are restarted alone, and stop together."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from setup.common import PYTHON, ROOT, say

TICK = 0.2  # seconds between looks at the children
PATIENCE = 15.0  # seconds to finish what is under way after SIGTERM
CRASHES, WINDOW = 5, 60.0  # so many crashes within so many seconds: give up
READY_SECONDS = 60.0
# Mail can wait, somebody who reports cannot: the worker gets what the web server leaves of a small machine. Linux
# shares the processor between sessions first (autogroup), where nice alone would count for nothing.
LOW_PRIORITY = ("sh", "-c", '(echo 10 > /proc/self/autogroup) 2> /dev/null; exec nice -n 10 "$@"', "worker")


@dataclass
class Child:
    """A process that should be running; `crashes` are the times it ended by itself."""

    name: str
    argv: list[str]
    process: subprocess.Popen[bytes] | None = None
    crashes: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start in a session of its own (Ctrl-C is for the supervisor), to end should the supervisor be killed."""
        argv = ["setpriv", "--pdeathsig", "TERM", "--", *self.argv]
        self.process = subprocess.Popen(argv, cwd=ROOT, start_new_session=True, stdin=subprocess.DEVNULL)

    def signal(self, number: int, whole_session: bool = False) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if whole_session else os.kill)(self.process.pid, number)

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def crashed_too_often(self) -> bool:
        """Note a crash; true when there were too many of late."""
        now = time.monotonic()
        self.crashes = [*(moment for moment in self.crashes if now - moment < WINDOW), now]
        return len(self.crashes) >= CRASHES


def children(host: str, port: int) -> list[Child]:
    """Web server and job worker. No access log unless GRANIAN_LOG_ACCESS_ENABLED asks: paths hold tracking codes."""
    bin_folder = PYTHON.parent
    web = [str(bin_folder / "granian"), "--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"]
    web += ["--workers", os.environ.get("WEB_WORKERS") or "2", "--respawn-failed-workers"]
    # As many threads as the connection pool has connections (config/env.py).
    web += ["--blocking-threads", "8", "--workers-kill-timeout", "10", "--log-level", "error"]
    web.append("config.wsgi:application")
    worker = [*LOW_PRIORITY, str(PYTHON), "manage.py", "procrastinate", "worker"]
    return [Child("web", web), Child("worker", worker)]


def answers(host: str, port: int) -> bool:
    """True when the web server answers anything at /healthz."""
    local = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{local}:{port}/healthz", timeout=2):
            return True
    except OSError as error:
        return isinstance(error, urllib.error.HTTPError)


class Supervisor:
    """Watches children until a signal or a crash too many."""

    def __init__(self, kids: list[Child]) -> None:
        self.kids = kids
        self.stopping = False
        self.exit_code = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.on_signal)

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def look(self) -> None:
        """Restart what has ended; a child that keeps ending stops everything."""
        for kid in self.kids:
            if kid.process is None or not kid.has_ended():
                continue
            code = kid.process.returncode
            kid.signal(signal.SIGKILL, whole_session=True)  # what it may have left
            if kid.crashed_too_often():
                why = f"{kid.name} ended {CRASHES} times within a minute (exit code {code})"
                print(f"kentongan: {why}; its own lines are above", file=sys.stderr)
                self.stopping, self.exit_code = True, 1
                return
            say(f"{kid.name} ended with exit code {code}; starting it again")
            kid.start()

    def stop(self) -> None:
        """Ask all to end, wait for what is under way, then end what is left."""
        for kid in self.kids:
            kid.signal(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not all(kid.has_ended() for kid in self.kids):
            time.sleep(0.05)
        for kid in self.kids:
            kid.signal(signal.SIGKILL, whole_session=True)
            if kid.process is not None:
                kid.process.wait()


def serve(host: str, port: int, banner: str, keep: Callable[[], None]) -> int:
    """Serve until SIGINT, SIGTERM or SIGHUP; prints the banner once the server answers. Returns the exit code.

    `keep` is called all the while; it brings the database back should it have died.
    """
    supervisor = Supervisor(children(host, port))
    announced, started = False, time.monotonic()
    try:
        for kid in supervisor.kids:
            kid.start()
        while not supervisor.stopping:
            time.sleep(TICK)
            keep()
            supervisor.look()
            if not announced and answers(host, port):
                announced = True
                print(banner, flush=True)
            elif not announced and time.monotonic() - started > READY_SECONDS:
                say(f"The server does not answer on port {port} yet; waiting on")
                started = time.monotonic()
    finally:
        say("Stopping")
        supervisor.stop()
    return supervisor.exit_code
