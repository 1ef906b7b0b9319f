"""One portal with the demo year, somebody of each role, and browsers that note whatever they ask for."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from kb import demo, drafts, incidents, people
from kb.desk import Desk
from kb.labels import Role
from kb.person import OPERATOR, Person
from kb.settings import Settings
from tests.browser.seeing import settle
from tests.browser.serving import Server, environment, prepare, serving

SHELL, WHOLE = "/usr/bin/chromium-headless-shell", "/usr/bin/chromium"
CHROMIUM = os.environ.get("CHROMIUM", SHELL if Path(SHELL).exists() else WHOLE)
"""A page opened in the shell takes half the processor time: the whole Chromium draws a window around each."""
ARGUMENTS = [
    "--no-sandbox",
    "--process-per-site",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=ScriptStreaming",
    "--js-flags=--no-opt,--no-maglev",
]
"""The last two: a page lives for seconds here, and to make its scripts fast takes a quarter of the time it needs."""
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
DEVICES = {
    "desktop": DESKTOP,
    "touch": {**DESKTOP, "has_touch": True},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
PASSWORD = "a long enough password"
NAMES = {Role.USER: "Ursula User", Role.AGENT: "Adam Agent", Role.LEAD: "Lena Lead", Role.ADMIN: "Ada Admin"}


@dataclass
class Watch:
    """Every address that was asked for, and every error of a script, since the last look."""

    hosts: set[str] = field(default_factory=set)
    addresses: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> BrowserContext:
        context.on("request", lambda request: self.addresses.append(request.url))
        context.on("page", lambda page: page.on("websocket", lambda socket: self.addresses.append(socket.url)))
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("console", self._hear)
        return context

    def check(self) -> None:
        """Nothing was asked of another host, nothing was blocked that tried, no script failed."""
        parts = [urlsplit(address) for address in self.addresses]
        foreign = [part.geturl() for part in parts if part.scheme not in ("data", "blob")]
        foreign = [address for address in foreign if urlsplit(address).netloc not in self.hosts]
        errors = list(self.errors)
        self.addresses.clear()
        self.errors.clear()
        assert not foreign
        assert not errors

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.errors.append(message.text)


@dataclass
class House:
    """A running portal with its desk, and one context for each person and device: scripts are loaded once."""

    server: Server
    browser: Browser
    watch: Watch
    desk: Desk
    first_answer: str = ""
    """What the very first visitor read, who asked for a lead's page."""
    people: dict[Role, Person] = field(default_factory=dict)
    contexts: dict[tuple[str, str], BrowserContext] = field(default_factory=dict)

    def context(self, who: str, device: str = "desktop") -> BrowserContext:
        """The browser of somebody: a role, signed in, or any other name for a guest."""
        if (who, device) not in self.contexts:
            self.contexts[who, device] = self.new_context(**DEVICES[device])
            if who in self.people:
                self.sign_in(self.contexts[who, device], self.people[Role(who)].email)
        return self.contexts[who, device]

    def new_context(self, **options: object) -> BrowserContext:
        """A browser of its own; its first page stays open, and with it the process that has read the scripts."""
        given = {"base_url": self.server.address, "reduced_motion": "reduce", "accept_downloads": True, **options}
        context = self.watch.over(self.browser.new_context(**given))  # type: ignore[arg-type]
        context.new_page().goto("/login")
        return context

    def sign_in(self, context: BrowserContext, email: str) -> None:
        page = context.new_page()
        page.goto("/login")
        sign_in(page, email).close()

    def add_person(self, role: Role, name: str) -> Person:
        """An account whose password was set by its invitation."""
        email = f"{name.split()[0].lower()}@example.com"
        invited = people.add(self.desk, OPERATOR, name=name, email=email, role=role)
        people.accept(self.desk, token=invited.token, password=PASSWORD)
        return Person(invited.account_id, name, email, role)

    def report(self, role: Role, title: str) -> str:
        """The number of an incident that somebody reported and that affects others too."""
        words = {"title": title, "body": "Since this morning.", "impact": "some", "urgency": "medium"}
        return incidents.submit(self.desk, self.people[role], key=drafts.new_key(), **words).number

    def close(self) -> None:
        for context in self.contexts.values():
            context.close()
        self.desk.close()


def sign_in(page: Page, email: str, password: str = PASSWORD) -> Page:
    """Through the sign-in form, on which the page stands already; it is left where the form leads."""
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page).not_to_have_url(re.compile("/login"))
    return page


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        absent = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        absent(f"there is no Chromium at {CHROMIUM}; install chromium-headless-shell or set CHROMIUM")
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    watch.check()


@pytest.fixture(autouse=True)
def nothing_strange(watch: Watch) -> Iterator[None]:
    """After every test: the portal's pages talk to the portal alone, and no script of theirs fails."""
    yield
    watch.check()


@pytest.fixture(scope="session")
def house(chromium: Browser, watch: Watch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The portal with the demo year. Its first administrator came by the printed link, the others were invited."""
    home = tmp_path_factory.mktemp("house") / "home"
    desk = prepare(home)
    demo.load(desk, OPERATOR)
    desk.close()
    with serving(home) as server:
        house = furnished(server, chromium, watch)
        house.first_answer = _first_visit(house)
        house.people[Role.ADMIN] = _first_admin(house)
        for role in (Role.USER, Role.AGENT, Role.LEAD):
            house.people[role] = house.add_person(role, NAMES[role])
        yield house
        house.close()


def furnished(server: Server, browser: Browser, watch: Watch, **environ: str) -> House:
    watch.hosts.add(urlsplit(server.address).netloc)
    return House(server, browser, watch, Desk(Settings.from_env(environment(server.home) | environ)))


def _first_visit(house: House) -> str:
    page = house.context("guest").new_page()
    page.goto("/review")
    words = settle(page).inner_text("body")
    page.close()
    return words


def _first_admin(house: House) -> Person:
    """Made by the link the server printed, in the browser that stays signed in."""
    context = house.contexts[Role.ADMIN, "desktop"] = house.new_context(**DESKTOP)
    page = context.new_page()
    page.goto(house.server.first_link())
    name, email = NAMES[Role.ADMIN], "ada@example.com"
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name="Welcome to Firstline")).to_be_visible()
    page.close()
    return Person(people.find(house.desk, OPERATOR, email).id, name, email, Role.ADMIN)


@pytest.fixture
def go(house: House) -> Iterator[Callable[..., Page]]:
    """go(Role.LEAD, "/review") opens a page as somebody and waits until it stands; any other name is a new guest."""
    opened: list[Page] = []

    def go(who: str, path: str = "/", device: str = "desktop") -> Page:
        context = house.context(who, device)
        if who not in house.people and not any(page.context is context for page in opened):
            context.clear_cookies()
        opened.append(context.new_page())
        opened[-1].goto(path)
        return settle(opened[-1])

    yield go
    for page in opened:
        page.close()
