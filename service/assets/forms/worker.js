// Opens a kept page (forms/kept_page.js) where there is no network, and gives out the built files that it is made of. It asks the
// network first, keeps nothing itself and touches nothing else. It is installed only where somebody has kept a page, and goes with the
// last of them.

const PAGES = "pages:"; // forms/kept.js
const PATIENCE = 15_000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  if (method !== "GET" || !url.startsWith(self.registration.scope)) return;
  const place = url.slice(self.registration.scope.length).split("#")[0];
  if (mode === "navigate" && /^tasks\/\d+$/.test(place)) event.respondWith(openPage(event.request));
  else if (place.startsWith("static/build/")) event.respondWith(found(event.request).then((part) => part ?? fetch(event.request)));
});

async function openPage(request) {
  const kept = await found(request);
  const asked = fetch(request);
  if (!kept || Number(kept.headers.get("X-Kept-Until")) < Date.now()) return asked;
  const nothing = new Promise((done) => setTimeout(done, PATIENCE, kept)); // a network that never answers is none
  return Promise.race([asked.catch(() => kept), nothing]);
}

async function found(request) {
  for (const name of await caches.keys()) {
    const part = name.startsWith(PAGES) && (await (await caches.open(name)).match(request));
    if (part) return part;
  }
  return undefined;
}
