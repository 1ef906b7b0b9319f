"""Incident logs of others, all rows or none."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import func, select

from kb import services
from kb.desk import Desk
from kb.errors import NotAllowed, NotValid, Refused
from kb.importing.incidents import Imported, Wishes, import_incidents
from kb.labels import Severity, Status, Target
from kb.person import OPERATOR, Person
from kb.tables import Incident, IncidentType, Team, TimelineEntry
from kb.training.rows import MOST_PER_REVIEWER, collect, starter

LOG = Path(__file__).parents[4] / "shared" / "data" / "incidents" / "uci_incident_log.csv.gz"
Write = Callable[..., Imported]


@pytest.fixture
def imported(desk: Desk, tmp_path: Path) -> Write:
    """imported(text, dry=False, title="Column", ...) imports a file with this text."""

    def write(text: str | bytes, *, dry: bool = False, **columns: str) -> Imported:
        path = tmp_path / "log.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return import_incidents(desk, OPERATOR, path, columns=columns, is_dry_run=dry)

    return write


def all_rows(desk: Desk) -> list[Incident]:
    with desk.reading() as session:
        return list(session.exec(select(Incident).order_by(Incident.id)))


def problems(write: Write, text: str | bytes, **columns: str) -> list[str]:
    with pytest.raises(Refused) as error:
        write(text, **columns)
    return list(error.value.problems)


def test_columns_are_mapped_and_rows_become_incidents(desk: Desk, imported: Write) -> None:
    done = imported(
        'What,Words,Nr\n"Mail, slow","Since\nMonday",A1\nNo power,,A2\n', title="What", body="Words", number="Nr"
    )
    assert (done.created, done.unchanged) == (2, 0)
    assert [(row.title, row.body, row.external_id) for row in all_rows(desk)] == [
        ("Mail, slow", "Since\nMonday", "A1"),
        ("No power", "", "A2"),
    ]


def test_usual_names_need_no_map(desk: Desk, imported: Write) -> None:
    imported(
        "number,short_description,impact,urgency,incident_state,opened_at,resolved_at,closed_at,made_sla\n"
        "7,Disk full,1 - High,2 - Medium,Closed,2026-01-05 10:00:00,2026-01-05 11:00:00,2026-01-06 09:00,false\n"
    )
    (row,) = all_rows(desk)
    assert (row.severity, row.status, row.is_resolution_breached) == (Severity.HIGH, Status.CLOSED, True)
    assert row.resolved_at == datetime(2026, 1, 5, 11, tzinfo=UTC)
    assert (row.closed_at, row.source) == (datetime(2026, 1, 6, 9, tzinfo=UTC), "import")


def test_a_second_import_changes_nothing(desk: Desk, imported: Write) -> None:
    for text in ("number,title\n1,A\n2,B\n", "title\nNameless\nAlso\n"):
        imported(text)
        assert (imported(text).created, imported(text).unchanged) == (0, 2)
    assert imported("number,title\n2,B\n3,C\n").created == 1
    assert len(all_rows(desk)) == 5


def test_one_bad_row_stops_all_and_every_bad_row_is_named(desk: Desk, imported: Write) -> None:
    text = (
        'number,title,impact,opened_at,resolved_at\n1,Good,,2026-01-01,\n2,"two\nlines",9,2026-01-01,\n'
        "3,Bad,,31/12/2025,\n4,Bad,,2026-01-02,2026-01-01\n5,Bad\n1,Again,,2026-01-01,\n6,,,2026-01-01,\n"
    )
    found = problems(imported, text)
    assert [line.split(": ", 1)[0] for line in found] == [f"log.csv:{n}" for n in (3, 5, 6, 7, 8)]
    for line, words in zip(
        found, ("impact is '9'", "31/12/2025", "before it was opened", "2 cells", "line 2"), strict=True
    ):
        assert words in line
    assert all_rows(desk) == []


def test_a_dry_run_tells_and_writes_nothing(desk: Desk, imported: Write) -> None:
    done = imported("number,title,team\n1,A,Network\n2,B,Network\n", dry=True)
    assert (done.created, done.new_teams, all_rows(desk)) == (2, 1, [])


def test_teams_are_made_and_people_are_not(desk: Desk, imported: Write, agent: Person) -> None:
    done = imported("number,title,assignment_group,assigned_to\n1,A,56,Agent\n2,B,56,Nobody\n3,C,Network,\n")
    with desk.reading() as session:
        assert session.exec(select(Team.name).order_by(Team.id)).all() == ["Group 56", "Network"]
    assert [row.assignee_id for row in all_rows(desk)] == [agent.id, None, None]
    assert (done.new_teams, done.unassigned) == (2, 1)


def test_a_type_is_known_by_its_name_or_refused(desk: Desk, imported: Write) -> None:
    with desk.transaction() as session:
        session.add(IncidentType(slug="software_bug", name="Software bug"))
    imported("number,title,kind\n1,A,Software Bug\n2,B,software_bug\n3,C,\n", type="kind")
    assert [row.type for row in all_rows(desk)] == ["software_bug", "software_bug", ""]
    assert "no incident type 'Weather'" in problems(imported, "title,kind\nA,Weather\n", type="kind")[0]


def test_a_priority_alone_gives_the_severity(desk: Desk, imported: Write) -> None:
    imported("number,title,priority\n1,A,1\n2,B,2 - High\n3,C,3\n4,D,low\n5,E,\n")
    assert [row.severity for row in all_rows(desk)] == ["critical", "high", "medium", "low", "medium"]


def test_an_open_row_gets_due_times_and_a_late_one_its_breach(desk: Desk, imported: Write) -> None:
    imported("number,title,opened_at,resolved_at\n1,A,2026-03-02 08:00,\n2,B,2026-01-05,2026-02-20\n")
    still_open, late = all_rows(desk)
    assert still_open.resolution_due_at
    assert (still_open.status, late.status, late.is_resolution_breached) == ("open", "resolved", True)


def test_each_row_has_its_beginning_in_the_timeline(desk: Desk, imported: Write) -> None:
    imported("number,title,opened_at\n1,A,2026-01-01\n2,B,2026-01-02\n")
    imported("number,title,opened_at\n3,C,2026-01-03\n")
    with desk.reading() as session:
        entries = session.exec(select(TimelineEntry.incident_id, TimelineEntry.at).order_by(TimelineEntry.id)).all()
    assert [(id, at.day) for id, at in entries] == [(1, 1), (2, 2), (3, 3)]


@pytest.mark.parametrize(
    "raw",
    [
        "title\nGrüße\n".encode("utf-8-sig"),
        "title\nGrüße\n".encode("cp1252"),
        "title\nGrüße\n".encode("utf-16"),
        gzip.compress("title\nGrüße\n".encode(), mtime=0),
        "number;title\r\n1;Grüße\r\n".encode(),
        "number\ttitle\n\n1\tGrü\x00ße\n".encode(),
    ],
)
def test_any_usual_encoding_and_separator_is_read(desk: Desk, imported: Write, raw: bytes) -> None:
    imported(raw)
    assert [row.title for row in all_rows(desk)] == ["Grüße"]


@pytest.mark.parametrize(
    "raw",
    [b"", b"\n", gzip.compress(b"title\nA\n" * 100, mtime=0)[:40], b"\x1f\x8bno gzip", b'title\n"open quote\nA\nB\n'],
)
def test_what_is_no_csv_is_refused_in_a_sentence(desk: Desk, imported: Write, raw: bytes) -> None:
    with pytest.raises(Refused, match=r"log\.csv"):
        imported(raw)
    assert all_rows(desk) == []


@pytest.mark.parametrize("columns", [{"title": "None"}, {"colour": "a"}, {}])
def test_a_wrong_map_is_named(imported: Write, columns: dict[str, str]) -> None:
    with pytest.raises(NotValid) as error:
        imported("a,b\n1,2\n", **columns)
    assert error.value.field == "map"


def test_a_missing_file_and_a_mere_agent_are_refused(desk: Desk, agent: Person, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="can't be read"):
        import_incidents(desk, OPERATOR, tmp_path / "none.csv")
    with pytest.raises(NotAllowed):
        import_incidents(desk, agent, tmp_path / "none.csv")


@pytest.mark.skipif(not LOG.exists(), reason="the incident log for measuring is not on this machine")
def test_our_severity_is_the_priority_of_a_real_log(desk: Desk, tmp_path: Path) -> None:
    """By impact and urgency alone: a row of every mix among the 24,918, and three thousand as they come."""
    with gzip.open(LOG, "rt") as file:
        header, *lines = file
    place = {name: at for at, name in enumerate(header.split(","))}
    mixes = {tuple(line.split(",")[place[name]] for name in ("impact", "urgency", "priority")): line for line in lines}
    some = list(dict.fromkeys([*lines[:3_000], *mixes.values()]))
    path = tmp_path / "log.csv"
    path.write_text(header + "".join(some))
    assert import_incidents(desk, OPERATOR, path).created == len(some)
    rows = [line.split(",") for line in some]
    with desk.reading() as session:
        late = session.exec(select(func.count()).where(Incident.is_resolution_breached)).one()
        ours = dict(session.exec(select(Incident.external_id, Incident.severity)).all())
    by_priority = dict(zip("1234", reversed(Severity), strict=True))
    assert ours == {row[place["number"]]: by_priority[row[place["priority"]]] for row in rows}
    assert late == sum(row[place["made_sla"]] == "False" for row in rows) > 0


@pytest.fixture
def past(desk: Desk, tmp_path: Path) -> Path:
    """A log of thirty labelled incidents, ten of them of a type that is not here."""
    services.seed(desk)
    kinds = ("access", "performance", "Lab device")
    rows = [f"{n},Report {n} of {kinds[n % 3]},{kinds[n % 3]},{1 + n % 4}" for n in range(30)]
    path = tmp_path / "past.csv"
    path.write_text("number,title,type,priority\n" + "\n".join(rows) + "\n")
    return path


def test_labels_of_the_past_teach_both_models_without_the_cap_of_a_person(desk: Desk, past: Path) -> None:
    done = import_incidents(desk, OPERATOR, past, wishes=Wishes(teaches=True, adds_types=True))
    assert (done.created, done.labelled, done.taught, done.new_types) == (30, 30, 30, 1)
    assert done.taught > MOST_PER_REVIEWER
    with desk.reading() as session:
        by_type, by_severity = collect(session, Target.TYPE), collect(session, Target.SEVERITY)
    assert by_type.n_reviews == by_severity.n_reviews == 30
    assert by_type.labels[by_type.n_starter :].count("lab_device") == 10
    assert set(by_severity.labels[by_severity.n_starter :]) == set(Severity)
    assert len(set(by_type.reviewers)) == 30


def test_a_log_without_severities_teaches_none(desk: Desk, tmp_path: Path) -> None:
    services.seed(desk)
    path = tmp_path / "past.csv"
    path.write_text("number,title,type\n" + "\n".join(f"{n},Report {n},access" for n in range(3)) + "\n")
    assert import_incidents(desk, OPERATOR, path, wishes=Wishes(teaches=True)).taught == 3
    with desk.reading() as session:
        by_type, by_severity = collect(session, Target.TYPE), collect(session, Target.SEVERITY)
    assert (by_type.n_reviews, by_severity.n_reviews) == (3, 0)


def test_without_the_wish_nothing_is_learned_from_them(desk: Desk, past: Path) -> None:
    done = import_incidents(desk, OPERATOR, past, wishes=Wishes(adds_types=True))
    assert (done.created, done.taught) == (30, 0)
    with desk.reading() as session:
        assert collect(session, Target.TYPE).texts == starter(Target.TYPE).texts


def test_a_type_that_is_not_here_is_refused_unless_it_is_to_be_added(desk: Desk, past: Path) -> None:
    with pytest.raises(Refused) as error:
        import_incidents(desk, OPERATOR, past, wishes=Wishes(teaches=True))
    assert len(error.value.problems) == 10
    assert "past.csv:4" in error.value.problems[0]
    assert all_rows(desk) == []


def test_a_dry_run_tells_what_would_be_learned_and_learns_nothing(desk: Desk, past: Path) -> None:
    done = import_incidents(desk, OPERATOR, past, wishes=Wishes(teaches=True, adds_types=True), is_dry_run=True)
    assert (done.created, done.taught, done.new_types) == (30, 30, 1)
    with desk.reading() as session:
        assert collect(session, Target.TYPE).texts == starter(Target.TYPE).texts
        assert session.exec(select(IncidentType).where(IncidentType.slug == "lab_device")).first() is None
