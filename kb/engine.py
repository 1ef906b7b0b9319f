"""The database engine: SQLite with the settings that lose nothing, or PostgreSQL."""

from __future__ import annotations

import logging
import sqlite3
from types import ModuleType
from typing import Any

from sqlalchemy import Engine, create_engine, event

log = logging.getLogger(__name__)

try:
    from pysqlite3 import dbapi2 as _bundled
except ImportError:  # no wheel for this platform
    _bundled = sqlite3

SQLITE: ModuleType = _bundled


def has_wal_reset_bug(version: tuple[int, ...]) -> bool:
    """Whether this SQLite can lose commits in WAL mode (3.7.0 to 3.51.2; fixed in 3.51.3, 3.50.7 and 3.44.6).

    References
    ----------
    https://sqlite.org/wal.html#walresetbug
    """
    fixed = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    return version >= (3, 7, 0) and not fixed


def make_engine(url: str) -> Engine:
    """An engine for `url`: sqlite:///FILE or postgresql+psycopg://..."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=10, hide_parameters=True)
    engine = create_engine(
        url,
        module=SQLITE,
        connect_args={"check_same_thread": False, "timeout": 30},
        pool_size=5,
        max_overflow=30,
        hide_parameters=True,  # an error is logged, and what people wrote stays out of the log
    )
    mode = "WAL"
    if has_wal_reset_bug(SQLITE.sqlite_version_info):
        mode = "DELETE"
        log.warning("SQLite %s can lose commits in WAL mode: using DELETE journaling.", SQLITE.sqlite_version)
    pragmas = (
        f"journal_mode={mode}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "trusted_schema=OFF",
        "journal_size_limit=67108864",
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute("PRAGMA " + pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        readonly = connection.get_execution_options().get("readonly")
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")

    return engine
