// The properties of what is selected: those that this engine reads, and no others. Each change is a step of undo.
import { getBusinessObject, is, isAny } from "bpmn-js/lib/util/ModelUtil";
import { due, field, pairs, select, several, text } from "./controls.js";
import { debounce, make, problemList } from "./dom.js";

const KIND = ["bpmn:UserTask", "bpmn:ReceiveTask", "bpmn:ServiceTask", "bpmn:BusinessRuleTask", "bpmn:ScriptTask", "bpmn:CallActivity",
  "bpmn:SubProcess", "bpmn:ExclusiveGateway", "bpmn:ParallelGateway", "bpmn:InclusiveGateway", "bpmn:StartEvent", "bpmn:EndEvent",
  "bpmn:BoundaryEvent", "bpmn:IntermediateCatchEvent", "bpmn:IntermediateThrowEvent", "bpmn:SequenceFlow", "bpmn:Lane",
  "bpmn:Participant", "bpmn:Process", "bpmn:TextAnnotation", "bpmn:DataObjectReference", "bpmn:Group", "bpmn:Association"];
// Which field a problem is about where the check does not say it itself.
const ABOUT = {
  form: ["unknown-form", "user-task-without-form"],
  candidates: ["user-task-without-candidates", "lane-without-group"],
  topic: ["service-without-topic", "unknown-topic"],
  decision: ["unknown-decision"],
  result: ["missing-result-variable"],
  script: ["missing-script", "expression-language"],
  called: ["unknown-process", "recursive-call"],
  key: ["key-missing"],
  message: ["message-missing", "unknown-message"],
  default: ["gateway-without-default"],
  condition: ["condition-missing", "condition-misplaced"],
  timer: ["timer-missing", "cycle-misplaced"],
  error: ["error-missing"],
  basis: ["lapsed-basis", "basis-not-yet"],
  remind: ["bad-reminder"],
  target: ["bad-target"],
  phase: ["unknown-phase"],
  collection: ["collection-missing"],
  output: ["output-missing", "vote-through-form"],
  id: ["bad-id", "reserved-id", "duplicate-id"],
};
const FIELD = Object.fromEntries(Object.entries(ABOUT).flatMap(([key, codes]) => codes.map((code) => [code, key])));
const fieldOf = (problem) => problem.part || FIELD[problem.code] || "";
const ID = /^[A-Za-z_][\w-]{0,99}$/;
const RESERVED = ["Start", "End", "Root"];
const PASSED = ["bpmn:FlowNode"];

export function kindOf(element) {
  if (is(element, "bpmn:Collaboration")) return "Process";
  return KIND.find((kind) => is(element, kind))?.slice(5) ?? "Other";
}

export function makePanel(place, { modeler, words, offers, problems, open, newForm, newLetter, newPaper }) {
  const modeling = modeler.get("modeling");
  const factory = modeler.get("bpmnFactory");
  const canvas = modeler.get("canvas");
  let shown = null;

  function subject(element) {
    const root = element ?? canvas.getRootElement();
    return root.labelTarget ?? root;
  }

  // What carries the attributes: of a pool and of a drawing with pools it is the process.
  function owner(element) {
    const bo = getBusinessObject(element);
    if (is(bo, "bpmn:Participant")) return bo.processRef;
    if (is(bo, "bpmn:Collaboration")) return bo.participants?.[0]?.processRef ?? bo;
    return bo;
  }

  const write = (element, values) => {
    const bo = owner(element);
    if (bo === getBusinessObject(element)) modeling.updateProperties(element, values);
    else modeling.updateModdleProperties(element, bo, values);
  };
  const given = (value) => (value?.trim?.() === "" ? undefined : value);

  function attribute(element, name) {
    const bo = owner(element);
    return [bo.get(name) ?? "", (value) => write(element, { [name]: given(value) })];
  }

  function child(element, type, holder, property, body) {
    const one = factory.create(type, body);
    one.$parent = holder;
    modeling.updateModdleProperties(element, holder, { [property]: one });
  }

  const event = (bo, type) => bo.get("eventDefinitions")?.find((one) => is(one, type));

  // Messages and errors are declared once a file, beside the processes.
  function declared(element, holder, type, property, name, more = {}) {
    const definitions = modeler.getDefinitions();
    let one = definitions.get("rootElements").find((other) => is(other, type) && other.name === name);
    if (!name) return modeling.updateModdleProperties(element, holder, { [property]: undefined });
    if (!one) {
      const id = `${type.slice(5).toLowerCase()}_${name.replace(/\W+/g, "_")}_${Math.random().toString(36).slice(2, 6)}`;
      one = factory.create(type, { id, name, ...more });
      one.$parent = definitions;
      modeling.updateModdleProperties(element, definitions, { rootElements: [...definitions.get("rootElements"), one] });
    }
    modeling.updateModdleProperties(element, holder, { [property]: one });
  }

  function fields(element) {
    const bo = owner(element);
    const kind = kindOf(element);
    const said = problems().filter((one) => one.element === bo.id || one.element === getBusinessObject(element).id);
    const found = [];
    const beside = new Set(); // problems that stand at a field are not said again above
    const o = offers();
    const wrong = (key, all = said) => {
      const mine = all.filter((one) => fieldOf(one) === key);
      mine.forEach((one) => beside.add(one));
      return mine.map((one) => one.message).join(" ");
    };
    const add = (key, control, hint) => found.push(field({ key, label: words.field[key], hint: hint ?? words.hint[key], wrong: wrong(key) }, control));
    const condition = (on, flow, label) => found.push(conditionOf(on, flow, o, wrong("condition", problems().filter((one) => one.element === flow.id)), label));
    const choose = (key, name, list, none = words.none) => {
      const [value, set] = attribute(element, name);
      add(key, select(value, list, set, { none, missing: words.missing }));
    };
    const pick = (key, name, list, more = {}) => {
      const [value, set] = attribute(element, name);
      add(key, several(value, list, set, { none: words.nobody, missing: words.missing, filter: words.filter, ...more }));
    };
    const typed = (key, name, more) => {
      const [value, set] = attribute(element, name);
      add(key, text(value, set, more));
    };
    const steps = o.tasks.filter(([id]) => id !== bo.id);

    if (kind === "TextAnnotation") return [field({ key: "name", label: words.field.text }, text(bo.text, (v) => modeling.updateProperties(element, { text: v }), { rows: 3 }))];
    if (kind !== "Association") add("name", text(is(element, "bpmn:Participant") ? getBusinessObject(element).name : (bo.categoryValueRef?.value ?? bo.name), (value) => rename(element, value), { rows: kind === "SequenceFlow" ? undefined : 2 }));
    if (kind === "UserTask") {
      const [form, setForm] = attribute(element, "camunda:formKey");
      add("form", make("div", { class: "control" },
        select(form, o.forms, setForm, { none: words.noForm, missing: words.missing }),
        make("div", { class: "buttons is-small" },
          form && o.forms.some(([one]) => one === form) && make("button", { class: "link-button", type: "button", onclick: () => open(`${form}.form`) }, words.openForm),
          make("button", { class: "link-button", type: "button", onclick: async () => { const name = await newForm(bo); if (name) setForm(name); } }, words.newForm))));
      pick("candidates", "camunda:candidateGroups", o.groups, { none: laneWords(bo, o) });
      const [dueDate, setDue] = attribute(element, "camunda:dueDate");
      add("due", due(dueDate, setDue, { words: words.due, dates: o.dates, rules: o.rules }));
      if (dueDate) {
        pick("remind", "nom:remind", o.reminders, { split: /\s+/, join: " ", none: words.never });
        pick("escalate", "nom:escalate", o.groups);
        pick("escalateAfter", "nom:escalateAfter", o.days, { split: /\s+/, join: " ", none: words.usualDays });
      }
      choose("unclaimedAfter", "nom:unclaimedAfter", o.days, words.notTold);
      if (attribute(element, "nom:unclaimedAfter")[0]) {
        pick("unclaimedTell", "nom:unclaimedTell", o.groups, { none: attribute(element, "nom:unclaimedTo")[0] ? words.nobody : words.usualManagers });
        pick("unclaimedTo", "nom:unclaimedTo", o.groups);
      }
      const [letter, setLetter] = attribute(element, "nom:letter");
      add("letter", make("div", { class: "control" },
        select(letter, [...o.letters, ...o.ownLetters], setLetter, { none: words.usualLetter, missing: words.missing }),
        make("div", { class: "buttons is-small" },
          o.ownLetters.some(([one]) => one === letter) && make("button", { class: "link-button", type: "button", onclick: () => open(`${letter}.letter`) }, words.openLetter),
          make("button", { class: "link-button", type: "button", onclick: async () => { const name = await newLetter(bo); if (name) setLetter(name); } }, words.newLetter))));
      const [paper, setPaper] = attribute(element, "nom:paper");
      // Only matters have papers of their own: without a register none is offered.
      if (o.titleGaps || o.papers.length || paper) {
        add("paper", make("div", { class: "control" },
          select(paper, o.papers, setPaper, { none: words.noPaper, missing: words.missing }),
          make("div", { class: "buttons is-small" },
            o.papers.some(([one]) => one === paper) && make("button", { class: "link-button", type: "button", onclick: () => open(`${paper}.paper`) }, words.openPaper),
            make("button", { class: "link-button", type: "button", onclick: async () => { const name = await newPaper(bo); if (name) setPaper(name); } }, words.newPaper))));
        if (paper) choose("paperPart", "nom:paperPart", o.paperParts, words.writesPaper);
      }
      pick("sameAs", "nom:sameAs", steps, { join: " ", none: words.anybody });
      pick("excludes", "nom:excludes", steps, { join: " ", none: words.nobody });
      pick("instead", "nom:instead", o.groups, { join: " ", none: words.none });
      if (o.titleGaps) typed("doers", "nom:doers", { mono: true });
      typed("itemTitle", "nom:itemTitle", { mono: true, offers: o.names });
    }
    if (kind === "Lane") {
      const [own, set] = attribute(element, "nom:group");
      add("group", select(own || (groupOf(bo, o)?.[0] ?? ""), o.groups, set, { none: words.none, missing: words.missing }));
    }
    if (kind === "ReceiveTask") messageFields(element, bo, bo, add, choose, typed, o);
    if (kind === "ServiceTask") {
      const [topic] = attribute(element, "camunda:topic");
      add("topic", select(topic, o.topics, (value) => write(element, { "camunda:topic": given(value), "camunda:type": value ? "external" : undefined }), { none: words.none, missing: words.missing }));
      add("inputs", pairs(inputs(bo), (rows) => setInputs(element, bo, rows), words.pairs, { names: o.inputs[topic] ?? [], values: o.names }));
      typed("result", "camunda:resultVariable", { mono: true, offers: o.variables });
    }
    if (kind === "BusinessRuleTask") {
      choose("decision", "camunda:decisionRef", o.tables);
      const table = o.tableFiles[attribute(element, "camunda:decisionRef")[0]];
      if (table) found.push(make("button", { class: "link-button", type: "button", onclick: () => open(table) }, words.openTable));
      typed("result", "camunda:resultVariable", { mono: true, offers: o.variables });
    }
    if (kind === "ScriptTask") {
      add("script", text(bo.script, (value) => write(element, { script: given(value), scriptFormat: "feel" }), { rows: 4, mono: true }), words.hint.expression);
      typed("result", "camunda:resultVariable", { mono: true, offers: o.variables });
    }
    if (kind === "CallActivity") {
      choose("called", "calledElement", o.processes.filter(([id]) => id !== processOf(bo)?.id));
      const file = o.processFiles[bo.calledElement];
      if (file) found.push(make("button", { class: "link-button", type: "button", onclick: () => open(file) }, words.openProcess));
    }
    if (isAny(element, ["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway"]) && bo.outgoing?.length > 1) {
      const ways = bo.outgoing.map((flow) => [flow.id, `${flow.name ? `${flow.name} → ` : ""}${flow.targetRef?.name || flow.targetRef?.id}`]);
      add("default", select(bo.default?.id ?? "", ways, (id) => modeling.updateProperties(element, { default: bo.outgoing.find((flow) => flow.id === id) }), { none: words.none, missing: words.missing }));
      for (const flow of bo.outgoing) if (flow !== bo.default) condition(modeler.get("elementRegistry").get(flow.id), flow, flow.name || flow.targetRef?.name || flow.id);
    }
    if (kind === "SequenceFlow" && isAny(bo.sourceRef, ["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway"])) {
      if (bo.sourceRef.default === bo) found.push(make("p", { class: "hint" }, words.isDefault));
      else condition(element, bo);
    }
    const timer = event(bo, "bpmn:TimerEventDefinition");
    if (timer) timerFields(element, bo, timer, add, o);
    const message = event(bo, "bpmn:MessageEventDefinition");
    if (message) messageFields(element, bo, message, add, choose, typed, o, is(bo, "bpmn:IntermediateCatchEvent"));
    const error = event(bo, "bpmn:ErrorEventDefinition");
    if (error) add("error", text(error.errorRef?.errorCode, (value) => declared(element, error, "bpmn:Error", "errorRef", value, { errorCode: value }), { mono: true, offers: errorCodes(o) }));
    if (kind === "EndEvent") choose("outcome", "nom:outcome", o.outcomes);
    if (is(bo, "bpmn:Activity") && bo.loopCharacteristics) loopFields(element, bo.loopCharacteristics, add, o);
    if (["UserTask", "ReceiveTask", "ServiceTask"].includes(kind)) {
      const [target, setTarget] = attribute(element, "nom:target");
      add("target", due(target, setTarget, { words: words.due, rules: o.rules, none: words.noTarget }));
    }
    if (kind === "ReceiveTask" || (message && is(bo, "bpmn:IntermediateCatchEvent"))) {
      const name = (message ?? bo).messageRef?.name;
      pick("settles", "nom:settles", [["result", words.result], ...(o.brings[name] ?? [])], { join: " ", none: words.settlesNothing });
    }
    if (PASSED.some((type) => is(bo, type)) && !kind.endsWith("Gateway")) {
      pick("basis", "nom:basis", o.bases, { join: " ", none: words.none });
      choose("phase", "nom:phase", o.phases, words.samePhase);
      choose("event", "nom:event", o.events);
    }
    if (is(bo, "bpmn:FlowNode") && !kind.endsWith("Gateway") && bo.outgoing?.length) {
      found.push(make("p", { class: "hint" }, `${words.waysOut} `, bo.outgoing.map((flow) =>
        make("button", { class: "link-button", type: "button", onclick: () => modeler.get("selection").select(modeler.get("elementRegistry").get(flow.id)) },
          `→ ${flow.targetRef?.name || flow.targetRef?.id}`))));
    }
    const note = bo.get?.("documentation")?.[0]?.text;
    if (bo.get) add("documentation", text(note, (value) => documentation(element, bo, value), { rows: 3 }));
    if (kind !== "Process" && kind !== "Participant") typedId(element, bo, add, o);
    const rest = said.filter((one) => !beside.has(one));
    return rest.length ? [problemList(rest), ...found] : found;
  }

  function messageFields(element, bo, holder, add, choose, typed, o, keyed = true) {
    const here = modeler.getDefinitions().get("rootElements").filter((one) => is(one, "bpmn:Message") && one.name).map((one) => [one.name, ""]);
    const all = [...new Map([...here, ...o.messages]).entries()];
    add("message", select(holder.messageRef?.name ?? "", all, (name) => declared(element, holder, "bpmn:Message", "messageRef", name), { none: words.none, missing: words.missing }));
    if (keyed) choose("key", "nom:key", o.keys);
    if (is(bo, "bpmn:ReceiveTask")) {
      choose("list", "nom:list", o.lists);
      const values = o.values[holder.messageRef?.name] ?? [];
      const [value, set] = [bo.get("nom:values") ?? "", (v) => write(element, { "nom:values": given(v) })];
      add("values", values.length ? several(value, values, set, { none: words.none, missing: words.missing, filter: words.filter, join: " " }) : text(value, set, { mono: true }));
    }
  }

  function timerFields(element, bo, timer, add, o) {
    const types = ["timeDuration", "timeDate", "timeCycle"];
    const cycles = is(bo, "bpmn:BoundaryEvent") && bo.cancelActivity === false;
    const type = types.find((one) => timer[one]?.body !== undefined) ?? "timeDuration";
    const set = (other, body) => {
      const values = Object.fromEntries(types.map((one) => [one, undefined]));
      if (body) {
        values[other] = factory.create("bpmn:FormalExpression", { body });
        values[other].$parent = timer;
      }
      modeling.updateModdleProperties(element, timer, values);
    };
    add("timerKind", make("select", { class: "input", onchange: (e) => set(e.target.value, e.target.value === "timeCycle" ? "R3/P1D" : timer[type]?.body || "working_days(3)") },
      types.filter((one) => one !== "timeCycle" || cycles || type === one).map((one) => make("option", { value: one, selected: one === type }, words.timers[one]))));
    add("timer", type === "timeCycle" ? text(timer[type]?.body, (value) => set(type, value), { mono: true }) : due(timer[type]?.body, (value) => set(type, value), { words: words.due, dates: o.dates, rules: o.rules }));
  }

  function loopFields(element, loop, add, o) {
    const put = (values) => modeling.updateModdleProperties(element, loop, values);
    add("collection", text(loop.get("camunda:collection"), (value) => put({ "camunda:collection": given(value) }), { mono: true, offers: o.names }));
    add("item", text(loop.get("camunda:elementVariable"), (value) => put({ "camunda:elementVariable": given(value) }), { mono: true, offers: o.variables }));
    add("output", text(loop.get("nom:outputCollection"), (value) => put({ "nom:outputCollection": given(value) }), { mono: true, offers: o.variables }));
    add("outputItem", text(loop.get("nom:outputElement"), (value) => put({ "nom:outputElement": given(value) }), { mono: true, offers: o.variables }));
  }

  function conditionOf(element, flow, o, wrong, label) {
    const control = text(flow.conditionExpression?.body, (value) => {
      if (!given(value)) return modeling.updateProperties(element, { conditionExpression: undefined });
      const one = factory.create("bpmn:FormalExpression", { body: value });
      one.$parent = flow;
      modeling.updateProperties(element, { conditionExpression: one });
    }, { mono: true, offers: o.conditions });
    const title = label ? `${words.field.condition}: ${label}` : words.field.condition;
    return field({ key: `condition-${flow.id}`, label: title, hint: label ? undefined : words.hint.expression, wrong }, control);
  }

  function documentation(element, bo, value) {
    const one = value.trim() ? [factory.create("bpmn:Documentation", { text: value })] : [];
    for (const each of one) each.$parent = bo;
    modeling.updateModdleProperties(element, bo, { documentation: one });
  }

  function typedId(element, bo, add, o) {
    // What runs is told apart over all diagrams of a draft, a lane or a note over its own.
    const elsewhere = is(bo, "bpmn:FlowElement") && !is(bo, "bpmn:DataObjectReference") ? o.ids : {};
    const refuse = (value) => {
      if (!ID.test(value)) return words.badId;
      if (RESERVED.includes(value)) return words.reservedId;
      const taken = modeler.get("moddle").ids.assigned(value) ? words.thisFile : elsewhere[value];
      return taken ? words.takenId.replace("{id}", value).replace("{where}", taken) : "";
    };
    add("id", text(bo.id, (value) => modeling.updateProperties(element, { id: value }), { mono: true, refuse }));
  }

  function errorCodes(o) {
    const here = modeler.getDefinitions().get("rootElements").filter((one) => is(one, "bpmn:Error") && one.errorCode);
    return [...new Map([...here.map((one) => [one.errorCode, one.name]), ...o.errors]).entries()];
  }

  function laneWords(bo, o) {
    const lane = laneOf(bo);
    const group = lane && groupOf(lane, o);
    return group ? words.laneDoes.replace("{lane}", lane.name || lane.id).replace("{group}", group[1]) : words.nobody;
  }

  function rename(element, value) {
    const target = is(element, "bpmn:Collaboration") ? null : element;
    const bo = owner(element);
    if (is(element, "bpmn:Participant")) modeling.updateModdleProperties(element, bo, { name: value });
    if (target && target.parent) modeling.updateLabel(target, value);
    else write(element, { name: value });
  }

  function inputs(bo) {
    const held = bo.extensionElements?.get("values").find((one) => is(one, "camunda:InputOutput"));
    return (held?.get("inputParameters") ?? []).map((one) => [one.name ?? "", one.value ?? ""]);
  }

  function setInputs(element, bo, rows) {
    const extensions = bo.extensionElements ?? factory.create("bpmn:ExtensionElements", { values: [] });
    const others = extensions.get("values").filter((one) => !is(one, "camunda:InputOutput"));
    const held = factory.create("camunda:InputOutput", {
      inputParameters: rows.map(([name, value]) => factory.create("camunda:InputParameter", { name, value })),
    });
    held.$parent = extensions;
    for (const one of held.inputParameters) one.$parent = held;
    if (!bo.extensionElements) {
      extensions.$parent = bo;
      extensions.values = rows.length ? [held] : [];
      modeling.updateModdleProperties(element, bo, { extensionElements: extensions });
    } else modeling.updateModdleProperties(element, extensions, { values: rows.length ? [...others, held] : others });
  }

  // Drawn anew under a pressed button, the panel would swallow the click: leaving a field changes the model first.
  let pressed = false;
  let late = null;
  place.addEventListener("pointerdown", () => {
    // A name that is written on the drawing is taken over before a field here has the focus: it would take the focus back.
    modeler.get("directEditing").complete();
    pressed = true;
  });
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => setTimeout(() => {
      pressed = false;
      if (late) show(...late);
    }));
  }
  // Nor is it drawn under what is being typed: that is taken over first, letters that an input method puts together at once.
  let composing = false;
  place.addEventListener("compositionstart", () => (composing = true));
  place.addEventListener("compositionend", () => (composing = false));
  const resume = debounce(() => late && show(...late), 800);
  for (const what of ["input", "compositionend", "focusout"]) place.addEventListener(what, resume);
  const busy = (element) => shown === subject(element) && place.contains(document.activeElement) && (composing || document.activeElement.pending);

  function show(element) {
    late = null;
    if (pressed || busy(element)) return void (late = [element]);
    const one = subject(element);
    const active = place.contains(document.activeElement) ? document.activeElement : null;
    const where = active?.closest("[data-field]")?.dataset.field;
    const at = active && "selectionStart" in active ? [active.selectionStart, active.selectionEnd] : null;
    const nth = where ? [...active.closest("[data-field]").querySelectorAll("input, select, textarea, summary, button")].indexOf(active) : 0;
    const opened = new Set([...place.querySelectorAll("details[open]")].map((each) => each.closest("[data-field]")?.dataset.field));
    const filters = new Map([...place.querySelectorAll("[data-field] input[type=search]")].map((each) => [each.closest("[data-field]").dataset.field, each.value]));
    const same = shown === one;
    shown = one;
    const kind = kindOf(one);
    place.replaceChildren(
      make("p", { class: "panel-kind" }, words.kind[kind] ?? kind),
      make("h2", { class: "panel-title" }, owner(one).name || getBusinessObject(one).name || words.unnamed),
      make("div", { class: "lines" }, fields(one)),
    );
    if (!same) return;
    for (const each of place.querySelectorAll("[data-field] details")) each.open = opened.has(each.closest("[data-field]").dataset.field);
    for (const each of place.querySelectorAll("[data-field] input[type=search]")) {
      each.value = filters.get(each.closest("[data-field]").dataset.field) ?? "";
      if (each.value) each.dispatchEvent(new Event("input"));
    }
    const again = where && place.querySelector(`[data-field="${CSS.escape(where)}"]`)?.querySelectorAll("input, select, textarea, summary, button")[nth];
    if (again) {
      again.focus({ preventScroll: true });
      if (at?.[0] !== null && at && again.setSelectionRange && again.type !== "checkbox" && again.type !== "number") again.setSelectionRange(...at);
    }
  }

  const again = () => show(shown?.parent || !shown ? shown : undefined);
  modeler.on("selection.changed", ({ newSelection }) => show(newSelection.length === 1 ? newSelection[0] : undefined));
  modeler.on("commandStack.changed", again);
  return { show, again, focus: () => place.querySelector("input, select, textarea")?.focus() };
}

// The group that a lane stands for, as the check reads it: named by the lane, or by its id.
function groupOf(lane, o) {
  const word = lane.get("nom:group") || lane.id;
  return o.groups.find(([one]) => one === word);
}

function laneOf(bo) {
  return processOf(bo)?.laneSets?.flatMap((set) => set.lanes ?? []).find((lane) => lane.flowNodeRef?.includes(bo));
}

function processOf(bo) {
  let one = bo;
  while (one && !is(one, "bpmn:Process")) one = one.$parent;
  return one;
}
