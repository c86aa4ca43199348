// One diagram on the page: the drawing, its numbered list, its properties, the badges of what is wrong, its tools.
import { download, make } from "./dom.js";
import { dropping } from "./dropping.js";
import { finding } from "./finding.js";
import { drawPng, drawSvg, makeModeler, nameSpaces } from "./modeler.js";
import { makePanel } from "./panel.js";
import { makeSteps } from "./steps.js";
import { simulation } from "./simulation.js";
import { writing } from "./writing.js";

const PALETTE = 124; // what the palette takes of the drawing's width, in pixels
const READABLE = 0.75;
const EDGE = 20;

export async function openDiagram({ name, content, words, offers, problems, numbers, changed, open, newForm, newLetter, newPaper, aside }) {
  const box = make("div", { class: "studio-canvas" });
  const side = make("div", { class: "studio-panel-in" });
  const list = make("div", { class: "studio-steps-in" });
  aside.canvas.append(box);
  aside.panel.append(side);
  aside.steps.append(list);
  const modeler = makeModeler(box, words, [simulation, finding, dropping]);
  const mine = () => problems().filter((one) => one.file === name);
  // Measured with another face, words would be broken in the wrong places.
  await Promise.all([400, 500, 600].map((weight) => document.fonts.load(`${weight} 12px "Be Vietnam Pro"`, "Ạaệ")));
  const { warnings } = await modeler.importXML(content);
  nameSpaces(modeler);
  const canvas = modeler.get("canvas");
  const svg = box.querySelector(".djs-container > svg, svg");
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", words.drawing);
  const panel = makePanel(side, { modeler, words, offers, problems: mine, open, newForm, newLetter, newPaper });
  const steps = makeSteps(list, { modeler, words, problems: mine, numbers, enter: () => panel.focus() });
  const overlays = modeler.get("overlays");
  const registry = modeler.get("elementRegistry");

  function badges() {
    overlays.remove({ type: "problem" });
    const counts = new Map();
    for (const one of mine()) {
      const held = counts.get(one.element) ?? { errors: 0, warnings: 0, said: [] };
      held[one.severity === "error" ? "errors" : "warnings"] += 1;
      held.said.push(one.message);
      counts.set(one.element, held);
    }
    for (const [id, held] of counts) {
      const element = registry.get(id);
      if (!element || element === canvas.getRootElement()) continue;
      const html = make("div", { class: `mark is-problems${held.errors ? "" : " is-warning"}`, title: held.said.join("\n") }, held.errors || "!");
      const middle = element.waypoints?.[Math.floor((element.waypoints.length - 1) / 2)];
      overlays.add(id, "problem", { html, position: middle ? { left: 0, top: -11 } : { right: 11, top: -11 } });
    }
  }

  const redraw = () => {
    badges();
    steps.draw();
    panel.again();
  };
  const file = writing(async () => changed((await modeler.saveXML({ format: true })).xml));
  modeler.on("commandStack.changed", () => {
    file.changed();
    steps.draw();
  });
  // While tokens run, nothing is changed.
  modeler.on("tokenSimulation.toggleMode", ({ active }) => (side.inert = active));
  redraw();
  panel.show();
  fit();

  function fit() {
    canvas.resized();
    const { inner } = canvas.viewbox();
    const scale = Math.min(Math.max((box.clientWidth - PALETTE) / (inner.width + 40), READABLE), 1);
    canvas.zoom(scale);
    canvas.viewbox({ ...canvas.viewbox(), x: inner.x - PALETTE / scale, y: inner.y - 20 / scale });
  }

  // All of it, beside the palette and not below it.
  function seeAll() {
    const { inner, outer } = canvas.viewbox();
    const scale = Math.min((outer.width - PALETTE - EDGE) / inner.width, (outer.height - 2 * EDGE) / inner.height, 1);
    canvas.viewbox({
      x: inner.x - PALETTE / scale, y: inner.y - (outer.height / scale - inner.height) / 2,
      width: outer.width / scale, height: outer.height / scale,
    });
  }

  const actions = modeler.get("editorActions");
  const align = (kind) => modeler.get("alignElements").trigger(modeler.get("selection").get(), kind);
  const spread = (axis) => modeler.get("distributeElements").trigger(modeler.get("selection").get(), axis);
  const stem = name.replace(/\.bpmn$/, "");
  const acts = {
    undo: () => actions.trigger("undo"),
    redo: () => actions.trigger("redo"),
    copy: () => actions.trigger("copy"),
    paste: () => actions.trigger("paste"),
    remove: () => actions.trigger("removeSelection"),
    search: () => setTimeout(() => actions.trigger("find")), // the click that asks for it would close it
    in: () => actions.trigger("stepZoom", { value: 1 }),
    out: () => actions.trigger("stepZoom", { value: -1 }),
    fit: seeAll,
    map: () => modeler.get("minimap").toggle(),
    "align-left": () => align("left"),
    "align-center": () => align("center"),
    "align-right": () => align("right"),
    "align-top": () => align("top"),
    "align-middle": () => align("middle"),
    "align-bottom": () => align("bottom"),
    "spread-horizontal": () => spread("horizontal"),
    "spread-vertical": () => spread("vertical"),
    simulate: () => modeler.get("toggleMode").toggleMode(),
    bpmn: async () => download(name, (await modeler.saveXML({ format: true })).xml, "application/xml"),
    svg: async () => download(`${stem}.svg`, await drawSvg(modeler), "image/svg+xml"),
    png: async () => download(`${stem}.png`, await drawPng(modeler)),
  };
  return {
    kind: "bpmn",
    warnings,
    act: (word) => acts[word]?.(),
    can: (word) => ({ undo: modeler.get("commandStack").canUndo(), redo: modeler.get("commandStack").canRedo() })[word] ?? true,
    redraw,
    jump(id) {
      const element = registry.get(id);
      if (!element) return panel.show();
      steps.choose(id);
      panel.focus();
    },
    show(visible) {
      for (const one of [box, side, list]) one.hidden = !visible;
      if (visible) canvas.resized();
    },
    // Whatever was typed last goes along: leaving a file must not wait for the next pause.
    async settle() {
      const typed = document.activeElement;
      if (typed?.pending && side.contains(typed)) typed.dispatchEvent(new Event("change"));
      await file.take();
    },
    busy: file.busy,
    onchange: (call) => modeler.on("commandStack.changed", call),
    destroy() {
      modeler.destroy();
      for (const one of [box, side, list]) one.remove();
    },
  };
}
