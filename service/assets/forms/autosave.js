// Drafts save themselves, without validation. `form[data-draft]` holds the address; the server answers
// {"message": "Đã lưu nháp lúc 09:42. …"}; what is said otherwise stands in data attributes of the status line.
// Attributes are read as attributes: a question may be called "id" or "action".
// While there is no network, what was typed is kept on the device too, until the server has it or the person signs out: who
// is in a valley with a telephone loses nothing when its browser puts the page away.

const PAUSE = 1500;
const RETRY = [5_000, 15_000, 60_000];
const KEPT = "draft:";
const KEPT_DAYS = 7;
// Whose page this is: nobody is given what somebody else typed on the same device, and it is thrown away.
const MINE = `${KEPT}${document.querySelector(".me summary")?.textContent.replace(/\s+/g, " ").trim() ?? ""}:`;

function watch(form) {
  const line = form.querySelector("[data-draft-line]") ?? document.querySelector(`[data-draft-line="${form.getAttribute("id")}"]`);
  let timer;
  const begun = snapshot(form);
  let saved = begun;
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
      const response = await fetch(form.dataset.draft, {
        method: "POST",
        body: now,
        keepalive,
        headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
      });
      const answer = await response.json();
      if (response.ok) saved = now;
      attempt = 0;
      forget(form.dataset.draft);
      say(answer.message ?? answer.detail);
    } catch {
      keep(form.dataset.draft, begun, now);
      say(line?.dataset.offline);
      later(RETRY[Math.min(attempt++, RETRY.length - 1)]);
    }
  }

  function say(text) {
    if (line && text) line.textContent = text;
  }

  // What was typed without network when the page was last open: the server takes it, and draws the form with it.
  async function bring() {
    const kept = found(form.dataset.draft);
    if (!kept) return;
    if (answersOf(kept.begun) !== answersOf(begun)) return forget(form.dataset.draft); // somebody has written on meanwhile
    const body = new URLSearchParams(kept.typed);
    body.set("csrf_token", form.querySelector("[name=csrf_token]").value);
    try {
      const response = await fetch(form.dataset.draft, { method: "POST", body, headers: { Accept: "application/json" } });
      forget(form.dataset.draft);
      if (response.ok) location.reload();
    } catch {
      say(line?.dataset.offline);
    }
  }

  // Sent without network, the browser would show a page of its own: the form stays, and says so.
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopPropagation();
    keep(form.dataset.draft, begun, snapshot(form));
    say(line?.dataset.offline);
  });
  window.addEventListener("online", () => later(0));
  bring();
  form.addEventListener("input", () => later(PAUSE));
  form.addEventListener("change", () => later(PAUSE));
  window.addEventListener("pagehide", () => save(true));
  document.addEventListener("visibilitychange", () => document.hidden && save(true));
}

function keep(address, begun, typed) {
  try {
    localStorage.setItem(MINE + address, JSON.stringify({ begun, typed, at: Date.now() }));
  } catch {
    // No room, or none allowed: the page still has it.
  }
}

function forget(address) {
  localStorage.removeItem(MINE + address);
}

function found(address) {
  try {
    const kept = JSON.parse(localStorage.getItem(MINE + address));
    if (kept && Date.now() - kept.at < KEPT_DAYS * 86_400_000) return kept;
  } catch {
    // Not ours.
  }
  return undefined;
}

// The token of a page is another one each time; what was answered is the rest.
function answersOf(said) {
  const pairs = new URLSearchParams(said);
  pairs.delete("csrf_token");
  return pairs.toString();
}

function clear(which) {
  for (const key of Object.keys(localStorage)) if (key.startsWith(KEPT) && which(key)) localStorage.removeItem(key);
}

// Nothing stays on a device from which somebody has signed out.
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action")?.endsWith("/sign-out")) clear(() => true);
});
clear((key) => !key.startsWith(MINE));

function snapshot(form) {
  const pairs = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  return new URLSearchParams(pairs).toString();
}

for (const form of document.querySelectorAll("form[data-draft]")) watch(form);
