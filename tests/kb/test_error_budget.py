"""How many answers given alone may be wrong is a lead's to say, and holds from the next answer on."""

from __future__ import annotations

import pytest
from sqlmodel import select

from kb import triage
from kb.desk import Desk
from kb.error_budget import allowed_errors, set_error_budget
from kb.errors import NotAllowed, NotValid
from kb.labels import Target
from kb.person import Person
from kb.tables import AuditEntry
from kb.training.measuring import fitted
from kb.training.rows import Rows, starter
from kb.training.versions import Made, publish
from models.triage import TriageModel


def served(desk: Desk) -> TriageModel:
    model = triage.serving(desk, Target.TYPE)[Target.TYPE].model
    assert isinstance(model, TriageModel)
    return model


def test_it_is_five_of_a_hundred_until_a_lead_says_otherwise(desk: Desk, lead: Person) -> None:
    assert allowed_errors(desk, lead) == 0.05
    set_error_budget(desk, lead, 0.1)
    assert allowed_errors(desk, lead) == 0.1


def test_the_next_answer_keeps_to_it_and_no_version_is_trained(desk: Desk, lead: Person) -> None:
    whole = starter(Target.TYPE)
    rows = Rows(whole.texts[::2], whole.labels[::2], len(whole.texts[::2]))
    publish(desk, fitted(Target.TYPE, rows), rows, Made(Target.TYPE, "Ann"))
    asked = list(whole.texts[1:800:2])
    usual = served(desk)
    chances = usual.predict_proba(asked)
    n_sure = usual.is_sure(asked, chances).sum()
    set_error_budget(desk, lead, 0.2)
    assert served(desk).is_sure(asked, chances).sum() > n_sure
    set_error_budget(desk, lead, 0.05)
    assert served(desk).is_sure(asked, chances).sum() == n_sure
    assert (served(desk).predict_proba(asked) == chances).all()


@pytest.mark.parametrize("share", [0, 0.03, 1, -0.05])
def test_another_share_is_refused(desk: Desk, lead: Person, share: float) -> None:
    with pytest.raises(NotValid, match="Choose one of"):
        set_error_budget(desk, lead, share)
    assert allowed_errors(desk, lead) == 0.05


def test_it_is_a_leads_to_say_and_is_written_down(desk: Desk, lead: Person, agent: Person) -> None:
    with pytest.raises(NotAllowed):
        set_error_budget(desk, agent, 0.1)
    set_error_budget(desk, lead, 0.1)
    with desk.reading() as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "error budget")).one()
    assert entry.detail == {"share": 0.1}
