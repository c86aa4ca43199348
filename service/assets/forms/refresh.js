// A form that is drawn anew for the answers given so far: chosen files stay where they are until the form is sent.

document.addEventListener("htmx:config:request", ({ detail }) => {
  const { body } = detail.ctx.request;
  if (body.get("act") !== "refresh") return;
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
});
