// The register of a draft: in fields as they stand on its own page too, and the same as a file. What is wrong stands at its field.
import { debounce, download, make, problemList } from "./dom.js";

const TEXTS = ["name", "name_en", "one", "one_en", "begin", "begin_en", "hint", "hint_en", "form", "title", "series", "unit", "period", "unit_reads_from"];
const LISTS = ["about", "begins", "reads", "sees", "private", "columns", "facts", "concerns", "once"];
const ORDER = [...TEXTS, "about", "basis", ...LISTS.slice(1)];
const NEEDED = ["name", "name_en", "one", "one_en", "form", "title", "series", "begins", "reads"];
const TABLES = { phases: ["code", "vi", "en"], outcomes: ["code", "vi", "en", "tone", "reason"], days: ["code", "rule", "rule_year"], warns: ["code", "vi", "en"], unit_reads: ["code", "phase"], proposals: ["code", "named"] };
// Written only where something stands in it: days belong to registers by period, which may lack a form; few warn or hold proposals.
const MAY_LACK = ["days", "form", "warns", "unit_reads", "proposals"];
// Rows of these are written without their last field where it is empty.
const MAY_BE_SHORT = ["days", "outcomes"];

export async function openRegister({ name, content, words, config, store, offers, problems, changed, aside }) {
  const w = words.register;
  const address = config.url.fields.replace("NAME", encodeURIComponent(name));
  const write = debounce((value) => changed(value), 300);
  const area = make("textarea", { class: "input is-code studio-text", value: content, spellcheck: false, "aria-label": name, oninput: () => write(area.value) });
  const take = () => {
    area.value = registerOf(form);
    write(area.value);
  };
  const form = make("form", { class: "letter-look", hidden: true, oninput: take, onchange: take, onsubmit: (event) => event.preventDefault() });
  const tabs = ["write", "file"].map((word) => make("button", { type: "button", class: "tool", role: "tab", onclick: () => turn(word) }, w.tabs[word]));
  const told = make("span", { class: "hint", role: "status" });
  const box = make("div", { class: "studio-sheet is-letter" }, make("div", { class: "view-tabs" }, make("div", { role: "tablist" }, tabs), told), form, area);
  const checks = make("div");
  const gaps = make("ul", { class: "letter-gaps" });
  const side = make("div", { class: "studio-panel-in" }, make("p", { class: "panel-kind" }, words.kinds[".register"]), make("h2", { class: "panel-title" }, name), checks,
    make("div", { class: "field" }, make("span", { class: "label" }, w.gaps), make("span", { class: "hint" }, w.gapsHint), gaps));
  aside.canvas.append(box);
  aside.panel.append(side);

  async function insert(gap) {
    if (form.hidden) await turn("write");
    const field = form.elements.title;
    if (form.hidden || !field) return;
    field.setRangeText(`{{ ${gap} }}`, field.selectionStart, field.selectionEnd, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // What cannot be read into fields is mended as a file.
  async function fill() {
    const answer = await store.post(address, area.value, "text/plain;charset=utf-8").catch(() => null);
    if (!answer?.ok) {
      told.textContent = answer ? (await answer.json().catch(() => ({}))).message ?? `${answer.status}` : words.state.offline;
      return false;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    form.replaceChildren(...page.querySelectorAll(".letter-fields"));
    return true;
  }

  async function turn(word) {
    told.textContent = "";
    if (word === "write" && form.hidden && !(await fill())) word = "file";
    tabs.forEach((tab, at) => tab.setAttribute("aria-selected", ["write", "file"][at] === word ? "true" : "false"));
    form.hidden = word !== "write";
    area.hidden = word !== "file";
    redraw();
  }

  // The control of a part that the check names: `phases.received` is the row with that code.
  function controlOf(part) {
    const [key, code] = [part.split(".")[0], part.slice(part.indexOf(".") + 1)];
    if (!(key in TABLES)) return form.querySelector(`[name="${CSS.escape(key)}"]`);
    return [...form.querySelectorAll(`[name^="${key}-"][name$="-code"]`)].find((one) => one.value.trim() === code) ?? form.querySelector(`#${key}`);
  }

  function jump(part) {
    const field = form.hidden ? null : controlOf(part);
    if (field) return void field.focus();
    turn("file");
    const [section, key] = part.includes(".") ? part.split(".") : ["", part];
    const head = section ? area.value.search(new RegExp(`^\\s*\\[\\s*${section}\\s*\\]`, "m")) : 0;
    const from = head + Math.max(0, area.value.slice(head).search(new RegExp(`^[ \\t]*"?${key.replace(/\W/g, ".")}"?\\s*=`, "m")));
    area.focus();
    area.setSelectionRange(from, Math.max(from, area.value.indexOf("\n", from)));
  }

  const sentence = (one) => one.message.slice(one.message.indexOf(": ") + 2).replace(/^./, (first) => first.toLocaleUpperCase());

  function mark(said) {
    for (const one of form.querySelectorAll("[data-check]")) one.remove();
    for (const one of form.querySelectorAll(".is-wrong")) one.classList.remove("is-wrong");
    for (const one of form.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
    for (const one of said) {
      const control = one.element && controlOf(one.element);
      const field = control?.closest(".field, fieldset.group");
      if (!field) continue;
      field.classList.add("is-wrong");
      field.querySelector("label, legend").after(make("span", { class: "wrong", data: { check: one.code } }, sentence(one)));
      if (control.matches("input, select, textarea")) control.setAttribute("aria-invalid", "true");
    }
  }

  function redraw() {
    const said = problems().filter((one) => one.file === name);
    checks.replaceChildren(said.length ? problemList(said) : make("p", { class: "hint" }, words.noProblems));
    gaps.replaceChildren(...(offers().titleGaps ?? []).map(([gap, about]) =>
      make("li", {}, make("button", { type: "button", class: "tool is-code", onclick: () => insert(gap) }, `{{ ${gap} }}`), make("span", { class: "hint" }, about))));
    mark(said);
  }

  await turn("write");
  return {
    kind: "letter",
    redraw,
    can: (word) => word === "file",
    act: (word) => word === "file" && download(name, area.value, "text/plain"),
    jump,
    settle: async () => changed(area.value),
    show: (visible) => {
      // Forms and groups may have come meanwhile: the fields are offered anew.
      if (visible && box.hidden && !form.hidden) fill().then((done) => done ? redraw() : turn("file"));
      [box, side].forEach((one) => (one.hidden = !visible));
    },
    destroy: () => [box, side].forEach((one) => one.remove()),
  };
}

// The file that the fields make, as the service makes it of them (service/studio/registers.py).
function registerOf(form) {
  const plain = (text) => text.replace(/[\r\n]+/g, " ").trim();
  const quoted = (text) => JSON.stringify(text).replaceAll("\u007f", "\\u007f");
  const list = (values) => `[${values.map(quoted).join(", ")}]`;
  const lines = [];
  for (const key of ORDER) {
    const many = LISTS.includes(key);
    const value = many ? [...form.querySelectorAll(`[name="${key}"]:checked`)].map((one) => one.value) : plain(form.elements[key].value);
    const needed = NEEDED.includes(key) && !(MAY_LACK.includes(key) && plain(form.elements.period.value));
    if (value.length || needed) lines.push(`${key} = ${many ? list(value) : quoted(value)}`);
  }
  for (const [key, columns] of Object.entries(TABLES)) {
    const rows = form.querySelectorAll(`[data-rows="${key}"] > [data-row-list] > .row-item`);
    if (rows.length || !MAY_LACK.includes(key)) lines.push("", `[${key}]`);
    const taken = new Set();
    for (const row of rows) {
      const said = columns.map((column) => plain(row.querySelector(`[name$="-${column}"]`).value));
      if (!said.slice(0, 3).some(Boolean)) continue;
      let code = said[0];
      for (let number = 2; taken.has(code); number += 1) code = `${said[0]} (${number})`;
      taken.add(code);
      lines.push(`${/^[A-Za-z0-9_-]+$/.test(code) ? code : quoted(code)} = ${list(MAY_BE_SHORT.includes(key) && !said.at(-1) ? said.slice(1, -1) : said.slice(1))}`);
    }
  }
  return `${lines.join("\n")}\n`;
}
