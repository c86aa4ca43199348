// The page of a draft: which file is open, saving by itself, the check while drawing, who else is here. Each kind of file
// has an editor of its own, loaded when it is first opened.
import { debounce, make } from "./dom.js";
import { openStore } from "./store.js";

const place = document.querySelector("[data-studio]");
const config = JSON.parse(place.dataset.studio);
const words = JSON.parse(place.dataset.words);
const part = (name) => place.querySelector(`[data-part="${name}"]`);
const EDITORS = {
  ".bpmn": async (given) => (await import("./diagram.js")).openDiagram(given),
  ".dmn": async (given) => (await import("./tables.js")).openTables(given),
  ".form": async (given) => (await import("./forms.js")).openForm(given),
  ".letter": async (given) => (await import("./letters.js")).openLetter(given),
  ".register": async (given) => (await import("./registers.js")).openRegister(given),
};

const PATIENCE = 8000;

let problems = config.problems;
let contents = config.contents;
let numbers = config.numbers;
let current = null;
const editors = new Map();
const store = openStore(config, tell);

// -- saving

const said = part("saved");

function tell(what, given) {
  const { name = "", at = "", status } = given;
  const message = given.message ?? (status === 401 || status === 403 ? words.mayNot : status ?? "");
  const sentence = words.state[what === "saved" && !at ? "same" : what]?.replace("{at}", at).replace("{name}", name).replace("{message}", message);
  if (sentence !== undefined) said.textContent = sentence;
  said.dataset.state = what;
  if (what === "typed" || what === "saved") check();
  if (what === "overtaken") ask();
}

// A conflict stays on the page until a person has settled it, as nothing of that file is saved before. One question at a time.
const conflict = part("conflict");
conflict.addEventListener("cancel", (event) => event.preventDefault());
conflict.addEventListener("close", ask);

function ask() {
  const [one] = store.conflicts();
  if (!one || conflict.open) return;
  const { name, who, at, content } = one;
  const gone = content === null;
  const wrong = conflict.querySelector("[data-wrong]");
  conflict.querySelector("[data-say]").textContent = words[gone ? "conflictDropped" : "conflict"].replace("{who}", who).replace("{at}", at).replace("{name}", name);
  wrong.textContent = "";
  const on = (word, act) => {
    conflict.querySelector(`[data-${word}]`).onclick = async () => {
      wrong.textContent = (await act()) ?? "";
      if (!wrong.textContent) conflict.close();
    };
  };
  on("both", async () => {
    const answer = await store.post(config.url.copy, JSON.stringify({ files: { [name]: store.text(name) } })).catch(() => null);
    const copy = await answer?.json().catch(() => null);
    if (!answer?.ok || !copy) return copy?.message ?? words.state.offline;
    await takeTheirs(name, gone);
    said.replaceChildren(words.copied, " ", make("a", { href: copy.url }, copy.name));
  });
  on("theirs", () => takeTheirs(name, gone));
  on("mine", () => store.settle(name, true));
  conflict.querySelector("[data-theirs]").hidden = gone;
  conflict.showModal();
}

async function takeTheirs(name, gone) {
  store.settle(name, false);
  if (gone) store.drop(name);
  await openAnew(name, name);
}

// The editor of a file begins again with what the store holds; where that file is gone, another one is opened.
async function openAnew(name, then) {
  const open_ = current === name;
  editors.get(name)?.destroy();
  editors.delete(name);
  if (open_) current = null;
  choices();
  if (open_) await open(store.has(then) ? then : part("files").value);
  check();
}

// -- the check while drawing

let checking = 0;
const check = debounce(async () => {
  const number = ++checking;
  try {
    const answer = await store.post(config.url.check, JSON.stringify({ files: store.unsaved() }));
    if (!answer.ok || number !== checking) return;
    ({ problems, contents, numbers } = await answer.json());
  } catch {
    return;
  }
  showProblems();
  for (const one of editors.values()) one.redraw?.();
}, 700);

const errors = () => problems.filter((one) => one.severity === "error");

function kindWord({ element }) {
  const kind = contents.elements.find((one) => one.id === element)?.kind;
  return kind && words.kind[kind[0].toUpperCase() + kind.slice(1)];
}

function showProblems() {
  const list = part("problems");
  list.replaceChildren(...problems.map((one, at) =>
    make("li", { class: `is-${one.severity}` },
      make("span", { class: "problem-mark", "aria-label": words.severity[one.severity] }, one.severity === "error" ? "×" : "!"),
      make("button", { type: "button", class: "link-button problem-name", data: { problem: at }, onclick: () => jump(one) }, one.name || kindWord(one) || one.element || words.whole),
      make("span", { class: "problem-said" }, one.message, " ", make("small", {}, [one.file, one.element].filter(Boolean).join(" · "))),
    )));
  const warnings = problems.length - errors().length;
  part("counts").textContent = problems.length
    ? [errors().length && words.errors[errors().length === 1 ? 0 : 1].replace("{n}", errors().length), warnings && words.warnings[warnings === 1 ? 0 : 1].replace("{n}", warnings)].filter(Boolean).join(", ")
    : words.noProblems;
  part("counts").dataset.level = errors().length ? "bad" : warnings ? "warn" : "ok";
  const badge = part("badge");
  badge.textContent = errors().length;
  badge.hidden = !errors().length;
  for (const option of part("files").options) {
    option.dataset.name = title(option.value);
    const wrong = errors().filter((one) => one.file === option.value).length;
    option.textContent = option.dataset.name + (wrong ? ` (${wrong})` : "");
  }
}

async function jump(one) {
  if (one.file && store.has(one.file)) await open(one.file);
  if (one.element) editors.get(current)?.jump?.(one.element);
}

let next = -1;
document.addEventListener("keydown", (event) => {
  if (event.key !== "F8" || !problems.length) return;
  event.preventDefault();
  next = (next + (event.shiftKey ? problems.length - 1 : 1)) % problems.length;
  jump(problems[next]);
});

// Kinds of element whose ids are told apart over the whole draft.
const RUNS = /^(process|subProcess|callActivity|sequenceFlow)$|(Task|Event|Gateway)$/;

// -- what can be named: the office's catalogue, and what the draft itself holds

function offers() {
  const c = config.catalogue;
  const by = (list) => list.map((one) => [one.id, one.name || one.id]);
  const elements = contents.elements;
  const tasks = elements.filter((one) => one.kind === "userTask");
  const processes = elements.filter((one) => one.kind === "process");
  // A process with a register names what that says; what the service starts other cases with is not there.
  const own = contents.register;
  const data = own ? [...own.data, ...c.data.filter(([name]) => !c.started.includes(name))] : c.data;
  const known = new Map([...data, ...by(contents.variables), ...by(contents.fields.filter((one) => /^[a-z_]\w*$/i.test(one.id)))]);
  return {
    ...c,
    ...(own && { phases: own.phases, outcomes: own.outcomes, titleGaps: own.gaps, paperGaps: [...own.answers, ...Object.entries(words.paper.always)] }),
    messages: c.messages,
    forms: by(contents.forms),
    letters: c.letters.filter(([name]) => !contents.letters.some((one) => one.id === name)),
    ownLetters: by(contents.letters),
    papers: by(contents.papers),
    tables: by(contents.tables),
    tableFiles: Object.fromEntries(contents.tables.map((one) => [one.id, one.file])),
    processes: by(processes),
    processFiles: Object.fromEntries(processes.map((one) => [one.id, one.file])),
    tasks: by(tasks),
    ids: Object.fromEntries(elements.filter((one) => RUNS.test(one.kind)).map((one) => [one.id, one.file])),
    errors: by(contents.errors),
    names: [...known],
    variables: by(contents.variables),
    conditions: [...new Map([...by(contents.answers), ...c.results, ...known])],
  };
}

// -- files

async function open(name, element) {
  if (!store.has(name)) return;
  const before = current;
  if (current && current !== name) {
    await editors.get(current)?.settle?.();
    editors.get(current)?.show(false);
  }
  current = name;
  part("files").value = name;
  history.replaceState(null, "", `#${encodeURIComponent(name)}`);
  let editor = editors.get(name);
  if (!editor) {
    place.classList.add("is-opening");
    try {
      const content = await store.load(name);
      const kind = name.slice(name.lastIndexOf("."));
      const given = {
        name, content, words, config, store, offers,
        problems: () => problems,
        numbers: () => numbers,
        changed: (text) => store.change(name, text),
        open, newForm: (bo) => newFile(".form", bo), newLetter: (bo) => newFile(".letter", bo), newPaper: (bo) => newFile(".paper", bo),
        aside: { canvas: part("canvas"), panel: part("panel"), steps: part("steps") },
      };
      const maker = EDITORS[kind] ?? (async (all) => (await import("./text.js")).openText(all));
      try {
        editor = await maker(given);
      } catch (error) {
        console.warn(error);
        editor = await (await import("./text.js")).openText({ ...given, why: words.unreadable });
      }
      editors.set(name, editor);
      editor.onchange?.(tools);
    } catch {
      tell("refused", { name, message: words.unloaded });
      current = before;
      return;
    } finally {
      place.classList.remove("is-opening");
    }
  }
  place.dataset.kind = editor.kind;
  editor.show(true);
  if (element) editor.jump?.(element);
  tools();
}

function tools() {
  const editor = editors.get(current);
  for (const button of place.querySelectorAll("[data-act]")) {
    const can = editor?.can?.(button.dataset.act) ?? false;
    button.setAttribute("aria-disabled", can ? "false" : "true");
  }
}

function choices() {
  const select = part("files");
  const kinds = Object.keys(words.kinds);
  select.replaceChildren(...kinds.map((kind) => {
    const names = store.names().filter((name) => name.endsWith(kind)).sort((a, b) => title(a).localeCompare(title(b), "vi"));
    return names.length ? make("optgroup", { label: words.kinds[kind] }, names.map((name) => make("option", { value: name, data: { name: title(name) } }, title(name)))) : null;
  }).filter(Boolean));
  if (current) select.value = current;
  part("register").textContent = store.has(`${config.main}.register`) ? words.openRegister : words.addRegister;
}

function title(name) {
  const held = contents.elements.find((one) => one.kind === "process" && one.file === name) ?? contents.tables.find((one) => one.file === name) ?? [...contents.forms, ...contents.letters, ...contents.papers, ...contents.registers].find((one) => one.file === name);
  return held?.name && held.name !== name.replace(/\.\w+$/, "") ? `${held.name} (${name})` : name;
}

async function addFile(name, text) {
  if (store.has(name)) return words.taken.replace("{name}", name);
  const answer = await store.post(`${config.url.file.replace("NAME", encodeURIComponent(name))}?seen=0`, text, "text/plain;charset=utf-8");
  const told = await answer.json().catch(() => ({}));
  if (told.code === "draft-overtaken") return words.taken.replace("{name}", name);
  if (!answer.ok) return told.message ?? `${answer.status}`;
  store.add(name, told.version, text);
  contents = await refreshed();
  choices();
  check();
  return "";
}

async function refreshed() {
  const answer = await store.post(config.url.check, JSON.stringify({ files: store.unsaved() }));
  const told = await answer.json();
  ({ problems, numbers } = told);
  return told.contents;
}

// A paper is kept with each matter: its name is short (workflows/checks).
const LONGEST = { ".paper": 30 };
const stemOf = (said) => said.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase().replace(/\W+/g, "_").replace(/^_+|_+$/g, "");

// A new form or letter for a task: its name is asked, the usual ground is laid, and the task takes it.
function newFile(kind, bo) {
  return new Promise((done) => {
    const dialog = part("new-file");
    askName(dialog, kind, bo?.name ?? "", async (stem, label) => {
      const wrong = await addFile(`${stem}${kind}`, GROUND[kind](stem, label || bo?.name || stem));
      if (wrong) return wrong;
      done(stem);
      return "";
    });
    dialog.addEventListener("close", () => done(""), { once: true });
  });
}

function askName(dialog, kind, called, make_) {
  const form = dialog.querySelector("form");
  const input = form.elements.name;
  const kinds = form.elements.kind;
  const wrong = form.querySelector("[data-wrong]");
  kinds.value = kind;
  kinds.closest(".field").hidden = called !== null;
  input.value = called ?? "";
  wrong.textContent = "";
  form.onsubmit = async (event) => {
    event.preventDefault();
    const stem = stemOf(input.value).slice(0, LONGEST[kinds.value]).replace(/_+$/, "");
    const told = await make_(stem, input.value.trim());
    if (told) return void (wrong.textContent = told);
    dialog.close();
  };
  dialog.showModal();
  input.focus();
}

const GROUND = {
  ".form": (stem, label) => `${JSON.stringify({ id: stem, type: "default", schemaVersion: 19, title: label, components: [
    { type: "textarea", id: `${stem}_note`, key: "note", label: words.ground.note, validate: { required: true } },
  ] }, null, 2)}\n`,
  ".bpmn": (stem, label) => words.ground.bpmn.replaceAll("{id}", stem).replaceAll("{name}", label.replace(/[<>&"]/g, "")),
  ".letter": (stem, label) => words.ground.letter.replaceAll("{name}", label.replace(/["\\\u0000-\u001f]/g, "")),
  ".paper": (stem, label) => words.ground.paper.replaceAll("{name}", label.replace(/["\\{}|\u0000-\u001f]/g, "")),
  ".dmn": (stem, label) => words.ground.dmn.replaceAll("{id}", stem).replaceAll("{name}", label.replace(/[<>&"]/g, "")),
};

part("add").addEventListener("click", () => {
  const dialog = part("new-file");
  askName(dialog, ".form", null, async (stem, label) => {
    const kind = dialog.querySelector("form").elements.kind.value;
    const wrong = await addFile(`${stem}${kind}`, GROUND[kind](stem, label));
    if (!wrong) await open(`${stem}${kind}`);
    return wrong;
  });
});

// The register of the draft is opened; where there is none, one that fits what is drawn is laid before.
part("register").addEventListener("click", async () => {
  await everything();
  const answer = await store.post(config.url.register, JSON.stringify({ files: store.unsaved() })).catch(() => null);
  const told = await answer?.json().catch(() => null);
  if (!answer?.ok || !told) return tell(answer ? "refused" : "offline", { name: "", message: told?.message, status: answer?.status });
  for (const [name, version] of Object.entries(told.files)) if (!store.has(name)) store.add(name, version);
  contents = await refreshed();
  choices();
  check();
  await open(told.name);
});

part("drop").addEventListener("click", () => {
  const name = current;
  const dialog = part("drop-file");
  dialog.querySelector("[data-say]").textContent = words.drop.replace("{name}", title(name));
  dialog.querySelector("[data-do]").onclick = async () => {
    dialog.close();
    await everything();
    const answer = await store.post(`${config.url.drop.replace("NAME", encodeURIComponent(name))}?seen=${store.version(name)}`, "{}");
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) return tell("refused", { name, message: told.message });
    store.drop(name);
    await openAnew(name, "");
  };
  dialog.showModal();
});

part("rename").addEventListener("click", () => {
  const name = current;
  const kind = name.slice(name.lastIndexOf("."));
  const dialog = part("rename-file");
  const form = dialog.querySelector("form");
  const wrong = form.querySelector("[data-wrong]");
  form.elements.name.value = name.slice(0, -kind.length);
  wrong.textContent = "";
  form.onsubmit = async (event) => {
    event.preventDefault();
    const other = `${form.elements.name.value.trim()}${kind}`;
    if (other === name) return dialog.close();
    await everything();
    const url = `${config.url.rename.replace("NAME", encodeURIComponent(name))}?${new URLSearchParams({ seen: store.version(name), to: other })}`;
    const answer = await store.post(url, "{}").catch(() => null);
    const told = await answer?.json().catch(() => null);
    if (!answer?.ok || !told) return void (wrong.textContent = told?.message ?? words.state.offline);
    store.rename(name, told.name, told.version);
    contents = await refreshed();
    await openAnew(name, told.name);
    dialog.close();
  };
  dialog.showModal();
  form.elements.name.select();
});

part("files").addEventListener("change", (event) => open(event.target.value));
place.addEventListener("click", (event) => {
  event.target.closest("[data-menu] button, [data-menu] a")?.closest("details").removeAttribute("open");
  const button = event.target.closest("[data-act]");
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  editors.get(current)?.act(button.dataset.act);
});
part("to-problems").addEventListener("click", () => {
  document.getElementById("problems").scrollIntoView({ block: "center" });
  part("problems").querySelector("button")?.focus();
});

// -- who else is here, and leaving

async function visit() {
  if (document.hidden) return;
  try {
    const answer = await store.post(config.url.visit, "{}");
    if (!answer.ok) return;
    const { others, outdated } = await answer.json();
    const strip = part("others");
    strip.hidden = !others.length;
    strip.textContent = others.length ? words.others.replace("{who}", others.join(", ")) : "";
    part("outdated").hidden = !outdated;
  } catch {
    // The next time will tell.
  }
}

visit();
setInterval(visit, 15000);
// What was typed last goes along: out of its field into the file, out of the file to the service.
async function everything() {
  const written = await Promise.allSettled([...editors.values()].map((editor) => editor.settle?.()));
  for (const { reason } of written) if (reason) console.warn(reason); // one that cannot write keeps none of the others
  await store.flush();
}

const unsaved = () => store.pending() || [...editors.values()].some((one) => one.busy?.());

// Leaving waits until all is saved, but not for ever. What cannot be saved is asked about: a conflict here, the rest by the browser itself.
async function leave(go) {
  place.classList.add("is-opening");
  const enough = new Promise((done) => setTimeout(done, PATIENCE));
  await Promise.race([everything().catch((error) => console.warn(error)), enough]);
  place.classList.remove("is-opening");
  if (!store.conflicts().length) go();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (link.target || link.getAttribute("href").startsWith("#")) return;
  event.preventDefault();
  leave(() => location.assign(link.href));
});
for (const form of document.querySelectorAll("form[data-leaves]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    leave(() => form.submit());
  });
}
document.addEventListener("visibilitychange", () => (document.hidden ? everything() : visit()));
addEventListener("pagehide", () => {
  store.lastChance();
  navigator.sendBeacon?.(config.url.leave, new URLSearchParams({ csrf_token: config.csrf }));
});
addEventListener("beforeunload", (event) => {
  for (const editor of editors.values()) editor.settle?.();
  if (unsaved()) event.preventDefault();
});

choices();
showProblems();
const wanted = decodeURIComponent(location.hash.slice(1));
await open(store.has(wanted) ? wanted : config.first);
place.classList.add("is-ready");
