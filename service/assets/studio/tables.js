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
import { debounce, download, make } from "./dom.js";
import { speakIn } from "./speak.js";

export async function openTables({ name, content, words, problems, changed, aside }) {
  const views = make("div", { class: "view-tabs", role: "tablist" });
  const stage = make("div", { class: "table-stage" });
  const box = make("div", { class: "studio-sheet is-table" }, views, stage);
  const side = make("div", { class: "studio-panel-in" });
  const checks = make("div");
  side.append(checks);
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
  const wired = new Set();
  let waiting = false;
  const write = debounce(async () => {
    waiting = false;
    changed((await modeler.saveXML({ format: true })).xml);
  }, 400);

  function wire() {
    const viewer = modeler.getActiveViewer();
    if (!viewer || wired.has(viewer)) return;
    wired.add(viewer);
    viewer.on("commandStack.changed", () => {
      waiting = true;
      write();
    });
  }

  function tabs() {
    const active = modeler.getActiveView();
    views.replaceChildren(...modeler.getViews().map((view) => make("button", {
      type: "button", role: "tab", "aria-selected": view === active ? "true" : "false", class: "tool",
      onclick: () => modeler.open(view),
    }, view.type === "drd" ? words.table.drawing : view.element.name || view.element.id)));
    wire();
  }

  modeler.on("views.changed", tabs);
  await modeler.importXML(content);
  const first = modeler.getViews().find((view) => view.type !== "drd");
  if (first) await modeler.open(first);
  tabs();

  const redraw = () => {
    const said = problems().filter((one) => one.file === name);
    checks.replaceChildren(
      make("p", { class: "panel-kind" }, words.kinds[".dmn"]),
      make("h2", { class: "panel-title" }, modeler.getDefinitions()?.name || name),
      said.length ? make("ul", { class: "panel-problems" }, said.map((one) => make("li", { class: `is-${one.severity}` }, one.message))) : make("p", { class: "hint" }, words.noProblems),
    );
  };
  redraw();
  return {
    kind: "dmn",
    redraw,
    can: (word) => word === "file",
    act: async (word) => word === "file" && download(name, (await modeler.saveXML({ format: true })).xml, "application/xml"),
    jump(id) {
      const view = modeler.getViews().find((one) => one.element.id === id);
      if (view) modeler.open(view);
    },
    async settle() {
      if (waiting) changed((await modeler.saveXML({ format: true })).xml);
      waiting = false;
    },
    show: (visible) => [box, side].forEach((one) => (one.hidden = !visible)),
    destroy() {
      quiet();
      modeler.destroy();
      [box, side].forEach((one) => one.remove());
    },
  };
}
