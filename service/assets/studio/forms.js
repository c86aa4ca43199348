// Forms: the editor of bpmn.io with the parts that ours can draw, and beside it the form as whoever fills it in will see it.
import { FormEditor } from "@bpmn-io/form-js-editor";
import "@bpmn-io/form-js/dist/assets/form-js.css";
import "@bpmn-io/form-js-editor/dist/assets/form-js-editor.css";
import "@bpmn-io/form-js-editor/dist/assets/properties-panel.css";
import { download, make, typing } from "./dom.js";
import { speakIn } from "./speak.js";
import { writing } from "./writing.js";

export async function openForm({ name, content, words, config, store, problems, changed, aside }) {
  const schema = JSON.parse(content);
  const palette = make("div", { class: "form-palette" });
  const canvas = make("div", { class: "form-canvas" });
  const preview = make("div", { class: "form-preview", hidden: true });
  const tabs = ["build", "preview"].map((word) => make("button", { type: "button", class: "tool", role: "tab", onclick: () => turn(word) }, words.formTabs[word]));
  const paper = make("a", { class: "tool", href: config.url.preview.replace("NAME", encodeURIComponent(name)), target: "_blank", rel: "noopener" }, words.previewPrint);
  const box = make("div", { class: "studio-sheet is-form" }, make("div", { class: "view-tabs" }, make("div", { role: "tablist" }, tabs), paper), make("div", { class: "form-stage" }, palette, canvas), preview);
  const side = make("div", { class: "studio-panel-in is-form" });
  const checks = make("div");
  const properties = make("div", { class: "form-properties" });
  side.append(checks, properties);
  aside.canvas.append(box);
  aside.panel.append(side);
  const editor = new FormEditor({
    container: canvas,
    renderer: { compact: false },
    palette: { parent: palette },
    propertiesPanel: { parent: properties },
    exporter: { name: "Vinh Danh", version: "1" },
  });
  const one = (text) => words.formMenu[text] ?? text;
  const say = (text) => {
    const made = /^Create an? (.+) element$/.exec(text);
    return made && words.formMenu.Create ? `${words.formMenu.Create} ${one(made[1]).toLowerCase()}` : one(text);
  };
  const quiet = [palette, properties, canvas].map((place) => speakIn(place, say));
  await editor.importSchema(schema);

  // A new part would be called in English in the form itself.
  editor.on("commandStack.formField.add.preExecute", ({ context }) => {
    const { formField } = context;
    for (const name of ["label", "dateLabel", "timeLabel", "text"]) if (formField[name]) formField[name] = one(formField[name]);
    for (const option of formField.values ?? []) option.label = one(option.label);
  });

  // The editor names itself in what it saves and knows nothing of what else stands in our files: that stays as it was.
  const current = () => {
    const { exporter, ...saved } = editor.saveSchema();
    return `${JSON.stringify({ ...schema, ...saved, ...(schema.exporter ? { exporter: schema.exporter } : {}) }, null, 2)}\n`;
  };
  const opened = current();
  const fields = typing(side);
  const file = writing(() => (current() !== opened || store.text(name) !== content) && changed(current()));
  editor.on("commandStack.changed", file.changed);

  async function look(answers) {
    const answer = await store.post(`${config.url.preview.replace("NAME", encodeURIComponent(name))}?answers=${answers}`, current(), "text/plain;charset=utf-8");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    preview.replaceChildren(...page.querySelectorAll("main > *, body > .form-part"));
  }
  preview.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-answers]");
    if (!chosen) return;
    event.preventDefault();
    look(chosen.dataset.answers);
  });

  async function turn(word) {
    const looks = word === "preview";
    tabs.forEach((tab, at) => tab.setAttribute("aria-selected", (at === 1) === looks ? "true" : "false"));
    box.querySelector(".form-stage").hidden = looks;
    preview.hidden = !looks;
    if (looks) await look("empty");
  }
  turn("build");

  const redraw = () => {
    const said = problems().filter((one) => one.file === name);
    checks.replaceChildren(...(said.length ? [make("ul", { class: "panel-problems" }, said.map((one) => make("li", { class: `is-${one.severity}` }, `${one.name || one.element}: ${one.message}`)))] : []));
  };
  redraw();
  return {
    kind: "form",
    redraw,
    can: (word) => word === "file",
    act: (word) => word === "file" && download(name, current(), "application/json"),
    // A problem names a key, or the way to it through groups and rows: `members.*.name`.
    jump(key) {
      const all = editor.get("formFieldRegistry").getAll();
      const find = (wanted) => all.find((one) => [one.key, one.path, one.id].includes(wanted));
      const field = find(key) ?? find(key.split(".").pop());
      if (field) editor.get("selection").set(field);
    },
    async settle() {
      await fields.over();
      await file.take();
    },
    busy: () => file.busy() || fields.busy(),
    show: (visible) => [box, side].forEach((one) => (one.hidden = !visible)),
    destroy() {
      quiet.forEach((each) => each());
      editor.destroy();
      [box, side].forEach((one) => one.remove());
    },
  };
}

