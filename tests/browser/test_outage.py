"""The database goes and comes back, the server is killed: what was typed is there, and the page goes on by itself."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from kb import incidents, outbox
from kb.labels import Role
from kb.person import OPERATOR
from tests.browser.conftest import DESKTOP, House, Watch, furnished
from tests.browser.seeing import choose, settle
from tests.browser.serving import prepare, serving, start
from tests.postgres import Postgres, newest_server

OUTAGES = int(os.environ.get("OUTAGES", "3"))
"""10 by hand."""
NOTICED, HEALED = 2_000, 5_000
"""Milliseconds a person waits at most."""
TYPED = 5_000
"""Milliseconds ago, and it is safe."""
NOTICE = "The database does not answer just now."
pytestmark = pytest.mark.postgres


def on(address: str) -> dict[str, str]:
    return {"FIRSTLINE_DATABASE_URL": address}


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with newest_server() as postgres:
        yield postgres


@pytest.fixture(scope="module")
def ward(
    postgres: Postgres, chromium: Browser, watch: Watch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A portal on the PostgreSQL that is stopped and started."""
    home, environ = tmp_path_factory.mktemp("ward") / "home", on(postgres.address)
    prepare(home, **environ).close()
    with serving(home, **environ) as server:
        house = furnished(server, chromium, watch, **environ)
        yield house
        house.close()


@contextmanager
def outage(postgres: Postgres) -> Iterator[None]:
    postgres.stop()
    try:
        yield
    finally:
        postgres.start()


def draft(page: Page, title: str) -> Page:
    """A report that is begun and not sent."""
    page.goto("/report")
    settle(page).get_by_label("In one line").fill(title)
    page.get_by_label("What happened").fill("Since this morning, on two desks.")
    choose(page, "Who is affected", "Some of us")
    return settle(page)


def check_typed(page: Page, title: str, body: str) -> None:
    expect(page.get_by_label("In one line")).to_have_value(title)
    expect(page.get_by_label("What happened")).to_have_value(body)
    expect(page.get_by_role("radio", name="Some of us")).to_be_checked()


def test_the_database_comes_and_goes_while_a_report_is_written(ward: House, postgres: Postgres) -> None:
    page = draft(ward.new_context(**DESKTOP).new_page(), "Scanner of floor 3 is slow")
    notice = page.get_by_text(NOTICE)
    for turn in range(OUTAGES):
        body = f"It was slow {turn + 1} times."
        with outage(postgres):
            page.get_by_label("What happened").fill(body)
            page.get_by_label("What happened").blur()
            began = time.perf_counter()
            expect(notice).to_be_visible(timeout=NOTICED)
            noticed = time.perf_counter() - began
            check_typed(page, "Scanner of floor 3 is slow", body)
        began = time.perf_counter()
        expect(notice).to_have_count(0, timeout=HEALED)
        settle(page)
        print(f"noticed after {noticed:.2f} s, healed after {time.perf_counter() - began:.2f} s")
        check_typed(page, "Scanner of floor 3 is slow", body)
    page.reload()
    check_typed(settle(page), "Scanner of floor 3 is slow", body)


def test_what_is_sent_meanwhile_is_saved_afterwards(ward: House, postgres: Postgres) -> None:
    lead = ward.add_person(Role.LEAD, "Lotte Lead")
    with ward.desk.transaction() as session:
        outbox.queue(session, ward.desk, accounts=[lead.id or 0], subject="Look at this")
    context = ward.new_context(**DESKTOP)
    ward.sign_in(context, lead.email)
    writing, reading = context.new_page(), context.new_page()
    writing.goto("/write?id=new")
    reading.goto("/notices")
    settle(writing).get_by_label("Title").fill("Scanner of floor 3 needs a restart")
    settle(reading)
    with outage(postgres):
        writing.get_by_role("button", name="Save").click()
        reading.get_by_role("button", name="Mark all as read").click()
        began = time.perf_counter()
        for page in (writing, reading):
            expect(page.get_by_text(NOTICE)).to_be_visible(timeout=NOTICED)
            print(f"noticed after {time.perf_counter() - began:.2f} s")
        gone = context.request.get("/mine", headers={"accept": "text/html"})
        assert (gone.status, gone.headers["refresh"]) == (503, "2")
        assert NOTICE in gone.text()
    for page in (writing, reading):
        expect(page.get_by_text(NOTICE)).to_have_count(0, timeout=HEALED)
    expect(writing.get_by_role("heading", name="Scanner of floor 3 needs a restart")).to_be_visible()
    context.close()


def writers(ward: House) -> tuple[Page, Page]:
    """An article and an answer that are being written, neither saved nor left."""
    agent, words = ward.add_person(Role.AGENT, "Anna Agent"), {"title": "It whistles", "body": ""}
    sent = incidents.submit(ward.desk, OPERATOR, key="whistles", impact="some", urgency="low", **words)
    context = ward.new_context(**DESKTOP)
    ward.sign_in(context, agent.email)
    writing, answering = context.new_page(), context.new_page()
    writing.goto("/write?id=new")
    settle(writing).get_by_label("Text in Markdown").fill("Turn it off.")
    writing.get_by_label("Title").fill("Whistling, and nobody has left this either")
    answering.goto(f"/incident?id={sent.number}")
    settle(answering).get_by_label("Answer").fill("We are on our way.")
    return writing, answering


def test_what_was_typed_and_uploaded_outlives_a_killed_server(ward: House) -> None:
    """The last here: the server is another afterwards."""
    page = draft(ward.new_context(**DESKTOP).new_page(), "Scanner of floor 4 is loud")
    page.locator("input[type=file]").set_input_files(
        {"name": "noise.log", "mimeType": "text/plain", "buffer": b"87 dB, then 91 dB"}
    )
    expect(page.get_by_text("noise.log, 0 kB")).to_be_visible()
    body = "It whistles, and nobody has left this field yet."
    page.get_by_label("What happened").fill(body)
    writing, answering = writers(ward)
    page.wait_for_timeout(TYPED)
    ward.server.process.kill()
    ward.server.process.wait()
    again = start(ward.server.home, port=urlsplit(ward.server.address).port or 0, **on(ward.desk.settings.database_url))
    try:
        again.wait()
        writing.reload()
        expect(writing.get_by_label("Title")).to_have_value("Whistling, and nobody has left this either")
        expect(writing.get_by_label("Text in Markdown")).to_have_value("Turn it off.")
        answering.reload()
        expect(answering.get_by_label("Answer")).to_have_value("We are on our way.")
        page.reload()
        check_typed(settle(page), "Scanner of floor 4 is loud", body)
        expect(page.get_by_text("noise.log, 0 kB")).to_be_visible()
        page.get_by_role("radio", name="Badly").check(force=True)
        page.get_by_label("Your e-mail address").fill("noise@example.com")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_role("heading", name="Reported: INC-")).to_be_visible()
        assert [file.read_bytes() for file in ward.desk.folder("attachments").iterdir()] == [b"87 dB, then 91 dB"]
    finally:
        again.process.kill()
        again.process.wait()
