"""Reads, writes, lists and removes files in /project, and asks for what was not granted."""

import os
import pathlib
import shutil
import sqlite3
import sys

work = pathlib.Path("/project")
print("arguments", sys.argv[1:], "variables", sorted(os.environ.items()))
print("input", [line.rstrip("\n") for line in sys.stdin])

for path in sorted(work.rglob("*")):
    print(path, "is a directory" if path.is_dir() else f"has {path.stat().st_size} bytes")

notes = {path.name: path.read_text() for path in sorted((work / "notes").iterdir())}
print("notes", notes)

out = work / "out"
out.mkdir()
(out / "upper.txt").write_text("".join(notes.values()).upper())
with open(out / "log.txt", "w+") as log:
    log.write("0123456789" * 3000)
    log.seek(12)
    log.write("twelve")
    log.truncate(40)
    log.seek(10)
    print("log", log.read())
with open(out / "log.txt", "a") as log:
    log.write("\nappended\n")
os.rename(out / "log.txt", out / "moved.txt")
os.symlink("moved.txt", out / "link.txt")
print("link", os.readlink(out / "link.txt"), (out / "link.txt").read_text().splitlines()[-1])
os.remove(out / "link.txt")
os.utime(out / "moved.txt", (1_000_000_000, 1_500_000_000.5))
print("time", (out / "moved.txt").stat().st_mtime)
shutil.copytree(work / "notes", out / "copy")
shutil.rmtree(out / "copy")

base = sqlite3.connect(out / "notes.sqlite")
with base:
    base.execute("create table notes (name text, content text)")
    base.executemany("insert into notes values (?, ?)", notes.items())
base.close()
base = sqlite3.connect(out / "notes.sqlite")
print("sqlite3", base.execute("select name, length(content) from notes order by name").fetchall())
base.close()
os.remove(out / "notes.sqlite")

for attempt in [
    lambda: open("/etc/passwd"),
    lambda: open("/project/../etc/passwd"),
    lambda: open("/project/missing"),
    lambda: open("/project/notes"),
    lambda: os.rmdir("/project/notes"),
    lambda: os.mkdir("/project/out"),
    lambda: os.symlink("/etc", "/project/etc"),
    lambda: os.listdir("/project/notes/wheel.txt"),
    lambda: os.rename("/project/notes", "/project/notes/inside"),
]:
    try:
        print("it works:", attempt())
    except OSError as error:
        print(type(error).__name__, error)

sys.exit(7)
