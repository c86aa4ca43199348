export async function openForm(given) {
  return (await import("./text.js")).openText(given);
}
