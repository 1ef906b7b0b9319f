"""Erasing a person: the account becomes nobody's, and the name and address go out of every text that is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, String, Table, cast, or_, update
from sqlmodel import AutoString, Session, col, delete, select

from kb import audit
from kb.articles.rows import raise_stamp
from kb.desk import Desk
from kb.errors import Conflict, NotValid
from kb.labels import Role
from kb.people.directory import check_not_last_admin
from kb.people.rows import existing
from kb.person import Person
from kb.tables import (
    ApiToken,
    Article,
    Attachment,
    AuditEntry,
    Base,
    Draft,
    Favourite,
    Incident,
    LoginFailure,
    LoginSession,
    OneTimeLink,
    OutboxRow,
    PersonSkill,
    Reading,
    SavedView,
    SearchEvent,
    TimelineEntry,
    Watcher,
)

NOBODY, GONE = "Erased person", "[erased]"
OWN = (LoginSession, ApiToken, OneTimeLink, PersonSkill, Favourite, SavedView, OutboxRow, Watcher)
"""Rows that are the person's alone and go as they are."""
KEPT = {AuditEntry.__tablename__}
"""The audit log holds numbers only, and is never changed."""


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows went, in how many texts the person was named, and how many files went."""

    rows: int
    texts: int
    files: int


def erase(desk: Desk, person: Person, account_id: int, *, email: str) -> Erased:
    """Take a person out of everything that is kept; what they did stays, done by nobody. There is no way back.

    `email` must be the account's, so that nobody is erased by a slip. A name of one word is too common to be looked
    for in texts; the address always is. The next training and later backups hold nothing of the person; backups made
    before do, until they are thrown away.
    """
    person.require(Role.ADMIN, "erase people")
    with desk.transaction() as session:
        account = existing(session, account_id)
        if account.email != email.strip().lower():
            raise NotValid("email", "Enter the e-mail address of the person to be erased.")
        if account_id == person.id:
            raise Conflict("Nobody erases themselves. Ask another administrator.")
        check_not_last_admin(session, account)
        name, address = account.name, account.email
        files = _forget_files(session, account_id)
        rows = _forget_rows(session, account_id, address)
        account.name, account.email, account.is_disabled = NOBODY, f"erased-{account_id}@erased.invalid", True
        account.password_hash, account.team_id, account.role = "", None, Role.USER
        account.issuer = account.subject = None
        session.flush()
        needles = _Needles(name, address)
        texts = sum(_sweep(session, table, needles, desk.now()) for table in Base.metadata.sorted_tables)
        raise_stamp(session)
        audit.note(session, desk, person, "erase", subject=f"account:{account_id}")
    for file_id in files:
        (desk.folder("attachments") / file_id).unlink(missing_ok=True)
    _scrub(desk)
    return Erased(rows, texts, len(files))


def _forget_rows(session: Session, account_id: int, address: str) -> int:
    """Remove what is the person's alone, and the person from what stays."""
    rater = f"p:{account_id}"
    gone = [session.exec(delete(table).where(col(table.account_id) == account_id)) for table in OWN]
    gone.append(session.exec(delete(Draft).where(col(Draft.owner) == rater)))
    gone.append(session.exec(delete(Reading).where(col(Reading.reader) == rater)))
    gone.append(session.exec(delete(OutboxRow).where(col(OutboxRow.address) == address)))
    gone.append(session.exec(delete(Watcher).where(col(Watcher.who) == address)))
    gone.append(session.exec(delete(LoginFailure).where(col(LoginFailure.bucket) == f"account:{address}")))
    session.exec(update(SearchEvent).where(col(SearchEvent.searcher) == rater).values(searcher=""))
    session.exec(update(TimelineEntry).where(col(TimelineEntry.actor_id) == account_id).values(actor=NOBODY))
    session.exec(update(Incident).where(col(Incident.guest_email) == address).values(guest_email="", guest_key_hash=""))
    return sum(result.rowcount for result in gone)


def _forget_files(session: Session, account_id: int) -> list[str]:
    """Files the person sent with own reports, or sent with none: nobody can tell what is on them."""
    own = select(Incident.id).where(Incident.reporter_id == account_id)
    theirs = or_(col(Attachment.incident_id).is_(None), col(Attachment.incident_id).in_(own))
    condition = (col(Attachment.uploader) == f"p:{account_id}") & theirs
    ids = list(session.exec(select(Attachment.id).where(condition).order_by(Attachment.id)))
    session.exec(delete(Attachment).where(condition))
    return ids


class _Needles:
    """What is looked for: the address, and the name in both orders, in the cases and the escapes it is kept in."""

    def __init__(self, name: str, address: str) -> None:
        first, *others = name.split()
        names = [name, f"{others[-1]}, {' '.join([first, *others[:-1]])}"] if others else []
        self.words = [address, *names]
        forms = {form for word in self.words for form in (word, word.lower(), word.upper(), word.title())}
        self.forms = sorted(forms | {json.dumps(form)[1:-1] for form in forms})
        self.pattern = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in self.words), re.IGNORECASE)
        self.parts = {part.lower() for word in names for part in re.findall(r"\w{3,}", word)}

    def without(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.pattern.sub(GONE, value)
        if isinstance(value, list):
            return [self.without(one) for one in value]
        if isinstance(value, dict):
            return {key: self.without(one) for key, one in value.items()}
        return value


def _sweep(session: Session, table: Table, needles: _Needles, now: datetime) -> int:
    """Take the words out of every text of a table; gives how many texts held one."""
    changed = 0
    for column in _texts(table) if table.name not in KEPT else ():
        keys = list(table.primary_key.columns)
        holds = or_(*(cast(column, String).ilike(f"%{_literal(form)}%", escape="!") for form in needles.forms))
        for row in session.execute(select(column, *keys).where(holds).order_by(*keys)).all():
            cleaned = needles.without(row[0])
            if cleaned != row[0]:
                here = [key == value for key, value in zip(keys, row[1:], strict=True)]
                told = {"updated_at": now} if table.name == Article.__tablename__ else {}  # what the index goes by
                session.execute(table.update().where(*here).values({column.name: cleaned, **told}))
                changed += 1
    return changed


def _texts(table: Table) -> Iterator[Column[Any]]:
    """The columns that hold what people wrote: texts and JSON that name no other row."""
    for column in table.columns:
        is_text = isinstance(column.type, AutoString | String | JSON)
        if is_text and not column.primary_key and not column.foreign_keys and not column.unique:
            yield column


def _literal(text: str) -> str:
    return re.sub(r"([!%_])", r"!\1", text)


def _scrub(desk: Desk) -> None:
    """SQLite keeps what was deleted in free pages and in the log beside the database until they are written over."""
    if desk.engine.dialect.name == "sqlite":
        with desk.engine.connect() as connection:
            raw = connection.connection.driver_connection
            if raw is not None:
                connection.rollback()
                raw.execute("VACUUM")
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
