// Sorts a table by the column whose heading is pressed, and opens the details to which a link leads.
"use strict";
(function () {
  const lang = document.documentElement.lang;
  const collator = new Intl.Collator(lang, { numeric: true });

  // Returns a cell as a number: a date, or the number with which the text begins. NaN for other text.
  function asNumber(text) {
    const date = /^(\d{2})\/(\d{2})\/(\d{4})/.exec(text);
    if (date) return Number(date[3] + date[2] + date[1]);
    const number = /^[+-]?\d[\d.,]*/.exec(text);
    if (!number) return NaN;
    return Number(lang === "vi" ? number[0].replace(/\./g, "").replace(",", ".") : number[0].replace(/,/g, ""));
  }

  // Empty cells and dashes stay at the end, in both directions.
  function compare(a, b, sign) {
    const emptyA = a === "" || a[0] === "–", emptyB = b === "" || b[0] === "–";
    if (emptyA || emptyB) return emptyA - emptyB;
    const numberA = asNumber(a), numberB = asNumber(b);
    const order = isNaN(numberA) || isNaN(numberB) ? collator.compare(a, b) : numberA - numberB;
    return sign * order;
  }

  function sortBy(table, column, heading) {
    const sign = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    table.querySelectorAll("th").forEach(function (th) { th.removeAttribute("aria-sort"); });
    heading.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
    const body = table.tBodies[0];
    const text = function (row) { return row.cells[column].textContent.trim(); };
    Array.from(body.rows)
      .sort(function (a, b) { return compare(text(a), text(b), sign); })
      .forEach(function (row) { body.appendChild(row); });
  }

  document.querySelectorAll("table[data-sort]").forEach(function (table) {
    Array.from(table.tHead.rows[0].cells).forEach(function (heading, column) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = heading.textContent;
      button.addEventListener("click", function () { sortBy(table, column, heading); });
      heading.replaceChildren(button);
    });
  });

  function openTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") {
      target.open = true;
      target.scrollIntoView();
    }
  }
  window.addEventListener("hashchange", openTarget);
  openTarget();
})();
