// The map of every page. A page's module says:
//
//   import { createMap, pin, addPoints } from "./map.js";
//   const map = await createMap(document.getElementById("map"));   // null where it cannot be drawn: the page goes on without
//
// The element comes from templates/components/map.html; its data-attributes say everything (see docs/look.md).
import { maplibre } from "./map/library.js";
import { PAINT_LAYERS, showAreasAlone, styleFrom } from "./map/style.js";
import { repaintOnTheme } from "./map/theme.js";

export { addChoropleth, addHeat, addPoints } from "./map/layers.js";
export { legend, quantiles, ramp, VIRIDIS } from "./map/ramp.js";
export { pin } from "./map/pin.js";

const FAILURES_BEFORE_GIVING_UP = 4;
const PATIENCE_MS = 10_000;
const DESK_MAP_PX = [900, 600];

function note(frame, text) {
  const place = frame.querySelector(".map-note[role=status]");
  place.textContent = text;
  place.hidden = !text;
}

function locale(texts) {
  return {
    "Map.Title": texts.textTitle,
    "NavigationControl.ZoomIn": texts.textZoomIn,
    "NavigationControl.ZoomOut": texts.textZoomOut,
    "Marker.Title": texts.textPin,
    "Popup.Close": texts.textClose,
  };
}

/** "112.9,-7.6" → [112.9, -7.6] */
function lonLat(text) {
  return text.split(",").map(Number);
}

/** The city's own zoom (data-fit) is chosen for a desk; a smaller map shows the same ground from further away. */
function startingZoom(element) {
  const zoom = Number(element.dataset.zoom);
  if (element.dataset.fit === undefined) return zoom;
  const [width, height] = DESK_MAP_PX;
  return zoom + Math.log2(Math.min(2, element.clientWidth / width, element.clientHeight / height));
}

/**
 * Draws the city's map into the element of components/map.html.
 * Resolves when layers can be added; to null, with a calm note in the map's place, where it cannot be drawn.
 * `options` are MapLibre's own (e.g. {scrollZoom: false}).
 */
export async function createMap(element, options = {}) {
  const frame = element.closest(".map-frame");
  try {
    const lib = await maplibre();
    const map = new lib.Map({
      container: element,
      style: styleFrom(element.dataset),
      center: lonLat(element.dataset.center),
      zoom: startingZoom(element),
      maxZoom: 19,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      locale: locale(element.dataset),
      ...options,
    });
    furnish(lib, map, element, frame);
    await new Promise((resolve) => map.once("style.load", resolve));
    frame.classList.replace("map-waiting", "map-ready");
    return map;
  } catch (cause) {
    console.warn("map:", cause);
    frame.classList.remove("map-waiting");
    frame.classList.add("map-absent");
    note(frame, element.dataset.textNoMap);
    return null;
  }
}

function furnish(lib, map, element, frame) {
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new lib.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new lib.AttributionControl({ compact: false }), "bottom-left");
  crosshair(frame);
  repaintOnTheme(map, PAINT_LAYERS);
  makeRoomForSheet(map, frame);
  watchBasemap(map, element, frame);
}

/** Shown while the map has the keyboard's focus: Enter means this place. */
function crosshair(frame) {
  const cross = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  cross.setAttribute("class", "map-crosshair");
  cross.setAttribute("viewBox", "0 0 40 40");
  cross.setAttribute("aria-hidden", "true");
  const lines = document.createElementNS("http://www.w3.org/2000/svg", "path");
  lines.setAttribute("d", "M20 2v13M20 25v13M2 20h13M25 20h13");
  lines.setAttribute("stroke", "currentColor");
  lines.setAttribute("stroke-width", "2.5");
  cross.append(lines);
  frame.append(cross);
}

/** The phone's sheet covers a part of the map: its centre is the centre of what is left. */
function makeRoomForSheet(map, frame) {
  const covered = Number.parseFloat(getComputedStyle(frame).getPropertyValue("--sheet-cover")) || 0;
  map.setPadding({ bottom: covered });
  frame.parentElement.addEventListener("sheetchange", (event) => {
    map.easeTo({ padding: { bottom: event.detail.height }, duration: 200 });
  });
}

/** When the street map's tiles do not come, the outlines take over; nobody waits before an empty rectangle. */
function watchBasemap(map, element, frame) {
  const giveUp = () => {
    clearTimeout(patience);
    if (!map.getLayer("basemap")) return;
    showAreasAlone(map);
    note(frame, element.dataset.textNoBasemap);
  };
  let failures = 0;
  const patience = element.dataset.basemap ? setTimeout(giveUp, PATIENCE_MS) : 0;
  map.on("sourcedata", (event) => {
    if (event.sourceId !== "basemap" || event.tile?.state !== "loaded") return;
    clearTimeout(patience);
    failures = 0;
  });
  map.on("error", (event) => {
    if (event.sourceId !== "basemap") console.warn("map:", event.error);
    else if (++failures >= FAILURES_BEFORE_GIVING_UP) giveUp();
  });
  map.once("remove", () => clearTimeout(patience));
}
