"""The private PostGIS cluster of a clone: made once, started on need, stopped by the last that uses it."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from setup import envfile
from setup.common import ROOT, VAR, end_on_signals, fail, locked, say
from setup.layout import SERVERS, Layout, layout, server_major
from setup.tuning import render

USERS = "cluster.users"
START_SECONDS = 90  # includes the recovery after a crash


def clean_env(**extra: str) -> dict[str, str]:
    """The environment without anything that would point PostgreSQL's programs elsewhere."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    return {**kept, "LC_ALL": "C.UTF-8", "TZ": "UTC", **extra}


class Cluster:
    """One private cluster, described by its layout."""

    def __init__(self, place: Layout) -> None:
        self.place = place
        self.password_file = place.base / "superuser"

    def tool(self, name: str) -> str:
        """The path of one of PostgreSQL's programs, of the major that the cluster has."""
        major = server_major(self.place.data)
        if major is None:
            version = self.place.data / "PG_VERSION"
            wanted = f"PostgreSQL {version.read_text().strip()}" if version.exists() else "PostgreSQL >= 15"
            fail(
                f"{wanted} with PostGIS is not installed; install it, or remove the old cluster with: make clean"
            )
        return str(SERVERS / str(major) / "bin" / name)

    def as_owner(self, *argv: str) -> subprocess.CompletedProcess[str]:
        """Run a program as the cluster's owner; its output goes to a file, since a server keeps what it is given."""
        command = ["runuser", "-u", self.place.user, "--", *argv] if self.place.user else list(argv)
        (VAR / "log").mkdir(parents=True, exist_ok=True)
        with (VAR / "log" / "cluster.log").open("w+") as log:
            done = subprocess.run(
                command, cwd="/", env=clean_env(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
            log.seek(0)
            return subprocess.CompletedProcess(command, done.returncode, log.read())

    def own(self, path: Path) -> Path:
        """Give a path to the user that the server runs as."""
        if self.place.user:
            shutil.chown(path, self.place.user, self.place.user)
        return path

    def folder(self, path: Path) -> None:
        """Make a folder that only the cluster's owner enters; refuse one that another user made."""
        path.mkdir(mode=0o700, exist_ok=True)
        self.own(path)
        if not self.place.user and path.lstat().st_uid != os.getuid():
            fail(f"{path} belongs to another user; remove it and try again")
        path.chmod(0o700)

    def create(self) -> None:
        """Make the cluster; an interrupted attempt leaves nothing that looks like one."""
        if self.place.data.exists():
            return
        say(f"Making a private PostgreSQL cluster in {self.place.base}")
        self.place.base.parent.mkdir(parents=True, exist_ok=True)
        self.folder(self.place.base)
        self.place.marker.write_text(f"{ROOT}\n")
        envfile.write(self.password_file, {"PGPASSWORD": secrets.token_urlsafe(24)})
        secret = self.place.base / "initdb.pw"
        secret.write_text(self.superuser_password() + "\n")
        self.own(secret).chmod(0o600)
        fresh = self.place.base / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        options = [
            "--auth=scram-sha-256",
            "--data-checksums",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-instructions",
        ]
        done = self.as_owner(
            self.tool("initdb"), "-D", str(fresh), "-U", "postgres", f"--pwfile={secret}", *options
        )
        secret.unlink()
        if done.returncode:
            fail(f"initdb failed: {done.stdout.strip()}")
        with (fresh / "postgresql.conf").open("a") as conf:
            conf.write("include 'kentongan.conf'\n")
        (fresh / "pg_hba.conf").write_text("local all all scram-sha-256\n")
        fresh.rename(self.place.data)

    def superuser_password(self) -> str:
        return envfile.read(self.password_file)["PGPASSWORD"]

    def pid(self) -> int | None:
        """The running server's process, known by its working folder: a number alone may be another's by now."""
        try:
            pid = int((self.place.data / "postmaster.pid").read_text().split("\n", 1)[0])
            if Path(f"/proc/{pid}/cwd").resolve(strict=True) == self.place.data.resolve():
                return pid
        except (OSError, ValueError):
            pass
        return None

    def start(self) -> None:
        """Start the server unless it runs; clears what a crash or a reboot left behind."""
        if self.pid() is not None:
            return
        (self.place.data / "postmaster.pid").unlink(missing_ok=True)
        self.folder(self.place.sockets)
        for left in self.place.sockets.glob(".s.PGSQL.*"):
            left.unlink()
        conf = self.place.data / "kentongan.conf"
        conf.write_text(render(self.place.sockets))
        self.own(conf)
        log = self.place.base / "postgres.log"
        if log.exists() and log.stat().st_size > 10_000_000:
            log.rename(log.with_suffix(".log.1"))
        options = ["-D", str(self.place.data), "-l", str(log), "-w", "-t", str(START_SECONDS), "-s"]
        for attempt in range(5):  # after kill -9 of the server its children need a moment to notice
            if self.as_owner(self.tool("pg_ctl"), "start", *options).returncode == 0:
                return
            time.sleep(attempt + 1)
        fail("PostgreSQL did not start: " + " / ".join(log.read_text(errors="replace").splitlines()[-3:]))

    def stop(self) -> None:
        """Stop the server if it runs."""
        if self.pid() is not None:
            self.as_owner(
                self.tool("pg_ctl"), "stop", "-D", str(self.place.data), "-m", "fast", "-w", "-t", "60"
            )

    def psql(self, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run psql as we are (the password decides, not the user), quietly, without anybody's psqlrc."""
        argv = [self.tool("psql"), "-X", "-q", "-A", "-t", *args]
        return subprocess.run(
            argv, env=clean_env(**env), capture_output=True, text=True, stdin=subprocess.DEVNULL
        )

    def prepare_roles(self, values: Mapping[str, str]) -> None:
        """Make roles, database and extensions, unless both roles can sign in with what `var/env` says."""
        urls = [values["DATABASE_URL"], values["PUBLIC_DATABASE_URL"]]
        if all(self.psql(url, "-c", "SELECT 1").returncode == 0 for url in urls):
            return
        say("Making the database and its two roles")
        passwords = [envfile.password_of(url) for url in urls]
        address = f"host={self.place.sockets} user=postgres dbname=postgres"
        done = self.psql(
            address,
            *("-f", str(ROOT / "deploy" / "roles.sql"), "-c", "ALTER ROLE kentongan CREATEDB"),
            PGPASSWORD=self.superuser_password(),
            KENTONGAN_PASSWORD=passwords[0],
            KENTONGAN_PUBLIC_PASSWORD=passwords[1],
        )
        if done.returncode:
            fail(f"the database could not be prepared: {done.stderr.strip()}")


@contextmanager
def cluster_in_use(cluster: Cluster, values: Mapping[str, str]) -> Iterator[None]:
    """Have the cluster running; the last of several users (`make run` beside `make test`) stops it."""
    with (VAR / USERS).open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)  # a killed user's share is gone with it
        try:
            with locked("setup.lock", "Waiting for another make of this clone to finish its set-up"):
                cluster.create()
                cluster.start()
                cluster.prepare_roles(values)
            yield
        finally:
            fcntl.flock(users, fcntl.LOCK_UN)
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                cluster.stop()


@contextmanager
def database() -> Iterator[Cluster | None]:
    """Settings and a running database for a target; yields the embedded cluster, None when it is another's."""
    end_on_signals()
    path = VAR / "env"
    known, dotenv = envfile.read(path), envfile.read(ROOT / ".env")
    outside = envfile.is_outside(known, dotenv, os.environ)
    place = layout(VAR, os.getuid())
    values = envfile.complete(known, None if outside else place.sockets)
    if values != known:
        envfile.write(path, values)
    if outside:
        if not any(
            source.get(f"PUBLIC_DATABASE_URL{end}")
            for source in (os.environ, dotenv)
            for end in ("", "_FILE")
        ):
            fail("DATABASE_URL is set and PUBLIC_DATABASE_URL is not; set both (docs/install.md)")
        yield None
        return
    cluster = Cluster(place)
    with cluster_in_use(cluster, values):
        yield cluster
