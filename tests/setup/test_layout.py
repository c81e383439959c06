"""Where the private cluster lies."""

from __future__ import annotations

from pathlib import Path

from setup.layout import layout, server_major


def test_root_gets_a_place_that_user_postgres_may_enter() -> None:
    place = layout(Path("/root/kentongan/var"), uid=0)
    assert place.base.parent == Path("/var/lib/kentongan")
    assert place.sockets == place.base / "run"
    assert place.user == "postgres"


def test_two_clones_never_share_a_cluster() -> None:
    assert layout(Path("/root/a/var"), 0).base != layout(Path("/root/b/var"), 0).base


def test_a_user_keeps_the_cluster_in_the_clone() -> None:
    place = layout(Path("/home/ani/kentongan/var"), uid=1000)
    assert place.base == Path("/home/ani/kentongan/var/pg")
    assert place.sockets == place.base / "run"
    assert place.user is None


def test_a_socket_path_that_would_be_too_long_or_odd_goes_to_a_short_one() -> None:
    for var in (Path("/home/ani") / ("sangat-panjang/" * 8) / "var", Path("/home/ani/proyek kota, 2026/var")):
        place = layout(var, uid=1000)
        assert len(str(place.sockets)) < 50
        assert place.base == var / "pg"


def servers(tmp_path: Path, with_postgis: set[int], *majors: int) -> tuple[Path, Path]:
    for major in majors:
        (tmp_path / "lib" / str(major) / "bin").mkdir(parents=True)
        (tmp_path / "lib" / str(major) / "bin" / "initdb").touch()
        (tmp_path / "share" / str(major) / "extension").mkdir(parents=True)
        if major in with_postgis:
            (tmp_path / "share" / str(major) / "extension" / "postgis.control").touch()
    return tmp_path / "lib", tmp_path / "share"


def test_the_newest_server_with_postgis_is_taken(tmp_path: Path) -> None:
    assert server_major(tmp_path / "data", *servers(tmp_path, {9, 15, 16}, 9, 15, 16, 17)) == 16


def test_a_server_older_than_15_is_not_taken(tmp_path: Path) -> None:
    assert server_major(tmp_path / "data", *servers(tmp_path, {13}, 13)) is None


def test_a_cluster_keeps_its_own_major(tmp_path: Path) -> None:
    found = servers(tmp_path, {15, 17}, 15, 17)
    (tmp_path / "data").mkdir()
    version = tmp_path / "data" / "PG_VERSION"
    version.write_text("15\n")
    assert server_major(tmp_path / "data", *found) == 15
    version.write_text("16\n")
    assert server_major(tmp_path / "data", *found) is None
