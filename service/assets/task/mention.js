// After an @ in a comment, names are offered of those who may read it; the server gives no others. Without the script one types them.

const box = Object.assign(document.createElement("ul"), { id: "mention-list", className: "mention-list", hidden: true });
box.setAttribute("role", "listbox");
let field = null;
let asked = 0;

const options = () => [...box.children];
const chosen = () => box.querySelector("[aria-selected=true]");

// What is being typed after the last @ before the caret: names have spaces, so it goes on to the caret.
function begun(area) {
  const before = area.value.slice(0, area.selectionStart);
  const found = /(?:^|[^\p{L}\p{N}_])@([^@\n]{0,40})$/u.exec(before);
  return found ? found[1] : null;
}

function close() {
  asked += 1;
  box.hidden = true;
  box.replaceChildren();
  field?.removeAttribute("aria-activedescendant");
}

function mark(option) {
  for (const one of options()) one.setAttribute("aria-selected", String(one === option));
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function take(option) {
  const typed = begun(field);
  const at = field.selectionStart;
  field.setRangeText(`${option.textContent} `, at - typed.length, at, "end");
  close();
  field.focus();
}

async function offer(area) {
  const typed = begun(area);
  if (typed === null) return close();
  field = area;
  const turn = ++asked;
  const inside = area.form.querySelector("[name=inside]")?.checked ? "1" : "";
  const answer = await fetch(`${area.dataset.mentions}?${new URLSearchParams({ q: typed, inside })}`);
  if (!answer.ok || turn !== asked || begun(area) !== typed) return;
  const { names } = await answer.json();
  if (!names.length) return close();
  box.replaceChildren(
    ...names.map((name, at) => {
      const option = Object.assign(document.createElement("li"), { id: `mention-${at}`, textContent: name });
      option.setAttribute("role", "option");
      return option;
    }),
  );
  box.setAttribute("aria-label", area.dataset.mentionsLabel);
  area.after(box);
  box.hidden = false;
  mark(box.firstElementChild);
}

for (const area of document.querySelectorAll("textarea[data-mentions]")) {
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", box.id);
  area.setAttribute("aria-haspopup", "listbox");
  area.after(box);
  area.addEventListener("input", () => offer(area));
  area.addEventListener("blur", () => setTimeout(close, 150));
  area.addEventListener("keydown", (event) => {
    if (box.hidden || event.isComposing) return;
    const all = options();
    const at = all.indexOf(chosen());
    if (event.key === "ArrowDown") mark(all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp") mark(all[(at - 1 + all.length) % all.length]);
    else if (event.key === "Enter" || event.key === "Tab") take(all[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
}

box.addEventListener("mousedown", (event) => {
  event.preventDefault(); // the field keeps its place
  const option = event.target.closest("[role=option]");
  if (option) take(option);
});
