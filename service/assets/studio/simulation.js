// Token simulation in the reader's words: the part itself speaks English and knows no translation.
import tokens from "bpmn-js-token-simulation/lib/modeler";
import { speakIn } from "./speak.js";

function Spoken(canvas, translate, eventBus) {
  eventBus.on("diagram.init", 100, () => {
    const quiet = speakIn(canvas.getContainer().parentNode, translate);
    eventBus.on("diagram.destroy", quiet);
  });
}
Spoken.$inject = ["canvas", "translate", "eventBus"];

// Its single letters would start it while a name is meant to be typed: it begins by its button alone.
export const simulation = {
  __depends__: [tokens],
  __init__: ["spokenSimulation"],
  spokenSimulation: ["type", Spoken],
  tokenSimulationKeyboardBindings: ["value", {}],
};
