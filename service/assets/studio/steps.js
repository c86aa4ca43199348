// The numbered list beside a diagram: every element in the order of the flow, so that each is reached without the mouse.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil";
import { kindOf } from "./panel.js";
import { make } from "./dom.js";

// Depth first along the ways, the default way last: what is drawn as the straight path comes in one piece.
function inOrder(holder) {
  const nodes = (holder.flowElements ?? []).filter((one) => is(one, "bpmn:FlowNode"));
  const seen = new Set();
  const found = [];
  const visit = (start) => {
    const ahead = [start];
    while (ahead.length) {
      const node = ahead.pop();
      if (!node || seen.has(node)) continue;
      seen.add(node);
      found.push(node);
      const ways = (node.outgoing ?? []).filter((flow) => flow !== node.default).concat(node.default ?? []);
      const aside = nodes.filter((one) => one.attachedToRef === node);
      ahead.push(...[...aside.reverse(), ...ways.map((flow) => flow.targetRef).reverse()]);
    }
  };
  nodes.filter((one) => is(one, "bpmn:StartEvent")).forEach(visit);
  nodes.forEach(visit);
  return found;
}

// In the order of the procedure in words, whose numbers the steps have; what has none there stays behind what it follows.
function asTold(nodes, numbers) {
  const found = [{ at: 0, held: [] }];
  for (const node of nodes) {
    if (numbers[node.id]) found.push({ at: Number(numbers[node.id].split(".").pop()), held: [node] });
    else found.at(-1).held.push(node);
  }
  return found.sort((a, b) => a.at - b.at).flatMap(({ held }) => held);
}

// What is read but not run: notes, data, frames, and the lines that tie notes to steps.
function besides(holder) {
  return [...(holder.flowElements ?? []).filter((one) => is(one, "bpmn:DataObjectReference")), ...(holder.artifacts ?? [])];
}

function named(one) {
  if (is(one, "bpmn:Association")) return `${named(one.sourceRef)} → ${named(one.targetRef)}`;
  return one?.name || one?.text?.slice(0, 80) || one?.categoryValueRef?.value || one?.id || "…";
}

export function makeSteps(place, { modeler, words, problems, numbers, enter }) {
  const registry = modeler.get("elementRegistry");
  const selection = modeler.get("selection");
  const canvas = modeler.get("canvas");
  let quiet = false;

  function row(bo, label, level, number) {
    const wrong = problems().filter((one) => one.element === bo.id).length;
    const flow = is(bo, "bpmn:SequenceFlow");
    return make("li", { class: `is-level-${Math.min(level, 3)}${flow ? " is-way" : ""}` },
      make("button", {
        type: "button", class: "step-row", data: { element: bo.id },
        onfocus: () => choose(bo.id),
        onclick: (event) => (choose(bo.id), event.detail || enter()),
        onkeydown: (event) => {
          if (event.key === "Enter") (event.preventDefault(), choose(bo.id), enter());
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (!step) return;
          event.preventDefault();
          const all = [...place.querySelectorAll(".step-row")];
          all[all.indexOf(event.target) + step]?.focus();
        },
      },
      make("span", { class: "n" }, number),
      make("span", { class: "step-name" }, label, make("small", { class: flow ? "unseen" : "" }, words.kind[kindOf(bo)] ?? "")),
      wrong > 0 && make("span", { class: "step-wrong", title: words.wrong }, wrong)));
  }

  function choose(id) {
    const element = registry.get(id);
    if (!element) return;
    quiet = true;
    selection.select(element);
    quiet = false;
    mark(id);
    canvas.scrollToElement(element, { top: 80, bottom: 80, left: 120, right: 120 });
  }

  function mark(id) {
    for (const one of place.querySelectorAll(".step-row")) {
      if (one.dataset.element === id) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    }
  }

  // Leaving a field of the panel changes the model: a row that is about to be reached, or is being pressed, stays until it is.
  let pressed = false;
  let late = 0;
  place.addEventListener("pointerdown", () => (pressed = true));
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => setTimeout(() => {
      if (!pressed) return;
      pressed = false;
      drawNow();
    }));
  }

  function draw() {
    if (!place.firstChild) return drawNow();
    clearTimeout(late);
    late = setTimeout(() => pressed || drawNow());
  }

  function drawNow() {
    const rows = [];
    const walk = (holder, level, told) => {
      asTold(inOrder(holder), told).forEach((node) => {
        if (registry.get(node.id)) rows.push(row(node, node.name || words.kind[kindOf(node)] || node.id, level, told[node.id] ?? ""));
        if (node.outgoing?.length) {
          for (const flow of node.outgoing) rows.push(row(flow, `${flow.name ? `${flow.name} ` : ""}→ ${flow.targetRef?.name || flow.targetRef?.id}`, level + 1, ""));
        }
        if (node.flowElements) walk(node, level + 1, told);
      });
      for (const one of besides(holder)) {
        if (registry.get(one.id)) rows.push(row(one, named(one), level + (holder.$type === "bpmn:SubProcess" ? 0 : 1), ""));
      }
    };
    const pools = registry.filter((one) => is(one, "bpmn:Participant") && !one.labelTarget);
    const roots = pools.length ? pools : [canvas.getRootElement()];
    for (const root of roots) {
      const bo = getBusinessObject(root);
      const process = bo.processRef ?? bo;
      rows.push(row(bo, process.name || bo.name || process.id, 0, ""));
      for (const lane of (process.laneSets ?? []).flatMap((set) => set.lanes ?? [])) rows.push(row(lane, lane.name || lane.id, 1, ""));
      walk(process, 0, numbers()[process.id] ?? {});
    }
    const drawn = getBusinessObject(canvas.getRootElement());
    if (pools.length) for (const one of besides(drawn)) rows.push(row(one, named(one), 0, ""));
    const focused = document.activeElement?.dataset?.element;
    const inside = place.contains(document.activeElement);
    place.replaceChildren(make("ol", { class: "step-list" }, rows));
    const chosen = selection.get();
    if (chosen.length === 1) mark(getBusinessObject(chosen[0]).id);
    if (inside && focused) {
      quiet = true;
      place.querySelector(`[data-element="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
      quiet = false;
    }
  }

  modeler.on("selection.changed", ({ newSelection }) => {
    if (quiet || newSelection.length !== 1) return;
    const id = getBusinessObject(newSelection[0]).id;
    mark(id);
    place.querySelector(`[data-element="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "nearest" });
  });
  return { draw, choose };
}
