// What officers were writing, case by case, until it is sent: kept in this tab (sessionStorage), so that it survives
// looking at other cases, going back, reloading, and signing in again.
// Kept: the text of the answer and the step that was chosen. Not kept: photos, and what operators choose.
// A draft goes when its step was accepted; all of them go when its writer signs out in this tab. In other tabs they
// stay until the tab is closed, but are found only by who wrote them, and go when somebody else writes there.

const PREFIX = "kentongan-desk-draft:";

function storage() {
  try {
    return window.sessionStorage;
  } catch {
    return null; // storage may be forbidden: then only the open page has the words
  }
}

function drop(goes) {
  const kept = storage();
  if (!kept) return;
  for (const key of Object.keys(kept)) if (key.startsWith(PREFIX) && goes(key)) kept.removeItem(key);
}

/** The drafts of one person, by the number of a case. */
export function draftsOf(writer) {
  const own = `${PREFIX}${writer}:`;
  drop((key) => !key.startsWith(own));
  return {
    /** `{text, step}`, or null. */
    of(pk) {
      try {
        return JSON.parse(storage()?.getItem(own + pk) ?? "null");
      } catch {
        return null;
      }
    },
    keep(pk, draft) {
      try {
        storage()?.setItem(own + pk, JSON.stringify(draft));
      } catch {
        // A full storage is no reason to disturb anybody.
      }
    },
    forget: (pk) => storage()?.removeItem(own + pk),
  };
}

/** Nothing stays for the next person at this device. */
export function forgetDraftsAtSignOut(root) {
  root.addEventListener("submit", (event) => event.target.matches("[data-sign-out]") && drop(() => true));
}
