// The editor of one diagram: bpmn-js with the palette, menus and attributes of this engine only, in the reader's words.
import Modeler from "bpmn-js/lib/Modeler";
import PaletteProvider from "bpmn-js/lib/features/palette/PaletteProvider";
import camunda from "camunda-bpmn-moddle/resources/camunda.json";
import minimap from "diagram-js-minimap";
import { laneNames, looks } from "../diagram/drawing.js";
import nom from "./attributes.json";

export const SPACES = { camunda: "http://camunda.org/schema/1.0/bpmn", nom: nom.uri };
export const MODDLE = { camunda, nom };

const TOOLS = ["hand-tool", "lasso-tool", "space-tool", "global-connect-tool", "tool-separator", "create.start-event",
  "create.end-event", "create.exclusive-gateway", "create.subprocess-expanded", "create.participant-expanded"];
const TASKS = [
  ["bpmn:UserTask", "bpmn-icon-user-task", "user"],
  ["bpmn:ReceiveTask", "bpmn-icon-receive-task", "receive"],
  ["bpmn:BusinessRuleTask", "bpmn-icon-business-rule-task", "decision"],
  ["bpmn:CallActivity", "bpmn-icon-call-activity", "call"],
];
// What the engine runs; everything else is named by the check when a file brings it along.
const KINDS = new Set([
  "none-start", "none-end", "error-end", "terminate-end", "exclusive-gateway", "parallel-gateway", "inclusive-gateway", "user-task",
  "service-task", "receive-task", "rule-task", "script-task", "call-activity", "expanded-subprocess", "subprocess",
  "message-intermediate-catch", "timer-intermediate-catch", "none-intermediate-throw", "message-boundary", "timer-boundary",
  "error-boundary", "non-interrupting-message-boundary", "non-interrupting-timer-boundary", "sequence-flow", "default-flow",
].map((kind) => `replace-with-${kind}`));
const HEADS = new Set(["toggle-parallel-mi", "toggle-non-interrupting"]);

// One clipboard for all diagrams of the page, so that shapes go from one to the other.
const clipboard = {
  get: () => clipboard.kept,
  set: (kept) => void (clipboard.kept = kept),
  clear() {
    const before = clipboard.kept;
    delete clipboard.kept;
    return before;
  },
  isEmpty: () => !clipboard.kept,
};

export function makeModeler(container, words, more = []) {
  const translate = (template, filled = {}) =>
    (words.menu[template] ?? template).replace(/{([^}]+)}/g, (hole, key) => filled[key] ?? hole);

  class Palette extends PaletteProvider {
    getPaletteEntries() {
      const entries = super.getPaletteEntries();
      const found = Object.fromEntries(TOOLS.filter((key) => key in entries).map((key) => [key, entries[key]]));
      for (const [type, className, word] of TASKS) {
        const start = (event) => this._create.start(event, this._elementFactory.createShape({ type }));
        found[`create.${word}`] = { group: "activity", className, title: words.create[word], action: { dragstart: start, click: start } };
      }
      return found;
    }
  }
  Palette.$inject = PaletteProvider.$inject;

  function Menus(popupMenu, contextPad, autoPlace, elementFactory, create, eventBus, canvas) {
    // The drawing part measures by the page, which is longer than the window.
    eventBus.on("popupMenu.opened", () => requestAnimationFrame(() => {
      const menu = canvas.getContainer().querySelector(".djs-popup");
      const over = menu ? menu.getBoundingClientRect().bottom + 8 - innerHeight : 0;
      if (over > 0) menu.style.top = `${menu.offsetTop - over}px`;
    }));
    // The list selects the process itself too: that is named and explained, never taken off the drawing.
    eventBus.on("commandStack.elements.delete.canExecute", 2000, ({ context }) => context.elements.every((one) => one.parent) && undefined);
    // bpmn-js still asks in a way of which diagram-js warns: it gets the pad that is open.
    contextPad.getPad = () => ({ html: canvas.getContainer().querySelector(".djs-context-pad") });
    const only = (kept) => () => (entries) => Object.fromEntries(Object.entries(entries).filter(([key]) => kept.has(key)));
    popupMenu.registerProvider("bpmn-replace", 500, { getPopupMenuEntries: only(KINDS), getPopupMenuHeaderEntries: only(HEADS) });
    contextPad.registerProvider(500, {
      getContextPadEntries: () => (entries) => {
        if (!entries["append.append-task"]) return entries;
        const { "append.append-task": _, "append.intermediate-event": __, ...kept } = entries;
        for (const [type, className, word] of TASKS.slice(0, 2)) {
          kept[`append.${word}`] = {
            group: "model", className, title: words.append[word],
            action: {
              click: (_event, source) => autoPlace.append(source, elementFactory.createShape({ type })),
              dragstart: (event, source) => create.start(event, elementFactory.createShape({ type }), { source }),
            },
          };
        }
        return kept;
      },
    });
  }
  Menus.$inject = ["popupMenu", "contextPad", "autoPlace", "elementFactory", "create", "eventBus", "canvas"];

  return new Modeler({
    container,
    moddleExtensions: MODDLE,
    additionalModules: [
      minimap,
      {
        __init__: ["menus"],
        menus: ["type", Menus],
        paletteProvider: ["type", Palette],
        translate: ["value", translate],
        clipboard: ["value", clipboard],
      },
      laneNames,
      ...more,
    ],
    ...looks,
  });
}

// A foreign file need not know our attributes' names: without them what the panel sets would be left out when saving.
export function nameSpaces(modeler) {
  const definitions = modeler.getDefinitions();
  for (const [prefix, uri] of Object.entries(SPACES)) {
    if (!Object.values(definitions.$attrs).includes(uri)) definitions.$attrs[`xmlns:${prefix}`] ??= uri;
  }
}

const PAPER = { "--sheet": "#ffffff", "--ground": "#ffffff", "--ink": "#17212b", "--ink2": "#3f4b57", "--ink3": "#5a6570", "--act": "#1d4589" };

// The picture as it goes out of the house: in the colours of paper, whatever the page wears.
export async function drawSvg(modeler) {
  const { svg } = await modeler.saveSVG();
  return svg.replace(/var\((--[\w-]+)\)/g, (all, name) => PAPER[name] ?? "#3f4b57");
}

export async function drawPng(modeler) {
  const svg = await drawSvg(modeler);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth * 2;
  canvas.height = image.naturalHeight * 2;
  const drawing = canvas.getContext("2d");
  drawing.fillStyle = "#fff";
  drawing.fillRect(0, 0, canvas.width, canvas.height);
  drawing.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
