"""What else belongs to the demo year: outages, costs, milestones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from sqlmodel import Session, select

from kb.demo.plan import Year
from kb.demo.stage import Stage
from kb.labels import OutageKind, SupportModel
from kb.tables import Cost, Milestone, Outage, Service

UNAVAILABLE = {SupportModel.IN_HOUSE: 0.001, SupportModel.OUTSOURCED: 0.005}
"""Share of the year in which a service was down, mean of its support model."""
OUTAGES_A_SERVICE = 9
LEARNED = 0.2
"""Share of the outages that come after monitoring began, though that is two fifths of the year."""
MESSAGES = ("Disk full on the database server", "Power cut in the machine room", "Bad release, rolled back",
            "Line of the provider down", "Certificate had expired", "Storage did not answer")  # fmt: skip
MONTHLY = {"in_house": 25_000.0, "outsourced": 15_000.0}
SAVED = {"performance": 500.0, "configuration": 300.0, "security": 1_000.0, "data_integration": 400.0}
MILESTONES = (
    ("automation", "Alerts open incidents and restart services by themselves"),
    ("monitoring", "Proactive monitoring of all services"),
)


def put(session: Session, stage: Stage, year: Year) -> None:
    """Store all of it. A cost the installation has set itself is left to it."""
    services = [service for group in stage.services.values() for service in group]
    for model, share in UNAVAILABLE.items():
        own = [service for service in services if service.support_model == model]
        session.add_all(_outages(stage.random, year, own, share))
    session.add(_announced(year, services[0]))
    known = {(row.kind, row.label) for row in session.exec(select(Cost).order_by(Cost.kind))}
    valid_from = year.local(year.begin).replace(day=1)
    session.add_all(cost for cost in _costs(valid_from) if (cost.kind, cost.label) not in known)
    for (kind, name), at in zip(MILESTONES, (year.automation_at, year.monitoring_at), strict=True):
        session.add(Milestone(kind=kind, name=name, at=at, is_demo=True))
    session.flush()


def _outages(random: Random, year: Year, services: list[Service], share: float) -> Iterator[Outage]:
    """Spread over the services of a model so that their mean comes out; a service's outages never overlap."""
    count = OUTAGES_A_SERVICE * len(services)
    weights = [random.uniform(0.5, 1.5) for _ in range(count)]
    total = share * (year.now - year.begin).total_seconds() * len(services)
    lengths = [timedelta(seconds=round(total * weight / sum(weights))) for weight in weights]
    for place, service in enumerate(services):
        own = lengths[place * OUTAGES_A_SERVICE : (place + 1) * OUTAGES_A_SERVICE]
        late = round(OUTAGES_A_SERVICE * LEARNED)
        spans = ((year.begin, year.monitoring_at, own[late:]), (year.monitoring_at, year.now, own[:late]))
        for begin, end, some in spans:
            slot = (end - begin) / len(some)
            for turn, length in enumerate(some):
                started_at = begin + slot * turn + (slot - length) * random.random()
                started_at = started_at.replace(microsecond=0)
                yield Outage(
                    service_id=service.id or 0,
                    kind=OutageKind.UNPLANNED,
                    message=random.choice(MESSAGES),
                    started_at=started_at,
                    ended_at=started_at + length,
                    is_demo=True,
                )


def _announced(year: Year, service: Service) -> Outage:
    """A planned one tomorrow night, for the banner."""
    started_at = (year.now + timedelta(days=1)).replace(hour=21, minute=0, second=0)
    return Outage(
        service_id=service.id or 0,
        kind=OutageKind.PLANNED,
        message="Updates are installed. Save your work before 21:00 UTC.",
        started_at=started_at,
        ended_at=started_at + timedelta(hours=2),
        is_demo=True,
    )


def _costs(valid_from: date) -> Iterator[Cost]:
    for kind, amounts in (("monthly", MONTHLY), ("saved", SAVED)):
        for label, amount in amounts.items():
            yield Cost(kind=kind, label=label, amount=amount, valid_from=valid_from, is_demo=True)
