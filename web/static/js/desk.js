// The desk: rows open in the third pane, views and filters replace the list, the map follows both.
// Without this module every row is a link to the page of its case and the filters are a plain form.
import htmx from "../npm/htmx.org/dist/htmx.esm.min.js";
import { answerBox, startAnswers } from "./desk_answer.js";
import { Bulk } from "./desk_bulk.js";
import { startCaseFocus } from "./desk_focus.js";
import { startFormKeys } from "./desk_form_key.js";
import { startKeys } from "./desk_keys.js";
import { startLive } from "./desk_live.js";
import { DeskMap } from "./desk_map.js";
import { startSignedOut } from "./desk_signed_out.js";

const desk = document.getElementById("main");
const lists = document.getElementById("lists");
const pane = document.getElementById("case");
const wide = window.matchMedia("(min-width: 60em)");
const map = new DeskMap(document.getElementById("map"), { onChoose: (pk) => open(pk, { focus: true }) });

const bulk = new Bulk(lists, { changed: () => reload() });

let held = null;

const row = (pk) => lists.querySelector(`[data-case="${pk}"]`);
const opened = () => pane.querySelector("[data-case]");
const listAddress = () => lists.querySelector("[data-list]").dataset.list;

/** The page's own address: the list, and the open case if there is one. */
function address(pk) {
  const url = new URL(listAddress(), location.href);
  if (url.searchParams.get("page") === "1") url.searchParams.delete("page");
  if (pk) url.searchParams.set("kasus", pk);
  return url.pathname + url.search;
}

/** Opens a case beside the list; on a phone its own page. `focus` takes the reader there. */
async function open(pk, { focus = false } = {}) {
  const url = row(pk)?.href ?? `${location.pathname}/kasus/${pk}`;
  if (!wide.matches) {
    location.assign(url);
    return;
  }
  mark(pk);
  await request(url, pane, { push: address(pk) });
  settle();
  if (focus) opened()?.focus({ preventScroll: true });
}

function close() {
  const pk = opened()?.dataset.case;
  pane.replaceChildren();
  history.pushState({ htmx: true }, "", address());
  settle();
  row(pk)?.focus();
}

async function load(url, { push = true } = {}) {
  await request(url, lists, push ? { push: "true" } : {});
  map.follow(lists.querySelector("[data-points]").dataset.points);
}

/** The list as it is now, at the place where one is. */
async function reload() {
  const tops = [...lists.querySelectorAll(".desk-rail, .desk-list")].map((part) => part.scrollTop);
  await load(listAddress(), { push: false });
  [...lists.querySelectorAll(".desk-rail, .desk-list")].forEach((part, at) => (part.scrollTop = tops[at]));
}

async function request(url, target, options) {
  target.classList.add("is-loading");
  try {
    await htmx.ajax("GET", url, { target, source: target, ...options });
  } finally {
    target.classList.remove("is-loading");
  }
}

function mark(pk) {
  for (const one of lists.querySelectorAll('[aria-current="true"]')) one.removeAttribute("aria-current");
  const chosen = pk && row(pk);
  chosen?.setAttribute("aria-current", "true");
  chosen?.scrollIntoView({ block: "nearest" });
}

/** Where in the lists somebody is: they are replaced under people who have moved on since the request was sent. */
function holdFocus() {
  const at = document.activeElement;
  if (!lists.contains(at)) return;
  const found = at.id ? `#${CSS.escape(at.id)}` : at.dataset.case && `[data-case="${at.dataset.case}"]`;
  held = found || null;
}

function giveFocusBack() {
  const lost = !document.activeElement || document.activeElement === document.body;
  if (held && lost) lists.querySelector(held)?.focus({ preventScroll: true });
  held = null;
}

/** After anything was replaced: the panes, the chosen row and the map tell the same story. */
function settle() {
  const shown = opened();
  desk.classList.toggle("has-case", pane.childElementCount > 0);
  for (const button of pane.querySelectorAll(".case-close")) button.hidden = false;
  mark(shown?.dataset.case);
  map.choose(shown?.dataset.lonlat);
  prepareLists();
}

function prepareLists() {
  const chooser = lists.querySelector(".desk-switch");
  chooser.hidden = false;
  chooser.querySelector(`[value="${desk.dataset.show}"]`).checked = true;
  const filters = lists.querySelector(".desk-filters");
  if (!wide.matches && !filters.dataset.touched) filters.open = false;
  bulk.restore();
  bulk.showResult();
}

/** A step was taken: the list as it is now, and the case that stays open marked in it. */
document.addEventListener("cases-changed", reload);
document.addEventListener("htmx:before:swap", holdFocus);
document.addEventListener("htmx:after:swap", () => {
  settle();
  giveFocusBack();
});

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const link = event.target.closest("a, [data-leave]");
  if (!link) return;
  if (link.matches("[data-leave]")) {
    event.preventDefault();
    close();
  } else if (link.matches("#lists [data-case]") && wide.matches) {
    event.preventDefault();
    open(link.dataset.case, { focus: event.detail === 0 });
  } else if (link.matches("#lists [data-to-list], #lists .pagination a, #lists .empty a")) {
    event.preventDefault();
    load(link.href);
    lists.querySelector("#list").scrollTop = 0;
  }
});

lists.addEventListener("change", (event) => {
  if (event.target.name === "show") {
    desk.dataset.show = event.target.value;
    map.start();
  } else if (event.target.form?.matches("[data-filters]") && event.target.type !== "search") {
    event.target.form.requestSubmit();
  }
});

lists.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-filters]")) return;
  event.preventDefault();
  const said = [...new FormData(event.target)].filter(([, value]) => value);
  load(`${event.target.action}?${new URLSearchParams(said)}`);
});

lists.addEventListener("submit", async (event) => {
  if (!event.target.matches(".desk-keep-form")) return;
  event.preventDefault();
  const body = new FormData(event.target, event.submitter);
  await htmx.ajax("POST", event.target.action, { target: lists, source: lists, values: Object.fromEntries(body), push: "false" });
});

lists.addEventListener("toggle", (event) => event.target.matches(".desk-filters") && (event.target.dataset.touched = "1"), true);

startAnswers(desk);
startFormKeys();
startCaseFocus(pane);
startSignedOut(lists);
startKeys({
  rows: () => [...lists.querySelectorAll(".desk-row")],
  opened: () => opened()?.dataset.case,
  open: (pk) => open(pk),
  close: () => pane.childElementCount && close(),
  answer: () => answerBox(pane)?.focus(),
  accept: () => pane.querySelector(".answer-accept button")?.click(),
  kept: (number) => lists.querySelector(`[data-key="${number}"]`)?.click(),
  tick: (pk) => bulk.toggle(pk),
  print: () => location.assign(pane.querySelector("[data-print-case]")?.href ?? lists.querySelector("[data-print-list]").href),
  search: () => {
    lists.querySelector(".desk-filters").open = true;
    document.getElementById("filter-q").focus();
  },
});
startLive({ lists, pane, reload, settle });
map.follow(lists.querySelector("[data-points]").dataset.points);
if (wide.matches) map.start();
settle();
