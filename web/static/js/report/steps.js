// Four sections of one form become four screens. The browser's own "back" goes one screen back.
import { sheetOf } from "../sheet.js";

export class Steps {
  /** `mayLeave(n)` says whether step n is complete (and shows what is missing); `onEnter(n)` is told. */
  constructor(form, { mayLeave, onEnter }) {
    this.sections = [...form.querySelectorAll(".step")];
    this.marks = [...document.querySelectorAll("#progress li")];
    this.actions = document.getElementById("step-actions");
    this.sheet = sheetOf(document.getElementById("panel"));
    this.mayLeave = mayLeave;
    this.onEnter = onEnter;
    this.current = 1;
    for (const plain of form.querySelectorAll("[data-plain]")) plain.hidden = true;
    for (const part of [document.getElementById("progress"), this.actions]) part.hidden = false;
    form.classList.add("stepped");
    this.actions.querySelector("[data-next]").addEventListener("click", () => this.next());
    this.actions.querySelector("[data-back]").addEventListener("click", () => history.back());
    window.addEventListener("popstate", (event) => this.show(event.state?.step ?? 1));
  }

  /** The first showing of this page: at a step that a draft or an error names. Steps before it are one "back" away. */
  start(step) {
    history.replaceState({ step: 1 }, "");
    for (let n = 2; n <= step; n += 1) history.pushState({ step: n }, "");
    this.show(step, false);
  }

  next() {
    if (this.mayLeave(this.current)) this.go(this.current + 1);
  }

  go(step) {
    if (step === this.current) return;
    if (step < this.current) history.go(step - this.current);
    else {
      for (let n = this.current + 1; n <= step; n += 1) history.pushState({ step: n }, "");
      this.show(step);
    }
  }

  /** Brings the step that holds an element into view and gives the element the focus. */
  reveal(element) {
    const step = this.sections.findIndex((section) => section.contains(element)) + 1;
    if (!step) return;
    const focus = () => {
      element.closest("details:not([open])")?.setAttribute("open", "");
      element.focus();
    };
    if (step >= this.current) {
      this.go(step);
      focus();
    } else {
      window.addEventListener("popstate", () => focus(), { once: true });
      this.go(step);
    }
  }

  show(step, focus = true) {
    this.current = step;
    this.sections.forEach((section, i) => (section.hidden = i + 1 !== step));
    this.marks.forEach((mark, i) => {
      mark.classList.toggle("done", i + 1 < step);
      mark.toggleAttribute("aria-current", i + 1 === step);
      if (i + 1 === step) mark.setAttribute("aria-current", "step");
    });
    const last = step === this.sections.length;
    this.actions.querySelector("[data-back]").hidden = step === 1;
    this.actions.querySelector("[data-next]").hidden = last;
    this.actions.querySelector("[data-send]").hidden = !last;
    // The map belongs to the first step; the others need the room.
    this.sheet.settle(step === 1 ? "half" : "full");
    document.getElementById("panel-body").scrollTop = 0;
    document.getElementById("panel").scrollTop = 0;
    if (focus) this.sections[step - 1].focus({ preventScroll: true });
    this.onEnter(step);
  }
}
