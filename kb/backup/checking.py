"""Looking for damage before somebody meets it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import col, select

from kb.backup.archive import sha256_of
from kb.desk import Desk
from kb.labels import Role
from kb.migrations import current, revisions
from kb.person import Person
from kb.tables import Attachment, ModelVersion

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at, and what was found."""

    what: str
    is_ok: bool
    text: str


def check(desk: Desk, person: Person) -> tuple[Finding, ...]:
    """Look at the database and at every stored file. Reads everything: minutes with many attachments."""
    person.require(Role.ADMIN, "check the installation")
    with desk.reading() as session:
        attachments = session.exec(select(Attachment.id, Attachment.sha256).order_by(Attachment.id)).all()
        versions = select(ModelVersion.file_name, ModelVersion.sha256).order_by(col(ModelVersion.id))
        models = session.exec(versions).all()
    found = [_revision(desk)]
    if desk.engine.dialect.name == "sqlite":
        found += [_pragma(desk, "integrity_check"), _pragma(desk, "foreign_key_check")]
    found.append(_files("attachments", desk.folder("attachments"), attachments))
    found.append(_files("models", desk.folder("models"), models))
    return tuple(found)


def _revision(desk: Desk) -> Finding:
    now, newest = current(desk.engine), revisions()[-1]
    text = f"at revision {now}" if now == newest else f"at revision {now}, {newest} is expected"
    return Finding("tables", now == newest, text)


def _pragma(desk: Desk, name: str) -> Finding:
    """SQLite's own checks: integrity_check answers ok, foreign_key_check nothing."""
    with desk.engine.execution_options(readonly=True).connect() as connection:
        rows = [" ".join(map(str, row)) for row in connection.exec_driver_sql(f"PRAGMA {name}")]
    is_ok = rows in ([], ["ok"])
    return Finding(name.replace("_", " "), is_ok, "ok" if is_ok else _some(rows))


def _files(what: str, folder: Path, expected: Iterable[tuple[str, str]]) -> Finding:
    wanted = list(expected)
    bad = [f"{name} is missing" for name, _ in wanted if not (folder / name).is_file()]
    bad += [
        f"{name} has changed"
        for name, sha256 in wanted
        if (folder / name).is_file() and sha256_of(folder / name) != sha256
    ]
    return Finding(what, not bad, _some(bad) if bad else f"{len(wanted)} files as they were stored")


def _some(lines: list[str]) -> str:
    more = len(lines) - MOST_NAMED
    return "; ".join(lines[:MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")
