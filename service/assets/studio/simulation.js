// Token simulation in the reader's words: the part itself speaks English and knows no translation.
import tokens from "bpmn-js-token-simulation/lib/modeler";

function Spoken(canvas, translate, eventBus) {
  const speak = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const said = node.data.trim();
      const other = said && translate(said);
      if (other && other !== said) node.data = node.data.replace(said, other);
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    if (node.dataset.style) node.style.cssText = node.dataset.style;
    if (node.title) {
      const other = translate(node.title);
      if (other !== node.title) node.title = other;
      if (!node.getAttribute("aria-label")) node.setAttribute("aria-label", other);
    }
    node.childNodes.forEach(speak);
  };
  const watch = new MutationObserver((changes) => {
    for (const { addedNodes, target } of changes) {
      if (target.closest?.('[class*="bts-"]') || [...addedNodes].some((one) => /bts-/.test(one.className ?? "") || one.querySelector?.('[class*="bts-"]'))) addedNodes.forEach(speak);
    }
  });
  eventBus.on("diagram.init", 100, () => {
    const place = canvas.getContainer().parentNode;
    watch.observe(place, { childList: true, subtree: true });
    for (const one of place.querySelectorAll('[class*="bts-"]')) speak(one);
  });
  eventBus.on("diagram.destroy", () => watch.disconnect());
}
Spoken.$inject = ["canvas", "translate", "eventBus"];

export const simulation = { __depends__: [tokens], __init__: ["spokenSimulation"], spokenSimulation: ["type", Spoken] };
