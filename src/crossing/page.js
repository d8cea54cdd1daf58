// Goes through the steps.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const steps = data.steps;
  const say = (position) => {
    const words = steps[position].say.map((part, index) => (index % 2 ? make("code", "", part) : part));
    const changed = memory.changed();
    if (changed > 0) {
      const those = changed === 1 ? "1 byte has" : `${count(changed)} bytes have`;
      words.push(` ${those} changed since last seen: the guest wrote there.`);
    }
    id("say").replaceChildren(...words);
    id("where").textContent = `step ${count(position + 1)} of ${count(steps.length)}`;
  };

  const memory = memoryView(data.memories, steps, id("memories"));
  if (!memory.any) {
    document.querySelector(".legend").hidden = true;
    id("memories").append(make("p", "empty", "No step touches memory."));
  }

  const hasRoom = steps.some((step) => step.touch.some((touch) => touch.how === "room"));
  document.querySelector(".legend .room").hidden = !hasRoom;

  const showValues = (step) => {
    const rows = step.values.map((value, index) => {
      // The bits say more than the text where the text is a NaN, a vector or a core value.
      const bits = value.bits && value.bits !== value.text ? value.bits : "";
      return { cells: [String(index), value.type, value.text, bits, value.part] };
    });
    const heads = ["number", "type", "value", "bits", "part of the value"];
    // Columns in which nothing stands are left out.
    for (const column of [4, 3]) {
      if (rows.some((row) => row.cells[column])) continue;
      heads.splice(column, 1);
      for (const row of rows) row.cells.splice(column, 1);
    }
    const parts = [];
    if (step.path) {
      const path = make("p", "path");
      path.append("Part of the value: ", make("code", "", step.path));
      parts.push(path);
    }
    if (rows.length > 0) parts.push(table(step.title, heads, rows));
    else if (step.title) parts.push(make("p", "empty", `${step.title}: none.`));
    if (parts.length === 0) parts.push(make("p", "empty", "This step passes no values."));
    id("values").replaceChildren(...parts);
  };

  const showTable = (step) => {
    document.querySelector(".tables").hidden = !step.table;
    if (!step.table) return;
    const side = (name, entries) => {
      const rows = entries.map((entry) => ({
        cells: [
          String(entry.index),
          String(entry.rep),
          String(entry.resource),
          `${entry.own ? "own" : "borrow"}${entry.lent ? `, lent ${entry.lent}\u00d7` : ""}`,
        ],
        moved: entry.index === step.table.index,
      }));
      const caption = `${step.table.of}, ${name}${rows.length ? "" : ": empty"}`;
      return table(caption, ["handle", "stands for", "resource type", "how"], rows);
    };
    const pair = make("div", "pair");
    pair.append(side("before", step.table.before), side("after", step.table.after));
    id("tables").replaceChildren(pair);
  };

  const buttons = [...document.querySelectorAll("button[data-step]")];
  const list = document.querySelector(".steps ol");
  let current = -1;
  const mark = (position) => {
    if (current >= 0) {
      buttons[current].removeAttribute("aria-current");
      buttons[current].tabIndex = -1;
    }
    const button = buttons[position];
    button.setAttribute("aria-current", "step");
    button.tabIndex = 0;
    // The list scrolls, the page does not.
    const [outer, inner] = [list.getBoundingClientRect(), button.getBoundingClientRect()];
    if (inner.top < outer.top || inner.bottom > outer.bottom) {
      list.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2;
    }
  };

  const last = steps.length - 1;
  const go = (wanted) => {
    const position = Math.min(Math.max(wanted, 0), last);
    if (position === current) return;
    memory.go(position);
    mark(position);
    current = position;
    say(position);
    showValues(steps[position]);
    showTable(steps[position]);
    id("slider").value = position + 1;
    id("slider").setAttribute("aria-valuetext", id("where").textContent);
    // Not `disabled`: a button that has the focus would lose it.
    for (const name of ["first", "back"]) id(name).setAttribute("aria-disabled", String(position === 0));
    for (const name of ["next", "last"]) id(name).setAttribute("aria-disabled", String(position === last));
  };

  id("first").addEventListener("click", () => go(0));
  id("back").addEventListener("click", () => go(current - 1));
  id("next").addEventListener("click", () => go(current + 1));
  id("last").addEventListener("click", () => go(last));
  id("slider").max = steps.length;
  id("slider").addEventListener("input", (event) => go(Number(event.target.value) - 1));
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-step]");
    if (button) go(Number(button.dataset.step));
  });
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target === id("slider")) return; // It knows these keys itself.
    const inList = list.contains(event.target);
    const moves = { ArrowLeft: current - 1, ArrowRight: current + 1, Home: 0, End: last };
    if (inList) Object.assign(moves, { ArrowUp: current - 1, ArrowDown: current + 1 });
    const position = moves[event.key];
    if (position === undefined) return;
    event.preventDefault();
    go(position);
    if (inList) buttons[current].focus({ preventScroll: true });
  });

  document.querySelector(".now").hidden = false;
  document.querySelector(".stage").hidden = false;
  const linked = () => {
    const found = /^#step-(\d+)$/.exec(location.hash);
    go(found ? Number(found[1]) - 1 : Math.max(current, 0));
  };
  addEventListener("hashchange", linked);
  addEventListener("resize", memory.draw);
  linked();
})();
