"""Ends with an exception that nobody catches, after another."""


def draught(depths, name):
    try:
        return depths[name]
    except KeyError:
        return 1 / len(depths)


print("before")
draught({}, "Camelon")
