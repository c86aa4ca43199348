// When an editor hands over its file: a moment after a change, or at once when somebody leaves it.
import { debounce } from "./dom.js";

// A file is written anew only when something was changed: opening one leaves it as it is.
export function writing(write, after = () => {}) {
  let waiting = false;
  const take = async () => {
    if (!waiting) return;
    waiting = false;
    try {
      await write();
    } catch (error) {
      waiting = true; // not written: asked about before leaving
      throw error;
    }
  };
  const later = debounce(async () => {
    await take();
    after();
  }, 400);
  return {
    take,
    busy: () => waiting,
    changed() {
      waiting = true;
      later();
    },
  };
}
