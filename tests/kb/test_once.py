"""One action makes one incident, however often and however at once it is sent."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlmodel import func, select

from kb import incidents
from kb.desk import Desk
from kb.incidents.alerts import AlertGroup, receive
from kb.labels import Impact, Urgency
from kb.person import OPERATOR, Person
from kb.settings import Settings
from kb.tables import Incident, TimelineEntry

TIMES = 20
WORDS = {"title": "The till prints nothing", "body": "Since nine.", "impact": "some", "urgency": "high"}


def at_once(verb: Callable[[int], Any], times: int = 3) -> list[Any]:
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(verb, range(times)))


def rows(desk: Desk) -> tuple[int, int]:
    """Incidents, and their beginnings in the timeline."""
    with desk.reading() as session:
        begun = select(func.count()).where(TimelineEntry.kind == "reported")
        return session.exec(select(func.count()).select_from(Incident)).one(), session.exec(begun).one()


@pytest.mark.parametrize("clicks", [2, 3])
def test_a_double_and_a_triple_click(desk: Desk, user: Person, clicks: int) -> None:
    for number in range(TIMES):
        sent = at_once(lambda _, key=f"k{number}": incidents.submit(desk, user, key=key, **WORDS), clicks)
        assert len({one.id for one in sent}) == 1
        assert sum(one.is_new for one in sent) <= 1
    assert rows(desk) == (TIMES, TIMES)


def test_a_reload_or_a_reconnection_sends_it_again_later(desk: Desk, user: Person) -> None:
    for number in range(TIMES):
        first = incidents.submit(desk, user, key=f"k{number}", **WORDS)
        again = incidents.submit(desk, user, key=f"k{number}", **{**WORDS, "title": "Typed anew"})
        assert (again.id, again.is_new, again.title) == (first.id, False, WORDS["title"])
    assert rows(desk) == (TIMES, TIMES)


def test_a_server_that_stops_between_commit_and_reply(environ: dict[str, str], desk: Desk, user: Person) -> None:
    for number in range(TIMES):
        incidents.submit(desk, user, key=f"k{number}", **WORDS)  # nobody hears the answer
        restarted = Desk(Settings.from_env(environ), now=desk.now)
        assert incidents.submit(restarted, user, key=f"k{number}", **WORDS).is_new is False
        restarted.close()
    assert rows(desk) == (TIMES, TIMES)


def test_two_servers_take_the_same_click(environ: dict[str, str], desk: Desk, user: Person) -> None:
    other = Desk(Settings.from_env(environ), now=desk.now)
    for number in range(TIMES):
        at_once(lambda turn, key=f"k{number}": incidents.submit((desk, other)[turn], user, key=key, **WORDS), 2)
    other.close()
    assert rows(desk) == (TIMES, TIMES)


def test_an_alert_sent_three_times_at_once(desk: Desk) -> None:
    for number in range(TIMES):
        group = AlertGroup(
            key=f"group-{number}", is_firing=True, title="Disk is full", body="x", impact=Impact.SOME,
            urgency=Urgency.HIGH, firing=frozenset({f"a{number}@10:00"}), ended=frozenset(),
        )  # fmt: skip
        assert len({one.number for one in at_once(lambda _, group=group: receive(desk, OPERATOR, group))}) == 1
    assert rows(desk)[0] == TIMES
