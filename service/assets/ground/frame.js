// The bar: menus close by Escape and when hand or focus goes elsewhere, "/" leads to the search, the theme changes at once.

const menus = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

// An open menu lies over the page: what the focus goes to next must not stand under it. A dialog gives the focus back.
document.addEventListener("focusin", (event) => {
  if (event.target.closest("dialog")) return;
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

// A link that acts as a button goes by the space bar too, as buttons do.
document.addEventListener("keydown", (event) => {
  if (event.key !== " " || !event.target.matches('a[role="button"]')) return;
  event.preventDefault();
  event.target.click();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

export function isTyping(event) {
  return event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea, [contenteditable]");
}

// One-letter keys can be switched off (WCAG 2.1.4); the switch stands in the list of keys.
export const keysAllowed = () => localStorage.getItem("keys") !== "off";

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || isTyping(event) || !keysAllowed()) return;
  const search = document.querySelector("main input[type=search]") ?? document.querySelector(".bar-search input");
  if (!search) return;
  event.preventDefault();
  search.focus();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-keys-switch]")) return;
  localStorage.setItem("keys", event.target.checked ? "on" : "off");
});
for (const box of document.querySelectorAll("[data-keys-switch]")) box.checked = keysAllowed();

// The form works by itself and keeps the choice in a cookie; here it is sent aside so that nothing typed is lost.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-theme-form]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const theme = event.submitter.value;
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const button of form.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button === event.submitter));
  }
  await fetch(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(new FormData(form, event.submitter)) });
});

// Filters stand open beside a list, and folded above it on a phone; so does what is long and said last.
if (matchMedia("(width < 900px)").matches) {
  for (const filters of document.querySelectorAll("details[data-folds-on-phone]")) filters.open = false;
}

// A panel stays in sight while the page scrolls, where all of it fits into the window.
const panels = document.querySelectorAll(".act-panel.stays");
const measure = () => {
  for (const panel of panels) panel.classList.toggle("is-tall", panel.offsetHeight > innerHeight - 24);
};
if (panels.length) {
  const seen = new ResizeObserver(measure);
  for (const panel of panels) seen.observe(panel);
  addEventListener("resize", measure);
}
