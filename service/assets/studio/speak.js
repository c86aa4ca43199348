// Puts the words of parts that know no translation into the reader's language, wherever they write them.
const ATTRIBUTES = ["title", "placeholder", "aria-label", "data-placeholder"];

export function speakIn(place, say) {
  const speak = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      if (node.parentElement?.isContentEditable) return;
      const said = node.data.trim();
      const other = said && say(said);
      if (other && other !== said) node.data = node.data.replace(said, other);
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    if (node.dataset.style) node.style.cssText = node.dataset.style;
    for (const name of ATTRIBUTES) {
      const said = node.getAttribute(name);
      const other = said && say(said);
      if (other && other !== said) node.setAttribute(name, other);
    }
    if (!node.isContentEditable) node.childNodes.forEach(speak); // what people write there stays as it is
  };
  const watch = new MutationObserver((changes) => {
    for (const { addedNodes, target, type } of changes) type === "characterData" ? speak(target) : addedNodes.forEach(speak);
  });
  watch.observe(place, { childList: true, subtree: true, characterData: true });
  speak(place);
  return () => watch.disconnect();
}

// Style that may not stand in markup, for what is laid over the whole page.
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) {
      for (const one of node.querySelectorAll?.("[data-style]") ?? []) one.style.cssText = one.dataset.style;
      if (node.dataset?.style) node.style.cssText = node.dataset.style;
    }
  }
}).observe(document.body, { childList: true });
