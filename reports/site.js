// Sorts tables by a click on a heading, and narrows a list as one types. Everything is in the page already: nothing is
// fetched, and without this file every table and link still works.
"use strict";

(() => {
  const shown = (cell) => cell.firstChild ? cell.textContent.trim() : "";

  // The first figure of a cell ("1,234", "£2.45", "−0.3", "3 to 9"); null where there is none.
  const figure = (text) => {
    const found = text.replace(/[,£]/g, "").replace(/\u2212/g, "-").match(/-?\d+(\.\d+)?/);
    return found ? Number(found[0]) : null;
  };

  const sort = (table, column, numeric, button, status) => {
    const heading = button.closest("th");
    const rising = heading.getAttribute("aria-sort") !== "ascending";
    table.querySelectorAll("thead th").forEach((th) => th.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", rising ? "ascending" : "descending");
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, (row, at) => {
      const cell = row.cells[column];
      const text = shown(cell);
      const absent = cell.classList.contains("absent") || (numeric && figure(text) === null);
      // a day sorts by its date, not by its words
      const day = cell.querySelector("time");
      return { row, at, absent, key: numeric ? figure(text) : day ? day.dateTime : text.toLowerCase() };
    });
    const words = new Intl.Collator("en-GB", { numeric: true });
    rows.sort((a, b) => {
      // what is absent stands last either way
      if (a.absent || b.absent) return a.absent - b.absent || a.at - b.at;
      const order = numeric ? a.key - b.key : words.compare(a.key, b.key);
      return (rising ? order : -order) || a.at - b.at;
    });
    body.append(...rows.map((r) => r.row));
    status.textContent = `Sorted by ${button.textContent}, ${rising ? "rising" : "falling"}`;
  };

  document.querySelectorAll("table").forEach((table) => {
    if (!table.tHead || !table.tBodies[0] || table.tBodies[0].rows.length < 4) return;
    const status = document.createElement("p");
    status.className = "status";
    status.setAttribute("role", "status");
    table.closest(".scroll").after(status);
    Array.from(table.tHead.rows[0].cells, (th, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...th.childNodes);
      th.append(button);
      button.addEventListener("click", () => sort(table, column, th.classList.contains("n"), button, status));
    });
  });

  document.querySelectorAll("[data-find]").forEach((box) => {
    const input = box.querySelector("input");
    const said = box.querySelector("[role=status]");
    const rows = Array.from(document.getElementById(box.dataset.find).tBodies[0].rows, (row) => ({
      row, text: row.textContent.toLowerCase(),
    }));
    box.hidden = false;
    const narrow = () => {
      const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let found = 0;
      for (const { row, text } of rows) {
        const fits = wanted.every((word) => text.includes(word));
        row.hidden = !fits;
        found += fits;
      }
      said.textContent = wanted.length ? `${found.toLocaleString("en-GB")} of ${rows.length.toLocaleString("en-GB")} found` : "";
    };
    input.addEventListener("input", narrow);
    if (input.value) narrow();
  });
})();
