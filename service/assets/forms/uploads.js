// Files go one by one as soon as they are chosen, each with a bar and words; errors stand at their file. What was taken
// travels on as its key, as the server would have drawn it. Without the script files go with the form.
// Until the server has a file, and the draft that names it, it is kept on the device too (forms/kept.js): a page that is opened
// again sends it.

import { filesOf, forgetFile, keepFile, markFile } from "./kept.js";

const QUEUE = [];
const AGAIN = 5_000;
const TRIES = 3;
// What stands in the page only: files on their way, and those that were refused until the person puts them away.
const ONLY_HERE = new Map();
// What the server took of this page, by its key: a form that is drawn anew for answers that were sent before does not name it.
const TAKEN = new Map();
// Forms that were sent while files were on their way: by which button, and how what was said of it is unsaid.
const WAITING = new WeakMap();
let busy = false;

document.addEventListener("change", (event) => {
  const input = event.target.closest?.("input[type=file][data-upload]");
  if (input) take(input);
});

// Quick hands choose files before this script has come.
for (const input of document.querySelectorAll("input[type=file][data-upload]")) take(input);

function take(input) {
  if (!input.files.length || !input.form?.getAttribute("action")) return;
  if (!input.multiple) for (const item of refusedIn(input.closest(".field"))) putAway(item); // another is chosen in its place
  for (const file of [...input.files]) {
    const one = begin(input, file);
    if (file.size > Number(one.words.limit)) settle(one, { refused: [one.words.large] });
    else {
      one.kept = keepFile(input.form.getAttribute("action"), input.id, file);
      QUEUE.push(one);
    }
  }
  input.value = "";
  next();
}

// What the page still had to send when it was put away. What stands in a form that the server has drawn, it has.
export async function sendKept(form, drawn = true) {
  for (const { number, field, file, key } of await filesOf(form.getAttribute("action"))) {
    const input = document.getElementById(field);
    if (!input?.matches("[data-upload]") || input.form !== form) continue;
    const named = key && namedIn(form, field).find((one) => one.value === key);
    if (named) {
      if (drawn) forgetFile(number);
      else named.dataset.kept = number;
      continue;
    }
    if (key) {
      takeBack(input, file, { key, number });
      continue;
    }
    QUEUE.push(Object.assign(begin(input, file), { kept: Promise.resolve(number) }));
  }
  next();
}

// The server has the file, and the form was put away before it named it: it is named now, and not sent a second time.
function takeBack(input, file, { key, number }) {
  const item = document.createElement("li");
  const name = Object.assign(document.createElement("span"), { className: "file-name", textContent: file.name });
  item.append(name);
  const { named, drop } = showTaken(item, input.id, { key, name: file.name }, JSON.parse(input.dataset.upload));
  named.dataset.kept = number;
  drop.addEventListener("click", () => forgetFile(number));
  if (!input.multiple) listOf(input).replaceChildren();
  listOf(input).append(item);
}

function namedIn(form, field) {
  return [...form.querySelectorAll(`input[type=hidden][name="${CSS.escape(field)}"]`)];
}

// The names of the files in a form by their keys.
export function fileNames(form) {
  const named = [...form.querySelectorAll("ul.files input[type=hidden]")];
  return Object.fromEntries(named.map((one) => [one.value, one.closest("li").querySelector(".file-name").textContent.trim()]));
}

// The stored files of a form are to be these, by the keys of each field.
export function shapeFiles(form, keys, names) {
  for (const input of form.querySelectorAll("input[type=file][data-upload]")) {
    const wanted = new Set(keys.get(input.id));
    for (const named of namedIn(form, input.id)) if (!wanted.delete(named.value)) named.closest("li").remove();
    for (const key of wanted) {
      const item = document.createElement("li");
      const name = Object.assign(document.createElement("span"), { className: "file-name", textContent: names[key] ?? key });
      item.append(name);
      showTaken(item, input.id, { key, name: name.textContent }, JSON.parse(input.dataset.upload));
      listOf(input).append(item);
    }
  }
}

// Files that the server has now, and what the form says of them: none of them waits any longer.
export function forgetSent(form, named = () => true) {
  for (const input of form.querySelectorAll("input[data-kept]")) {
    if (!named(input.value)) continue;
    forgetFile(Number(input.dataset.kept));
    delete input.dataset.kept;
  }
}

function begin(input, file) {
  const words = JSON.parse(input.dataset.upload);
  const item = document.createElement("li");
  item.className = "is-sending";
  const name = Object.assign(document.createElement("span"), { className: "file-name", textContent: file.name });
  const bar = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
  bar.setAttribute("aria-label", file.name);
  const said = Object.assign(document.createElement("span"), { className: "file-said", textContent: words.waits });
  said.setAttribute("role", "status");
  item.append(name, bar, said);
  listOf(input).append(item);
  ONLY_HERE.set(item, input.id);
  count(input.form, 1);
  return { id: input.id, form: input.form, file, words, item, bar, said };
}

function listOf(input) {
  const field = input.closest(".field");
  let list = field.querySelector("ul.files");
  if (!list) {
    list = Object.assign(document.createElement("ul"), { className: "files" });
    field.append(list);
  }
  return list;
}

function count(form, by) {
  form.dataset.uploading = String(Number(form.dataset.uploading ?? 0) + by);
}

function next() {
  if (busy || !QUEUE.length) return;
  busy = true;
  const one = QUEUE.shift();
  send(one, (answer) => {
    busy = false;
    one.tries = navigator.onLine ? (one.tries ?? 0) + 1 : 0;
    if (answer || one.tries >= TRIES) {
      settle(one, answer ?? {});
      next();
    } else {
      // No network: the file waits, and the form with it. What breaks with a network is not tried for ever.
      one.said.textContent = one.words.offline;
      one.kept?.then((number) => {
        if (one.bar.isConnected) one.said.textContent = `${one.words.offline}. ${number ? one.words.kept : one.words.unkept}`;
      });
      one.bar.value = 0;
      QUEUE.unshift(one);
      setTimeout(next, AGAIN);
    }
  });
}

window.addEventListener("online", next);

function send({ id, form, file, words, bar, said }, done) {
  const body = new FormData();
  body.append("csrf_token", form.querySelector("[name=csrf_token]").value);
  body.append("act", "attach");
  body.append(id, file, file.name);
  const request = new XMLHttpRequest();
  request.open("POST", form.getAttribute("action"));
  request.setRequestHeader("Accept", "application/json");
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.value = total ? Math.round((100 * loaded) / total) : 0;
    said.textContent = words.sends.replace("{percent}", bar.value);
  });
  request.addEventListener("loadend", () => {
    if (!request.status) return done();
    try {
      done(JSON.parse(request.responseText));
    } catch {
      done({});
    }
    return undefined;
  });
  request.send(body);
}

function settle(one, answer) {
  const { id, form, words, item, bar, said } = one;
  const forget = () => one.kept?.then((number) => number && forgetFile(number));
  const input = document.getElementById(id); // the form may have been drawn anew meanwhile
  bar.remove();
  item.classList.remove("is-sending");
  const [taken] = answer.files ?? [];
  if (taken) {
    ONLY_HERE.delete(item);
    TAKEN.set(taken.key, one);
    one.taken = taken;
    if (!input.multiple) for (const other of [...listOf(input).children]) if (other !== item) putAway(other);
    showSent(one);
    if (!form.dataset.draft) forget();
  } else {
    said.textContent = answer.refused?.join(" ") ?? answer.message ?? words.failed;
    said.className = "is-bad";
    item.className = "is-refused";
    if (answer.files) forget();
    const hide = button(words.drop, "button", one.file.name);
    hide.addEventListener("click", () => {
      putAway(item);
      forget();
    });
    item.append(hide);
  }
  if (!item.isConnected) putBack(item, input);
  count(form, -1);
  form.dispatchEvent(new Event("change", { bubbles: true }));
  const waits = WAITING.get(form);
  if (form.dataset.uploading === "0" && waits) {
    WAITING.delete(form);
    waits.unsay();
    form.requestSubmit(waits.submitter ?? undefined);
  }
}

function refusedIn(part) {
  return [...part.querySelectorAll("ul.files > .is-refused")].filter((item) => !item.closest("[hidden]"));
}

function putAway(item) {
  const field = item.closest(".field");
  ONLY_HERE.delete(item);
  for (const named of item.querySelectorAll("input[type=hidden]")) TAKEN.delete(named.value);
  item.remove();
  if (refusedIn(field).length) return;
  const note = field.querySelector(":scope > [data-stopped]");
  if (!note) return;
  note.remove();
  field.classList.remove("is-wrong");
}

// Nothing that was chosen is left behind without a word: the form stays until the file is taken out, or another chosen in its place.
function stop(refused) {
  for (const field of new Set(refused.map((item) => item.closest(".field")))) {
    const input = field.querySelector("input[type=file]");
    const { stopped } = JSON.parse(input.dataset.upload);
    const names = refusedIn(field).map((item) => item.querySelector(".file-name").textContent).join(", ");
    noteAt(input, stopped.replace("{names}", () => names));
    field.classList.add("is-wrong");
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  }
  refused[0].querySelector("button").focus();
  refused[0].closest(".field").scrollIntoView({ block: "nearest" });
}

function noteAt(input, words) {
  const field = input.closest(".field");
  let note = field.querySelector(":scope > [data-stopped]");
  if (!note) {
    note = Object.assign(document.createElement("span"), { className: "wrong", role: "alert" });
    note.dataset.stopped = "";
    input.before(note);
  }
  note.textContent = words;
  return note;
}

function showSent(one) {
  const { item, said, taken, words, id, form } = one;
  item.querySelector(".file-name").replaceChildren(Object.assign(document.createElement("a"), { href: taken.url, textContent: taken.name }));
  said.textContent = `${taken.size} · ${words.done}`;
  const { named, drop } = showTaken(item, id, taken, words);
  if (form.dataset.draft) mark(one, named);
  drop.addEventListener("click", () => one.kept?.then((number) => number && forgetFile(number)));
}

// A stored file travels on as its key, and may be taken out again, as the server would have drawn it.
function showTaken(item, id, { key, name }, words) {
  const named = Object.assign(document.createElement("input"), { type: "hidden", name: id, value: key });
  const drop = Object.assign(button(words.drop, "submit", name), { name: "act", value: `drop:${id}:${key}`, formNoValidate: true });
  item.prepend(named);
  item.append(drop);
  return { named, drop };
}

async function mark({ kept }, named) {
  const number = await kept;
  if (!number) return;
  named.dataset.kept = number;
  markFile(number, named.value);
}

function button(words, type, name) {
  const made = Object.assign(document.createElement("button"), { type, className: "link-button", textContent: words });
  made.append(Object.assign(document.createElement("span"), { className: "unseen", textContent: ` ${name}` }));
  return made;
}

// The server does not know these: a form that it drew anew gets them back.
document.addEventListener("htmx:after:swap", () => {
  for (const [item, id] of ONLY_HERE) if (!item.isConnected) putBack(item, document.getElementById(id));
  for (const [key, one] of TAKEN) {
    const input = document.getElementById(one.id);
    if (!input?.form || namedIn(input.form, one.id).some((named) => named.value === key)) continue;
    one.item = document.createElement("li");
    one.said = Object.assign(document.createElement("span"), { className: "file-said" });
    one.item.append(Object.assign(document.createElement("span"), { className: "file-name" }), one.said);
    showSent(one);
    putBack(one.item, input);
  }
});

function putBack(item, input) {
  if (input) listOf(input).append(item);
}

// A form that is sent while files are on their way goes when the last has come, if none was refused; without network the form itself says
// that it was not sent (forms/autosave.js).
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const going = Number(form.dataset.uploading ?? 0);
    const refused = refusedIn(form);
    if ((!going && !refused.length) || (form.dataset.draft && !navigator.onLine)) return;
    event.preventDefault();
    event.stopPropagation();
    if (refused.length) stop(refused);
    else hold(form, event.submitter);
  },
  true,
);

function hold(form, submitter) {
  const unsay = WAITING.get(form)?.unsay ?? sayHolds(form);
  WAITING.set(form, { submitter, unsay });
}

function sayHolds(form) {
  const input = form.querySelector(".field:has(> ul.files > .is-sending) input[type=file]") ?? form.querySelector("input[data-upload]");
  const { holds } = JSON.parse(input.dataset.upload);
  const line = document.querySelector(`[data-draft-line="${form.getAttribute("id")}"]`);
  if (!line) {
    const note = noteAt(input, holds);
    return () => note.remove();
  }
  const before = line.textContent;
  line.textContent = holds;
  return () => (line.textContent = before);
}
