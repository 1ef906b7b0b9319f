"""The first things at the door: our own names, our own pages, and a sentence for every failure."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from kb.doors.session import Mishaps, OwnSite, SecurityHeaders
from kb.doors.session.own_site import is_ours

SECRET = "/srv/firstline SELECT * FROM account s3cr3t"
NAMES = ("localhost", "[::1]", "Help.example.com", "*.intern.example.com")


async def fine(_request: Request) -> Response:
    return Response("fine")


async def broken(_request: Request) -> Response:
    raise RuntimeError(SECRET)


async def half(_request: Request) -> Response:
    async def parts() -> Iterator[bytes]:  # type: ignore[misc]
        yield b"half"
        raise RuntimeError(SECRET)

    return StreamingResponse(parts())


async def socket(socket: WebSocket) -> None:
    if socket.query_params:
        raise RuntimeError(SECRET)
    await socket.accept()
    await socket.close()


@pytest.fixture
def client() -> Iterator[TestClient]:
    routes = [
        Route("/", fine, methods=["GET", "POST", "PUT", "DELETE"]),
        Route("/healthz", fine),
        Route("/broken", broken),
        Route("/half", half),
        WebSocketRoute("/_stcore/stream", socket),
    ]
    middleware = [Middleware(SecurityHeaders), Middleware(Mishaps), Middleware(OwnSite, hosts=lambda: NAMES)]
    app = Starlette(routes=routes, middleware=middleware)
    with TestClient(app, base_url="http://localhost:8501", raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:8501", "[::1]:8501", "help.example.com", "help.example.com.", "a.intern.example.com"],
)
def test_our_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 200


FOREIGN = [
    "evil.example", "localhost.evil.example", "evil.example#localhost", "localhost@evil.example", "localhost/x", "",
    "intern.example.com.evil", "10.0.0.1", "localhost:x", "localhost:99999", "a@localhost", "evilhelp.example.com", "[",
]  # fmt: skip


@pytest.mark.parametrize("host", FOREIGN)
def test_a_foreign_name_is_not_answered(client: TestClient, host: str) -> None:
    answer = client.get("/", headers={"host": host})
    assert (answer.status_code, "content-security-policy" in answer.headers) == (403, True)
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream", headers={"host": host}):
        pass


def test_two_names_at_once_are_none() -> None:
    assert not is_ours("localhost, evil.example", NAMES)


def test_a_balancer_may_ask_for_health_by_address(client: TestClient) -> None:
    assert client.get("/healthz", headers={"host": "10.0.0.1:8501"}).status_code == 200


SENT_FROM_ELSEWHERE = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://localhost.evil.example:8501"},
    {"origin": "http://localhost:9999"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "http://localhost:8501", "sec-fetch-site": "cross-site"},
]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("headers", SENT_FROM_ELSEWHERE)
def test_a_foreign_page_changes_nothing(client: TestClient, method: str, headers: dict[str, str]) -> None:
    assert client.request(method, "/", headers=headers).status_code == 403
    assert client.get("/", headers=headers).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"origin": "http://localhost:8501"}, {"sec-fetch-site": "same-origin"}])
def test_our_pages_and_programs_may_send(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/", headers=headers).status_code == 200


@pytest.mark.parametrize("accept", ["*/*", "text/html,*/*"])
def test_a_failure_is_a_sentence_and_a_number_that_stands_in_the_log(
    client: TestClient, accept: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/broken", headers={"accept": accept})
    assert answer.status_code == 500
    assert not [word for word in ("/srv", "SELECT", "s3cr3t", "RuntimeError", "Traceback") if word in answer.text]
    number = answer.text.split("Quote ")[1].split()[0]
    assert any(number in record.message and record.exc_info for record in caplog.records)
    assert "content-security-policy" in answer.headers


def test_a_failure_on_a_websocket_tells_nothing(client: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect) as closed, client.websocket_connect("/_stcore/stream?x=1"):
        pass
    assert not closed.value.reason


def test_a_failure_in_the_middle_of_an_answer_breaks_it_off(client: TestClient) -> None:
    answer = client.get("/half")
    assert "s3cr3t" not in answer.text
