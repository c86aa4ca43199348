// The files of a draft in the browser: what is saved, what is typed, and getting from one to the other. Nothing typed is
// lost: what is not saved yet lies in the browser's own store too, where it has one, until the service has it.
const WAIT = 1200;
const AGAIN = 5000; // after a silence of the service
const LAST = 60000; // bytes that a browser sends on while it leaves the page

export function openStore(config, tell) {
  const files = new Map(Object.entries(config.files).map(([name, version]) => [name, { version }]));
  // Of one person: on a shared machine the next one must not send what the one before left behind.
  const kept = (name) => `studio:${config.account}:${config.draft}:${name}`;
  const address = (name) => config.url.file.replace("NAME", encodeURIComponent(name));
  // The browser's own store may be full or closed; what is typed goes to the service all the same.
  const own = (act) => {
    try {
      return act(localStorage);
    } catch {
      return null;
    }
  };
  const keep = (name, { version, text }) => own((held) => held.setItem(kept(name), JSON.stringify({ seen: version, text })));
  const forget = (name) => own((held) => held.removeItem(kept(name)));
  const post = (url, body, type = "application/json") =>
    fetch(url, { method: "POST", body, headers: { "Content-Type": type, "X-CSRF-Token": config.csrf, Accept: "application/json" } });

  async function load(name) {
    const file = files.get(name);
    if (file.text !== undefined) return file.text;
    const answer = await fetch(address(name));
    if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
    file.version = Number(answer.headers.get("X-Version"));
    file.text = file.saved = await answer.text();
    const left = own((held) => JSON.parse(held.getItem(kept(name))));
    if (typeof left?.text === "string" && left.text !== file.text) {
      file.text = left.text;
      file.version = left.seen;
      plan(name);
      tell("rescued", { name });
    } else forget(name);
    return file.text;
  }

  function change(name, text) {
    const file = files.get(name);
    if (file.text === text) return;
    file.text = text;
    file.typed = true;
    keep(name, file);
    tell("typed", { name });
    plan(name);
  }

  function plan(name, wait = WAIT) {
    const file = files.get(name);
    clearTimeout(file.timer);
    if (!file.conflict) file.timer = setTimeout(() => save(name), wait);
  }

  async function save(name) {
    const file = files.get(name);
    if (!file || file.text === undefined || file.conflict || file.text === file.refused) return;
    if (file.saving) return plan(name);
    clearTimeout(file.timer);
    if (file.text === file.saved) {
      // What was typed was taken back before it was sent.
      if (file.typed) tell("saved", { name, at: file.at });
      file.typed = false;
      return forget(name);
    }
    const text = file.text;
    tell("saving", { name });
    file.saving = send(name, file, text);
    try {
      await file.saving;
    } finally {
      file.saving = null;
    }
    if (file.text !== file.saved && file.text !== text) plan(name);
  }

  async function send(name, file, text) {
    let answer;
    try {
      answer = await post(`${address(name)}?seen=${file.version}`, text, "text/plain;charset=utf-8");
    } catch {
      tell("offline", { name });
      return plan(name, AGAIN);
    }
    const said = await answer.json().catch(() => ({}));
    if (answer.ok && Number.isInteger(said.version)) {
      file.version = said.version;
      file.saved = text;
      file.at = said.at;
      if (file.text === text) forget(name);
      else keep(name, file);
      tell("saved", { name, at: said.at });
    } else if (answer.status === 409 && said.code === "draft-overtaken") {
      file.conflict = said;
      tell("overtaken", { name, ...said });
    } else {
      tell("refused", { name, message: said.message, status: answer.status });
      if (answer.status >= 500 || answer.status === 429) plan(name, AGAIN);
      // The same text would be refused again, unless only the person was: signing in or a right given helps.
      else if (answer.status !== 401 && answer.status !== 403) file.refused = text;
    }
  }

  // All that is not saved yet, now; what is under way is waited for first.
  const flush = () => Promise.all([...files].map(async ([name, file]) => {
    await file.saving;
    await save(name);
  }));

  return {
    names: () => [...files.keys()],
    has: (name) => files.has(name),
    text: (name) => files.get(name)?.text,
    version: (name) => files.get(name)?.version,
    load,
    change,
    post,
    // What the service does not have yet, for a check of all as it stands here.
    unsaved: () => Object.fromEntries([...files].filter(([, f]) => f.text !== undefined && f.text !== f.saved).map(([n, f]) => [n, f.text])),
    pending: () => [...files.values()].some((f) => f.text !== undefined && f.text !== f.saved),
    conflicts: () => [...files].filter(([, file]) => file.conflict).map(([name, file]) => ({ name, ...file.conflict })),
    flush,
    add(name, version, text) {
      files.set(name, { version, text, saved: text });
    },
    rename(name, other, version) {
      const { text, saved } = files.get(name);
      this.drop(name);
      files.set(other, { text, saved, version });
      if (text === saved) return;
      keep(other, files.get(other)); // what could not be saved under the old name goes on under the new one
      plan(other);
    },
    drop(name) {
      clearTimeout(files.get(name)?.timer);
      forget(name);
      files.delete(name);
    },
    // A conflict is settled by a person: over theirs, or giving way to theirs.
    settle(name, mine) {
      const file = files.get(name);
      const theirs = file.conflict;
      file.conflict = null;
      file.version = theirs.version;
      if (mine) return save(name);
      file.text = file.saved = theirs.content ?? "";
      forget(name);
    },
    // Leaving the page for good: a browser carries on with so many bytes. What is larger stays in its own store.
    lastChance() {
      for (const [name, file] of files) {
        if (file.text === undefined || file.text === file.saved || file.conflict || file.text === file.refused) continue;
        const body = new Blob([file.text]);
        fetch(`${address(name)}?seen=${file.version}`, {
          method: "POST", body, keepalive: body.size < LAST, headers: { "X-CSRF-Token": config.csrf },
        }).catch(() => {});
      }
    },
  };
}
