// Drafts save themselves, without validation. `form[data-draft]` holds the address; the server answers
// {"message": "Đã lưu nháp lúc 09:42. …"}; what is said otherwise stands in data attributes of the status line.
// Attributes are read as attributes: a question may be called "id" or "action".
// While there is no network, what was typed is kept on the device too, until the server has it (forms/kept.js).

import { forgetText, foundText, foundTexts, keepText } from "./kept.js";
import { forgetSent, sendKept } from "./uploads.js";

const PAUSE = 1500;
const RETRY = [5_000, 15_000, 60_000];
// What the server gives a page anew each time, whatever was answered.
const OF_THE_PAGE = ["csrf_token", "version"];
const ASIDE = "#aside-";

function watch(form) {
  const line = form.querySelector("[data-draft-line]") ?? document.querySelector(`[data-draft-line="${form.getAttribute("id")}"]`);
  const address = form.dataset.draft;
  let timer;
  let saved = snapshot(form);
  let attempt = 0;

  function later(pause) {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  }

  async function save(keepalive = false) {
    clearTimeout(timer);
    const now = snapshot(form);
    if (now === saved || form.dataset.sent) return;
    try {
      const { taken, said } = await post(now, keepalive);
      attempt = 0;
      if (taken) {
        saved = now;
        forgetText(address);
        const named = [...new URLSearchParams(now).values()];
        forgetSent(form, (key) => named.includes(key));
      } else keepText(address, saved, now);
      say(said);
    } catch {
      keepText(address, saved, now);
      say(line?.dataset.offline);
      later(RETRY[Math.min(attempt++, RETRY.length - 1)]);
    }
  }

  async function post(body, keepalive) {
    const response = await fetch(address, {
      method: "POST",
      body,
      keepalive,
      headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
    });
    const answer = await response.json();
    return { taken: response.ok, said: answer.message ?? answer.detail };
  }

  function say(text) {
    if (line && text) line.textContent = text;
  }

  // What was typed without network when the page was last open: the server takes it, and draws the form with it. Where the
  // server has been told something else meanwhile, the person chooses; nothing is thrown away unseen. Files follow once the form is as it was.
  async function bring() {
    const kept = foundText(address);
    if (kept && answersOf(kept.typed) === answersOf(saved)) forgetText(address);
    else if (kept && answersOf(kept.begun) === answersOf(saved)) {
      if (await take(kept, address)) return;
    } else if (kept && keepText(`${address}${ASIDE}${kept.at}`, kept.begun, kept.typed)) forgetText(address);
    const asides = foundTexts(address + ASIDE);
    for (const [from, aside] of asides) offer(aside, from);
    if (!asides.length) sendKept(form);
  }

  async function take({ typed }, from) {
    const body = new URLSearchParams(typed);
    for (const name of OF_THE_PAGE) {
      const field = form.querySelector(`[name="${name}"]`);
      if (field) body.set(name, field.value);
    }
    try {
      const { taken, said } = await post(body.toString());
      if (taken) {
        forgetText(from);
        location.reload();
      } else say(said);
      return taken;
    } catch {
      say(line?.dataset.offline);
      return false;
    }
  }

  function offer(kept, from) {
    if (!line?.dataset.take) return;
    const box = element("div", { className: "fault-box", role: "status" });
    box.dataset.offered = "";
    const takes = element("button", { type: "button", className: "button", textContent: line.dataset.take });
    const drops = element("button", { type: "button", className: "button is-text", textContent: line.dataset.drop });
    takes.addEventListener("click", () => take(kept, from));
    drops.addEventListener("click", () => {
      forgetText(from);
      box.remove();
      if (!form.querySelector("[data-offered]")) sendKept(form);
    });
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
      yield [words(label) || name, words(choice?.labels?.[0]) || (option && option.textContent) || value];
    }
  }

  // Sent without network, the browser would show a page of its own: the form stays, and says so.
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) {
      forgetSent(form);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    keepText(address, saved, snapshot(form));
    say(line?.dataset.offline);
  });
  window.addEventListener("online", () => later(0));
  bring();
  form.addEventListener("input", () => later(PAUSE));
  form.addEventListener("change", () => later(PAUSE));
  window.addEventListener("pagehide", () => save(true));
  document.addEventListener("visibilitychange", () => document.hidden && save(true));
}

function answersOf(said) {
  const pairs = new URLSearchParams(said);
  for (const name of OF_THE_PAGE) pairs.delete(name);
  return pairs.toString();
}

function snapshot(form) {
  const pairs = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  return new URLSearchParams(pairs).toString();
}

function element(name, properties, ...inner) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inner);
  return made;
}

function words(part) {
  return part?.textContent.replace(/\s+/g, " ").trim();
}

for (const form of document.querySelectorAll("form[data-draft]")) watch(form);
for (const form of document.querySelectorAll("form[action]:not([data-draft])")) if (form.querySelector("[data-upload]")) sendKept(form);
