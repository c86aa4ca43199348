// A form that is drawn anew for the answers given so far: chosen files stay where they are until the form is sent.

document.addEventListener("htmx:config:request", ({ detail }) => {
  const { body } = detail.ctx.request;
  if (body.get("act") !== "refresh") return;
  for (const name of new Set([...body].filter(([, value]) => value instanceof File).map(([each]) => each))) {
    const keys = body.getAll(name).filter((value) => typeof value === "string"); // what is stored already goes by the field's name too
    body.delete(name);
    for (const key of keys) body.append(name, key);
  }
});

// Quick hands choose before the script that asks has come: what they chose then is asked for as soon as it is there.
export function catchUp() {
  for (const part of document.querySelectorAll("[data-hx-post][data-hx-trigger^=change]")) {
    const chosen = [...part.querySelectorAll("input[type=radio]:checked, input[type=checkbox], select")].find(differs);
    chosen?.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function differs(one) {
  if (one.matches("input")) return one.checked !== one.defaultChecked;
  const drawn = [...one.options].findIndex((option) => option.defaultSelected);
  return one.selectedIndex !== Math.max(drawn, 0);
}
