"""Turns: of all who want to write to one SQLite, threads and processes alike, who came first is served first.

Left to itself SQLite has each writer ask again after ever longer pauses, up to a tenth of a second: who has just come
asks more often than who waits, and somebody waits for seconds. Here everybody locks one byte of a file beside the
database, the one numbered by the time of coming, and goes on once no lower byte is locked. Nothing is ever written to
the file, and the kernel takes the lock of whoever is killed.

References
----------
Pauses of SQLite: sqliteDefaultBusyCallback in https://sqlite.org/src/file/src/main.c
Locks of an open file, whoever in the process holds it: "Open file description locks" in fcntl(2)
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

with suppress(ImportError):  # not a Unix
    import fcntl

LOOK_SECONDS = 0.001
"""A transaction takes about as long, most of it the disk's."""
PATIENCE_SECONDS = 10
"""Then it goes on, and SQLite's own lock decides: nobody waits for a process that hangs in its turn."""
_LOCK = "hhqqi4x"
"""struct flock: type, whence, start, length, process."""
_places: set[FileIO] = set()


class Turns:
    """The queue beside the file `database`; where there can be none, everybody goes on at once."""

    def __init__(self, database: Path, *, patience: float = PATIENCE_SECONDS) -> None:
        self._path = database.with_name(f"{database.name}-turns")
        self._patience = patience

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for those who came before; those who come later wait until this ends."""
        place = None
        with suppress(OSError, AttributeError):  # a read-only folder, a file system or a system without such locks
            place = FileIO(self._path, "a+", opener=_private)
            _places.add(place)
            self._wait(place)
        try:
            yield
        finally:
            if place is not None:
                place.close()
                _places.discard(place)

    def _wait(self, place: FileIO) -> None:
        number = time.monotonic_ns()
        until = number + self._patience * 1e9
        fcntl.fcntl(place, fcntl.F_OFD_SETLK, _lock(number, 1))
        while _is_locked(place, before=number) and time.monotonic_ns() < until:
            time.sleep(LOOK_SECONDS)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _lock(start: int, length: int) -> bytes:
    return struct.pack(_LOCK, fcntl.F_WRLCK, os.SEEK_SET, start, length, 0)


def _is_locked(place: FileIO, *, before: int) -> bool:
    """Whether somebody else holds a byte below `before`."""
    found = struct.unpack(_LOCK, fcntl.fcntl(place, fcntl.F_OFD_GETLK, _lock(0, before)))
    return bool(found[0] != fcntl.F_UNLCK)


def _leave() -> None:
    """A child that came of a fork holds no places of its parent, or they would be taken as long as it lives."""
    while _places:
        _places.pop().close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave)
