// The search for a place as a combobox (ARIA APG: editable, with a list): arrows choose, Enter takes, Escape closes.
// Nothing is asked below two letters, nor twice; a slow answer that has been overtaken is thrown away.
import { sheetOf } from "../sheet.js";

const LEAST = 2;
const PAUSE_MS = 250;
const PATIENCE_MS = 10_000;
const AREAS = new Set(["kabupaten_kota", "kecamatan", "kelurahan_desa"]);

export class PlaceSearch {
  /** `root` is components/place_search.html; `onChoose(hit)` gets a result of /api/v1/search with a place. */
  constructor(root, onChoose) {
    this.root = root;
    this.onChoose = onChoose;
    this.input = root.querySelector("input");
    this.list = root.querySelector("ul");
    this.note = root.querySelector("[role=status]");
    this.known = new Map();
    this.hits = [];
    this.active = -1;
    this.dress();
    this.listen();
  }

  dress() {
    const { input, list } = this;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", this.root.dataset.textList);
  }

  listen() {
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    // Inside another form its sending is not the search's business.
    if (this.input.form.id === "place-search-form")
      this.input.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.ask();
      });
    // The focus stays in the box, so that the list is still there when the finger comes up.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (!option) return;
      this.input.blur(); // and with it a phone's keyboard, which would hide what was chosen
      this.choose([...this.list.children].indexOf(option));
    });
  }

  get text() {
    return this.input.value.trim();
  }

  typed() {
    clearTimeout(this.pause);
    this.say("");
    if (this.text.length < LEAST) this.close();
    else this.pause = setTimeout(() => this.ask(), PAUSE_MS);
  }

  async ask() {
    clearTimeout(this.pause);
    const asked = this.text;
    this.asking?.abort();
    if (asked.length < LEAST) return;
    this.asking = new AbortController();
    try {
      const hits = this.known.get(asked) ?? (await this.fetch(asked, this.asking.signal));
      this.known.set(asked, hits);
      if (asked === this.text) this.show(hits);
    } catch (cause) {
      if (cause.name === "AbortError") return;
      this.close();
      this.say(this.root.dataset.textFailed, true);
    }
  }

  async fetch(asked, signal) {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    const answer = await fetch(`/api/v1/search?q=${encodeURIComponent(asked)}`, { signal: patience });
    if (!answer.ok) throw new Error(answer.status);
    const { results } = await answer.json();
    // An agency whose seat is not known is told only where nothing else answers to the name.
    const placed = results.filter((hit) => hit.lon !== null);
    return placed.length ? placed : results;
  }

  show(hits) {
    this.hits = hits;
    this.list.replaceChildren(...hits.map((hit, i) => this.option(hit, i)));
    this.list.hidden = hits.length === 0;
    this.input.setAttribute("aria-expanded", String(hits.length > 0));
    this.move(-1);
    const { textNone, textCount } = this.root.dataset;
    this.say(hits.length ? textCount.replace("{n}", hits.length) : textNone, hits.length === 0);
    this.sheet("full");
  }

  option(hit, i) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${i}`;
    option.setAttribute("role", "option");
    const icon = hit.type === "point" ? "point" : AREAS.has(hit.type) ? "area" : "site";
    const words = document.createElement("span");
    const name = document.createElement("strong");
    name.textContent = hit.name;
    const detail = document.createElement("span");
    detail.className = "soft";
    detail.textContent = hit.detail;
    words.append(name, " ", detail);
    option.append(this.root.querySelector(`[data-icon=${icon}] svg`).cloneNode(true), words);
    return option;
  }

  /** Marks an option as the one that Enter takes; -1 for none. */
  move(to) {
    this.active = to;
    [...this.list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === to)));
    const option = this.list.children[to];
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const n = this.list.hidden ? 0 : this.hits.length;
    if (event.key === "Enter") {
      // Not the business of the form around it: the list's first, or look now instead of after a pause.
      event.preventDefault();
      event.stopPropagation();
      if (n) this.choose(Math.max(this.active, 0));
      else this.ask();
    } else if (event.key === "Escape" && n) {
      event.preventDefault();
      this.close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (n) this.move((this.active + step + (this.active < 0 && step < 0 ? 1 : 0) + n) % n);
      else this.ask();
    }
  }

  choose(i) {
    const hit = this.hits[i];
    this.input.value = hit.name;
    this.close();
    if (hit.lon === null) return this.say(this.root.dataset.textNowhere.replace("{name}", hit.name), true);
    this.say("");
    this.sheet("half");
    this.onChoose(hit);
  }

  /** On a phone the list needs the room that the map has, and what was chosen shows on the map. */
  sheet(state) {
    const panel = this.root.closest("[data-sheet]");
    if (!panel) return;
    sheetOf(panel).settle(state);
    if (state === "half") panel.querySelector(".sheet-body").scrollTop = 0;
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.move(-1);
    if (!this.note.classList.contains("seen")) this.say("");
  }

  /** Read out; also shown where the list does not say it. */
  say(text, seen = false) {
    this.note.textContent = text;
    this.note.classList.toggle("seen", seen);
  }
}
