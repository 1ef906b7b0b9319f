"""The database engine: SQLite with the settings that lose nothing, or PostgreSQL."""

from __future__ import annotations

import logging
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

log = logging.getLogger(__name__)

try:
    from pysqlite3 import dbapi2 as _bundled
except ImportError:  # no wheel for this platform
    _bundled = sqlite3

SQLITE: ModuleType = _bundled
PATIENCE = {"connect_timeout": 2, "keepalives_idle": 5, "keepalives_interval": 2, "tcp_user_timeout": 5000}
"""How soon PostgreSQL's silence is noticed (the last in milliseconds); parameters of the address come first."""
PRAGMAS = (
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=30000",
    "trusted_schema=OFF",
    "journal_size_limit=67108864",
    "cache_size=-512",  # kilobytes of each connection; the system keeps the file in memory once for all
)
"""What every connection to SQLite is told, beside how it keeps its journal."""
LONGEST_TURN_SECONDS = 600


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
        patience = {key: value for key, value in PATIENCE.items() if key not in make_url(url).query}
        return create_engine(
            url, pool_pre_ping=True, pool_size=5, max_overflow=10, hide_parameters=True, connect_args=patience
        )
    engine = create_engine(
        url,
        module=SQLITE,
        connect_args={"check_same_thread": False, "timeout": 30},
        pool_size=24,  # as many threads as ask at once keep theirs: opening one reads the whole schema
        max_overflow=30,
        pool_use_lifo=True,  # the connection used last has its pages at hand
        hide_parameters=True,  # an error is logged, and what people wrote stays out of the log
    )
    mode = "WAL"
    if has_wal_reset_bug(SQLITE.sqlite_version_info):
        mode = "DELETE"
        log.warning("SQLite %s can lose commits in WAL mode: using DELETE journaling.", SQLITE.sqlite_version)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (f"journal_mode={mode}", *PRAGMAS):
            connection.execute("PRAGMA " + pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        readonly = connection.get_execution_options().get("readonly")
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")

    return engine


def is_gone(error: SQLAlchemyError) -> bool:
    """Whether the database could not be reached or went away, as against a statement it refused."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or error.statement is None
    return isinstance(error, NoConnectionFree)


def wait_for_turn(connection: Connection, what: str) -> None:
    """On PostgreSQL, hold `what` against all other connections until this one's transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": zlib.crc32(what.encode())})


@contextmanager
def alone(engine: Engine, home: Path, what: str) -> Iterator[None]:
    """Of all processes of an installation one at a time is in here; who is killed lets go."""
    if engine.dialect.name != "sqlite":
        with engine.connect() as connection:
            wait_for_turn(connection, what)
            yield
        return
    with closing(SQLITE.connect(home / f"{what}.lock", timeout=LONGEST_TURN_SECONDS, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield
