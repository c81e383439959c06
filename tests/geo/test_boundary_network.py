"""A boundary file sends nobody anywhere, and none can keep the reader busy before it is read."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pyogrio
import pytest
from django.utils import translation

from geo.boundaries import read_boundaries
from geo.boundary_format import sniff
from geo.refusal import FileRefused
from tests.geo.made_files import villages, write


class Elsewhere:
    """Another computer's web server that counts what is asked of it."""

    def __init__(self) -> None:
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(200)
                self.end_headers()

            do_HEAD = do_CONNECT = do_GET

            def log_message(self, *_args: Any) -> None:
                """Nothing is to be said of it."""

        self.asked = asked
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    made = Elsewhere()
    with translation.override("en"):
        yield made
    made.server.shutdown()
    made.server.server_close()


def geojson(path: Path, change: Any) -> Path:
    content = json.loads(write(villages(), path).read_text())
    content.pop("crs", None)
    change(content)
    path.write_text(json.dumps(content))
    return path


@pytest.mark.parametrize("kind", ["link", "url", "LINK", "linked"])
@pytest.mark.parametrize("word", ["crs", "CRS", "c\\u0072s"])
@pytest.mark.parametrize("where", ["collection", "feature", "geometry"])
def test_a_coordinate_system_that_is_a_link_is_refused_and_nobody_is_asked(
    elsewhere: Elsewhere, tmp_path: Path, kind: str, word: str, where: str
) -> None:
    link = {"type": kind, "properties": {"href": elsewhere.url, "url": elsewhere.url}}

    def linked(content: dict[str, Any]) -> None:
        feature = content["features"][0]
        {"collection": content, "feature": feature, "geometry": feature["geometry"]}[where]["@"] = link

    path = geojson(tmp_path / "batas.geojson", linked)
    path.write_text(path.read_text().replace('"@"', f'"{word}"'))
    with pytest.raises(FileRefused, match="a link to another computer"):
        read_boundaries(path)
    assert elsewhere.asked == []


def test_a_link_behind_a_harmless_one_is_found(elsewhere: Elsewhere, tmp_path: Path) -> None:
    path = geojson(tmp_path / "batas.geojson", lambda content: content.update(crs=None))
    link = f'{{"type": "name", "type": "link", "properties": {{"href": "{elsewhere.url}"}}}}'
    path.write_text(path.read_text().replace('"crs": null', f'"crs": {link}'))
    with pytest.raises(FileRefused, match="a link to another computer"):
        read_boundaries(path)
    assert elsewhere.asked == []


def test_gdal_itself_asks_nobody(
    elsewhere: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    link = {"type": "link", "properties": {"href": elsewhere.url, "url": elsewhere.url}}
    path = geojson(tmp_path / "batas.geojson", lambda content: content.update(crs=link))
    pyogrio.list_layers(path)
    pyogrio.read_info(path)
    assert elsewhere.asked == []
    with pytest.raises(pyogrio.errors.DataSourceError):
        pyogrio.list_layers(f"/vsicurl/{elsewhere.url}/batas.geojson")
    assert elsewhere.asked == []


def test_json_that_orders_gdal_to_read_more_is_refused(elsewhere: Elsewhere, tmp_path: Path) -> None:
    path = tmp_path / "batas.gdalg.geojson"
    order = f"gdal vector pipeline ! read /vsicurl/{elsewhere.url}/x.geojson ! reproject --dst-crs EPSG:4326"
    path.write_text(json.dumps({"type": "gdal_streamed_alg", "command_line": order}))
    with pytest.raises(FileRefused, match="no GeoJSON"):
        read_boundaries(path)
    assert elsewhere.asked == []


@pytest.mark.parametrize("cut", [-1, -300, -900])
def test_a_geojson_that_is_cut_short_is_told_with_its_place(tmp_path: Path, cut: int) -> None:
    path = write(villages(), tmp_path / "batas.geojson")
    path.write_bytes(path.read_bytes().strip()[:cut])
    with (
        translation.override("en"),
        pytest.raises(FileRefused, match=r"cut short: .* in line \d+, column \d+"),
    ):
        read_boundaries(path)


def test_a_geojson_that_is_nested_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "batas.geojson"
    path.write_text('{"type": "FeatureCollection", "features": ' + "[" * 1_000_000)
    with translation.override("en"), pytest.raises(FileRefused, match="broken or cut short"):
        read_boundaries(path)


@pytest.mark.parametrize("before", ["", "<!-- a --> <!--b--><!----> ", "<!-- <kml> --> "])
def test_a_kml_may_begin_with_remarks(tmp_path: Path, before: str) -> None:
    path = tmp_path / "batas.kml"
    path.write_text(f'\n<?xml version="1.0"?> {before}<kml xmlns="http://www.opengis.net/kml/2.2">')
    assert sniff(path) == "KML"


@pytest.mark.parametrize("remark", ["<!---->", "<!-- -->", "<!---->\n"])
def test_very_many_remarks_keep_nobody_busy(tmp_path: Path, remark: str) -> None:
    path = tmp_path / "batas.kml"
    path.write_text(remark * 1000)
    begun = time.process_time()
    with translation.override("en"), pytest.raises(FileRefused, match="this is no"):
        sniff(path)
    assert time.process_time() - begun < 0.5
