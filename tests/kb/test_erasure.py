"""Erasing a person: afterwards neither name nor address stands anywhere an installation keeps things."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from kb import articles, attachments, audit, backup, drafts, erasure, feedback, incidents, people, search
from kb.desk import Desk
from kb.errors import Conflict, NotAllowed, NotValid
from kb.labels import Role
from kb.people.sessions import start_session
from kb.person import OPERATOR, Person
from kb.tables import Account, Draft, Incident, Rating
from tests.conftest import Clock

NAME, EMAIL = "Zoë Quittenbaum", "zoë.quittenbaum@example.com"
Make = Callable[..., Person]


@pytest.fixture
def zoe(make_person: Make) -> Person:
    return make_person(Role.USER, NAME)


@pytest.fixture
def life(desk: Desk, zoe: Person, agent: Person, make_article: Callable[..., int]) -> int:
    """What somebody leaves behind in a portal; gives the incident they reported."""
    article_id = make_article(title="Quota of mailboxes", body=f"Restart the spooler. Asked by {NAME.upper()} once.")
    file = attachments.store(desk, zoe, file_name="letter.txt", content=NAME.encode())
    done = incidents.submit(
        desk, zoe, key="k", title=f"Mailbox of {NAME} is full", body="Hello, Quittenbaum, Zoë here", impact="one",
        urgency="low", attachments=[file.id],
    )  # fmt: skip
    incidents.comment(desk, agent, done.id, f"Dear {NAME}, look again")
    drafts.save(desk, zoe, "d", {"title": f"{NAME} again"})
    feedback.rate(desk, zoe, article_id, is_helpful=True, comment=f"Thanks, {NAME}")
    feedback.annotate(desk, zoe, article_id, quote="Restart the spooler", body="Which?")
    search.search(desk, zoe, "mailbox quittenbaum quota", is_final=True)
    with desk.transaction() as session:
        account = session.get_one(Account, zoe.id)
        account.issuer, account.subject = "https://id.example.com", "00u1abc4711"
        start_session(session, desk, account)
    return done.id


def traces(home: Path) -> list[str]:
    """Files below the home folder in which the name or the address stands, however it is written."""
    words = [
        form.encode() for form in (NAME, NAME.upper(), EMAIL, "Zo\\u00eb Quittenbaum", "Quittenbaum, Zo", "00u1abc4711")
    ]
    files = [path for path in home.rglob("*") if path.is_file()]
    return [path.name for path in files if any(word in path.read_bytes() for word in words)]


def erase(desk: Desk, zoe: Person) -> erasure.Erased:
    return erasure.erase(desk, OPERATOR, zoe.id or 0, email=EMAIL)


@pytest.mark.usefixtures("life")
def test_no_file_of_the_installation_names_the_person(desk: Desk, zoe: Person) -> None:
    assert traces(desk.settings.home) or desk.engine.dialect.name != "sqlite"
    done = erase(desk, zoe)
    desk.close()
    assert traces(desk.settings.home) == []
    assert done.files == 1
    assert done.texts >= 5


def test_what_was_done_stays_done_by_nobody(desk: Desk, zoe: Person, agent: Person, life: int) -> None:
    erase(desk, zoe)
    shown = incidents.get(desk, agent, life)
    assert shown.title == "Mailbox of [erased] is full"
    assert shown.reporter == erasure.NOBODY
    assert {entry.actor for entry in shown.timeline} == {erasure.NOBODY, agent.name}
    with desk.reading() as session:
        assert session.exec(select(Rating)).one().is_helpful
        assert session.exec(select(Draft)).all() == []


@pytest.mark.usefixtures("life")
def test_the_index_forgets_the_name(desk: Desk, zoe: Person, agent: Person, clock: Clock) -> None:
    assert search.search(desk, agent, "quittenbaum", exact=True).found == 1
    clock.forward(minutes=1)
    erase(desk, zoe)
    assert search.search(desk, agent, "quittenbaum", exact=True).found == 0
    assert articles.get(desk, agent, 1).body == "Restart the spooler. Asked by [erased] once."


@pytest.mark.usefixtures("life")
def test_the_next_training_reads_no_name(desk: Desk, zoe: Person) -> None:
    erase(desk, zoe)
    with desk.reading() as session:
        read = [f"{row.title} {row.body}".lower() for row in session.exec(select(Incident))]
    assert not [text for text in read if "quittenbaum" in text]


@pytest.mark.usefixtures("life")
def test_later_backups_hold_nothing(desk: Desk, zoe: Person, tmp_path: Path) -> None:
    erase(desk, zoe)
    backup.backup(desk, OPERATOR, tmp_path / "later.zip")
    (tmp_path / "out").mkdir()
    with zipfile.ZipFile(tmp_path / "later.zip") as archive:
        archive.extractall(tmp_path / "out")
    assert traces(tmp_path / "out") == []


@pytest.mark.usefixtures("life")
def test_nobody_signs_in_as_the_person_again(desk: Desk, zoe: Person) -> None:
    erase(desk, zoe)
    account = next(one for one in people.accounts(desk, OPERATOR) if one.id == zoe.id)
    assert (account.name, account.is_disabled) == (erasure.NOBODY, True)
    with desk.reading() as session:
        assert session.get_one(Account, zoe.id).password_hash == ""


def test_the_log_tells_of_it_by_number_and_stays_whole(desk: Desk, zoe: Person) -> None:
    erase(desk, zoe)
    entry = audit.entries(desk, OPERATOR)[0]
    assert (entry.action, entry.subject) == ("erase", f"account:{zoe.id}")
    assert audit.verify(desk, OPERATOR).is_whole


def test_a_slip_erases_nobody(desk: Desk, zoe: Person, admin: Person, lead: Person) -> None:
    with pytest.raises(NotValid, match="e-mail address"):
        erasure.erase(desk, admin, zoe.id or 0, email="ann@example.com")
    with pytest.raises(Conflict, match="themselves"):
        erasure.erase(desk, admin, admin.id or 0, email=admin.email)
    with pytest.raises(NotAllowed):
        erasure.erase(desk, lead, zoe.id or 0, email=EMAIL)


def test_a_name_of_one_word_leaves_texts_alone(desk: Desk, make_person: Make, agent: Person) -> None:
    mark = make_person(Role.USER, "Mark")
    incidents.submit(desk, agent, key="m", title="Mark the row and press Enter", body="", impact="one", urgency="low")
    erasure.erase(desk, OPERATOR, mark.id or 0, email=mark.email)
    with desk.reading() as session:
        assert session.exec(select(Incident)).one().title == "Mark the row and press Enter"
