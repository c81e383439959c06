// /lapor with scripts: one form, four screens, nothing lost. Without this module the form works as it is.
import { fill, forgetDraft, keptDraft, saveDraft } from "./draft.js";
import { mark, notice } from "./faults.js";
import { Photos } from "./photos.js";
import { Place } from "./place.js";
import { showDestination, showReview } from "./review.js";
import { leftSentForm, tellSent } from "./returned.js";
import { Sender } from "./send.js";
import { Similar } from "./similar.js";
import { Steps } from "./steps.js";
import { make, text } from "./texts.js";
import { Topics } from "./topics.js";

const [TOPIC, LAST] = [2, 4];
const form = document.getElementById("report");
const description = form.elements.description;
const counter = document.getElementById("counter");
const [least, most] = [Number(counter.dataset.least), Number(counter.dataset.most)];

function restore() {
  const returned = "returned" in form.dataset;
  const asked = new URLSearchParams(location.search);
  const draft = returned ? null : keptDraft();
  if (!draft) return 1;
  const pinned = asked.has("lon") || asked.has("kelurahan");
  fill(form, draft, pinned ? ["lon", "lat", "kelurahan"] : []);
  const button = make("button", { type: "button", className: "button compact" }, text("draftDiscard"));
  button.addEventListener("click", () => {
    forgetDraft();
    location.assign("/lapor");
  });
  notice("baru", text("draftRestored"), button);
  return pinned ? 1 : Math.min(draft.step, LAST);
}

const startAt = restore();
const place = new Place(form, () => changed());
const similar = new Similar(form);
const topics = new Topics(() => {
  mark(topics.root, "");
  similar.load();
});
const photos = new Photos(form);
const steps = new Steps(form, { mayLeave, onEnter });
const sender = new Sender(form, (anchor) => anchor && steps.reveal(document.getElementById(anchor)));

function count() {
  const n = [...description.value].length;
  counter.hidden = false;
  counter.textContent = text("counter", { n: n.toLocaleString(document.documentElement.lang), most: most.toLocaleString(document.documentElement.lang) });
  counter.classList.toggle("over", n > most);
}

/** Whether a step is complete; what is missing is said at its field, which gets the focus. */
function mayLeave(step) {
  const long = description.value.trim().length;
  const checks = {
    1: [form.elements.kelurahan, place.fault],
    2: [topics.root, topics.chosen ? "" : text("topicNeeded")],
    3: [description, long < least ? text("wordsNeeded", { n: least }) : long > most ? text("wordsTooLong", { n: long - most }) : ""],
  };
  const [field, fault] = checks[step];
  mark(field, fault);
  if (fault) field.focus();
  return !fault;
}

function onEnter(step) {
  saveDraft(form, step);
  if (step === TOPIC) similar.load();
  if (step !== LAST) return;
  showReview(form, { place, topics, photos }, (target) => steps.go(target));
  showDestination(form);
}

function changed() {
  saveDraft(form, steps.current);
  if (steps.current === LAST) onEnter(LAST);
}

form.addEventListener("input", () => {
  count();
  saveDraft(form, steps.current);
});
// Enter in a one-line field means "go on", as long as there is something to go on to.
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input:not([type=checkbox], [type=radio])")) return;
  event.preventDefault();
  if (steps.current < LAST) steps.next();
});
document.getElementById("notices").addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (!link) return;
  event.preventDefault();
  steps.reveal(document.getElementById(link.hash.slice(1)));
});

function begin() {
  count();
  steps.start(startAt);
  tellSent();
  const faulty = document.querySelector("#report [aria-invalid=true], #report .step .field-error");
  if (faulty) steps.reveal(faulty.matches(".field-error") ? faulty.closest(".step").querySelector("select, #topics, textarea") : faulty);
  place.start();
}

if (!leftSentForm()) begin();
