"""Incidents as CSV."""

from __future__ import annotations

import csv
import io

import pytest

from kb import incidents
from kb.desk import Desk
from kb.errors import NotAllowed
from kb.incidents.exporting import export
from kb.person import Person
from tests.kb.incidents.conftest import Submit


def rows(desk: Desk, person: Person) -> list[dict[str, str]]:
    file = io.StringIO(newline="")
    export(desk, person, file)
    return list(csv.DictReader(io.StringIO(file.getvalue(), newline="")))


def test_every_incident_is_a_row_without_its_reporter(desk: Desk, submit: Submit, agent: Person, lead: Person) -> None:
    number = submit(title="Mail, slow", body="a\nb").id
    incidents.resolve(desk, agent, number, resolution="Restarted")
    (row,) = rows(desk, lead)
    assert (row["number"], row["title"], row["body"], row["made_sla"]) == ("INC-1", "Mail, slow", "a\nb", "true")
    assert row["opened_at"] == "2026-03-02T09:00:00+00:00"
    assert "user@example.com" not in str(row)


@pytest.mark.parametrize(
    "text", ["=1+1", "+49 1", "-2", "@SUM(A1)", "＝1+1", "＠A1", "\u200b=1+1", "\ufeff+1", "\u202e-1"]
)
def test_a_formula_is_made_harmless(desk: Desk, submit: Submit, lead: Person, text: str) -> None:
    submit(title=text, body=text)
    (row,) = rows(desk, lead)
    assert (row["title"], row["body"]) == (f"'{text}", f"'{text}")


def test_only_leads_export(desk: Desk, agent: Person) -> None:
    with pytest.raises(NotAllowed):
        export(desk, agent, io.StringIO())
