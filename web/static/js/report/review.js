// The last look: who will get it and until when (the server's own words), and everything that was said.
import { make, text } from "./texts.js";

let asked = 0;

/** Fills #destination for a topic and a place. */
export async function showDestination(form) {
  const box = document.getElementById("destination");
  const said = new FormData(form);
  const query = new URLSearchParams({ category: said.get("category") ?? "" });
  if (said.get("lon")) query.set("lon", said.get("lon"));
  if (said.get("lat")) query.set("lat", said.get("lat"));
  if (!said.get("lon")) query.set("kelurahan", said.get("kelurahan") ?? "");
  if (said.get("about_agency")) query.set("about_agency", said.get("about_agency"));
  const turn = (asked += 1);
  box.hidden = false;
  box.replaceChildren(make("div", { className: "skeleton destination-skeleton" }));
  try {
    const answer = await fetch(`/lapor/tujuan?${query}`, { signal: AbortSignal.timeout(15_000) });
    const html = await answer.text();
    if (turn !== asked) return;
    if (!answer.ok && answer.status !== 422) throw new Error(answer.status);
    box.innerHTML = html;
  } catch {
    if (turn === asked) box.replaceChildren(make("p", { className: "soft" }, text("destinationFailed")));
  }
}

const labelOf = (form, name) => form.querySelector(`label[for="id_${name}"] strong`).textContent;

/** Fills #review; `onChange(step)` brings the person to where it can be changed. */
export function showReview(form, { place, topics, photos }, onChange) {
  const value = (name) => form.elements[name].value.trim();
  const privacy = ["anonymous", "confidential"].filter((name) => form.elements[name].checked).map((name) => labelOf(form, name));
  const contact = ["reporter_name", "reporter_email", "reporter_phone"].map(value).filter(Boolean);
  const rows = [
    [text("reviewPlace"), [place.name, value("address_note")].filter(Boolean).join(" · "), 1],
    [text("reviewTopic"), topics.name, 2],
    [text("reviewWords"), value("description"), 3],
    [text("reviewPhotos"), photos.files.length || text("none"), 3],
    [text("reviewPrivacy"), privacy.join(", ") || text("none"), 3],
    [text("reviewContact"), contact.join(", ") || text("none"), 3],
  ];
  const list = document.getElementById("review");
  list.hidden = false;
  list.replaceChildren(...rows.map(([term, said, step]) => row(term, String(said), () => onChange(step))));
}

function row(term, said, change) {
  const button = make("button", { type: "button", className: "button quiet compact" }, text("change"));
  button.setAttribute("aria-label", `${text("change")}: ${term}`);
  button.addEventListener("click", change);
  return make("div", {}, make("dt", {}, term), make("dd", {}, make("span", {}, said), button));
}
