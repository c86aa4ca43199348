// What a form says, as the text in which it is sent, and the way back: a form that is filled from such a text by the page itself.
// Attributes are read as attributes: a question may be called "elements" or "hidden".

import { shapeRows } from "./rows.js";
import { shapeFiles } from "./uploads.js";

// What the server gives a page anew each time, whatever was answered.
export const OF_THE_PAGE = ["csrf_token", "version", "draft_seen", "draft_page"];

export function snapshot(form) {
  const pairs = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  return new URLSearchParams(pairs).toString();
}

export function isSame(one, other) {
  return answersOf(one) === answersOf(other);
}

// Rows that were taken out leave gaps in the numbers of a page; the server closes them.
function answersOf(said) {
  const lists = new Map();
  const place = (list, number) => {
    if (!lists.has(list)) lists.set(list, []);
    const numbers = lists.get(list);
    return numbers.includes(number) ? numbers.indexOf(number) : numbers.push(number) - 1;
  };
  const stepAt = (step, at, steps) => (at && /^\d+$/.test(step) ? place(steps.slice(0, at).join("-"), step) : step);
  const pairs = [...new URLSearchParams(said)].filter(([name]) => !OF_THE_PAGE.includes(name));
  return new URLSearchParams(pairs.map(([name, value]) => [name.split("-").map(stepAt).join("-"), value])).toString();
}

export function fill(form, typed, files = {}) {
  const said = new Map();
  for (const [name, value] of new URLSearchParams(typed)) said.set(name, [...(said.get(name) ?? []), value]);
  shapeRows(form, [...said.keys()]);
  shapeFiles(form, said, files);
  const fields = document.querySelectorAll("input[name]:not([type=hidden], [type=file]), select[name], textarea[name]");
  for (const field of [...fields].filter((one) => one.form === form && !one.disabled)) {
    const values = said.get(field.getAttribute("name")) ?? [];
    if (!say(field, values)) continue;
    if (values.some(Boolean)) show(form, field);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// Whether the field says something else now.
function say(field, values) {
  if (field.matches("[type=radio], [type=checkbox]")) {
    const before = field.checked;
    field.checked = values.includes(field.value);
    return before !== field.checked;
  }
  const chosen = (one) => [...(one.options ?? [])].map((option) => option.selected).join();
  const before = [field.value, chosen(field)].join();
  if (field.matches("select")) for (const option of field.options) option.selected = values.includes(option.value);
  else if (values.length) [field.value] = values;
  return before !== [field.value, chosen(field)].join();
}

// What follows on an answer may have been drawn before that answer was given.
function show(form, field) {
  for (let shut = field.closest("[hidden]"); shut && form.contains(shut); shut = field.closest("[hidden]")) shut.removeAttribute("hidden");
}
