// Reads diagrams as the editor does and writes them again. In: {name: xml}. Out: {name: {xml, warnings}} or {name: {error}}.
import { readFileSync } from "node:fs";
import { BpmnModdle } from "bpmn-moddle";

const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url)));
const extensions = {
  camunda: read("../../node_modules/camunda-bpmn-moddle/resources/camunda.json"),
  nom: read("../../service/assets/studio/attributes.json"),
};

let input = "";
for await (const chunk of process.stdin) input += chunk;
const answers = {};
for (const [name, xml] of Object.entries(JSON.parse(input))) {
  try {
    const moddle = new BpmnModdle(extensions);
    const { rootElement, warnings } = await moddle.fromXML(xml);
    answers[name] = { xml: (await moddle.toXML(rootElement, { format: true })).xml, warnings: warnings.map((one) => one.message) };
  } catch (error) {
    answers[name] = { error: error.message };
  }
}
console.log(JSON.stringify(answers));
