"""Front matter in its many shapes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kb.importing import frontmatter
from kb.importing.frontmatter import BadPage


def test_yaml_and_toml_are_read_and_none_is_fine() -> None:
    assert frontmatter.split("---\nTitle: A\n---\nBody") == ({"title": "A"}, "Body")
    assert frontmatter.split('+++\ntitle = "A"\n+++\nBody\n') == ({"title": "A"}, "Body\n")
    assert frontmatter.split("---\n---\nBody") == ({}, "Body")
    assert frontmatter.split("Body\n---\nmore") == ({}, "Body\n---\nmore")
    assert frontmatter.split("---\n\nA rule above") == ({}, "---\n\nA rule above")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\ntitle: A\nbad: [1\n---\n", 3),
        ("---\ntitle: A\n\tb: 1\n---\n", 3),
        ("---\ntitle: {{ .Name }}\n---\n", 2),
        ("---\n- a\n- b\n---\n", 2),
        ("---\ntitle: A\nBody without an end", 1),
        ("+++\ntitle = A\n+++\n", 2),
        ("---\na: !!python/object/apply:os.system [id]\n---\n", 2),
        ("---\n" + "a: b\n" * 20_000 + "---\n", 1),
    ],
)
def test_what_cannot_be_read_names_its_line(text: str, line: int) -> None:
    with pytest.raises(BadPage) as bad:
        frontmatter.split(text)
    assert bad.value.line == line


def test_values_are_taken_as_words_lists_and_instants() -> None:
    fields = {
        "title": " A\n b ", "number": 7, "nested": {"a": 1}, "tags": ["x", 2, {"y": 1}], "keywords": "one, two",
        "day": date(2024, 5, 1), "text": "2024-05-01T10:00:00+02:00", "bad": "soon",
    }  # fmt: skip
    assert [frontmatter.words(fields, key) for key in ("title", "number", "nested", "none")] == ["A b", "7", "", ""]
    assert frontmatter.listed(fields, "tags", "keywords", "none") == ["x", "2", "one", " two"]
    assert frontmatter.instant(fields, "none", "bad", "day") == datetime(2024, 5, 1, tzinfo=UTC)
    assert frontmatter.instant(fields, "text") == datetime(2024, 5, 1, 8, tzinfo=UTC)
    assert frontmatter.instant(fields, "bad") is None
