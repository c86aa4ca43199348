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
  b: () => document.querySelector("[data-inbox]:has(.pick:checked) .bulk button")?.focus(),
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

// Enter in a box presses none of the acts' buttons, and in the day the one beside it.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches(".pick, .bulk-date input")) return;
  event.preventDefault();
  event.target.closest(".bulk-date")?.querySelector("button").click();
});

document.addEventListener("change", (event) => event.target.matches(".pick") && count());
document.addEventListener("htmx:after:swap", count);
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-unchoose]")) return;
  event.preventDefault();
  const chosen = [...document.querySelectorAll("[data-inbox] .pick:checked")];
  for (const box of chosen) box.checked = false;
  chosen[0]?.focus(); // the bar with this button goes away
  count();
});

function count() {
  const chosen = document.querySelectorAll("[data-inbox] .pick:checked").length;
  const place = document.querySelector("[data-chosen]");
  if (!place) return;
  place.textContent = chosen;
  // The bar of acts comes and goes with the choice; what is read out has a place that stays.
  document.querySelector("[data-chosen-said]").textContent = chosen ? place.closest("[data-chosen-words]").textContent : "";
}

count();
