// The data steward's page: while an order is under way, its state is fetched again until it is done.

const PAUSE_MS = 1500;

async function follow(box) {
  while (box.querySelector("[data-moving]")) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    let answer;
    try {
      answer = await fetch(box.dataset.runs, { headers: { Accept: "text/html" } });
    } catch {
      continue; // the connection was away for a moment
    }
    if (!answer.ok) return;
    box.innerHTML = await answer.text();
  }
  // What can be published has changed with it.
  location.reload();
}

const box = document.querySelector("[data-runs]");
if (box?.querySelector("[data-moving]")) follow(box);
