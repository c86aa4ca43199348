// Looks over a page that is walked by Tab: `begin()` before the first key, one look after each key, `end()` says what was wrong.
(() => {
  const NATIVE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [contenteditable=true]";
  const CLICKED = `${NATIVE}, ${["button", "link", "checkbox", "radio", "switch", "tab", "menuitem", "option", "combobox"].map((role) => `[role=${role}]`)}`;
  // Within these, one stop is enough: arrows lead on (ARIA practices).
  const COMPOSITE = ["tablist", "menu", "menubar", "listbox", "grid", "tree", "toolbar", "radiogroup"].map((role) => `[role=${role}]`).join();
  // A drawing has its numbered text beside it, which is reached; its shapes are clicked as a short cut.
  const DRAWN = ".djs-container";
  const LEAST = 24; // WCAG 2.5.8, CSS pixels

  const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0 && !one.closest("[inert]");
  const labels = (one) => [...(one.labels ?? [])];
  const called = (one) => {
    const words = one.getAttribute("aria-label") || labels(one)[0]?.textContent || one.textContent || one.getAttribute("name") || "";
    const kind = [one.tagName.toLowerCase(), ...one.classList].join(".");
    return `${kind}${one.id ? `#${one.id}` : ""} "${words.trim().replace(/\s+/g, " ").slice(0, 40)}"`;
  };
  const around = (one) => [one, one.parentElement, one.parentElement?.parentElement, ...labels(one)].filter(Boolean);
  const look = (one) => {
    const style = getComputedStyle(one);
    return {
      outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 ? `${style.outline} ${style.outlineOffset}` : "",
      shadow: style.boxShadow,
      border: ["Top", "Right", "Bottom", "Left"].map((side) => style[`border${side}Width`] + style[`border${side}Color`]).join(),
    };
  };
  // What is scrolled out of a box lies nowhere on the page until the focus fetches it.
  const place = (one) => {
    let { left, right, top, bottom } = one.getBoundingClientRect();
    for (let up = one.parentElement; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflow === "visible") continue;
      const edge = up.getBoundingClientRect();
      const [across, down] = [(x) => Math.min(Math.max(x, edge.left), edge.right), (y) => Math.min(Math.max(y, edge.top), edge.bottom)];
      [left, right, top, bottom] = [across(left), across(right), down(top), down(bottom)];
    }
    if (right <= left || bottom <= top) return null;
    return { left: left + scrollX, right: right + scrollX, top: top + scrollY, bottom: bottom + scrollY };
  };
  const group = (one) => (one.type === "radio" && one.name ? `${one.form?.getAttribute("id")} ${one.name}` : one);

  let stops, places, looks, reached, wrong, before, round, watched;

  function begin() {
    const all = [...document.querySelectorAll(`${CLICKED}, [tabindex]`)].filter(shown);
    stops = all.filter((one) => !one.matches(":disabled") && (one.tabIndex >= 0 || (one.matches(CLICKED) && !one.closest(`${COMPOSITE}, ${DRAWN}`))));
    places = new Map(stops.map((one) => [one, place(one)]));
    looks = new Map(stops.flatMap(around).map((one) => [one, look(one)]));
    reached = new Set();
    wrong = [];
    before = null;
    round = false;
    watched = true;
    small(stops.filter((one) => one.matches(CLICKED)));
    mouseOnly();
    return new Set(stops.map(group)).size;
  }

  // After a key: where the focus stands, once the page has moved to it.
  function step() {
    const one = document.activeElement;
    if (round || !one || one === document.body || one === document.documentElement) {
      round ||= before !== null;
      return;
    }
    if (one === [...reached][0] || (one === before && !one.matches("iframe"))) {
      round = one !== before;
      return;
    }
    reached.add(one);
    reached.add(group(one));
    if (!seen(one)) wrong.push(`the focus is not seen: ${called(one)}`);
    const hidden = covered(one);
    if (hidden) wrong.push(`${hidden}: ${called(one)}`);
    const [was, is] = [places.get(before), places.get(one)];
    const together = before?.closest(DRAWN) && before.closest(DRAWN) === one.closest(DRAWN); // what lies on a drawing comes before it
    if (was && is && !together && !before.closest(".skip") && is.bottom <= was.top + 1 && is.left < was.right - 1) {
      wrong.push(`the focus jumps back up: ${called(one)} after ${called(before)}`);
    }
    before = one;
  }

  function end() {
    for (const one of stops) {
      if (one.isConnected && shown(one) && !reached.has(one) && !reached.has(group(one))) wrong.push(`Tab does not reach ${called(one)}`);
    }
    if (!round) wrong.push(`the focus does not come round; it stands at ${called(document.activeElement)}`);
    return [...new Set(wrong)];
  }

  // WCAG 2.4.7: an outline, a shadow or a border that was not there before, on the control or on what stands around it.
  function seen(one) {
    return around(one).some((part) => {
      const [was, is] = [looks.get(part) ?? { outline: "" }, look(part)];
      if (is.outline && is.outline !== was.outline) return uncut(part);
      return (is.shadow !== "none" && was.shadow && is.shadow !== was.shadow) || (was.border && is.border !== was.border);
    });
  }

  // Boxes that scroll cut off what reaches over their edge; two sides of the outline must be left.
  function uncut(one) {
    const style = getComputedStyle(one);
    const reach = parseFloat(style.outlineOffset) + 1;
    const box = one.getBoundingClientRect();
    const sides = { left: box.left - reach, top: box.top - reach, right: box.right + reach, bottom: box.bottom + reach };
    for (let up = one.parentElement; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflow === "visible") continue;
      const edge = up.getBoundingClientRect();
      if (sides.left < edge.left) delete sides.left;
      if (sides.top < edge.top) delete sides.top;
      if (sides.right > edge.right) delete sides.right;
      if (sides.bottom > edge.bottom) delete sides.bottom;
    }
    return Object.keys(sides).length >= 2;
  }

  // WCAG 2.4.11: what has the focus is in the window, and nothing lies over its middle.
  function covered(one) {
    const parts = [one, ...labels(one)].flatMap((part) => [...part.getClientRects()]);
    const box = parts.reduce((most, part) => (part.width * part.height > most.width * most.height ? part : most), parts[0]);
    const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    if (right <= left || bottom <= top) return "out of the window";
    const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    if (hit && (one.contains(hit) || labels(one).some((label) => label.contains(hit)))) return "";
    return `hidden under ${hit ? called(hit) : "nothing"}`;
  }

  // WCAG 2.5.8: 24 by 24, or a circle of that size around the middle that touches no other target; links in sentences are free.
  function small(targets) {
    const boxes = targets.filter((one) => !one.matches(".skip") && !one.closest(DRAWN)).map((one) => {
      const parts = [one, ...labels(one).filter(shown)].map((part) => part.getBoundingClientRect());
      const box = { left: Math.min(...parts.map((p) => p.left)), right: Math.max(...parts.map((p) => p.right)),
        top: Math.min(...parts.map((p) => p.top)), bottom: Math.max(...parts.map((p) => p.bottom)) };
      const [width, height] = [box.right - box.left, box.bottom - box.top];
      return { one, box, width, height, x: box.left + width / 2, y: box.top + height / 2, small: Math.min(width, height) < LEAST - 0.5, ...cut(one) };
    });
    for (const a of boxes) {
      if (!a.small || inSentence(a.one)) continue;
      for (const b of boxes) {
        if (a === b || a.one.contains(b.one) || b.one.contains(a.one)) continue;
        if (a.inside !== b.inside && (a.out || b.out)) continue;
        const [dx, dy] = [Math.max(b.box.left - a.x, 0, a.x - b.box.right), Math.max(b.box.top - a.y, 0, a.y - b.box.bottom)];
        const near = Math.hypot(dx, dy) < LEAST / 2 - 0.5 || (b.small && !inSentence(b.one) && Math.hypot(a.x - b.x, a.y - b.y) < LEAST - 0.5);
        if (!near) continue;
        wrong.push(`${Math.round(a.width)}×${Math.round(a.height)} px and close to ${called(b.one)}: ${called(a.one)}`);
        break;
      }
    }
  }

  // What is scrolled out of a box is near its fellows in the box alone.
  function cut(one) {
    let inside = one.parentElement;
    while (inside && getComputedStyle(inside).overflow === "visible") inside = inside.parentElement;
    const [whole, left] = [one.getBoundingClientRect(), place(one)];
    return { inside, out: !left || left.bottom - left.top < whole.height - 1 || left.right - left.left < whole.width - 1 };
  }

  function inSentence(one) {
    if (!getComputedStyle(one).display.startsWith("inline")) return false;
    let block = one.parentElement;
    while (block.parentElement && getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
    const copy = block.cloneNode(true);
    for (const part of copy.querySelectorAll(`${CLICKED}, .unseen`)) part.remove();
    return /\p{L}/u.test(copy.textContent);
  }

  // A hand over what no key reaches: a click is listened for where nothing can be focused.
  function mouseOnly() {
    const free = `${CLICKED}, label, option, ${DRAWN}`;
    for (const one of document.querySelectorAll("body *")) {
      if (getComputedStyle(one).cursor !== "pointer" || one.closest(free) || !shown(one)) continue;
      if (getComputedStyle(one.parentElement).cursor !== "pointer") wrong.push(`only a mouse can click ${called(one)}`);
    }
  }

  document.addEventListener("keyup", (event) => event.key === "Tab" && watched && step(), true);
  const pause = () => (watched = false);
  const fromTheTop = () => {
    const skip = document.querySelector(".skip");
    scrollTo(0, 0);
    skip.focus();
    reached.add(skip);
    before = null;
    watched = true;
  };
  const kind = (one) => `${one.tagName}.${one.getAttribute("class")} ${one.type ?? ""} ${one.getAttribute("role") ?? ""}`;
  const kinds = () => [...document.querySelectorAll(`${CLICKED}, [tabindex]`)].filter(shown).map((one) => `${kind(one)} in ${kind(one.parentElement)}`);
  window.walkByKeyboard = { begin, pause, fromTheTop, end, kinds, isRound: () => round };
})();
