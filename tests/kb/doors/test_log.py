"""The application log: who signs in, who is refused, and no entry that somebody else has written."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from kb import incidents, people
from kb.desk import Desk
from kb.doors import log
from kb.doors.session import OwnSite
from kb.errors import NotAllowed, NotFound
from kb.person import OPERATOR, Person

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [A-Z]+ kb[\w.]*: .+")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What open_log writes, as in a process of its own."""
    room, root, stream = logging.getLogger("kb"), logging.getLogger(), io.StringIO()
    former = room.level, room.handlers[:], logging.getLogRecordFactory()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr("sys.stderr", stream)
    room.handlers[:] = []
    log.open_log()
    yield stream
    room.setLevel(former[0])
    room.handlers[:] = former[1]
    logging.setLogRecordFactory(former[2])


def test_an_entry_is_one_line_with_its_time_and_room(written: io.StringIO) -> None:
    forged = "x\n2026-01-01T00:00:00.000Z INFO kb.people.sessions: Account 1 signs in\r\x1b[2J\u2028"
    logging.getLogger("kb.test").warning("Said: %s", forged)
    logging.getLogger("kb.test").warning(forged)
    logging.getLogger("kb.test").error("Failed: %s", ValueError(forged))
    entries = written.getvalue().splitlines()
    assert len(entries) == 3
    assert all(LINE.fullmatch(entry) and entry.isprintable() for entry in entries)
    assert all("kb.test" in entry.split(": ")[0] for entry in entries)


def test_no_line_of_a_trace_looks_like_an_entry(written: io.StringIO) -> None:
    try:
        raise ValueError("x\n2026-01-01T00:00:00.000Z INFO kb.people.sessions: Account 1 signs in")
    except ValueError:
        logging.getLogger("kb.test").exception("It failed")
    first, *others = written.getvalue().splitlines()
    assert LINE.fullmatch(first)
    assert len(others) > 3
    assert all(line.startswith("  | ") for line in others)


def test_a_second_opening_writes_nothing_twice(written: io.StringIO) -> None:
    log.open_log()
    logging.getLogger("kb.test").info("Once")
    assert written.getvalue().count("Once") == 1


def test_sign_ins_that_succeed_and_fail_are_written(desk: Desk, user: Person, written: io.StringIO) -> None:
    invited = people.links.invite(desk, OPERATOR, user.id or 0)
    people.accept(desk, token=invited, password="correct horse battery")
    people.sign_in(desk, email=user.email, password="correct horse battery", address="192.0.2.7")
    for email in (user.email, "typed-password-1!@example.com"):
        with pytest.raises(NotAllowed):
            people.sign_in(desk, email=email, password="wrong", address="192.0.2.7")
    told = written.getvalue()
    assert told.count(f"INFO kb.people.sessions: Account {user.id} signs in") == 2
    assert f"WARNING kb.people.sessions: Wrong password for account {user.id} from 192.0.2.7" in told
    assert "Wrong password for no account from 192.0.2.7" in told
    assert "typed-password" not in told
    assert user.email not in told


def test_too_many_guesses_are_written_once_they_are_turned_away(desk: Desk, user: Person, written: io.StringIO) -> None:
    for _ in range(6):
        with pytest.raises(NotAllowed):
            people.sign_in(desk, email=user.email, password="wrong", address="192.0.2.7")
    assert "Too many passwords tried from address:192.0.2.7" in written.getvalue()


def test_refusals_are_written_with_who_and_what(desk: Desk, user: Person, agent: Person, written: io.StringIO) -> None:
    with pytest.raises(NotAllowed):
        people.accounts(desk, user)
    done = incidents.submit(desk, agent, key="k", title="No mail", body="", impact="some", urgency="low")
    with pytest.raises(NotFound):
        incidents.get(desk, user, done.id)
    assert f"Refused: account {user.id}, who is a signed-in person, may not" in written.getvalue()
    assert f"Refused: account {user.id} has no part in incident {done.id}" in written.getvalue()


def test_a_foreign_page_and_a_foreign_name_are_written(written: io.StringIO) -> None:
    async def portal(*_: object) -> None:
        pytest.fail("let in")

    client = TestClient(OwnSite(portal, lambda: ["testserver"]))
    client.post("/account/login", headers={"origin": "https://evil.example"})
    client.get("/", headers={"host": "evil.example"})
    told = written.getvalue()
    assert "Refused: POST /account/login from testclient: This request came from another site." in told
    assert "Refused: GET / from testclient: This portal doesn't go by that name." in told
