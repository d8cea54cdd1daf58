"use strict";
// Lights the partners of the line under the pointer or, without one, of the line that has the focus: all lines that
// share an operator with it. Arrows move from operator to operator.
(() => {
  const lines = [...document.querySelectorAll("li[data-ops]")];
  const operators = new Map();
  const of = (line) => line.dataset.ops.split(" ");
  for (const line of lines) {
    for (const operator of of(line)) {
      if (!operators.has(operator)) operators.set(operator, []);
      operators.get(operator).push(line);
    }
  }

  let lit = new Set();
  const light = (line) => {
    for (const old of lit) old.classList.remove("lit", "here");
    lit = new Set(line ? of(line).flatMap((operator) => operators.get(operator)) : []);
    for (const partner of lit) partner.classList.add("lit");
    if (line) line.classList.add("here");
  };

  const table = document.querySelector("table");
  const lineAt = (element) => (element instanceof Element ? element.closest("li[data-ops]") : null);
  const focused = () => lineAt(document.activeElement);
  table.addEventListener("mouseover", (event) => light(lineAt(event.target) || focused()));
  table.addEventListener("mouseleave", () => light(focused()));
  table.addEventListener("focusin", (event) => light(lineAt(event.target)));
  table.addEventListener("focusout", () => light(null));

  // One operator at a time can be reached with Tab; the arrows go on from there.
  const stops = lines.filter((line) => line.closest("td.wasm"));
  const steps = stops.length > 0 ? stops : lines;
  const go = (line) => {
    if (!line) return;
    for (const step of steps) step.tabIndex = -1;
    line.tabIndex = 0;
    line.focus({ preventScroll: true });
    const top = document.querySelector("thead").getBoundingClientRect().height;
    const box = line.getBoundingClientRect();
    if (box.top < top || box.bottom > innerHeight) line.scrollIntoView({ block: "center" });
  };
  table.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const line = focused();
    if (!line) return;
    // From a line of another view, on from its first operator.
    const first = of(line)[0];
    const at = steps.includes(line) ? steps.indexOf(line) : steps.findIndex((step) => of(step).includes(first));
    const last = steps.length - 1;
    const next = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    go(steps[Math.min(Math.max(next, 0), last)]);
  });
  if (steps.length > 0) steps[0].tabIndex = 0;
  const linked = () => go(lineAt(document.getElementById(decodeURIComponent(location.hash.slice(1)))));
  addEventListener("hashchange", linked);
  if (location.hash) linked();
  document.querySelector(".keys").hidden = false;
})();
