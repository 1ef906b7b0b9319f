"""The audit log: what is written, and that no edit of it goes unseen."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlmodel import select

from kb import audit, people, services
from kb.desk import Desk
from kb.errors import NotAllowed
from kb.labels import Role, Severity
from kb.person import OPERATOR, Person
from kb.settings import Settings
from kb.tables import AuditEntry

MANY = 12


@pytest.fixture
def log(desk: Desk, admin: Person) -> Desk:
    """A desk whose log has a dozen entries."""
    for number in range(MANY):
        with desk.transaction() as session:
            audit.note(session, desk, admin, "role", subject=f"account:{number}", role="lead")
    return desk


def edit(column: str, value: str) -> str:
    return f"UPDATE auditentry SET {column} = {value} WHERE number = {{n}}"


TAMPERINGS = [
    ["DELETE FROM auditentry WHERE number = {n}"],
    ["DELETE FROM auditentry WHERE number >= {n}"],
    [edit("action", "'other'")],
    [edit("subject", "'account:99'")],
    [edit("detail", '\'{{"role": "user"}}\'')],
    [edit("actor_id", "NULL")],
    [edit("at", "'2020-01-01 00:00:00'")],
    [edit("seal", "'00'")],
    [  # two change places
        "UPDATE auditentry SET number = 999 WHERE number = {n}",
        "UPDATE auditentry SET number = {n} WHERE number = {m}",
        "UPDATE auditentry SET number = {m} WHERE number = 999",
    ],
    [  # one taken out and the gap closed
        "DELETE FROM auditentry WHERE number = {n}",
        "UPDATE auditentry SET number = number + 1000 WHERE number > {n}",
        "UPDATE auditentry SET number = number - 1001 WHERE number > 1000",
    ],
    [  # one copied and put at the end
        "INSERT INTO auditentry (number, at, actor_id, action, subject, detail, seal)"
        " SELECT 13, at, actor_id, action, subject, detail, seal FROM auditentry WHERE number = {n}"
    ],
]


def test_two_hundred_tamperings_are_all_found(log: Desk) -> None:
    chance = random.Random(5)
    assert audit.verify(log, OPERATOR) == audit.Verdict(MANY, "")
    with log.reading() as session:
        kept = [row.model_dump() for row in session.exec(select(AuditEntry))]
    found = 0
    for turn in range(200):
        n = chance.randint(1, MANY)
        m = n % MANY + 1
        with log.engine.begin() as connection:
            for statement in TAMPERINGS[turn % len(TAMPERINGS)]:
                connection.execute(text(statement.format(n=n, m=m)))
        found += not audit.verify(log, OPERATOR).is_whole
        with log.engine.begin() as connection:
            connection.execute(text("DELETE FROM auditentry"))
            connection.execute(AuditEntry.__table__.insert(), kept)  # type: ignore[attr-defined]
    assert found == 200
    assert audit.verify(log, OPERATOR).is_whole


def test_who_knows_the_tables_alone_cannot_seal(log: Desk, desk_with_another_secret: Desk) -> None:
    assert not audit.verify(desk_with_another_secret, OPERATOR).is_whole


@pytest.fixture
def desk_with_another_secret(environ: dict[str, str]) -> Iterator[Desk]:
    desk = Desk(Settings.from_env({**environ, "FIRSTLINE_SECRET": "t" * 40}))
    yield desk
    desk.close()


def test_an_entry_goes_with_the_change_it_tells_of(log: Desk, admin: Person) -> None:
    with pytest.raises(ZeroDivisionError), log.transaction() as session:
        audit.note(session, log, admin, "role")
        _ = 1 / 0
    assert audit.verify(log, OPERATOR) == audit.Verdict(MANY, "")


def test_entries_are_for_administrators(log: Desk, admin: Person, lead: Person) -> None:
    assert [entry.number for entry in audit.entries(log, admin, limit=2)] == [12, 11]
    assert audit.entries(log, admin)[0].actor == admin.name
    for verb in (audit.entries, audit.verify):
        with pytest.raises(NotAllowed):
            verb(log, lead)


def test_every_change_of_who_may_do_what_is_logged(desk: Desk, admin: Person) -> None:
    one = people.add(desk, admin, name="Ann Lee", email="ann@example.com", role=Role.USER).account_id
    people.set_role(desk, admin, one, Role.AGENT)
    people.set_team(desk, admin, one, None)
    people.invite(desk, admin, one)
    people.disable(desk, admin, one)
    people.enable(desk, admin, one)
    people.create_token(desk, admin, "script")
    people.revoke_token(desk, admin, people.tokens(desk, admin)[0].id)
    services.save_target(
        desk, admin, Severity.HIGH, response_minutes=5, resolution_minutes=9, is_around_the_clock=False
    )
    services.save_hours(desk, admin, services.hours(desk))
    done = [entry.action for entry in audit.entries(desk, admin)][::-1]
    assert done[:6] == ["add", "role", "team", "invite", "disable", "enable"]
    assert done[6:] == ["token", "token revoked", "sla target", "business hours"]
    assert "Ann" not in str(audit.entries(desk, admin)[1:])
    assert audit.verify(desk, admin).is_whole
