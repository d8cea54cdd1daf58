"use strict";
// Goes through the steps. What is known of the memories at a step is what all accesses up to it have shown; a step back
// takes back what its access has shown.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const steps = data.steps;
  const id = (name) => document.getElementById(name);
  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const bytesOf = (hex) => (hex.match(/../g) || []).map((digits) => parseInt(digits, 16));
  const count = (number) => number.toLocaleString("en-US");

  // The memories: what is known of each, and the places that are touched at any time, a row of 16 bytes each.
  const ROW = 16;
  const MOST_ROWS = 40;
  const MOST_ROOM = 1024;
  const memories = data.memories.map((name) => ({ name, known: new Map(), rows: new Set() }));
  const shown = (touch) => (touch.hex ? touch.hex.length / 2 : Math.min(touch.length, MOST_ROOM));
  for (const step of steps) {
    for (const touch of step.touch) {
      const last = touch.at + Math.max(shown(touch), 1) - 1;
      for (let row = Math.floor(touch.at / ROW); row <= last / ROW; row++) memories[touch.memory].rows.add(row);
    }
  }
  for (const memory of memories) memory.rows = [...memory.rows].sort((a, b) => a - b);

  // What each step took the place of, for the way back, and what a read found changed.
  const undo = [];
  const apply = (position) => {
    const old = [];
    const changed = new Set();
    for (const touch of steps[position].touch) {
      const { known } = memories[touch.memory];
      bytesOf(touch.hex).forEach((byte, offset) => {
        const at = touch.at + offset;
        const before = known.get(at);
        old.push([known, at, before]);
        if (touch.how === "read" && before !== undefined && before !== byte) changed.add(`${touch.memory} ${at}`);
        known.set(at, byte);
      });
    }
    undo.push({ old, changed });
  };
  const takeBack = () => {
    for (const [known, at, before] of undo.pop().old.reverse()) {
      if (before === undefined) known.delete(at);
      else known.set(at, before);
    }
  };

  const say = (position) => {
    const words = steps[position].say.map((part, index) => (index % 2 ? make("code", "", part) : part));
    const { changed } = undo[undo.length - 1];
    if (changed.size > 0) {
      const those = changed.size === 1 ? "1 byte has" : `${count(changed.size)} bytes have`;
      words.push(` ${those} changed since last seen: the guest wrote there.`);
    }
    id("say").replaceChildren(...words);
    id("where").textContent = `step ${count(position + 1)} of ${count(steps.length)}`;
  };

  // How many bytes fit beside each other: 16, 8 or 4.
  const digits = (memory) => Math.max(4, ((memory.rows[memory.rows.length - 1] + 1) * ROW - 1).toString(16).length);
  const width = (memory, pane) => {
    const probe = make("span", "", "0".repeat(50));
    const line = make("div", "bytes");
    line.style.cssText = "position: absolute; visibility: hidden";
    line.append(probe);
    pane.append(line);
    const char = probe.getBoundingClientRect().width / 50;
    line.remove();
    const fits = (bytes) => (digits(memory) + 2 + 4 + bytes * 4) * char <= pane.clientWidth;
    return [16, 8].find(fits) || 4;
  };

  const litBytes = (position, number) => {
    const lit = new Map();
    for (const touch of position < 0 ? [] : steps[position].touch) {
      if (touch.memory !== number) continue;
      for (let offset = 0; offset < shown(touch); offset++) lit.set(touch.at + offset, touch.how);
    }
    return lit;
  };

  const row = (memory, number, at, bytes, lit, changed) => {
    const line = make("div", "row");
    const hex = make("span", "hex");
    const text = make("span", "text");
    for (let offset = 0; offset < bytes; offset++) {
      const byte = memory.known.get(at + offset);
      const isNew = changed.has(`${number} ${at + offset}`);
      const tone = lit.get(at + offset) || (byte === undefined ? "unseen" : byte === 0 ? "zero" : "");
      const classes = `${tone}${isNew ? " new" : ""}`;
      const digit = make("b", classes, byte === undefined ? "\u00b7\u00b7" : byte.toString(16).padStart(2, "0"));
      if (offset === 8) digit.classList.add("half");
      digit.dataset.at = at + offset;
      hex.append(digit);
      const printable = byte >= 0x20 && byte < 0x7f;
      text.append(make("b", classes, printable ? String.fromCharCode(byte) : byte === undefined ? " " : "."));
    }
    line.append(make("span", "at", `0x${at.toString(16).padStart(digits(memory), "0")}`), hex, text);
    return line;
  };

  // The rows about the place that was touched last; all of them if they are few.
  const visible = (memory, number, position) => {
    if (memory.rows.length <= MOST_ROWS) return [0, memory.rows.length];
    let last = position;
    while (last > 0 && !steps[last].touch.some((touch) => touch.memory === number)) last--;
    const touch = steps[last].touch.find((one) => one.memory === number);
    const first = touch ? memory.rows.indexOf(Math.floor(touch.at / ROW)) : 0;
    const from = Math.min(Math.max(first - 4, 0), memory.rows.length - MOST_ROWS);
    return [from, from + MOST_ROWS];
  };

  const gap = (text) => make("div", "gap", text);
  const pane = (memory, number, position, box) => {
    const lit = litBytes(position, number);
    const { changed } = undo[undo.length - 1];
    const per = width(memory, box);
    const [from, to] = visible(memory, number, position);
    const lines = [];
    if (from > 0) lines.push(gap(`\u2026 ${count(from * ROW)} more bytes above`));
    for (let index = from; index < to; index++) {
      const at = memory.rows[index] * ROW;
      const before = index > from ? (memory.rows[index - 1] + 1) * ROW : at;
      if (before < at) lines.push(gap(`\u2026 ${count(at - before)} bytes that are not shown`));
      for (let part = 0; part < ROW; part += per) lines.push(row(memory, number, at + part, per, lit, changed));
    }
    if (to < memory.rows.length) lines.push(gap(`\u2026 ${count((memory.rows.length - to) * ROW)} more bytes below`));
    const cut = steps[position].touch.find((touch) => touch.memory === number && shown(touch) < touch.length);
    if (cut) lines.push(gap(`\u2026 of this step's ${count(cut.length)} bytes, the first ${count(shown(cut))} are shown`));
    box.lastChild.replaceChildren(...lines);
  };

  const panes = memories.map((memory) => {
    const box = make("div", "pane");
    const bytes = make("div", "bytes");
    bytes.tabIndex = -1;
    box.append(make("h3", "", memory.name), bytes);
    id("memories").append(box);
    box.hidden = memory.rows.length === 0;
    return box;
  });
  if (!panes.some((box) => !box.hidden)) {
    document.querySelector(".legend").hidden = true;
    id("memories").append(make("p", "empty", "No step touches memory."));
  }

  const hasRoom = steps.some((step) => step.touch.some((touch) => touch.how === "room"));
  document.querySelector(".legend .room").hidden = !hasRoom;

  const table = (caption, heads, rows) => {
    const element = make("table");
    element.append(make("caption", "", caption));
    const head = make("tr");
    for (const text of heads) {
      const cell = make("th", "", text);
      cell.scope = "col";
      head.append(cell);
    }
    const top = make("thead");
    top.append(head);
    const body = make("tbody");
    for (const { cells, moved } of rows) {
      const line = make("tr", moved ? "moved" : "");
      for (const text of cells) line.append(make("td", "", text));
      body.append(line);
    }
    element.append(top, body);
    return element;
  };

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

  const draw = () => memories.forEach((memory, number) => panes[number].hidden || pane(memory, number, current, panes[number]));
  const last = steps.length - 1;
  const go = (wanted) => {
    const position = Math.min(Math.max(wanted, 0), last);
    if (position === current) return;
    while (undo.length > position + 1) takeBack();
    while (undo.length < position + 1) apply(undo.length);
    mark(position);
    current = position;
    say(position);
    draw();
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
  addEventListener("resize", draw);
  linked();
})();
