"""The audit log: who changed who may do what. Each entry is sealed with the one before, so that any edit shows."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlmodel import Session, col, func, select, update

from kb.desk import Desk
from kb.labels import Role
from kb.person import Person
from kb.tables import Account, AuditEntry, Stamp

STAMP = "audit"
ANCHOR = "audit-anchor"
CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log as it is shown."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the log is whole. `problem` says what is wrong with the first entry that is not as it was written."""

    entries: int
    problem: str

    @property
    def is_whole(self) -> bool:
        return not self.problem


def note(session: Session, desk: Desk, person: Person, action: str, *, subject: str = "", **detail: Any) -> None:
    """Add an entry in the caller's transaction. Numbers of accounts go in, never names or addresses."""
    _take_turn(session)
    last = session.exec(select(AuditEntry).order_by(col(AuditEntry.number).desc()).limit(1)).first()
    entry = AuditEntry(
        number=last.number + 1 if last else 1,
        at=desk.now(),
        actor_id=person.id,
        action=action,
        subject=subject,
        detail=detail,
        seal="",
    )
    entry.seal = _seal(desk, entry, last.seal if last else "")
    session.add(entry)
    session.flush()
    _anchor_later(session, desk, entry)


def entries(desk: Desk, person: Person, *, limit: int = 100) -> tuple[Entry, ...]:
    """The newest entries, newest first."""
    person.require(Role.ADMIN, "read the audit log")
    query = select(AuditEntry, Account.name).outerjoin(Account, col(Account.id) == col(AuditEntry.actor_id))
    with desk.reading() as session:
        rows = session.exec(query.order_by(col(AuditEntry.number).desc()).limit(limit)).all()
    return tuple(
        Entry(row.number, row.at, name or "Operator", row.action, row.subject, row.detail) for row, name in rows
    )


def verify(desk: Desk, person: Person) -> Verdict:
    """Read the whole log and say whether every entry is as it was written and none is missing.

    The end is held by a file in the home folder, which nobody reaches through the database.
    """
    person.require(Role.ADMIN, "verify the audit log")
    anchored, anchor = _anchored(desk)
    number, seal, at_anchor = 0, "", ""
    with desk.reading() as session:
        query = select(AuditEntry).order_by(col(AuditEntry.number)).execution_options(yield_per=CHUNK)
        with closing(session.exec(query)) as log:
            for entry in log:
                if entry.number != number + 1:
                    return Verdict(number, f"Entry {number + 1} is missing.")
                if not hmac.compare_digest(entry.seal, _seal(desk, entry, seal)):
                    return Verdict(number, f"Entry {entry.number} is not as it was written.")
                number, seal = entry.number, entry.seal
                at_anchor = seal if number == anchored else at_anchor
        n = session.exec(select(func.count()).select_from(AuditEntry)).one()
    if anchored > n or at_anchor != anchor:
        return Verdict(number, f"The log had {anchored} entries once and ends at {number}.")
    return Verdict(number, "")


def _take_turn(session: Session) -> None:
    """Lock the one row, so that entries come one after the other."""
    turn = update(Stamp).where(col(Stamp.name) == STAMP).values(value=col(Stamp.value) + 1)
    if not session.exec(turn).rowcount:
        session.add(Stamp(name=STAMP, value=1))
        session.flush()


def _seal(desk: Desk, entry: AuditEntry, before: str) -> str:
    key = hmac.new(desk.settings.secret.encode(), b"audit", hashlib.sha256).digest()
    at = entry.at.replace(tzinfo=entry.at.tzinfo or UTC).astimezone(UTC).isoformat()
    told = [before, entry.number, at, entry.actor_id, entry.action, entry.subject, entry.detail]
    return hmac.new(key, json.dumps(told, sort_keys=True).encode(), hashlib.sha256).hexdigest()


def _anchor_later(session: Session, desk: Desk, entry: AuditEntry) -> None:
    number, seal = entry.number, entry.seal

    @event.listens_for(session, "after_commit", once=True)
    def _(_session: Session) -> None:
        if number > _anchored(desk)[0]:
            _write(desk.settings.home / ANCHOR, f"{number} {seal}")


def _anchored(desk: Desk) -> tuple[int, str]:
    """The number and seal of the last entry this machine has seen stored."""
    try:
        number, _, seal = (desk.settings.home / ANCHOR).read_text().partition(" ")
        return int(number), seal
    except (FileNotFoundError, ValueError):
        return 0, ""


def _write(path: Path, text: str) -> None:
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    aside.write_text(text)
    aside.chmod(0o600)
    aside.replace(path)
