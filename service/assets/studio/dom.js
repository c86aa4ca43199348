// A few helpers to build parts of the page by hand. Text is always text, never markup.
export function make(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name in element && name !== "list" && name !== "form") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// What a check says, each fault in its sentence.
export function problemList(said) {
  return make("ul", { class: "panel-problems" }, said.map((one) => make("li", { class: `is-${one.severity}` }, one.message)));
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export function debounce(call, wait) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...given), wait);
  };
}

// Parts of others take over what is typed a moment later: whether that moment runs, and waiting until it is over.
export function typing(place, wait = 450) {
  let until = 0;
  place.addEventListener("input", () => (until = Date.now() + wait), true);
  const left = () => Math.max(0, until - Date.now());
  return { busy: () => left() > 0, over: () => new Promise((done) => setTimeout(done, left())) };
}

export function download(name, content, type) {
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
