// Filing on behalf: the place as a combobox, who would get it beside the form, drafts, Ctrl+Enter.
// Without this file the form works the same: topic and place are found from what was typed.
import { draftsOf } from "./desk_drafts.js";
import { PlaceSearch } from "./places/search.js";

const PAUSE_MS = 400;
const form = document.getElementById("behalf");
const drafts = draftsOf(form.dataset.writer);
const field = (name) => form.elements.namedItem(name);
const ASKED = ["topic", "place", "lon", "lat", "kelurahan"];
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "key", "photos"]);

function put(lon, lat, kelurahan) {
  field("lon").value = lon;
  field("lat").value = lat;
  field("kelurahan").value = kelurahan;
}

function startPlace() {
  const search = new PlaceSearch(form.querySelector("[data-place-search]"), (hit) => {
    const isVillage = hit.type === "kelurahan_desa";
    put(isVillage ? "" : hit.lon, isVillage ? "" : hit.lat, isVillage ? hit.code : "");
    changed();
    field("address_note").focus();
  });
  search.input.addEventListener("input", () => put("", "", "")); // other words, another place
}

let pause;
let asking;

async function ask() {
  const query = new URLSearchParams(ASKED.map((name) => [name, field(name).value]));
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(`${form.dataset.destination}?${query}`, { signal: asking.signal });
    if (answer.ok) document.getElementById("behalf-destination").innerHTML = await answer.text();
  } catch {
    // Only a help: the report goes where it belongs without it.
  }
}

function changed() {
  clearTimeout(pause);
  pause = setTimeout(ask, PAUSE_MS);
  keep();
}

function keep() {
  const typed = [...new FormData(form)].filter(([name, value]) => !NOT_KEPT.has(name) && typeof value === "string");
  drafts.keep("behalf", Object.fromEntries(typed));
}

function restore() {
  const draft = drafts.of("behalf");
  if (!draft || !(draft.topic || draft.description || draft.place)) return;
  for (const [name, value] of Object.entries(draft)) {
    const control = field(name);
    if (!control) continue;
    if (control.type === "checkbox") control.checked = true;
    else control.value = value;
  }
  const note = document.createElement("p");
  note.className = "callout";
  note.setAttribute("role", "status");
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "link-button";
  drop.textContent = form.dataset.textDrop;
  drop.addEventListener("click", () => {
    drafts.forget("behalf");
    location.assign(form.action);
  });
  note.append(`${form.dataset.textDraft} `, drop);
  form.prepend(note);
  ask();
}

function begin() {
  if (document.querySelector("[data-sent]")) drafts.forget("behalf");
  else if (!("returned" in form.dataset)) restore();
  const chosen = form.querySelector("[name=channel]:checked");
  if (!("returned" in form.dataset)) (chosen ? field("topic") : form.querySelector("[name=channel]")).focus();
}

startPlace();
begin();
form.addEventListener("input", changed);
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit();
});
