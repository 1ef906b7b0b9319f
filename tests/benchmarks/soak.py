"""Many people for long, with restarts in between; run by hand: `python tests/benchmarks/soak.py --minutes 60`.

Every visitor searches, and now and then reports an incident by the REST API, sending it again until it is answered.
The portal is told to stop and started anew twice early on. At the end: what the process grew by since it was warm,
files that stayed open after all had left, and whether each answered report is there once.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import secrets
import socket
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import httpx
import psutil
from load import ASKED, ROOT, Visitor, wait_until_idle, wait_until_up
from websockets.exceptions import WebSocketException

RESTARTS = (0.1, 0.2)  # of the whole time
WARM = 0.35
REPORTS = 0.1  # of all turns


@dataclass
class Portal:
    """The server as a process that can be started anew on the same home and port."""

    home: str
    port: int
    process: psutil.Process = field(init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        environ = {**os.environ, "FIRSTLINE_HOME": self.home}
        serve = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(self.port)]
        with Path(self.home, "server.log").open("ab") as log:
            self.process = psutil.Popen(serve, cwd=ROOT, env=environ, stdout=log, stderr=log)
        wait_until_up(self.url)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


class Sighting(NamedTuple):
    """The process at one moment: share of the whole time, memory in MB, open files."""

    share: float
    mb: float
    files: int


@dataclass
class Tally:
    """What the visitors met: seconds of each search, names of answered reports, connections that broke."""

    searches: list[float] = field(default_factory=list)
    answered: set[str] = field(default_factory=set)
    given_up: set[str] = field(default_factory=set)
    broken: int = 0
    mishaps: list[str] = field(default_factory=list)


async def visit(url: str, number: int, until: float, think: float, tally: Tally) -> None:
    """Search and report until the end; connect anew whenever the connection breaks, as a browser does."""
    chance = random.Random(number)
    await asyncio.sleep(chance.random() * think)
    visitor: Visitor | None = None
    while time.monotonic() < until:
        try:
            if visitor is None:
                visitor = Visitor(url)
                await visitor.connect()
                await visitor.search()
            if chance.random() < REPORTS:
                await report(url, f"visitor{number}report{len(tally.answered)}", chance, until, tally)
            else:
                tally.searches.append(await visitor.search(" ".join(chance.sample(ASKED.split(), 2))))
            await asyncio.sleep(think * chance.uniform(0.5, 1.5))
        except (OSError, WebSocketException, TimeoutError):
            tally.broken += 1
            visitor = None
            await asyncio.sleep(1)
        except RuntimeError as error:  # the script ended with an error
            tally.mishaps.append(repr(error))
            visitor = None
    if visitor:
        await visitor.socket.close()


async def report(url: str, name: str, chance: random.Random, until: float, tally: Tally) -> None:
    """Report an incident under a key, until the portal says that it has it; every third time once more."""
    words = " ".join(chance.sample(ASKED.split(), 6))
    body = {"title": f"{name} {words}", "body": words, "impact": "one", "urgency": "low", "key": secrets.token_hex(16)}
    left = 1 + (chance.random() < 1 / 3)
    async with httpx.AsyncClient(timeout=60) as client:
        while left and time.monotonic() < until + 60:
            try:
                answer = await client.post(f"{url}/api/v1/incidents", json={**body, "guest_email": "a@example.org"})
            except httpx.TransportError:
                await asyncio.sleep(1)
                continue
            if answer.status_code >= 500:
                await asyncio.sleep(1)
            elif answer.is_success:
                tally.answered.add(name)
                left -= 1
            else:
                tally.mishaps.append(answer.text[:200])
                break
    if name not in tally.answered:
        tally.given_up.add(name)


async def watch(portal: Portal, begun: float, seconds: float) -> list[Sighting]:
    """Look at the process about twice a minute, and start the portal anew at RESTARTS."""
    seen, left = [], list(RESTARTS)
    while (share := (time.monotonic() - begun) / seconds) < 1:
        if left and share >= left[0]:
            left.pop(0)
            await asyncio.to_thread(portal.stop)
            await asyncio.to_thread(portal.start)
        seen.append(Sighting(share, portal.process.memory_info().rss / 1e6, portal.process.num_fds()))
        print(f"{share:5.0%}  {seen[-1].mb:6.0f} MB  {seen[-1].files} open files", flush=True)
        await asyncio.sleep(30)
    return seen


async def soak(portal: Portal, users: int, seconds: float, think: float) -> tuple[Tally, list[Sighting]]:
    tally, begun = Tally(), time.monotonic()
    visits = [visit(portal.url, number, begun + seconds, think, tally) for number in range(users)]
    seen, *_ = await asyncio.gather(watch(portal, begun, seconds), *visits)
    return tally, seen


def stored(home: str) -> Counter[str]:
    """How often the first word of each title is stored: the name of the report."""
    with closing(sqlite3.connect(f"file:{home}/firstline.db?mode=ro", uri=True)) as database:
        return Counter(title.split()[0] for (title,) in database.execute("SELECT title FROM incident"))


def tell(tally: Tally, seen: list[Sighting], idle: int, there: Counter[str]) -> None:
    warm, last = next(at for at in seen if at.share >= WARM), seen[-1]
    lost = sum(there[name] == 0 for name in tally.answered)
    doubled = sum(there[name] > 1 for name in tally.answered)
    searches = sorted(tally.searches)
    print(f"{len(searches)} searches, p95 {searches[int(len(searches) * 0.95)] * 1000:.0f} ms")
    print(
        f"{len(RESTARTS)} restarts, {tally.broken} connections broken, {len(tally.mishaps)} mishaps {tally.mishaps[:3]}"
    )
    print(f"memory {warm.mb:.0f} -> {last.mb:.0f} MB ({last.mb / warm.mb - 1:+.1%})")
    print(f"open files {warm.files} -> {last.files}, {idle} when all have left")
    print(
        f"{len(tally.answered)} reports answered: {lost} lost, {doubled} doubled; {len(tally.given_up)} never answered"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--think", type=float, default=20.0, help="mean seconds between two actions of a visitor")
    parser.add_argument("--minutes", type=float, default=60.0)
    options = parser.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        portal = Portal(home, port)
        portal.start()
        try:
            wait_until_idle(portal.process)
            tally, seen = asyncio.run(soak(portal, options.users, options.minutes * 60, options.think))
            wait_until_idle(portal.process)
            idle = portal.process.num_fds()
        finally:
            portal.stop()
        tell(tally, seen, idle, stored(home))


if __name__ == "__main__":
    main()
