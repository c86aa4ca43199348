// A file as text: letters and scenarios, and whatever its own editor cannot read, so that it can still be mended.
import { debounce, download, make, problemList } from "./dom.js";

export async function openText({ name, content, words, changed, aside, why, problems }) {
  const write = debounce((value) => changed(value), 300);
  const area = make("textarea", { class: "input is-code studio-text", value: content, spellcheck: false, "aria-label": name, oninput: (event) => write(event.target.value) });
  const box = make("div", { class: "studio-sheet" }, why && make("p", { class: "said is-bad" }, why), area);
  const side = make("div", { class: "studio-panel-in" });
  aside.canvas.append(box);
  aside.panel.append(side);
  const redraw = () => {
    const said = problems().filter((one) => one.file === name);
    side.replaceChildren(
      make("h2", { class: "panel-title" }, name),
      said.length ? problemList(said) : make("p", { class: "hint" }, words.asText),
    );
  };
  redraw();
  return {
    kind: "text",
    redraw,
    can: (word) => word === "file",
    act: (word) => word === "file" && download(name, area.value, "text/plain"),
    settle: async () => changed(area.value),
    show: (visible) => [box, side].forEach((one) => (one.hidden = !visible)),
    destroy: () => [box, side].forEach((one) => one.remove()),
  };
}
