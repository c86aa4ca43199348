// Repeating rows without a round trip. Without the script the same named buttons let the server add and remove rows.
// Names are `path-0-key`; a row keeps its number for life, the server closes the gaps. A blank row stands in a
// template, with `__row__` for its number; a list within a list has its own.

function renumber(text, path, number) {
  return text.replaceAll(`${path}-__row__`, `${path}-${number}`);
}

function addRow(rows, number = Number(rows.dataset.next)) {
  const path = rows.dataset.rows;
  rows.dataset.next = String(Math.max(number + 1, Number(rows.dataset.next)));
  const template = document.createElement("template");
  template.innerHTML = renumber(rows.querySelector(":scope > template").innerHTML, path, number);
  const row = template.content.firstElementChild;
  rows.querySelector(":scope > [data-row-list]").append(row);
  if (row.matches("details")) row.open = true;
  return row;
}

// As many rows as these names of fields speak of, under the same numbers.
export function shapeRows(part, names) {
  for (const rows of part.querySelectorAll("[data-rows]")) {
    const start = `${rows.dataset.rows}-`;
    const numbers = names.filter((name) => name.startsWith(start)).map((name) => name.slice(start.length).match(/^(\d+)-_$/)?.[1]);
    const wanted = new Set(numbers.filter(Boolean).map(Number));
    for (const row of rows.querySelectorAll(":scope > [data-row-list] > .row-item")) {
      const number = Number(row.querySelector(":scope > input[type=hidden]").getAttribute("name").slice(start.length, -2));
      if (!wanted.delete(number)) row.remove();
    }
    if (rows.querySelector(":scope > template")) for (const number of wanted) shapeRows(addRow(rows, number), names);
    retitle(rows);
  }
}

function removeRow(row) {
  const rows = row.closest("[data-rows]");
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  const place = next?.matches("details") ? "summary" : "input:not([type=hidden]), select, textarea";
  (next?.querySelector(place) ?? rows.querySelector(":scope > .rows-foot [data-add]")).focus();
}

function retitle(rows) {
  const items = [...rows.querySelectorAll(":scope > [data-row-list] > .row-item")];
  items.forEach((item, index) => (item.querySelector(":scope > :is(.row-item-head, summary) .row-number").textContent = index + 1));
  for (const count of document.querySelectorAll(`[data-row-count="${CSS.escape(rows.dataset.rows)}"]`)) count.textContent = items.length;
}

// The line that tells a folded row says what is typed now.
document.addEventListener("input", ({ target }) => {
  const item = target.closest("details.row-item");
  if (!item) return;
  const said = item.dataset.told.split(" ").map((key) => {
    const control = item.querySelector(`[name$="-${CSS.escape(key)}"]`);
    return control?.matches("select") ? control.value && control.selectedOptions[0].textContent : control?.value.trim();
  });
  const line = said.filter(Boolean).join(" · ");
  if (line) item.querySelector(":scope > summary .row-told").textContent = line;
});

// What a link of the page leads to may be folded away; not every browser opens it by itself.
document.addEventListener("click", ({ target }) => {
  const link = target.closest('a[href^="#"]');
  const place = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  for (let fold = place?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add], [data-remove]");
  const rows = button?.closest("[data-rows]");
  if (!rows) return;
  event.preventDefault();
  if (button.matches("[data-add]")) addRow(rows).querySelector("input:not([type=hidden]), select, textarea")?.focus();
  else removeRow(button.closest(".row-item"));
  retitle(rows);
  rows.dispatchEvent(new Event("change", { bubbles: true }));
});

// Totals of a number column: `data-sum-of="criteria"` `data-sum-key="score"`.
function total(form) {
  for (const output of form.querySelectorAll("[data-sum-of]")) {
    const { sumOf, sumKey } = output.dataset;
    const pattern = new RegExp(`^${CSS.escape(sumOf)}-\\d+-${CSS.escape(sumKey)}$`);
    let sum = 0;
    for (const input of form.elements) {
      if (pattern.test(input.name)) sum += Number(input.value.replaceAll(".", "").replace(",", ".")) || 0;
    }
    output.textContent = sum.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2 });
  }
}

document.addEventListener("input", (event) => event.target.form && total(event.target.form));
document.addEventListener("change", (event) => {
  const form = event.target.closest("form");
  if (form) total(form);
});
