// The three ways in which the heads' map shows cases: heat, kelurahan, points. One is visible at a time.
import { addChoropleth, addHeat, addPoints, createMap, ramp } from "./map.js";
import { maplibre } from "./map/library.js";
import { onTheme, token } from "./map/theme.js";

const AREAS = "/tiles/areas/{z}/{x}/{y}.mvt";
// How wide one case warms the map, and which part of the hottest place's cases makes the last colour.
const HEAT_RADIUS = ["interpolate", ["exponential", 1.5], ["zoom"], 9, 8, 12, 24, 14, 44, 17, 90];
const FULL_SHARE = 0.4;
const weightFor = (hottest) => ["/", ["get", "weight"], Math.max(1, hottest * FULL_SHARE)];
const COOLEST = 0.03;
const WARM = 0.14;
const phone = window.matchMedia("(max-width: 59.99em)");
/** Room for what lies over the map: the switch above, on a phone the legend below. */
const fitPadding = () => (phone.matches ? { top: 68, bottom: 96, left: 12, right: 12 } : { top: 76, bottom: 28, left: 28, right: 28 });
const tiles = (layer, query) => `/tiles/${layer}/{z}/{x}/{y}.mvt?${query}`;

const categoryName = (code) => document.querySelector(`#heat-form [name=category] option[value="${CSS.escape(code)}"]`)?.textContent.trim() ?? code;
const stateName = (state) => document.querySelector(`[data-state="${CSS.escape(state)}"]`)?.textContent ?? state;
const number = (value, digits = 0) =>
  value === null ? "–" : value.toLocaleString(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** A popup from a <template>: `slots` are the texts by data-slot. */
async function popup(map, lngLat, templateId, slots) {
  const { Popup } = await maplibre();
  const box = document.getElementById(templateId).content.firstElementChild.cloneNode(true);
  for (const [name, text] of Object.entries(slots)) box.querySelector(`[data-slot="${name}"]`).textContent = text;
  new Popup({ maxWidth: "260px" }).setLngLat(lngLat).setDOMContent(box).addTo(map);
  return box;
}

async function showCase(map, feature, opensCases) {
  const { id, category, state, count } = feature.properties;
  const box = await popup(map, feature.geometry.coordinates, "heat-case", { category: categoryName(category), state: stateName(state) });
  box.querySelector('[data-slot="several"]').hidden = count === 1;
  const link = box.querySelector('[data-slot="link"]');
  link.hidden = !opensCases;
  link.href += id;
}

function showArea(map, lngLat, area) {
  if (area) popup(map, lngLat, "heat-area", { name: area.name, new: number(area.new), late: number(area.late), rate: number(area.rate, 1) });
}

/** Cameras as circles with the number of their events: what kind=cctv counts. */
function addCameras(map, query) {
  const paint = () => ({
    "circle-color": token("accent"),
    "circle-radius": ["interpolate", ["linear"], ["get", "count"], 1, 10, 50, 16, 1000, 28],
    "circle-stroke-color": token("surface"),
    "circle-stroke-width": 2,
  });
  map.addSource("cameras", { type: "vector", tiles: [location.origin + tiles("cctv", query)], maxzoom: 14 });
  map.addLayer({ id: "cameras", type: "circle", source: "cameras", "source-layer": "cctv", paint: paint() });
  onTheme(map, () => Object.entries(paint()).forEach(([name, value]) => map.setPaintProperty("cameras", name, value)));
  return {
    setSource: (address) => map.getSource("cameras").setTiles([location.origin + address]),
    setVisible: (yes) => map.setLayoutProperty("cameras", "visibility", yes ? "visible" : "none"),
  };
}

/** A colour of the tokens (#rrggbb), see-through. */
const seeThrough = (hex, alpha) => `rgba(${[1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join()},${alpha})`;

/** A case drawn over a camera is meant before the camera. */
function tellCameras(map) {
  map.on("click", "cameras", (event) => {
    if (event.defaultPrevented) return;
    const { properties, geometry } = event.features[0];
    popup(map, geometry.coordinates, "heat-camera", { name: properties.name, count: number(properties.count) });
  });
}

/** From nothing through a veil of the first colour to the last: an empty place looks empty, its neighbour hardly warm. */
function heatColor() {
  const colors = ramp(9);
  const stops = colors.flatMap((color, i) => [WARM + ((1 - WARM) * i) / (colors.length - 1), color]);
  const veil = [0, seeThrough(colors[0], 0), COOLEST, seeThrough(colors[0], 0), WARM / 2, seeThrough(colors[0], 0.45)];
  return ["interpolate", ["linear"], ["heatmap-density"], ...veil, ...stops];
}

/** The heat, under the names of the areas so that they can be read. */
function warm(map, data) {
  const heat = addHeat(map, tiles("heat", data.tiles), { weight: "weight" });
  const sink = () => {
    if (!map.getLayer("areas-name")) return;
    map.off("styledata", sink);
    map.moveLayer("heat", "areas-name");
  };
  map.on("styledata", sink); // names appear late where the street map fails
  sink();
  const scale = (hottest) => map.setPaintProperty("heat", "heatmap-weight", weightFor(hottest));
  // The same ramp as the kelurahan: more stands out more, on light and on dark ground.
  const paint = () => map.setPaintProperty("heat", "heatmap-color", heatColor());
  map.setPaintProperty("heat", "heatmap-radius", HEAT_RADIUS);
  scale(data.hottest);
  paint();
  onTheme(map, paint);
  return { ...heat, scale };
}

/** Draws the map; null where it cannot be drawn. Answers {show(view), update(data), map}. */
export async function startMap(element, data) {
  const map = await createMap(element);
  if (!map) return null;
  let now = data;
  if (data.bounds.length) map.fitBounds(data.bounds, { padding: fitPadding(), animate: false });
  const heat = warm(map, data);
  const areas = addChoropleth(map, AREAS, {
    values: data.values,
    breaks: data.breaks,
    onClick: (feature, event) => showArea(map, event.lngLat, now.areas[feature.properties.code]),
  });
  const cameras = addCameras(map, data.tiles);
  const points = addPoints(map, tiles("incidents", data.tiles), {
    sourceLayer: "incidents",
    onClick: (feature) => showCase(map, feature, now.opensCases),
  });
  tellCameras(map);
  const show = (view) => {
    heat.setVisible(view === "heat");
    areas.setVisible(view === "areas");
    points.setVisible(view === "points");
    cameras.setVisible(view === "points" && now.heat === "cctv");
  };
  const update = (fresh) => {
    const moved = fresh.tiles !== now.tiles;
    now = fresh;
    areas.setValues(fresh.values, fresh.breaks);
    if (moved) {
      heat.setSource(tiles("heat", fresh.tiles));
      heat.scale(fresh.hottest);
      points.setSource(tiles("incidents", fresh.tiles));
      cameras.setSource(tiles("cctv", fresh.tiles));
    }
    show(fresh.view);
  };
  show(data.view);
  element.heatmap = map;
  return { map, show, update };
}
