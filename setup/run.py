"""`make run`: database, city, demo, static files, then serve until Ctrl-C."""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path

from setup.clean import PID_FILE
from setup.cluster import database
from setup.common import PYTHON, ROOT, VAR, fail, locked, step
from setup.fingerprint import STATIC
from setup.serve import serve
from setup.translations import compile_translations

DEMO_CITY = ROOT / "fixtures" / "pasuruan"


def city_folder() -> Path:
    """The city's folder: CITY as seen from where make was called, else from the root, else the demo city.

    start.sh has seen that it is there, before anything long.
    """
    given = os.environ.get("CITY")
    if not given:
        return DEMO_CITY
    seen = (Path(os.environ.get("CALLER") or ROOT) / given).resolve()
    return seen if (seen / "city.toml").is_file() else (ROOT / given).resolve()


def listen_address() -> tuple[str, int]:
    """HOST and PORT; stops when something else listens there."""
    host, port = os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or 8000)
    try:
        with socket.create_server((host, port)):
            return host, port
    except OSError as error:
        fail(f"cannot listen on {host}:{port} ({error.strerror}); choose another: make run PORT=8001")


def load(city: Path, demo: bool) -> None:
    """Bring the database to this version and this city; quick when there is nothing to do."""
    with locked("load.lock", "Waiting for another make run of this clone to finish loading"):
        compile_translations()
        os.environ["STATIC_ROOT"] = str(STATIC)
        step([PYTHON, "-m", "setup.load", str(city), "demo" if demo else ""])


def sign_ins() -> list[str]:
    """The demo sign-ins as lines: role, e-mail, password and, where a code is asked for, the secret of its app."""
    path = VAR / "demo.json"
    if os.environ.get("DEMO") != "1" or not path.is_file():
        return []
    people = json.loads(path.read_text(encoding="utf-8")).get("sign_ins", [])
    lines = [
        f"    {who['role']:<12} {who['email']:<32} {who['password']}  {who.get('totp_secret') or ''}".rstrip()
        for who in people
    ]
    hint = "    The last column is a TOTP secret: type it into an authenticator app, or: oathtool --totp -b SECRET"
    return [*lines, hint] if any(who.get("totp_secret") for who in people) else lines


def banner(url: str) -> str:
    """What a newcomer needs once the server answers."""
    lines = ["", f"  Kentongan is running at {url}"]
    if people := sign_ins():
        lines += ["", f"  Demo sign-ins at {url}/masuk (also in {VAR / 'demo.json'}):", *people]
    return "\n".join([*lines, "", "  Ctrl-C stops all of it.", ""])


def main() -> int:
    """Everything `make run` does after the packages are there."""
    city = city_folder()
    host, port = listen_address()
    os.environ["PORT"] = str(port)
    with database() as cluster:
        if cluster:
            os.environ.setdefault("DEMO", "1")
        elif os.environ.get("DEMO", "0") not in {"", "0"}:
            fail("DEMO=1 makes sign-ins that anybody can read; it works with the embedded database only")
        (VAR / PID_FILE).write_text(str(os.getpid()))
        load(city, demo=cluster is not None and os.environ["DEMO"] == "1")
        shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else host
        keep = cluster.start if cluster else lambda: None
        return serve(host, port, banner(f"http://{shown}:{port}"), keep)


if __name__ == "__main__":
    sys.exit(main())
