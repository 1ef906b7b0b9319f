"""Health: what an administrator wants to know of the machine room at a glance."""

from __future__ import annotations

import platform
import shutil
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import make_url

from kb import delivery
from kb.desk import Desk
from kb.labels import Role
from kb.migrations import current
from kb.person import Person


@dataclass(frozen=True, slots=True)
class Health:
    """Versions, sizes in bytes, and how much waits to be delivered."""

    version: str
    python: str
    database: str
    """Such as "SQLite 3.53.4 (WAL)" or "PostgreSQL 18.4"."""
    revision: str
    database_bytes: int
    files_bytes: int
    """Attachments and models."""
    free_bytes: int
    waiting: int
    has_mail: bool
    has_webhook: bool
    is_clock_inside: bool


def health(desk: Desk, person: Person) -> Health:
    """The state of the installation now; for administrators."""
    person.require(Role.ADMIN, "see the state of the installation")
    name, size = _database(desk)
    settings = desk.settings
    return Health(
        version=version("firstline"),
        python=platform.python_version(),
        database=name,
        revision=current(desk.engine) or "",
        database_bytes=size,
        files_bytes=sum(_size(path) for kind in ("attachments", "models") for path in desk.folder(kind).iterdir()),
        free_bytes=shutil.disk_usage(settings.home).free,
        waiting=delivery.waiting(desk, person),
        has_mail=bool(settings.smtp_host),
        has_webhook=bool(settings.webhook_url),
        is_clock_inside=settings.is_clock_inside,
    )


def _database(desk: Desk) -> tuple[str, int]:
    """Kind with version, and size in bytes."""
    with desk.engine.execution_options(readonly=True).connect() as connection:

        def ask(query: str) -> Any:
            return connection.execute(text(query)).scalar_one()

        if desk.engine.dialect.name == "sqlite":
            file = make_url(desk.settings.database_url).database or ""
            name = f"SQLite {ask('SELECT sqlite_version()')} ({ask('PRAGMA journal_mode').upper()})"
            return name, _size(Path(file)) + _size(Path(file + "-wal"))
        return f"PostgreSQL {ask('SHOW server_version').split()[0]}", ask("SELECT pg_database_size(current_database())")


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
