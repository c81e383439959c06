// The front page's map: a pin says what it is about, the large button takes it along.
import { createMap, pin } from "../map.js";

const line = document.getElementById("place");
const start = document.getElementById("start");
const DIGITS = 6;
const label = start.querySelector("span");
const anywhere = label.textContent;

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);

async function told({ lng, lat }) {
  const [lon, at] = [lng.toFixed(DIGITS), lat.toFixed(DIGITS)];
  start.href = `/lapor?lon=${lon}&lat=${at}`;
  label.textContent = start.dataset.here;
  try {
    const answer = await fetch(`/api/v1/locate?lon=${lon}&lat=${at}`, { signal: AbortSignal.timeout(10_000) });
    say(await answer.json());
  } catch {
    // The form says it again, and the server checks it: here a missing name disturbs nobody.
  }
}

function say(found) {
  if (found.inside) {
    line.textContent = fill(line.dataset.inside, { kelurahan: found.kelurahan.name, kecamatan: found.kecamatan.name });
  } else if (found.nearest) {
    const km = (found.nearest.distance_m / 1000).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
    line.textContent = fill(line.dataset.outside, { kelurahan: found.nearest.kelurahan.name, km });
    start.href = "/lapor";
    label.textContent = anywhere;
  }
}

const map = await createMap(document.getElementById("map"));
if (map) await pin(map, { onMove: told });
