// The pin: dragged, clicked into place, or moved with the keyboard.
import { maplibre } from "./library.js";

const STEP_PX = 4;
const LARGE_STEP_PX = 40;
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const SVG = "http://www.w3.org/2000/svg";

function pinElement(label, draggable) {
  const element = document.createElement(draggable ? "button" : "div");
  if (draggable) element.type = "button";
  element.className = "map-pin";
  element.setAttribute("aria-label", label);
  if (!draggable) element.setAttribute("role", "img");
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 44 56");
  svg.setAttribute("aria-hidden", "true");
  svg.append(
    shape("path", { d: "M22 54c6-9 16-18 16-30a16 16 0 1 0-32 0c0 12 10 21 16 30z", fill: "currentColor" }),
    shape("circle", { cx: 22, cy: 23, r: 6, class: "pin-hole" }),
  );
  element.append(svg);
  return element;
}

function shape(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/**
 * A pin on the map. `at` is [lng, lat] (without it the pin appears at the first click or Enter).
 * With `draggable` (default) a click on the map, Enter on the focused map (the crosshair's place), dragging and the
 * arrow keys (Shift: larger steps) move it; `onMove({lng, lat})` is told when it has come to rest.
 * Answers {moveTo([lng, lat]), position(), remove()}; moveTo does not call onMove.
 */
export async function pin(map, { at = null, draggable = true, onMove = () => {} } = {}) {
  const { Marker } = await maplibre();
  const element = pinElement(map.getContainer().dataset.textPin, draggable);
  const marker = new Marker({ element, draggable, anchor: "bottom" });
  const place = (lngLat) => {
    marker.setLngLat(lngLat);
    if (!element.isConnected) marker.addTo(map);
  };
  const settle = (lngLat) => {
    place(lngLat);
    const { lng, lat } = marker.getLngLat();
    onMove({ lng, lat });
  };
  if (at) place(at);
  if (draggable) listen(map, marker, element, settle);
  return { moveTo: place, position: () => (element.isConnected ? marker.getLngLat() : null), remove: () => marker.remove() };
}

function listen(map, marker, element, settle) {
  marker.on("dragend", () => settle(marker.getLngLat()));
  map.on("click", (event) => {
    if (!event.defaultPrevented && !element.contains(event.originalEvent.target)) settle(event.lngLat);
  });
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key === "Enter") settle(map.getCenter());
  });
  let moved = false;
  element.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    event.stopPropagation();
    const step = event.shiftKey ? LARGE_STEP_PX : STEP_PX;
    const from = map.project(marker.getLngLat());
    marker.setLngLat(map.unproject([from.x + arrow[0] * step, from.y + arrow[1] * step]));
    moved = true;
  });
  // A held key moves many times and is answered once.
  element.addEventListener("keyup", (event) => {
    if (!moved || !ARROWS[event.key]) return;
    moved = false;
    settle(marker.getLngLat());
    if (!map.getBounds().contains(marker.getLngLat())) map.panTo(marker.getLngLat());
  });
}
