import doctest
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import models.text
from models.text import (
    _ASCII_PART,
    _HUMP,
    _PART,
    ends_sentence,
    is_code,
    normalise,
    pieces,
    sentence_edges,
    tokens,
    word_spans,
    words,
)


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(models.text).failed == 0


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("Café", "cafe"),
        ("cafe\u0301", "cafe"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("ＡＢＣ１", "abc1"),
        ("ﬁle", "file"),
        ("a\x00b\u200bc", "abc"),
        ("two\n\t words ", "two words"),
        ("Пароль", "пароль"),
        ("パスワード", "パスワード"),
        ("ﾊﾟｽﾜｰﾄﾞ", "パスワード"),
    ],
)
def test_one_word_has_one_form(written, form):
    assert normalise(written) == form


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@given(st.text())
def test_a_normal_form_is_printable_and_has_no_needless_blanks(text):
    form = normalise(text)
    assert form == " ".join(form.split())
    assert not any(ord(c) < 32 for c in form)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ORA-00060", ["ora-00060", "ora", "00060"]),
        ("0x80070005", ["0x80070005"]),
        ("KB-12", ["kb-12", "kb", "12"]),
        ("NullPointerException", ["nullpointerexception", "null", "pointer", "exception"]),
        ("HTTPServer", ["httpserver", "http", "server"]),
        ("max_connections", ["max_connections", "max", "connections"]),
        ("javax.jms.Message", ["javax", "jms", "message"]),
        ("e-mail", ["email", "e", "mail"]),
        ("C++ and c#", ["c++", "and", "c#"]),
        ("GitHub's don't", ["github", "git", "hub", "dont"]),
        ("USBメモリ", ["usb", "メモ", "モリ"]),
        ("鍵", ["鍵"]),
        ("пароль", ["пароль"]),
        ("--- ... !", []),
        ("", []),
    ],
)
def test_tokens_of_words_codes_and_scripts(text, expected):
    assert tokens(text) == expected


@given(st.text())
def test_tokens_are_never_empty_and_already_normal(text):
    assert all(token and token == normalise(token) for token in tokens(text))


@given(st.text(alphabet="abz01 ", max_size=40))
def test_plain_words_are_their_own_tokens(text):
    assert tokens(text) == text.split()


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_lower_case_text_and_its_normal_form_have_the_same_tokens(text):
    assert tokens(text.lower()) == tokens(normalise(text))


@given(st.text())
def test_word_spans_lie_apart_and_in_order(text):
    edges = [edge for span in word_spans(text) for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)


def test_what_has_a_digit_is_a_code():
    assert is_code("ora-00060")
    assert not is_code("printer")


def test_sentences_end_at_stops_and_lines_not_within_versions():
    text = "Install 1.2. Then restart!\n\n- one\n日本語。次"
    said = [text[a:b].strip() for a, b in pairwise(sentence_edges(text))]
    assert [one for one in said if one] == ["Install 1.2.", "Then restart!", "- one", "日本語。", "次"]


WRITTEN = st.text() | st.text(st.sampled_from("aZ9_.!?'\"-+#)] \n\t\x1c\u00a0é漢。\u0301"))


@given(WRITTEN)
def test_a_text_falls_into_its_sentences(text):
    assert "".join(text[a:b] for a, b in pairwise(sentence_edges(text))) == text


@given(WRITTEN)
def test_pieces_are_the_words_and_as_many_ends_as_there_are_edges(text):
    """The index counts the ends of sentences in the pieces, and the snippet looks for the same edges in the text."""
    assert [piece for piece in pieces(text) if not ends_sentence(piece)] == words(text)
    assert sum(map(ends_sentence, pieces(text))) == len(sentence_edges(text)) - 2


@given(WRITTEN)
def test_a_word_is_the_same_whatever_stands_around_it(text):
    """Plain ASCII has a pattern of its own."""
    assert words(f"{text} é")[:-1] == words(text)


@given(st.text("abAB9z_ZCc0", max_size=12))
def test_compounds_in_ascii_are_taken_apart_as_any_other(piece):
    apart = [hump.lower() for part in _PART.findall(piece) for hump in _HUMP.split(part)]
    assert [part.lower() for part in _ASCII_PART.findall(piece)] == apart
