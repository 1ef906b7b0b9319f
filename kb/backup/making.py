"""Making a backup while people work."""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from kb.backup import archive, databases
from kb.desk import Desk
from kb.errors import Conflict, NotFound, Refused
from kb.labels import Role
from kb.migrations import current
from kb.person import Person
from kb.tables import new_id


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that has been written."""

    file: Path
    members: int
    bytes: int


def backup(desk: Desk, person: Person, file: Path) -> Made:
    """Write the whole installation into `file`, a ZIP that must not exist yet.

    The database is copied first: every file it speaks of was there by then. The backup holds all that the
    portal knows, password hashes and its secret too; it is readable for its owner only.
    """
    person.require(Role.ADMIN, "make a backup")
    if file.exists():
        raise Conflict(f"{file} exists already; choose another name.")
    if not file.parent.is_dir():
        raise NotFound(f"There is no folder {file.parent}.")
    part = file.with_name(f"{file.name}.{new_id()}.part")
    try:
        with TemporaryDirectory(dir=desk.settings.home, prefix="backup-") as folder:
            copy = Path(folder) / archive.DATABASE
            databases.snapshot(desk.engine, copy)
            members = _write(desk, part, copy)
        part.replace(file)
    except OSError as error:
        raise Refused(f"The backup can't be written: {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)
    return Made(file, members, file.stat().st_size)


def _write(desk: Desk, part: Path, copy: Path) -> int:
    with open(part, "x+b", opener=_private) as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as pack:
            members = {archive.DATABASE: archive.add(pack, archive.DATABASE, copy)}
            for name, path in _files(desk):
                members[name] = archive.add(pack, name, path)
            archive.add_manifest(pack, _manifest(desk, members))
            archive.leave_room_for_seal(pack)
        archive.seal(stream)
        stream.flush()
        os.fsync(stream.fileno())
    return len(members)


def _files(desk: Desk) -> list[tuple[str, Path]]:
    secret = desk.settings.home / archive.SECRET
    found = [(archive.SECRET, secret)] if secret.exists() else []
    for folder in archive.FOLDERS:
        found += [(f"{folder}/{path.name}", path) for path in sorted(desk.folder(folder).iterdir()) if path.is_file()]
    return [(name, path) for name, path in found if archive.MEMBER.fullmatch(name)]


def _manifest(desk: Desk, members: dict[str, archive.Member]) -> archive.Manifest:
    return archive.Manifest(
        version=version("firstline"),
        revision=current(desk.engine) or "",
        made_at=desk.now().isoformat(),
        database=desk.engine.dialect.name,
        schema=databases.schema_of(desk.engine),
        members=members,
    )


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
