// Many cases at once: ticks (Shift for a range), a question with their number, some at a time with a bar, and what
// became of each. Ticks stay when the list is loaded anew; what was refused stays ticked.
import { ask } from "./desk_answer.js";

const AT_ONCE = 20;

export class Bulk {
  /** `lists` holds the boxes and the form; `changed` is called when cases have moved on. */
  constructor(lists, { changed }) {
    this.lists = lists;
    this.changed = changed;
    this.ticked = new Set();
    this.last = null;
    this.running = false;
    lists.addEventListener("click", (event) => this.click(event));
    lists.addEventListener("submit", (event) => this.submit(event));
  }

  get form() {
    return this.lists.querySelector("#bulk");
  }

  boxes() {
    return [...this.lists.querySelectorAll("[data-tick]")];
  }

  /** After the list was replaced: the boxes as they were. */
  restore() {
    for (const box of this.boxes()) box.checked = this.ticked.has(box.value);
    this.show();
  }

  /** Ticks or unticks one case, as the key x does. */
  toggle(pk) {
    const box = this.boxes().find((one) => one.value === pk);
    if (box) this.set([box], !box.checked);
  }

  set(boxes, on) {
    for (const box of boxes) {
      if (on && this.ticked.size >= Number(this.form.dataset.most)) {
        this.say(this.form.dataset.textMost.replace("{n}", this.form.dataset.most));
        break;
      }
      box.checked = on;
      if (on) this.ticked.add(box.value);
      else this.ticked.delete(box.value);
    }
    this.show();
  }

  show() {
    const { form } = this;
    if (!form) return;
    const count = this.ticked.size;
    form.toggleAttribute("data-shown", count > 0 || this.running);
    form.querySelector("[data-count]").textContent = form.dataset.textCount.replace("{n}", count);
    form.querySelector("[data-none]").hidden = false;
    const all = form.querySelector("[data-all]");
    form.querySelector("[data-all-place]").hidden = false;
    const here = this.boxes();
    all.checked = here.length > 0 && here.every((box) => box.checked);
    all.indeterminate = !all.checked && here.some((box) => box.checked);
  }

  click(event) {
    const box = event.target;
    if (box.matches("[data-tick]")) {
      const boxes = this.boxes();
      const from = event.shiftKey && this.last ? boxes.findIndex((one) => one.value === this.last) : -1;
      const to = boxes.indexOf(box);
      const range = from < 0 ? [box] : boxes.slice(Math.min(from, to), Math.max(from, to) + 1);
      const on = box.checked;
      box.checked = !on;
      this.set(range, on);
      this.last = box.value;
    } else if (box.matches("[data-all]")) {
      this.set(this.boxes(), box.checked);
    } else if (box.closest("[data-none]")) {
      this.clear();
    }
  }

  clear() {
    this.ticked.clear();
    this.restore();
  }

  submit(event) {
    const { form } = this;
    const button = event.submitter;
    if (event.target !== form) return;
    // Ticks on other pages of the list go along.
    for (const old of form.querySelectorAll("[data-elsewhere]")) old.remove();
    const here = new Set(this.boxes().map((box) => box.value));
    for (const pk of this.ticked) {
      if (here.has(pk)) continue;
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: "kasus", value: pk });
      field.dataset.elsewhere = "1";
      form.append(field);
    }
    if (button.matches("[data-file]")) return;
    event.preventDefault();
    const missing = button.dataset.needs && document.getElementById(button.dataset.needs);
    if (missing && !missing.value.trim()) {
      missing.focus();
      return;
    }
    const question = button.dataset.question.replace("{n}", this.ticked.size);
    ask(question, button.textContent.trim(), () => this.run(new FormData(form, button)));
  }

  /** Sends the ticked cases some at a time and shows what became of them. */
  async run(said) {
    const wanted = [...this.ticked];
    said.delete("kasus");
    this.running = true;
    const report = { done: 0, refused: [] };
    try {
      for (let at = 0; at < wanted.length; at += AT_ONCE) {
        this.progress(at, wanted.length);
        await this.send(said, wanted.slice(at, at + AT_ONCE), report);
      }
    } catch {
      report.failed = true;
    }
    this.running = false;
    this.progress(0, 0);
    this.changed();
    this.tell(report);
  }

  async send(said, some, report) {
    const body = new FormData();
    for (const [name, value] of said) body.append(name, value);
    for (const pk of some) body.append("kasus", pk);
    const answer = await fetch(this.form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const outcome = page.querySelector("[data-done]");
    report.done += Number(outcome.dataset.done);
    const refused = [...outcome.children];
    report.refused.push(...refused);
    const left = new Set(refused.map((one) => one.querySelector("a").textContent.slice(1)));
    for (const pk of some) if (!left.has(pk)) this.ticked.delete(pk);
  }

  progress(done, all) {
    const bar = this.form.querySelector("[data-progress]");
    bar.hidden = !all;
    for (const button of this.form.querySelectorAll("button")) button.disabled = Boolean(all);
    if (!all) return;
    bar.querySelector("progress").max = all;
    bar.querySelector("progress").value = done;
    bar.querySelector("span").textContent = this.form.dataset.textProgress.replace("{n}", done).replace("{all}", all);
  }

  tell({ done, refused, failed }) {
    const texts = this.form.dataset;
    const words = [texts.textDone.replace("{n}", done)];
    if (refused.length) words.push(texts.textRefused.replace("{n}", refused.length));
    if (failed) words.push(texts.textFailed);
    this.result = { words: words.join(" "), refused, worse: Boolean(refused.length || failed) };
    this.showResult();
  }

  say(text) {
    this.result = { words: text, refused: [], worse: true };
    this.showResult();
  }

  /** The report stays above the list, also when the list is loaded anew. */
  showResult() {
    const place = this.lists.querySelector("#bulk-result");
    if (!place || !this.result) return;
    const { words, refused, worse } = this.result;
    const said = document.createElement("p");
    said.textContent = words;
    said.className = worse ? "message tone-terlambat" : "message tone-selesai";
    said.setAttribute("role", worse ? "alert" : "status");
    place.replaceChildren(said, ...refused);
    place.hidden = false;
  }
}
