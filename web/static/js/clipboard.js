// Copying, sharing and printing by attributes:
//   <button data-copy="text" data-done="Tersalin">   <button data-share data-title="…" data-url="…" data-done="Tersalin">   <button data-print>
// data-done is shown in the button for a moment and read out; sharing falls back to copying the address.

const SHOWN_MS = 2500;

function confirm(button) {
  if (!button.dataset.done || button.dataset.saved) return;
  const label = button.querySelector("[data-label]") ?? button;
  button.dataset.saved = label.textContent;
  button.setAttribute("aria-live", "polite");
  label.textContent = button.dataset.done;
  setTimeout(() => {
    label.textContent = button.dataset.saved;
    delete button.dataset.saved;
  }, SHOWN_MS);
}

async function share(button) {
  const url = new URL(button.dataset.url ?? location.href, location.href).href;
  if (!navigator.share) return copy(button, url);
  try {
    await navigator.share({ title: button.dataset.title ?? document.title, url });
  } catch (refused) {
    if (refused.name !== "AbortError") await copy(button, url);
  }
}

async function copy(button, text) {
  await navigator.clipboard.writeText(text);
  confirm(button);
}

/** Buttons that cannot work here (no clipboard on an insecure address) stay hidden. */
export function startClipboard(root) {
  for (const button of root.querySelectorAll("[data-copy], [data-share]")) {
    button.hidden = !navigator.clipboard && !(button.matches("[data-share]") && navigator.share);
  }
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy], [data-share], [data-print]");
    if (!button) return;
    if (button.matches("[data-print]")) window.print();
    else if (button.matches("[data-share]")) share(button);
    else copy(button, button.dataset.copy);
  });
}
