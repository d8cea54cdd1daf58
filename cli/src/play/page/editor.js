"use strict";
// The editor: a text field whose text is drawn below it, in colours and with marks.
const editor = (() => {
  const field = id("text");
  const paint = id("paint");
  const lines = id("lines");
  // Marks by their kind: where they start and end, in the field's units, and in which line that is.
  const marks = { bad: null, here: null };
  const TOKENS = [
    ["comment", ";;[^\\n]*|\\(;[\\s\\S]*?(?:;\\)|$)"],
    ["string", "\"(?:\\\\[\\s\\S]|[^\"\\\\\\n])*\"?"],
    ["name", "\\$[^\\s()\";]+"],
    ["number", "[+-]?(?:0x[\\da-fA-F_.pP+-]+|\\d[\\d_.eE]*)(?![\\w.])"],
    ["word", "[a-z][\\w.=:]*"],
  ];
  const PATTERN = new RegExp(TOKENS.map(([, pattern]) => `(${pattern})`).join("|"), "g");

  // The text in pieces, each with the kind of its token.
  const tokens = (text) => {
    const found = [];
    let end = 0;
    for (const match of text.matchAll(PATTERN)) {
      const kind = TOKENS[match.slice(1).findIndex((group) => group !== undefined)][0];
      if (kind === "word") continue;
      if (match.index > end) found.push([end, match.index, ""]);
      end = match.index + match[0].length;
      found.push([match.index, end, kind]);
    }
    found.push([end, text.length, ""]);
    return found;
  };

  const draw = () => {
    const text = field.value;
    const set = Object.entries(marks).filter(([, at]) => at);
    const edges = set.flatMap(([, at]) => [at.start, at.end]).sort((a, b) => a - b);
    const pieces = [];
    for (const [start, end, kind] of tokens(text)) {
      const cuts = [start, ...edges.filter((edge) => edge > start && edge < end), end];
      for (let index = 1; index < cuts.length; index++) {
        const [from, to] = [cuts[index - 1], cuts[index]];
        const marked = set.filter(([, at]) => from >= at.start && to <= at.end && to > from).map(([name]) => name);
        const classes = [kind, ...marked].filter(Boolean).join(" ");
        const piece = text.slice(from, to);
        pieces.push(classes ? make("span", classes, piece) : piece);
      }
    }
    // A last line that is empty has a height only with something in it.
    paint.replaceChildren(...pieces, "\n");
    const count = text.split("\n").length;
    lines.replaceChildren(...Array.from({ length: count }, (_, index) => {
      const name = set.filter(([, at]) => at.line === index + 1).map(([kind]) => kind).join(" ");
      return make("div", name, String(index + 1));
    }));
    follow();
  };

  // What is drawn scrolls with the field.
  const follow = () => {
    paint.scrollTop = lines.scrollTop = field.scrollTop;
    paint.scrollLeft = field.scrollLeft;
  };
  field.addEventListener("scroll", follow);

  // Scrolls the field, not the page, to where a place can be seen.
  const show = (at) => {
    const height = parseFloat(getComputedStyle(field).lineHeight);
    const top = (at.line - 1) * height;
    if (top < field.scrollTop || top > field.scrollTop + field.clientHeight - 3 * height) {
      field.scrollTop = Math.max(0, top - field.clientHeight / 3);
    }
    const mark = paint.querySelector(".here, .bad");
    if (mark) {
      const [outer, inner] = [field.getBoundingClientRect(), mark.getBoundingClientRect()];
      const end = inner.right - outer.left + field.scrollLeft;
      // As far to the left as it can be.
      if (end + 16 < field.clientWidth) field.scrollLeft = 0;
      else if (inner.left < outer.left || inner.right > outer.right) field.scrollLeft = end - field.clientWidth + 40;
    }
    follow();
  };

  let changed = () => {};
  field.addEventListener("input", () => {
    marks.bad = marks.here = null;
    draw();
    changed();
  });

  return {
    text: () => field.value,
    set(text) {
      field.value = text;
      field.scrollTop = field.scrollLeft = 0;
      marks.bad = marks.here = null;
      draw();
    },
    // Marks a place, or takes the mark away.
    mark(kind, at) {
      // There is nothing to see at the end of a text, so what is before it is marked.
      marks[kind] = at && (at.end > at.start ? at : { ...at, start: Math.max(0, at.start - 1) });
      draw();
      if (at) show(at);
    },
    // Puts the caret to a place.
    go(at) {
      field.focus();
      field.setSelectionRange(at.start, at.end);
      show(at);
    },
    onChange(listener) {
      changed = listener;
    },
  };
})();
