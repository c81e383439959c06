"""Released files over HTTP: the same bytes for ever, resumable, and found by row only."""

from __future__ import annotations

import base64
import hashlib
import io

import pandas as pd
import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from opendata import store
from opendata.models import Release
from tests.opendata.former import COUNTS

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "public"])
HERE = f"/data/dataset/{COUNTS.slug}"
FILE = f"{HERE}/rilis/2026-10/laporan.csv"


def body(response: HttpResponseBase) -> bytes:
    return b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]


def test_a_file_arrives_whole_with_its_checksum(warga: Client, released: Release) -> None:
    response = warga.get(FILE)
    content = body(response)

    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert content == (store.folder_of(COUNTS.slug, "2026-10") / "laporan.csv").read_bytes()
    assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert int(response["Content-Length"]) == len(content)
    assert response["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    assert response["Repr-Digest"] == f"sha-256=:{digest}:"
    assert response["Digest"] == f"sha-256={digest}"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Accept-Ranges"] == "bytes"
    assert response["Content-Disposition"] == f'attachment; filename="{COUNTS.slug}-2026-10.csv"'
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in response.headers
    assert pd.read_csv(io.BytesIO(content))["reports"].sum() == released.reports


@pytest.mark.parametrize(
    ("asked", "first", "last"), [("bytes=10-19", 10, 19), ("bytes=-7", -7, -1), ("bytes=40-", 40, -1)]
)
def test_a_part_of_it_can_be_fetched(
    warga: Client, released: Release, asked: str, first: int, last: int
) -> None:
    whole = body(warga.get(FILE))
    size = len(whole)

    response = warga.get(FILE, headers={"Range": asked})

    start, end = first % size, last % size
    assert response.status_code == 206
    assert body(response) == whole[start : end + 1]
    assert response["Content-Range"] == f"bytes {start}-{end}/{size}"
    assert int(response["Content-Length"]) == end - start + 1


def test_a_part_behind_the_end_is_refused(warga: Client, released: Release) -> None:
    response = warga.get(FILE, headers={"Range": "bytes=999999-"})

    size = len(body(warga.get(FILE)))
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{size}"


def test_a_part_is_given_only_of_the_file_that_was_begun(warga: Client, released: Release) -> None:
    etag = warga.head(FILE)["ETag"]

    same = warga.get(FILE, headers={"Range": "bytes=0-3", "If-Range": etag})
    other = warga.get(FILE, headers={"Range": "bytes=0-3", "If-Range": '"another"'})

    assert (same.status_code, body(same)) == (206, b"kelu")
    assert (other.status_code, len(body(other))) == (200, int(other["Content-Length"]))


def test_who_has_it_already_is_not_sent_it_again(warga: Client, released: Release) -> None:
    first = warga.head(FILE)

    for header in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        response = warga.get(FILE, headers=header)
        assert (response.status_code, body(response)) == (304, b"")
        assert response["ETag"] == first["ETag"]
    assert warga.get(FILE, headers={"If-None-Match": '"another"'}).status_code == 200
    assert warga.get(FILE, headers={"If-Match": '"another"'}).status_code == 412


def test_head_tells_the_same_without_the_bytes(warga: Client, released: Release) -> None:
    head, got = warga.head(FILE), warga.get(FILE)

    assert body(head) == b""
    names = ("Content-Type", "Content-Length", "ETag", "Repr-Digest", "Cache-Control", "Accept-Ranges")
    assert {name: head[name] for name in names} == {name: got[name] for name in names}


def test_the_lasting_address_leads_to_the_newest_version(warga: Client, released: Release) -> None:
    for file in ("laporan.csv", "laporan.geojson", "kamus.csv", "kamus.json"):
        response = warga.get(f"{HERE}/terbaru/{file}")
        assert (response.status_code, response["Location"]) == (302, f"{HERE}/rilis/2026-10/{file}")
        assert response["Cache-Control"] == "no-cache"
        assert warga.get(response["Location"]).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        f"{HERE}/rilis/2026-10/tidak-ada.csv",
        f"{HERE}/rilis/2026-01/laporan.csv",
        f"{HERE}/rilis/2026-10/..%2F2026-10%2Flaporan.csv",
        f"{HERE}/rilis/2026-10/%2E%2E/laporan.csv",
        f"{HERE}/rilis/2026-10//etc/passwd",
        f"{HERE}/rilis/../rilis/2026-10/laporan.csv",
        f"{HERE}/rilis/2026-10/laporan.csv%00",
        f"{HERE}/terbaru/..%2Fkamus.csv",
        "/data/dataset/tidak-ada/terbaru/laporan.csv",
        "/data/dataset/..%2F..%2Fetc/rilis/2026-10/passwd",
    ],
)
def test_what_no_row_names_is_not_found(warga: Client, released: Release, path: str) -> None:
    response = warga.get(path)

    assert response.status_code == 404
    assert "text/html" in response["Content-Type"]


def test_a_file_in_the_folder_that_no_row_names_is_not_served(warga: Client, released: Release) -> None:
    (store.folder_of(COUNTS.slug, "2026-10") / "catatan.txt").write_text("rahasia")

    assert warga.get(f"{HERE}/rilis/2026-10/catatan.txt").status_code == 404


def test_a_file_that_the_disk_lost_is_no_crash(warga: Client, released: Release) -> None:
    (store.folder_of(COUNTS.slug, "2026-10") / "laporan.csv").unlink()

    assert warga.get(FILE).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_can_be_written(warga: Client, released: Release, method: str) -> None:
    assert getattr(warga, method)(FILE).status_code == 405
