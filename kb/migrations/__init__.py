"""Alembic: `upgrade(engine)` brings a database to the tables of this version, or refuses a newer one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from kb.engine import wait_for_turn
from kb.errors import BadSetting

HERE = Path(__file__).parent


def revisions(folder: Path = HERE) -> list[str]:
    """Revision ids in order, read from the file names (0001_name.py)."""
    return sorted(path.stem.split("_")[0] for path in (folder / "versions").glob("[0-9]*.py"))


def current(engine: Engine) -> str | None:
    """The revision a database stands at; None when it is empty."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(engine: Engine, *, folder: Path = HERE) -> bool:
    """Migrate to the newest revision, wholly or not at all. Returns whether anything had to be done.

    Raises BadSetting when the database was written by a newer version of the portal.
    """
    known, now = revisions(folder), current(engine)
    if now == known[-1]:
        return False
    if now is not None and now not in known:
        raise BadSetting(
            "FIRSTLINE_DATABASE_URL",
            engine.url.render_as_string(),
            f"a database of version {known[-1]} or older; this one is {now}",
        )
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder))
    with _one_transaction(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True


@contextmanager
def _one_transaction(engine: Engine) -> Iterator[Connection]:
    """A transaction in which one process at a time changes the tables.

    SQLite rebuilds a table by dropping the old one, which would take the rows that point at it along: foreign keys
    are off meanwhile, and looked at before the end.
    """
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            with connection.begin():
                wait_for_turn(connection, "upgrade")
                yield connection
            return
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")  # does nothing inside a transaction
        try:
            with connection.begin():
                yield connection
                if orphans := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                    raise RuntimeError(f"The upgrade would leave {len(orphans)} rows that point nowhere.")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")
