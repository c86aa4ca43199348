// A form goes once: a second click, or Enter pressed twice, finds it already on its way.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !/^post$/i.test(form.getAttribute("method")) || form.matches("[data-many]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
  const button = event.submitter;
  if (!button?.dataset.sending) return;
  button.dataset.said = button.textContent;
  button.textContent = button.dataset.sending;
  button.setAttribute("aria-disabled", "true");
});

// A button that cannot be used yet stays in the tab order, with its reason in words beside it.
document.addEventListener("click", (event) => {
  if (event.target.closest('button[aria-disabled="true"]')) event.preventDefault();
});

// Back from the next page, or a download instead of a page: the form may go again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
    for (const button of form.querySelectorAll("[data-said]")) {
      button.textContent = button.dataset.said;
      button.removeAttribute("aria-disabled");
      delete button.dataset.said;
    }
  }
});

// The first mistake is where the reader goes on.
document.querySelector("[data-errors]")?.focus();
