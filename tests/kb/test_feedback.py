"""What readers say: one rating each, remarks on what really stands there, fixed once a day."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import select

from kb import articles, feedback, outbox
from kb.desk import Desk
from kb.errors import Conflict, NotAllowed, NotFound, NotValid
from kb.labels import Audience
from kb.person import OPERATOR, Person, guest
from kb.tables import Deflection, Rating

Make = Callable[..., int]
BODY = "Jobs *stay* in the\nqueue.\n\n## Steps\n\n1. Restart the `spooler` service."


def rows(desk: Desk, table: type) -> list:  # type: ignore[type-arg]
    with desk.reading() as session:
        return list(session.exec(select(table)).all())


def test_a_second_rating_replaces_the_first(desk: Desk, user: Person, make_article: Make) -> None:
    article_id = make_article()
    feedback.rate(desk, user, article_id, is_helpful=False, reason="unclear", comment=" Which  one? ")
    mine = feedback.my_rating(desk, user, article_id)
    assert mine
    assert (mine.is_helpful, mine.reason, mine.comment) == (False, "unclear", "Which  one?")
    feedback.rate(desk, user, article_id, is_helpful=True, reason="unclear")
    (row,) = rows(desk, Rating)
    assert (row.is_helpful, row.reason, row.comment, row.sentiment) == (True, "", "", "")


def test_guests_are_told_apart_by_their_browser(desk: Desk, make_article: Make) -> None:
    article_id = make_article()
    for name in ("a", "b", "a"):
        feedback.rate(desk, guest(name), article_id, is_helpful=True)
    assert len(rows(desk, Rating)) == 2
    for person in (guest(""), OPERATOR):
        assert feedback.my_rating(desk, person, article_id) is None
        with pytest.raises(NotValid):
            feedback.rate(desk, person, article_id, is_helpful=True)


def test_a_reason_or_comment_that_cannot_be_kept_is_refused(desk: Desk, user: Person, make_article: Make) -> None:
    article_id = make_article()
    with pytest.raises(NotValid, match="reason"):
        feedback.rate(desk, user, article_id, is_helpful=False, reason="because")
    with pytest.raises(NotValid, match="too long"):
        feedback.rate(desk, user, article_id, is_helpful=False, comment="x" * 2001)


def test_what_one_may_not_read_one_cannot_judge(desk: Desk, user: Person, agent: Person, make_article: Make) -> None:
    hidden = make_article("Inside", "Some text", audience=Audience.INTERNAL)
    for article_id in (hidden, 999, 2**40):
        with pytest.raises(NotFound):
            feedback.rate(desk, user, article_id, is_helpful=True)
        with pytest.raises(NotFound):
            feedback.fixed_it(desk, user, article_id)
        with pytest.raises(NotFound):
            feedback.annotate(desk, user, article_id, quote="Some text", body="x")
        with pytest.raises(NotFound):
            feedback.remarks(desk, user, article_id)
    feedback.rate(desk, agent, hidden, is_helpful=True)


def test_low_ratings_are_for_agents(desk: Desk, user: Person, agent: Person, make_article: Make) -> None:
    article_id = make_article()
    feedback.rate(desk, user, article_id, is_helpful=False, reason="missing_step", comment="Where?")
    feedback.rate(desk, agent, article_id, is_helpful=True)
    assert [(low.reason, low.comment) for low in feedback.low_ratings(desk, agent, article_id)] == [
        ("missing_step", "Where?")
    ]
    with pytest.raises(NotAllowed):
        feedback.low_ratings(desk, user, article_id)


def test_it_fixes_it_once_a_day_for_each(desk: Desk, user: Person, visitor: Person, make_article: Make, clock) -> None:  # type: ignore[no-untyped-def]
    article_id = make_article(type="access")
    for person in (user, user, visitor):
        feedback.fixed_it(desk, person, article_id, where="report")
    clock.forward(days=1)
    feedback.fixed_it(desk, user, article_id)
    assert [(row.type, row.where, row.day) for row in rows(desk, Deflection)] == [
        ("access", "report", "2026-03-02"), ("access", "report", "2026-03-02"), ("access", "article", "2026-03-03"),
    ]  # fmt: skip
    with pytest.raises(NotValid):
        feedback.fixed_it(desk, user, article_id, where="elsewhere")


@pytest.mark.parametrize(
    ("quote", "heading"),
    [("stay in the queue.", ""), ("Restart the spooler\n  service", "Steps"), ("queue. Steps Restart", "")],
)
def test_a_passage_is_found_as_it_is_read(
    desk: Desk, user: Person, make_article: Make, quote: str, heading: str
) -> None:
    article_id = make_article("Printer", BODY)
    feedback.annotate(desk, user, article_id, quote=quote, body="Which one?")
    (remark,) = feedback.remarks(desk, user, article_id)
    assert (remark.quote, remark.heading, remark.author) == (" ".join(quote.split()), heading, "User")


@pytest.mark.parametrize(
    ("quote", "body", "field"),
    [("not in there", "x", "quote"), ("", "x", "quote"), ("a", "x", "quote"), ("the queue", " ", "body")],
)
def test_a_passage_that_is_not_there_is_refused(
    desk: Desk, user: Person, make_article: Make, quote: str, body: str, field: str
) -> None:
    article_id = make_article("Printer", BODY)
    with pytest.raises(NotValid) as refused:
        feedback.annotate(desk, user, article_id, quote=quote, body=body)
    assert refused.value.field == field
    assert feedback.remarks(desk, user, article_id) == ()


def test_owner_and_annotator_are_told(desk: Desk, lead: Person, user: Person, agent: Person) -> None:
    article_id = articles.draft(desk, lead, title="Printer", body=BODY)
    articles.publish(desk, lead, article_id)
    number = feedback.annotate(desk, user, article_id, quote="the queue", body="Which one?")
    assert [notice.subject for notice in outbox.notices(desk, lead)] == [f"User annotated KB-{article_id}: Printer"]
    feedback.resolve_annotation(desk, agent, number, answer="The one named print.")
    assert [notice.body for notice in outbox.notices(desk, user)] == ["The one named print."]
    assert feedback.remarks(desk, user, article_id) == ()
    assert feedback.remarks(desk, user, article_id, with_resolved=True)[0].answer == "The one named print."


def test_a_guest_does_not_annotate_and_a_user_does_not_resolve(
    desk: Desk, visitor: Person, user: Person, agent: Person, make_article: Make
) -> None:
    article_id = make_article("Printer", BODY)
    with pytest.raises(NotAllowed):
        feedback.annotate(desk, visitor, article_id, quote="the queue", body="x")
    number = feedback.annotate(desk, user, article_id, quote="the queue", body="x")
    with pytest.raises(NotAllowed):
        feedback.resolve_annotation(desk, user, number)
    feedback.resolve_annotation(desk, agent, number)
    with pytest.raises(Conflict):
        feedback.resolve_annotation(desk, agent, number)
    with pytest.raises(NotFound):
        feedback.resolve_annotation(desk, agent, 999)
