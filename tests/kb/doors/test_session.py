"""The gate, the sign-in routes and the headers, over a bare ASGI app and a real desk."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from kb import people
from kb.desk import Desk
from kb.doors import start
from kb.doors.session import BodyLimit, Gate, SecurityHeaders, person_of, sign_out_token
from kb.doors.session.routes import ROUTES, safe_next
from kb.labels import Role
from kb.person import Person

PASSWORD = "a long enough password"
COOKIE = "firstline_session"


async def who(request: Request) -> JSONResponse:
    """What stands behind the gate sees: identity headers and the person."""
    await request.body()
    seen = {key[12:]: value for key, value in request.headers.items() if key.startswith("x-firstline-")}
    return JSONResponse({**seen, "person": person_of(request).name})


async def who_on_a_websocket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_json({key: value for key, value in socket.headers.items() if key.startswith("x-firstline-")})
    await socket.close()


@pytest.fixture
def client(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(start, "the_desk", lambda: desk)
    routes = [
        *ROUTES,
        Route("/", who),
        Route("/api/who", who, methods=["GET", "POST"]),
        Route("/media/{name}", who),
        Route("/_stcore/upload_file/a/b", who, methods=["PUT"]),
        WebSocketRoute("/_stcore/stream", who_on_a_websocket),
    ]
    middleware = [Middleware(SecurityHeaders), Middleware(BodyLimit), Middleware(Gate)]
    with TestClient(Starlette(routes=routes, middleware=middleware), follow_redirects=False) as client:
        yield client


@pytest.fixture
def ann(desk: Desk, admin: Person) -> people.Invited:
    invited = people.add(desk, admin, name="Ann", email="ann@example.com", role=Role.AGENT)
    people.accept(desk, token=invited.token, password=PASSWORD)
    return invited


def form_of(client: TestClient, address: str) -> dict[str, str]:
    """The hidden fields of a form."""
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', client.get(address).text))


def sign_in(client: TestClient, following: str = "/", **change: str) -> int:
    form = form_of(client, f"/login?next={following}")
    return client.post(
        "/account/login", data={**form, "email": "ann@example.com", "password": PASSWORD, **change}
    ).status_code


def test_a_guest_is_welcome_and_keeps_one_visitor_number(client: TestClient) -> None:
    first = client.get("/").json()
    assert len(first["visitor"]) >= 20
    assert first == {"visitor": first["visitor"], "person": "Guest"}
    assert client.get("/").json() == first


def test_the_visitor_cookie_is_out_of_reach_for_scripts(client: TestClient) -> None:
    cookie = client.get("/").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("name", ["X-Firstline-Uid", "x_firstline_uid", "X-Firstline-Sid", "X-Firstline-Visitor"])
def test_identity_headers_of_a_client_are_dropped(client: TestClient, admin: Person, name: str) -> None:
    seen = client.get("/", headers={name: "1"}).json()
    assert set(seen) == {"visitor", "person"}
    assert seen["visitor"] != "1"


def test_a_signed_in_person_is_known_behind_the_gate(client: TestClient, ann: people.Invited) -> None:
    assert sign_in(client) == 303
    seen = client.get("/").json()
    assert (seen["uid"], seen["person"]) == (str(ann.account_id), "Ann")
    with client.websocket_connect("/_stcore/stream") as socket:
        assert socket.receive_json()["x-firstline-uid"] == str(ann.account_id)


def test_the_session_cookie_is_out_of_reach_for_scripts(client: TestClient, ann: people.Invited) -> None:
    form = form_of(client, "/login")
    answer = client.post("/account/login", data={**form, "email": "ann@example.com", "password": PASSWORD})
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_over_https_cookies_are_secure(client: TestClient, desk: Desk, ann: people.Invited) -> None:
    desk.settings = dataclasses.replace(desk.settings, base_url="https://testserver")
    client.base_url = "https://testserver"
    form = form_of(client, "/login")
    answer = client.post("/account/login", data={**form, "email": "ann@example.com", "password": PASSWORD})
    cookies = answer.headers.get_list("set-cookie") + client.get("/").headers.get_list("set-cookie")
    shown = client.get("/login").headers.get_list("set-cookie")
    client.cookies.clear()
    cookies += shown + client.get("/login").headers.get_list("set-cookie")
    names = {cookie.partition("=")[0] for cookie in cookies}
    assert names == {f"__Host-firstline_{what}" for what in ("session", "visitor", "form")}
    assert all("Path=/" in cookie and "Domain" not in cookie for cookie in cookies)
    assert [cookie for cookie in cookies if "Secure" not in cookie and "Max-Age=0" not in cookie] == []


def test_a_made_up_cookie_is_a_guest(client: TestClient) -> None:
    client.cookies.set(COOKIE, "made-up")
    assert client.get("/").json()["person"] == "Guest"


def test_wrong_passwords_get_one_sentence_and_then_have_to_wait(client: TestClient, ann: people.Invited) -> None:
    assert [sign_in(client, password="wrong") for _ in range(6)] == [401] * 5 + [429]
    assert sign_in(client) == 429


def test_a_failed_form_keeps_the_address_but_never_the_password(client: TestClient, ann: people.Invited) -> None:
    form = form_of(client, "/login")
    answer = client.post("/account/login", data={**form, "email": '"><b>x@y.z', "password": "typed-secret"})
    assert re.findall(r'name="(\w+)"[^>]* autofocus', answer.text) == ["password"]
    assert "&quot;&gt;&lt;b&gt;x@y.z" in answer.text
    assert "typed-secret" not in answer.text


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        ("", {}),
        ("0" * 64, {}),
        ("é", {}),
        (None, {"origin": "https://evil.example"}),
        (None, {"sec-fetch-site": "cross-site"}),
    ],
)
def test_a_form_from_elsewhere_is_refused(
    client: TestClient, ann: people.Invited, token: str | None, headers: dict[str, str]
) -> None:
    form = form_of(client, "/login")
    form["form"] = form["form"] if token is None else token
    data = {**form, "email": "ann@example.com", "password": PASSWORD}
    assert client.post("/account/login", data=data, headers=headers).status_code == 403


def test_a_form_without_its_cookie_is_refused(client: TestClient, ann: people.Invited) -> None:
    form = form_of(client, "/login")
    client.cookies.clear()
    data = {**form, "email": "ann@example.com", "password": PASSWORD}
    assert client.post("/account/login", data=data).status_code == 403


@pytest.mark.parametrize("address", ["/", "/article?id=KB-1", "/incident?id=INC-2&key=a%2Fb"])
def test_next_leads_to_paths_of_ours(address: str) -> None:
    assert safe_next(address) == address


@pytest.mark.parametrize(
    "address", ["//evil.example", "https://evil.example", "/\\evil.example", "\\evil", "javascript:x", "/a\nb", "", "a"]
)
def test_next_never_leads_elsewhere(address: str) -> None:
    assert safe_next(address) == "/"


def test_signing_in_leads_on(client: TestClient, ann: people.Invited) -> None:
    form = form_of(client, "/login?next=/mine")
    answer = client.post("/account/login", data={**form, "email": "ann@example.com", "password": PASSWORD})
    assert answer.headers["location"] == "/mine"
    assert client.get("/login?next=/mine").headers["location"] == "/mine"


def test_signing_out_needs_the_token_of_this_session(client: TestClient, desk: Desk, ann: people.Invited) -> None:
    sign_in(client)
    session_id = int(client.get("/").json()["sid"])
    wrong = client.post("/account/signout", data={"token": sign_out_token(desk, session_id + 1)})
    assert (wrong.status_code, client.get("/").json()["person"]) == (403, "Ann")
    client.post("/account/signout", data={"token": sign_out_token(desk, session_id)})
    assert client.get("/").json()["person"] == "Guest"
    assert people.resume(desk, session_id) is None


def test_signing_in_again_ends_the_session_before(client: TestClient, desk: Desk, ann: people.Invited) -> None:
    form = form_of(client, "/login")
    sign_in(client)
    before = int(client.get("/").json()["sid"])
    client.cookies.set("firstline_form", "n")
    from kb.doors.session.gate import form_token

    form["form"] = form_token(desk, "n")
    client.post("/account/login", data={**form, "email": "ann@example.com", "password": PASSWORD})
    assert people.resume(desk, before) is None
    assert client.get("/").json()["person"] == "Ann"


def test_the_first_link_makes_an_administrator_once(client: TestClient, desk: Desk) -> None:
    address = f"/account/first?token={people.first_link(desk)}"
    form = form_of(client, address)
    data = {**form, "name": "Ann", "email": "ann@example.com", "password": PASSWORD}
    made = client.post("/account/first", data=data)
    assert (made.status_code, made.headers["location"]) == (303, "/welcome")
    assert client.get("/").json()["person"] == "Ann"
    assert client.get(address).status_code == 404
    assert client.post("/account/first", data=data).status_code == 404


def test_a_short_password_is_asked_for_again(client: TestClient, desk: Desk) -> None:
    form = form_of(client, f"/account/first?token={people.first_link(desk)}")
    data = {**form, "name": "Ann", "email": "ann@example.com", "password": "short"}
    answer = client.post("/account/first", data=data)
    assert answer.status_code == 400
    assert "Choose a password of 12" in answer.text
    assert 'value="Ann"' in answer.text


def test_an_invitation_sets_a_password(client: TestClient, desk: Desk, admin: Person) -> None:
    token = people.add(desk, admin, name="Bob <b>", email="bob@example.com", role=Role.USER).token
    assert "Welcome, Bob &lt;b&gt;" in client.get(f"/account/invite?token={token}").text
    form = form_of(client, f"/account/invite?token={token}")
    assert client.post("/account/invite", data={**form, "password": PASSWORD}).status_code == 303
    assert client.get("/").json()["person"] == "Bob <b>"


def test_an_invitation_at_the_first_address_is_no_way_in(client: TestClient, desk: Desk, admin: Person) -> None:
    token = people.add(desk, admin, name="Bob", email="bob@example.com", role=Role.USER).token
    assert client.get(f"/account/first?token={token}").status_code == 404


@pytest.mark.parametrize("path", ["/", "/login", "/healthz", "/account/first?token=x", "/nowhere"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    parts = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    assert {parts["object-src"], parts["base-uri"], parts["frame-ancestors"]} == {"'none'"}
    assert (parts["default-src"], parts["form-action"]) == ("'self'", "'self'")
    assert "unsafe" not in parts["script-src"]
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


def test_files_for_everybody_ask_for_nobody(client: TestClient) -> None:
    assert "set-cookie" not in client.get("/static/js/index.js").headers


def test_streamlits_metrics_are_closed(client: TestClient) -> None:
    assert client.get("/_stcore/metrics").status_code == 403


def test_tables_to_download_are_for_agents_and_pictures_for_everybody(client: TestClient, ann: people.Invited) -> None:
    assert client.get("/media/a.csv").status_code == 403
    assert client.get("/media/a.png").status_code == 200
    sign_in(client)
    assert client.get("/media/a.csv").status_code == 200


def test_an_upload_may_be_as_large_as_an_attachment(client: TestClient, desk: Desk) -> None:
    most = desk.settings.max_attachment_bytes
    assert client.put("/_stcore/upload_file/a/b", content=b"x" * most).status_code == 200
    assert client.put("/_stcore/upload_file/a/b", content=b"x" * (most + 1_000_001)).status_code == 413
    with pytest.raises(ClientDisconnect):  # one that doesn't say how long it is
        client.put("/_stcore/upload_file/a/b", content=(b"x" * 1_000_000 for _ in range(most // 1_000_000 + 2)))


@pytest.mark.parametrize("path", ["/account/login", "/api/who", "/nowhere", "/healthz"])
def test_a_huge_body_is_refused(client: TestClient, path: str) -> None:
    assert client.post(path, content=b"x" * 1_000_001).status_code == 413
    assert client.post(path, content=(b"x" * 100_000 for _ in range(20))).status_code == 413


def test_a_body_within_the_limit_arrives_whole(client: TestClient) -> None:
    assert client.post("/api/who", content=b"x" * 1_000_000).status_code == 200


def test_a_form_that_is_none_gets_a_plain_answer(client: TestClient) -> None:
    broken = client.post("/account/login", content=b"--x", headers={"content-type": "multipart/form-data; boundary=x"})
    assert broken.status_code in (400, 403)
    assert client.post("/account/first", data={}).status_code == 404


def test_healthz_says_whether_the_database_answers(client: TestClient, desk: Desk) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
