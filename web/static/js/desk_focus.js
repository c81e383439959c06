// Who works with the keyboard stays in the case: a step switches its button off and replaces the whole case, and both
// drop the focus to <body>.

const lost = () => !document.activeElement || document.activeElement === document.body;

/** Gives the focus back below `pane`: to the pressed button if it is still there, else to the case that is shown now. */
export function startCaseFocus(pane) {
  document.addEventListener("htmx:finally:request", (event) => {
    const { request, target } = event.detail.ctx;
    const { form, submitter } = request;
    if (request.method !== "POST" || !(target === pane || pane.contains(form))) return;
    // htmx switches the button on again right after this.
    setTimeout(() => {
      if (!lost()) return;
      const at = submitter?.isConnected ? submitter : pane.querySelector("article, a");
      at?.focus({ preventScroll: true });
    });
  });
}
