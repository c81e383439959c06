// Work under way: its state is fetched again until nothing in the box moves any more.

/** `box` holds what is shown, `url` gives it anew; `pause` in milliseconds between two looks. */
export async function followUntilDone(box, url, pause) {
  if (!box?.querySelector("[data-moving]")) return;
  while (box.querySelector("[data-moving]")) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    let answer;
    try {
      answer = await fetch(url, { headers: { Accept: "text/html" } });
    } catch {
      continue; // the connection was away for a moment
    }
    if (!answer.ok) return;
    box.innerHTML = await answer.text();
  }
  // What can be ordered has changed with it.
  location.reload();
}
