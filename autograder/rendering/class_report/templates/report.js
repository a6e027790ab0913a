"use strict";
// Sorting by a click on a column's head, filters of the students' table, parts that open when a link leads to them.
// Without it the page is whole, but still.

const valueOf = cell => cell.dataset.value ?? cell.textContent.trim();

function sortBy(table, column, down) {
  const body = table.tBodies[0];
  const keyed = [...body.rows].map(row => [valueOf(row.cells[column]), row]);
  const numbers = keyed.every(([value]) => !Number.isNaN(Number(value)));
  const words = new Intl.Collator("en", {numeric: true});
  keyed.sort(([a], [b]) => (numbers ? a - b : words.compare(a, b)) * (down ? -1 : 1));
  body.append(...keyed.map(([, row]) => row));
}

for (const table of document.querySelectorAll("table[data-sortable]")) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      sortBy(table, column, down);
    });
  });
}

function lead(place) {
  for (let each = place; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
  const fold = place.querySelector(":scope > details.fold");
  if (fold) fold.open = true;
  place.scrollIntoView();
}

for (const link of document.querySelectorAll("a[href^='#']")) {
  link.addEventListener("click", () => lead(document.getElementById(link.hash.slice(1))));
}

const form = document.querySelector(".filter");
const [name, status, lost, shown] = ["name", "status", "lost", "shown"].map(id => document.getElementById(id));
const table = document.getElementById("class");
const students = [...table.tBodies[0].rows];
const texts = students.map(row => {
  const called = table.tHead.rows[0].cells[1].textContent === "name" ? row.cells[1].textContent : "";
  return `${row.dataset.student} ${called}`.toLowerCase();
});
let only = null; // the students of one mistake, and what it is

function filter() {
  let count = 0;
  const asked = name.value.trim().toLowerCase();
  students.forEach((row, place) => {
    const {student, statuses, lost: exercises} = row.dataset;
    row.hidden = !(texts[place].includes(asked)
      && (!status.value || statuses.split("|").includes(status.value))
      && (!lost.value || exercises.split(" ").includes(lost.value))
      && (!only || only.students.has(student)));
    count += !row.hidden;
  });
  shown.textContent = `${count} of ${students.length} students` + (only ? `: ${only.what}` : "");
}

form.addEventListener("input", filter);
form.addEventListener("submit", event => event.preventDefault());
form.addEventListener("reset", () => { only = null; setTimeout(filter); });

function leadToStudents(selector, choose) {
  for (const button of document.querySelectorAll(selector)) {
    button.addEventListener("click", () => {
      form.reset();
      setTimeout(() => { // after what the reset has set off
        choose(button.dataset);
        filter();
        lead(document.getElementById("students"));
      });
    });
  }
}

leadToStudents("button[data-status]", data => { status.value = data.status; });
leadToStudents("button[data-students]", data => {
  only = {students: new Set(JSON.parse(data.students)), what: data.what};
});
filter();

table.addEventListener("pointerover", event => { // which exercises the signs under the pointer are
  const cell = event.target.closest("td.signs");
  if (!cell || cell.title) return;
  const names = table.tHead.rows[0].cells[cell.cellIndex].dataset.names.split(" ");
  cell.title = [...cell.textContent].map((sign, place) => `${sign} ${names[place]}`).join("\n");
});
