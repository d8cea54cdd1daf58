"use strict";
// Parts of pages that go through steps: making elements, tables, and the view of linear memory.
const id = (name) => document.getElementById(name);
const make = (tag, className, text) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};
const count = (number) => number.toLocaleString("en-US");

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

// Memories as rows of 16 bytes: the places that the steps touch at any time. What is known at a step is what all accesses
// up to it have shown, and `start` before them; a step back takes back what its access has shown. `names` are the
// memories', and `box` is the element that they are shown in.
const memoryView = (names, steps, box, start = []) => {
  // The memories: what is known of each, and the places that are touched at any time, a row of 16 bytes each.
  const ROW = 16;
  const MOST_ROWS = 40;
  const MOST_ROOM = 1024;
  const bytesOf = (hex) => (hex.match(/../g) || []).map((digits) => parseInt(digits, 16));
  const memories = names.map((name) => ({ name, known: new Map(), rows: new Set() }));
  const shown = (touch) => (touch.hex ? touch.hex.length / 2 : Math.min(touch.length, MOST_ROOM));
  for (const { memory, at, hex } of start) {
    memories[memory].rows.add(Math.floor(at / ROW));
    bytesOf(hex).forEach((byte, offset) => memories[memory].known.set(at + offset, byte));
  }
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
    // A row that is seen for the first time, as it was before this step.
    for (const { memory, at, hex } of steps[position].seen || []) {
      const { known } = memories[memory];
      bytesOf(hex).forEach((byte, offset) => {
        old.push([known, at + offset, known.get(at + offset)]);
        known.set(at + offset, byte);
      });
    }
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
  const show = (memory, number, position, box) => {
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

  box.replaceChildren();
  const panes = memories.map((memory) => {
    const pane = make("div", "pane");
    const bytes = make("div", "bytes");
    bytes.tabIndex = -1;
    pane.append(make("h3", "", memory.name), bytes);
    box.append(pane);
    pane.hidden = memory.rows.length === 0;
    return pane;
  });
  let current = -1;
  const draw = () => current >= 0 && memories.forEach((memory, number) => panes[number].hidden || show(memory, number, current, panes[number]));
  return {
    // Whether there is anything to see.
    any: panes.some((pane) => !pane.hidden),
    // Shows what is known after this step.
    go(position) {
      while (undo.length > position + 1) takeBack();
      while (undo.length < position + 1) apply(undo.length);
      current = position;
      draw();
    },
    draw,
    // How many bytes a read of this step found changed.
    changed: () => undo[undo.length - 1].changed.size,
  };
};
