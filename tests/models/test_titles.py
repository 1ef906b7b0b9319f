"""Titles found by their beginnings, against a slow oracle."""

from hypothesis import given
from hypothesis import strategies as st

from models.ranking.titles import Titles
from models.text import normalise, word_spans

WORDS = [
    "print",
    "printer",
    "Log-in",
    "don't",
    "é",
    "Ärger",
    "パスワード",
    "a",
    "(x)",
    "“q”",
    "C++",
    "passwords",
    "𠀀𠀁",
    " ",
]
titles = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
shelves = st.lists(titles, min_size=1, max_size=8)


def begun(shelf: list[str], beginning: str) -> set[int]:
    plain = [normalise(title) for title in shelf]
    starts = [{0, *(start for start, _ in word_spans(title))} for title in plain]
    return {n for n, title in enumerate(plain) if any(title.startswith(beginning, at) for at in starts[n])}


@given(shelves, st.sampled_from(WORDS).filter(str.strip).map(normalise), st.integers(1, 9))
def test_a_beginning_finds_each_title_with_a_word_that_it_begins(shelf: list[str], word: str, letters: int) -> None:
    assert set(Titles().fit(shelf).complete(word[:letters])) == begun(shelf, word[:letters])


@given(shelves, shelves)
def test_changed_titles_are_found_as_if_they_had_always_been(shelf: list[str], others: list[str]) -> None:
    columns = list(range(len(shelf) // 2, len(shelf) // 2 + len(others)))
    now = shelf + [""] * (max(columns) + 1 - len(shelf))
    for column, title in zip(columns, others, strict=True):
        now[column] = title
    changed, anew = Titles().fit(shelf).changed(others, columns, len(now)), Titles().fit(now)
    for title in filter(None, map(normalise, shelf + now)):
        assert changed.equal(title) == anew.equal(title) == [n for n, one in enumerate(now) if normalise(one) == title]
        assert changed.complete(title[:3]) == anew.complete(title[:3])


def test_the_nearer_to_the_front_the_earlier_then_the_shorter() -> None:
    shelf = ["Wait for the printer", "Printer needs paper", "Printer jam", "Printer jam"]
    assert Titles().fit(shelf).complete("printer") == [2, 3, 1, 0]
    assert Titles().fit(shelf).complete("printer jams") == []
