// Beside a pin: its plus code and the known places near it, as the server writes them (/cari/sekitar).

let turn = 0;

/** Fills `box` for the point (texts or numbers of degrees); empty without one. What does not come disturbs nobody. */
export async function showAround(box, lon, lat) {
  const mine = (turn += 1);
  box.hidden = true;
  if (lon === undefined || lon === "") return;
  try {
    const answer = await fetch(`/cari/sekitar?lon=${lon}&lat=${lat}`, { signal: AbortSignal.timeout(10_000) });
    const html = answer.ok ? await answer.text() : "";
    if (mine !== turn) return;
    box.innerHTML = html;
    box.hidden = !html;
    // A button that cannot work here (no clipboard on an insecure address) stays hidden, as everywhere.
    for (const button of box.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
  } catch {
    // The pin itself is where it was put.
  }
}
