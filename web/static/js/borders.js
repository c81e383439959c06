// Editions of the borders: while cases are being placed, how far it is is fetched again until it is done.

const PAUSE_MS = 1000;

async function follow(box) {
  while (box.querySelector("[data-moving]")) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    let answer;
    try {
      answer = await fetch(box.dataset.follow, { headers: { Accept: "text/html" } });
    } catch {
      continue; // the connection was away for a moment
    }
    if (!answer.ok) return;
    box.innerHTML = await answer.text();
  }
  // What can be ordered has changed with it.
  location.reload();
}

const box = document.querySelector("[data-follow]");
if (box?.querySelector("[data-moving]")) follow(box);
