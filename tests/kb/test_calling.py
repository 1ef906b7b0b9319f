"""Calling out: however an address is written, nothing private is called, and what was checked is what is called."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from kb import calling
from kb.errors import NotAllowed

HERE = (
    "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "0",
    "0.0.0.0", "localhost", "LOCALHOST", "localhost.", "127。0。0。1", "user@127.0.0.1", "[::1]", "[::]",
    "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "0177.0.0.1", "１２７.0.0.1",
    "[::1%25lo]", "example.com@127.0.0.1",
)  # fmt: skip
"""Ways to write this machine."""
ELSEWHERE = (
    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "3232235777", "169.254.169.254", "100.64.0.1",
    "198.18.0.1", "192.0.0.8", "192.88.99.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255", "[fe80::1]", "[fec0::1]", "[fc00::1]", "[fd12:3456::1]", "[ff02::1]", "[ff0e::1]",
    "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:a00:1::1]",
    "[2001::1]", "[2001:db8::1]", "[3fff::1]", "[100::1]", "[::ffff:10.0.0.1]", "[::ffff:169.254.169.254]", "[5f00::1]",
)  # fmt: skip
"""Private, local, shared, reserved, to many at once, or another address wrapped up."""


class Canary(ThreadingHTTPServer):
    """Notes every connection, and with what it was asked."""

    def __init__(self, host: str, port: int = 0) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.connections, self.hosts = 0, list[str]()
        super().__init__((host, port), Answer)

    def verify_request(self, request: Any, client_address: Any) -> bool:
        self.connections += 1
        return True


class Answer(BaseHTTPRequestHandler):
    server: Canary

    def do_POST(self) -> None:
        self.server.hosts.append(self.headers["Host"])
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def canary() -> Iterator[Callable[..., Canary]]:
    """canary("127.0.0.1", port) listens there until the end of the test."""
    opened: list[Canary] = []

    def listen(host: str, port: int = 0) -> Canary:
        opened.append(Canary(host, port))
        threading.Thread(target=opened[-1].serve_forever).start()
        return opened[-1]

    yield listen
    for one in opened:
        one.shutdown()
        one.server_close()


def post(address: str, *, is_public_only: bool = True) -> None:
    calling.post(address, b"{}", {}, timeout=2, is_public_only=is_public_only)


def test_no_way_to_write_this_machine_reaches_it(canary: Callable[..., Canary]) -> None:
    v4 = canary("0.0.0.0")
    port = v4.server_address[1]
    both = [v4, canary("::1", port)]
    for host in HERE:
        for scheme in ("http", "https"):
            with pytest.raises((NotAllowed, httpx.InvalidURL)):
                post(f"{scheme}://{host}:{port}/hook")
    assert [one.connections for one in both] == [0, 0]
    post(f"http://127.0.0.1:{port}/hook", is_public_only=False)
    assert v4.connections == 1  # it would have noticed


@pytest.mark.parametrize("host", ELSEWHERE)
def test_no_network_but_the_internet_is_called(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("called"))
    with pytest.raises(NotAllowed, match="private network"):
        post(f"http://{host}/hook")


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450::1"])
def test_the_internet_is_public(address: str) -> None:
    assert calling.is_public(address)


def names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
    """From now on a name stands for these addresses, one list for each time it is asked; numbers for themselves."""
    left, numbers = iter(answers), socket.getaddrinfo

    def look_up(name: str, port: int, *given: Any, **named: Any) -> Any:
        if name[-1].isdecimal():
            return numbers(name, port, *given, **named)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in next(left)]

    monkeypatch.setattr(calling.socket, "getaddrinfo", look_up)


def test_one_private_address_among_several_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(NotAllowed, match="private network"):
        post("https://hook.example.com/")


def test_a_name_that_is_nobodys_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(calling.socket, "getaddrinfo", unknown)
    with pytest.raises(NotAllowed, match="leads nowhere"):
        post("https://hook.example.com/")


def test_what_was_checked_is_called_whatever_the_name_stands_for_then(
    monkeypatch: pytest.MonkeyPatch, canary: Callable[..., Canary]
) -> None:
    """127.0.0.2 plays the Internet; asked a second time, the name would stand for 127.0.0.3."""
    good = canary("127.0.0.2")
    port = good.server_address[1]
    bad = canary("127.0.0.3", port)
    monkeypatch.setattr(calling, "is_public", lambda address: address == "127.0.0.2")
    names(monkeypatch, ["127.0.0.2"], ["127.0.0.3"])
    post(f"http://hook.example.com:{port}/in")
    assert (good.hosts, bad.connections) == ([f"hook.example.com:{port}"], 0)


def test_the_next_address_is_tried_when_one_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, canary: Callable[..., Canary]
) -> None:
    good = canary("127.0.0.2")
    port = good.server_address[1]
    monkeypatch.setattr(calling, "is_public", lambda _: True)
    names(monkeypatch, ["127.0.0.4", "127.0.0.2"], ["127.0.0.4"])
    post(f"http://hook.example.com:{port}/in")
    assert len(good.hosts) == 1
    with pytest.raises(httpx.ConnectError):
        post(f"http://hook.example.com:{port}/in")
