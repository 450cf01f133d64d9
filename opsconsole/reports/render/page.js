// Sorts a table by the column whose head is pressed. Cells carry their value in data-v.
document.addEventListener("click", (event) => {
  const button = event.target.closest("th button");
  if (!button) return;
  const head = button.closest("th"), body = head.closest("table").tBodies[0];
  const column = Number(head.dataset.c), up = head.getAttribute("aria-sort") !== "ascending";
  const language = document.documentElement.lang;
  const value = (row) => row.cells[column].dataset.v ?? row.cells[column].textContent;
  const rows = Array.from(body.rows).map((row) => [value(row), row]);
  rows.sort(([a], [b]) => {
    if (a === "" || b === "") return (a === "") - (b === "");
    const x = Number(a), y = Number(b);
    const order = Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b, language) : x - y;
    return up ? order : -order;
  });
  for (const other of head.closest("thead").querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", up ? "ascending" : "descending");
  body.append(...rows.map(([, row]) => row));
});
