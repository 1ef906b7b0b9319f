"""A portal without articles and without a past."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kb import articles, services, training
from kb.desk import Desk
from kb.labels import Role
from kb.migrations import upgrade
from kb.person import OPERATOR
from kb.settings import Settings
from kb.training import rows
from tests.browser.conftest import House, Watch, furnished
from tests.browser.seeing import findings, settle
from tests.browser.serving import environment, serving
from tests.browser.test_report import send, write
from tests.labelled import write_small_starter


@pytest.fixture(scope="module")
def empty(chromium: Browser, watch: Watch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A new installation whose sample articles were all archived, and its lead."""
    folder = tmp_path_factory.mktemp("empty")
    _prepare(folder)
    with serving(folder / "home") as server:
        house = furnished(server, chromium, watch)
        house.people[Role.LEAD] = house.add_person(Role.LEAD, "Lena Lead")
        yield house
        house.close()


def _prepare(folder: Path) -> None:
    """What a first start makes, with a small training set; then the articles go."""
    desk = Desk(Settings.from_env(environment(folder / "home")))
    upgrade(desk.engine)
    services.seed(desk)
    for article_id in range(1, articles.load_starter(desk) + 1):
        articles.archive(desk, OPERATOR, article_id)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "STARTER", write_small_starter(folder))
        training.first_models(desk)
    desk.close()


def opened(house: House, who: str, path: str) -> Page:
    page = house.context(who).new_page()
    page.goto(path)
    return settle(page)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/figures", "There is nothing to count yet"),
        ("/review", "Nothing waits for you."),
        ("/work", "No open incidents."),
        ("/mine", "You have reported nothing."),
        ("/notices", "Nothing yet."),
        ("/write", "No drafts."),
    ],
)
def test_an_empty_page_says_what_to_do_next(empty: House, path: str, sentence: str) -> None:
    page = opened(empty, Role.LEAD, path)
    expect(page.get_by_text(sentence)).to_be_visible()
    assert not findings(page)
    page.close()


def test_find_without_articles_leads_to_a_report(empty: House) -> None:
    page = opened(empty, "guest", "/")
    expect(page.get_by_text("There are no articles yet.")).to_be_visible()
    page.get_by_label("Search the knowledge base").fill("printer on fire")
    expect(page.get_by_role("heading", name="Nothing found for “printer on fire”")).to_be_visible()
    assert not findings(page)
    page.get_by_role("link", name="Report it").click()
    send(write(page, "Printer on fire", email="guest@example.com"))
    page.close()
