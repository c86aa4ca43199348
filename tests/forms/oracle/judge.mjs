// Runs forms through form-js itself and says what it refuses and what it would submit.
// stdin: [{name, schema, data}], stdout: [{name, refused: {"id": […], "id.0": […]}, data}]; run it from the project's root.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { JSDOM } from "jsdom";

const window = new JSDOM("<!doctype html><body></body>", { pretendToBeVisual: true, url: "http://localhost/" }).window;
for (const name of Object.getOwnPropertyNames(window)) {
  if (!(name in globalThis)) globalThis[name] = window[name];
}
globalThis.window = window;
globalThis.document = window.document;
// jsdom has neither of these; form-js only listens and transfers through them.
globalThis.ResizeObserver = class { observe() {} unobserve() {} disconnect() {} };
globalThis.DataTransfer = class { items = { add() {} }; files = null; };
Object.defineProperty(window.HTMLInputElement.prototype, "files", { get: () => null, set() {} });

// The CommonJS build: the other one imports lodash in a way that Node does not resolve.
const require = createRequire(import.meta.url);
const { createForm } = createRequire(require.resolve("@bpmn-io/form-js/package.json"))("@bpmn-io/form-js-viewer");
const settled = () => new Promise((done) => setTimeout(done, 60));

function flatten(errors, path, found) {
  if (Array.isArray(errors) && errors.every((one) => typeof one === "string")) found[path] = errors;
  else for (const [key, inner] of Object.entries(errors ?? {})) flatten(inner, path ? `${path}.${key}` : key, found);
}

async function judge({ name, schema, data }) {
  const container = window.document.createElement("div");
  window.document.body.appendChild(container);
  try {
    const form = await createForm({ schema, data, container });
    await settled();
    const result = form.submit();
    const refused = {};
    flatten(result.errors, "", refused);
    form.destroy();
    return { name, refused, data: result.data };
  } catch (error) {
    return { name, broken: String(error.message ?? error) };
  } finally {
    container.remove();
  }
}

const answers = [];
for (const asked of JSON.parse(readFileSync(0, "utf8"))) answers.push(await judge(asked));
process.stdout.write(JSON.stringify(answers), () => process.exit(0));
