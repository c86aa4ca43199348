// What is kept on this device: texts in the local storage and files in IndexedDB until the server has them, and pages that their reader
// keeps (forms/kept_page.js) in a cache. It is of one person: it is thrown away when he signs out, when the page of somebody else is opened
// here, and after a week. A session that ended by itself leaves it to whom it belongs.

const TEXTS = "draft:";
const PAGES = "pages:"; // forms/worker.js knows it too
const DAYS = 7;
const MOST = 200_000_000; // bytes of all files together
export const WHOSE = document.querySelector("[data-whose]")?.dataset.whose;
const MINE = `${TEXTS}${WHOSE}:`;

// Keep what was typed at an address: what the server had then (`begun`), each that it may have heard since without being able to say
// so (`tried`), what the form says (`typed`), the names of its files by their keys, and whether sending was asked for in vain (`pressed`).
// False where nothing can be kept.
export function keepText(address, { begun, tried, typed, files, pressed }) {
  if (!WHOSE) return false;
  try {
    localStorage.setItem(MINE + address, JSON.stringify({ begun, tried, typed, files, pressed, at: Date.now() }));
    return true;
  } catch {
    return false; // no room, or none allowed
  }
}

export function foundText(address) {
  return read(MINE + address);
}

// All that is kept at addresses that begin so, the oldest first: [address, kept].
export function foundTexts(start) {
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(MINE + start))
    .map((key) => [key.slice(MINE.length), read(key)])
    .filter(([, kept]) => kept)
    .sort(([, one], [, other]) => one.at - other.at);
}

export function forgetText(address) {
  localStorage.removeItem(MINE + address);
}

function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    if (kept && isYoung(kept)) return kept;
  } catch {
    // Not ours.
  }
  return undefined;
}

function isYoung({ at }) {
  return Date.now() - at < DAYS * 86_400_000;
}

// Keep a file that a field of a page waits to send: its number, or undefined where there is no room, or no IndexedDB.
export async function keepFile(page, field, file) {
  if (!WHOSE) return undefined;
  try {
    let kept;
    await inFiles("readwrite", (store) => {
      store.getAll().onsuccess = ({ target }) => {
        const all = target.result.reduce((sum, one) => sum + one.file.size, file.size);
        if (all <= MOST) kept = store.add({ whose: WHOSE, page, field, file, at: Date.now() });
      };
    });
    return kept?.result;
  } catch {
    return undefined;
  }
}

// The files that a page still waits to send, in the order in which they were chosen.
export async function filesOf(page) {
  return (await allFiles()).filter((one) => one.whose === WHOSE && one.page === page && isYoung(one));
}

async function allFiles() {
  try {
    return await inFiles("readonly", (store) => store.getAll());
  } catch {
    return [];
  }
}

// The server has a kept file, under this key: it is forgotten once the form that names the key is there too.
export async function markFile(number, key) {
  try {
    await inFiles("readwrite", (store) => {
      store.get(number).onsuccess = ({ target }) => target.result && store.put({ ...target.result, key });
    });
  } catch {
    // It is sent once more at worst.
  }
}

export async function forgetFile(number) {
  try {
    await inFiles("readwrite", (store) => store.delete(number));
  } catch {
    // It goes after a week.
  }
}

async function inFiles(mode, act) {
  const base = await new Promise((done, fail) => {
    const asked = indexedDB.open("waiting-files", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("files", { keyPath: "number", autoIncrement: true });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = asked.onblocked = () => fail(asked.error);
  });
  try {
    return await new Promise((done, fail) => {
      const step = base.transaction("files", mode);
      const asked = act(step.objectStore("files"));
      step.oncomplete = () => done(asked?.result);
      step.onabort = () => fail(step.error);
    });
  } finally {
    base.close();
  }
}

function tidyTexts(mayStay) {
  for (const key of Object.keys(localStorage)) if (key.startsWith(TEXTS) && !mayStay(key)) localStorage.removeItem(key);
}

async function tidyFiles(mayStay) {
  try {
    await inFiles("readwrite", (store) => {
      store.getAll().onsuccess = ({ target }) => {
        for (const one of target.result) if (!mayStay(one)) store.delete(one.number);
      };
    });
  } catch {
    // None are kept here.
  }
}

// Keep a page as the server answered it, with the parts of the build that it is made of; forms/worker.js gives it out for a week.
export async function keepPage(address, answer, text, parts) {
  const cache = await caches.open(PAGES + WHOSE);
  await keepParts(parts);
  const headers = new Headers(answer.headers);
  for (const name of ["content-encoding", "content-length", "vary"]) headers.delete(name);
  headers.set("X-Kept-Until", Date.now() + DAYS * 86_400_000);
  const marked = text.replace("<html", `<html data-kept-at="${new Date().toISOString()}"`);
  await cache.put(address, new Response(marked, { headers }));
}

// Names of built files carry their content's hash: what is there stays as it is.
export async function keepParts(parts) {
  const cache = await caches.open(PAGES + WHOSE);
  await Promise.all(parts.map(async (part) => (await cache.match(part)) ?? cache.add(part)));
}

// The list of what is kept opens instead of a page that is not; it is a part, and goes with the last page.
export async function keepList(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.headers.get("X-May-Keep") !== WHOSE) return;
  const headers = new Headers(answer.headers);
  for (const name of ["content-encoding", "content-length", "vary"]) headers.delete(name);
  await (await caches.open(PAGES + WHOSE)).put(address, new Response(await answer.text(), { headers }));
}

// The pages that are kept for who reads this one: [{ address, title }].
export async function keptPages() {
  if (!WHOSE || !("caches" in window) || !(await caches.has(PAGES + WHOSE))) return [];
  const cache = await caches.open(PAGES + WHOSE);
  const found = [];
  for (const asked of await cache.keys()) {
    const page = await cache.match(asked);
    if (!isOpen(page)) continue;
    const { title } = new DOMParser().parseFromString(await page.text(), "text/html");
    found.push({ address: new URL(asked.url).pathname, title: title.replace(/ · Vinh Danh$/, "") });
  }
  return found;
}

export async function hasPage(address) {
  if (!WHOSE || !("caches" in window) || !(await caches.has(PAGES + WHOSE))) return false;
  return isOpen(await (await caches.open(PAGES + WHOSE)).match(address));
}

function isOpen(page) {
  return Number(page?.headers.get("X-Kept-Until")) > Date.now();
}

export async function forgetPage(address) {
  await tidyPages((name, page) => name === PAGES + WHOSE && page !== address);
}

// Throw away the pages that may not stay; once there are none their parts and the worker go too.
async function tidyPages(mayStay) {
  if (!("caches" in window && navigator.serviceWorker)) return;
  try {
    await sweep(mayStay);
  } catch {
    // None are kept here.
  }
}

async function sweep(mayStay) {
  let left = 0;
  for (const name of (await caches.keys()).filter((one) => one.startsWith(PAGES))) {
    const cache = await caches.open(name);
    let here = 0;
    for (const asked of await cache.keys()) {
      const page = await cache.match(asked);
      if (!page?.headers.has("X-Kept-Until")) continue; // a part
      if (isOpen(page) && mayStay(name, new URL(asked.url).pathname)) here += 1;
      else await cache.delete(asked);
    }
    if (!here) await caches.delete(name);
    left += here;
  }
  if (!left) await (await navigator.serviceWorker.getRegistration())?.unregister();
}

// What still waits is lost to who signs out: the first press says so, the second one goes.
async function signOut(form) {
  const mine = Object.keys(localStorage).filter((key) => key.startsWith(MINE)).map(read).some((kept) => kept && kept.begun !== kept.typed);
  const told = form.querySelector("[data-waits]");
  if (told?.hidden && (mine || (await allFiles()).some((one) => one.whose === WHOSE))) {
    told.hidden = false;
    return;
  }
  tidyTexts(() => false);
  await tidyFiles(() => false);
  await tidyPages(() => false);
  form.submit();
}

document.addEventListener(
  "submit",
  (event) => {
    if (!event.target.matches("[data-sign-out]")) return;
    event.preventDefault();
    signOut(event.target);
  },
  true,
);

if (WHOSE) {
  tidyTexts((key) => key.startsWith(MINE) && read(key));
  tidyFiles((one) => one.whose === WHOSE && isYoung(one));
  tidyPages((name) => name === PAGES + WHOSE);
}
