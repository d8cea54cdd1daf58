"""Prints: a command (../console/wit) in Python."""

import hashlib
import json
import re
import sys

import wit_world
from componentize_py_types import Err
from wit_world import exports
from wit_world.imports import environment

BOATS = {"Antonine": {"berths": 4, "tags": ["wide", "café"]}, "Bonnybridge": {"berths": 6, "tags": []}}


class Run(exports.Run):
    """The interface `wasi:cli/run`."""

    def run(self) -> None:
        """Prints this and that."""
        rest = environment.get_arguments()[1:]
        print("arguments", rest, "variables", environment.get_environment())
        print("input", sys.stdin.read().split())
        print(json.dumps(BOATS, ensure_ascii=False))
        print(re.findall(r"\w+(?=:)", "lock: 11, basin: 2"), hashlib.sha256(b"Falkirk").hexdigest())
        print(0.1 + 0.2, 2**100, hex(ord("😀")))
        print("an error", file=sys.stderr)
        if "fail" in rest:
            raise Err(None)
