"""Reports sent as impatient people send them over bad lines, run by hand:

    python tests/benchmarks/clicks.py [--clicks 120]

Each report is sent in one of nine ways, in turn: clicked twice or three times; clicked twice and loaded anew; clicked
and offline at once, or offline and then clicked, where the line only stalls; the socket dropped right after the click,
or a moment later; the server killed right after the click, or a moment later, and started again. Then a person goes on
as the page asks: where there is no number they load it anew, and where the form still stands with its text, they give
the address once more, which they had just typed, and press Send again. Counts the reports that became no incident or
more than one, and exits with 1 if there are any. Needs Chromium.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Error, Page, WebSocketRoute, sync_playwright
from sqlmodel import select

from kb.desk import Desk
from kb.settings import Settings
from kb.tables import Incident
from tests.browser.conftest import ARGUMENTS, CHROMIUM, DESKTOP
from tests.browser.seeing import settle
from tests.browser.serving import Server, environment, prepare, start
from tests.browser.test_report import NUMBER, write

OFFLINE = 1_500  # milliseconds
SOON = 40  # about when the server is writing
PATIENCE = 60_000
ADDRESS = "impatient@example.com"


class Bench:
    """A portal that can be killed, and the browser of a guest."""

    def __init__(self, home: Path, context: Callable[[str], BrowserContext]) -> None:
        prepare(home).close()
        self.server = self._started(start(home))
        self.context = context(self.server.address)
        self.sockets: list[WebSocketRoute] = []

    def _started(self, server: Server) -> Server:
        server.wait()
        return server

    def kill(self) -> None:
        """And start it again at the same address."""
        self.server.process.kill()
        self.server.process.wait()
        self.server = self._started(start(self.server.home, port=urlsplit(self.server.address).port or 0))

    def begin(self, title: str, *, can_drop: bool) -> Page:
        page = self.context.new_page()
        if can_drop:  # its socket then runs through this process, which must not wait for a server meanwhile
            page.route_web_socket("**/_stcore/stream**", self._connect)
        page.goto("/report")
        return settle(write(settle(page), title, email=ADDRESS))

    def _connect(self, socket: WebSocketRoute) -> None:
        self.sockets.append(socket)
        socket.connect_to_server()

    def offline(self, page: Page) -> None:
        self.context.set_offline(True)
        page.evaluate("() => window.dispatchEvent(new Event('offline'))")
        page.wait_for_timeout(OFFLINE)
        self.context.set_offline(False)


def button(page: Page, clicks: int = 1) -> None:
    page.get_by_role("button", name="Send", exact=True).click(click_count=clicks, no_wait_after=True)


def twice(bench: Bench, page: Page) -> None:
    button(page, 2)


def three_times(bench: Bench, page: Page) -> None:
    button(page, 3)


def twice_and_anew(bench: Bench, page: Page) -> None:
    button(page, 2)
    page.reload()


def then_offline(bench: Bench, page: Page) -> None:
    button(page)
    bench.offline(page)


def offline_then(bench: Bench, page: Page) -> None:
    bench.context.set_offline(True)
    button(page)
    bench.offline(page)


def then_dropped(bench: Bench, page: Page) -> None:
    button(page)
    bench.sockets[-1].close()


def dropped_soon(bench: Bench, page: Page) -> None:
    button(page)
    page.wait_for_timeout(SOON)
    bench.sockets[-1].close()


def killed(bench: Bench, page: Page) -> None:
    button(page)
    bench.kill()


def killed_soon(bench: Bench, page: Page) -> None:
    button(page)
    page.wait_for_timeout(SOON)
    bench.kill()


DROPPED = (then_dropped, dropped_soon)
WAYS = (twice, three_times, twice_and_anew, then_offline, offline_then, *DROPPED, killed, killed_soon)


def finish(page: Page) -> int:
    """Wait for the number; where the form still stands, send it again. How often that was needed."""
    sent, again = page.get_by_role("heading", name=NUMBER), 0
    form = page.get_by_role("button", name="Send", exact=True)
    for _ in range(5):
        sent.or_(form).first.wait_for(timeout=PATIENCE)
        try:
            sent.wait_for(timeout=8_000)
        except Error:
            page.reload()
            settle(page)
            if form.count():
                again += 1
                page.get_by_label("Your e-mail address").fill(ADDRESS)
                button(page)
        else:
            return again
    sys.exit(f"no number after five tries: {page.inner_text('main')}")


def main() -> None:
    """Send the reports and count what became of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clicks", type=int, default=120)
    wanted, again = parser.parse_args().clicks, Counter[str]()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        home = Path(folder) / "home"
        bench = Bench(home, lambda address: browser.new_context(base_url=address, **DESKTOP))
        for number in range(wanted):
            way = WAYS[number % len(WAYS)]
            page = bench.begin(f"Lamp {number} of the long corridor is out", can_drop=way in DROPPED)
            way(bench, page)
            again[way.__name__] += finish(page)
            page.close()
        bench.server.process.terminate()
        bench.server.process.wait()
        desk = Desk(Settings.from_env(environment(home)))
        with desk.reading() as session:
            made = Counter(session.exec(select(Incident.title)).all())
        desk.close()
    titles = [f"Lamp {number} of the long corridor is out" for number in range(wanted)]
    lost, doubled = sum(made[title] == 0 for title in titles), sum(made[title] > 1 for title in titles)
    print(f"{wanted} reports: {lost} lost, {doubled} more than once; sent again by hand: {dict(again)}")
    sys.exit(1 if lost or doubled else 0)


if __name__ == "__main__":
    main()
