"""The map and its sheet, tried by themselves: outlines, pin, fallbacks, keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from geo.models import City
from tests.browser.conftest import PHONE, Visit

pytestmark = [
    pytest.mark.map,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.browser.stage_urls"),
]

DRAW = """async () => {
  const script = document.querySelector('script[src$="/js/site.js"]').src;
  window.kit = await import(script.replace("site.js", "map.js"));
  window.map = await kit.createMap(document.getElementById("map"));
  return Boolean(window.map);
}"""
SETTLED = "() => map.loaded() || new Promise((done) => map.once('idle', () => done(true)))"
NAMES = "() => map.queryRenderedFeatures({layers: ['areas-name', 'districts-name']}).map((f) => f.properties.name)"
PIN = """async () => {
  const {lng, lat} = map.getCenter();
  window.moves = [];
  window.marker = await kit.pin(map, {at: [lng, lat], onMove: (place) => moves.push(place)});
  return [lng, lat];
}"""
RASTER = ["map.getLayer('basemap') !== undefined", "map.getLayer('areas-name') !== undefined"]


def drawn(page: Page) -> Page:
    assert page.evaluate(DRAW)
    page.evaluate(SETTLED)
    return page


def sheet(page: Page) -> tuple[str, str]:
    element = page.locator(".sheet")
    expanded = page.locator(".sheet-handle").get_attribute("aria-expanded")
    return element.get_attribute("data-sheet") or "", expanded or ""


def test_without_a_street_map_the_outlines_carry_the_names_of_the_kelurahan(city: City, visit: Visit) -> None:
    page = drawn(visit("/peta-uji"))
    assert set(page.evaluate(NAMES)) >= {"Kebonsari", "Mayangan", "Bakalan", "Kepel"}
    expect(page.locator(".map-note[role=status]")).to_be_hidden()


def test_a_street_map_that_does_not_answer_gives_way_to_the_outlines(
    city: City, visit: Visit, settings: Any, live_server: LiveServer
) -> None:
    settings.BASEMAP_URL = live_server.url + "/tiles/tidak-ada/{z}/{x}/{y}.png?status=500"
    page = visit("/peta-uji", expect=("Failed to load resource",))
    page.route("**/tiles/tidak-ada/**", lambda route: route.abort())
    page.evaluate(DRAW)

    expect(page.get_by_text("Peta jalan belum dapat dimuat")).to_be_visible()
    assert [page.evaluate(question) for question in RASTER] == [False, True]


def test_a_street_map_that_answers_stays_and_names_its_makers(
    city: City, visit: Visit, settings: Any, live_server: LiveServer
) -> None:
    settings.BASEMAP_URL = live_server.url + "/tiles/jalan/{z}/{x}/{y}.png"
    page = visit("/peta-uji")
    picture = page.evaluate("document.querySelector('link[rel=apple-touch-icon]').href")
    body = page.request.get(picture).body()
    page.route("**/tiles/jalan/**", lambda route: route.fulfill(body=body, content_type="image/png"))
    drawn(page)

    assert [page.evaluate(question) for question in RASTER] == [True, False]
    expect(page.get_by_text("OpenStreetMap")).to_be_visible()


def test_the_pin_moves_by_arrow_keys_by_click_and_by_enter(city: City, visit: Visit) -> None:
    page = drawn(visit("/peta-uji"))
    lng, lat = page.evaluate(PIN)

    page.locator(".map-pin").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    page.mouse.click(200, 300)
    page.locator(".maplibregl-canvas").focus()
    page.keyboard.press("Enter")

    right, up, clicked, centre = page.evaluate("moves")
    assert right["lng"] > lng
    assert right["lat"] == pytest.approx(lat)
    assert up["lat"] > lat
    assert clicked["lng"] < lng
    assert [centre["lng"], centre["lat"]] == pytest.approx([lng, lat])


def test_the_pin_is_dragged_with_the_pointer(city: City, visit: Visit) -> None:
    page = drawn(visit("/peta-uji"))
    lng, _lat = page.evaluate(PIN)
    box: Any = page.locator(".map-pin").bounding_box()

    page.mouse.move(box["x"] + 22, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 122, box["y"] + 20, steps=5)
    page.mouse.up()

    moves = page.evaluate("moves")
    assert len(moves) == 1
    assert moves[0]["lng"] > lng


def test_the_sheet_has_three_heights_by_tap_and_by_keys(city: City, visit: Visit) -> None:
    page = visit("/peta-uji", PHONE)
    handle = page.locator(".sheet-handle")
    seen = [sheet(page)]
    for _ in range(2):
        handle.click()
        seen.append(sheet(page))
    handle.focus()
    for key in ("ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
        seen.append(sheet(page))

    half, full, peek = ("half", "true"), ("full", "true"), ("peek", "false")
    assert seen == [half, full, peek, half, full, full, half]


def test_the_sheet_follows_a_drag(city: City, visit: Visit) -> None:
    page = visit("/peta-uji", PHONE)
    box: Any = page.locator(".sheet-handle").bounding_box()

    page.mouse.move(180, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(180, 90, steps=10)
    page.mouse.up()

    assert sheet(page) == ("full", "true")


def test_who_tabs_into_a_closed_sheet_sees_it_open(city: City, visit: Visit) -> None:
    page = visit("/peta-uji", PHONE)
    page.locator(".sheet-handle").click()
    page.locator(".sheet-handle").click()
    assert sheet(page) == ("peek", "false")

    page.keyboard.press("Tab")
    assert sheet(page) == ("half", "true")


def test_colours_of_the_map_follow_the_theme(city: City, visit: Visit) -> None:
    page = drawn(visit("/peta-uji"))
    ground = "map.getPaintProperty('land', 'background-color')"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Warna gelap").click()
    assert page.evaluate(ground) != light


def test_marks_clusters_heat_and_classes_are_drawn(city: City, visit: Visit) -> None:
    page = drawn(visit("/peta-uji"))
    counts = page.evaluate(
        """async () => {
          const {lng, lat} = map.getCenter();
          const at = (dx, state) => ({type: "Feature", properties: {state, weight: 3},
            geometry: {type: "Point", coordinates: [lng + dx, lat]}});
          const features = [at(-0.015, "baru"), at(0.012, "terlambat"), at(0.0121, "selesai")];
          const data = {type: "FeatureCollection", features};
          kit.addPoints(map, data, {cluster: true});
          kit.addHeat(map, data);
          const values = {"99.01.01.1001": 3, "99.01.02.1001": 40};
          kit.addChoropleth(map, document.getElementById("map").dataset.areas, {values, breaks: [10]});
          await new Promise((done) => map.once("idle", done));
          const drawn = (layer) => map.queryRenderedFeatures({layers: [layer]}).length;
          return [drawn("points"), drawn("points-cluster"), drawn("choropleth") > 0, map.getLayer("heat").type];
        }"""
    )
    assert counts == [1, 1, True, "heatmap"]


def test_classes_hold_equally_many_values_and_the_legend_says_which(city: City, visit: Visit) -> None:
    page = drawn(visit("/peta-uji"))
    breaks = page.evaluate("kit.quantiles([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 5)")
    words = page.evaluate(
        "(breaks) => { const place = document.createElement('div'); kit.legend(place, {breaks});"
        " return [...place.querySelectorAll('li')].map((item) => item.textContent); }",
        breaks,
    )
    assert breaks == [2, 4, 6, 8]
    assert words == ["0–1", "2–3", "4–5", "6–7", "≥ 8"]
    assert page.evaluate("kit.quantiles([5, 5, 5, 5], 5)") == []


def test_where_no_map_can_be_drawn_a_calm_note_says_so(
    city: City, chromium: Browser, live_server: LiveServer
) -> None:
    page = chromium.new_page()
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(live_server.url + "/peta-uji")
    assert page.evaluate(DRAW) is False
    expect(page.get_by_text("Peta tidak dapat ditampilkan")).to_be_visible()
    expect(page.locator(".map-skeleton")).to_be_visible()
    page.close()
