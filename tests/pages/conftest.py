"""Opens a page as somebody, in-process."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from kb import people
from kb.desk import Desk
from kb.doors import start
from kb.people.sessions import start_session
from kb.person import Person
from kb.tables import Account

manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
"""What is installed stays the same: each AppTest reads the metadata of all packages, which takes longer than a page."""
PORTAL = Path(__file__).parents[2] / "pages" / "portal.py"


@pytest.fixture
def open_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """open_page(person or None, "review.py", id="KB-1") runs the page; ValueError when it isn't theirs."""
    monkeypatch.setattr(start, "the_desk", lambda: desk)

    def open_as(person: Person | None, page: str = "search.py", **query: str | list[str]) -> AppTest:
        app = AppTest.from_file(PORTAL, default_timeout=30)
        app.user = (
            signed_in(desk, person) if person and person.id else {"visitor": person.visitor if person else "v" * 24}
        )
        if page == "search.py":  # the first page: what stands in the address binds to its widgets when it is loaded
            app.query_params.update(query)
        app.run()
        if page != "search.py":
            app.switch_page(page)
            app.query_params.update(query)
            app.run()
        return app

    return open_as


def signed_in(desk: Desk, person: Person) -> dict[str, str]:
    """What the gate would tell Streamlit about a person who has just signed in."""
    with desk.transaction() as session:
        account = session.get_one(Account, person.id)
        token = start_session(session, desk, account)
    found = people.resolve(desk, token)
    assert found
    return {"uid": str(person.id), "sid": str(found.session_id), "visitor": "v" * 24}
