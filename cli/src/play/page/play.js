"use strict";
// The playground: orders what is to be done with the module, and shows what comes back.
(() => {
  // How many of the functions that are running are shown.
  const MOST_CALLS = 10;
  let info = null;
  let functions = [];

  // Asks the server. An answer with a problem in it is an answer too.
  const ask = async (what, body) => {
    const options = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(what, options);
    if (!answer.ok) {
      const why = answer.status === 413 ? "The module's text is too large for the playground." : `The playground answered ${answer.status}.`;
      throw new Error(why);
    }
    return answer.json();
  };
  const gone = (error) => {
    const lost = error instanceof TypeError;
    const message = lost ? "It does not answer any more. Start `falkirk play` again, and open the address that it prints." : error.message;
    return { what: "The playground", message, at: null, frames: [] };
  };

  const engine = () => document.querySelector("input[name=engine]:checked").value;
  const order = () => ({
    text: editor.text(),
    function: id("function").value,
    arguments: id("arguments").value.trim().split(/\s+/).filter(Boolean),
    write: id("before").open && id("write-text").value ? { address: Math.max(0, Math.trunc(Number(id("write-at").value)) || 0), text: id("write-text").value } : null,
    engine: engine(),
  });

  // A value as text; vectors with their lanes as they are.
  const show = ([, text]) => text;
  const code = (text) => make("code", "", text);
  const listed = (values) => values.flatMap((value, index) => [index === 0 ? "" : index + 1 === values.length ? " and " : ", ", code(show(value))]);

  // A place, as a button that leads to it.
  const link = (at) => {
    const button = make("button", "place", `line ${at.line}, column ${at.column}`);
    button.type = "button";
    button.addEventListener("click", () => editor.go(at));
    return button;
  };
  const problemParts = (problem, frames = true) => {
    const first = make("p");
    first.append(make("b", "", problem.what), ": ", problem.message, " ");
    if (problem.at) first.append(link(problem.at));
    const parts = [first];
    if (frames && problem.frames.length > 1) {
      const list = make("ol");
      for (const frame of problem.frames) {
        const item = make("li");
        item.append(code(frame.function), " ");
        if (frame.at) item.append(link(frame.at));
        list.append(item);
      }
      parts.push(list);
    }
    return parts;
  };
  const status = (problem, text) => {
    id("status").className = problem ? "bad" : "dim";
    id("status").replaceChildren(...(problem ? problemParts(problem, false) : [text]));
    editor.mark("bad", problem ? problem.at : null);
  };

  // Which part of what happened is shown.
  const PARTS = ["welcome", "result", "stepping", "timing"];
  const open = (part) => {
    for (const name of PARTS) id(name).hidden = name !== part;
    if (part !== "stepping") editor.mark("here", null);
  };

  // The functions that can be called, and what the chosen one takes.
  const EXAMPLES = { i32: "7", i64: "7", f32: "1.5", f64: "1.5", v128: "i32x4:1,2,3,4" };
  const showTypes = () => {
    const chosen = functions.find((one) => one.name === id("function").value);
    id("types").textContent = chosen ? (chosen.params.length ? `(${chosen.params.join(" ")})` : "(none)") : "";
    id("arguments").placeholder = chosen ? chosen.params.map((type) => EXAMPLES[type] || "").join(" ") : "";
  };
  const offer = (found) => {
    const chosen = id("function").value;
    functions = found;
    id("function").replaceChildren(...found.map((one) => {
      const option = make("option", "", one.name);
      option.value = one.name;
      return option;
    }));
    if (found.some((one) => one.name === chosen)) id("function").value = chosen;
    showTypes();
  };

  // What is wrong with the text is shown while it is written.
  let checks = 0;
  const check = async () => {
    const number = ++checks;
    let answer;
    try {
      answer = await ask("check", order());
    } catch (error) {
      answer = { problem: gone(error) };
    }
    if (number !== checks) return;
    if (answer.problem) {
      status(answer.problem);
      return;
    }
    offer(answer.functions);
    const exported = answer.functions.length === 1 ? "1 exported function" : `${answer.functions.length} exported functions`;
    status(null, `The module is valid: ${count(answer.bytes)} bytes as a binary, ${exported}.`);
  };
  let waiting = 0;
  editor.onChange(() => {
    clearTimeout(waiting);
    waiting = setTimeout(check, 300);
    if (!id("stepping").hidden) open("welcome");
  });

  // One order at a time.
  let busy = false;
  const buttons = ["run", "step", "times"];
  const work = async (what, part, display) => {
    if (busy) return;
    busy = true;
    for (const name of buttons) id(name).setAttribute("aria-disabled", "true");
    const late = setTimeout(() => {
      id("stop").hidden = false;
      id("busy").textContent = "It runs \u2026";
    }, 400);
    let answer;
    const asked = order();
    try {
      answer = await ask(what, asked);
    } catch (error) {
      answer = { problem: gone(error) };
    }
    clearTimeout(late);
    if (document.activeElement === id("stop")) id("run").focus();
    id("stop").hidden = true;
    id("busy").textContent = "";
    for (const name of buttons) id(name).removeAttribute("aria-disabled");
    busy = false;
    clearTimeout(waiting);
    checks++;
    if (answer.problem) status(answer.problem);
    else status(null, "");
    open(part);
    display(answer, asked);
  };

  const call = (asked) => `${asked.function}(${asked.arguments.join(", ")})`;
  const answered = (answer, asked) => {
    const parts = [];
    if (answer.results) {
      const line = make("p", "answer");
      line.append(code(call(asked)), answer.results.length ? " gives " : " returns.", ...listed(answer.results));
      parts.push(line);
    }
    if (answer.problem) {
      const box = make("div", "problem");
      box.append(...problemParts(answer.problem));
      parts.push(box);
    }
    if (answer.printed) parts.push(make("h3", "", "Printed"), make("pre", "printed", answer.printed));
    return parts;
  };

  // Rows of memory before and after, as a step that writes what has changed.
  const changes = (memory, box) => {
    const touch = [];
    for (const { at, before, after } of memory.rows) {
      for (let offset = 0; offset < after.length / 2; offset++) {
        const [was, is] = [before, after].map((row) => row.slice(offset * 2, offset * 2 + 2));
        if (was !== is) touch.push({ memory: 0, how: "write", at: at + offset, length: 1, hex: is });
      }
    }
    const start = memory.rows.map((row) => ({ memory: 0, at: row.at, hex: row.before }));
    const view = memoryView([""], [{ touch }], box, start);
    view.go(0);
    return view;
  };

  let view = null;
  const showResult = (answer, asked) => {
    const parts = answered(answer, asked);
    const facts = [];
    if (answer.engine) facts.push(`On the ${answer.engine === "jit" ? "JIT" : "interpreter"}.`);
    if (answer.fuel) facts.push(`About ${count(answer.fuel)} ${answer.fuel === 1 ? "instruction" : "instructions"}.`);
    if (facts.length) parts.push(make("p", "dim", facts.join(" ")));
    id("results").replaceChildren(...parts);
    const { memory } = answer;
    if (!memory || !memory.bytes) return;
    id("results").append(make("h3", "", "Memory"));
    if (!memory.changed) {
      id("results").append(make("p", "dim", `${count(memory.bytes)} bytes, and the call has changed none of them.`));
      return;
    }
    const those = memory.changed === 1 ? "1 byte has" : `${count(memory.changed)} bytes have`;
    id("results").append(make("p", "dim", `Of ${count(memory.bytes)} bytes, ${those} changed:`));
    const box = make("div");
    id("results").append(box);
    view = changes(memory, box);
  };

  // The steps, and what is shown at each: the state before an instruction runs, with what the one before has changed.
  let steps = [];
  let shown = null;
  let current = 0;
  const nothing = { depth: 0, stack: [], locals: [], takes: 0 };

  const load = (answer, asked) => {
    shown = { answer, asked };
    const end = { ...nothing, end: true, stack: answer.results || [] };
    steps = [...(answer.steps || []), end];
    const touched = steps.map((step, index) => {
      const before = index > 0 ? (steps[index - 1].touch || []).filter((touch) => touch.how === "write") : [];
      const next = (step.touch || []).filter((touch) => touch.how === "read");
      return { touch: [...before, ...next], seen: step.seen };
    });
    const start = answer.start || [];
    const all = [...start, ...touched.flatMap((step) => [...step.touch, ...(step.seen || [])])];
    const memories = Math.max(-1, ...all.map((one) => one.memory)) + 1;
    const names = Array.from({ length: memories }, (_, number) => (memories === 1 ? "" : `memory ${number}`));
    view = memoryView(names, touched, id("memories"), start);
    id("memory-part").hidden = !view.any;
    id("cut").hidden = !answer.cut;
    if (answer.cut) id("cut").textContent = `Here are the first ${count(steps.length - 1)} steps. The call has more; it was ended there.`;
    id("slider").max = steps.length;
    current = -1;
    go(0);
    id("next").focus();
  };

  // The functions that are running, the outermost first.
  const callers = (position) => {
    const names = [];
    let depth = steps[position].depth;
    for (let at = position; at >= 0 && depth > 0; at--) {
      if (steps[at].depth !== depth) continue;
      names.unshift(nameOf(steps[at]));
      depth--;
    }
    return names;
  };
  const nameOf = (step) => (step.host ? step.host.split("(")[0] : shown.answer.functions[step.function].name);
  // The last step in the same frame.
  const before = (position) => {
    const { depth, function: name } = steps[position];
    let at = position - 1;
    while (at >= 0 && steps[at].depth > depth) at--;
    return at >= 0 && steps[at].depth === depth && steps[at].function === name ? steps[at] : null;
  };

  const same = (a, b) => a !== undefined && a[0] === b[0] && a[1] === b[1] && a[2] === b[2];
  const stackRows = (position) => {
    const step = steps[position];
    const last = before(position);
    const kept = last ? Math.max(0, last.stack.length + (last.below || 0) - last.takes) : 0;
    const rows = step.stack.map((value, index) => {
      const height = index + (step.below || 0);
      const taken = index >= step.stack.length - (step.takes || 0);
      return { cells: [String(height), value[0], value[1]], tone: taken ? "taken" : last && height >= kept ? "moved" : "" };
    });
    return rows.reverse();
  };
  const localRows = (position) => {
    const step = steps[position];
    const last = before(position);
    const { locals } = shown.answer.functions[step.function] || { locals: [] };
    return step.locals.map((value, index) => {
      const changed = last && !same(last.locals[index], value);
      return { cells: [locals[index] ?? String(index), value[0], value[1]], tone: changed ? "moved" : "" };
    });
  };
  const fill = (name, heads, rows, none) => {
    if (rows.length === 0) {
      id(name).replaceChildren(make("p", "empty", none));
      return;
    }
    const made = table("", heads, rows);
    made.querySelector("caption").remove();
    [...made.tBodies[0].rows].forEach((row, index) => (row.className = rows[index].tone));
    id(name).replaceChildren(made);
  };

  // What an instruction does, told from what it takes and what is there after it.
  const sentence = (position) => {
    const step = steps[position];
    if (step.end) return ending();
    if (step.host) return ["The host runs ", code(step.host), "."];
    const { text, at } = shown.answer.places[step.place];
    const words = [at ? `Line ${at.line}: ` : "Next: ", code(text)];
    const taken = step.takes ? step.stack.slice(-step.takes) : [];
    const next = steps[position + 1];
    const left = next && next.depth === step.depth && next.function === step.function && !next.end
      ? next.stack.slice(Math.max(0, step.stack.length + (step.below || 0) - step.takes - (next.below || 0))) : [];
    if (taken.length) words.push(" takes ", ...listed(taken));
    if (left.length) words.push(taken.length ? " and leaves " : " puts ", ...listed(left), taken.length ? "" : " onto the stack");
    for (const touch of step.touch || []) {
      const bytes = touch.length === 1 ? "1 byte" : `${count(touch.length)} bytes`;
      words.push(`${touch.how === "read" ? "; it reads" : "; it writes"} ${bytes} at address ${touch.at}`);
    }
    if (next && next.depth > step.depth) words.push(`; it calls ${nameOf(next)}`);
    words.push(".");
    return words;
  };
  const ending = () => {
    const { answer, asked } = shown;
    if (answer.cut) return ["The call goes on, but its steps are not written down."];
    if (answer.problem) return [`${answer.problem.what}: `, answer.problem.message, "."];
    if (!answer.results || !answer.results.length) return [code(call(asked)), " returns."];
    return [code(call(asked)), " returns ", ...listed(answer.results), "."];
  };

  const go = (wanted) => {
    const last = steps.length - 1;
    const position = Math.min(Math.max(wanted, 0), last);
    if (position === current) return;
    current = position;
    const step = steps[position];
    id("where").textContent = `step ${count(position + 1)} of ${count(steps.length)}`;
    id("slider").value = position + 1;
    id("slider").setAttribute("aria-valuetext", id("where").textContent);
    id("say").replaceChildren(...sentence(position));
    fill("stack", ["place", "type", "value"], stackRows(position), step.end ? "The call is over." : "It is empty.");
    fill("locals", ["name", "type", "value"], localRows(position), step.end || step.host ? "None here." : "The function has none.");
    const running = callers(position);
    const outer = running.length > MOST_CALLS ? [make("li", "dim", `\u2026 ${count(running.length - MOST_CALLS)} more`)] : [];
    id("calls").replaceChildren(...outer, ...running.slice(-MOST_CALLS).map((name) => make("li", "", name)));
    view.go(position);
    const at = step.place === undefined ? null : shown.answer.places[step.place].at;
    editor.mark("here", at);
    for (const name of ["first", "back"]) id(name).setAttribute("aria-disabled", String(position === 0));
    for (const name of ["next", "last"]) id(name).setAttribute("aria-disabled", String(position === last));
  };
  const showSteps = (answer, asked) => {
    if (answer.steps && answer.steps.length) {
      load(answer, asked);
      return;
    }
    // It did not come so far.
    open("result");
    showResult(answer, asked);
  };

  // Times.
  const duration = (nanos) => {
    const units = [["ns", 1], ["\u00b5s", 1e3], ["ms", 1e6], ["s", 1e9]];
    const [name, unit] = units.findLast(([, unit]) => nanos >= unit) || units[0];
    const number = nanos / unit;
    return `${number < 10 ? number.toFixed(2) : number < 100 ? number.toFixed(1) : number.toFixed(0)} ${name}`;
  };
  const showTimes = (answer, asked) => {
    const parts = [];
    if (answer.problem) {
      id("measured").replaceChildren(...answered(answer, asked));
      return;
    }
    const there = [["interpreter", answer.interp], ["JIT", answer.jit]].filter(([, times]) => times);
    const row = (name, value) => ({ cells: [name, ...there.map(([, times]) => value(times))] });
    const rows = [
      row("a call (the median)", (times) => duration(times.call.median)),
      row("the shortest call", (times) => duration(times.call.least)),
      row("the longest call", (times) => duration(times.call.most)),
      row("calls measured", (times) => String(times.call.runs)),
      row("making code (the median)", (times) => duration(times.compile.median)),
    ];
    parts.push(table(`${call(asked)}, measured just now on this machine`, ["", ...there.map(([name]) => name)], rows));
    if (answer.interp && answer.jit) {
      const [slow, fast] = [answer.interp.call.median, answer.jit.call.median];
      const bars = make("div", "bars");
      bars.setAttribute("aria-hidden", "true");
      for (const [name, time] of [["interpreter", slow], ["JIT", fast]]) {
        const bar = make("div");
        bar.style.width = `${(100 * time) / Math.max(slow, fast)}%`;
        bars.append(make("span", "", name), bar);
      }
      const times = (ratio) => `${ratio < 10 ? ratio.toFixed(1) : ratio.toFixed(0)} times`;
      const words = fast <= slow ? `The interpreter takes ${times(slow / fast)} as long as the JIT.` : `The JIT takes ${times(fast / slow)} as long as the interpreter.`;
      parts.push(bars, make("p", "", words));
    }
    if (!answer.jit) parts.push(make("p", "left-out", info.engines.jit));
    const note = "Each call is made in a new instance. Making code is the way from the binary to what the engine runs.";
    parts.push(make("p", "dim", note));
    if (info.unoptimised) parts.push(make("p", "left-out", "This falkirk was built without optimisation: its interpreter and its compiler are much slower than in a release build."));
    id("measured").replaceChildren(...parts);
  };

  id("call").addEventListener("submit", (event) => {
    event.preventDefault();
    work("run", "result", showResult);
  });
  id("step").addEventListener("click", () => work("steps", "stepping", showSteps));
  id("times").addEventListener("click", () => work("times", "timing", showTimes));
  id("stop").addEventListener("click", () => ask("stop", {}).catch(() => {}));
  id("function").addEventListener("change", showTypes);
  id("first").addEventListener("click", () => go(0));
  id("back").addEventListener("click", () => go(current - 1));
  id("next").addEventListener("click", () => go(current + 1));
  id("last").addEventListener("click", () => go(steps.length - 1));
  id("slider").addEventListener("input", (event) => go(Number(event.target.value) - 1));
  addEventListener("resize", () => view && view.draw());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      work("run", "result", showResult);
    } else if (event.key === "Enter" && event.altKey) {
      event.preventDefault();
      work("steps", "stepping", showSteps);
    }
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || id("stepping").hidden) return;
    // Fields know these keys themselves.
    if (event.target.closest("input, textarea, select")) return;
    const position = { ArrowLeft: current - 1, ArrowRight: current + 1, Home: 0, End: steps.length - 1 }[event.key];
    if (position === undefined) return;
    event.preventDefault();
    go(position);
  });

  // Samples.
  const choose = (sample) => {
    editor.set(sample.text);
    id("about").textContent = sample.about;
    offer(sample.function === null ? [] : [{ name: sample.function, params: [] }]);
    id("arguments").value = sample.arguments.join(" ");
    id("before").open = Boolean(sample.write);
    id("write-text").value = sample.write ? sample.write.text : "";
    id("write-at").value = sample.write ? sample.write.address : 0;
    open("welcome");
    check();
  };
  const begin = async () => {
    try {
      info = await ask("info");
    } catch (error) {
      status(gone(error));
      return;
    }
    id("sample").replaceChildren(...info.samples.map((sample, index) => {
      const option = make("option", "", sample.name);
      option.value = index;
      return option;
    }));
    id("sample").addEventListener("change", () => choose(info.samples[id("sample").value]));
    if (info.engines.jit) {
      document.querySelector("input[value=jit]").disabled = true;
      id("no-jit").hidden = false;
      id("no-jit").textContent = info.engines.jit;
    }
    const { milliseconds, memory } = info.limits;
    const seconds = milliseconds < 1000 ? `${milliseconds} ms` : `${milliseconds / 1000} s`;
    id("bounds").textContent = `A call is ended after ${seconds}, and a memory has at most ${count(memory / 1048576)} MiB. What runs here gets no files and no network.`;
    choose(info.samples[0]);
  };
  begin();
})();
