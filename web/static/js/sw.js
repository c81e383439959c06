// Shows that there is news of a report, and opens its page. It keeps nothing and touches no request.

self.addEventListener("push", (event) => {
  let news = {};
  try {
    news = event.data.json();
  } catch {
    // a message without words is still a message
  }
  const shown = { body: news.body ?? "", tag: news.url, data: { url: news.url ?? "/lacak" } };
  event.waitUntil(self.registration.showNotification(news.title ?? "Kentongan", shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.url));
});

async function open(path) {
  const url = new URL(path, self.location.origin);
  if (url.origin !== self.location.origin) return;
  const windows = await self.clients.matchAll({ type: "window" });
  const there = windows.find((one) => new URL(one.url).pathname === url.pathname);
  await (there ? there.focus() : self.clients.openWindow(url.href));
}
