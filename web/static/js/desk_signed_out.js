// A session that has ended takes nothing off the desk: the lists and the open case stay, and a dialog leads to the
// sign-in and back to where one was.

function leadToSignIn() {
  const dialog = document.getElementById("signed-out");
  const link = dialog.querySelector("[data-sign-in]");
  const address = new URL(link.href);
  address.searchParams.set("next", location.pathname + location.search);
  link.href = address.href;
  if (!dialog.open) dialog.showModal();
}

/** Watches what the page loads by itself. What is sent tells its refusal beside the form (desk_answer.js). */
export function startSignedOut(lists) {
  document.addEventListener("htmx:before:response", (event) => {
    const { request, response, target } = event.detail.ctx;
    if (request.method !== "GET" || response.raw.ok) return;
    if (response.status === 401) {
      event.preventDefault();
      leadToSignIn();
    } else if (target === lists) {
      // The desk cannot do without its lists: any other refusal of them is a page of its own.
      event.preventDefault();
      location.assign(request.action);
    }
  });
}
