// What others did meanwhile: asked for now and then while somebody looks, answered by 304 when there is nothing. The
// list is loaded anew without taking ticks, focus or place; the open case only says that there is news, and shows it
// when asked to, without touching what is being written.

const EVERY = 20_000;

const busy = (lists) => lists.querySelector("form:focus-within") || lists.querySelector("details[open]:focus-within");
const seenOf = (article) => Number(article.querySelector("#case-seen")?.value ?? article.dataset.seen);

/** Everything of a case as it is now, but for what somebody is filling in. */
function renew(article, fresh) {
  const kept = [...article.querySelectorAll("[data-keep]")].filter(filledIn);
  const now = document.importNode(fresh, true);
  for (const part of kept) {
    const place = now.querySelector(`[data-keep="${part.dataset.keep}"]`);
    if (place) place.replaceWith(part);
    else now.append(part);
  }
  article.replaceWith(now);
  const seen = now.querySelector("#case-seen");
  if (seen) seen.value = now.dataset.seen;
  return now;
}

function filledIn(part) {
  const written = [...part.querySelectorAll("textarea")].some((one) => one.value.trim());
  const chosen = [...part.querySelectorAll("input[type=file]")].some((one) => one.files.length);
  const picked = [...part.querySelectorAll("select")].some((one) => one.value);
  return written || chosen || picked || part.contains(document.activeElement);
}

/** Starts looking. `desk` answers lists, pane, and does reload() (the list) and settle(). */
export function startLive({ lists, pane, reload, settle, every = EVERY }) {
  let tag = null;
  const rail = () => lists.querySelector("[data-news]");

  async function look() {
    if (document.hidden || !rail()) return;
    const article = pane.querySelector("article[data-case]");
    const address = rail().dataset.news + (article ? `&kasus=${article.dataset.case}` : "");
    const answer = await fetch(address, { cache: "no-store", headers: tag ? { "If-None-Match": tag } : {} }).catch(() => null);
    if (answer?.status !== 200 || answer.redirected) return;
    const { lists: stamp, seen } = await answer.json();
    const listIsOld = stamp !== rail().dataset.stamp;
    if (!listIsOld || !busy(lists)) tag = answer.headers.get("ETag"); // else asked again, until there is a moment
    if (article?.isConnected && seen && seen !== seenOf(article)) article.querySelector("[data-case-news]").hidden = false;
    if (listIsOld && !busy(lists)) await reload();
  }

  pane.addEventListener("click", async (event) => {
    if (!event.target.closest("[data-show-news]")) return;
    const article = pane.querySelector("article[data-case]");
    const answer = await fetch(`/meja/kasus/${article.dataset.case}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const shown = renew(article, page.querySelector("article[data-case]"));
    document.dispatchEvent(new CustomEvent("htmx:after:swap"));
    globalThis.htmx?.process?.(shown);
    settle();
    shown.focus({ preventScroll: true });
  });
  setInterval(look, every);
  document.addEventListener("visibilitychange", look);
  return look;
}
