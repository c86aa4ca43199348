// Letters: their parts in fields, the same as a file, and the letter as its reader gets it; tried by a mail to oneself.
import { debounce, download, make, problemList } from "./dom.js";

export async function openLetter({ name, content, words, config, store, offers, problems, changed, aside }) {
  const w = words.letter;
  const address = (which) => config.url[which].replace("NAME", encodeURIComponent(name));
  const write = debounce((value) => changed(value), 300);
  const area = make("textarea", { class: "input is-code studio-text", value: content, spellcheck: false, "aria-label": name, oninput: () => write(area.value) });
  const form = make("form", { class: "letter-look", hidden: true, oninput: () => { area.value = letterOf(form); write(area.value); }, onsubmit: (event) => event.preventDefault() });
  let last = null; // the field in which somebody was last
  form.addEventListener("focusin", ({ target }) => { if (target.name) last = target; });
  const look = make("div", { class: "letter-look", hidden: true, tabIndex: 0, role: "region", "aria-label": w.tabs.look });
  const tabs = ["write", "file", "look"].map((word) => make("button", { type: "button", class: "tool", role: "tab", onclick: () => turn(word) }, w.tabs[word]));
  const told = make("span", { class: "hint", role: "status" });
  const send = make("button", { type: "button", class: "tool", onclick: test }, w.send);
  const box = make("div", { class: "studio-sheet is-letter" }, make("div", { class: "view-tabs" }, make("div", { role: "tablist" }, tabs), send, told), form, area, look);
  const checks = make("div");
  const gaps = make("div", { class: "field" },
    make("span", { class: "label" }, w.gaps), make("span", { class: "hint" }, w.gapsHint),
    make("ul", { class: "letter-gaps" }, offers().gaps.map(([gap, about]) =>
      make("li", {}, make("button", { type: "button", class: "tool is-code", onclick: () => insert(gap) }, `{{ ${gap} }}`), make("span", { class: "hint" }, about)))));
  const side = make("div", { class: "studio-panel-in" }, make("p", { class: "panel-kind" }, words.kinds[".letter"]), make("h2", { class: "panel-title" }, name), checks, gaps);
  aside.canvas.append(box);
  aside.panel.append(side);

  function insert(gap) {
    const field = form.hidden ? area : last ?? form.elements.vi_opening;
    if (form.hidden) turn("file");
    field.setRangeText(`{{ ${gap} }}`, field.selectionStart, field.selectionEnd, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // What cannot be read into fields is mended as a file.
  async function fill() {
    const answer = await store.post(address("fields"), area.value, "text/plain;charset=utf-8").catch(() => null);
    if (!answer?.ok) {
      told.textContent = answer ? (await answer.json()).message : words.state.offline;
      return false;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const one of page.querySelectorAll("[id], [for], [aria-describedby]")) {
      for (const key of ["id", "for", "aria-describedby"]) {
        const said = one.getAttribute(key);
        if (said) one.setAttribute(key, said.split(" ").map((id) => `${name.replace(/\W/g, "_")}-${id}`).join(" ")); // several letters stand open
      }
    }
    last = null;
    form.replaceChildren(...page.querySelectorAll(".letter-fields"));
    return true;
  }

  async function turn(word) {
    told.textContent = "";
    if (word === "write" && form.hidden && !(await fill())) word = "file";
    tabs.forEach((tab, at) => tab.setAttribute("aria-selected", ["write", "file", "look"][at] === word ? "true" : "false"));
    form.hidden = word !== "write";
    area.hidden = word !== "file";
    look.hidden = word !== "look";
    if (word !== "look") return;
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
    const field = form.hidden ? null : form.elements[part.replace(".", "_")];
    if (field) return void field.focus();
    turn("file");
    const [section, key] = part.includes(".") ? part.split(".") : ["", part];
    const head = section ? area.value.search(new RegExp(`^\\s*\\[\\s*${section}\\s*\\]`, "m")) : 0;
    const from = head + Math.max(0, area.value.slice(head).search(new RegExp(`^[ \\t]*${key.replace(/\W/g, ".")}\\s*=`, "m")));
    area.focus();
    area.setSelectionRange(from, Math.max(from, area.value.indexOf("\n", from)));
  }

  const redraw = () => {
    const said = problems().filter((one) => one.file === name);
    checks.replaceChildren(said.length ? problemList(said) : make("p", { class: "hint" }, words.noProblems));
  };
  redraw();
  await turn("write");
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

// The file that the fields make: the service reads nothing else into them, so nothing is lost.
function letterOf(form) {
  const said = (key) => form.elements[key].value.replaceAll("\r\n", "\n");
  const quoted = (text) => JSON.stringify(text).replaceAll("\u007f", "\\u007f");
  const text = (value) => value.includes("\n") ? `"""\n${quoted(value).slice(1, -1).replaceAll("\\n", "\n")}"""` : quoted(value);
  const pairs = (lines) => lines.split("\n").filter((line) => line.trim()).map((line) => {
    const at = line.indexOf(":");
    return `[${quoted((at < 0 ? line : line.slice(0, at)).trim())}, ${quoted(at < 0 ? "" : line.slice(at + 1).trim())}]`;
  });
  const part = (language) => ["subject", "opening", "facts", "closing", "button"].map((key) => {
    const value = said(`${language}_${key}`);
    return `${key} = ${key === "facts" ? `[${pairs(value).join(", ")}]` : text(value)}`;
  });
  return `${["name", "name_en"].map((key) => `${key} = ${quoted(said(key))}`).join("\n")}\n\n${["vi", "en"].map((one) => `[${one}]\n${part(one).join("\n")}\n`).join("\n")}`;
}
