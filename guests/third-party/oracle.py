#!/usr/bin/env python3
"""Writes golden/: what another runtime makes of the programs and inputs of cases.json.

    python3 -m venv venv && venv/bin/pip install wasmtime==48.0.0
    FALKIRK_THIRD_PARTY=folder FALKIRK_FOREIGN=folder venv/bin/python oracle.py [NAME...]

Without names, all cases whose program is there. Falkirk's test (cli/tests/programs.rs) renders what it sees just as
`render` does here, and compares.
"""

import json
import os
import pathlib
import shutil
import sys
import tempfile

import wasmtime
import wasmtime.component

HERE = pathlib.Path(__file__).resolve().parent
GUESTS = HERE.parent


def program(case):
    """The file of a case's program: its first folder says who built it."""
    kind, rest = case["program"].split("/", 1)
    folder = {
        "third-party": os.environ.get("FALKIRK_THIRD_PARTY", GUESTS.parent / "target/third-party"),
        "foreign": os.environ.get("FALKIRK_FOREIGN", GUESTS / "foreign"),
        "built": GUESTS / "built",
    }[kind]
    return pathlib.Path(folder) / f"{rest}.wasm"


def engine():
    """An engine that keeps machine code, and that knows exceptions."""
    config = wasmtime.Config()
    config.cache = True
    config.wasm_exceptions = True
    return wasmtime.Engine(config)


def grants(case, scratch, work):
    """What a case's program is given."""
    wasi = wasmtime.WasiConfig()
    wasi.argv = [pathlib.Path(case["program"]).name, *case.get("args", [])]
    wasi.env = list(case.get("env", {}).items())
    (scratch / "stdin").write_text(case.get("stdin", ""))
    wasi.stdin_file = scratch / "stdin"
    wasi.stdout_file = scratch / "stdout"
    wasi.stderr_file = scratch / "stderr"
    if work is not None:
        wasi.preopen_dir(str(work), case.get("mount", "/project"), not case.get("readonly", False))
    return wasi


def run(case, wasi):
    """Runs a program; its exit status, and what a function that was called has returned, as text."""
    binary = program(case).read_bytes()
    store = wasmtime.Store(engine())
    store.set_wasi(wasi)
    try:
        if binary[4:8] == b"\x01\0\0\0":
            run_module(store, binary)
            return 0, ""
        if "invoke" in case:
            return 0, call_component(store, binary, case["invoke"])
        return run_component(store, binary), ""
    except wasmtime.ExitTrap as exit_:
        return exit_.code, ""


def run_module(store, binary):
    """Calls `_start`."""
    linker = wasmtime.Linker(store.engine)
    linker.define_wasi()
    instance = linker.instantiate(store, wasmtime.Module(store.engine, binary))
    instance.exports(store)["_start"](store)


def instantiate(store, binary):
    """A component, and an instance of it that has preview 2."""
    component = wasmtime.component.Component(store.engine, binary)
    linker = wasmtime.component.Linker(store.engine)
    linker.add_wasip2()
    return component, linker.instantiate(store, component)


def run_component(store, binary):
    """Calls `run` of `wasi:cli/run`, in whichever version; its result as an exit status."""
    component, instance = instantiate(store, binary)
    exports = component.type.exports(store.engine)
    (interface,) = [name for name in exports if name.startswith("wasi:cli/run@")]
    index = instance.get_export_index(store, "run", instance.get_export_index(store, interface))
    result = instance.get_func(store, index)(store)
    return 1 if isinstance(result, wasmtime.component.Variant) and result.tag == "err" else 0


def call_component(store, binary, function):
    """Calls a function without parameters; its result, a text, as it is written in most languages."""
    _, instance = instantiate(store, binary)
    return json.dumps(instance.get_func(store, function)(store), ensure_ascii=False) + "\n"


def entries(work):
    """What is in a folder: paths, and a text for each."""
    found = {}
    for path in sorted(work.rglob("*")) if work is not None else []:
        name = path.relative_to(work).as_posix()
        if path.is_symlink():
            found[f"{name} -> {os.readlink(path)}"] = ""
        elif path.is_dir():
            found[f"{name}/"] = ""
        else:
            found[name] = text(path)
    return found


def text(path):
    """A file as text; what is no UTF-8 as `\\xNN`."""
    return path.read_bytes().decode("utf-8", "backslashreplace")


def render(status, streams, before, after):
    """What a program did: its status, its output, and what it changed in the folder."""
    parts = [f"status {status}\n"]
    for name, content in streams.items():
        parts.append(section(name, content))
    for name in sorted({*before, *after}):
        if name not in after:
            parts.append(section(f"{name} is gone", ""))
        elif before.get(name) != after[name]:
            parts.append(section(name, after[name]))
    return "".join(parts)


def section(name, content):
    """One part of a golden file."""
    end = "" if content.endswith("\n") or not content else "\n(no newline at the end)\n"
    return f"--- {name}\n{content}{end}"


def main():
    for case in json.loads((HERE / "cases.json").read_text()):
        if len(sys.argv) > 1 and case["name"] not in sys.argv[1:]:
            continue
        if not program(case).exists():
            print(f"SKIPPED {case['name']}: {program(case)} is not there")
            continue
        with tempfile.TemporaryDirectory() as folder:
            scratch, work = pathlib.Path(folder), None
            if "folder" in case:
                work = scratch / "work"
                shutil.copytree(HERE / case["folder"], work, symlinks=True)
            before = entries(work)
            status, result = run(case, grants(case, scratch, work))
            streams = {"stdout": text(scratch / "stdout") + result, "stderr": text(scratch / "stderr")}
            golden = HERE / "golden" / f"{case['name']}.txt"
            golden.write_text(render(status, streams, before, entries(work)))
            print(golden)


if __name__ == "__main__":
    main()
