// Finding a step by its name: typed without marks it is found as well, and nothing found is said.
import search from "diagram-js/lib/features/search/search";
import { make } from "./dom.js";

const MARKS = /[\u0300-\u036f]/g;
const whole = (said) => String(said ?? "").normalize("NFC");
// Letter for letter, so that what fits stands at the same place in the name as it is written.
const plain = (said) => whole(said).replace(/[^\x00-\x7f]/g, (one) => ({ đ: "d", Đ: "D" })[one] ?? (one.normalize("NFD").replace(MARKS, "").slice(0, 1) || one));

function find(items, pattern, options) {
  const exact = search(items.map((one) => ({ ...one, label: whole(one.label) })), whole(pattern), options);
  if (exact.length) return exact;
  const found = search(items.map((one) => ({ ...one, label: plain(one.label), said: whole(one.label) })), plain(pattern), options);
  return found.map(({ item, tokens }) => ({
    item,
    tokens: { ...tokens, label: tokens.label.map((one) => ({ ...one, value: item.said.slice(one.index, one.index + one.value.length) })) },
  }));
}

function Telling(searchPad, eventBus, canvas, translate) {
  const said = make("p", { class: "djs-search-nothing", role: "status" });
  eventBus.on("searchPad.opened", () => canvas.getContainer().querySelector(".djs-search-container").append(said));
  eventBus.on("searchPad.cleared", () => setTimeout(() => {
    const place = canvas.getContainer().querySelector(".djs-search-container");
    const nothing = searchPad.isOpen() && place.querySelector("input").value.trim() && !place.querySelector(".djs-search-result");
    said.textContent = nothing ? translate("No matching entries found") : "";
  }));
}
Telling.$inject = ["searchPad", "eventBus", "canvas", "translate"];

export const finding = { __init__: ["findingTelling"], search: ["value", find], findingTelling: ["type", Telling] };
