"""Each due time can be read line by line."""

from __future__ import annotations

import pytest

from kb import incidents
from kb.desk import Desk
from kb.errors import NotAllowed
from kb.person import Person
from tests.conftest import Clock
from tests.kb.incidents.conftest import Submit


def test_what_counted_adds_up_to_the_promise(desk: Desk, clock: Clock, submit: Submit, agent: Person) -> None:
    number = submit(impact="some", urgency="high").id  # Monday 09:00, solved within eight business hours
    clock.forward(hours=2)
    incidents.set_status(desk, agent, number, "on_hold")
    clock.forward(hours=3)
    incidents.set_status(desk, agent, number, "open")
    _, resolution = incidents.deadlines(desk, agent, number)
    assert resolution.ledger.counted_seconds == resolution.promised_seconds == 8 * 3600
    told = [(line.share.value, line.seconds / 3600) for line in resolution.ledger.lines]
    assert told == [("counted", 2), ("on hold", 0), ("counted", 3), ("out of hours", 0), ("counted", 3)]


def test_a_pause_that_lasts_is_told_too(desk: Desk, clock: Clock, submit: Submit, agent: Person) -> None:
    number = submit(impact="some", urgency="high").id
    incidents.set_status(desk, agent, number, "on_hold")
    clock.forward(hours=1)
    ledger = incidents.deadlines(desk, agent, number)[1].ledger
    assert ledger.lines[0].share == "on hold"


def test_only_agents_read_it(desk: Desk, submit: Submit, user: Person) -> None:
    with pytest.raises(NotAllowed):
        incidents.deadlines(desk, user, submit().id)
