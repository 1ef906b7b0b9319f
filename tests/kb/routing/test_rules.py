"""Rules are kept in order, and none is live that was not tried as it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kb import services
from kb.desk import Desk
from kb.errors import Conflict, FirstlineError, NotAllowed, NotFound, NotValid
from kb.person import Person
from kb.routing import Rule, go_live, pause, remove, rules, save_rule, try_rule

Ids = dict[str, int]
LiveRule = Callable[..., int]


def names(desk: Desk, person: Person) -> list[tuple[int, str, bool]]:
    return [(row.place, row.rule.name, row.is_live) for row in rules(desk, person)]


def test_a_rule_reads_as_a_sentence(desk: Desk, admin: Person, team: Ids, service: Ids) -> None:
    rule = Rule(
        "Tills", ("till", "card reader"), "access", service["Network and Wi-Fi"], "high", team["team_b"], "security"
    )
    save_rule(desk, admin, rule)
    row = rules(desk, admin)[0]
    assert row.condition == (
        "the text has “till” or “card reader” and the assistant is sure of Access "
        "and the service is Network and Wi-Fi and it is high or worse"
    )
    assert row.result == "it goes to Team B and its type is Security"
    assert (row.is_live, row.tried_at) == (False, None)


def test_words_are_kept_tidy(desk: Desk, admin: Person, team: Ids) -> None:
    save_rule(desk, admin, Rule("  A   b ", (" VPN ", "vpn", "", "Any  Connect"), team_id=team["team_a"]))
    kept = rules(desk, admin)[0].rule
    assert (kept.name, kept.words) == ("A b", ("vpn", "any connect"))


def test_a_rule_goes_live_only_after_a_trial(desk: Desk, admin: Person, team: Ids) -> None:
    rule_id = save_rule(desk, admin, Rule("VPN", ("vpn",), team_id=team["team_a"]))
    with pytest.raises(Conflict, match="Try this rule"):
        go_live(desk, admin, rule_id)
    try_rule(desk, admin, rule_id)
    go_live(desk, admin, rule_id)
    assert names(desk, admin) == [(1, "VPN", True)]
    pause(desk, admin, rule_id)
    assert names(desk, admin) == [(1, "VPN", False)]


def test_a_changed_rule_has_to_be_tried_anew(desk: Desk, admin: Person, team: Ids, live_rule: LiveRule) -> None:
    rule_id = live_rule(words=("vpn",), team_id=team["team_a"])
    assert save_rule(desk, admin, Rule("VPN", ("vpn", "tunnel"), team_id=team["team_a"], id=rule_id)) == rule_id
    assert names(desk, admin) == [(1, "VPN", False)]
    with pytest.raises(Conflict):
        go_live(desk, admin, rule_id)


@pytest.mark.parametrize("change", ["add", "move", "edit", "remove", "pause", "go live", "merge"])
def test_a_trial_is_void_once_any_other_rule_has_changed(
    desk: Desk, admin: Person, team: Ids, live_rule: LiveRule, change: str
) -> None:
    other, live = Rule("Other", ("x",), team_id=team["team_b"]), live_rule("Live", words=("l",), team_id=team["team_a"])
    other_id = save_rule(desk, admin, other)
    tried = save_rule(desk, admin, Rule("VPN", ("vpn",), team_id=team["team_a"]))
    for one in (other_id, tried):
        try_rule(desk, admin, one)
    changes = {
        "add": lambda: save_rule(desk, admin, Rule("New", ("x",), team_id=team["team_a"])),
        "move": lambda: save_rule(desk, admin, replace(other, id=other_id), place=1),
        "edit": lambda: save_rule(desk, admin, replace(other, id=other_id, words=("vpn",))),
        "remove": lambda: remove(desk, admin, other_id),
        "pause": lambda: pause(desk, admin, live),
        "go live": lambda: go_live(desk, admin, other_id),
        "merge": lambda: services.merge_types(desk, admin, "security", into="access"),
    }
    changes[change]()
    with pytest.raises(Conflict, match="holds until any rule is changed"):
        go_live(desk, admin, tried)
    try_rule(desk, admin, tried)
    go_live(desk, admin, tried)


def test_a_live_rule_stays_live_when_others_change(desk: Desk, admin: Person, team: Ids, live_rule: LiveRule) -> None:
    live = live_rule(words=("vpn",), team_id=team["team_a"])
    save_rule(desk, admin, Rule("First", ("x",), team_id=team["team_b"]), place=1)
    assert [(row.id == live, row.is_live, row.tried_at is not None) for row in rules(desk, admin)] == [
        (False, False, False), (True, True, True),
    ]  # fmt: skip


def test_going_live_or_pausing_twice_voids_no_trial(desk: Desk, admin: Person, team: Ids, live_rule: LiveRule) -> None:
    live = live_rule(words=("vpn",), team_id=team["team_a"])
    tried, draft = (save_rule(desk, admin, Rule(name, ("x",), team_id=team["team_a"])) for name in "ab")
    try_rule(desk, admin, tried)
    go_live(desk, admin, live)
    pause(desk, admin, draft)
    go_live(desk, admin, tried)


def test_rules_have_an_order_that_can_be_changed(desk: Desk, admin: Person, team: Ids) -> None:
    ids = [save_rule(desk, admin, Rule(name, ("x",), team_id=team["team_a"])) for name in "abc"]
    save_rule(desk, admin, Rule("c", ("x",), team_id=team["team_a"], id=ids[2]), place=1)
    save_rule(desk, admin, Rule("d", ("x",), team_id=team["team_a"]), place=2)
    assert [name for _, name, _ in names(desk, admin)] == ["c", "d", "a", "b"]
    remove(desk, admin, ids[0])
    assert names(desk, admin) == [(1, "c", False), (2, "d", False), (3, "b", False)]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"words": ()}, "words"),
        ({"words": ("x" * 61,)}, "words"),
        ({"words": tuple(f"w{n}" for n in range(31))}, "words"),
        ({"team_id": None}, "team_id"),
        ({"least_severity": "awful"}, "least_severity"),
        ({"sets_type": "unknown"}, "type"),
        ({"type": "unknown"}, "type"),
    ],
)
def test_a_rule_that_says_nothing_sensible_is_refused(
    desk: Desk, admin: Person, team: Ids, given: dict[str, object], field: str
) -> None:
    with pytest.raises(NotValid) as refused:
        save_rule(desk, admin, Rule(**{"name": "R", "words": ("x",), "team_id": team["team_a"], **given}))  # type: ignore[arg-type]
    assert refused.value.field == field


@pytest.mark.parametrize("given", [{"team_id": 999}, {"service_id": 999}, {"id": 999}])
def test_what_is_not_there_is_not_found(desk: Desk, admin: Person, team: Ids, given: dict[str, int]) -> None:
    with pytest.raises(NotFound):
        save_rule(desk, admin, Rule(**{"name": "R", "words": ("x",), "team_id": team["team_a"], **given}))  # type: ignore[arg-type]
    for action in (go_live, pause, remove, try_rule):
        with pytest.raises(NotFound):
            action(desk, admin, 999)


def test_leads_see_the_rules_and_administrators_change_them(
    desk: Desk, lead: Person, agent: Person, live_rule: LiveRule, team: Ids
) -> None:
    rule_id = live_rule(words=("vpn",), team_id=team["team_a"])
    assert len(rules(desk, lead)) == 1
    with pytest.raises(NotAllowed):
        rules(desk, agent)
    for action in (go_live, pause, remove, try_rule):
        with pytest.raises(NotAllowed):
            action(desk, lead, rule_id)


def test_there_is_an_end_to_rules(desk: Desk, admin: Person, team: Ids) -> None:
    for n in range(100):
        save_rule(desk, admin, Rule(f"R{n}", ("x",), team_id=team["team_a"]))
    with pytest.raises(FirstlineError, match="100 rules"):
        save_rule(desk, admin, Rule("One more", ("x",), team_id=team["team_a"]))
