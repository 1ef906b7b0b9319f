"""A CSV file as it comes: plain or gzip, whatever encoding and separator, read row by row and strictly."""

from __future__ import annotations

import codecs
import csv
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import IO, TextIO, cast

from kb.errors import NotValid, Refused

SEPARATORS = ",;\t"
PROBE = 1 << 20
MOST_ROW = 2_000_000
"""Characters of one row. A line without end, or cells whose quotes never end it, would fill the memory."""
MOST_UNPACKED_BYTES = 1_000_000_000
MOST_COLUMNS = 500


@dataclass(frozen=True, slots=True)
class Table:
    """The column names and the rows below: the line a row begins in, and its cells by column, or what is wrong."""

    header: tuple[str, ...]
    rows: Iterator[tuple[int, dict[str, str] | NotValid]]


@contextmanager
def opened(path: Path) -> Iterator[Table]:
    """Raises Refused when there is no such file or it is no CSV at all."""
    try:
        encoding = _encoding(path)
        with _binary(path) as binary, TextIOWrapper(binary, encoding=encoding, newline="", errors="replace") as text:
            separator = _separator(path, encoding)
            lines = _Lines(text)
            reader = csv.reader(lines, delimiter=separator, strict=True)
            header = tuple(name.strip() for name in next(reader, []))
            if not any(header):
                raise Refused(f"{path.name} is empty.")
            if len(header) > MOST_COLUMNS:
                raise Refused(f"{path.name} has {len(header):,} columns; at most {MOST_COLUMNS} are taken.")
            yield Table(header, _rows(reader, header, lines))
    except (OSError, EOFError, zlib.error) as error:
        raise Refused(f"{path.name} can't be read: {getattr(error, 'strerror', None) or error}.") from error
    except csv.Error as error:
        raise Refused(f"{path.name} is no CSV file: {error}.", [f"{path.name}:1: {error}"]) from error


class _Lines:
    """The lines of a file, as long as one row does not take too many characters."""

    def __init__(self, text: TextIO) -> None:
        self.text, self.left = text, MOST_ROW

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.text.readline(self.left + 1)
        self.left -= len(line)
        if self.left < 0:
            raise csv.Error(f"a row of more than {MOST_ROW:,} characters")
        if not line:
            raise StopIteration
        return line


def _rows(
    reader: Iterator[list[str]], header: tuple[str, ...], lines: _Lines
) -> Iterator[tuple[int, dict[str, str] | NotValid]]:
    line = 2
    while True:
        lines.left = MOST_ROW
        try:
            row = next(reader, None)
        except csv.Error as error:
            # After a broken quote nobody can tell where the next row begins.
            yield line, NotValid("row", f"{error}; what follows was not read")
            return
        if row is None:
            return
        if any(cell.strip() for cell in row):
            yield line, _cells(row, header)
        line = reader.line_num + 1  # type: ignore[attr-defined]


def _cells(row: list[str], header: tuple[str, ...]) -> dict[str, str] | NotValid:
    if len(row) != len(header):
        return NotValid("row", f"{len(row)} cells where the header has {len(header)}")
    return dict(zip(header, (cell.strip() for cell in row), strict=True))


def _binary(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    return cast(IO[bytes], gzip.open(path) if is_gzip else path.open("rb"))


def _encoding(path: Path) -> str:
    """UTF-8 or UTF-16 by their marks, UTF-8 when every byte is, else what Windows writes."""
    with _binary(path) as file:
        start = file.read(PROBE)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        decoder = codecs.getincrementaldecoder("utf-8")()
        size = 0
        try:
            while start:
                decoder.decode(start)
                size += len(start)
                if size > MOST_UNPACKED_BYTES:
                    raise Refused(f"{path.name} grows to more than {MOST_UNPACKED_BYTES // 10**6:,} MB.")
                start = file.read(PROBE)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def _separator(path: Path, encoding: str) -> str:
    """The one that stands most often in the first line."""
    with _binary(path) as file:
        first = file.read(PROBE).decode(encoding, errors="replace").partition("\n")[0]
    return max(SEPARATORS, key=first.count)
