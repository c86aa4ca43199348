// Shows a diagram with what was done, where it stands and what was left out. The numbered text beside it says the
// same, so nothing is lost where this does not run. Reads: data-src (address of the XML), data-marks
// ({element: {mark, number, note, link, problems}}), data-words (the few words drawn into the picture).
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { laneNames, looks, typeIsThere } from "./drawing.js";

const STEP = 1.25;
const TALLEST = 520;

export function showAll(root = document) {
  return Promise.all([...root.querySelectorAll("[data-diagram]:not([data-shown])")].map(show));
}

async function show(place) {
  place.dataset.shown = "yes";
  const words = JSON.parse(place.dataset.words);
  const marks = JSON.parse(place.dataset.marks);
  const canvasPlace = place.querySelector("[data-canvas]");
  const response = await fetch(place.dataset.src);
  if (!response.ok) return fail(place, words);
  await typeIsThere();
  const viewer = new NavigatedViewer({
    container: canvasPlace,
    zoomScroll: { enabled: false }, // the wheel scrolls the page
    additionalModules: [laneNames],
    ...looks,
  });
  try {
    await viewer.importXML(await response.text());
  } catch {
    viewer.destroy();
    return fail(place, words);
  }
  const svg = canvasPlace.querySelector("svg");
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", words.label);
  draw(viewer, marks, words);
  place.classList.add("is-shown");
  frame(viewer, canvasPlace, marks);
  connect(viewer, place, canvasPlace, marks);
  if (place.dataset.together) {
    const first = changed(viewer, marks);
    if (first) centre(viewer, first);
    moveTogether(viewer, place.dataset.together, Boolean(first));
  }
}

const groups = {};

// Diagrams of one group show the same part of the plane, from the beginning: who moves one moves the others. They begin
// where the first one stands that has something to show.
function moveTogether(viewer, name, leads) {
  const group = (groups[name] ??= []);
  const leader = group.find((one) => one.leads) ?? (leads ? { viewer } : (group[0] ?? { viewer }));
  group.push({ viewer, leads });
  for (const one of group) follow(one.viewer, leader.viewer.get("canvas").viewbox());
  viewer.on("canvas.viewbox.changed", ({ viewbox }) => {
    for (const other of group) if (other.viewer !== viewer) follow(other.viewer, viewbox);
  });
}

// The event comes late, and comes again from the one that followed: where they agree, it ends.
function follow(viewer, viewbox) {
  const canvas = viewer.get("canvas");
  const own = canvas.viewbox();
  const apart = Math.abs(own.scale / viewbox.scale - 1) > 0.001 || Math.abs(own.x - viewbox.x) > 1 || Math.abs(own.y - viewbox.y) > 1;
  if (!apart) return;
  const { width, height } = own.outer;
  canvas.viewbox({ x: viewbox.x, y: viewbox.y, width: width / viewbox.scale, height: height / viewbox.scale });
}

function fail(place, words) {
  place.querySelector("[data-canvas]").textContent = words.failed;
}

function draw(viewer, marks, words) {
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  for (const [id, mark] of Object.entries(marks)) {
    const element = registry.get(id);
    if (!element) continue;
    canvas.addMarker(id, `is-${mark.mark}`);
    if (mark.look) canvas.addMarker(id, `is-${mark.look}`);
    if (element.waypoints) continue;
    const isTask = element.width > 60;
    // How many items are through hangs below the shape: the way into it stands inside its edge.
    const low = { left: 4, bottom: mark.look === "items" ? 1 : 8 };
    if (mark.label) put(viewer, id, `label is-${mark.look}`, mark.label, isTask ? low : { right: 8, top: -10 });
    if (mark.number && isTask) put(viewer, id, "number", mark.number, { left: 6, top: 3 });
    if (mark.mark === "done" && isTask) put(viewer, id, "done", "", { right: 11, top: -10 });
    if (mark.mark === "live") put(viewer, id, "flag", words.here, { left: 2, top: -25 });
    if (mark.mark === "skipped" && mark.note) put(viewer, id, "note", mark.note, { left: 0, bottom: -4 });
    if (mark.problems) put(viewer, id, "problems", mark.problems, { right: 11, top: -11 });
    if (mark.link) put(viewer, id, "into", words.into, { right: 34, bottom: 22 }, mark.link);
  }
}

function put(viewer, id, kind, text, position, href) {
  const html = document.createElement(href ? "a" : "div");
  if (href) html.href = href;
  html.className = `mark is-${kind}`;
  html.textContent = text;
  viewer.get("overlays").add(id, { position, html });
}

// The whole diagram where it can still be read, else the place where the work stands.
function frame(viewer, place, marks) {
  const canvas = viewer.get("canvas");
  const { inner } = canvas.viewbox();
  const scale = Math.min(place.clientWidth / (inner.width + 40), 1);
  const readable = Math.max(scale, 0.62);
  place.style.height = `${Math.min(Math.max((inner.height + 60) * readable, 160), TALLEST)}px`;
  canvas.resized();
  if (scale >= 0.62) return canvas.zoom("fit-viewport", "auto");
  canvas.zoom(readable);
  const live = Object.keys(marks).find((id) => marks[id].mark === "live" && viewer.get("elementRegistry").get(id)) ?? changed(viewer, marks);
  if (live) return centre(viewer, live);
  canvas.viewbox({ ...canvas.viewbox(), x: inner.x - 20, y: inner.y - 30 });
}

// The first shape that is marked as changed.
function changed(viewer, marks) {
  const has = (id) => viewer.get("elementRegistry").get(id);
  return Object.keys(marks).find((id) => ["added", "removed", "changed"].includes(marks[id].look) && has(id) && !has(id).waypoints);
}

function centre(viewer, id) {
  const canvas = viewer.get("canvas");
  const element = viewer.get("elementRegistry").get(id);
  if (!element) return;
  const box = canvas.viewbox();
  const { inner } = box;
  const within = (wanted, low, high, size) => (high - low < size ? low - (size - high + low) / 2 : Math.min(Math.max(wanted, low), high - size));
  canvas.viewbox({
    width: box.width,
    height: box.height,
    x: within(element.x + element.width / 2 - box.width / 2, inner.x - 20, inner.x + inner.width + 20, box.width),
    y: within(element.y + element.height / 2 - box.height / 2, inner.y - 30, inner.y + inner.height + 20, box.height),
  });
}

function connect(viewer, place, canvasPlace, marks) {
  const canvas = viewer.get("canvas");
  viewer.on("element.click", ({ element }) => openRow(place, element.labelTarget?.id ?? element.id));
  place.addEventListener("click", (event) => {
    const act = event.target.closest("[data-zoom]")?.dataset.zoom;
    if (act === "in") canvas.zoom(canvas.zoom() * STEP);
    if (act === "out") canvas.zoom(canvas.zoom() / STEP);
    if (act === "fit") canvas.zoom("fit-viewport", "auto");
    if (act === "here") frame(viewer, canvasPlace, marks);
  });
  document.addEventListener("click", (event) => {
    const shower = event.target.closest("[data-show-on-diagram]");
    if (!shower || !viewer.get("elementRegistry").get(shower.dataset.showOnDiagram)) return;
    event.preventDefault();
    centre(viewer, shower.dataset.showOnDiagram);
    place.scrollIntoView({ block: "nearest" });
  });
  new ResizeObserver(() => canvas.resized()).observe(canvasPlace);
}

function openRow(place, id) {
  const row = document.getElementById(`step-${id}`);
  if (!row) return;
  for (const other of document.querySelectorAll(".timeline .is-open, .procedure .is-open")) other.classList.remove("is-open");
  row.classList.add("is-open");
  const details = row.querySelector("details");
  if (details) details.open = true;
  row.setAttribute("tabindex", "-1");
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}
