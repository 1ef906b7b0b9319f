"""Health: what is told is what is there."""

from __future__ import annotations

import pytest

from kb.desk import Desk
from kb.errors import NotAllowed
from kb.health import health
from kb.person import Person
from kb.tables import OutboxRow


def test_database_and_sizes_are_told(desk: Desk, admin: Person) -> None:
    before = health(desk, admin)
    (desk.folder("models") / "m").write_bytes(b"x" * 1000)
    assert before.database.startswith(("SQLite 3.", "PostgreSQL "))
    assert before.database_bytes > 50_000
    assert health(desk, admin).files_bytes - before.files_bytes == 1000
    assert before.free_bytes > 0


def test_what_waits_to_be_sent_is_counted(desk: Desk, admin: Person) -> None:
    with desk.transaction() as session:
        for next_at in (desk.now(), None):
            session.add(OutboxRow(channel="mail", subject="s", created_at=desk.now(), next_at=next_at))
    told = health(desk, admin)
    assert (told.waiting, told.has_mail, told.has_webhook, told.is_clock_inside) == (1, False, False, False)


def test_it_is_for_administrators(desk: Desk, lead: Person) -> None:
    with pytest.raises(NotAllowed):
        health(desk, lead)
