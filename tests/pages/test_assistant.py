from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from kb import training
from kb.desk import Desk
from kb.labels import Target
from kb.person import OPERATOR, Person
from kb.training.measuring import fitted
from kb.training.rows import Rows
from kb.training.versions import Made, publish

OpenPage = Callable[..., AppTest]
ROWS = Rows(("the disk is broken", "a phishing mail came") * 2, ("hardware_failure", "security") * 2, 3)
SCORES = {
    "n_test": 200,
    "accuracy": 0.9,
    "macro_f1": 0.88,
    "ece": 0.03,
    "coverage": 0.5,
    "selective_accuracy": 0.96,
    "target_error": 0.05,
    "per_label": {"security": {"precision": 1.0, "recall": 0.8, "f1": 0.89, "n": 20}},
}


def made(desk: Desk, n: int = 4, **scores: object) -> int:
    rows = Rows(ROWS.texts[:n], ROWS.labels[:n], 2)
    how = Made(Target.TYPE, "Ann *B*", note="Better.", scores={**SCORES, **scores})
    return publish(desk, fitted(Target.TYPE, rows), rows, how).id or 0


def said(app: AppTest) -> str:
    return "\n".join(part.value for part in app.markdown)


def test_without_models_it_says_what_to_do(open_page: OpenPage, lead: Person) -> None:
    app = open_page(lead, "assistant.py")
    assert not app.exception
    assert "No version serves yet" in app.info[0].value


@pytest.mark.parametrize("role", ["visitor", "user", "agent"])
def test_nobody_below_lead_opens_it(open_page: OpenPage, request: pytest.FixtureRequest, role: str) -> None:
    with pytest.raises(ValueError, match="assistant"):
        open_page(request.getfixturevalue(role), "assistant.py")


def test_it_tells_what_being_sure_is_worth(open_page: OpenPage, desk: Desk, lead: Person) -> None:
    made(desk)
    app = open_page(lead, "assistant.py")
    assert not app.exception
    assert "sure of 50 of 100" in said(app)
    assert "96 of 100 were right (n = 100)" in said(app)
    assert "2 starter rows and 2 reviews" in said(app)
    assert app.dataframe[0].value["F1"].tolist() == [0.89]


def test_it_admits_that_it_is_never_sure(open_page: OpenPage, desk: Desk, lead: Person) -> None:
    made(desk, coverage=0.0, selective_accuracy=None)
    assert "not sure of any answer" in said(open_page(lead, "assistant.py"))


def test_an_older_version_serves_after_a_click(open_page: OpenPage, desk: Desk, lead: Person) -> None:
    old, new = made(desk, 2), made(desk)
    app = open_page(lead, "assistant.py")
    app.button(key=f"roll_back_{old}").click().run()
    assert {version.id: version.is_live for version in training.versions(desk, OPERATOR)} == {old: True, new: False}
    assert f"Version {old} serves" in said(app)


def test_a_damaged_file_is_a_notice_and_no_failure(open_page: OpenPage, desk: Desk, lead: Person) -> None:
    made(desk)
    next(desk.folder("models").iterdir()).write_bytes(b"damaged")
    app = open_page(lead, "assistant.py")
    assert not app.exception
    assert "The type model does not serve" in app.error[0].value
