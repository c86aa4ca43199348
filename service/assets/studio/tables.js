// Decision tables: the table itself, and the drawing of what depends on what.
import Modeler from "dmn-js/lib/Modeler";
import "dmn-js/dist/assets/dmn-js-shared.css";
import "dmn-js/dist/assets/dmn-js-drd.css";
import "dmn-js/dist/assets/dmn-js-decision-table.css";
import "dmn-js/dist/assets/dmn-js-decision-table-controls.css";
import "dmn-js/dist/assets/dmn-js-literal-expression.css";
import "dmn-js/dist/assets/dmn-js-boxed-expression.css";
import "dmn-js/dist/assets/dmn-js-boxed-expression-controls.css";
import "dmn-js/dist/assets/dmn-font/css/dmn.css";
import { HIT_POLICIES } from "dmn-js-decision-table/lib/features/hit-policy/HitPolicies";
import { download, make, typing } from "./dom.js";
import { speakIn } from "./speak.js";
import { writing } from "./writing.js";

// The hit policy is called as the kind of value is, which are two words here.
HIT_POLICIES.find((one) => one.value.hitPolicy === "ANY").label = "Any row";

export async function openTables({ name, content, words, config, store, problems, changed, aside }) {
  const views = make("div", { class: "view-tabs", role: "tablist" });
  const stage = make("div", { class: "table-stage" });
  const box = make("div", { class: "studio-sheet is-table" }, views, stage);
  const side = make("div", { class: "studio-panel-in" });
  const checks = make("div");
  const over = make("div", { class: "panel-review", role: "status" });
  const row = make("form", { class: "panel-try" });
  side.append(checks, over, row);
  aside.canvas.append(box);
  aside.panel.append(side);
  const say = (text) => words.menu[text] ?? text;
  const translate = { translate: ["value", (text, filled = {}) => say(text).replace(/{([^}]+)}/g, (hole, key) => filled[key] ?? hole)] };
  const given = { additionalModules: [translate] };
  const modeler = new Modeler({
    container: stage, drd: given, decisionTable: { ...given, view: { annotations: true } }, literalExpression: given,
    boxedExpression: given,
  });
  const quiet = speakIn(stage, say);
  // Pressed with the mouse, a choice that takes no focus would hand it to the page, and the box around it would close.
  stage.addEventListener("mousedown", (event) => event.target.closest(".dms-select-options") && event.preventDefault(), true);
  const wired = new Set();
  const cells = typing(stage);
  const file = writing(async () => changed((await modeler.saveXML({ format: true })).xml), look);

  function wire() {
    const viewer = modeler.getActiveViewer();
    if (!viewer || wired.has(viewer)) return;
    wired.add(viewer);
    viewer.on("commandStack.changed", file.changed);
  }

  function tabs() {
    const active = modeler.getActiveView();
    views.replaceChildren(...modeler.getViews().map((view) => make("button", {
      type: "button", role: "tab", "aria-selected": view === active ? "true" : "false", class: "tool",
      onclick: () => modeler.open(view),
    }, view.type === "drd" ? words.table.drawing : view.element.name || view.element.id)));
    wire();
    beside();
  }

  // What the table leaves open, and a row of inputs to try on it; nothing where no table is open.
  let seen = {};
  let asked = "";
  const typed = {};
  const to = (act, body, type) => store.post(config.url[act].replace("NAME", encodeURIComponent(name)), body, type);

  async function look() {
    const answer = await to("review", (await modeler.saveXML({ format: true })).xml, "text/plain;charset=utf-8").catch(() => null);
    if (!answer?.ok) return;
    seen = await answer.json();
    redraw();
    beside();
  }

  function beside() {
    const id = modeler.getActiveView()?.element.id;
    const found = seen[id];
    [over, row].forEach((one) => (one.hidden = !found));
    if (!found) return;
    over.replaceChildren(make("h3", {}, words.table.review),
      make("ul", { class: "panel-problems" }, found.says.map((one) => make("li", { class: `is-${one.severity}` },
        one.details ? make("details", {}, make("summary", {}, one.message), make("ul", {}, one.details.map((each) => make("li", {}, each)))) : one.message))));
    const asks = JSON.stringify([id, found.asks]);
    if (asks === asked) return;
    asked = asks;
    const said = make("div", { class: "panel-answer", role: "status" });
    row.replaceChildren(make("h3", {}, words.table.try), make("p", { class: "hint" }, words.table.note),
      ...found.asks.map((one, at) => make("div", { class: "field" },
        make("label", { class: "label", htmlFor: `try-${at}` }, one.label, one.label !== one.path && make("small", { class: "try-path" }, one.path)),
        one.allowed && make("span", { class: "hint" }, words.table.allowed.replace("{values}", one.allowed)),
        make("input", { class: "input", id: `try-${at}`, autocomplete: "off", value: typed[one.path] ?? "", oninput: (event) => (typed[one.path] = event.target.value) }))),
      make("div", { class: "buttons" }, make("button", { class: "button", type: "submit" }, words.table.run)), said);
    row.onsubmit = async (event) => {
      event.preventDefault();
      const inputs = Object.fromEntries(found.asks.map((one) => [one.path, typed[one.path] ?? ""]));
      const text = (await modeler.saveXML({ format: true })).xml;
      const answer = await to("try", JSON.stringify({ text, decision: id, inputs })).catch(() => null);
      const told = await answer?.json().catch(() => null);
      said.replaceChildren(...(told?.rules ? [
        ...told.wrong.map((one) => make("p", { class: "wrong" }, one)),
        told.answer && make("p", {}, make("b", {}, words.table.answer.replace("{answer}", told.answer))),
        make("ul", { class: "panel-problems" }, told.rules.map((one) => make("li", { class: one.fits ? "is-ok" : "is-note" }, words.table.row.replace("{row}", one.row).replace("{said}", one.said)))),
      ].filter(Boolean) : [make("p", { class: "wrong" }, told?.message ?? words.unloaded)]));
    };
  }

  modeler.on("views.changed", tabs);
  await modeler.importXML(content);
  const first = modeler.getViews().find((view) => view.type !== "drd");
  if (first) await modeler.open(first);
  tabs();
  look();

  const redraw = () => {
    const said = problems().filter((one) => one.file === name && !(one.code.startsWith("table-") && Object.keys(seen).length));
    checks.replaceChildren(
      make("p", { class: "panel-kind" }, words.kinds[".dmn"]),
      make("h2", { class: "panel-title" }, modeler.getDefinitions()?.name || name),
      said.length ? make("ul", { class: "panel-problems" }, said.map((one) => make("li", { class: `is-${one.severity}` }, one.name && `${one.name}: `, one.message))) : make("p", { class: "hint" }, words.noProblems),
    );
  };
  redraw();
  return {
    kind: "dmn",
    redraw,
    can: (word) => word === "file",
    act: async (word) => word === "file" && download(name, (await modeler.saveXML({ format: true })).xml, "application/xml"),
    // A problem names a decision, or a row or a column in it.
    async jump(id) {
      const views = modeler.getViews().filter((one) => one.type !== "drd");
      const view = views.find((one) => one.element.id === id) ?? views.find((one) => holds(one.element, id));
      if (!view) return;
      if (view !== modeler.getActiveView()) await modeler.open(view);
      const cell = stage.querySelector(`[data-row-id="${CSS.escape(id)}"], [data-col-id="${CSS.escape(id)}"]`);
      cell?.scrollIntoView({ block: "center", inline: "center" });
      const line = cell?.closest("tr") && cell.dataset.rowId === id ? cell.closest("tr") : cell;
      line?.classList.add("is-pointed-at");
      setTimeout(() => line?.classList.remove("is-pointed-at"), 4000);
    },
    async settle() {
      await cells.over();
      await file.take();
    },
    busy: () => file.busy() || cells.busy(),
    show: (visible) => [box, side].forEach((one) => (one.hidden = !visible)),
    destroy() {
      quiet();
      modeler.destroy();
      [box, side].forEach((one) => one.remove());
    },
  };
}

function holds(one, id) {
  const held = Array.isArray(one) ? one : one?.$type ? Object.values(one) : [];
  return one?.id === id || held.some((each) => each && typeof each === "object" && holds(each, id));
}
