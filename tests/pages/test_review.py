from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from kb import review, services
from kb.desk import Desk
from kb.labels import Target
from kb.person import Person
from kb.tables import Account, Review
from tests.labelled import opinion, report, reviewed, stored

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
    assert "people kept" not in app.warning[0].value


def test_a_disagreement_comes_with_what_people_decided_before(
    open_page: OpenPage, desk: Desk, lead: Person, two: tuple[int, int]
) -> None:
    before = report(desk, "Before", impact="all", urgency="high")
    for incident_id in (before, two[0]):
        opinion(desk, incident_id, "low", target=Target.SEVERITY)
    reviewed(desk, before, lead, severity="critical")
    told = (
        "Of 1 report that sounded milder than answered, people kept the answer in 1 and took the text's severity in 0."
    )
    assert open_page(lead, "review.py").warning[0].value.endswith(told)


def captions(app: AppTest) -> list[str]:
    return [caption.value for caption in app.caption]


def test_how_often_it_was_right_is_told_of_type_and_severity(
    open_page: OpenPage, desk: Desk, lead: Person, two: tuple[int, int]
) -> None:
    incident_id = report(desk, "Third")
    opinion(desk, incident_id, n_alike=214, n_right=178)
    opinion(desk, incident_id, "high", target=Target.SEVERITY, n_alike=90, n_right=45)
    told = captions(open_page(lead, "review.py", id=f"INC-{incident_id}"))
    assert "Of 214 answers as sure as this, 178 were right (about 83 of 100)." in told
    assert "Of 90 answers as sure as this, 45 were right (about 50 of 100)." in told


def test_the_lead_switches_from_why_this_type_to_why_this_severity(
    open_page: OpenPage, desk: Desk, lead: Person, two: tuple[int, int]
) -> None:
    opinion(desk, two[0], "low", target=Target.SEVERITY, words=[["Orders", 0.7]])
    app = open_page(lead, "review.py")
    assert '<mark class="for">twice</mark>' in html(app)
    assert "</mark> Data integration" in html(app)
    app.segmented_control(key=f"review_why_{two[0]}").set_value(Target.SEVERITY).run()
    assert not app.exception
    assert '<mark class="for">Orders</mark>' in html(app)
    assert "</mark> Low" in html(app)
    assert ">twice</mark>" not in html(app)


def test_only_what_is_shown_is_explained(
    open_page: OpenPage, desk: Desk, lead: Person, two: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Target] = []
    monkeypatch.setattr(
        import_module("kb.review.details"), "_turn", lambda desk, text, target, opinion: asked.append(target)
    )
    opinion(desk, two[0], "low", target=Target.SEVERITY)
    app = open_page(lead, "review.py")
    assert set(asked) == {Target.TYPE}
    asked.clear()
    app.segmented_control(key=f"review_why_{two[0]}").set_value(Target.SEVERITY).run()
    assert set(asked) == {Target.SEVERITY}


def test_what_similar_ones_share_is_read_without_hovering(
    open_page: OpenPage, desk: Desk, lead: Person, two: tuple[int, int]
) -> None:
    reviewed(desk, report(desk, "Orders arrive twice again", "In the shop"), lead)
    app = open_page(lead, "review.py", id=f"INC-{two[0]}")
    assert any("Orders arrive twice again; in both\\: Orders, arrive, twice" in told for told in captions(app))
    assert any(part.value.startswith("Starter example: ") for part in app.markdown)
    assert not [link for link in app.get("page_link") if "Starter" in link.proto.label]


def test_a_decision_is_taken_back(open_page: OpenPage, desk: Desk, lead: Person, two: tuple[int, int]) -> None:
    app = open_page(lead, "review.py")
    app.button(key=f"review_accept_{two[0]}").click().run()
    app.button(key="review_undo").click().run()
    assert not app.exception
    assert stored(desk, two[0]).type == ""
    assert "twice" in html(app)


def test_how_far_reviewers_agree_is_shown_with_what_it_rests_on(
    open_page: OpenPage, desk: Desk, lead: Person, admin: Person, two: tuple[int, int]
) -> None:
    assert "Nothing judged by two people yet." in captions(open_page(lead, "review.py"))
    for n, (first, second) in enumerate((("access", "security"), ("access", "access"), ("security", "security"))):
        incident_id = report(desk, f"Report {n}")
        reviewed(desk, incident_id, lead, type=first)
        reviewed(desk, incident_id, admin, type=second)
    told = next(one for one in captions(open_page(lead, "review.py")) if one.startswith("Reviewers agree"))
    assert "type kappa 0.40 (" in told
    assert "n = 3), severity kappa 1.00 (1.00 to 1.00, n = 3)" in told


def test_when_the_minutes_of_the_day_are_used_it_says_so_and_one_may_go_on(
    open_page: OpenPage, desk: Desk, lead: Person, two: tuple[int, int]
) -> None:
    review.set_budget(desk, lead, 5)
    review.accept(desk, lead, two[0], seconds=300)
    app = open_page(lead, "review.py")
    assert "Your 5 minutes of today are used. What was worth most came first; 1 waits till" in app.success[0].value
    assert "Second" not in html(app)
    app.button(key="review_go_on").click().run()
    assert not app.success
    assert "Second" in html(app)


def test_who_is_no_longer_lead_can_not_decide(
    open_page: OpenPage, desk: Desk, lead: Person, two: tuple[int, int]
) -> None:
    app = open_page(lead, "review.py")
    with desk.transaction() as session:
        session.get_one(Account, lead.id).role = "agent"
    app.button(key=f"review_accept_{two[0]}").click().run()
    assert stored(desk, two[0]).type == ""


def test_one_minute_is_one(open_page: OpenPage, desk: Desk, lead: Person, two: tuple[int, int]) -> None:
    review.set_budget(desk, lead, 1)
    review.accept(desk, lead, two[0], seconds=60)
    assert "Your minute of today is used. " in open_page(lead, "review.py").success[0].value
