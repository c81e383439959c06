// "Tell me on this device": asks the browser for permission, and tells the server where its push service is.

const box = document.getElementById("push");
const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
if (box && able) start();

function bytes(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

async function start() {
  const registration = await navigator.serviceWorker.getRegistration("/lacak/");
  show(await registration?.pushManager.getSubscription());
  box.hidden = false;
  box.querySelector("[data-on]").addEventListener("click", () => attempt(on));
  box.querySelector("[data-off]").addEventListener("click", () => attempt(off));
}

function show(subscribed) {
  box.querySelector("[data-on]").hidden = Boolean(subscribed);
  box.querySelector("[data-off]").hidden = !subscribed;
}

async function attempt(step) {
  const said = box.querySelector("[data-said]");
  said.textContent = "";
  try {
    await step();
  } catch (failure) {
    said.textContent = failure.name === "NotAllowedError" ? box.dataset.denied : box.dataset.failed;
  }
}

async function on() {
  const registration = await navigator.serviceWorker.register(box.dataset.worker, { scope: "/lacak/" });
  const options = { userVisibleOnly: true, applicationServerKey: bytes(box.dataset.key) };
  const subscription = await registration.pushManager.subscribe(options);
  const { endpoint, keys } = subscription.toJSON();
  await tell({ do: "on", endpoint, p256dh: keys.p256dh, auth: keys.auth });
  show(subscription);
}

async function off() {
  const registration = await navigator.serviceWorker.getRegistration("/lacak/");
  const subscription = await registration?.pushManager.getSubscription();
  if (subscription) await tell({ do: "off", endpoint: subscription.endpoint });
  // Other reports on this device may still use it: the browser itself stays subscribed.
  show(null);
}

async function tell(said) {
  const body = new FormData(box.querySelector("form"));
  for (const [name, value] of Object.entries(said)) body.set(name, value);
  const answer = await fetch(box.dataset.url, { method: "POST", body });
  if (!answer.ok) throw new Error(String(answer.status));
}
