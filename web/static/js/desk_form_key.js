// Forms that stay open while somebody signs in again: signing in changes the key that every form has to bring along
// (Django's CSRF token), so each sending takes the key of that moment with it.
const NAME = "csrfmiddlewaretoken";

/** The key as it is now; null when nobody answers: then the old one has to do. */
async function keyOfNow(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
  return answer?.ok ? (await answer.json())[NAME] : null;
}

/** From now on, what htmx sends from a form of this page has the right key. */
export function startFormKeys() {
  const { formKey } = document.querySelector("[data-form-key]").dataset;
  document.addEventListener("htmx:before:request", (event) => {
    const { ctx } = event.detail;
    if (!ctx.request.body?.has?.(NAME)) return;
    ctx.fetch = async (address, request) => {
      const key = await keyOfNow(formKey);
      if (key) request.body.set(NAME, key);
      return fetch(address, request);
    };
  });
}
