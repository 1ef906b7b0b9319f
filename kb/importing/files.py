"""The files of a folder, a single file or a ZIP, read with limits; what is hostile is refused as a whole."""

from __future__ import annotations

import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from kb.errors import Refused

MOST_FILES = 10_000
MOST_FILE_BYTES = 1_000_000
MOST_TOTAL_BYTES = 100_000_000
MOST_PROBLEMS = 100
MOST_RATIO = 100
"""A ZIP that grows more than this is a bomb; text shrinks to about a fifth."""
SMALLEST_BOMB = 1_000_000
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError, ValueError)
"""What reading a forged ZIP raises."""
_UNSTORABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_DRIVE = re.compile(r"[A-Za-z]:")
_HIDDEN = re.compile(r"(?:^|/)(?:\.|__MACOSX/)")


@dataclass(frozen=True, slots=True)
class Collected:
    """`files` by their path inside `name`, in order; `problems` are lines `file: line: reason`."""

    name: str
    files: dict[str, bytes] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def add(self, path: str, data: bytes) -> None:
        if _UNSTORABLE.search(path):
            self.refuse(path, "its name has characters that can't be stored")
        elif len(data) > MOST_FILE_BYTES:
            self.refuse(path, f"larger than {MOST_FILE_BYTES // 1000:,} kB")
        else:
            self.files[path] = data

    def refuse(self, path: str, reason: str, line: int = 1) -> None:
        self.problems.append(_line(path, reason, line))


def collect(path: Path) -> Collected:
    """Read what lies at `path`. Refused when nothing is there or a ZIP can't be trusted."""
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        raise Refused(f"There is no file or folder {path.name!r}.")
    if zipfile.is_zipfile(path) or path.suffix.lower() == ".zip":
        return _zip(path)
    collected = Collected(path.absolute().parent.name)
    collected.add(path.name, _limited(path))
    return collected


def _folder(root: Path) -> Collected:
    collected = Collected(root.absolute().name)
    for count, path in enumerate(_walk(root)):
        if count >= MOST_FILES:
            raise Refused(f"{root.name} holds more than {MOST_FILES:,} files.")
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            collected.refuse(name, "a link to somewhere else")
            continue
        try:
            collected.add(name, _limited(path))
        except OSError:
            collected.refuse(name, "can't be read")
    return collected


def _walk(root: Path) -> Iterator[Path]:
    """The files below `root` in order of their path; hidden ones are left out and links not followed."""
    for path in sorted(root.iterdir(), key=lambda path: path.name):
        if _HIDDEN.search(path.name + "/"):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        elif path.is_file() or path.is_symlink():
            yield path


def _line(path: str, reason: str, line: int = 1) -> str:
    """A problem that can be printed, whatever the name."""
    shown = repr(path) if _UNSTORABLE.search(path) else path
    return f"{shown}: {line}: {reason}"


def _limited(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_FILE_BYTES + 1)


def _zip(path: Path) -> Collected:
    collected = Collected(path.stem)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = sorted(archive.infolist(), key=lambda entry: entry.filename)
            _check(path, entries)
            for entry in entries:
                if not entry.is_dir() and not _HIDDEN.search(entry.filename):
                    _unpack(archive, entry, collected)
    except (*DAMAGED, OSError) as error:
        raise Refused(f"{path.name} is damaged or no ZIP file.") from error
    return collected


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, collected: Collected) -> None:
    if entry.file_size > MOST_FILE_BYTES:
        collected.refuse(entry.filename, f"larger than {MOST_FILE_BYTES // 1000:,} kB")
        return
    with archive.open(entry) as file:
        collected.add(entry.filename, file.read(MOST_FILE_BYTES + 1))


def _check(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse a ZIP that would write outside, hide something, or fill the memory."""
    name = path.name
    if len(entries) > MOST_FILES:
        raise Refused(f"{name} holds more than {MOST_FILES:,} files.")
    problems = [_line(entry.filename, reason) for entry in entries if (reason := _danger(entry))]
    counts = Counter(entry.filename for entry in entries)
    problems += [_line(one, "stands twice in the ZIP") for one in sorted(counts) if counts[one] > 1]
    if problems:
        raise Refused(f"{name} is refused because of what it holds; nothing was imported.", problems[:MOST_PROBLEMS])
    total, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    if packed > path.stat().st_size:
        raise Refused(f"{name} is refused: its files overlap, or their lengths are not true.")
    if total > MOST_TOTAL_BYTES or (total > SMALLEST_BOMB and total > MOST_RATIO * max(packed, 1)):
        raise Refused(f"{name} grows to {total / 1e6:,.0f} MB when unpacked, which is not believable for articles.")


def _danger(entry: zipfile.ZipInfo) -> str:
    path = PurePosixPath(entry.filename)
    # zipfile turns a backslash into a slash only on Windows; in a ZIP it is a disguised separator.
    if path.is_absolute() or ".." in path.parts or "\\" in entry.orig_filename or _DRIVE.match(entry.filename):
        return "the path leads out of the ZIP"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "a link to somewhere else"
    if entry.flag_bits & 0x1:
        return "encrypted"
    return ""
