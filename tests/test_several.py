"""Three portals on one PostgreSQL behind nginx, as the README sets them up, with two clocks beside them."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlmodel import col, func, select
from websockets.sync.client import connect

from kb import articles, people
from kb.desk import Desk
from kb.labels import Audience, Role
from kb.person import OPERATOR, Person
from kb.tables import Incident, JobRun, LoginFailure
from tests.browser.serving import FIRSTLINE, ROOT, Server, environment, free_port, prepare, start
from tests.postgres import MUST_RUN, newest_server

ROUNDS = int(os.environ.get("ROUNDS", "4"))
"""100 by hand."""
REPORTS = int(os.environ.get("REPORTS", "30"))
"""1,000 by hand."""
SECONDS_TO_FIND = 5
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH')}:/usr/sbin")
pytestmark = pytest.mark.postgres


class Mailbox:
    """Takes every letter; counts them by recipient."""

    def __init__(self) -> None:
        self.got: Counter[str] = Counter()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.got.update(envelope.rcpt_tos)
        return "250 OK"


@dataclass
class Cluster:
    """The proxy's address, the servers behind it, and a desk on their database."""

    address: str
    servers: list[Server]
    desk: Desk
    lead: Person
    mailbox: Mailbox
    clients: list[httpx.Client] = field(default_factory=list)

    def found(self, word: str) -> list[int]:
        """How many articles a guest finds, asked of each process."""
        answers = [client.get("/api/v1/search", params={"q": word}) for client in self.clients]
        assert [answer.status_code for answer in answers] == [200] * len(answers), [answer.text for answer in answers]
        return [len(answer.json()["hits"]) for answer in answers]

    def has_loaded(self) -> bool:
        """Ask each process's API for the first time, which loads it; while all start a database may not be reached."""
        answers = [client.get("/api/v1/search", params={"q": "password"}) for client in self.clients]
        statuses = {answer.status_code for answer in answers}
        assert statuses <= {200, 503}, [answer.text for answer in answers]
        return statuses == {200}

    def statuses(self, path: str) -> set[int]:
        return {client.get(path).status_code for client in self.clients}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    if NGINX is None:
        (pytest.fail if MUST_RUN else pytest.skip)("nginx is not installed")
    folder, mailbox = tmp_path_factory.mktemp("several"), Mailbox()
    with ExitStack() as stack:
        postgres = stack.enter_context(newest_server())
        post = Controller(mailbox, hostname="127.0.0.1", port=free_port())
        post.start()
        stack.callback(post.stop)
        environ = {
            "FIRSTLINE_DATABASE_URL": postgres.address,
            "FIRSTLINE_SMTP_HOST": "127.0.0.1",
            "FIRSTLINE_SMTP_PORT": str(post.port),
            "FIRSTLINE_SMTP_SECURITY": "none",
        }
        desk = prepare(folder / "home", **environ)
        stack.callback(desk.close)
        invited = people.add(desk, OPERATOR, name="Lena", email="lena@example.com", role=Role.LEAD)
        lead = Person(invited.account_id, "Lena", "lena@example.com", Role.LEAD)
        servers = [stack.enter_context(running(start(folder / "home", command=FIRSTLINE, **environ))) for _ in range(3)]
        for _ in range(2):
            stack.enter_context(clock(folder / "home", environ))
        address = stack.enter_context(proxy(folder, servers))
        for server in servers:
            server.wait()
        clients = [stack.enter_context(httpx.Client(base_url=one.address, timeout=60, verify=False)) for one in servers]
        cluster = Cluster(address, servers, desk, lead, mailbox, clients)
        wait_for(cluster.has_loaded, 30)
        yield cluster


@contextmanager
def running(server: Server) -> Iterator[Server]:
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()


@contextmanager
def clock(home: Path, environ: dict[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "kb", "clock"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(home) | environ, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()


@contextmanager
def proxy(folder: Path, servers: list[Server]) -> Iterator[str]:
    """nginx with the README's very lines, on our ports and without TLS; says which server answered."""
    port = free_port()
    lines = re.search(r"```nginx\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert lines
    text = re.sub(r"\n    ssl_\w+ .*?;", "", lines[1]).replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    for number, server in enumerate(servers, 1):
        text = text.replace(f"10.0.0.{number}:8501", _at(server))
    assert "10.0.0" not in text
    text = text.replace("    location / {", "    add_header X-Server $upstream_addr always;\n    location / {")
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/nginx.pid; events {{}}\nhttp {{ access_log off;\n{TEMPORARY}\n{text}}}".replace(
            "FOLDER", str(folder)
        )
    )
    command = [str(NGINX), "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx.log")]
    process = subprocess.Popen(command, cwd=folder)
    try:
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(20)


TEMPORARY = "\n".join(
    f"{kind}_temp_path FOLDER/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
)


def _at(server: Server) -> str:
    return server.address.replace("http://localhost", "127.0.0.1")


def visitor() -> dict[str, str]:
    """The cookie of a browser that has been here before."""
    return {"cookie": f"firstline_visitor={secrets.token_urlsafe(18)}"}


def test_a_browser_stays_with_one_process_and_browsers_are_spread(cluster: Cluster) -> None:
    browsers = [visitor() for _ in range(12)]

    def servers_of(browser: dict[str, str]) -> set[str]:
        with httpx.Client(base_url=cluster.address, headers=browser, timeout=60, verify=False) as client:
            return {client.get("/healthz").headers["x-server"] for _ in range(4)}

    met = [servers_of(browser) for browser in browsers]
    assert [len(servers) for servers in met] == [1] * len(browsers)
    assert len(set.union(*met)) == 3


def test_pages_talk_through_the_proxy(cluster: Cluster) -> None:
    socket = cluster.address.replace("http", "ws") + "/_stcore/stream"
    with connect(socket, origin=cluster.address, subprotocols=["streamlit"], additional_headers=visitor()) as page:
        assert page.response.status_code == 101


def test_a_sign_in_counts_for_the_address_it_comes_from_and_not_for_a_forged_one(cluster: Cluster) -> None:
    transport = httpx.HTTPTransport(local_address="127.0.0.5", verify=False)
    address = cluster.address.replace("localhost", "127.0.0.1")
    with httpx.Client(base_url=address, transport=transport, headers={"x-forwarded-for": "203.0.113.9"}) as client:
        form = re.search(r'name="form" value="(\w+)"', client.get("/login").text)
        guess = {"email": "lena@example.com", "password": "a wild guess", "form": form[1] if form else ""}
        assert client.post("/account/login", data=guess).status_code == 401
    with cluster.desk.reading() as session:
        buckets = " ".join(session.exec(select(LoginFailure.bucket)).all())
    assert "127.0.0.5" in buckets
    assert "203.0.113.9" not in buckets


def test_what_is_published_is_found_everywhere_and_what_is_withdrawn_nowhere(cluster: Cluster) -> None:
    longest = 0.0
    for turn in range(ROUNDS):
        word = f"quokka{turn}zz{secrets.token_hex(2)}"
        article_id = articles.draft(cluster.desk, cluster.lead, title=f"The {word} does not start", body="Wind it up.")
        articles.publish(cluster.desk, cluster.lead, article_id)
        began = time.perf_counter()
        wait_for(lambda word=word: cluster.found(word) == [1, 1, 1], SECONDS_TO_FIND)
        longest = max(longest, time.perf_counter() - began)
        assert longest <= SECONDS_TO_FIND
        if turn % 2:
            articles.archive(cluster.desk, cluster.lead, article_id)
        else:
            restrict(cluster, article_id)
        assert cluster.found(word) == [0, 0, 0]
        assert cluster.statuses(f"/api/v1/articles/KB-{article_id}") == {404}
    print(f"found everywhere after at most {longest:.2f} s")


def restrict(cluster: Cluster, article_id: int) -> None:
    """From now on for agents only."""
    was = articles.editing(cluster.desk, cluster.lead, article_id)
    articles.revise(
        cluster.desk, cluster.lead, article_id, revision=was.revision, title=was.text.title, body=was.text.body,
        audience=Audience.INTERNAL,
    )  # fmt: skip


def test_a_killed_process_loses_nothing_and_every_notice_goes_out_once(cluster: Cluster) -> None:
    victim = cluster.servers[1]

    def report(number: int) -> tuple[str, int]:
        """Sends until it is told the number; the key is the same each time."""
        if number == REPORTS // 3:
            victim.process.kill()
        words = {"title": f"Report {number} about the lift", "impact": "some", "urgency": "low"}
        words |= {"key": f"several-{number:04}-{secrets.token_hex(8)}", "guest_email": f"guest{number}@example.com"}
        while True:
            try:
                sent = sender.post("/api/v1/incidents", json=words, headers=visitor())
            except httpx.TransportError:
                continue
            if sent.status_code in (200, 201):
                return words["guest_email"], sent.json()["id"]
            assert sent.status_code >= 500

    with ThreadPoolExecutor(6) as pool, httpx.Client(base_url=cluster.address, timeout=30, verify=False) as sender:
        told = dict(pool.map(report, range(REPORTS)))
    assert victim.process.wait(10) == -9
    with cluster.desk.reading() as session:
        kept = dict(session.exec(select(Incident.guest_email, Incident.id)).all())
        assert session.exec(select(func.count()).select_from(Incident)).one() == REPORTS
    assert kept == told
    got = cluster.mailbox.got
    wait_for(lambda: set(told) <= set(got), 60)
    wait_for(lambda: noted(cluster) == sum(got.values()), 20)
    assert {got[address] for address in told} == {1}


def noted(cluster: Cluster) -> int:
    """How many letters the runs of the job say they sent."""
    with cluster.desk.reading() as session:
        runs = session.exec(select(JobRun.message).where(col(JobRun.name) == "outbox")).all()
    return sum(int(message.split()[0]) for message in runs)


def wait_for(is_so: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)
