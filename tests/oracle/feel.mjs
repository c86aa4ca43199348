// Runs a table of expressions through feelin and prints its answers, one for each, as JSON.
// In: a list of {kind: "expression" | "unary", text, scope}; for unary tests scope["?"] is the value tested.
// Out: a list of {value} or {error}; whatever is no plain JSON is written as a string.
import { evaluate, unaryTest } from "feelin";

const plain = (value) => {
  if (value === undefined) return null;
  if (value === null || ["boolean", "number", "string"].includes(typeof value)) return value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value.toISO === "function") return value.toISO();
  if (typeof value === "function") return "function";
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
};

let input = "";
for await (const chunk of process.stdin) input += chunk;
const answers = JSON.parse(input).map(({ kind, text, scope }) => {
  try {
    const result = kind === "unary" ? unaryTest(text, scope) : evaluate(text, scope);
    return { value: plain(result.value) };
  } catch (error) {
    return { error: String(error.message).split("\n")[0] };
  }
});
console.log(JSON.stringify(answers));
