"""The desk: transactions commit or leave nothing, and loaded things are made once per stamp."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlmodel import select

from kb.desk import Desk
from kb.engine import has_wal_reset_bug
from kb.migrations import upgrade
from kb.tables import Base, Team


def test_a_failed_transaction_leaves_nothing(desk: Desk) -> None:
    with pytest.raises(RuntimeError), desk.transaction() as session:
        session.add(Team(slug="a", name="A"))
        session.flush()
        raise RuntimeError
    with desk.reading() as session:
        assert session.exec(select(Team)).all() == []


def test_times_come_back_as_utc_instants(desk: Desk, user: object) -> None:
    from kb.tables import Account

    with desk.reading() as session:
        account = session.exec(select(Account)).one()
    assert account.created_at == desk.now()


def test_a_kept_thing_is_made_once_per_stamp(desk: Desk) -> None:
    made: list[int] = []
    for stamp in (1, 1, 2, 2):
        desk.kept("thing", stamp, lambda: made.append(1))
    assert len(made) == 2


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30000)]
)
def test_every_sqlite_connection_is_set_up(desk: Desk, pragma: str, value: object) -> None:
    if desk.engine.dialect.name != "sqlite":
        pytest.skip("SQLite only")
    with desk.engine.connect() as connection:
        assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == value


@pytest.mark.parametrize(
    ("version", "is_bad"),
    [((3, 40, 1), True), ((3, 51, 2), True), ((3, 51, 3), False), ((3, 50, 7), False), ((3, 44, 6), False)],
)
def test_sqlite_versions_that_lose_commits_are_known(version: tuple[int, ...], is_bad: bool) -> None:
    assert has_wal_reset_bug(version) is is_bad


def test_migrations_make_exactly_the_tables(desk: Desk) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    Base.metadata.drop_all(desk.engine)
    assert upgrade(desk.engine) is True
    assert upgrade(desk.engine) is False
    with desk.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
