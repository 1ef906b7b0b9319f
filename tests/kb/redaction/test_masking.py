"""Redaction against samples labelled by hand in six languages, and against texts made to be slow."""

from __future__ import annotations

import csv
import re
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.redaction import masked, masked_within, redact
from kb.redaction.masking import RULES
from kb.training.rows import STARTER

SAMPLES = Path(__file__).parent / "samples.txt"


class Sample(NamedTuple):
    """A text, and the places in it that must go."""

    text: str
    spans: list[tuple[int, int]]


def samples(section: str) -> list[Sample]:
    """The samples of a section; see the first line of the file for how they are written."""
    found, now = [], ""
    for line in SAMPLES.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            now = line[2:].partition(":")[0]
        elif now == section:
            found.append(_sample(line[3:].replace("·", "").replace("-----\\n", "-----\n").replace("\\n", "\n")))
    return found


def _sample(line: str) -> Sample:
    text, spans = "", []
    for part in re.split(r"(⟦[^⟧]*⟧)", line):
        inner = part.strip("⟦⟧")
        if part.startswith("⟦"):
            spans.append((len(text), len(text) + len(inner)))
        text += inner
    return Sample(text, spans)


def recall(found: list[Sample]) -> float:
    """Share of the places of which nothing is left."""
    gone = [
        any(mask.start <= start and end <= mask.end for mask in redact(sample.text).masks)
        for sample in found
        for start, end in sample.spans
    ]
    return sum(gone) / len(gone)


def test_there_are_enough_samples_in_six_languages() -> None:
    lines = [line for line in SAMPLES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert len(lines) == len(set(lines)) >= 400
    assert {line[:2] for line in lines} == {"en", "de", "fr", "es", "it", "nl"}


@pytest.mark.parametrize(("section", "least"), [("secrets", 0.98), ("personal", 0.95)])
def test_what_must_go_goes(section: str, least: float) -> None:
    assert recall(samples(section)) >= least


def test_clean_texts_stay_as_they_are() -> None:
    clean = samples("clean")
    assert sum(bool(redact(sample.text).masks) for sample in clean) / len(clean) <= 0.02


def test_beside_what_must_go_nothing_goes() -> None:
    found = samples("secrets") + samples("personal")
    foreign = [
        sample.text
        for sample in found
        for mask in redact(sample.text).masks
        if not any(mask.start < end and start < mask.end for start, end in sample.spans)
    ]
    assert len(foreign) / len(found) <= 0.02, foreign


def test_real_incidents_are_hardly_touched() -> None:
    with (STARTER / "incidents.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(bool(redact(f"{row['title']}\n{row['body']}").masks) for row in rows) / len(rows) <= 0.005


@pytest.mark.parametrize("section", ["secrets", "personal", "clean"])
def test_a_second_time_changes_nothing(section: str) -> None:
    for sample in samples(section):
        once = masked(sample.text)
        assert masked(once) == once


@given(st.text(max_size=300), st.text(max_size=50))
def test_any_text_is_taken(before: str, after: str) -> None:
    done = redact(f"{before} password: Xk29!qpz {after}")
    assert [mask.start for mask in done.masks] == sorted(mask.start for mask in done.masks)
    assert "Xk29!qpz" not in redact(f"{before}\npassword: Xk29!qpz\n{after}").text


def test_texts_inside_lists_and_dicts_are_masked() -> None:
    assert masked_within({"a": ["pw: x1y2z3!"], "n": 3}) == {"a": ["pw: [password masked]"], "n": 3}


def seconds(text: str) -> float:
    """Processor time: others work on this machine too, and for the same reason each test may try twice."""
    begun = time.process_time()
    redact(text)
    return time.process_time() - begun


def test_a_megabyte_of_prose_takes_a_second_at_most() -> None:
    prose = (STARTER / "incidents.csv").read_text(encoding="utf-8") * 4
    assert any(seconds(prose[:1_000_000]) <= 1 for _ in range(2))


HOSTILE = (
    "a", "1 ", "password ", "password: ", "password for the x ", "-----BEGIN RSA PRIVATE KEY-----", "a@a.", "eyJ",
    "+49 ", "://a:", "$2b$", "--", "curl -u ", "tel (", "geb. ", "AB12 ", "token is ", "&", "?key=", "12345-", "'",
    "pin a b ", "a.b.", "[password masked] pw: x1y2! ",
)  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_is_slow(piece: str) -> None:
    """Eight times the text takes about eight times as long, not sixty-four; what can be stored is a tenth of it."""
    short, long = (piece * 1_000_000)[:125_000], (piece * 1_000_000)[:1_000_000]
    assert any(seconds(long) <= max(16 * seconds(short), 1) for _ in range(2))


def test_every_rule_can_be_compiled() -> None:
    """They are when a text first asks for them, which may be long after the start."""
    assert all(rule.pattern.pattern for rule in RULES)
