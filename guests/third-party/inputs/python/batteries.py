"""A little of what comes with Python: each line shows what one module makes of it."""

import base64
import bisect
import collections
import datetime
import decimal
import fractions
import hashlib
import heapq
import itertools
import json
import math
import random
import re
import sqlite3
import statistics
import struct
import textwrap
import unicodedata
import xml.etree.ElementTree
import zlib

boats = [
    {"name": "Antonine", "berths": 4, "length": 14.25, "tags": ["wide", "café"]},
    {"name": "Bonnybridge", "berths": 6, "length": 17.5, "tags": []},
    {"name": "Camelon", "berths": 2, "length": 9.75, "tags": ["electric"]},
]

# json, there and back.
text = json.dumps(boats, indent=1, sort_keys=True, ensure_ascii=False)
assert json.loads(text) == boats
print("json", len(text), json.dumps(boats[0]))
try:
    json.loads('{"name": }')
except json.JSONDecodeError as error:
    print("json", error)

# re, with groups that have names, and with a function.
line = "lock 11: 2.4 m, lock 12: 3.1 m, basin: deep"
print("re", [match.groupdict() for match in re.finditer(r"lock (?P<number>\d+): (?P<drop>[\d.]+) m", line)])
print("re", re.sub(r"\b(\w)(\w*)", lambda match: match[1].upper() + match[2], line))

# hashlib and zlib, of a text that is long enough to be worth it.
long = ("".join(boat["name"] for boat in boats) * 2000).encode()
for name in ["md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b"]:
    print("hashlib", name, hashlib.new(name, long).hexdigest()[:32])
packed = zlib.compress(long, 9)
assert zlib.decompress(packed) == long
print("zlib", len(long), len(packed), zlib.crc32(long), zlib.adler32(long))

# sqlite3, in memory.
base = sqlite3.connect(":memory:")
base.execute("create table boats (name text primary key, berths integer, length real)")
base.executemany("insert into boats values (:name, :berths, :length)", boats)
print("sqlite3", base.execute("select name, length / berths from boats where berths > 2 order by 2").fetchall())
print("sqlite3", base.execute("select count(*), sum(berths), avg(length), group_concat(name) from boats").fetchone())
try:
    base.execute("insert into boats values ('Camelon', 1, 1)")
except sqlite3.IntegrityError as error:
    print("sqlite3", error)

# Numbers.
decimal.getcontext().prec = 50
print("decimal", decimal.Decimal(2).sqrt())
print("fractions", sum(fractions.Fraction(1, n) for n in range(1, 20)))
print("int", hex(3**200), pow(7, 10**6, 10**9 + 7), math.factorial(40))
print("float", 0.1 + 0.2, 1e308 * 10, math.sin(1e6), math.gamma(5.5), float.fromhex("0x1.8p-1074"))
print("statistics", statistics.stdev([1.5, 2.5, 4.0]), statistics.linear_regression([1, 2, 3], [2, 3, 5]))
random.seed(2002)  # the year in which the wheel was opened
print("random", [random.randrange(100) for _ in range(8)], random.random(), random.gauss())

# And the rest.
print("struct", struct.pack("<hIdq", -2, 0xDEADBEEF, 2.5, -1).hex(), base64.b85encode(b"Falkirk"))
print("datetime", datetime.datetime(2026, 1, 31, 12, 30, tzinfo=datetime.timezone.utc).isoformat())
print("datetime", datetime.date(2024, 2, 28) + datetime.timedelta(days=2))
print("unicodedata", unicodedata.normalize("NFD", "café").encode(), unicodedata.name("😀"))
print("collections", collections.Counter("mississippi").most_common(2), collections.OrderedDict(a=1))
print("heapq", heapq.nsmallest(3, [5, 1, 4, 2, 3]), bisect.bisect([1, 3, 5], 4))
print("itertools", ["".join(p) for p in itertools.permutations("abc")])
print("xml", [node.get("name") for node in xml.etree.ElementTree.fromstring("<a><b name='x'/><b name='y'/></a>")])
print(textwrap.fill("textwrap: " + " ".join(boat["name"] for boat in boats) * 2, 40))
