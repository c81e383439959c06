// What was typed survives a reload and a lost connection: kept in this tab only, without photos, gone once it is sent.

const KEY = "kentongan-report";
const SENT = "kentongan-sent";
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "checked", "photos", "kept", "action"]);

function storage() {
  try {
    return window.sessionStorage;
  } catch {
    return null; // storage may be forbidden; then the page itself has to do
  }
}

let isOver = false; // sent or thrown away: this page keeps nothing any more

export function saveDraft(form, step) {
  if (isOver) return;
  const fields = [...new FormData(form)].filter(([name]) => !NOT_KEPT.has(name));
  try {
    storage()?.setItem(KEY, JSON.stringify({ fields, step }));
  } catch {
    // A full storage is no reason to disturb anybody.
  }
}

export function forgetDraft() {
  isOver = true;
  storage()?.removeItem(KEY);
}

/** The report has arrived; `url` is its page. */
export function rememberSent(url) {
  forgetDraft();
  try {
    storage()?.setItem(SENT, url);
  } catch {
    // Then "back" shows an empty form without a hint.
  }
}

/** The page of the report that was sent last in this tab, or null; a draft begun after it counts more. */
export function lastSent() {
  return keptDraft() ? null : (storage()?.getItem(SENT) ?? null);
}

/** The kept draft, or null: none, or nothing was typed yet. */
export function keptDraft() {
  try {
    const draft = JSON.parse(storage()?.getItem(KEY) ?? "null");
    return draft?.fields.some(([name, value]) => name !== "key" && value) ? draft : null;
  } catch {
    return null;
  }
}

/** Fills the form from a draft; `except` names fields that the page knows better. */
export function fill(form, draft, except = []) {
  for (const [name, value] of draft.fields) {
    if (except.includes(name)) continue;
    const field = form.elements[name];
    const choices = field instanceof RadioNodeList ? [...field] : [field].filter(Boolean);
    for (const one of choices) {
      if (one.type === "radio") continue;
      if (one.type === "checkbox") one.checked = true;
      else one.value = value;
    }
    const radio = choices.find((one) => one.type === "radio" && one.value === value);
    if (radio) radio.checked = true;
  }
}
