"""Adds numbers: the world `falkirk:adder/adder` (../adder/wit) in Python."""

import wit_world
from wit_world import exports


def wrapping_sum(a: int, b: int) -> int:
    """The sum as a `u32`. Python's own numbers have no end."""
    return (a + b) % 2**32


class Add(exports.Add):
    """The interface `add`."""

    def add(self, a: int, b: int) -> int:
        return wrapping_sum(a, b)


class WitWorld(wit_world.WitWorld):
    """The function beside it."""

    def add_directly(self, a: int, b: int) -> int:
        return wrapping_sum(a, b)
