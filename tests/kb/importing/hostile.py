"""Files that mean harm, made on the spot: name -> bytes."""

from __future__ import annotations

import gzip
import io
import stat
import struct
import warnings
import zipfile
from collections.abc import Iterable

MERGED = "\n".join(["a0: &a0 {k: v}", *(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 9))])
LAUGHS = "\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))])


def front(block: str, mark: str = "---") -> bytes:
    return f"{mark}\n{block}\n{mark}\nText\n".encode()


def packed(entries: Iterable[tuple[str, bytes]], *, mode: int = 0) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, data in entries:
            info = zipfile.ZipInfo(name)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, mode << 16
            archive.writestr(info, data)
    return file.getvalue()


def forged(offset: int, form: str, *values: int, mark: bytes = b"PK\x01\x02") -> bytes:
    """A ZIP of one file whose central record (or what begins with `mark`) has other numbers at `offset`."""
    data = bytearray(packed([("a.md", b"hello " * 100)]))
    struct.pack_into(form, data, data.rindex(mark) + offset, *values)
    return bytes(data)


def renamed(name: str, other: bytes) -> bytes:
    """A ZIP whose central record has another name of the same length."""
    data = bytearray(packed([(name, b"hello")]))
    at = data.rindex(name.encode())
    data[at : at + len(other)] = other
    return bytes(data)


def overlapping(copies: int) -> bytes:
    """A ZIP whose central records all name the same bytes."""
    data = packed([("aaaa.md", bytes(range(256)) * 3_000)])
    start, end = data.rindex(b"PK\x01\x02"), data.rindex(b"PK\x05\x06")
    records = b"".join(data[start:end].replace(b"aaaa", f"{n:04}".encode()) for n in range(copies))
    tail = bytearray(data[end:])
    struct.pack_into("<HHI", tail, 8, copies, copies, len(records))
    return data[:start] + records + bytes(tail)


REFUSED_ZIPS = {
    "bomb": packed((f"{n}.md", b"0" * 900_000) for n in range(30)),
    "nested bomb": packed([("inner.md", b"0" * 999_999), ("more.md", b"0" * 999_999)]),
    "overlap": overlapping(60),
    "up": packed([("../evil.md", b"x")]),
    "up inside": packed([("a/../../evil.md", b"x")]),
    "absolute": packed([("/etc/evil.md", b"x")]),
    "drive": packed([("C:/evil.md", b"x")]),
    "backslash": packed([("..\\evil.md", b"x")]),
    "link": packed([("link.md", b"/etc/passwd")], mode=stat.S_IFLNK | 0o777),
    "twice": packed([("a.md", b"1"), ("a.md", b"2")]),
    "crowd": packed((f"{n}.md", b"") for n in range(10_001)),
    "encrypted": forged(8, "<H", 1),
    "unknown method": forged(10, "<H", 97),
    "forged checksum": forged(16, "<I", 1),
    "forged packed size": forged(20, "<I", 0x7FFFFFFF),
    "forged size": forged(24, "<I", 50),
    "forged offset": forged(42, "<I", 0x7FFFFFF0),
    "forged directory": forged(12, "<I", 0x7FFFFFFF, mark=b"PK\x05\x06"),
    "name that is no UTF-8": renamed("ä.md", b"\xff\xfe"),
    "torn": packed([("a.md", bytes(range(256)) * 50)])[:200],
    "no zip": b"PK\x03\x04 nothing",
}
REFUSED_PAGES = {
    "merged aliases": front(MERGED),
    "too many aliases": front(LAUGHS),
    "deep yaml": front("a: " + "[" * 19_000),
    "deep toml": front("a = " + "[" * 19_000, "+++"),
    "long toml number": front("title = " + "9" * 6_000, "+++"),
    "python tag": front("a: !!python/object/apply:os.system [id]"),
    "unknown tag": front("a: !evil x"),
    "unhashable key": front("? [a]\n: b"),
    "bad binary": front("title: !!binary x"),
    "impossible date": front("date: 2026-13-45"),
    "no end": b"---\ntitle: x\nText\n",
    "front matter too long": front("a: " + "x" * 21_000),
    "a list": front("- a\n- b"),
    "NUL": b"Text\x00more\n",
    "a program": b"\x7fELF\x02\x01\x01" + bytes(100),
    "lone surrogate": "Text \ud800 more".encode("utf-16-le", "surrogatepass").join([b"\xff\xfe", b""]),
    "half a UTF-16": b"\xff\xfeT\x00e",
    "nothing": b"",
    "only blanks": b" \n\t\n",
    "too long": b"word " * 60_000,
    "open headings": b"# " + b" " * 300_000,
    "open shortcodes": b"{{< highlight a >}}" * 20_000,
    "open tags": b"<b>" * 30_000,
    "deep HTML": b"<div>" * 900 + b"Text",
    "brackets": b"[![a](b)" * 10_000,
}
TAKEN_PAGES = {
    "long hex number": front("title: 0x" + "f" * 6_000),
    "end of time": front("date: 9999-12-31T23:59:59-23:00"),
    "beginning of time": front("date: '0001-01-01T00:00:00+23:59'"),
    "escaped surrogate": front('firstline: KB-9\ntitle: x\nsource: "a\\ud800\\0b"'),
    "surrogate in a tag": front('title: x\ntags: ["a\\ud800"]'),
    "BOM": b"\xef\xbb\xbfText\n",
    "UTF-16": "Text\n".encode("utf-16"),
    "Windows": "Grüße – Text\n".encode("cp1252"),
    "literal marks": b"Text\n\n" + b"{{</*" * 700,
    "ruby marks": b"Text\n\n" + b"<%" * 800,
}
REFUSED_TABLES = {
    "line without end": b"title\n" + b"x" * 100_000_000,
    "packed line without end": gzip.compress(b"title\n" + b"x" * 100_000_000, 1),
    "row without end": b"title\n" + b'"x\n",' * 1_000_000,
    "stray quote": b'title\n"open\n' + b"row\n" * 50_000,
    "text after a quote": b'title\n"a"b\nc\n',
    "too many columns": b"a," * 100_000 + b"title\n",
    "too many cells": b"title\n" + b"a," * 100_000 + b"\n",
    "torn gzip": gzip.compress(b"title\nA\n" * 1_000)[:60],
    "no gzip": b"\x1f\x8bnothing",
    "UTF-16 without mark": "title\nA\n".encode("utf-16-le"),
    "impossible time": b"title,opened_at\nA,9999-12-31T23:59:59-23:00\n",
    "one bad row of many": b"title,impact\n" + b"A,1\n" * 3_000 + b"B,9\n",
}
TAKEN_TABLES = {
    "formulas": b"title\n=1+1\n@SUM(A1)\n+1\n-1\n",
    "NUL in a cell": b"title\nA\x00B\n",
    "lone surrogate": b"title\nA\xed\xa0\x80B\n",
    "UTF-32 marks": b"title\n\xf0\x9f\x98\x80\n",
    "markup": b"title\n<script>alert(1)</script>\n",
    "SQL": b"title\n'); DROP TABLE incident;--\n",
}
COUNT = sum(map(len, (REFUSED_ZIPS, REFUSED_PAGES, TAKEN_PAGES, REFUSED_TABLES, TAKEN_TABLES)))
