"""What a new installation begins with: types, targets and a handful of services and teams to rename."""

from __future__ import annotations

from sqlmodel import select

from kb.desk import Desk
from kb.labels import STARTER_TYPES, Severity, SupportModel
from kb.tables import IncidentType, Service, SlaTarget, Team

TARGETS = (
    (Severity.CRITICAL, 15, 4 * 60, True),
    (Severity.HIGH, 30, 8 * 60, False),
    (Severity.MEDIUM, 2 * 60, 24 * 60, False),
    (Severity.LOW, 8 * 60, 72 * 60, False),
)
TEAMS = (
    ("team_a", "Team A", SupportModel.IN_HOUSE),
    ("team_b", "Team B", SupportModel.OUTSOURCED),
    ("team_c", "Team C", SupportModel.IN_HOUSE),
)
SERVICES = (
    ("E-mail and calendar", "team_a"),
    ("Network and Wi-Fi", "team_a"),
    ("Sign-in and accounts", "team_a"),
    ("Business applications", "team_b"),
    ("Data and reports", "team_c"),
    ("Workplace and printing", "team_b"),
)


def seed(desk: Desk) -> None:
    """Fill an empty installation; one that has types already is left alone."""
    with desk.transaction() as session:
        if session.exec(select(IncidentType).limit(1)).first():
            return
        teams = {slug: Team(slug=slug, name=name, support_model=model) for slug, name, model in TEAMS}
        session.add_all(teams.values())
        session.flush()
        for position, (slug, name, description) in enumerate(STARTER_TYPES):
            session.add(IncidentType(slug=slug, name=name, description=description, position=position))
        for severity, response, resolution, is_around_the_clock in TARGETS:
            session.add(
                SlaTarget(
                    severity=severity,
                    response_minutes=response,
                    resolution_minutes=resolution,
                    is_around_the_clock=is_around_the_clock,
                )
            )
        for name, slug in SERVICES:
            team = teams[slug]
            session.add(Service(name=name, team_id=team.id, support_model=team.support_model))
