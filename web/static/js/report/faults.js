// Faults beside their fields and in the list above the form; the server's and the script's own look the same.
import { make, text } from "./texts.js";

const icon = (name) => document.querySelector(`#report-icons [data-icon="${name}"] svg`)?.cloneNode(true) ?? "";

function describe(field, id, add) {
  const ids = new Set((field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  ids[add ? "add" : "delete"](id);
  if (ids.size) field.setAttribute("aria-describedby", [...ids].join(" "));
  else field.removeAttribute("aria-describedby");
}

/** Shows a sentence at a field (an element with an id), or takes it away with an empty one. */
export function mark(field, sentence) {
  const id = `${field.id}_error`;
  document.getElementById(id)?.remove();
  field.toggleAttribute("aria-invalid", false);
  describe(field, id, Boolean(sentence));
  if (!sentence) return;
  if (field.matches("input, select, textarea")) field.setAttribute("aria-invalid", "true");
  const note = make("div", { className: "field-error", id }, icon("alert"), make("div", {}, make("p", {}, sentence)));
  if (field.matches("input, select, textarea")) field.after(note);
  else field.before(note);
}

/** A callout in the notices above the form; gets the focus. Children are nodes or strings. */
export function notice(tone, title, ...children) {
  const box = make("div", { className: `callout tone-${tone}`, tabIndex: -1 }, icon(tone === "terlambat" ? "alert" : "info"));
  box.setAttribute("role", "alert");
  box.append(make("div", { className: "stack tight" }, make("strong", {}, title), ...children));
  document.getElementById("notices").replaceChildren(box);
  box.focus();
}

export function clearNotices() {
  document.getElementById("notices").replaceChildren();
}

/** The server's errors ({anchor, label, text}): a list with links, and each at its field. */
export function showErrors(errors) {
  const list = make("ul");
  for (const error of errors) {
    const field = error.anchor && document.getElementById(error.anchor);
    if (field) mark(field, error.text);
    const item = field ? [make("a", { href: `#${error.anchor}` }, error.label), `: ${error.text}`] : [error.text];
    list.append(make("li", {}, ...item));
  }
  notice("terlambat", text("notSent"), list);
}
