"""Retention: what has outlived its use goes, the rest stays."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from kb import retention
from kb.desk import Desk
from kb.errors import NotAllowed
from kb.person import OPERATOR, Person
from kb.tables import Attachment, Base, Draft, JobRun, LoginFailure, LoginSession, OneTimeLink, OutboxRow, SignInRequest


def row_of(kind: str, owner: Person, at: datetime) -> Base:
    """One row of each kind that is `at` old."""
    made: dict[str, Base] = {
        "run": JobRun(name="tidy", started_at=at),
        "failure": LoginFailure(bucket="account:a", at=at),
        "session": LoginSession(token_hash=str(at), account_id=owner.id or 0, created_at=at, seen_at=at, expires_at=at),
        "link": OneTimeLink(token_hash=str(at), expires_at=at),
        "sign-in": SignInRequest(state_hash=str(at), browser_hash="b", following="/", expires_at=at),
        "draft": Draft(key=str(at), owner="v:1", fields={}, updated_at=at),
        "read notice": OutboxRow(channel="person", account_id=owner.id, subject="s", created_at=at, read_at=at),
        "settled webhook": OutboxRow(channel="webhook", subject="s", created_at=at),
    }
    return made[kind]


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        ("run", 90),
        ("failure", 1),
        ("session", 7),
        ("link", 7),
        ("sign-in", 0),
        ("draft", 30),
        ("read notice", 180),
        ("settled webhook", 180),
    ],
)
def test_rows_go_when_their_time_is_over(desk: Desk, user: Person, kind: str, days: int) -> None:
    edge = desk.now() - timedelta(days=days)
    old, young = (row_of(kind, user, edge + timedelta(minutes=minutes)) for minutes in (-1, 1))
    with desk.transaction() as session:
        session.add_all([old, young])
    assert retention.tidy(desk, OPERATOR) == 1
    with desk.reading() as session:
        assert len(session.exec(select(type(young))).all()) == 1
    assert retention.tidy(desk, OPERATOR) == 0


def test_unread_notices_and_unsent_mails_stay(desk: Desk, user: Person) -> None:
    at = desk.now() - timedelta(days=999)
    with desk.transaction() as session:
        session.add(OutboxRow(channel="person", account_id=user.id, subject="unread", created_at=at))
        session.add(OutboxRow(channel="mail", address="a@example.com", subject="unsent", created_at=at, next_at=at))
    assert retention.tidy(desk, OPERATOR) == 0


def test_files_of_drafts_never_sent_go_with_their_rows(desk: Desk) -> None:
    old = desk.now() - timedelta(days=31)
    for name, at in (("old", old), ("new", desk.now())):
        (desk.folder("attachments") / name).write_bytes(b"x")
        with desk.transaction() as session:
            session.add(
                Attachment(id=name, file_name="f", media_type="t", size_bytes=1, sha256="", uploader="v:1", at=at)
            )
    assert retention.tidy(desk, OPERATOR) == 1
    assert [path.name for path in desk.folder("attachments").iterdir()] == ["new"]


def test_only_an_administrator_tidies_up(desk: Desk, lead: Person) -> None:
    with pytest.raises(NotAllowed):
        retention.tidy(desk, lead)
