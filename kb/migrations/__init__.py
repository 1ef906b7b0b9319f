"""Alembic: `upgrade(engine)` brings a database to the tables of this version, or refuses a newer one."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text

from kb.errors import BadSetting

HERE = Path(__file__).parent


def revisions() -> list[str]:
    """Revision ids in order, read from the file names (0001_name.py)."""
    return sorted(path.stem.split("_")[0] for path in (HERE / "versions").glob("[0-9]*.py"))


def current(engine: Engine) -> str | None:
    """The revision a database stands at; None when it is empty."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(engine: Engine) -> bool:
    """Migrate to the newest revision. Returns whether anything had to be done.

    Raises BadSetting when the database was written by a newer version of the portal.
    """
    known, now = revisions(), current(engine)
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
    config.set_main_option("script_location", str(HERE))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True
