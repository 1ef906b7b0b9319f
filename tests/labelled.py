"""What tests of the learning loop share: a small starter set, incidents with a label, reviews."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from kb import incidents
from kb.desk import Desk
from kb.labels import Target
from kb.person import OPERATOR, Person
from kb.tables import Incident, Prediction, Review
from kb.training import rows


def write_small_starter(folder: Path, each: int = 12) -> Path:
    """Some rows of each type and sentiment, so that training takes a blink."""
    for name, label in (("incidents.csv", "type"), ("feedback.csv", "label")):
        with (rows.STARTER / name).open(encoding="utf-8", newline="") as file:
            every = list(csv.DictReader(file))
        kept = [
            row for slug in sorted({r[label] for r in every}) for row in [r for r in every if r[label] == slug][:each]
        ]
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(every[0]))
            writer.writeheader()
            writer.writerows(kept)
    return folder


def report(desk: Desk, title: str = "Orders arrive twice", body: str = "Since the release.", **given: Any) -> int:
    """An incident without any opinion on it, unless models serve."""
    values = {"impact": "some", "urgency": "medium", "guest_email": "", **given}
    return incidents.submit(desk, OPERATOR, key=f"{title}{given}", title=title, body=body, **values).id


def opinion(desk: Desk, incident_id: int, label: str = "data_integration", **given: Any) -> None:
    """What the assistant is to have said of an incident."""
    values: dict[str, Any] = {"target": Target.TYPE, "confidence": 0.6, "is_sure": False, **given}
    values.setdefault("candidates", [[label, values["confidence"]], ["software_bug", 0.3]])
    values.setdefault("words", [["twice", 0.9], ["release", -0.4]])
    with desk.transaction() as session:
        session.add(Prediction(incident_id=incident_id, label=label, at=desk.now(), **values))


def reviewed(desk: Desk, incident_id: int, person: Person | None, **given: Any) -> None:
    """A judgement as it is stored."""
    values = {"decision": "corrected", "type": "data_integration", "severity": "high", "at": desk.now(), **given}
    with desk.transaction() as session:
        reviewer_id = person.id if person else None
        session.add(Review(incident_id=incident_id, reviewer_id=reviewer_id, **values))


def stored(desk: Desk, incident_id: int) -> Incident:
    with desk.reading() as session:
        return session.get_one(Incident, incident_id)
