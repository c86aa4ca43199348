// The score table while scores are typed: each row's gap, and the totals times the weights; left empty, the own score stands. The server says the same.

function figure(text) {
  const plain = text.trim().replace(/\s/g, "");
  if (!plain) return null;
  const number = Number(plain.includes(",") ? plain.replaceAll(".", "").replace(",", ".") : plain);
  return Number.isFinite(number) ? number : null;
}

function said(number) {
  const text = number.toLocaleString(document.documentElement.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return text.replace("-", "−");
}

function add(table) {
  const sums = { office: 0, gap: 0 };
  for (const row of table.tBodies[0].rows) {
    const { weight, own, office } = row.dataset;
    const input = row.querySelector("input");
    const score = input ? figure(input.value) : office === undefined ? null : Number(office);
    const gap = score === null || own === undefined ? null : score - Number(own);
    row.querySelector("[data-gap]").textContent = gap === null ? "" : said(gap);
    sums.office += (score ?? Number((input && own) || 0)) * Number(weight);
    sums.gap += (gap ?? 0) * Number(weight);
  }
  for (const [name, sum] of Object.entries(sums)) table.querySelector(`[data-total="${name}"]`).textContent = said(sum);
}

document.addEventListener("input", (event) => {
  const table = event.target.closest("[data-scores]");
  if (table) add(table);
});
