// "Back" after sending: browsers bring the filled form back, and sent again it would be a second report.
import { lastSent } from "./draft.js";
import { notice } from "./faults.js";
import { make, text } from "./texts.js";

const HINT = "#terkirim";

/** Leaves a form that came back filled after it was sent, for an empty one. True while that happens. */
export function leftSentForm() {
  const [arrival] = performance.getEntriesByType("navigation");
  if (arrival?.type !== "back_forward" || !lastSent() || location.hash === HINT) return false;
  startAnew();
  return true;
}

// From the page cache the page returns as it was left, without loading.
window.addEventListener("pageshow", (event) => event.persisted && lastSent() && startAnew());

/** A new page is the one thing that no browser fills again by itself. */
function startAnew() {
  location.replace(`/lapor?baru=${Date.now()}${HINT}`);
}

/** On the empty form: says that the report has arrived, with its code. */
export function tellSent() {
  const url = location.hash === HINT ? lastSent() : null;
  if (!url) return;
  history.replaceState(history.state, "", "/lapor");
  const page = new URL(url, location.href).pathname;
  const link = make("a", { href: page }, page.split("/").pop());
  notice("selesai", text("sent"), make("p", {}, text("sentCode"), " ", link));
}
