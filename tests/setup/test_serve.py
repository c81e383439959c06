"""The supervisor, with real processes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from setup.serve import CRASHES, Child

ROOT = Path(__file__).resolve().parent.parent.parent
# A supervisor over two made-up children: `web` runs on, `worker` does what the test says.
PROGRAM = """
import sys
from setup import serve
web, worker = [["sh", "-c", text] for text in sys.argv[1:3]]
serve.children = lambda host, port: [serve.Child("web", web), serve.Child("worker", worker)]
serve.answers = lambda host, port: True
sys.exit(serve.serve("127.0.0.1", 1, "siap", lambda: None))
"""


def supervise(worker: str, web: str = "exec sleep 300") -> subprocess.Popen[str]:
    argv = [sys.executable, "-c", PROGRAM, web, worker]
    return subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def until(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def lives(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_crashed_child_is_restarted_alone(tmp_path: Path) -> None:
    starts, web = tmp_path / "starts", tmp_path / "web"
    once = f"echo x >> {starts}; [ $(wc -l < {starts}) -gt 1 ] && exec sleep 300; exit 3"
    supervisor = supervise(once, web=f"echo x >> {web}; exec sleep 300")
    assert until(lambda: starts.exists() and len(starts.read_text().split()) == 2)
    supervisor.terminate()
    out, _ = supervisor.communicate(timeout=20)
    assert supervisor.returncode == 0
    assert "worker ended with exit code 3; starting it again" in out
    assert web.read_text().split() == ["x"]


def test_a_child_that_keeps_crashing_stops_everything_with_an_error() -> None:
    supervisor = supervise("exit 3")
    out, err = supervisor.communicate(timeout=30)
    assert supervisor.returncode == 1
    assert out.count("starting it again") == CRASHES - 1
    assert f"worker ended {CRASHES} times within a minute" in err


def test_a_signal_reaches_the_children_and_what_they_were_doing_is_finished(tmp_path: Path) -> None:
    done, ready = tmp_path / "done", tmp_path / "ready"
    careful = f"trap 'sleep 0.5; touch {done}; exit 0' TERM; touch {ready}; while :; do sleep 0.1; done"
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        done.unlink(missing_ok=True)
        ready.unlink(missing_ok=True)
        supervisor = supervise(careful)
        assert until(ready.exists)
        supervisor.send_signal(number)
        supervisor.communicate(timeout=20)
        assert supervisor.returncode == 0
        assert done.exists()


def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    supervisor = supervise(f"echo $$ > {pid_file}; exec sleep 300")
    assert until(lambda: pid_file.exists() and pid_file.read_text().strip() != "")
    pid = int(pid_file.read_text())
    assert lives(pid)
    supervisor.kill()
    supervisor.communicate(timeout=10)
    assert until(lambda: not lives(pid))


def test_what_a_dead_child_left_behind_is_ended_before_a_restart(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    child = Child("web", ["sh", "-c", f"sleep 300 & echo $! > {pid_file}; exit 1"])
    child.start()
    assert until(child.has_ended)
    orphan = int(pid_file.read_text())
    assert lives(orphan)
    child.signal(signal.SIGKILL, whole_session=True)
    assert until(lambda: not lives(orphan))
