"""Times and severities in words."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest

from kb.desk import Desk
from kb.labels import Severity
from pages.ui.incidents import moment, severity_words


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 3, 2, 14, 30, tzinfo=UTC), "today 15:30"),
        (datetime(2026, 3, 2, 23, 30, tzinfo=UTC), "tomorrow 00:30"),
        (datetime(2026, 3, 1, 12, 0, tzinfo=UTC), "yesterday 13:00"),
        (datetime(2026, 3, 5, 9, 0, tzinfo=UTC), "Thu 5 Mar 10:00"),
        (datetime(2025, 12, 24, 9, 0, tzinfo=UTC), "Wed 24 Dec 2025 10:00"),
    ],
)
def test_a_time_is_said_as_people_say_it_in_the_portals_zone(desk: Desk, at: datetime, said: str) -> None:
    desk.settings = dataclasses.replace(desk.settings, timezone="Europe/Berlin")
    assert moment(desk, at) == said


def test_every_severity_has_a_sign_of_its_own() -> None:
    assert len({severity_words(severity)[0] for severity in Severity}) == len(Severity)
    assert severity_words(Severity.CRITICAL) == "◆ Critical"
