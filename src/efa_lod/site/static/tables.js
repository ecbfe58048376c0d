// Sort tables by their columns, and mark days that have passed. Pages are complete without it.
"use strict";

for (const table of document.querySelectorAll("table[data-sortable]")) sortable(table);
for (const day of document.querySelectorAll("time[data-overdue]")) mark(day);

// Put a button into each heading; a table tells by aria-sort how it is sorted, and says so once.
function sortable(table) {
  const body = table.tBodies[0];
  const told = document.createElement("p");
  told.className = "unseen";
  told.setAttribute("role", "status");
  table.parentElement.after(told);
  for (const heading of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      body.append(...sorted([...body.rows], heading.cellIndex, down ? -1 : 1));
      const direction = down ? table.dataset.down : table.dataset.up;
      told.textContent = table.dataset.said.replace("{column}", button.textContent).replace("{direction}", direction);
    });
  }
}

// Cells with nothing in them stay at the end in both directions.
function sorted(rows, column, sign) {
  const compare = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
  const value = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();
  return rows.sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    return a === "" || b === "" ? (a === "") - (b === "") : sign * compare(a, b);
  });
}

function mark(day) {
  const today = new Date().toLocaleDateString("sv"); // as YYYY-MM-DD, here and now
  if (day.dateTime >= today) return;
  const word = document.createElement("strong");
  word.className = "overdue";
  word.textContent = ` ${day.dataset.overdue}`;
  day.after(word);
}
