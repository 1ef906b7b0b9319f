"""Files people attach: stored by us under random names, given only to those who may see the incident."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, col, select

from kb.desk import Desk
from kb.errors import NotFound, NotValid
from kb.incidents import access
from kb.incidents.fields import cleaned
from kb.labels import Role
from kb.person import Person
from kb.tables import Attachment, new_id

GONE = "There is no such file, or it isn't open to you."
MOST_NAME = 120


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file and where its bytes lie."""

    id: str
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str
    path: Path


def store(desk: Desk, person: Person, *, file_name: str, content: bytes, media_type: str = "") -> StoredFile:
    """Keep a file that does not belong to an incident yet; reporting or commenting ties it to one.

    Raises NotValid when it is empty, larger than the setting permits, or the disk is full.
    """
    most = desk.settings.max_attachment_bytes
    if not content:
        raise NotValid("attachments", "The file is empty.")
    if len(content) > most:
        raise NotValid("attachments", f"The file has {len(content) / 1e6:.1f} MB; {most / 1e6:g} MB fit.")
    row = Attachment(
        id=new_id(),
        file_name=safe_name(file_name),
        media_type=media_type[:100] if re.fullmatch(r"[\w.+-]+/[\w.+-]+", media_type) else "application/octet-stream",
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploader=person.rater,
        at=desk.now(),
    )
    _write(_path(desk, row.id), content)
    with desk.transaction() as session:
        session.add(row)
    return _view(desk, row)


def read(desk: Desk, person: Person, file_id: str, *, key: str = "") -> StoredFile:
    """A file for somebody who may see its incident in full; `key` is the secret of a guest's link. Raises NotFound."""
    with desk.reading() as session:
        row = session.get(Attachment, cleaned(file_id))
        if row is None or not _may_read(session, person, row, key):
            raise NotFound(GONE)
    found = _view(desk, row)
    if not found.path.is_file():
        raise NotFound("The file is missing from the store. Ask an administrator to look into the backup.")
    return found


def waiting(desk: Desk, person: Person, ids: Sequence[str]) -> tuple[StoredFile, ...]:
    """Those of the person's stored files that no incident has yet, in the order they came."""
    query = select(Attachment).where(
        col(Attachment.id).in_(ids), Attachment.uploader == person.rater, col(Attachment.incident_id).is_(None)
    )
    with desk.reading() as session:
        return tuple(_view(desk, row) for row in session.exec(query.order_by(col(Attachment.at), col(Attachment.id))))


def safe_name(name: str) -> str:
    """A name fit for display and for a Content-Disposition header: no path, no controls, no invisible characters."""
    name = unicodedata.normalize("NFKC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, ending = name.rpartition(".")
    short = f"{stem[: MOST_NAME - 12]}{dot}{ending[:10]}" if len(name) > MOST_NAME else name
    return short or "file"


def _may_read(session: Session, person: Person, row: Attachment, key: str) -> bool:
    if row.incident_id is None:
        return row.uploader == person.rater and row.uploader != "v:"
    _, standing = access.reach(session, person, row.incident_id, key=key)
    if not row.is_public and not person.may(Role.AGENT):
        return False
    return standing is not access.Standing.WATCHER


def _path(desk: Desk, file_id: str) -> Path:
    return desk.folder("attachments") / file_id


def _write(path: Path, content: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise NotValid("attachments", f"The file can't be kept: {error.strerror or 'no reason given'}.") from error


def _view(desk: Desk, row: Attachment) -> StoredFile:
    return StoredFile(row.id, row.file_name, row.media_type, row.size_bytes, row.sha256, _path(desk, row.id))
