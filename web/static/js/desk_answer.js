// The answer box: one line until somebody writes, a question before steps that can hurt, and no typed word is lost.
import { draftsOf } from "./desk_drafts.js";

const boxIn = (root) => root.querySelector("[data-answer]");
const textOf = (box) => box.querySelector("textarea");

/** The place to write in, if the case can be answered. */
export function answerBox(root) {
  return boxIn(root) && textOf(boxIn(root));
}

function isEmpty(box) {
  const files = box.querySelector("input[type=file]");
  return !textOf(box).value.trim() && !files.files.length && !box.querySelector("#refusal").childElementCount;
}

function fold(box) {
  box.classList.toggle("closed", isEmpty(box) && !box.contains(document.activeElement));
}

const draftsFor = (box) => draftsOf(box.dataset.writer);
const stepOf = (box) => box.querySelector("[name=step]:checked");

/** What was being written to this case comes back when it is shown again (desk_drafts.js). */
function furnish(box) {
  const area = textOf(box);
  if (!area || box.dataset.furnished) return;
  box.dataset.furnished = "1";
  const draft = draftsFor(box).of(box.dataset.answer);
  // After a refusal without htmx the page itself brings back what was typed.
  if (draft && !area.value) {
    area.value = draft.text;
    const chosen = [...box.querySelectorAll(".answer-steps [name=step]")].find((one) => one.value === draft.step);
    if (chosen) chosen.checked = true; // else the case has moved on, and the step is no longer offered
  }
  prompt(box);
  fold(box);
}

function keep(box) {
  const { value: text } = textOf(box);
  const step = stepOf(box);
  if (text.trim() || step?.defaultChecked === false) draftsFor(box).keep(box.dataset.answer, { text, step: step?.value });
  else draftsFor(box).forget(box.dataset.answer);
}

function prompt(box) {
  const chosen = stepOf(box);
  if (chosen) textOf(box).placeholder = chosen.dataset.placeholder;
}

/** Asks once more; `word` names the button that says yes. */
export function ask(question, word, yes) {
  const dialog = document.getElementById("confirm");
  dialog.querySelector("[data-question]").textContent = question;
  const button = dialog.querySelector("[data-yes]");
  button.textContent = word;
  button.onclick = () => {
    dialog.close();
    yes();
  };
  dialog.showModal();
}

/** Returns true when the person still has to say yes; htmx then does not hear of this submit. */
function mustAsk(form) {
  const chosen = form.querySelector("[name=step]:checked");
  // What will be refused for its missing photo needs no second thought yet.
  const incomplete = chosen?.matches("[data-needs-photo]") && !form.querySelector("[type=file]").files.length;
  if (!chosen?.dataset.confirm || incomplete || form.dataset.sure) {
    delete form.dataset.sure;
    return false;
  }
  const button = form.querySelector("button:not([type=button])");
  ask(chosen.dataset.confirm, button.innerText.trim(), () => {
    form.dataset.sure = "1";
    form.requestSubmit(button);
  });
  return true;
}

function tell(box, text) {
  const note = document.createElement("p");
  note.className = "message tone-terlambat";
  note.setAttribute("role", "alert");
  note.textContent = text;
  box.querySelector("#refusal").replaceChildren(note);
}

/** Wires every answer box below `root`, also those that htmx brings later. `root` or a child holds the texts. */
export function startAnswers(root) {
  const texts = (root.matches("[data-text-offline]") ? root : root.querySelector("[data-text-offline]")).dataset;
  const furnishAll = () => root.querySelectorAll("[data-answer]").forEach(furnish);
  const inBox = (event) => event.target.closest?.("[data-answer]");

  document.addEventListener("htmx:after:swap", furnishAll);
  root.addEventListener("focusin", (event) => {
    const box = inBox(event);
    if (!box?.classList.contains("closed") || !event.target.matches("textarea")) return;
    box.classList.remove("closed");
    box.scrollIntoView({ block: "nearest" });
  });
  root.addEventListener("focusout", (event) => {
    const box = inBox(event);
    // The press that takes the focus away has to reach what it aims at before the box folds.
    if (box && textOf(box)) setTimeout(() => fold(box), 200);
  });
  root.addEventListener("input", (event) => {
    const box = inBox(event);
    if (!box || !event.target.matches("textarea, [name=step]")) return;
    prompt(box);
    keep(box);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".answer-form") || !mustAsk(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  root.addEventListener("htmx:before:response", (event) => {
    const box = inBox(event);
    const { raw, headers } = event.detail.ctx.response;
    if (box && raw.ok && event.target.matches(".answer-form")) draftsFor(box).forget(box.dataset.answer);
    // A page instead of our fragment (signed out, refused by a proxy) must not take the place of what was typed.
    if (!box || raw.ok || headers.has("HX-Retarget")) return;
    event.preventDefault();
    tell(box, texts.textFailed);
  });
  root.addEventListener("htmx:error", (event) => inBox(event) && tell(inBox(event), texts.textOffline));
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && inBox(event)) document.activeElement.blur();
  });
  furnishAll();
}
