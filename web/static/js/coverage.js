// /pengelola/wilayah-layanan: the map beside the tables; a click on it asks who gets the category there.
// The form asks the same without a map.
import { startMap } from "./coverage_map.js";
import { sheetOf } from "./sheet.js";

const DIGITS = 6; // about a decimetre
const form = document.getElementById("cover-form");
const place = document.getElementById("cover-answer");
const category = new URLSearchParams(location.search).get("category") ?? "";
let underWay = null;

function say(text) {
  place.replaceChildren(Object.assign(document.createElement("p"), { className: "soft", textContent: text }));
}

/** Asks for a point; the form and the address follow, so that the answer can be kept and sent on. */
async function ask({ lng, lat }) {
  underWay?.abort();
  const mine = (underWay = new AbortController());
  const { lon: lonField, lat: latField, kelurahan } = form.elements;
  [lonField.value, latField.value, kelurahan.value] = [lng.toFixed(DIGITS), lat.toFixed(DIGITS), ""];
  const query = new URLSearchParams({ category, lon: lonField.value, lat: latField.value });
  if (!category) query.delete("category");
  const address = `${place.dataset.url}?${query}`;
  say(place.dataset.textWaiting);
  sheetOf(document.getElementById("panel"))?.settle("half");
  try {
    const answer = await fetch(address, { signal: mine.signal, headers: { Accept: "text/html" } });
    if (answer.redirected || !(answer.ok || answer.status === 422)) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...fresh.body.childNodes);
    history.replaceState(null, "", `${form.getAttribute("action")}?${query}`);
    place.closest(".cover-ask").scrollIntoView({ block: "nearest" });
  } catch (cause) {
    if (cause.name !== "AbortError") say(place.dataset.textFailed);
  }
}

/** The pin of the address, as the form holds it. */
function asked() {
  const [lon, lat] = [form.elements.lon, form.elements.lat].map((field) => Number.parseFloat(field.value.replace(",", ".")));
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? [lon, lat] : null;
}

// A kelurahan from the list replaces the point: both together would say two things.
form.elements.kelurahan.addEventListener("change", () => {
  if (form.elements.kelurahan.value) form.elements.lon.value = form.elements.lat.value = "";
});

const query = category ? `?${new URLSearchParams({ category })}` : "";
const drawn = await startMap(document.getElementById("map"), {
  address: `${form.getAttribute("action")}/peta.geojson${query}`,
  at: asked(),
  onAsk: ask,
});
const settled = document.getElementById("cover-settled");
settled?.addEventListener("change", () => drawn?.showSettled(settled.checked));
drawn?.showSettled(Boolean(settled?.checked));
document.documentElement.dataset.coverage = drawn ? "drawn" : "plain";
