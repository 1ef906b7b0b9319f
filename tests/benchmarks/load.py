"""How the portal answers many people at once; run by hand: `python tests/benchmarks/load.py --articles ZIP`.

Starts the portal on a fresh home, imports the articles, waits until the first models are trained and measured (by
processes beside it), then lets every user type a search, wait for the finished answer and think. Speaks Streamlit's
websocket protocol, which is private: written for 1.67.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import psutil
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

ROOT = Path(__file__).parents[2]
ASKED = (
    "printer queue vpn password certificate slow report mailbox login excel disk backup database timeout "
    "phishing network screen template deploy cache redirect image page menu build theme search error"
)


@dataclass
class Visitor:
    """One browser tab: sends widget values, reads until the script has finished."""

    url: str
    box_id: str = ""
    fragment_id: str = ""
    page_hash: str = ""
    seen: dict[str, ForwardMsg] = field(default_factory=dict)

    async def connect(self) -> None:
        address = self.url.replace("http", "ws") + "/_stcore/stream"
        self.socket = await websockets.connect(
            address, subprotocols=["streamlit", "none"], max_size=None, compression=None, origin=self.url
        )

    async def search(self, query: str | None = None) -> float:
        """Seconds from sending to finished; the first call opens the page."""
        message = BackMsg()
        rerun = message.rerun_script
        rerun.page_script_hash = self.page_hash
        if query is not None:
            rerun.query_string = f"q={query.replace(' ', '+')}"
            rerun.fragment_id = self.fragment_id
            rerun.widget_states.widgets.append(WidgetState(id=self.box_id, string_value=query))
        started = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        await asyncio.wait_for(self._finished(), 120)
        return time.perf_counter() - started

    async def _finished(self) -> None:
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(await self.socket.recv())
            if answer.WhichOneof("type") == "ref_hash":
                answer = self.seen.get(answer.ref_hash, answer)
            elif answer.hash:
                self.seen[answer.hash] = answer
            kind = answer.WhichOneof("type")
            if kind == "new_session":
                self.page_hash = answer.new_session.page_script_hash
            elif kind == "delta" and answer.delta.new_element.WhichOneof("type") == "text_input":
                self.box_id = answer.delta.new_element.text_input.id
                self.fragment_id = answer.delta.fragment_id
            elif kind == "script_finished":
                status = ForwardMsg.ScriptFinishedStatus.Name(answer.script_finished)
                if "SUCCESS" not in status:
                    raise RuntimeError(status)
                return


async def visit(url: str, number: int, until: float, think: float, spent: list[float]) -> None:
    chance = random.Random(number)
    await asyncio.sleep(chance.random() * 5)
    visitor = Visitor(url)
    await visitor.connect()
    await visitor.search()
    while time.perf_counter() < until:
        await asyncio.sleep(think * chance.uniform(0.5, 1.5))
        spent.append(await visitor.search(" ".join(chance.sample(ASKED.split(), 2))))
    await visitor.socket.close()


async def crowd(url: str, users: int, seconds: float, think: float) -> tuple[list[float], list[str]]:
    spent: list[float] = []
    until = time.perf_counter() + 5 + seconds
    ends = await asyncio.gather(
        *(visit(url, number, until, think, spent) for number in range(users)), return_exceptions=True
    )
    return spent, [repr(end) for end in ends if isinstance(end, BaseException)]


def memory_mb(process: psutil.Process) -> float:
    return sum(part.memory_info().rss for part in [process, *process.children(recursive=True)]) / 1e6


def wait_until_up(url: str) -> None:
    for _ in range(300):
        try:
            if urlopen(url + "/_stcore/health", timeout=1).read() == b"ok":
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the portal did not start")


def wait_until_idle(process: psutil.Process) -> None:
    """Until nothing has run beside the portal for longer than its clock takes to start something."""
    idle_since = time.monotonic()
    while time.monotonic() - idle_since < 45:
        time.sleep(1)
        if process.children(recursive=True):
            idle_since = time.monotonic()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=100)
    parser.add_argument("--think", type=float, default=3.0, help="mean seconds between two searches")
    parser.add_argument("--seconds", type=float, default=45.0)
    parser.add_argument("--articles", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        environ = {**os.environ, "FIRSTLINE_HOME": home}
        serve = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
        for articles in options.articles:
            command = [sys.executable, "-m", "kb", "import", "articles", str(articles)]
            subprocess.run(command, cwd=ROOT, env=environ, check=False, stdout=subprocess.DEVNULL)
        server = subprocess.Popen(serve, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_up(url)
            process = psutil.Process(server.pid)
            wait_until_idle(process)
            before = memory_mb(process)
            spent, errors = asyncio.run(crowd(url, options.users, options.seconds, options.think))
            after = memory_mb(process)
        finally:
            server.terminate()
            server.wait()
    spent.sort()
    p50, p95, p99 = (spent[int(len(spent) * share)] * 1000 for share in (0.5, 0.95, 0.99))
    print(f"{options.users} users, {options.think:g} s think time, {len(spent)} searches, {len(errors)} errors")
    print(f"p50 {p50:.0f} ms  p95 {p95:.0f} ms  p99 {p99:.0f} ms  memory {before:.0f} -> {after:.0f} MB")
    for error in errors[:3]:
        print(error)


if __name__ == "__main__":
    main()
