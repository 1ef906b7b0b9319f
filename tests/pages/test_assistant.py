from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from kb import services, training
from kb.assessing import AS_OF, Alarm, Bin, Curve, Doubt, Group, Pair, Report, Rival, Share, Span, drift, keeping
from kb.assessing.drift import Change, Drift
from kb.desk import Desk
from kb.error_budget import allowed_errors
from kb.labels import Target
from kb.person import OPERATOR, Person
from kb.tables import Assessment
from kb.training.measuring import fitted
from kb.training.rows import Rows
from kb.training.versions import Made, publish
from pages.ui.assistant import labels

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
    app = open_page(lead, "assistant.py", view="Versions")
    assert not app.exception
    assert "No version serves yet" in app.info[0].value


@pytest.mark.parametrize("role", ["visitor", "user", "agent"])
def test_nobody_below_lead_opens_it(open_page: OpenPage, request: pytest.FixtureRequest, role: str) -> None:
    with pytest.raises(ValueError, match="assistant"):
        open_page(request.getfixturevalue(role), "assistant.py")


def test_it_tells_what_being_sure_is_worth(open_page: OpenPage, desk: Desk, lead: Person) -> None:
    made(desk)
    app = open_page(lead, "assistant.py", view="Versions")
    assert not app.exception
    assert "sure of 50 of 100" in said(app)
    assert "96 of 100 were right (n = 100)" in said(app)
    assert "2 starter rows and 2 reviews" in said(app)
    assert app.dataframe[0].value["F1"].tolist() == [0.89]


def test_its_figures_name_the_command_that_gives_them(open_page: OpenPage, desk: Desk, lead: Person) -> None:
    old, new = made(desk, 2), made(desk)
    training.put_in_shadow(desk, lead, old)
    told = [one.value for one in open_page(lead, "assistant.py", view="Versions").caption]
    assert f"`firstline evaluate version {new} --json`: measured" in told
    assert f"`firstline evaluate version {old} --json`: shadow" in told
    assert "Of each of these: `firstline evaluate version NUMBER --json`: measured" in told


def test_it_admits_that_it_is_never_sure(open_page: OpenPage, desk: Desk, lead: Person) -> None:
    made(desk, coverage=0.0, selective_accuracy=None)
    assert "not sure of any answer" in said(open_page(lead, "assistant.py", view="Versions"))


def test_an_older_version_serves_after_a_click(open_page: OpenPage, desk: Desk, lead: Person) -> None:
    old, new = made(desk, 2), made(desk)
    app = open_page(lead, "assistant.py", view="Versions")
    app.button(key=f"roll_back_{old}").click().run()
    assert {version.id: version.is_live for version in training.versions(desk, OPERATOR)} == {old: True, new: False}
    assert f"Version {old} serves" in said(app)


def test_a_damaged_file_is_a_notice_and_no_failure(open_page: OpenPage, desk: Desk, lead: Person) -> None:
    made(desk)
    next(desk.folder("models").iterdir()).write_bytes(b"damaged")
    app = open_page(lead, "assistant.py", view="Versions")
    assert not app.exception
    assert "The type model does not serve" in app.error[0].value


SHARE, SPAN = Share.of(3, 40), Span(0.5, 0.4, 0.6)
CURVE = Curve((0, 20, 40), (0.5, 0.6, 0.66), (0.5, 0.6, 0.65), 0.7, 123, 40, 900)


def report(desk: Desk, target: Target, **given: Any) -> Report:
    is_severity = target is Target.SEVERITY
    missed = SHARE if is_severity else None
    rivals = tuple(Rival(name, SHARE, SPAN, SPAN, missed) for name in ("assistant", "keywords", "majority"))
    return Report(
        **{
            "target": target, "until": desk.now(), "is_demo": False, "n_starter": 16, "n_train": 70, "n_over_cap": 0,
            "n_test": 30, "n_repeats": 2, "from_at": desk.now(), "to_at": desk.now(), "rivals": rivals, "sure": SHARE,
            "wrong_sure": SHARE, "target_error": 0.05, "calibration_error": Span(0.04, 0.02, 0.08),
            "bins": (Bin(0.4, SHARE), Bin(0.9, SHARE)),
            "groups": tuple(
                Group(by, name, SHARE, SPAN, SPAN, missed)
                for by, name in (("team", "Team *B*"), ("language", "German"))
            ),
            "pairs": (Pair("access", "security", Share.of(20, 40), True),),
            "doubts": (Doubt(7, "A *bold* title", "access", "security", 0.97),), "curve": CURVE, **given,
        }
    )  # fmt: skip


@pytest.fixture
def keep_report(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """keep_report(target, ...) stores an assessment as if it had been measured."""
    services.seed(desk)

    def make(target: Target, **given: Any) -> None:
        monkeypatch.setattr(keeping, "assess", lambda *_: report(desk, target, **given))
        keeping.keep(desk, OPERATOR, target)

    return make


def tables(app: AppTest) -> str:
    return "\n".join(table.value.to_csv() for table in app.table)


@pytest.mark.parametrize("view", ["Trust", "Labels"])
def test_before_it_was_measured_it_says_how_to(open_page: OpenPage, lead: Person, view: str) -> None:
    app = open_page(lead, "assistant.py", view=view)
    assert "Not measured yet" in app.info[0].value
    next(button for button in app.button if button.label == "Measure now").click().run()
    assert "confirmed the labels of 0 incidents" in app.error[0].value


def test_the_missed_critical_ones_come_first(
    open_page: OpenPage, lead: Person, keep_report: Callable[..., None]
) -> None:
    keep_report(Target.SEVERITY)
    app = open_page(lead, "assistant.py")
    assert not app.exception
    assert app.metric[0].label == "Critical, called less than high"
    assert app.metric[0].value == "3 of 40"
    assert "the **30 latest**" in said(app)
    assert "2 like ones were left out" in said(app)


def test_rivals_groups_and_bins_have_their_n_and_interval(
    open_page: OpenPage, lead: Person, keep_report: Callable[..., None]
) -> None:
    keep_report(Target.SEVERITY)
    shown = tables(open_page(lead, "assistant.py"))
    assert "The assistant,3 of 40 (2.6–19.9\u00a0%),0.50 (0.40–0.60)" in shown
    for word in ("Ten words a label", "Always the most frequent", "90 of 100"):
        assert word in shown
    figures = "3 of 40 (2.6–19.9\u00a0%),0.50 (0.40–0.60),3 of 40 (2.6–19.9\u00a0%),0.50 (0.40–0.60)"
    for by, name in (("Team", "Team \\*B\\*"), ("Language", "German")):
        assert f"{by},Critical missed,Macro-F1,Right,Cost\n0,{name},{figures}\n" in shown


def test_it_says_what_of_a_former_time_is_as_of_today(
    open_page: OpenPage, lead: Person, keep_report: Callable[..., None]
) -> None:
    keep_report(Target.SEVERITY)
    assert AS_OF in [caption.value for caption in open_page(lead, "assistant.py").caption]


def test_it_says_how_many_labels_are_over_the_cap_of_a_person(
    open_page: OpenPage, lead: Person, keep_report: Callable[..., None]
) -> None:
    keep_report(Target.SEVERITY)
    assert "did not learn" not in said(open_page(lead, "assistant.py"))
    keep_report(Target.SEVERITY, n_over_cap=12)
    shown = said(open_page(lead, "assistant.py"))
    assert "12 more it did not learn, as in a training: of one person at most 20 count with one training." in shown


def test_a_report_stored_before_groups_had_all_figures_counts_as_none(
    open_page: OpenPage, desk: Desk, lead: Person, keep_report: Callable[..., None]
) -> None:
    keep_report(Target.SEVERITY)
    with desk.transaction() as session:
        row = session.exec(select(Assessment)).one()
        groups = [{key: one[key] for key in ("by", "name", "right", "missed")} for one in row.result["groups"]]
        row.result = {key: value for key, value in row.result.items() if key != "n_over_cap"} | {"groups": groups}
    app = open_page(lead, "assistant.py")
    assert not app.exception
    assert "Not measured yet" in app.info[0].value


def test_every_figure_names_the_command_that_gives_it(
    open_page: OpenPage, lead: Person, keep_report: Callable[..., None]
) -> None:
    keep_report(Target.SEVERITY)
    captions = [caption.value for caption in open_page(lead, "assistant.py").caption]
    named = [one.partition(": severity.")[2] for one in captions if one.startswith("`firstline assistant --target")]
    assert named == ["rivals[0], sure, wrong_sure, calibration_error", "rivals", "bins", "groups"]
    assert "--until 2026-03-02T09:00:00 --target-error 0.05 --json`" in " ".join(captions)


def test_a_lead_says_how_many_answers_may_be_wrong(
    open_page: OpenPage, desk: Desk, lead: Person, keep_report: Callable[..., None]
) -> None:
    keep_report(Target.SEVERITY)
    app = open_page(lead, "assistant.py")
    assert app.segmented_control(key="error-budget").value == 0.05
    assert "were measured with" not in "".join(caption.value for caption in app.caption)
    app.segmented_control(key="error-budget").set_value(0.1).run()
    assert allowed_errors(desk, lead) == 0.1
    assert "measured with 5 of 100" in "".join(caption.value for caption in app.caption)


def test_of_types_it_tells_first_what_is_wrong_unasked(
    open_page: OpenPage, lead: Person, keep_report: Callable[..., None]
) -> None:
    keep_report(Target.TYPE, is_demo=True)
    app = open_page(lead, "assistant.py")
    app.segmented_control(key="trust-target").set_value(Target.TYPE).run()
    assert app.metric[0].label == "Wrong among those given alone"
    assert "demo year" in app.warning[0].value


def test_more_labels_mixed_up_types_and_doubtful_ones_are_named(
    open_page: OpenPage, lead: Person, keep_report: Callable[..., None]
) -> None:
    keep_report(Target.TYPE)
    app = open_page(lead, "assistant.py", view="Labels")
    app.segmented_control(key="labels-target").set_value(Target.TYPE).run()
    assert not app.exception
    assert "About 120 more labels \\(40 to 900\\) bring macro\\-F1 0\\.70" in said(app)
    assert "**Access** and **Security** are taken for each other in 20 of 40. Merge them" in app.warning[0].value
    assert "A \\*bold\\* title  \nis **Access**, sounds like **Security** (97 of 100)" in said(app)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"more": None}, "will hardly bring macro-F1 0.70"),
        ({"high": None, "low": None}, "it may take 0, or more than can be had"),
        ({"more": 1_688, "high": 12_345}, "About 1,700 more labels (40 to 12,000) bring"),
    ],
)
def test_a_forecast_claims_no_more_than_it_knows(given: dict[str, int | None], words: str) -> None:
    assert words in labels.sentence(replace(CURVE, **given))


def test_without_a_curve_or_a_doubt_it_says_so(
    open_page: OpenPage, lead: Person, keep_report: Callable[..., None]
) -> None:
    keep_report(Target.SEVERITY, curve=None, doubts=(), pairs=())
    shown = said(open_page(lead, "assistant.py", view="Labels"))
    for words in ("Too few labels of your own", "No two labels are surely", "No confirmed label stands out"):
        assert words in shown


def test_a_change_is_shown_with_what_changed(
    open_page: OpenPage, desk: Desk, lead: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    alarms = (
        Alarm("words", True, 0.001, 200, 80, (Change("vpn_x", 0.0, 0.25),)),
        Alarm("agreement", False, 0.4, 100, 40, (Change("agreement", 0.9, 0.88),)),
    )
    monkeypatch.setattr(drift, "check_drift", lambda *_, **__: Drift(desk.now(), False, alarms))
    drift.watch(desk, OPERATOR)
    app = open_page(lead, "assistant.py", view="Change")
    assert app.warning[0].value == "Words change\\: “vpn\\_x” stands in from 0 to 25 of 100 reports\\."
    assert app.success[0].value == "People agree with the assistant as before\\."
    assert "vpn\\_x,0 of 100,25 of 100" in tables(app)
    assert "n = 200 and 80; chance alone brings as much in 1 or fewer of 1,000 cases." in [c.value for c in app.caption]


def test_it_compares_when_asked_and_says_when_there_is_too_little(open_page: OpenPage, lead: Person) -> None:
    app = open_page(lead, "assistant.py", view="Change")
    assert "Nothing was compared yet" in app.info[0].value
    next(button for button in app.button if button.label == "Compare now").click().run()
    assert "too few incidents to compare" in app.info[0].value
