"""Teams with people, skills and something to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from kb import people, services, training
from kb.desk import Desk
from kb.labels import Role
from kb.person import OPERATOR, Person
from kb.routing import Rule, go_live, save_rule, try_rule
from kb.tables import Incident, IncidentType, Service, Team
from kb.training import rows
from tests.labelled import write_small_starter


@pytest.fixture(autouse=True)
def seeded(desk: Desk) -> None:
    services.seed(desk)


@pytest.fixture
def team(desk: Desk) -> dict[str, int]:
    """Slug -> id."""
    with desk.reading() as session:
        return {row.slug: row.id or 0 for row in session.exec(select(Team))}


@pytest.fixture
def service(desk: Desk) -> dict[str, int]:
    """Name -> id."""
    with desk.reading() as session:
        return {row.name: row.id or 0 for row in session.exec(select(Service))}


@pytest.fixture
def hire(desk: Desk, make_person: Callable[..., Person]) -> Callable[..., Person]:
    """hire("Ann", team_id, "databases") gives an agent who knows something."""

    def make(name: str, team_id: int, *skills: str) -> Person:
        person = make_person(Role.AGENT, name, team_id)
        people.set_skills(desk, OPERATOR, person.id or 0, skills)
        return person

    return make


@pytest.fixture
def live_rule(desk: Desk) -> Callable[..., int]:
    """live_rule(words=("vpn",), team_id=1) is tried and in force."""

    def make(name: str = "VPN", **given: object) -> int:
        rule_id = save_rule(desk, OPERATOR, Rule(name, **given))  # type: ignore[arg-type]
        try_rule(desk, OPERATOR, rule_id)
        go_live(desk, OPERATOR, rule_id)
        return rule_id

    return make


def of_type(desk: Desk, slug: str, *, team_id: int | None = None, skill: str = "") -> None:
    with desk.transaction() as session:
        row = session.get_one(IncidentType, slug)
        row.team_id, row.skill = team_id, skill


def at_work(desk: Desk, incident_id: int, *, team_id: int | None = None, assignee_id: int | None = None) -> None:
    with desk.transaction() as session:
        row = session.get_one(Incident, incident_id)
        row.team_id, row.assignee_id = team_id, assignee_id


@pytest.fixture
def small_models(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "STARTER", write_small_starter(tmp_path, each=6))
    training.first_models(desk)
