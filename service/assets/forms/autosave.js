// Drafts save themselves, without validation. `form[data-draft]` holds the address; the server answers
// {"message": "Đã lưu nháp lúc 09:42. …"}; what is said otherwise stands in data attributes of the status line.
// What the server has not taken yet is kept on the device too, while there is no network and when the page is put away (forms/kept.js);
// of a page that is kept itself what it has taken is kept as well, for a copy is as old as its page.

import { OF_THE_PAGE, fill, isSame, snapshot } from "./filling.js";
import { forgetText, foundText, foundTexts, keepText } from "./kept.js";
import { isCopy, isKept, isMet, onForgotten, renew } from "./kept_page.js";
import { fileNames, forgetSent, sendKept } from "./uploads.js";

const PAUSE = 1500;
const PATIENCE = 30_000;
const RETRY = [5_000, 15_000, 60_000];
const TRIES = 20;
const ASIDE = "#aside-";
const SENT = "sent";

function watch(form) {
  const line = form.querySelector("[data-draft-line]") ?? document.querySelector(`[data-draft-line="${form.getAttribute("id")}"]`);
  const address = form.dataset.draft;
  let timer;
  const drawn = snapshot(form);
  let saved = drawn;
  let tried = []; // what the server may have heard without its answer having come back
  let pressed = false; // sending was asked for without network, and did not happen
  let attempt = 0;
  let going = 0;
  let redrawn = false; // drawn anew, and kept so, for answers that were given before those that stand here now

  function later(pause) {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  }

  function keep(now = snapshot(form)) {
    return keepText(address, { begun: isSame(saved, now) ? now : saved, tried, typed: now, files: fileNames(form), pressed });
  }

  async function save(keepalive = false) {
    clearTimeout(timer);
    if (form.dataset.sent || (isSame(snapshot(form), saved) && !isCopy() && !redrawn)) return;
    if (going && !keepalive) {
      later(PAUSE);
      return;
    }
    going += 1;
    if (isKept() || attempt) keep(); // the network may take its time
    try {
      if (isCopy()) await meet();
      const now = snapshot(form);
      if (isSame(now, saved) && !isCopy() && !redrawn) {
        settle(now);
        return;
      }
      redrawn = false;
      const { taken, said, elsewhere } = await post(now, keepalive);
      attempt = 0;
      if (elsewhere && keep()) {
        if (form.querySelector(".htmx-request") || Number(form.dataset.uploading ?? 0)) later(PAUSE);
        else await openAgain();
        return;
      }
      if (taken) settle(now);
      else keep();
      say(taken && pressed ? `${said} ${line?.dataset.again}` : said);
    } catch {
      keep();
      sayOffline();
      later(RETRY[Math.min(attempt++, RETRY.length - 1)]);
    } finally {
      going -= 1;
    }
  }

  // The server has this: what was typed after it is still to go.
  function settle(now) {
    saved = now;
    tried = [];
    if (isKept() || (foundText(address) && !isSame(snapshot(form), now))) keep();
    else forgetText(address);
    const named = [...new URLSearchParams(now).values()];
    forgetSent(form, (key) => named.includes(key));
  }

  async function post(body, keepalive) {
    tried = [...tried.filter((one) => !isSame(one, body)), body];
    if (tried.length > TRIES) tried.splice(TRIES / 2, 1); // what was lost was said as the network went, or last
    const response = await fetch(address, {
      method: "POST",
      body,
      keepalive,
      signal: AbortSignal.timeout(PATIENCE),
      headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
    });
    if (response.status === 429 || response.status >= 500) throw new Error("not now");
    const answer = await response.json();
    if (answer.code === "draft-elsewhere") return { elsewhere: true, said: answer.message };
    return { taken: response.ok, said: (response.status === 401 && line?.dataset.ended) || answer.message || answer.detail };
  }

  // A copy of the page meets the server: it goes on with what the server gives each page anew. Where the form stands otherwise there by
  // now, the page is opened again, and the person chooses.
  async function meet() {
    const { text } = await renew(location.pathname);
    const page = new DOMParser().parseFromString(text, "text/html");
    const fresh = page.querySelector(`form[data-draft="${CSS.escape(address)}"]`);
    if (!fresh) return; // the answer to the draft says why
    const there = snapshot(fresh);
    if ([saved, ...tried, snapshot(form)].some((one) => isSame(one, there))) {
      for (const name of OF_THE_PAGE) if (fieldOf(form, name)) fieldOf(form, name).value = fieldOf(fresh, name).value;
      saved = there;
      say(page.querySelector("[data-draft-line]")?.textContent);
      isMet();
      return;
    }
    keep();
    await openAgain();
  }

  // The page as it stands there by now, and what is kept here offered beside it.
  async function openAgain() {
    if (Number(form.dataset.uploading ?? 0)) throw new Error("files are on their way");
    location.reload();
    await new Promise(() => undefined);
  }

  function say(text) {
    if (line && text !== undefined) line.textContent = text;
  }

  function sayOffline() {
    say(pressed ? line?.dataset.unsent : line?.dataset.offline);
  }

  // What was typed and not sent when the page was last open fills the form. Where the server has been told something else meanwhile, the
  // person chooses; nothing is thrown away unseen. Files follow once the form is as it was.
  function bring() {
    const kept = foundText(address);
    pressed = kept?.pressed === true;
    if (pressed) say(navigator.onLine ? line?.dataset.again : line?.dataset.unsent);
    if (kept && isCopy()) {
      fill(form, kept.typed, kept.files);
      saved = kept.begun;
      tried = kept.tried ?? [];
    } else if (kept && (isSame(kept.typed, saved) || isSame(kept.typed, kept.begun))) forgetText(address);
    else if (kept && [kept.begun, ...(kept.tried ?? [])].some((one) => isSame(one, saved))) fill(form, kept.typed, kept.files);
    else if (kept && keepText(`${address}${ASIDE}${kept.at}`, kept)) forgetText(address);
    const asides = foundTexts(address + ASIDE);
    for (const [from, aside] of asides) offer(aside, from);
    if (!asides.length) sendKept(form, isSame(snapshot(form), drawn) && !isCopy());
    save();
  }

  function offer(kept, from) {
    if (!line?.dataset.take) return;
    const box = element("div", { className: "fault-box", role: "status" });
    box.dataset.offered = "";
    const takes = element("button", { type: "button", className: "button", textContent: line.dataset.take });
    const drops = element("button", { type: "button", className: "button is-text", textContent: line.dataset.drop });
    const done = () => {
      forgetText(from);
      box.remove();
      if (!form.querySelector("[data-offered]")) sendKept(form, false);
    };
    takes.addEventListener("click", () => {
      fill(form, kept.typed, kept.files);
      keep();
      done();
      save();
    });
    drops.addEventListener("click", done);
    const rows = [...differing(kept.typed)].flatMap(([label, text]) => [
      element("dt", { textContent: label }), element("dd", { textContent: text }),
    ]);
    const buttons = element("div", { className: "buttons gap-above" }, takes, drops);
    box.append(element("p", { textContent: line.dataset.other }), element("dl", { className: "facts is-single" }, ...rows), buttons);
    form.prepend(box);
  }

  // What was typed that the form does not say now, by the words that stand at its fields.
  function* differing(typed) {
    const here = new Set([...new URLSearchParams(saved)].map((pair) => pair.join("=")));
    for (const [name, value] of new URLSearchParams(typed)) {
      if (OF_THE_PAGE.includes(name) || here.has(`${name}=${value}`)) continue;
      const fields = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
      const choice = fields.find((field) => field.value === value && field.matches("[type=radio], [type=checkbox]"));
      const option = fields[0]?.matches("select") && [...fields[0].options].find((one) => one.value === value);
      const label = choice ? choice.closest("fieldset")?.querySelector("legend") : fields[0]?.labels?.[0];
      yield [words(label) || name, words(choice?.labels?.[0], ".hint") || (option && option.textContent) || value];
    }
  }

  // Sent without network, the browser would show a page of its own: the form stays, and says so.
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      event.stopPropagation();
      if (event.submitter?.value === "complete") pressed = true;
      keep();
      sayOffline();
      return;
    }
    pressed = false;
    forgetSent(form);
    if (event.submitter?.value !== "complete" || !document.querySelector("[data-keep-page]")) return;
    if (!isKept() && isSame(snapshot(form), saved)) return;
    keep();
    sessionStorage.setItem(SENT, JSON.stringify([address, form.getAttribute("action")]));
  });
  window.addEventListener("online", () => later(0));
  onForgotten(() => isSame(snapshot(form), saved) && forgetText(address));
  bring();
  document.addEventListener("htmx:after:swap", () => {
    redrawn = true;
    later(PAUSE);
  });
  form.addEventListener("input", () => later(PAUSE));
  form.addEventListener("change", () => later(PAUSE));
  window.addEventListener("pagehide", putAway);
  document.addEventListener("visibilitychange", () => document.hidden && putAway());

  // The last words go out with the page, and stay here in case that nobody heard them.
  function putAway() {
    if (form.dataset.sent || document.querySelector("form[data-drops][data-sent]") || isSame(snapshot(form), saved)) return;
    keep();
    if (!isCopy()) save(true);
  }
}

// Once the step that this tab has sent is no longer open to who sent it, nothing of it waits here.
async function afterSending() {
  const [address, page] = JSON.parse(sessionStorage.getItem(SENT) ?? "[]");
  if (!address) return;
  const again = document.querySelector(`form[data-draft="${CSS.escape(address)}"]`);
  if (!again && (await renew(page)).over) forgetText(address);
  sessionStorage.removeItem(SENT);
}

function fieldOf(form, name) {
  return form.querySelector(`input[type=hidden][name="${name}"]`);
}

function element(name, properties, ...inner) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inner);
  return made;
}

function words(part, without) {
  const read = part?.cloneNode(true);
  if (without) for (const one of read?.querySelectorAll(without) ?? []) one.remove();
  return read?.textContent.replace(/\s+/g, " ").trim();
}

for (const form of document.querySelectorAll("form[data-draft]")) watch(form);
for (const form of document.querySelectorAll("form[action]:not([data-draft])")) if (form.querySelector("[data-upload]")) sendKept(form);
afterSending().catch(() => undefined);
