"""Upgrades are wholly there or not at all: killed at every statement, by several processes at once, from a newer one.

No version has been released yet, so the schemas are made up; what runs them is what runs ours.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from kb import people
from kb.desk import Desk
from kb.errors import BadSetting
from kb.labels import Role
from kb.migrations import HERE, current, revisions, upgrade
from kb.people.sessions import token_hash
from kb.person import Person
from kb.tables import Base

LEAST_KILLS = 20
FIRST = """
    op.create_table("shelf", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(40)))
    shelf = sa.ForeignKey("shelf.id", name="fk_book_shelf", ondelete="CASCADE")
    op.create_table(
        "book", sa.Column("id", sa.Integer, primary_key=True), sa.Column("shelf_id", sa.Integer, shelf),
        sa.Column("title", sa.String(40)),
    )
    op.execute("INSERT INTO shelf (id, name) VALUES (1, 'Fables'), (2, 'Maps')")
    op.execute("INSERT INTO book (id, shelf_id, title) VALUES (1, 1, 'Aesop'), (2, 2, 'Mercator'), (3, 2, 'Ptolemy')")
"""
SECOND = """
    with op.batch_alter_table("shelf", recreate="auto") as batch:
        batch.alter_column("name", existing_type=sa.String(40), nullable=False, new_column_name="label")
    op.execute("UPDATE shelf SET label = upper(label)")
    op.create_index("ix_book_title", "book", ["title"])
    for number in range(6):
        op.add_column("book", sa.Column(f"mark_{number}", sa.Integer))
        op.execute(f"UPDATE book SET mark_{number} = id * {number}")
"""
THIRD = """
    op.create_table("lending", sa.Column("id", sa.Integer, primary_key=True), sa.Column("book_id", sa.Integer))
    op.execute("INSERT INTO lending (id, book_id) SELECT id, id FROM book")
    op.drop_index("ix_book_title", "book")
"""
ACCOUNT = """INSERT INTO account (id, email, name, role, password_hash, is_disabled, is_demo, created_at)
    VALUES (1, 'ann@example.com', 'Ann', 'user', '', false, false, :at)"""
TOKEN = """INSERT INTO apitoken (id, name, token_hash, account_id, created_at, is_revoked)
    VALUES (1, 'old', :hash, 1, :at, false)"""
ORPHANING = "    op.execute('DELETE FROM shelf WHERE id = 2')"
State = dict[str, tuple[list[str], list[str], list[tuple[Any, ...]]]]
Release = Callable[..., Path]


@pytest.fixture
def release(tmp_path: Path) -> Release:
    """release(step, step, ...) makes the migrations of a version, one revision a step."""

    def make(*steps: str) -> Path:
        folder = tmp_path / f"release-{len(steps)}-{len(''.join(steps))}"
        (folder / "versions").mkdir(parents=True)
        shutil.copy(HERE / "env.py", folder)
        for number, step in enumerate(steps, 1):
            before = f"'{number - 1:04}'" if number > 1 else None
            head = f"import sqlalchemy as sa\nfrom alembic import op\nrevision, down_revision = '{number:04}', {before}"
            (folder / "versions" / f"{number:04}_step.py").write_text(f"{head}\ndef upgrade():{step}")
        return folder

    return make


@pytest.fixture
def upgrading(environ: dict[str, str], desk: Desk) -> Iterator[Callable[[Path, int, int], list[int]]]:
    """upgrading(folder, at, processes) gives the exit codes of processes that were killed at their statement `at`."""
    command = [sys.executable, "-m", "tests.crashing", "upgrades", environ["FIRSTLINE_HOME"], "parent"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, env={**os.environ, **environ}, text=True, **pipes) as parent:  # type: ignore[call-overload]

        def run(folder: Path, at: int = 0, processes: int = 1) -> list[int]:
            parent.stdin.write(f"{at} {processes} {folder}\n")
            parent.stdin.flush()
            return [int(code) for code in parent.stdout.readline().split()]

        yield run
        parent.kill()


def state(desk: Desk) -> State:
    """Columns, indexes and rows of every table that isn't ours."""
    found = {}
    with desk.engine.execution_options(readonly=True).connect() as connection:
        looked = inspect(connection)
        for table in sorted(set(looked.get_table_names()) - set(Base.metadata.tables)):
            rows = connection.execute(text(f"SELECT * FROM {table} ORDER BY 1")).all()
            columns = [column["name"] for column in looked.get_columns(table)]
            found[table] = (columns, [str(one["name"]) for one in looked.get_indexes(table)], [tuple(r) for r in rows])
    return found


def test_an_upgrade_killed_at_any_statement_leaves_the_old_or_the_new_schema(
    desk: Desk, release: Release, upgrading: Callable[..., list[int]]
) -> None:
    upgrade(desk.engine, folder=release(FIRST))
    old, newer, kills = state(desk), release(FIRST, SECOND, THIRD), 0
    while upgrading(newer, kills + 1) == [-signal.SIGKILL]:
        kills += 1
        assert state(desk) == old
    assert kills >= LEAST_KILLS
    assert current(desk.engine) == "0003"
    new = state(desk)
    assert [row[:3] for row in new["book"][2]] == [(1, 1, "Aesop"), (2, 2, "Mercator"), (3, 2, "Ptolemy")]
    assert [row[-1] for row in new["book"][2]] == [5, 10, 15]
    assert new["shelf"] == (["id", "label"], [], [(1, "FABLES"), (2, "MAPS")])
    assert new["lending"][2] == [(1, 1), (2, 2), (3, 3)]


def test_processes_that_start_at_once_upgrade_once(
    desk: Desk, release: Release, upgrading: Callable[..., list[int]]
) -> None:
    assert upgrading(release(FIRST, SECOND, THIRD), 0, 4) == [0] * 4
    assert current(desk.engine) == "0003"
    assert len(state(desk)["lending"][2]) == 3


def test_an_upgrade_that_would_leave_rows_pointing_nowhere_is_taken_back(desk: Desk, release: Release) -> None:
    if desk.engine.dialect.name != "sqlite":
        pytest.skip("elsewhere the database sees to it at every statement")
    upgrade(desk.engine, folder=release(FIRST))
    old = state(desk)
    with pytest.raises(RuntimeError, match="2 rows that point nowhere"):
        upgrade(desk.engine, folder=release(FIRST, "\n" + ORPHANING))
    assert state(desk) == old
    with desk.engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_a_database_of_a_newer_version_is_refused_and_left_alone(desk: Desk, release: Release) -> None:
    newer = release(FIRST, SECOND, *["\n    pass"] * len(revisions()))
    upgrade(desk.engine, folder=newer)
    before, now = state(desk), revisions(newer)[-1]
    with pytest.raises(BadSetting, match=f"a database of version 0001 or older; this one is {now}"):
        upgrade(desk.engine, folder=release(FIRST))
    assert state(desk) == before
    assert revisions()[-1] < now
    with pytest.raises(BadSetting, match=f"this one is {now}"):
        upgrade(desk.engine)


def test_a_token_made_before_tokens_had_an_end_lasts_a_year(desk: Desk, tmp_path: Path) -> None:
    """From our first schema to the second."""
    first = tmp_path / "first"
    shutil.copytree(HERE, first, ignore=shutil.ignore_patterns("000[2-9]*"))
    Base.metadata.drop_all(desk.engine)
    upgrade(desk.engine, folder=first)
    made = "2026-03-02 09:00:00"
    with desk.engine.begin() as connection:
        connection.execute(text(ACCOUNT), {"at": made})
        connection.execute(text(TOKEN), {"at": made, "hash": token_hash("fl_old")})
    upgrade(desk.engine)
    assert people.by_token(desk, "fl_old")
    (token,) = people.tokens(desk, Person(1, "Ann", "ann@example.com", Role.USER))
    assert token.expires_at == token.created_at + timedelta(days=365)
