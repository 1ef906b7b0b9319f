"""Delivery: what stands in the outbox goes out, by mail and by signed webhook, until it has arrived."""

from __future__ import annotations

import hmac
import json
import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage

from sqlmodel import Session, col, func, select

from kb import calling, outbox
from kb.desk import Desk
from kb.errors import NotFound
from kb.labels import Role
from kb.person import Person
from kb.settings import Settings
from kb.tables import Account, OutboxRow

log = logging.getLogger(__name__)

AT_A_TIME = 50
"""Rows of one run: with every one timing out the run still ends before its lease does."""
TIMEOUT_SECONDS = 10
MOST_ATTEMPTS = 10
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many rows of one run went out, and how many did not."""

    sent: int
    failed: int


@dataclass(frozen=True, slots=True)
class Failure:
    """A row that could not be delivered; `next_at` None: given up."""

    id: int
    channel: str
    address: str
    subject: str
    attempts: int
    error: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Letter:
    """A row with the address it goes to; `address` is empty when the account must not be written to any more."""

    row: OutboxRow
    address: str


def deliver(desk: Desk, person: Person) -> Delivered:
    """Send what is due, each row in its turn, outside any transaction.

    A row that fails is tried again after 1, 2, 4 ... minutes, at most 6 hours, and given up after ten attempts.
    Run it under the lease of the job: then no row is sent twice. Only a crash between sending and noting
    it repeats one, with the same Message-ID or X-Firstline-Delivery.
    """
    person.require(Role.ADMIN, "deliver the outbox")
    with desk.reading() as session:
        letters = _due(session, desk.now())
    sent = 0
    with _mail_server(desk.settings) as server:
        for letter in letters:
            error = _try(desk, server, letter)
            _note(desk, letter.row.id, error)
            sent += not error
    return Delivered(sent, len(letters) - sent)


def failures(desk: Desk, person: Person, *, limit: int = 50) -> tuple[Failure, ...]:
    """Rows with an error that have not arrived, newest first."""
    person.require(Role.ADMIN, "see what was not delivered")
    query = (
        select(OutboxRow, Account.email)
        .outerjoin(Account, col(Account.id) == OutboxRow.account_id)
        .where(OutboxRow.error != "", col(OutboxRow.delivered_at).is_(None))
        .order_by(col(OutboxRow.id).desc())
        .limit(limit)
    )
    with desk.reading() as session:
        rows = session.exec(query).all()
    return tuple(
        Failure(row.id or 0, row.channel, row.address or email or "", row.subject, row.attempts, row.error, row.next_at)
        for row, email in rows
    )


def waiting(desk: Desk, person: Person) -> int:
    """How many rows are still to be sent."""
    person.require(Role.ADMIN, "see the outbox")
    with desk.reading() as session:
        return session.exec(
            select(func.count())
            .select_from(OutboxRow)
            .where(col(OutboxRow.next_at).is_not(None), col(OutboxRow.delivered_at).is_(None))
        ).one()


def send_again(desk: Desk, person: Person, row_id: int) -> None:
    """Try a failed row again with the next run, counting its attempts anew."""
    person.require(Role.ADMIN, "send a notice again")
    with desk.transaction() as session:
        row = session.get(OutboxRow, row_id)
        if row is None or row.delivered_at is not None or not row.error:
            raise NotFound("There is no such notice that failed.")
        row.attempts, row.next_at = 0, desk.now()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What stands in X-Firstline-Signature: the HMAC-SHA256 of timestamp, dot and body."""
    mac = hmac.new(secret.encode(), timestamp.encode() + b"." + body, "sha256")
    return "sha256=" + mac.hexdigest()


def _due(session: Session, now: datetime) -> list[_Letter]:
    query = (
        select(OutboxRow, Account)
        .outerjoin(Account, col(Account.id) == OutboxRow.account_id)
        .where(col(OutboxRow.next_at) <= now, col(OutboxRow.delivered_at).is_(None))
        .order_by(col(OutboxRow.next_at), col(OutboxRow.id))
        .limit(AT_A_TIME)
    )
    return [_Letter(row, row.address or _mailbox(account)) for row, account in session.exec(query)]


def _mailbox(account: Account | None) -> str:
    """Where an account's mail goes; nowhere when it is disabled or belongs to the demo."""
    return account.email if account and not account.is_disabled and not account.is_demo else ""


def _try(desk: Desk, server: _MailServer, letter: _Letter) -> str:
    """Send one row; gives the error, empty when it went out or nobody is there to get it."""
    try:
        if letter.row.channel == "webhook":
            _post(desk, letter)
        elif letter.address:
            server.send(_message(desk, letter))
    except Exception as error:
        log.warning("Outbox row %s was not delivered: %s", letter.row.id, error)
        return f"{type(error).__name__}: {error}"[:500]
    return ""


def _note(desk: Desk, row_id: int | None, error: str) -> None:
    with desk.transaction() as session:
        row = session.get(OutboxRow, row_id)
        if row is None:
            return
        row.attempts, row.error = row.attempts + 1, error
        row.next_at = None
        if not error:
            row.delivered_at = desk.now()
        elif row.attempts < MOST_ATTEMPTS:
            row.next_at = desk.now() + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (row.attempts - 1))


def _post(desk: Desk, letter: _Letter) -> None:
    row, stamp = letter.row, str(int(desk.now().timestamp()))
    told = {"subject": row.subject, "link": outbox.full_link(desk, row), "at": row.created_at.isoformat()}
    body = json.dumps({**told, **(row.payload or {})}).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Firstline-Signature": signature(desk.settings.webhook_secret, stamp, body),
        "X-Firstline-Timestamp": stamp,
        "X-Firstline-Delivery": str(row.id),
    }
    # A redirect counts as a failure: the signed notice goes to the named address and nowhere else.
    is_public_only = not desk.settings.is_webhook_anywhere
    calling.post(letter.address, body, headers, timeout=TIMEOUT_SECONDS, is_public_only=is_public_only)


def _message(desk: Desk, letter: _Letter) -> EmailMessage:
    """The mail of a row, plain text. What is no mail address is refused, so no header can be smuggled in with it."""
    row, link = letter.row, outbox.full_link(desk, letter.row)
    message = EmailMessage()
    message["From"] = desk.settings.mail_from
    message["To"] = Address(addr_spec=letter.address)
    message["Subject"] = " ".join(row.subject.split())
    message["Date"] = desk.now()
    message["Message-ID"] = f"<outbox-{row.id}-{row.created_at:%Y%m%d%H%M%S}@firstline>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n\n".join(filter(None, (row.body, link))) or row.subject)
    return message


class _MailServer:
    """The connection of one run, made when the first mail needs it; down once, it is down for the whole run."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection: smtplib.SMTP | None = None
        self._failure: OSError | None = None

    def send(self, message: EmailMessage) -> None:
        if self._failure is not None:
            raise self._failure
        try:
            self._connection = self._connection or self._connect()
        except OSError as error:  # smtplib's exceptions are OSErrors too
            self._failure = error
            raise
        try:
            self._connection.send_message(message)
        except smtplib.SMTPServerDisconnected:
            self._connection = None
            raise

    def close(self) -> None:
        if self._connection is not None:
            with suppress(OSError):
                self._connection.quit()

    def _connect(self) -> smtplib.SMTP:
        settings, context = self._settings, ssl.create_default_context()
        if not settings.smtp_host:
            raise ConnectionError("No mail server is set")
        host, port = settings.smtp_host, settings.smtp_port
        connection: smtplib.SMTP
        if settings.smtp_security == "tls":
            connection = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            connection = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        try:
            if settings.smtp_security == "starttls":
                connection.starttls(context=context)
            if settings.smtp_user:
                connection.login(settings.smtp_user, settings.smtp_password)
        except OSError:
            connection.close()
            raise
        return connection


@contextmanager
def _mail_server(settings: Settings) -> Iterator[_MailServer]:
    server = _MailServer(settings)
    try:
        yield server
    finally:
        server.close()
