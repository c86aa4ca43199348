// The inbox by keyboard, and the line that says how many rows are chosen.
import { isTyping, keysAllowed } from "../ground/frame.js";

const rows = () => [...document.querySelectorAll("[data-inbox] [data-task]")];
const current = () => document.activeElement?.closest("[data-task]");

function go(step) {
  const all = rows();
  const at = all.indexOf(current());
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
  next?.querySelector("a[data-open]").focus();
}

const acts = {
  j: () => go(1),
  k: () => go(-1),
  n: () => current()?.querySelector("[data-claim]")?.click(),
  x: () => current()?.querySelector("input[type=checkbox]")?.click(),
  "?": () => document.querySelector("[data-dialog][href='#keys']")?.click(),
};

document.addEventListener("keydown", (event) => {
  const typing = isTyping(event) && !event.target.matches("[data-task] input[type=checkbox]");
  if (typing || !keysAllowed() || document.querySelector("dialog[open]")) return;
  const act = acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("change", count);
document.addEventListener("htmx:after:swap", count);
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-unchoose]")) return;
  event.preventDefault();
  for (const box of document.querySelectorAll("[data-inbox] .pick:checked")) box.checked = false;
  count();
});

function count() {
  const chosen = document.querySelectorAll("[data-inbox] .pick:checked").length;
  for (const place of document.querySelectorAll("[data-chosen]")) place.textContent = chosen;
}

count();
