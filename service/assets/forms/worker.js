// Opens a kept page (forms/kept_page.js) where there is no network, and gives out the built files that it is made of. It asks the
// network first, keeps nothing itself and touches nothing else; instead of any other page it shows the list of the kept ones. It is installed only where somebody has kept a page, and goes with the
// last of them.

const PAGES = "pages:"; // forms/kept.js
const LIST = "kept-pages";
const PATIENCE = 15_000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  if (method !== "GET" || !url.startsWith(self.registration.scope)) return;
  const place = url.slice(self.registration.scope.length).split("#")[0];
  if (mode === "navigate") event.respondWith(/^tasks\/\d+$/.test(place) ? openPage(event.request) : fetch(event.request).catch(showList));
  else if (place.startsWith("static/build/")) event.respondWith(found(event.request).then((part) => part ?? fetch(event.request)));
});

async function openPage(request) {
  const kept = await found(request);
  const asked = fetch(request);
  if (!kept || !isOpen(kept)) return asked.catch(showList);
  const nothing = new Promise((done) => setTimeout(done, PATIENCE, kept)); // a network that never answers is none
  return Promise.race([asked.catch(() => kept), nothing]);
}

// What can be opened instead, as long as there is something; it is no answer to what was asked for.
async function showList(failed) {
  for (const name of await caches.keys()) {
    if (!name.startsWith(PAGES)) continue;
    const cache = await caches.open(name);
    const pages = await Promise.all((await cache.keys()).map((one) => cache.match(one)));
    const list = pages.some(isOpen) && (await cache.match(self.registration.scope + LIST));
    if (list) return new Response(list.body, { status: 503, headers: list.headers });
  }
  throw failed;
}

function isOpen(page) {
  return Number(page?.headers.get("X-Kept-Until")) > Date.now();
}

async function found(request) {
  for (const name of await caches.keys()) {
    const part = name.startsWith(PAGES) && (await (await caches.open(name)).match(request));
    if (part) return part;
  }
  return undefined;
}
