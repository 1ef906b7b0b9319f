"""Attached files: how they are kept and who gets them."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import attachments, incidents
from kb.desk import Desk
from kb.errors import NotFound, NotValid
from kb.labels import Role
from kb.person import Person


def store(desk: Desk, person: Person, content: bytes = b"hello") -> attachments.StoredFile:
    return attachments.store(desk, person, file_name="log.txt", content=content, media_type="text/plain")


def report(desk: Desk, person: Person, *files: str) -> incidents.Submitted:
    return incidents.submit(
        desk, person, key="k", title="Broken", body="", impact="some", urgency="low", attachments=files,
        guest_email="g@example.com",
    )  # fmt: skip


def test_a_file_lies_under_a_random_name_for_us_alone(desk: Desk, user: Person) -> None:
    file = store(desk, user)
    assert file.path.read_bytes() == b"hello"
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert file.path.parent.stat().st_mode & 0o777 == 0o700
    assert (len(file.id) >= 22, file.path.name) == (True, file.id)
    assert file.sha256 == hashlib.sha256(b"hello").hexdigest()


def test_reporter_and_agents_read_it_and_nobody_else(
    desk: Desk, user: Person, agent: Person, visitor: Person, make_person: Callable[..., Person]
) -> None:
    file = store(desk, user)
    number = report(desk, user, file.id).id
    watcher = make_person(Role.USER, "Watcher")
    incidents.me_too(desk, watcher, number)
    assert {attachments.read(desk, person, file.id).file_name for person in (user, agent)} == {"log.txt"}
    for person in (watcher, visitor, make_person(Role.USER, "Stranger")):
        with pytest.raises(NotFound):
            attachments.read(desk, person, file.id)


def test_a_guest_reads_it_by_the_link(desk: Desk, visitor: Person) -> None:
    file = store(desk, visitor)
    done = report(desk, visitor, file.id)
    assert attachments.read(desk, visitor, file.id, key=done.guest_key).id == file.id
    with pytest.raises(NotFound):
        attachments.read(desk, visitor, file.id)


def test_a_file_of_an_internal_note_stays_inside(desk: Desk, user: Person, agent: Person) -> None:
    number, file = report(desk, user).id, store(desk, agent)
    incidents.comment(desk, agent, number, "See file", is_public=False, attachments=[file.id])
    assert incidents.get(desk, user, number).files == ()
    with pytest.raises(NotFound):
        attachments.read(desk, user, file.id)


def test_a_file_is_attached_once_and_by_who_sent_it(desk: Desk, user: Person, agent: Person) -> None:
    file = store(desk, user)
    number = report(desk, user, file.id).id
    for person, theirs in ((user, file.id), (agent, store(desk, user).id)):
        with pytest.raises(NotFound):
            incidents.comment(desk, person, number, "Here", attachments=[theirs])


def test_empty_and_huge_files_are_refused(desk: Desk, user: Person) -> None:
    desk.settings = dataclasses.replace(desk.settings, max_attachment_bytes=1_000_000)
    for content, words in ((b"", "empty"), (b"x" * 1_000_001, "1 MB fit")):
        with pytest.raises(NotValid, match=words):
            store(desk, user, content)
    assert list(desk.folder("attachments").iterdir()) == []


def test_an_incident_takes_only_so_many(desk: Desk, user: Person) -> None:
    desk.settings = dataclasses.replace(desk.settings, max_attachments=2)
    number = report(desk, user, store(desk, user).id, store(desk, user).id).id
    with pytest.raises(NotValid, match="2 files at most"):
        incidents.comment(desk, user, number, "More", attachments=[store(desk, user).id])


def test_files_wait_for_a_draft(desk: Desk, user: Person, agent: Person) -> None:
    first, second = store(desk, user), store(desk, user)
    assert [f.id for f in attachments.waiting(desk, user, [first.id])] == [first.id]
    assert attachments.waiting(desk, agent, [first.id, second.id]) == ()


def test_a_lost_file_is_a_plain_sentence(desk: Desk, user: Person) -> None:
    file = store(desk, user)
    file.path.unlink()
    with pytest.raises(NotFound, match="missing from the store"):
        attachments.read(desk, user, file.id)


@given(st.text(max_size=300))
def test_a_safe_name_is_one_plain_line_without_a_path(name: str) -> None:
    safe = attachments.safe_name(name)
    assert 1 <= len(safe) <= 120
    assert not set(safe) & set("/\\\r\n\x00\u200b\u202e")
    assert safe not in (".", "..")


def test_a_safe_name_keeps_its_ending() -> None:
    names = ["../../etc/passwd", "C:\\x\\log.txt", "\u200b.htaccess", "a" * 300 + ".log", "..."]
    assert [attachments.safe_name(name)[-9:] for name in names] == [
        "passwd",
        "log.txt",
        "htaccess",
        "aaaaa.log",
        "file",
    ]
