"""Bytes of any origin become text or are refused."""

from __future__ import annotations

import pytest

from kb.importing.decoding import decoded
from kb.importing.frontmatter import BadPage


@pytest.mark.parametrize(
    "data",
    [
        "Grüße – €".encode(),
        "Grüße – €".encode("utf-8-sig"),
        "Grüße – €".encode("utf-16"),
        b"\xfe\xff" + "Grüße – €".encode("utf-16-be"),
        "Grüße – €".encode("cp1252"),
    ],
)
def test_the_encoding_is_found(data: bytes) -> None:
    assert decoded(data) == "Grüße – €"


def test_line_ends_and_forms_become_one() -> None:
    assert decoded("a\r\nu\u0308\rb\x1b".encode()) == "a\nü\nb"


@pytest.mark.parametrize(
    ("data", "line"),
    [(b"one\ntwo \x00", 2), (b"\x89PNG\r\n\x1a\n", 2), (b"a\nb\x81\x8d", 2), (b"\xff\xfea", 1)],
)
def test_what_is_no_text_is_refused_with_its_line(data: bytes, line: int) -> None:
    with pytest.raises(BadPage) as bad:
        decoded(data)
    assert bad.value.line == line
