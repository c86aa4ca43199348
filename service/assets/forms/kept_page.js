// A page that its reader keeps on this device, so that it opens where there is no network (forms/worker.js). Nobody is given a worker
// unasked. The copy is made anew whenever the page is opened with network, and goes as soon as the server offers the page no more.

import { WHOSE, forgetPage, hasPage, keepList, keepPage, keepParts, keptPages } from "./kept.js";

const PARTS = new URL(".", import.meta.url).href;
const line = document.querySelector("[data-keep-page]");
const copied = document.documentElement.dataset.keptAt;
let kept = Boolean(copied);
let leave = () => undefined;

// Whether this page is kept, and whether it is the copy itself.
export const isKept = () => kept;
export const isCopy = () => document.documentElement.dataset.keptAt !== undefined;

// The copy has met the server, and is as good as its page.
export function isMet() {
  delete document.documentElement.dataset.keptAt;
  draw();
}

// What is to be forgotten with the page.
export function onForgotten(act) {
  leave = act;
}

// Ask the server for a page: its text where it is still offered to its reader, else whether it is over. A copy follows. It fails without
// network.
export async function renew(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(30_000) });
  const offered = answer.ok && !answer.redirected && answer.headers.get("X-May-Keep") === WHOSE;
  const over = !offered && !answer.redirected && (answer.ok || [403, 404, 410].includes(answer.status));
  const text = offered ? await answer.text() : "";
  if (over) await forgetPage(address);
  else if (offered && (await hasPage(address))) await keepPage(address, answer, text, parts());
  return { over, text };
}

async function keep() {
  const registration = await navigator.serviceWorker.register(line.dataset.worker);
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.headers.get("X-May-Keep") !== WHOSE || !registration) throw new Error("not offered");
  await keepPage(location.pathname, answer, await answer.text(), parts());
  await keepList(line.dataset.list);
  await navigator.serviceWorker.ready;
  if (!(await hasPage(location.pathname))) throw new Error("swept"); // another tab signed out meanwhile
  follow();
}

// Parts that come later belong to the copy too.
function follow() {
  kept = true;
  new PerformanceObserver(() => kept && keepParts(parts()).catch(() => undefined)).observe({ type: "resource" });
}

function parts() {
  return [...new Set(performance.getEntriesByType("resource").map((one) => one.name).filter((name) => name.startsWith(PARTS)))];
}

function draw() {
  const copy = document.querySelector("[data-kept-copy]");
  if (copy) copy.hidden = !isCopy();
  if (!line) return;
  line.hidden = false;
  for (const part of line.querySelectorAll("[data-when]")) part.hidden = (part.dataset.when === "kept") !== kept;
}

async function begin() {
  if (!WHOSE || !("serviceWorker" in navigator && "caches" in window)) return;
  const there = await hasPage(location.pathname);
  if (there) {
    follow();
    if (!copied) await renew(location.pathname).catch(() => undefined);
    if (!copied && line) await keepList(line.dataset.list).catch(() => undefined);
    kept = await hasPage(location.pathname);
  }
  const copy = document.querySelector("[data-kept-copy] p");
  if (copy && copied) copy.textContent = moment(copy.textContent, new Date(copied));
  if (!line) return;
  const said = line.querySelector("[role=status]");
  line.addEventListener("click", async ({ target }) => {
    const { act } = target.dataset;
    if (!act) return;
    said.textContent = "";
    try {
      if (act === "keep") await keep();
      else {
        await forgetPage(location.pathname);
        kept = false;
        leave();
      }
    } catch {
      await forgetPage(location.pathname).catch(() => undefined);
      said.textContent = line.dataset.failed;
    }
    draw();
    line.querySelector("[data-act]:not([hidden])")?.focus();
  });
  draw();
}

async function listKept(list) {
  const found = await keptPages();
  list.hidden = !found.length;
  document.querySelector("[data-none-kept]").hidden = Boolean(found.length);
  for (const { address, title } of found) {
    const item = document.createElement("li");
    item.append(Object.assign(document.createElement("a"), { href: address, textContent: title }));
    list.append(item);
  }
}

function moment(words, at) {
  const { lang } = document.documentElement;
  const time = at.toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit", hour12: false });
  return words.replace("{time}", time).replace("{day}", at.toLocaleDateString(lang === "vi" ? "vi" : "en-GB"));
}

begin().catch(() => undefined); // where nothing may be kept nothing is offered
const list = document.querySelector("[data-kept-list]");
if (list) listKept(list).catch(() => undefined);
