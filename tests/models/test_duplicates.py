"""Finding reports of the same trouble."""

from __future__ import annotations

from models.duplicates import Reports, telling
from models.ranking import Document

REPORTS = [
    Document("1", "Printer prints nothing", "Jobs stay in the queue of the third floor"),
    Document("2", "Printer prints slowly", "Each page takes a minute since the driver update"),
    Document("3", "Nothing comes out", "The queue of the third floor keeps all jobs"),
    Document("4", "Wireless is slow", "In the canteen"),
]


def found(reports: Reports, title: str, body: str = "", **kwargs: object) -> list[str]:
    return [hit.id for hit in reports.search(title, body, **kwargs)]  # type: ignore[arg-type]


def test_the_whole_text_says_more_than_the_title() -> None:
    reports = Reports().fit(REPORTS)
    title, body = "Printer prints badly", "Jobs stay in the queue of the third floor"
    assert set(found(reports, title)) == {"1", "2"}
    assert found(reports, title, body)[0] == "1"
    assert "3" in found(reports, title, body)
    assert "4" not in found(reports, title, body)


def test_only_what_is_allowed_is_found() -> None:
    reports = Reports().fit(REPORTS)
    said = (REPORTS[0].title, REPORTS[0].body)
    assert found(reports, *said, allowed={"1", "3"}, without={"1"}) == ["3"]
    assert found(reports, *said, allowed=set()) == found(Reports().fit([]), *said) == found(reports, "", "") == []
    assert found(reports, *said, limit=1) == ["1"]


def test_one_that_is_far_less_alike_is_not_named_beside_a_like_one() -> None:
    far = Document("5", "Coffee queue", "On the third floor people stand in line at noon, from the lift to the kitchen")
    same = REPORTS[0].title, f"{REPORTS[0].body}, nothing comes out"
    assert "5" not in found(Reports().fit([*REPORTS, far]), *same)
    assert "5" in found(Reports().fit([REPORTS[3], far]), "Queue", "There is a queue on the third floor at noon")


def test_reports_that_come_and_go() -> None:
    reports = Reports().fit(REPORTS)
    new = Document("5", "Printer is stuck", "Jobs stay in the queue of the third floor")
    changed = reports.changed([new, Document("3", "Coffee", "is cold")], gone=["1"])
    assert found(changed, new.title, new.body) == ["5"]
    assert "1" in found(reports, new.title, new.body)


def test_a_word_written_in_two_ways_is_one() -> None:
    assert telling(["Mail", "down", "mail", "Café", "CAFÉ", "nothing"]) == ("Mail", "down", "Café")
    assert found(Reports().fit(REPORTS), "PRINTER printer Printer") == []
