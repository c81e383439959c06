// <button data-dialog="ID"> opens <dialog id="ID">; a button with data-close inside it, Escape or a press beside it closes.

export function startDialogs(root) {
  root.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
    if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
    if (event.target.matches?.("dialog")) event.target.close();
  });
}
