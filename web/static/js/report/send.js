// Sending: the page stays until the report has arrived, so errors and a lost connection lose neither words nor photos.
import { rememberSent } from "./draft.js";
import { clearNotices, notice, showErrors } from "./faults.js";
import { make, text } from "./texts.js";

const PATIENCE_MS = 120_000;

export class Sender {
  /** `onErrors(anchor)` is told where the first error is. */
  constructor(form, onErrors) {
    this.form = form;
    this.button = form.querySelector("[data-send]");
    this.onErrors = onErrors;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  async send() {
    if (this.button.getAttribute("aria-busy")) return;
    this.button.setAttribute("aria-busy", "true");
    clearNotices();
    try {
      const answer = await fetch(this.form.getAttribute("action"), {
        method: "POST",
        body: this.content(),
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      await this.answered(answer);
    } catch {
      notice("terlambat", text("offline"), this.again());
    } finally {
      this.button.removeAttribute("aria-busy");
    }
  }

  content() {
    const content = new FormData(this.form);
    content.set("action", "send");
    // The pin says it more exactly; two statements could disagree after the borders change.
    if (content.get("lon")) content.delete("kelurahan");
    return content;
  }

  async answered(answer) {
    const told = answer.headers.get("Content-Type")?.includes("application/json") ? await answer.json() : null;
    if (answer.ok && told?.url) {
      rememberSent(told.url);
      location.assign(told.url);
    } else if (told?.earlier) this.conflict(told);
    else if (told?.errors?.length) {
      showErrors(told.errors);
      this.onErrors(told.errors.find((error) => error.anchor)?.anchor);
    } else if (answer.status === 403) notice("terlambat", text("tooOld"), this.reload());
    else if (answer.status === 413) notice("terlambat", text("tooLarge"));
    else notice("terlambat", text("failed"), this.again());
  }

  /** Something else was sent under this form's key: a further sending is a report of its own. */
  conflict({ earlier, key }) {
    this.form.elements.key.value = key;
    const link = make("a", { href: earlier }, text("earlierLink"));
    notice("dikerjakan", text("earlier"), make("p", {}, text("earlierWhy")), make("p", {}, link));
  }

  again() {
    const button = make("button", { type: "button", className: "button" }, text("again"));
    button.addEventListener("click", () => this.send());
    return button;
  }

  reload() {
    const button = make("button", { type: "button", className: "button" }, text("reload"));
    button.addEventListener("click", () => location.reload());
    return button;
  }
}
