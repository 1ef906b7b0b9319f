"""Rows for those who must be told, and the bell."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from sqlmodel import select

from kb import outbox
from kb.desk import Desk
from kb.errors import NotAllowed
from kb.labels import Role
from kb.person import Person
from kb.tables import Account, OutboxRow, Team


def tell(desk: Desk, **told: Any) -> None:
    with desk.transaction() as session:
        outbox.queue(session, desk, **{"subject": "Hello", **told})


def rows(desk: Desk) -> list[OutboxRow]:
    with desk.reading() as session:
        return list(session.exec(select(OutboxRow).order_by(OutboxRow.id)))


def test_each_account_is_told_once(desk: Desk, user: Person, agent: Person) -> None:
    tell(desk, accounts=[user.id, agent.id, user.id, None])
    assert [row.account_id for row in rows(desk)] == [user.id, agent.id]


def test_a_disabled_account_is_told_nothing(desk: Desk, user: Person) -> None:
    with desk.transaction() as session:
        session.get_one(Account, user.id).is_disabled = True
    tell(desk, accounts=[user.id])
    assert rows(desk) == []


def test_a_rolled_back_reason_leaves_no_notice(desk: Desk, user: Person) -> None:
    with pytest.raises(RuntimeError), desk.transaction() as session:
        outbox.queue(session, desk, accounts=[user.id], subject="Hello")
        raise RuntimeError
    assert rows(desk) == []


def test_mail_waits_only_where_a_server_is_set(desk: Desk, user: Person) -> None:
    tell(desk, accounts=[user.id], addresses=["guest@example.com"])
    assert {row.next_at for row in rows(desk)} == {None}
    desk.settings = dataclasses.replace(desk.settings, smtp_host="mail.example.com")
    tell(desk, accounts=[user.id])
    assert rows(desk)[-1].next_at == desk.now()


def test_the_webhook_gets_the_event_without_the_guests_key(desk: Desk) -> None:
    desk.settings = dataclasses.replace(desk.settings, webhook_url="https://hook.example.com", webhook_secret="x")
    tell(desk, event="incident.opened", payload={"number": "INC-1", "guest_of": "k"})
    assert [(row.channel, row.payload) for row in rows(desk)] == [
        ("webhook", {"event": "incident.opened", "number": "INC-1"})
    ]


def test_a_subject_is_one_line(desk: Desk, user: Person) -> None:
    tell(desk, accounts=[user.id], subject="A\r\nBcc: all")
    assert rows(desk)[0].subject == "A Bcc: all"


def test_only_mail_to_the_guest_carries_the_secret(desk: Desk, user: Person) -> None:
    tell(desk, accounts=[user.id], addresses=["g@example.com"], link="/incident?id=INC-1", payload={"guest_of": "k"})
    to_account, to_guest = rows(desk)
    assert outbox.full_link(desk, to_account) == "http://localhost:8501/incident?id=INC-1"
    assert outbox.full_link(desk, to_guest).endswith("&key=" + outbox.guest_key(desk, "k"))
    assert outbox.guest_key(desk, "k") not in str(rows(desk))


def test_the_bell_counts_what_is_new(desk: Desk, user: Person, agent: Person) -> None:
    tell(desk, accounts=[user.id, agent.id])
    tell(desk, accounts=[user.id], subject="Second")
    assert outbox.unread(desk, user) == 2
    assert [notice.subject for notice in outbox.notices(desk, user)] == ["Second", "Hello"]
    outbox.mark_read(desk, user, [outbox.notices(desk, user)[0].id])
    assert (outbox.unread(desk, user), outbox.unread(desk, agent)) == (1, 1)


def test_nobody_marks_anothers_notices(desk: Desk, user: Person, agent: Person) -> None:
    tell(desk, accounts=[user.id])
    assert outbox.mark_read(desk, agent, [rows(desk)[0].id or 0]) == 0
    assert outbox.unread(desk, user) == 1


def test_a_guest_has_no_bell(desk: Desk, visitor: Person) -> None:
    assert outbox.unread(desk, visitor) == 0
    with pytest.raises(NotAllowed):
        outbox.notices(desk, visitor)


def test_leads_of_the_team_come_before_other_leads(desk: Desk, make_person: Any, admin: Person) -> None:
    with desk.reading() as session:
        assert outbox.leads(session) == [admin.id]
    with desk.transaction() as session:
        session.add(team := Team(slug="a", name="A"))
    ours, other = make_person(Role.LEAD, "Ours", team.id), make_person(Role.LEAD, "Other")
    with desk.reading() as session:
        assert outbox.leads(session, team.id) == [ours.id]
        assert outbox.leads(session) == [ours.id, other.id]
