"""The REST API over a real desk: what it answers, to whom, and how it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from kb import articles, incidents, people, services
from kb.desk import Desk
from kb.doors import api, start
from kb.doors.session import BodyLimit, Gate, SecurityHeaders
from kb.labels import Audience, Role
from kb.person import Person
from kb.tables import Incident, Rating, SearchEvent

REPORT = {"title": "Orders arrive twice", "body": "Since the release.", "impact": "some", "urgency": "high"}
GUEST = {**REPORT, "guest_email": "guest@example.com"}


@pytest.fixture
def client(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(start, "the_desk", lambda: desk)
    services.seed(desk)
    middleware = [Middleware(SecurityHeaders), Middleware(BodyLimit), Middleware(Gate)]
    with TestClient(Starlette(routes=api.ROUTES, middleware=middleware), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def bearer(desk: Desk) -> Callable[[Person], dict[str, str]]:
    """bearer(person) gives the header that acts as this person."""
    return lambda person: {"Authorization": f"Bearer {people.create_token(desk, person, 'test')}"}


Bearer = Callable[[Person], dict[str, str]]


@pytest.fixture
def article(desk: Desk, lead: Person) -> int:
    return published(desk, lead, "Print jobs stay in the queue", Audience.PUBLIC)


def published(desk: Desk, lead: Person, title: str, audience: Audience) -> int:
    body = "## Steps\n\nRestart the spooler."
    made = articles.draft(desk, lead, title=title, body=body, type="configuration", audience=audience)
    articles.publish(desk, lead, made)
    return made


def stored(desk: Desk, table: Any) -> list[Any]:
    with desk.reading() as session:
        return list(session.exec(select(table)))


def test_a_guest_finds_and_reads_an_article(client: TestClient, desk: Desk, article: int) -> None:
    found = client.get("/api/v1/search", params={"q": "print jobs quue", "limit": 3}).json()
    assert [hit["id"] for hit in found["hits"]] == [article]
    assert found["shown_query"] == "print jobs queue"
    assert "spooler" in client.get(f"/api/v1/articles/KB-{article}").json()["body"]
    assert [event.query for event in stored(desk, SearchEvent)] == ["print jobs quue"]


def test_types_narrow_a_search(client: TestClient, article: int) -> None:
    for type_, n in (("configuration", 1), ("security", 0)):
        assert client.get("/api/v1/search", params={"q": "print", "type": type_}).json()["found"] == n


def test_an_internal_article_is_for_agents_only(
    client: TestClient, desk: Desk, lead: Person, user: Person, agent: Person, bearer: Bearer
) -> None:
    internal = published(desk, lead, "Vault combination", Audience.INTERNAL)
    for headers, status, found in ((bearer(user), 404, 0), ({}, 404, 0), (bearer(agent), 200, 1)):
        assert client.get(f"/api/v1/articles/{internal}", headers=headers).status_code == status
        assert client.get("/api/v1/search", params={"q": "vault"}, headers=headers).json()["found"] == found


def test_a_rating_needs_a_token_and_is_replaced_by_the_next(
    client: TestClient, desk: Desk, user: Person, article: int, bearer: Bearer
) -> None:
    address = f"/api/v1/articles/{article}/ratings"
    assert client.post(address, json={"is_helpful": True}).status_code == 422
    for is_helpful in (True, False):
        assert client.post(address, json={"is_helpful": is_helpful}, headers=bearer(user)).status_code == 204
    assert [rating.is_helpful for rating in stored(desk, Rating)] == [False]


def test_a_report_sent_again_is_the_same_incident(client: TestClient, desk: Desk, user: Person, bearer: Bearer) -> None:
    headers = {**bearer(user), "Idempotency-Key": "order-17"}
    first = client.post("/api/v1/incidents", json=REPORT, headers=headers)
    again = client.post("/api/v1/incidents", json=REPORT, headers=headers)
    by_field = client.post("/api/v1/incidents", json={**REPORT, "key": "order-17"}, headers=bearer(user))
    assert [answer.status_code for answer in (first, again, by_field)] == [201, 200, 200]
    assert len({answer.json()["number"] for answer in (first, again, by_field)}) == 1
    [incident] = stored(desk, Incident)
    assert (incident.reporter_id, incident.source, incident.severity) == (user.id, "api", "high")


def test_the_same_key_of_two_people_makes_two_incidents(
    client: TestClient, user: Person, agent: Person, bearer: Bearer
) -> None:
    sent = {**REPORT, "key": "1"}
    made = [client.post("/api/v1/incidents", json=sent, headers=bearer(who)) for who in (user, agent)]
    assert [answer.status_code for answer in made] == [201, 201]


def test_without_a_key_each_report_is_an_incident(client: TestClient, user: Person, bearer: Bearer) -> None:
    made = [client.post("/api/v1/incidents", json=REPORT, headers=bearer(user)).json()["id"] for _ in range(2)]
    assert len(set(made)) == 2


def test_a_guest_reports_and_follows_with_the_secret_alone(client: TestClient, desk: Desk, agent: Person) -> None:
    made = client.post("/api/v1/incidents", json=GUEST).json()
    address, key = f"/api/v1/incidents/{made['number']}", {"key": made["guest_key"]}
    assert client.get(address).status_code == client.get(address, params={"key": "x" * 43}).status_code == 404
    assert client.post(f"{address}/comments", json={"body": "Still so."}, params=key).status_code == 204
    incidents.comment(desk, agent, made["id"], "For us only.", is_public=False)
    seen = client.get(address, params=key).json()
    assert [entry["body"] for entry in seen["timeline"] if entry["kind"] == "comment"] == ["Still so."]
    assert "For us only" not in str(seen)


def test_a_guests_key_must_not_be_guessable_and_is_bound_to_the_address(client: TestClient) -> None:
    assert client.post("/api/v1/incidents", json={**GUEST, "key": "1"}).json()["field"] == "key"
    key = "a-key-that-is-long-enough"
    first = client.post("/api/v1/incidents", json={**GUEST, "key": key})
    other = client.post("/api/v1/incidents", json={**GUEST, "key": key, "guest_email": "thief@example.com"})
    assert (first.status_code, other.status_code) == (201, 201)
    assert first.json()["guest_key"] != other.json()["guest_key"]


def test_a_stranger_sees_no_incident_of_another(
    client: TestClient, user: Person, make_person: Callable[..., Person], bearer: Bearer
) -> None:
    made = client.post("/api/v1/incidents", json=REPORT, headers=bearer(user)).json()["number"]
    stranger = bearer(make_person(Role.USER, name="Stranger"))
    assert client.get(f"/api/v1/incidents/{made}", headers=stranger).status_code == 404
    said = client.post(f"/api/v1/incidents/{made}/comments", json={"body": "hi"}, headers=stranger)
    assert said.status_code == 404


def test_only_agents_write_internal_notes(client: TestClient, user: Person, agent: Person, bearer: Bearer) -> None:
    made = client.post("/api/v1/incidents", json=REPORT, headers=bearer(user)).json()["number"]
    note = {"body": "Looks like the queue.", "is_public": False}
    for who, status in ((user, 403), (agent, 204)):
        answer = client.post(f"/api/v1/incidents/{made}/comments", json=note, headers=bearer(who))
        assert answer.status_code == status


def test_the_assistant_answers_also_before_it_has_learnt(client: TestClient, article: int) -> None:
    said = client.post("/api/v1/triage", json={"text": "print jobs stay in the queue"}).json()
    assert (said["type"], said["start_severity"]) == (None, "medium")
    assert [hit["id"] for hit in said["articles"]] == [article]
    assert client.post("/api/v1/triage", json={"text": "  "}).status_code == 422


def test_the_assistant_takes_impact_and_urgency_both_or_neither(client: TestClient) -> None:
    question = {"text": "print jobs stay in the queue", "impact": "all", "urgency": "high"}
    said = client.post("/api/v1/triage", json=question).json()
    assert (said["start_severity"], said["is_severity_disputed"]) == ("critical", False)
    refused = client.post("/api/v1/triage", json={"text": "print jobs stay", "impact": "all"})
    assert (refused.status_code, "both impact and urgency" in refused.text) == (422, True)
    assert client.post("/api/v1/triage", json=question | {"impact": "everybody"}).status_code == 422


def test_figures_are_for_leads(client: TestClient, user: Person, lead: Person, bearer: Bearer) -> None:
    period = {"from": "2026-01-01", "to": "2026-02-28"}
    answers = [client.get("/api/v1/figures", params=period, headers=who) for who in ({}, bearer(user), bearer(lead))]
    assert [answer.status_code for answer in answers] == [401, 403, 200]
    assert answers[0].headers["www-authenticate"] == "Bearer"
    assert "severity_share" in answers[2].json()


def test_types_and_services_are_listed(client: TestClient) -> None:
    assert "performance" in [row["slug"] for row in client.get("/api/v1/types").json()]
    assert len(client.get("/api/v1/services").json()) == 6


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer ", "Basic YTpi", "bearer"])
def test_a_wrong_token_is_refused_and_not_taken_for_a_guest(client: TestClient, header: str) -> None:
    answer = client.get("/api/v1/search", params={"q": "x"}, headers={"Authorization": header})
    assert (answer.status_code, list(answer.json())) == (401, ["error"])


def test_a_revoked_token_and_a_disabled_account_are_out(
    client: TestClient, desk: Desk, user: Person, agent: Person, admin: Person, bearer: Bearer
) -> None:
    of_user, of_agent = bearer(user), bearer(agent)
    people.revoke_token(desk, user, people.tokens(desk, user)[0].id)
    people.disable(desk, admin, agent.id or 0)
    for headers in (of_user, of_agent):
        assert client.get("/api/v1/search", params={"q": "x"}, headers=headers).status_code == 401


def test_a_session_cookie_means_nothing_here(client: TestClient, desk: Desk, admin: Person) -> None:
    invited = people.add(desk, admin, name="Ann", email="ann@example.com", role=Role.LEAD)
    token = people.accept(desk, token=invited.token, password="a long enough password")
    client.cookies.set("firstline_session", token)
    assert client.get("/api/v1/figures").status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "field"),
    [
        ("GET", "/search", None, 422, "q"),
        ("GET", "/search?q=x&limit=0", None, 422, "limit"),
        ("GET", "/figures?from=yesterday", None, 422, "from"),
        ("GET", "/articles/KB-999", None, 404, None),
        ("GET", "/articles/999999999999999999", None, 404, None),
        ("GET", "/articles/%27%20OR%201=1", None, 404, None),
        ("GET", "/incidents/INC-999999999999999999999", None, 404, None),
        ("GET", "/incidents/0", None, 404, None),
        ("POST", "/incidents", {}, 422, "title"),
        ("POST", "/incidents", {**GUEST, "impact": "world"}, 422, "impact"),
        ("POST", "/incidents", {**GUEST, "title": " \x00 "}, 422, "title"),
        ("POST", "/incidents", {**GUEST, "title": "x" * 201}, 422, "title"),
        ("POST", "/incidents", {**GUEST, "service_id": 999}, 422, "service_id"),
        ("POST", "/incidents", REPORT, 422, "guest_email"),
        ("POST", "/triage", [], 422, None),
        ("GET", "/nothing", None, 404, None),
        ("DELETE", "/incidents", None, 405, None),
    ],
)
def test_bad_input_is_a_sentence(
    client: TestClient, method: str, path: str, body: Any, status: int, field: str | None
) -> None:
    answer = client.request(method, f"/api/v1{path}", json=body)
    assert (answer.status_code, answer.json().get("field")) == (status, field)
    assert re.fullmatch(r"[^{}\[\]]{10,200}[.!?]", answer.json()["error"])


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_not_json_is_refused(client: TestClient, body: bytes) -> None:
    answer = client.post("/api/v1/triage", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_characters_no_database_can_store_do_no_harm(
    client: TestClient, user: Person, article: int, bearer: Bearer
) -> None:
    odd, headers = "a\x00b", bearer(user)
    made = client.post("/api/v1/incidents", json={**REPORT, "body": odd, "key": odd}, headers=headers)
    sent = {
        f"articles/{article}/ratings": {"is_helpful": False, "comment": odd},
        f"incidents/{made.json()['id']}/comments": {"body": odd},
        "triage": {"text": odd},
    }
    answers = [made, client.get("/api/v1/search", params={"q": odd})]
    answers += [client.post(f"/api/v1/{path}", json=body, headers=headers) for path, body in sent.items()]
    assert [answer.status_code for answer in answers] == [201, 200, 204, 204, 200]


def test_more_than_a_megabyte_is_refused(client: TestClient) -> None:
    assert client.post("/api/v1/triage", json={"text": "x" * 1_000_001}).status_code == 413


def test_a_fault_of_ours_is_a_number_and_no_trace(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("/srv/secret/path")

    monkeypatch.setattr(services, "types", broken)
    answer = client.get("/api/v1/types")
    assert answer.status_code == 500
    assert "Quote" in answer.json()["error"]
    assert "secret" not in answer.text


def test_the_description_names_every_operation(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()
    operations = {f"{method.upper()} {path}" for path, methods in described["paths"].items() for method in methods}
    assert operations == {
        "GET /search", "GET /articles/{id}", "POST /articles/{id}/ratings", "POST /incidents", "GET /incidents/{id}",
        "POST /incidents/{id}/comments", "POST /triage", "GET /figures", "GET /types", "GET /services",
    }  # fmt: skip
    assert described["servers"] == [{"url": "/api/v1"}]


class Loads(HTMLParser):
    """Collects scripts, and every address the page loads something from."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found += ["script"] if tag == "script" else []
        self.found += [str(given[name]) for name in ("src", "href") if name in given]


def test_the_page_shows_every_operation_and_loads_from_nowhere_else(client: TestClient) -> None:
    answer = client.get("/api/v1/docs")
    page = Loads()
    page.feed(answer.text)
    assert "script" not in page.found
    assert all(address.startswith(("/", "http://testserver/")) for address in page.found)
    for path in client.get("/api/v1/openapi.json").json()["paths"]:
        assert f"{path}</h2>" in answer.text
    examples = re.findall(r"curl \S*?(http\S+?)[\s&?]", answer.text)
    assert len(examples) == 10
    assert all(address.startswith("http://testserver/api/v1/") for address in examples)
    assert "one | some | all, required" in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
