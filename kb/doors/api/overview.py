"""What support looks after, and how well it does."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from kb import analytics, services
from kb.doors.api.who import Handle, Who
from kb.services import ServiceRow, TypeRow

router = APIRouter(tags=["Overview"])


@router.get("/figures")
def figures(
    desk: Handle,
    person: Who,
    first: Annotated[date | None, Query(alias="from", description="First day, such as 2026-01-01.")] = None,
    last: Annotated[date | None, Query(alias="to", description="Last day, counted too.")] = None,
) -> dict[str, dict[str, dict[str, float | int | None]]]:
    """The figures of a period, by default the last 365 days, each with its n. For leads."""
    return analytics.to_json(analytics.figures(desk, person, analytics.scope(desk, first, last)))


@router.get("/types")
def types(desk: Handle) -> tuple[TypeRow, ...]:
    """The types an incident can have."""
    return services.types(desk)


@router.get("/services")
def list_services(desk: Handle) -> tuple[ServiceRow, ...]:
    """The services one can report about."""
    return services.services(desk)
