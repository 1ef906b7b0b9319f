"""Attached files over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from kb import attachments, incidents
from kb.desk import Desk
from kb.doors import files, start
from kb.doors.session import Gate, SecurityHeaders
from kb.person import Person


@pytest.fixture
def client(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(start, "the_desk", lambda: desk)
    middleware = [Middleware(SecurityHeaders), Middleware(Gate)]
    with TestClient(Starlette(routes=files.ROUTES, middleware=middleware)) as client:
        yield client


@pytest.fixture
def sent(desk: Desk, visitor: Person) -> tuple[str, str]:
    """A guest's file: its address and the key that opens it."""
    file = attachments.store(
        desk, visitor, file_name='a"b ü.html', content=b"<script>1</script>", media_type="text/html"
    )
    done = incidents.submit(
        desk, visitor, key="k", title="Broken", body="", impact="one", urgency="low",
        guest_email="g@example.com", attachments=[file.id],
    )  # fmt: skip
    return f"/files/{file.id}", done.guest_key


def test_the_link_gives_the_bytes_and_never_a_page(client: TestClient, sent: tuple[str, str]) -> None:
    address, key = sent
    answer = client.get(address, params={"key": key})
    assert (answer.status_code, answer.content) == (200, b"<script>1</script>")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=utf-8''a%22b%20%C3%BC.html")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "no-store" in answer.headers["cache-control"]


@pytest.mark.parametrize("key", ["", "wrong"])
def test_without_the_key_there_is_no_file(client: TestClient, sent: tuple[str, str], key: str) -> None:
    answer = client.get(sent[0], params={"key": key})
    assert (answer.status_code, list(answer.json())) == (404, ["error"])


@pytest.mark.parametrize("path", ["/files/x", "/files/..%2Ffirstline.db", "/files/%00", "/files/" + "x" * 5000])
def test_an_unknown_file_is_a_plain_sentence(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "firstline.db" not in answer.text
