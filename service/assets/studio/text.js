// A file as text: papers and scenarios, and whatever its own editor cannot read, so that it can still be mended.
import { debounce, download, make, problemList } from "./dom.js";

export async function openText({ name, content, words, offers, changed, aside, why, problems }) {
  const write = debounce((value) => changed(value), 300);
  const area = make("textarea", { class: "input is-code studio-text", value: content, spellcheck: false, "aria-label": name, oninput: (event) => write(event.target.value) });
  const box = make("div", { class: "studio-sheet" }, why && make("p", { class: "said is-bad" }, why), area);
  const side = make("div", { class: "studio-panel-in" });
  aside.canvas.append(box);
  aside.panel.append(side);
  function insert(gap) {
    area.setRangeText(`{{ ${gap} }}`, area.selectionStart, area.selectionEnd, "end");
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  // A paper takes what the forms of its draft ask, and what each matter has.
  const gaps = () => name.endsWith(".paper") && offers().paperGaps && make("div", { class: "field" },
    make("span", { class: "label" }, words.paper.gaps), make("span", { class: "hint" }, words.paper.gapsHint),
    make("ul", { class: "letter-gaps" }, offers().paperGaps.map(([gap, about]) =>
      make("li", {}, make("button", { type: "button", class: "tool is-code", onclick: () => insert(gap) }, `{{ ${gap} }}`), make("span", { class: "hint" }, about)))));
  const redraw = () => {
    const said = problems().filter((one) => one.file === name);
    side.replaceChildren(
      make("p", { class: "panel-kind" }, words.kinds[name.slice(name.lastIndexOf("."))]),
      make("h2", { class: "panel-title" }, name),
      said.length ? problemList(said) : make("p", { class: "hint" }, words.asText),
      gaps() || "",
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
