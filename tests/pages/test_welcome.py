from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from kb import people, search, services
from kb.desk import Desk
from kb.person import Person

Open = Callable[..., AppTest]


@pytest.fixture
def welcome(open_page: Open, desk: Desk, admin: Person) -> AppTest:
    services.seed(desk)
    return open_page(admin, "welcome.py")


def test_the_suggested_teams_can_be_renamed(welcome: AppTest, desk: Desk, admin: Person) -> None:
    first = people.teams(desk, admin)[0]
    welcome.text_input(f"team-name-{first.id}").input("Night shift")
    next(button for button in welcome.button if button.form_id == f"team-form-{first.id}").click().run()
    assert "Night shift" in [team.name for team in people.teams(desk, admin)]


def test_a_zip_of_articles_comes_in(welcome: AppTest, desk: Desk, admin: Person) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("printer.md", "# Reset a stuck print queue\n\nRestart the spooler.")
    welcome.file_uploader("zip").upload("ours.zip", packed.getvalue(), "application/zip")
    next(button for button in welcome.button if button.label == "Import").click().run()
    assert "1 articles" in welcome.success[0].value
    assert search.search(desk, admin, "print queue").hits[0].title == "Reset a stuck print queue"


def test_a_broken_zip_is_refused_in_a_sentence(welcome: AppTest) -> None:
    welcome.file_uploader("zip").upload("ours.zip", b"no zip at all", "application/zip")
    next(button for button in welcome.button if button.label == "Import").click().run()
    assert not welcome.exception
    assert welcome.error[0].value


def test_only_administrators_are_welcomed(open_page: Open, lead: Person) -> None:
    with pytest.raises(ValueError, match=r"welcome\.py"):
        open_page(lead, "welcome.py")
