// A link `href="#id" data-dialog` opens the native dialog of that id; without the script it leads to it in the page.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.getAttribute("href").slice(1));
    if (!dialog) return;
    event.preventDefault();
    dialog.showModal();
    return;
  }
  const asker = event.target.closest("a[data-ask]");
  if (asker && document.getElementById("ask-row")) {
    event.preventDefault();
    askForRow(asker, document.getElementById("ask-row"));
    return;
  }
  const closer = event.target.closest("[data-close]");
  if (closer?.closest("dialog")) {
    event.preventDefault();
    closer.closest("dialog").close();
  }
});

// Acts of rows share one dialog; without the script each link leads to a page that asks the same.
function askForRow(link, dialog) {
  const form = dialog.querySelector("form");
  form.action = link.dataset.ask;
  dialog.querySelector("h2").textContent = link.textContent;
  dialog.querySelector("[data-effect-place]").innerHTML = link.dataset.effect; // escaped by the server, save for weight
  const reason = dialog.querySelector("[data-asks-place]");
  reason.hidden = !link.dataset.asks;
  reason.querySelector("label").textContent = link.dataset.asks;
  reason.querySelector("textarea").disabled = !link.dataset.asks;
  const button = dialog.querySelector("button[name=act]");
  button.value = link.dataset.act;
  button.textContent = link.textContent;
  dialog.querySelector("[data-hidden-place]").replaceChildren(
    ...Object.entries(JSON.parse(link.dataset.hidden)).map(([name, value]) =>
      Object.assign(document.createElement("input"), { type: "hidden", name, value }),
    ),
  );
  dialog.showModal();
}

// Came back with an error in the dialog, or followed a link to it: open it properly.
for (const dialog of document.querySelectorAll("dialog[data-opened]")) {
  dialog.removeAttribute("open");
  dialog.showModal();
}

// Opened by the page itself, or from a place that has closed meanwhile: the focus goes to what would open it.
document.addEventListener(
  "close",
  ({ target }) => {
    const opener = target.id && document.activeElement === document.body && document.querySelector(`[data-dialog][href="#${CSS.escape(target.id)}"]`);
    if (opener) opener.focus();
  },
  true,
);
