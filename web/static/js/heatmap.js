// /pimpinan/peta: the filters' form without its button, the map, and time under it.
// The server draws everything for an address; here a changed choice fetches that address and puts in what has changed.
import { startMap } from "./heatmap_map.js";
import { startTime } from "./heatmap_time.js";

const form = document.getElementById("heat-form");
const status = document.getElementById("heat-status");
const phone = window.matchMedia("(max-width: 59.99em)");

const readData = () => JSON.parse(document.getElementById("heat-data").textContent);

/** The address of what is chosen: nothing that is empty, and no dates under a preset. */
function chosenAddress() {
  const chosen = new URLSearchParams(new FormData(form));
  if (chosen.get("period") !== "own") ["from", "to"].forEach((name) => chosen.delete(name));
  for (const [name, value] of [...chosen]) if (!value) chosen.delete(name);
  return `${form.getAttribute("action")}?${chosen}`;
}

/** Shows the legend and the map of a view at once; no figures change with it. */
function showView(view) {
  document.querySelectorAll("[data-key]").forEach((key) => (key.hidden = key.dataset.key !== view));
  drawn?.show(view);
}

let drawn = null;
let under_way = null;

/** Fetches an address and puts its regions into this page. `push` keeps it in the history. */
async function look(address, push) {
  under_way?.abort();
  const mine = (under_way = new AbortController());
  const busy = document.querySelectorAll("#heat-figures, #heat-tables");
  busy.forEach((part) => part.setAttribute("aria-busy", "true"));
  status.textContent = status.dataset.textWaiting;
  try {
    const answer = await fetch(address, { signal: mine.signal, headers: { Accept: "text/html" } });
    if (answer.redirected || !(answer.ok || answer.status === 400)) return location.assign(address);
    replaceRegions(new DOMParser().parseFromString(await answer.text(), "text/html"));
    if (push) history.pushState(null, "", address);
    settle();
    status.textContent = document.querySelector(".heat-numbers").innerText.replace(/\s+/g, " ");
  } catch (cause) {
    if (cause.name === "AbortError") return;
    busy.forEach((part) => part.removeAttribute("aria-busy"));
    status.classList.remove("visually-hidden");
    status.textContent = status.dataset.textFailed;
  }
}

function replaceRegions(fresh) {
  const focused = document.activeElement?.id;
  const opened = document.querySelector(".heat-how")?.open;
  for (const region of document.querySelectorAll("[data-live]")) {
    region.replaceChildren(...fresh.getElementById(region.id).childNodes);
    region.removeAttribute("aria-busy");
  }
  if (opened) document.querySelector(".heat-how").open = true;
  status.classList.add("visually-hidden");
  settleTime();
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

/** After new regions: the map follows them. */
function settle() {
  const data = readData();
  showView(data.view);
  drawn?.update(data);
}

function settleTime() {
  startTime(document.querySelector(".heat-brush"), document.getElementById("heat-span"), (since, until) => {
    form.elements.period.value = "own";
    form.elements.from.value = since;
    form.elements.to.value = until;
    look(chosenAddress(), true);
  });
}

/** The filters say what the address says, after going back in the history. */
function fillForm() {
  const query = new URLSearchParams(location.search);
  const usual = { period: query.has("from") || query.has("to") ? "own" : "30", view: "heat", measure: "count" };
  for (const name of ["period", "from", "to", "category", "kind", "agency", "view", "measure"]) {
    if (form.elements[name]) form.elements[name].value = query.get(name) ?? usual[name] ?? "";
  }
}

/** On a phone time belongs to the sheet, after the figures: the map needs its room. */
function placeTime() {
  const time = document.querySelector(".heat-time");
  if (phone.matches) document.getElementById("heat-tables").before(time);
  else document.getElementById("panel").before(time);
}

document.addEventListener("change", (event) => {
  if (event.target.form !== form) return;
  if (event.target.name === "view") showView(event.target.value);
  const waits = form.elements.period.value === "own" && !(form.elements.from.value && form.elements.to.value);
  if (!waits) look(chosenAddress(), true);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  look(chosenAddress(), true);
});
window.addEventListener("popstate", () => {
  fillForm();
  look(location.href, false);
});
phone.addEventListener("change", placeTime);
placeTime();
settleTime();
drawn = await startMap(document.getElementById("map"), readData());
document.documentElement.dataset.heatmap = drawn ? "drawn" : "plain";
