"use strict";
// Sorting by a click on a column's head, and filters of the students' table. Without it the page is whole, but still.

const valueOf = cell => cell.dataset.value ?? cell.textContent.trim();

function sortBy(table, column, down) {
  const body = table.tBodies[0];
  const order = (a, b) => {
    const [x, y] = [a, b].map(row => valueOf(row.cells[column]));
    const numbers = [x, y].map(Number);
    const way = numbers.some(Number.isNaN) ? x.localeCompare(y, "en", {numeric: true}) : numbers[0] - numbers[1];
    return down ? -way : way;
  };
  [...body.rows].sort(order).forEach(row => body.append(row));
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

const form = document.querySelector(".filter");
const [name, status, lost, shown] = ["name", "status", "lost", "shown"].map(id => document.getElementById(id));
const students = [...document.getElementById("class").tBodies[0].rows];
let only = null; // the students of one mistake, and what it is

function filter() {
  let count = 0;
  for (const row of students) {
    const {student, name: full, statuses, lost: exercises} = row.dataset;
    row.hidden = !(`${student} ${full}`.toLowerCase().includes(name.value.trim().toLowerCase())
      && (!status.value || statuses.split("|").includes(status.value))
      && (!lost.value || exercises.split(" ").includes(lost.value))
      && (!only || only.students.has(student)));
    count += !row.hidden;
  }
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
        document.getElementById("students").scrollIntoView();
      });
    });
  }
}

leadToStudents("button[data-status]", data => { status.value = data.status; });
leadToStudents("button[data-students]", data => {
  only = {students: new Set(JSON.parse(data.students)), what: data.what};
});
filter();
