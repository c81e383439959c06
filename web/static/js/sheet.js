// The phone's sheet over the map: three heights (peek, half, full) by drag, by tap and by keys.
// <section data-sheet="half"><button class="sheet-handle" data-peek="…" data-half="…" data-full="…">…<div class="sheet-body">
// Sends "sheetchange" (bubbling; detail {height, state}, height in px that the sheet covers of the map).

const STATES = ["peek", "half", "full"];
const PEEK_PX = 148;
const HALF = 0.52; // of the room; a page that needs more says so in data-half-share
const FLICK_PX_PER_MS = 0.5;
const phone = window.matchMedia("(max-width: 59.99em)");

export class Sheet {
  constructor(element) {
    this.element = element;
    this.handle = element.querySelector(".sheet-handle");
    this.body = element.querySelector(".sheet-body");
    this.state = STATES.includes(element.dataset.sheet) ? element.dataset.sheet : "half";
    this.halfShare = Number(element.dataset.halfShare) || HALF;
    this.drag = null;
    this.listen();
    this.settle(this.state);
  }

  listen() {
    this.handle.addEventListener("pointerdown", (event) => this.take(event));
    this.handle.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) this.handle.addEventListener(end, (event) => this.release(event));
    this.handle.addEventListener("click", () => this.tap());
    this.handle.addEventListener("keydown", (event) => this.key(event));
    // Who tabs into a closed sheet wants to see what has the focus.
    this.body.addEventListener("focusin", () => this.state === "peek" && this.settle("half"));
    phone.addEventListener("change", () => this.settle(this.state));
    window.addEventListener("resize", () => this.settle(this.state));
  }

  heights() {
    const room = this.element.parentElement.clientHeight;
    return { peek: Math.min(PEEK_PX, room * 0.3), half: room * this.halfShare, full: room - 12 };
  }

  settle(state) {
    this.state = state;
    this.element.dataset.sheet = state;
    this.element.style.height = phone.matches ? `${this.heights()[state]}px` : "";
    this.handle.setAttribute("aria-expanded", String(state !== "peek"));
    this.handle.setAttribute("aria-label", this.handle.dataset[state]);
    // Behind a full sheet the map is out of reach for fingers, so for keys and screen readers too.
    this.element.parentElement.querySelector(".map-frame")?.toggleAttribute("inert", phone.matches && state === "full");
    this.tell();
  }

  /** The map's controls and centre have to stay visible: above a sheet that is at most half open. */
  tell() {
    const { peek, half } = this.heights();
    const height = phone.matches ? (this.state === "peek" ? peek : half) : 0;
    this.element.parentElement.style.setProperty("--sheet-cover", `${height}px`);
    this.element.dispatchEvent(new CustomEvent("sheetchange", { bubbles: true, detail: { height, state: this.state } }));
  }

  take(event) {
    if (!phone.matches || event.button > 0) return;
    this.drag = { y: event.clientY, from: this.element.offsetHeight, at: event.timeStamp, lastY: event.clientY, speed: 0, moved: false };
    this.handle.setPointerCapture(event.pointerId);
  }

  move(event) {
    const drag = this.drag;
    if (!drag) return;
    if (Math.abs(event.clientY - drag.y) > 4) drag.moved = true;
    drag.speed = (drag.lastY - event.clientY) / Math.max(1, event.timeStamp - drag.at);
    drag.lastY = event.clientY;
    drag.at = event.timeStamp;
    const { peek, full } = this.heights();
    this.element.classList.add("dragging");
    this.element.style.height = `${Math.max(peek / 2, Math.min(full, drag.from + drag.y - event.clientY))}px`;
  }

  release() {
    const drag = this.drag;
    if (!drag) return;
    this.drag = null;
    this.dragged = drag.moved;
    this.element.classList.remove("dragging");
    if (drag.moved) this.settle(this.nearest(this.element.offsetHeight, drag.speed));
  }

  /** Where a released sheet comes to rest: a flick goes one step its way, otherwise the nearest height. */
  nearest(height, speed) {
    const heights = this.heights();
    const byDistance = [...STATES].sort((a, b) => Math.abs(heights[a] - height) - Math.abs(heights[b] - height));
    if (Math.abs(speed) < FLICK_PX_PER_MS) return byDistance[0];
    const further = STATES.filter((state) => (speed > 0 ? heights[state] > height : heights[state] < height));
    return (speed > 0 ? further[0] : further.at(-1)) ?? byDistance[0];
  }

  tap() {
    // A drag ends with a click of its own.
    if (this.dragged) this.dragged = false;
    else this.settle(STATES[(STATES.indexOf(this.state) + 1) % STATES.length]);
  }

  key(event) {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.settle(STATES[Math.max(0, Math.min(2, STATES.indexOf(this.state) + step))]);
  }
}

const sheets = new WeakMap();

/** The Sheet of an element, for pages that move it themselves: sheetOf(element).settle("peek"). */
export function sheetOf(element) {
  if (!sheets.has(element)) sheets.set(element, new Sheet(element));
  return sheets.get(element);
}

export function startSheets(root) {
  root.querySelectorAll("[data-sheet]").forEach(sheetOf);
}
