"""What was called saved stays saved: writers killed in mid-write, many writers at once, a full and a read-only disk."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from statistics import quantiles

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import func, select

from kb import attachments, incidents
from kb.desk import Desk
from kb.errors import NotValid
from kb.incidents import Submitted
from kb.person import Person, guest
from kb.settings import Settings
from kb.tables import Attachment, Incident, OutboxRow, Preference, TimelineEntry

KILLS = int(os.environ.get("KILLS", "20"))
"""1,000 by hand."""
WRITERS = 8
CHANGES = int(os.environ.get("CHANGES", "25"))
"""400 by hand."""
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(environ: dict[str, str]) -> Iterator[Start]:
    """start(what, name, ...) runs tests.crashing on this installation; none outlives the test."""
    with ExitStack() as stack:

        def begin(what: str, name: str, *more: str) -> subprocess.Popen[str]:
            command = [sys.executable, "-m", "tests.crashing", what, environ["FIRSTLINE_HOME"], name, *more]
            process = subprocess.Popen(
                command, env={**os.environ, **environ}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield begin


def acked(desk: Desk) -> dict[str, int]:
    """key -> number, as the writers were told."""
    lines = [line.split() for path in desk.settings.home.glob("acked.*") for line in path.read_text().splitlines()]
    return {key: int(number) for key, number in lines}


def test_a_writer_killed_in_mid_write_loses_and_doubles_nothing(desk: Desk, start: Start) -> None:
    chance, parent = random.Random(5), start("reports", "parent")
    writers = [writer(parent, f"{number}") for number in range(WRITERS)]
    wait_for(lambda: len(acked(desk)) >= WRITERS)
    for kill in range(KILLS):
        time.sleep(chance.uniform(0.05, 0.3))
        everyone = kill % 10 == 9
        for number in range(WRITERS) if everyone else [chance.randrange(WRITERS)]:
            os.kill(writers[number], signal.SIGKILL)
            writers[number] = writer(parent, f"{number}-{kill}")
    for pid in writers:
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.5)
    check_whole(desk)


def writer(parent: subprocess.Popen[str], name: str) -> int:
    """The number of a new process that writes."""
    assert parent.stdin
    assert parent.stdout
    parent.stdin.write(name + "\n")
    parent.stdin.flush()
    return int(parent.stdout.readline())


def check_whole(desk: Desk) -> None:
    told = acked(desk)
    print(f"{len(told)} acknowledged")
    with desk.reading() as session:
        stored = dict(session.exec(select(Incident.key, Incident.id)).all())
        rows = session.exec(select(func.count()).select_from(Incident)).one()
        entries = session.exec(select(func.count(), func.count(func.distinct(TimelineEntry.incident_id)))).one()
        notices = session.exec(select(func.count(func.distinct(OutboxRow.subject)))).one()
    assert told
    assert {key: stored.get(key) for key in told} == told  # none lost
    assert rows == len(stored)  # none twice
    assert tuple(entries) == (rows, rows)  # none in part
    assert notices == rows
    if desk.engine.dialect.name == "sqlite":
        with desk.engine.connect() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"


def wait_for(is_so: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_many_writers_at_once_lose_nothing_and_none_is_locked_out(desk: Desk, start: Start) -> None:
    with desk.transaction() as session:
        session.add(Preference(name="counter", value={"n": 0}))
    writers = [start("changes", str(name), str(CHANGES)) for name in range(WRITERS)]
    told = [writer.communicate()[0] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * WRITERS
    with desk.reading() as session:
        assert session.get_one(Preference, "counter").value == {"n": WRITERS * CHANGES}
    times = [float(line) for lines in told for line in lines.split()]
    print(f"p95 {quantiles(times, n=20)[-1]:.0f} ms, worst {max(times):.0f} ms")


def test_writers_are_served_in_the_order_in_which_they_came(sqlite: Desk, start: Start) -> None:
    """Processes; without the queue whoever asks at the right moment overtakes the others."""
    parent, order = start("queue", "parent"), sqlite.settings.home / "order"
    names = [f"{number}" for number in range(WRITERS)]
    with sqlite.transaction() as session:
        session.add(Preference(name="counter", value={"n": 0}))
        session.flush()
        for name in names:
            writer(parent, name)
            wait_for(lambda name=name: order.exists() and f"came {name}\n" in order.read_text())  # type: ignore[misc]
            time.sleep(0.07)  # no multiple of SQLite's pauses
    wait_for(lambda: order.read_text().count("served") == WRITERS)
    assert [line.split()[1] for line in order.read_text().splitlines() if "served" in line] == names


def report(desk: Desk, key: str, body: str = "x") -> Submitted:
    words = {"title": f"Report {key}", "body": body, "impact": "some", "urgency": "low"}
    return incidents.submit(desk, guest("visitor"), key=key, guest_email="someone@example.com", **words)


def counts(desk: Desk) -> tuple[int, int, int]:
    with desk.reading() as session:
        return tuple(  # type: ignore[return-value]
            session.exec(select(func.count()).select_from(table)).one()
            for table in (Incident, TimelineEntry, OutboxRow)
        )


@pytest.fixture
def sqlite(desk: Desk) -> Desk:
    if desk.engine.dialect.name != "sqlite":
        pytest.skip("a full disk is made by a limit that only SQLite has")
    return desk


def limit_pages(desk: Desk, more: int) -> None:
    """Let the database grow by so many pages: to its writers, a full disk."""
    desk.engine.dispose()
    with desk.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count = {pages + more}"))


def test_a_full_disk_saves_nothing_by_halves_and_heals_without_a_restart(sqlite: Desk) -> None:
    report(sqlite, "before")
    limit_pages(sqlite, 3)
    before = counts(sqlite)
    with pytest.raises(DBAPIError, match="full"):
        for number in range(100):
            report(sqlite, f"large-{number}", "x" * 40_000)
            before = counts(sqlite)
    assert counts(sqlite) == before
    limit_pages(sqlite, 10_000)
    assert report(sqlite, "large-0", "x" * 40_000).number
    assert report(sqlite, "before").is_new is False


def test_a_file_that_finds_no_room_leaves_no_row(desk: Desk, user: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(NotValid, match="can't be kept"):
        attachments.store(desk, user, file_name="a.txt", content=b"hello", media_type="text/plain")
    with desk.reading() as session:
        assert session.exec(select(Attachment)).all() == []
    assert list(desk.folder("attachments").iterdir()) == []
    monkeypatch.undo()
    assert attachments.store(desk, user, file_name="a.txt", content=b"hello", media_type="text/plain").id


def test_a_read_only_database_is_read_and_says_so(environ: dict[str, str], sqlite: Desk) -> None:
    report(sqlite, "before")
    with sqlite.engine.connect() as connection:
        connection.execute(text("PRAGMA query_only = ON"))
        connection.rollback()
    before = counts(sqlite)
    with pytest.raises(DBAPIError, match="readonly"):
        report(sqlite, "after")
    assert counts(sqlite) == before
    with sqlite.reading() as session:
        assert session.exec(select(Incident.title)).all() == ["Report before"]
    reopened = Desk(Settings.from_env(environ), now=sqlite.now)
    assert report(reopened, "after").is_new
    reopened.close()
