"""The private cluster, really made: its walls, and what it survives."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from setup import clean, cluster, common, envfile
from setup.cluster import Cluster
from setup.layout import SYSTEM_BASE, Layout


@pytest.fixture(scope="module")
def made() -> Iterator[tuple[Cluster, dict[str, str]]]:
    """A cluster of its own with its roles, running; as root it lies where user postgres may enter."""
    root = os.getuid() == 0
    if root:
        SYSTEM_BASE.mkdir(exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="uji-", dir=SYSTEM_BASE if root else None))
    base = home / "pg"
    home.chmod(0o755)
    place = Layout(base, base / "run", "postgres" if root else None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cluster, "VAR", home)
        (home / "log").mkdir()
        one = Cluster(place)
        values = envfile.complete({}, place.sockets)
        try:
            one.create()
            one.start()
            one.prepare_roles(values)
            yield one, values
        finally:
            one.stop()
            shutil.rmtree(home)


def ask(one: Cluster, url: str, *statements: str) -> str:
    """The answer to statements, each a transaction of its own, or the error's text."""
    done = one.psql(url, *(part for statement in statements for part in ("-c", statement)))
    return (done.stdout or done.stderr).strip()


def test_the_owner_may_make_databases_that_have_postgis_and_is_no_superuser(
    made: tuple[Cluster, dict[str, str]],
) -> None:
    one, values = made
    url = values["DATABASE_URL"]
    rights = "SELECT rolcreatedb, rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    assert ask(one, url, rights) == "t|f|f"
    assert ask(one, url, "CREATE DATABASE test_uji") == ""
    other = url.replace("/kentongan?", "/test_uji?")
    assert ask(one, other, "SELECT round(ST_Area(ST_Buffer(ST_Point(0, 0), 1))::numeric, 1)") == "3.1"
    assert ask(one, other, "SELECT similarity('banjir', 'banjir')") == "1"


def test_the_public_role_reads_only_what_it_was_granted(made: tuple[Cluster, dict[str, str]]) -> None:
    one, values = made
    ask(one, values["DATABASE_URL"], "CREATE TABLE rahasia (isi text); CREATE TABLE released_uji (n int)")
    ask(one, values["DATABASE_URL"], "GRANT SELECT ON released_uji TO kentongan_public")
    public = values["PUBLIC_DATABASE_URL"]
    assert ask(one, public, "SELECT count(*) FROM released_uji") == "0"
    assert "permission denied" in ask(one, public, "SELECT * FROM rahasia")
    assert "permission denied" in ask(
        one, public, "SET default_transaction_read_only = off", "CREATE TABLE x ()"
    )
    assert ask(one, public, "SHOW default_transaction_read_only") == "on"
    assert ask(one, public, "SHOW statement_timeout") == "10s"


def test_only_a_password_opens_it_and_only_a_socket_leads_to_it(made: tuple[Cluster, dict[str, str]]) -> None:
    one, values = made
    wrong = values["DATABASE_URL"].replace("kentongan:", "kentongan:x")
    assert "password authentication failed" in ask(one, wrong, "SELECT 1")
    assert ask(one, values["DATABASE_URL"], "SHOW listen_addresses") == ""
    assert ask(one, values["DATABASE_URL"], "SHOW data_checksums") == "on"


def test_what_people_wrote_stays_out_of_its_log(made: tuple[Cluster, dict[str, str]]) -> None:
    one, values = made
    ask(one, values["DATABASE_URL"], "SELECT 'jalan melati nomor tujuh' / 2")
    ask(one, values["DATABASE_URL"], "CREATE TABLE unik (k text UNIQUE)")
    ask(one, values["DATABASE_URL"], "INSERT INTO unik VALUES ('ani@contoh.example'), ('ani@contoh.example')")
    log = (one.place.base / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "contoh.example" not in log


def test_it_comes_back_after_being_killed_and_after_a_reboot(made: tuple[Cluster, dict[str, str]]) -> None:
    one, values = made
    ask(one, values["DATABASE_URL"], "CREATE TABLE tahan (n int); INSERT INTO tahan VALUES (7)")
    first = one.pid()
    assert first is not None
    os.kill(first, signal.SIGKILL)
    pid_file = one.place.data / "postmaster.pid"
    # After a reboot the number in the file is some other process's: here, this test's own parent.
    lines = pid_file.read_text().split("\n")
    pid_file.write_text("\n".join([str(os.getppid()), *lines[1:]]))
    assert one.pid() is None
    one.start()
    assert one.pid() not in {None, first}
    assert ask(one, values["DATABASE_URL"], "SELECT n FROM tahan") == "7"


def test_a_cluster_that_is_not_marked_as_ours_is_not_removed(tmp_path: Path) -> None:
    base = tmp_path / "pg"
    (base / "data").mkdir(parents=True)
    place = Layout(base, base / "run", None)
    for mark in (None, "/somebody/else\n"):
        if mark:
            place.marker.write_text(mark)
        with pytest.raises(SystemExit, match="not marked as this clone's cluster; nothing was removed"):
            clean.remove_cluster(place)
    assert (base / "data").is_dir()
    place.marker.write_text(f"{common.ROOT}\n")
    clean.remove_cluster(place)
    assert not base.exists()
