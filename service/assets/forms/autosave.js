// Drafts save themselves, without validation. `form[data-draft]` holds the address; the server answers
// {"message": "Đã lưu nháp lúc 09:42. …"}; what is said otherwise stands in data attributes of the status line.
// Attributes are read as attributes: a question may be called "id" or "action".

const PAUSE = 1500;
const RETRY = [5_000, 15_000, 60_000];

function watch(form) {
  const line = form.querySelector("[data-draft-line]") ?? document.querySelector(`[data-draft-line="${form.getAttribute("id")}"]`);
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
      const response = await fetch(form.dataset.draft, {
        method: "POST",
        body: now,
        keepalive,
        headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
      });
      const answer = await response.json();
      if (response.ok) saved = now;
      attempt = 0;
      say(answer.message ?? answer.detail);
    } catch {
      say(line?.dataset.offline);
      later(RETRY[Math.min(attempt++, RETRY.length - 1)]);
    }
  }

  function say(text) {
    if (line && text) line.textContent = text;
  }

  form.addEventListener("input", () => later(PAUSE));
  form.addEventListener("change", () => later(PAUSE));
  window.addEventListener("pagehide", () => save(true));
  document.addEventListener("visibilitychange", () => document.hidden && save(true));
}

function snapshot(form) {
  const pairs = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  return new URLSearchParams(pairs).toString();
}

for (const form of document.querySelectorAll("form[data-draft]")) watch(form);
