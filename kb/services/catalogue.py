"""Services people use."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from kb.cleaning import one_line
from kb.desk import Desk
from kb.errors import NotFound, NotValid
from kb.labels import Role, SupportModel
from kb.person import Person
from kb.tables import Service, Team


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service as it is shown and chosen."""

    id: int
    name: str
    team_id: int | None
    support_model: SupportModel
    is_active: bool


def services(desk: Desk, *, with_inactive: bool = False) -> tuple[ServiceRow, ...]:
    """All services by name; anybody may see them."""
    query = select(Service).order_by(Service.name)
    if not with_inactive:
        query = query.where(col(Service.is_active))
    with desk.reading() as session:
        rows = session.exec(query).all()
    return tuple(
        ServiceRow(row.id or 0, row.name, row.team_id, SupportModel(row.support_model), row.is_active) for row in rows
    )


def save_service(
    desk: Desk,
    person: Person,
    *,
    name: str,
    service_id: int | None = None,
    team_id: int | None = None,
    support_model: SupportModel = SupportModel.IN_HOUSE,
    is_active: bool = True,
) -> int:
    """Add a service or change one; gives its id. NotValid when the name is empty, too long or taken."""
    person.require(Role.ADMIN, "change services")
    name = checked_name(name)
    with desk.transaction() as session:
        check_team(session, team_id)
        same = session.exec(select(Service).where(Service.name == name)).first()
        if same and same.id != service_id:
            raise NotValid("name", f"There is already a service called {name}.")
        service = session.get(Service, service_id) if service_id else Service(name=name)
        if service is None:
            raise NotFound("There is no such service.")
        service.name, service.team_id, service.is_active = name, team_id, is_active
        service.support_model = SupportModel(support_model)
        session.add(service)
    return service.id or 0


def checked_name(name: str) -> str:
    name = one_line(name)
    if not 1 <= len(name) <= 80:
        raise NotValid("name", "A name has 1 to 80 characters.")
    return name


def check_team(session: Session, team_id: int | None) -> None:
    if team_id is not None and session.get(Team, team_id) is None:
        raise NotFound("There is no such team.")
