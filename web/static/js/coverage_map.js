// Service areas on the map: agencies in colours with their names, places without a lead hatched, places with two meshed.
import { createMap, pin } from "./map.js";
import { onTheme, repaintOnTheme, token } from "./map/theme.js";

const COLOURS = 8; // --agency-0 … of tokens.css
const TILE = 12;
const of = (kind) => ["==", ["get", "kind"], kind];
const phone = window.matchMedia("(max-width: 59.99em)");
/** Room for the controls; on a phone they lie close to the city. */
const fitPadding = () => (phone.matches ? { top: 12, bottom: 44, left: 12, right: 60 } : 32);

/** Patterns: lines for gaps, a mesh for two leads, dots where priority settles it. */
const PATTERNS = {
  gap: ["terlambat", (c) => lines(c, [[0, TILE, TILE, 0], [-2, 2, 2, -2], [TILE - 2, TILE + 2, TILE + 2, TILE - 2]])],
  tie: ["dikerjakan", (c) => lines(c, [[TILE / 2, 0, TILE / 2, TILE], [0, TILE / 2, TILE, TILE / 2]])],
  settled: ["map-line-strong", (c) => dot(c)],
};

function lines(context, ends) {
  context.lineWidth = 1.8;
  context.beginPath();
  for (const [x, y, toX, toY] of ends) {
    context.moveTo(x, y);
    context.lineTo(toX, toY);
  }
  context.stroke();
}

function dot(context) {
  context.beginPath();
  context.arc(TILE / 2, TILE / 2, 1.8, 0, 7);
  context.fill();
}

function pattern([colour, draw], pixelRatio) {
  const canvas = Object.assign(document.createElement("canvas"), { width: TILE * pixelRatio, height: TILE * pixelRatio });
  const context = canvas.getContext("2d");
  context.scale(pixelRatio, pixelRatio);
  context.strokeStyle = context.fillStyle = token(colour);
  draw(context);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function addPatterns(map) {
  const pixelRatio = 2;
  for (const [name, one] of Object.entries(PATTERNS)) map.addImage(`cover-${name}`, pattern(one, pixelRatio), { pixelRatio });
  onTheme(map, () => {
    for (const [name, one] of Object.entries(PATTERNS)) map.updateImage(`cover-${name}`, pattern(one, pixelRatio));
  });
}

const byAgency = () => ["match", ["get", "colour"], ...Array.from({ length: COLOURS }, (_, i) => [i, token(`agency-${i}`)]).flat(), token("line-strong")];

/** The layers in the theme's colours, lowest first. */
function layers() {
  const source = "coverage";
  const edge = (id, kind, color, width) => ({
    id, type: "line", source, filter: of(kind), layout: { "line-join": "round" }, paint: { "line-color": color, "line-width": width },
  });
  return [
    { id: "cover-led", type: "fill", source, filter: of("led"), paint: { "fill-color": byAgency(), "fill-opacity": 0.42 } },
    { id: "cover-settled", type: "fill", source, filter: of("settled"), layout: { visibility: "none" }, paint: { "fill-pattern": "cover-settled" } },
    edge("cover-led-line", "led", byAgency(), 2),
    { id: "cover-tie", type: "fill", source, filter: of("tie"), paint: { "fill-pattern": "cover-tie" } },
    edge("cover-tie-line", "tie", token("dikerjakan"), 2),
    { id: "cover-gap", type: "fill", source, filter: of("gap"), paint: { "fill-pattern": "cover-gap" } },
    edge("cover-gap-line", "gap", token("terlambat"), 2.5),
    {
      id: "cover-name",
      type: "symbol",
      source,
      filter: of("name"),
      layout: { "text-field": ["get", "agency"], "text-size": 16, "text-max-width": 8, "text-padding": 4 },
      paint: { "text-color": token("ink"), "text-halo-color": token("map-halo"), "text-halo-width": 2 },
    },
  ];
}

/**
 * Draws the map with the GeoJSON of `address`; `at` is where the pin stands ([lng, lat] or null), `onAsk({lng, lat})` is
 * told each place that somebody chooses. Answers null where no map can be drawn, else {showSettled(yes)}.
 */
export async function startMap(element, { address, at, onAsk }) {
  const [map, data] = await Promise.all([createMap(element), fetchShapes(address)]);
  if (!map) return null;
  addPatterns(map);
  map.addSource("coverage", { type: "geojson", data });
  // Under the names of the kelurahan, where the map writes them; agencies are written over everything.
  const below = map.getStyle().layers.find((layer) => layer.type === "symbol")?.id;
  for (const layer of layers()) map.addLayer(layer, layer.type === "symbol" ? undefined : below);
  repaintOnTheme(map, layers);
  if (data.bbox) map.fitBounds(data.bbox, { padding: fitPadding(), animate: false });
  await pin(map, { at, onMove: onAsk });
  element.coverage = map;
  return { showSettled: (yes) => map.setLayoutProperty("cover-settled", "visibility", yes ? "visible" : "none") };
}

async function fetchShapes(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
  return answer?.ok && !answer.redirected ? answer.json() : { type: "FeatureCollection", features: [] };
}
