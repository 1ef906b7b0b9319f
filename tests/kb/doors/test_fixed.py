""" "This fixed it" over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from kb import articles
from kb.desk import Desk
from kb.doors import fixed, start
from kb.doors.session import Gate, OwnSite
from kb.person import Person
from kb.tables import Deflection

Make = Callable[..., int]


@pytest.fixture
def client(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(start, "the_desk", lambda: desk)
    middleware = [Middleware(OwnSite, hosts=lambda: ["testserver"]), Middleware(Gate)]
    with TestClient(Starlette(routes=fixed.ROUTES, middleware=middleware)) as client:
        yield client


def said(desk: Desk) -> list[int]:
    with desk.reading() as session:
        return list(session.exec(select(Deflection.article_id)).all())


def test_a_click_counts_once_a_day_and_browser(client: TestClient, desk: Desk, make_article: Make) -> None:
    article_id = make_article("Print queue is stuck")
    for _ in range(2):
        answer = client.post(fixed.PATH, data={"article": str(article_id)})
        assert (answer.status_code, fixed.THANKS in answer.text) == (200, True)
    assert said(desk) == [article_id]
    client.cookies.clear()
    client.post(fixed.PATH, data={"article": str(article_id)})
    assert said(desk) == [article_id] * 2


@pytest.mark.parametrize("given", ["", "x", "0", "99", str(2**40), "1; drop"])
def test_an_article_that_is_not_there_is_named_as_such(client: TestClient, desk: Desk, given: str) -> None:
    answer = client.post(fixed.PATH, data={"article": given})
    assert (answer.status_code, "There is no such article." in answer.text) == (400, True)
    assert said(desk) == []


def test_a_withdrawn_article_fixes_nothing(client: TestClient, desk: Desk, lead: Person, make_article: Make) -> None:
    article_id = make_article("Print queue is stuck")
    articles.archive(desk, lead, article_id)
    assert client.post(fixed.PATH, data={"article": str(article_id)}).status_code == 400
    assert said(desk) == []


def test_another_site_says_nothing_in_a_readers_name(client: TestClient, desk: Desk, make_article: Make) -> None:
    data = {"article": str(make_article("Print queue is stuck"))}
    assert client.post(fixed.PATH, data=data, headers={"origin": "https://evil.example"}).status_code == 403
    assert client.post(fixed.PATH, data=data, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.get(fixed.PATH).status_code == 405
    assert said(desk) == []
