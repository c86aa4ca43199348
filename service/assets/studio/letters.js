// Letters: their text with the values that it may take, and the letter as its reader gets it; tried by a mail to oneself.
import { debounce, download, make } from "./dom.js";

export async function openLetter({ name, content, words, config, store, offers, problems, changed, aside }) {
  const w = words.letter;
  const address = (which) => config.url[which].replace("NAME", encodeURIComponent(name));
  const write = debounce((value) => changed(value), 300);
  const area = make("textarea", { class: "input is-code studio-text", value: content, spellcheck: false, "aria-label": name, oninput: () => write(area.value) });
  const look = make("div", { class: "letter-look", hidden: true, tabIndex: 0, role: "region", "aria-label": w.tabs.look });
  const tabs = ["write", "look"].map((word) => make("button", { type: "button", class: "tool", role: "tab", onclick: () => turn(word) }, w.tabs[word]));
  const told = make("span", { class: "hint", role: "status" });
  const send = make("button", { type: "button", class: "tool", onclick: test }, w.send);
  const box = make("div", { class: "studio-sheet is-letter" }, make("div", { class: "view-tabs" }, make("div", { role: "tablist" }, tabs), send, told), area, look);
  const checks = make("div");
  const gaps = make("div", { class: "field" },
    make("span", { class: "label" }, w.gaps), make("span", { class: "hint" }, w.gapsHint),
    make("ul", { class: "letter-gaps" }, offers().gaps.map(([gap, about]) =>
      make("li", {}, make("button", { type: "button", class: "tool is-code", onclick: () => insert(gap) }, `{{ ${gap} }}`), make("span", { class: "hint" }, about)))));
  const side = make("div", { class: "studio-panel-in" }, make("p", { class: "panel-kind" }, words.kinds[".letter"]), make("h2", { class: "panel-title" }, name), checks, gaps);
  aside.canvas.append(box);
  aside.panel.append(side);

  function insert(gap) {
    turn("write");
    area.setRangeText(`{{ ${gap} }}`, area.selectionStart, area.selectionEnd, "end");
    area.focus();
    write(area.value);
  }

  async function turn(word) {
    const looks = word === "look";
    tabs.forEach((tab, at) => tab.setAttribute("aria-selected", (at === 1) === looks ? "true" : "false"));
    area.hidden = looks;
    look.hidden = !looks;
    if (!looks) return;
    changed(area.value);
    await store.flush(); // the frames show what the service has
    const answer = await store.post(address("preview"), area.value, "text/plain;charset=utf-8");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    look.replaceChildren(...page.querySelectorAll(".letter-part"));
  }

  async function test() {
    told.textContent = "";
    send.setAttribute("aria-disabled", "true");
    try {
      const answer = await store.post(address("send"), area.value, "text/plain;charset=utf-8");
      const { message } = await answer.json();
      told.textContent = answer.ok ? message : w.failed.replace("{message}", message);
    } catch {
      told.textContent = words.state.offline;
    } finally {
      send.removeAttribute("aria-disabled");
    }
  }

  // `vi.subject` stands below `[vi]`, in the line that begins with `subject`.
  function jump(part) {
    turn("write");
    const [section, key] = part.includes(".") ? part.split(".") : ["", part];
    const head = section ? area.value.search(new RegExp(`^\\s*\\[\\s*${section}\\s*\\]`, "m")) : 0;
    const from = head + Math.max(0, area.value.slice(head).search(new RegExp(`^[ \\t]*${key.replace(/\W/g, ".")}\\s*=`, "m")));
    area.focus();
    area.setSelectionRange(from, Math.max(from, area.value.indexOf("\n", from)));
  }

  const redraw = () => {
    const said = problems().filter((one) => one.file === name);
    checks.replaceChildren(said.length ? make("ul", { class: "panel-problems" }, said.map((one) => make("li", { class: `is-${one.severity}` }, one.message))) : make("p", { class: "hint" }, words.noProblems));
  };
  redraw();
  turn("write");
  return {
    kind: "letter",
    redraw,
    can: (word) => word === "file",
    act: (word) => word === "file" && download(name, area.value, "text/plain"),
    jump,
    settle: async () => changed(area.value),
    show: (visible) => [box, side].forEach((one) => (one.hidden = !visible)),
    destroy: () => [box, side].forEach((one) => one.remove()),
  };
}
