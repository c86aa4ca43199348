// The controls of the properties: what can be chosen is offered, and what stands there but is not offered stays and says so.
import { debounce, make } from "./dom.js";

let count = 0;

// One field: label, hint, what is wrong, the control; in the looks of every form of the house.
export function field({ key, label, hint, wrong }, control) {
  const id = `prop-${++count}-${key}`; // several files may be open, each with such a field
  const target = control.matches?.("input, select, textarea") ? control : control.querySelector("input, select, textarea, summary");
  if (target && !target.id) target.id = id;
  if (target && wrong) {
    target.setAttribute("aria-invalid", "true");
    target.setAttribute("aria-describedby", `${id}-wrong`);
  }
  return make(
    "div",
    { class: `field${wrong ? " is-wrong" : ""}`, data: { field: key } },
    make("label", { class: "label", htmlFor: target?.id ?? id }, label),
    hint && make("span", { class: "hint" }, hint),
    wrong && make("span", { class: "wrong", id: `${id}-wrong` }, wrong),
    control,
  );
}

// Typed text is taken over a moment after the last key, so that one word is one step of undo.
// What `refuse` has a reason against is not taken, and the reason is said.
export function text(value, onset, { rows, mono, readonly, refuse, offers = [] } = {}) {
  let held = value ?? "";
  const why = refuse && make("span", { class: "wrong", role: "alert" });
  const take = (input) => {
    const reason = input.value === held ? "" : (refuse?.(input.value) ?? "");
    if (refuse) {
      why.textContent = reason;
      input.setAttribute("aria-invalid", reason ? "true" : "false");
    }
    input.pending = Boolean(reason);
    if (reason || input.value === held) return;
    held = input.value;
    onset(held);
  };
  const later = debounce((input) => input.isConnected && take(input), 500);
  const input = make(rows ? "textarea" : "input", {
    class: `input${mono ? " is-code" : ""}`, value: value ?? "", rows, readOnly: readonly, spellcheck: !mono, autocomplete: "off",
    oninput: (event) => ((event.target.pending = true), later(event.target)), // the panel keeps it when it is drawn anew
    onchange: (event) => take(event.target),
  });
  const list = offered(offers);
  if (list) input.setAttribute("list", list.id);
  return why || list ? make("div", { class: "control" }, why, input, list) : input;
}

// What is known is offered while typing; what is new may be typed all the same.
function offered(offers) {
  return offers.length ? make("datalist", { id: `offers-${++count}` }, offers.map(([word, label]) => make("option", { value: word, label }))) : null;
}

export function select(value, offers, onset, { none, missing }) {
  const known = offers.some(([word]) => word === value);
  return make(
    "select",
    { class: "input", onchange: (event) => onset(event.target.value) },
    none !== undefined && make("option", { value: "", selected: !value }, none),
    value && !known && make("option", { value, selected: true }, `${value} (${missing})`),
    offers.map(([word, label]) => make("option", { value: word, selected: word === value }, label && label !== word ? `${label} (${word})` : word)),
  );
}

// Several of what is offered: what is chosen stands in the summary, the rest opens below, with a filter when it is long.
export function several(value, offers, onset, { none, missing, filter, split = /[\s,]+/, join = "," }) {
  const chosen = (value ?? "").split(split).filter(Boolean);
  const labels = new Map(offers);
  const all = [...chosen.filter((word) => !labels.has(word)).map((word) => [word, `${word} (${missing})`]), ...offers];
  const box = make("fieldset", { class: "several-box" });
  const rows = all.map(([word, label]) =>
    make("label", { data: { find: `${word} ${label}`.toLowerCase() } },
      make("input", {
        type: "checkbox", value: word, checked: chosen.includes(word),
        onchange: () => onset([...box.querySelectorAll("input[type=checkbox]:checked")].map((one) => one.value).join(join)),
      }),
      make("span", {}, label, label !== word && !label.startsWith(word) && make("small", {}, word)),
    ),
  );
  if (all.length > 12) {
    box.append(make("input", {
      class: "input", type: "search", placeholder: filter, "aria-label": filter,
      oninput: (event) => rows.forEach((row) => (row.hidden = !row.dataset.find.includes(event.target.value.toLowerCase()))),
    }));
  }
  box.append(...rows);
  return make("details", { class: "several" },
    make("summary", { class: "input" }, chosen.length ? chosen.map((word) => labels.get(word) ?? word).join(", ") : make("span", { class: "is-empty" }, none)),
    box,
  );
}

// Rows of name and expression: the inputs of an external task.
export function pairs(rows, onset, words, { names = [], values = [] } = {}) {
  const box = make("div", { class: "control pairs" });
  const read = () => [...box.querySelectorAll(".pair")].map((row) => [...row.querySelectorAll("input")].map((one) => one.value.trim()));
  let held = JSON.stringify(rows);
  const take = () => {
    const found = read().filter(([name]) => name);
    if (JSON.stringify(found) === held || !box.isConnected) return;
    held = JSON.stringify(found);
    for (const one of box.querySelectorAll("input")) one.pending = false;
    onset(found);
  };
  const later = debounce(take, 600);
  const typed = { oninput: (event) => ((event.target.pending = true), later()), onchange: take };
  const line = ([name, expression]) =>
    make("div", { class: "pair" },
      make("input", { class: "input", value: name, "aria-label": words.name, placeholder: words.name, ...typed }),
      make("input", { class: "input is-code", value: expression, "aria-label": words.expression, placeholder: words.expression, ...typed }),
      make("button", { class: "link-button", type: "button", onclick: (event) => { event.target.closest(".pair").remove(); take(); } }, words.drop),
    );
  const [name, value] = [offered(names), offered(values)];
  box.addEventListener("focusin", ({ target }) => {
    const list = target.matches("input.is-code") ? value : target.matches("input") ? name : null;
    if (list) target.setAttribute("list", list.id);
  });
  box.append(...[name, value].filter(Boolean), ...rows.map(line));
  box.append(make("button", { class: "button in-table", type: "button", onclick: (event) => event.target.before(line(["", ""])) }, words.add));
  return box;
}

const DUES = [
  ["none", /^$/],
  ["days", /^working_days\((\d+)\)$/],
  ["rule", /^working_days\(rule\("([A-Z0-9_]+)"\)\)$/],
  ["date", /^round_date\("(\w+)"\)$/],
  ["iso", /^(-?P[\w.]+)$/],
  ["free", /^([\s\S]+)$/],
];
const WRITE = {
  none: () => "",
  days: (value) => `working_days(${value || 1})`,
  rule: (value) => `working_days(rule("${value}"))`,
  date: (value) => `round_date("${value}")`,
  iso: (value) => value,
  free: (value) => value,
};

// A due time or the time of a timer: the usual ways by choice, anything else as an expression.
export function due(value, onset, { words, dates = [], rules, none = words.none }) {
  const [kind, pattern] = DUES.find(([, one]) => one.test(value ?? ""));
  const held = pattern.exec(value ?? "")?.[1] ?? "";
  const second = {
    none: () => null,
    days: () => make("input", { class: "input is-number", type: "number", min: 1, max: 365, value: held, "aria-label": words.days, oninput: (e) => (e.target.pending = true), onchange: (e) => onset(WRITE.days(e.target.value)) }),
    rule: () => named(select(held, rules, (one) => onset(WRITE.rule(one)), words), words.rule),
    date: () => named(select(held, dates, (one) => onset(WRITE.date(one)), words), words.date),
    iso: () => named(text(held, (one) => onset(one), { mono: true }), words.iso),
    free: () => named(text(held, (one) => onset(one), { mono: true, rows: 2 }), words.free),
  }[kind]();
  const change = (other) => onset(WRITE[other]({ days: "3", rule: rules[0]?.[0] ?? "", date: dates[0]?.[0] ?? "", iso: "P3D", free: value || "now()" }[other]));
  return make("div", { class: "control due-pair" },
    make("select", { class: "input", onchange: (event) => change(event.target.value) },
      DUES.filter(([one]) => one !== "date" || dates.length).map(([one]) => make("option", { value: one, selected: one === kind }, one === "none" ? none : words[one]))),
    second,
  );
}

function named(control, label) {
  (control.matches("input, select, textarea") ? control : control.querySelector("input, select, textarea")).setAttribute("aria-label", label);
  return control;
}
