// The files of a draft in the browser: what is saved, what is typed, and getting from one to the other. Nothing typed is
// lost: what is not saved yet lies in the browser's own store too, until the service has it.
const WAIT = 1200;

export function openStore(config, tell) {
  const files = new Map(Object.entries(config.files).map(([name, version]) => [name, { version }]));
  const kept = (name) => `studio:${config.draft}:${name}`;
  const post = (url, body, type = "application/json") =>
    fetch(url, { method: "POST", body, headers: { "Content-Type": type, "X-CSRF-Token": config.csrf, Accept: "application/json" } });

  async function load(name) {
    const file = files.get(name);
    if (file.text !== undefined) return file.text;
    const answer = await fetch(config.url.file.replace("NAME", encodeURIComponent(name)));
    if (!answer.ok) throw new Error(`${answer.status}`);
    file.version = Number(answer.headers.get("X-Version"));
    file.text = file.saved = await answer.text();
    const left = JSON.parse(localStorage.getItem(kept(name)) ?? "null");
    if (left && left.text !== file.text) {
      file.text = left.text;
      file.version = left.seen;
      plan(name);
      tell("rescued", { name });
    } else localStorage.removeItem(kept(name));
    return file.text;
  }

  function change(name, text) {
    const file = files.get(name);
    if (file.text === text) return;
    file.text = text;
    localStorage.setItem(kept(name), JSON.stringify({ seen: file.version, text }));
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
    if (!file || file.text === file.saved || file.conflict) return;
    if (file.saving) return plan(name);
    const text = file.text;
    tell("saving", { name });
    file.saving = send(name, file, text);
    try {
      await file.saving;
    } finally {
      file.saving = null;
    }
    if (file.text !== file.saved) plan(name);
  }

  async function send(name, file, text) {
    let answer;
    try {
      answer = await post(`${config.url.file.replace("NAME", encodeURIComponent(name))}?seen=${file.version}`, text, "text/plain;charset=utf-8");
    } catch {
      tell("offline", { name });
      return plan(name, 5000);
    }
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) {
      file.version = said.version;
      file.saved = text;
      if (file.text === text) localStorage.removeItem(kept(name));
      else localStorage.setItem(kept(name), JSON.stringify({ seen: file.version, text: file.text }));
      tell("saved", { name, at: said.at });
    } else if (answer.status === 409 && said.code === "draft-overtaken") {
      file.conflict = said;
      tell("overtaken", { name, ...said });
    } else tell("refused", { name, message: said.message ?? answer.status });
  }

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
    flush: () => Promise.all([...files.keys()].map((name) => save(name))),
    add(name, version, text) {
      files.set(name, { version, text, saved: text });
    },
    rename(name, other, version) {
      files.set(other, { ...files.get(name), version });
      files.delete(name);
    },
    drop(name) {
      clearTimeout(files.get(name)?.timer);
      localStorage.removeItem(kept(name));
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
      localStorage.removeItem(kept(name));
    },
    lastChance() {
      for (const [name, file] of files) {
        if (file.text === undefined || file.text === file.saved || file.conflict) continue;
        fetch(`${config.url.file.replace("NAME", encodeURIComponent(name))}?seen=${file.version}`, {
          method: "POST", body: file.text, keepalive: file.text.length < 60000, headers: { "X-CSRF-Token": config.csrf },
        }).catch(() => {});
      }
    },
  };
}
