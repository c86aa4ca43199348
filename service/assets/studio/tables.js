export async function openTables(given) {
  return (await import("./text.js")).openText(given);
}
