// The script of every page: small conveniences first, heavy parts only where the page asks for them.
import "./ground/frame.js";
import "./kit/dialog.js";
import "./forms/once.js";
import { catchUp } from "./forms/refresh.js";
import "./forms/rows.js";
import "./forms/scores.js";
import "./forms/uploads.js";
import "./forms/autosave.js";

document.documentElement.classList.add("scripted");

if (document.querySelector("[data-hx-get], [data-hx-post]")) import("htmx.org").then(() => setTimeout(catchUp));
if (document.querySelector("[data-inbox]")) import("./inbox/inbox.js");
if (document.querySelector("textarea[data-mentions]")) import("./task/mention.js");
if (document.querySelector("[data-diagram]")) import("./diagram/viewer.js").then((viewer) => viewer.showAll());
