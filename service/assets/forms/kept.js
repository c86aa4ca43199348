// What waits on this device until the server has it. It is of one person: it is thrown away when he signs out, when the page of
// somebody else is opened here, and after a week. A session that ended by itself leaves it to whom it belongs.

const TEXTS = "draft:";
const DAYS = 7;
const WHOSE = document.querySelector("[data-whose]")?.dataset.whose;
const MINE = `${TEXTS}${WHOSE}:`;

// Keep what was typed at an address, with what the server had then; false where nothing can be kept.
export function keepText(address, begun, typed) {
  if (!WHOSE) return false;
  try {
    localStorage.setItem(MINE + address, JSON.stringify({ begun, typed, at: Date.now() }));
    return true;
  } catch {
    return false; // no room, or none allowed
  }
}

export function foundText(address) {
  return read(MINE + address);
}

// All that is kept at addresses that begin so, the oldest first: [address, kept].
export function foundTexts(start) {
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(MINE + start))
    .map((key) => [key.slice(MINE.length), read(key)])
    .filter(([, kept]) => kept)
    .sort(([, one], [, other]) => one.at - other.at);
}

export function forgetText(address) {
  localStorage.removeItem(MINE + address);
}

function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    if (kept && isYoung(kept)) return kept;
  } catch {
    // Not ours.
  }
  return undefined;
}

function isYoung({ at }) {
  return Date.now() - at < DAYS * 86_400_000;
}

function tidy(mayStay) {
  for (const key of Object.keys(localStorage)) if (key.startsWith(TEXTS) && !mayStay(key)) localStorage.removeItem(key);
}

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-sign-out]")) tidy(() => false);
});

if (WHOSE) tidy((key) => key.startsWith(MINE) && read(key));
