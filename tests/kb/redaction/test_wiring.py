"""A canary goes in by every door and is found nowhere: not in the database, its log, nor what the models read."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import String, cast, select
from sqlalchemy.exc import IntegrityError

from kb import drafts, feedback, incidents, satisfaction, search
from kb.desk import Desk
from kb.incidents import alerts, fields
from kb.labels import Impact, Urgency
from kb.person import OPERATOR, Person
from kb.tables import Base, Incident, Team

CANARY = "Kanarie-7391!x"
SAID = f"It fails. My password is {CANARY} as always"


def traces(desk: Desk) -> list[str]:
    """The columns of the database in which the canary stands."""
    with desk.reading() as session:
        return [
            f"{table.name}.{column.name}"
            for table in Base.metadata.sorted_tables
            for column in table.columns
            if session.execute(select(column).where(cast(column, String).like(f"%{CANARY}%")).limit(1)).first()
        ]


def report(desk: Desk, person: Person, body: str = SAID) -> int:
    done = incidents.submit(desk, person, key="k", title=SAID, body=body, impact="some", urgency="low")
    assert CANARY not in done.title
    return done.id


def test_no_verb_of_incidents_keeps_it(desk: Desk, user: Person, agent: Person) -> None:
    drafts.save(desk, user, "k2", {"title": SAID, "body": SAID})
    number = report(desk, user)
    incidents.comment(desk, agent, number, SAID)
    incidents.resolve(desk, agent, number, resolution=SAID, cause=SAID)
    satisfaction.answer(desk, user, number, score=1, comment=SAID)
    incidents.reopen(desk, user, number, reason=SAID)
    assert traces(desk) == []


def test_the_assistant_reads_what_the_border_has_masked() -> None:
    assert CANARY not in fields.title(SAID)
    assert CANARY not in fields.body(SAID)


def test_no_alert_keeps_it(desk: Desk) -> None:
    group = alerts.AlertGroup("g", True, SAID, SAID, Impact.SOME, Urgency.LOW, frozenset({"a@1"}), frozenset())
    alerts.receive(desk, OPERATOR, group)
    assert traces(desk) == []


def test_no_search_rating_or_remark_keeps_it(desk: Desk, user: Person, make_article: object) -> None:
    article_id = make_article()  # type: ignore[operator]
    search.search(desk, user, SAID, is_final=True)
    feedback.rate(desk, user, article_id, is_helpful=False, comment=SAID)
    feedback.annotate(desk, user, article_id, quote="Restart the spooler", body=SAID)
    assert traces(desk) == []


def test_the_files_of_the_database_hold_no_trace(desk: Desk, user: Person) -> None:
    report(desk, user)
    files = [path for path in Path(desk.settings.home).rglob("*") if path.is_file()]
    assert [path.name for path in files if CANARY.encode() in path.read_bytes()] == []


def test_an_error_of_the_database_does_not_tell_what_was_written(desk: Desk) -> None:
    with pytest.raises(IntegrityError) as raised, desk.transaction() as session:
        session.add_all([Team(slug="x", name=CANARY), Team(slug="x", name=CANARY)])
    assert CANARY not in str(raised.value)


def test_the_guest_keeps_the_address_asked_for(desk: Desk, visitor: Person) -> None:
    drafts.save(desk, visitor, "g", {"guest_email": "ann.lee@example.org", "body": "mail ann.lee@example.org"})
    kept = drafts.load(desk, visitor, "g")
    assert kept == {"guest_email": "ann.lee@example.org", "body": "mail [e-mail address masked]"}


def test_what_is_wrong_stays_readable(desk: Desk, user: Person) -> None:
    number = report(desk, user)
    with desk.reading() as session:
        assert session.get_one(Incident, number).body == "It fails. My password is [password masked] as always"
