from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from kb import services
from kb.desk import Desk
from kb.labels import Target
from kb.person import Person
from kb.tables import Account, Review
from tests.labelled import opinion, report, stored

OpenPage = Callable[..., AppTest]


@pytest.fixture
def two(desk: Desk) -> tuple[int, int]:
    """Two that wait; the first is the more valuable one."""
    services.seed(desk)
    first, second = (
        report(desk, "Orders arrive <b>twice</b>", impact="all", urgency="high"),
        report(desk, "Second *one*"),
    )
    opinion(desk, first)
    opinion(desk, second)
    return first, second


def html(app: AppTest) -> str:
    return "".join(part.proto.body for part in app.get("html"))


def test_an_empty_queue_says_so(open_page: OpenPage, lead: Person) -> None:
    app = open_page(lead, "review.py")
    assert not app.exception
    assert "Nothing waits for you" in app.info[0].value


@pytest.mark.parametrize("role", ["visitor", "user", "agent"])
def test_nobody_below_lead_opens_it(open_page: OpenPage, request: pytest.FixtureRequest, role: str) -> None:
    with pytest.raises(ValueError, match="review"):
        open_page(request.getfixturevalue(role), "review.py")


def test_the_most_valuable_is_open_and_its_words_are_marked(
    open_page: OpenPage, lead: Person, two: tuple[int, int]
) -> None:
    app = open_page(lead, "review.py")
    assert not app.exception
    assert '<mark class="for">twice</mark>' in html(app)
    assert "&lt;b&gt;" in html(app)
    assert any("2 to look at, about 2 min" in caption.value for caption in app.caption)


def test_accepting_opens_the_next(open_page: OpenPage, desk: Desk, lead: Person, two: tuple[int, int]) -> None:
    app = open_page(lead, "review.py")
    app.button(key=f"review_accept_{two[0]}").click().run()
    assert stored(desk, two[0]).type == "data_integration"
    assert "Second" in html(app)


def test_a_candidate_corrects_with_the_severity_that_is_chosen(
    open_page: OpenPage, desk: Desk, lead: Person, two: tuple[int, int]
) -> None:
    app = open_page(lead, "review.py")
    app.segmented_control(key=f"review_severity_{two[0]}").set_value("low").run()
    app.button(key=f"review_type_{two[0]}_software_bug").click().run()
    assert not app.exception
    found = stored(desk, two[0])
    assert (found.type, found.severity) == ("software_bug", "low")


def test_not_sure_leaves_it_to_others(open_page: OpenPage, desk: Desk, lead: Person, two: tuple[int, int]) -> None:
    app = open_page(lead, "review.py")
    app.button(key=f"review_unsure_{two[0]}").click().run()
    with desk.reading() as session:
        assert session.exec(select(Review.decision)).all() == ["unsure"]
    assert "Second" in html(app)


def test_any_incident_can_be_opened_by_its_number(open_page: OpenPage, lead: Person, two: tuple[int, int]) -> None:
    app = open_page(lead, "review.py", id=f"INC-{two[1]}")
    assert "Second" in html(app)


@pytest.mark.parametrize("asked", ["INC-99", "nonsense"])
def test_an_unknown_number_is_a_plain_sentence(open_page: OpenPage, lead: Person, asked: str) -> None:
    app = open_page(lead, "review.py", id=asked)
    assert not app.exception
    assert "There is no" in app.error[0].value


def test_a_disagreement_about_severity_is_said(
    open_page: OpenPage, desk: Desk, lead: Person, two: tuple[int, int]
) -> None:
    opinion(desk, two[0], "low", target=Target.SEVERITY)
    app = open_page(lead, "review.py")
    assert "impact and urgency give critical, the text sounds like low" in app.warning[0].value


def test_who_is_no_longer_lead_can_not_decide(
    open_page: OpenPage, desk: Desk, lead: Person, two: tuple[int, int]
) -> None:
    app = open_page(lead, "review.py")
    with desk.transaction() as session:
        session.get_one(Account, lead.id).role = "agent"
    app.button(key=f"review_accept_{two[0]}").click().run()
    assert stored(desk, two[0]).type == ""
