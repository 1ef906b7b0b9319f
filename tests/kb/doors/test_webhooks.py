"""Alertmanager's messages over HTTP, in any order."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from itertools import permutations
from typing import Any

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from kb import incidents
from kb.desk import Desk
from kb.doors import start, webhooks
from kb.labels import Severity, Status
from kb.person import Person
from kb.tables import Article, Incident, TimelineEntry

BEARER = {"authorization": "Bearer t0ken"}


@pytest.fixture
def client(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    desk.settings = dataclasses.replace(desk.settings, alert_token="t0ken")
    monkeypatch.setattr(start, "the_desk", lambda: desk)
    with TestClient(Starlette(routes=webhooks.ROUTES)) as client:
        yield client


def alert(name: str = "a", started: str = "10:00", status: str = "firing") -> dict[str, Any]:
    return {
        "status": status,
        "labels": {"alertname": "DiskFull", "instance": name},
        "annotations": {"description": f"Disk of {name} is full"},
        "startsAt": f"2026-03-02T{started}:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "fingerprint": name,
    }


def message(*alerts: dict[str, Any], status: str = "", **changed: Any) -> dict[str, Any]:
    firing = any(one["status"] == "firing" for one in alerts)
    return {
        "version": "4",
        "groupKey": '{}:{alertname="DiskFull"}',
        "status": status or ("firing" if firing else "resolved"),
        "groupLabels": {"alertname": "DiskFull"},
        "commonLabels": {"alertname": "DiskFull", "severity": "critical"},
        "commonAnnotations": {"summary": "Disk is full"},
        "alerts": list(alerts),
        **changed,
    }


def send(client: TestClient, sent: dict[str, Any]) -> tuple[str, str]:
    answer = client.post("/hooks/alertmanager", json=sent, headers=BEARER)
    assert answer.status_code == 200, answer.text
    return answer.json()["number"], answer.json()["action"]


def statuses(desk: Desk) -> list[str]:
    with desk.reading() as session:
        return list(session.exec(select(Incident.status).order_by(Incident.id)))


FIRE, OVER = message(alert()), message(alert(status="resolved"))
AGAIN, OVER_AGAIN = message(alert(started="12:00")), message(alert(started="12:00", status="resolved"))


def test_a_group_opens_one_incident_with_what_the_alerts_say(desk: Desk, client: TestClient, agent: Person) -> None:
    assert send(client, message(alert("a"), alert("b"))) == ("INC-1", "opened")
    seen = incidents.get(desk, agent, 1)
    assert (seen.title, seen.severity, seen.source) == ("Disk is full", Severity.CRITICAL, "alert")
    assert "instance=b" in seen.body
    assert "Disk of a is full" in seen.body


def test_repeats_go_to_the_timeline(desk: Desk, client: TestClient) -> None:
    assert [send(client, FIRE) for _ in range(3)][1:] == [("INC-1", "repeated")] * 2
    with desk.reading() as session:
        kinds = session.exec(select(TimelineEntry.kind).order_by(TimelineEntry.id)).all()
    assert kinds == ["reported", "alert", "alert", "alert"]


def test_the_end_resolves_and_a_later_firing_opens_a_new_one(desk: Desk, client: TestClient) -> None:
    actions = [send(client, sent) for sent in (FIRE, OVER, OVER, AGAIN, OVER_AGAIN)]
    assert actions == [
        ("INC-1", "opened"),
        ("INC-1", "resolved"),
        ("", "ignored"),
        ("INC-2", "opened"),
        ("INC-2", "resolved"),
    ]
    assert statuses(desk) == [Status.RESOLVED, Status.RESOLVED]


@pytest.mark.parametrize("order", list(permutations([FIRE, FIRE, OVER, OVER])))
def test_in_any_order_one_episode_is_one_resolved_incident(
    desk: Desk, client: TestClient, order: tuple[dict[str, Any], ...]
) -> None:
    for sent in order:
        send(client, sent)
    assert statuses(desk) == [Status.RESOLVED]


@pytest.mark.parametrize("order", list(permutations([FIRE, OVER, AGAIN, OVER_AGAIN])))
def test_in_any_order_nothing_stays_open(desk: Desk, client: TestClient, order: tuple[dict[str, Any], ...]) -> None:
    for sent in order:
        send(client, sent)
    assert set(statuses(desk)) == {Status.RESOLVED}


def test_a_late_end_of_an_earlier_episode_does_not_resolve_the_present_one(desk: Desk, client: TestClient) -> None:
    send(client, AGAIN)
    assert send(client, OVER) == ("INC-1", "repeated")
    assert statuses(desk) == [Status.NEW]


def test_part_of_a_group_may_end_first(desk: Desk, client: TestClient) -> None:
    send(client, message(alert("a"), alert("b")))
    assert send(client, message(alert("a"), alert("b", status="resolved"))) == ("INC-1", "repeated")
    assert send(client, message(alert("a", status="resolved"))) == ("INC-1", "resolved")


def test_what_an_agent_resolved_by_hand_opens_anew_while_it_fires(
    desk: Desk, client: TestClient, agent: Person
) -> None:
    send(client, FIRE)
    incidents.resolve(desk, agent, 1, resolution="Emptied")
    assert send(client, FIRE) == ("INC-2", "opened")
    assert send(client, OVER) == ("INC-2", "resolved")


def test_other_groups_are_other_incidents(desk: Desk, client: TestClient) -> None:
    numbers = {send(client, message(alert(), groupKey=key))[0] for key in ("x", "y", "x" * 5000)}
    assert numbers == {"INC-1", "INC-2", "INC-3"}


@pytest.mark.parametrize(
    ("url", "is_linked"),
    [
        ("https://help.example.com/article?id=KB-1", True),
        ("https://git.example.com/runbooks/disk_full.md", True),
        ("https://wiki.example.com/runbooks/disk_full.html", True),
        ("https://wiki.example.com/runbooks/disk%_full", False),
        ("https://wiki.example.com/", False),
        ("https://help.example.com/article?id=KB-999999999", False),
        ("http://[broken", False),
    ],
)
def test_a_runbook_we_have_is_linked(desk: Desk, client: TestClient, agent: Person, url: str, is_linked: bool) -> None:
    with desk.transaction() as session:
        kept = Article(
            title="Disk full", body="", status="published", source_key="ops/runbooks/disk_full.md",
            created_at=desk.now(), updated_at=desk.now(),
        )  # fmt: skip
        session.add(kept)
    send(client, message(alert(), commonAnnotations={"runbook_url": url}))
    assert bool(incidents.get(desk, agent, 1).articles) is is_linked


@pytest.mark.parametrize("header", [{}, {"authorization": "Bearer wrong"}, {"authorization": "Basic t0ken"}])
def test_without_the_token_nothing_happens(desk: Desk, client: TestClient, header: dict[str, str]) -> None:
    answer = client.post("/hooks/alertmanager", json=FIRE, headers=header)
    assert (answer.status_code, list(answer.json())) == (401, ["error"])
    assert statuses(desk) == []


def test_the_door_is_closed_while_no_token_is_set(desk: Desk, client: TestClient) -> None:
    desk.settings = dataclasses.replace(desk.settings, alert_token="")
    assert client.post("/hooks/alertmanager", json=FIRE, headers={"authorization": "Bearer "}).status_code == 403


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[]", b"null", b"[" * 5000, b'{"status": "firing"}', b'{"status": "x", "groupKey": "g"}',
     b'{"status": "firing", "groupKey": 5, "alerts": []}', b'{"status": "firing", "groupKey": "g", "alerts": [1]}'],
)  # fmt: skip
def test_a_message_that_is_none_is_refused_in_plain_words(desk: Desk, client: TestClient, body: bytes) -> None:
    answer = client.post("/hooks/alertmanager", content=body, headers=BEARER)
    assert answer.status_code == 400
    assert "Traceback" not in answer.json()["error"]
    assert statuses(desk) == []


def test_a_huge_message_is_refused(client: TestClient) -> None:
    answer = client.post("/hooks/alertmanager", content=b"x" * 1_000_001, headers=BEARER)
    assert answer.status_code == 413


def test_strange_values_do_no_harm(desk: Desk, client: TestClient, agent: Person) -> None:
    odd = {"status": 7, "labels": None, "annotations": {"summary": 3, "description": "<b>\x00"}, "startsAt": None}
    sent = json.loads(json.dumps(message(odd, status="firing", commonLabels=[], commonAnnotations=None, groupLabels=1)))  # type: ignore[arg-type]
    assert send(client, sent) == ("INC-1", "opened")
    assert incidents.get(desk, agent, 1).title == "Alert without a name"
