// The front page's map: a pin says what it is about, the large button takes it along. The search works before the map.
import { createMap, pin } from "../map.js";
import { showAround } from "../places/around.js";
import { PlaceSearch } from "../places/search.js";
import { showReleased } from "./released.js";

const line = document.getElementById("place");
const start = document.getElementById("start");
const around = document.querySelector("[data-around]");
const DIGITS = 6;
const ZOOMS = { kabupaten_kota: 12, kecamatan: 13, kelurahan_desa: 14 };
const SITE_ZOOM = document.getElementById("map").dataset.basemap ? 16 : 14;
const label = start.querySelector("span");
const anywhere = label.textContent;
let map = null;
let marker = null;
let found = null; // a place of the search, until there is a map

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);

async function told({ lng, lat }) {
  const [lon, at] = [lng.toFixed(DIGITS), lat.toFixed(DIGITS)];
  const address = `/lapor?lon=${lon}&lat=${at}`;
  start.href = address;
  label.textContent = start.dataset.here;
  showAround(around, lon, at);
  try {
    const answer = await fetch(`/api/v1/locate?lon=${lon}&lat=${at}`, { signal: AbortSignal.timeout(10_000) });
    const placed = await answer.json();
    if (start.getAttribute("href") === address) say(placed);
  } catch {
    // The form says it again, and the server checks it: here a missing name disturbs nobody.
  }
}

function say(placed) {
  if (placed.inside) {
    line.textContent = fill(line.dataset.inside, { kelurahan: placed.kelurahan.name, kecamatan: placed.kecamatan.name });
  } else if (placed.nearest) {
    const km = (placed.nearest.distance_m / 1000).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
    line.textContent = fill(line.dataset.outside, { kelurahan: placed.nearest.kelurahan.name, km });
    start.href = "/lapor";
    label.textContent = anywhere;
  }
}

function choose(hit) {
  found = hit;
  if (!(hit.type in ZOOMS)) told({ lng: hit.lon, lat: hit.lat });
  else {
    marker?.remove();
    showAround(around);
    line.textContent = [hit.name, hit.detail].filter(Boolean).join(", ");
    const isKelurahan = hit.type === "kelurahan_desa";
    start.href = isKelurahan ? `/lapor?kelurahan=${hit.code}` : "/lapor";
    label.textContent = isKelurahan ? fill(start.dataset.there, { kelurahan: hit.name }) : anywhere;
  }
  show();
}

/** Brings the chosen place into view, as soon as there is a map. */
function show() {
  if (!map || !found) return;
  const at = [found.lon, found.lat];
  if (!(found.type in ZOOMS)) marker?.moveTo(at);
  map.easeTo({ center: at, zoom: ZOOMS[found.type] ?? SITE_ZOOM });
}

new PlaceSearch(document.querySelector("[data-place-search]"), choose);

map = await createMap(document.getElementById("map"));
if (map) {
  marker = await pin(map, { onMove: told });
  showReleased(map);
  show();
}
