from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from kb.errors import NotValid
from kb.labels import Target
from kb.training import trial
from kb.training.trial import read

WORDS = {"access": "password locked account", "security": "phishing mail clicked link", "performance": "slow till load"}


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    path = tmp_path / "labelled.csv"
    lines = [f"{text} {n * 'x'},more {text},{label}" for label, text in WORDS.items() for n in range(1, 9)]
    path.write_text("title,body,type\n" + "\n".join(lines), encoding="utf-8")
    return path


def test_without_a_training_file_it_is_cross_validated(labelled: Path) -> None:
    found = trial(labelled, text=("title", "body"), label="type", folds=4)
    assert (found.n_train, found.n_test, found.accuracy) == (18, 24, 1.0)
    assert found.quadratic_kappa is None


def test_with_a_training_file_it_is_scored_on_the_other(labelled: Path) -> None:
    found = trial(labelled, text=("title",), label="type", train=labelled, target_error=0.2)
    assert (found.n_train, found.n_test, found.target_error) == (24, 24, 0.2)


def test_the_starter_model_is_scored(labelled: Path) -> None:
    found = trial(labelled, text=("title", "body"), label="type", model=Target.TYPE)
    assert found.n_train >= 400
    assert found.accuracy > 1 / 3


def test_severities_are_known_to_have_an_order(tmp_path: Path) -> None:
    path = tmp_path / "severity.csv"
    path.write_text("text,label\n" + "all down,critical\nmy pen,low\n" * 4, encoding="utf-8")
    assert trial(path, text=("text",), label="label", train=path).quadratic_kappa == 1.0


def test_a_packed_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "few.csv.gz"
    path.write_bytes(gzip.compress('\ufefftext,label\n"a\nb",x\n'.encode()))
    assert read(path, text=("text",), label="label") == (["a\nb"], ["x"])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "bad.csv:1: there is no column 'text'; there is no header"),
        (b"body,label\na,b\n", "bad.csv:1: there is no column 'text'; there is body, label"),
        (b"text,label\n", "no row below the header"),
        (b"text,label\na,b\nc\n", "bad.csv:3: the row has not as many fields"),
        (b"text,label\na,b\nc, \n", "bad.csv:3: column label is empty"),
        (b"text,label\na,b\n\xff\xfe,c\n", "not UTF-8"),
        (b'text,label\na,b\n"c,d\n', "no CSV after line 2"),
    ],
)
def test_a_bad_file_is_refused_with_file_line_and_column(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(NotValid) as refused:
        trial(path, text=("text",), label="label")
    assert sentence in str(refused.value)


@pytest.mark.parametrize("name", ["missing.csv", "not_packed.csv.gz"])
def test_a_file_that_can_not_be_read_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "not_packed.csv.gz").write_text("text,label\n")
    with pytest.raises(NotValid, match=name):
        trial(tmp_path / name, text=("text",), label="label")


def test_more_folds_than_texts_are_refused(labelled: Path) -> None:
    with pytest.raises(NotValid, match="folds"):
        trial(labelled, text=("title",), label="type", folds=40)
