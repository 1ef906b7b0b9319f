"""Delivery against a real mail server and a real web server on loopback, down and up again."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from socket import socket
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlmodel import select

from kb import delivery, jobs, outbox
from kb.desk import Desk
from kb.errors import NotAllowed, NotFound
from kb.person import OPERATOR, Person
from kb.settings import Settings
from kb.tables import Account, OutboxRow


class Mailbox:
    """Keeps what arrives; refuses whoever is called nobody@."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.rcpt_tos: list[str] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:
        if address.startswith("nobody@"):
            return "550 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)  # type: ignore[arg-type]
        self.messages.append(message)  # type: ignore[arg-type]
        self.rcpt_tos += envelope.rcpt_tos
        return "250 OK"


@contextmanager
def mail_server(port: int, **options: Any) -> Iterator[Mailbox]:
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


@pytest.fixture
def port() -> int:
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def make_desk(environ: dict[str, str], clock: Callable[[], Any]) -> Iterator[Callable[..., Desk]]:
    """make_desk(SMTP_PORT=25) gives a desk with these settings on the same database."""
    made: list[Desk] = []

    def make(**settings: object) -> Desk:
        extra = {f"FIRSTLINE_{name}": str(value) for name, value in settings.items()}
        made.append(Desk(Settings.from_env({**environ, **extra}), now=clock))
        return made[-1]

    yield make
    for desk in made:
        desk.close()


@pytest.fixture
def mailing(make_desk: Callable[..., Desk], port: int) -> Desk:
    return make_desk(SMTP_HOST="127.0.0.1", SMTP_PORT=port, SMTP_SECURITY="none", BASE_URL="https://help.example.com")


def queue(desk: Desk, **what: Any) -> None:
    with desk.transaction() as session:
        outbox.queue(session, desk, **{"subject": "Your incident moved", **what})


def rows(desk: Desk) -> list[OutboxRow]:
    with desk.reading() as session:
        return list(session.exec(select(OutboxRow).order_by(OutboxRow.id)))


def test_a_mail_arrives_with_subject_text_and_link(mailing: Desk, user: Person, port: int) -> None:
    queue(mailing, accounts=[user.id], body="Grüße: it works again.", link="/incident?id=INC-7")
    with mail_server(port) as mailbox:
        assert delivery.deliver(mailing, OPERATOR) == delivery.Delivered(sent=1, failed=0)
        assert delivery.deliver(mailing, OPERATOR) == delivery.Delivered(sent=0, failed=0)
    [message] = mailbox.messages
    assert (message["Subject"], message["To"], message["From"]) == (
        "Your incident moved",
        user.email,
        "firstline@localhost",
    )
    text = message.get_content()
    assert "Grüße" in text
    assert "https://help.example.com/incident?id=INC-7" in text
    assert rows(mailing)[0].delivered_at == mailing.now()


def test_a_guest_gets_the_link_with_its_secret(mailing: Desk, port: int) -> None:
    queue(mailing, addresses=["guest@example.com"], link="/incident?id=INC-7", payload={"guest_of": "key-1"})
    with mail_server(port) as mailbox:
        delivery.deliver(mailing, OPERATOR)
    assert f"&key={outbox.guest_key(mailing, 'key-1')}" in mailbox.messages[0].get_content()


def test_a_server_that_is_down_is_tried_again_and_gets_each_mail_once(
    mailing: Desk, user: Person, port: int, clock: Any
) -> None:
    queue(mailing, accounts=[user.id])
    queue(mailing, addresses=["guest@example.com"])
    assert delivery.deliver(mailing, OPERATOR) == delivery.Delivered(0, 2)
    assert delivery.deliver(mailing, OPERATOR) == delivery.Delivered(0, 0)
    assert len(delivery.failures(mailing, OPERATOR)) == delivery.waiting(mailing, OPERATOR) == 2
    clock.forward(minutes=1)
    with mail_server(port) as mailbox:
        assert delivery.deliver(mailing, OPERATOR) == delivery.Delivered(2, 0)
    assert sorted(mailbox.rcpt_tos) == ["guest@example.com", user.email]
    assert delivery.failures(mailing, OPERATOR) == ()
    assert delivery.waiting(mailing, OPERATOR) == 0


def test_after_ten_attempts_over_growing_pauses_a_mail_is_given_up(mailing: Desk, user: Person, clock: Any) -> None:
    queue(mailing, accounts=[user.id])
    pauses = []
    for _ in range(10):
        delivery.deliver(mailing, OPERATOR)
        [failure] = delivery.failures(mailing, OPERATOR)
        if failure.next_at:
            pauses.append((failure.next_at - clock.at) / timedelta(minutes=1))
            clock.at = failure.next_at
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert (failure.attempts, failure.next_at) == (10, None)
    assert "refused" in failure.error


def test_a_mail_given_up_can_be_sent_again(mailing: Desk, user: Person, admin: Person, port: int, clock: Any) -> None:
    queue(mailing, accounts=[user.id])
    delivery.deliver(mailing, OPERATOR)
    delivery.send_again(mailing, admin, delivery.failures(mailing, admin)[0].id)
    with mail_server(port) as mailbox:
        delivery.deliver(mailing, OPERATOR)
    assert len(mailbox.messages) == 1
    with pytest.raises(NotFound):
        delivery.send_again(mailing, admin, rows(mailing)[0].id or 0)


def test_one_refused_address_does_not_hold_up_the_others(mailing: Desk, port: int) -> None:
    for name in ("a", "nobody", "z"):
        queue(mailing, addresses=[f"{name}@example.com"])
    with mail_server(port) as mailbox:
        assert delivery.deliver(mailing, OPERATOR) == delivery.Delivered(2, 1)
    assert mailbox.rcpt_tos == ["a@example.com", "z@example.com"]
    assert "No such mailbox" in delivery.failures(mailing, OPERATOR)[0].error


@pytest.mark.parametrize(
    "evil", ["x\r\nBcc: all@example.com", "x\nBcc: all@example.com", "x\u2028Bcc: y", "x\x0bBcc: y"]
)
def test_no_header_can_be_smuggled_in(mailing: Desk, port: int, evil: str) -> None:
    with mailing.transaction() as session:
        for to, subject in (("a@example.com", evil), (f"a@example.com{evil}", "s")):
            session.add(
                OutboxRow(channel="mail", address=to, subject=subject, created_at=mailing.now(), next_at=mailing.now())
            )
    with mail_server(port) as mailbox:
        delivery.deliver(mailing, OPERATOR)
    assert all(message["Bcc"] is None for message in mailbox.messages)
    assert set(mailbox.rcpt_tos) == {"a@example.com"}


def test_disabled_and_demo_accounts_get_no_mail(mailing: Desk, user: Person, agent: Person, port: int) -> None:
    queue(mailing, accounts=[user.id, agent.id])
    with mailing.transaction() as session:
        session.get_one(Account, user.id).is_disabled = True
        session.get_one(Account, agent.id).is_demo = True
    with mail_server(port) as mailbox:
        delivery.deliver(mailing, OPERATOR)
    assert mailbox.messages == []
    assert delivery.waiting(mailing, OPERATOR) == 0


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server certificate for 127.0.0.1 that this process trusts."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    host = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(1), now + timedelta(1))
    made = builder.add_extension(host, critical=False).sign(key, hashes.SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "server.pem").write_bytes(private + made.public_bytes(Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    return context


def test_the_mail_server_is_signed_in_to_behind_encryption(
    make_desk: Callable[..., Desk], user: Person, port: int, certificate: ssl.SSLContext
) -> None:
    def authenticate(_server: SMTP, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data == LoginPassword(b"portal", b"secret"), handled=False)

    access = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": port, "SMTP_USER": "portal"}
    wrong, right = make_desk(**access, SMTP_PASSWORD="guess"), make_desk(**access, SMTP_PASSWORD="secret")
    queue(right, accounts=[user.id])
    options = {"authenticator": authenticate, "auth_required": True, "tls_context": certificate}
    with mail_server(port, **options, require_starttls=True) as mailbox:
        assert delivery.deliver(wrong, OPERATOR).failed == 1
        delivery.send_again(right, OPERATOR, delivery.failures(right, OPERATOR)[0].id)
        assert delivery.deliver(right, OPERATOR).sent == 1
    assert len(mailbox.messages) == 1


def test_a_mail_server_may_speak_tls_from_the_first_byte(
    make_desk: Callable[..., Desk], user: Person, port: int, certificate: ssl.SSLContext
) -> None:
    desk = make_desk(SMTP_HOST="127.0.0.1", SMTP_PORT=port, SMTP_SECURITY="tls")
    queue(desk, accounts=[user.id])
    with mail_server(port, ssl_context=certificate) as mailbox:
        assert delivery.deliver(desk, OPERATOR).sent == 1
    assert len(mailbox.messages) == 1


def test_a_server_without_encryption_gets_nothing_when_it_is_required(
    make_desk: Callable[..., Desk], user: Person, port: int
) -> None:
    desk = make_desk(SMTP_HOST="127.0.0.1", SMTP_PORT=port)
    queue(desk, accounts=[user.id])
    with mail_server(port) as mailbox:
        assert delivery.deliver(desk, OPERATOR).failed == 1
    assert mailbox.messages == []


class Hook(ThreadingHTTPServer):
    """Keeps what is posted to it and answers with `status`."""

    def __init__(self, port: int) -> None:
        self.status, self.location = 200, ""
        self.posts: list[tuple[str, dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", port), Receiver)


class Receiver(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@contextmanager
def hook(port: int, status: int = 200, location: str = "") -> Iterator[Hook]:
    with Hook(port) as server:
        server.status, server.location = status, location
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def hooked(make_desk: Callable[..., Desk], port: int) -> Desk:
    return make_desk(WEBHOOK_URL=f"http://127.0.0.1:{port}/in", WEBHOOK_SECRET="shared", WEBHOOK_NETWORKS="any")


def test_a_webhook_is_signed_over_time_and_body(hooked: Desk, port: int) -> None:
    queue(hooked, event="incident.resolved", payload={"number": "INC-7"}, link="/incident?id=INC-7")
    with hook(port) as server:
        assert delivery.deliver(hooked, OPERATOR).sent == 1
    [(path, headers, body)] = server.posts
    stamp = headers["X-Firstline-Timestamp"]
    assert path == "/in"
    assert headers["X-Firstline-Signature"] == delivery.signature("shared", stamp, body)
    assert headers["X-Firstline-Signature"] != delivery.signature("other", stamp, body)
    assert headers["X-Firstline-Delivery"] == str(rows(hooked)[0].id)
    told = json.loads(body)
    assert (told["event"], told["number"]) == ("incident.resolved", "INC-7")
    assert told["link"] == "http://localhost:8501/incident?id=INC-7"


def test_a_webhook_down_then_up_gets_one_delivery(hooked: Desk, port: int, clock: Any) -> None:
    queue(hooked, event="incident.new")
    assert delivery.deliver(hooked, OPERATOR).failed == 1
    clock.forward(minutes=1)
    with hook(port, status=503):
        assert delivery.deliver(hooked, OPERATOR).failed == 1
    clock.forward(minutes=2)
    with hook(port) as server:
        assert delivery.deliver(hooked, OPERATOR).sent == 1
    assert len(server.posts) == 1


def test_a_redirect_is_not_followed(hooked: Desk, port: int) -> None:
    queue(hooked, event="incident.new")
    with hook(port, status=307, location=f"http://127.0.0.1:{port}/elsewhere") as server:
        assert delivery.deliver(hooked, OPERATOR).failed == 1
    assert [path for path, _, _ in server.posts] == ["/in"]


def test_a_private_address_is_not_called_unless_a_setting_says_so(
    make_desk: Callable[..., Desk], port: int, clock: Any
) -> None:
    closed, opened = (
        make_desk(WEBHOOK_URL=f"http://127.0.0.1:{port}/in", WEBHOOK_SECRET="shared", WEBHOOK_NETWORKS=networks)
        for networks in ("public", "any")
    )
    queue(closed, event="incident.new")
    with hook(port) as server:
        assert delivery.deliver(closed, OPERATOR).failed == 1
        assert server.posts == []
        assert "FIRSTLINE_WEBHOOK_NETWORKS=any" in delivery.failures(closed, OPERATOR)[0].error
        clock.forward(minutes=1)
        assert delivery.deliver(opened, OPERATOR).sent == 1
    assert len(server.posts) == 1


def test_two_clocks_send_a_notice_once(hooked: Desk, make_desk: Callable[..., Desk], port: int) -> None:
    other = make_desk(WEBHOOK_URL=f"http://127.0.0.1:{port}/in", WEBHOOK_SECRET="shared", WEBHOOK_NETWORKS="any")
    for _ in range(5):
        queue(hooked, event="incident.new")
    deliver = next(job for job in jobs.JOBS if job.name == "outbox")
    with hook(port) as server:
        clocks = [threading.Thread(target=jobs.run, args=(desk, deliver)) for desk in (hooked, other)]
        for one in clocks:
            one.start()
        for one in clocks:
            one.join()
    assert len({headers["X-Firstline-Delivery"] for _, headers, _ in server.posts}) == len(server.posts) == 5


def test_only_an_administrator_handles_the_outbox(desk: Desk, lead: Person) -> None:
    for verb in (delivery.deliver, delivery.failures, delivery.waiting):
        with pytest.raises(NotAllowed):
            verb(desk, lead)
    with pytest.raises(NotAllowed):
        delivery.send_again(desk, lead, 1)
