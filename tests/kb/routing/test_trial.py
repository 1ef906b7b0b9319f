"""The dry run counts what a rule would have moved, against what people did in the end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb import people
from kb.desk import Desk
from kb.errors import Conflict
from kb.person import Person
from kb.routing import Moved, Rule, Trial, go_live, save_rule, trial, try_rule
from kb.tables import Incident
from tests.kb.routing.conftest import at_work, of_type
from tests.labelled import opinion, report, reviewed, stored

Ids = dict[str, int]


@pytest.fixture
def vpn(desk: Desk, admin: Person, team: Ids) -> int:
    return save_rule(desk, admin, Rule("VPN", ("vpn",), team_id=team["team_c"], sets_type="configuration"))


def test_it_counts_what_fits_and_where_it_would_go(
    desk: Desk, admin: Person, team: Ids, service: Ids, vpn: int
) -> None:
    first = report(desk, "VPN drops", service_id=service["Network and Wi-Fi"])
    second, _ = report(desk, "VPN certificate"), report(desk, "Paper is out")
    at_work(desk, second, team_id=team["team_c"])
    reviewed(desk, first, None, type="configuration")
    reviewed(desk, second, None, type="access")
    assert try_rule(desk, admin, vpn) == Trial(
        rule_id=vpn, n=3, is_enough=True, fits=2, to_team=(("nobody", "Team C", 1), ("Team A", "Team C", 1)), stayed=1,
        sent=2, to_type=2, type_right=1, type_checked=2,
        examples=(
            Moved(second, "VPN certificate", "nobody, type not known", "Team C, Configuration"),
            Moved(first, "VPN drops", "Team A, type not known", "Team C, Configuration"),
        ),
    )  # fmt: skip


def test_a_trial_changes_no_incident(desk: Desk, admin: Person, vpn: int) -> None:
    incident_id = report(desk, "VPN drops")
    before = stored(desk, incident_id)
    try_rule(desk, admin, vpn)
    assert stored(desk, incident_id) == before


def test_an_earlier_live_rule_leaves_it_nothing_to_do(
    desk: Desk, admin: Person, team: Ids, live_rule: Callable[..., int]
) -> None:
    live_rule("Tunnels", words=("vpn",), team_id=team["team_a"])
    late = save_rule(desk, admin, Rule("Late", ("vpn",), team_id=team["team_b"]))
    report(desk, "VPN drops")
    found = try_rule(desk, admin, late)
    assert (found.fits, found.sent, found.to_team) == (1, 0, ())


def test_only_the_latest_are_looked_at(desk: Desk, admin: Person, clock: object, vpn: int) -> None:
    for n in range(4):
        report(desk, f"VPN {n}")
    assert try_rule(desk, admin, vpn, last=3).n == 3


def test_a_trial_of_fewer_than_the_latest_does_not_let_a_rule_go_live(desk: Desk, admin: Person, vpn: int) -> None:
    for n in range(4):
        report(desk, f"VPN {n}")
    short = try_rule(desk, admin, vpn, last=3)
    assert (short.fits, short.is_enough) == (3, False)
    with pytest.raises(Conflict, match="Try this rule"):
        go_live(desk, admin, vpn)
    assert try_rule(desk, admin, vpn, last=4).is_enough
    assert not try_rule(desk, admin, vpn, last=3).is_enough
    go_live(desk, admin, vpn)


def test_of_more_than_five_hundred_the_latest_of_these_are_enough(
    desk: Desk, admin: Person, vpn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "LAST", 2)
    for n in range(4):
        report(desk, f"VPN {n}")
    assert [try_rule(desk, admin, vpn, last=last).is_enough for last in (1, 2, 3)] == [False, True, True]


def test_who_has_much_to_do_today_does_not_matter(
    desk: Desk, admin: Person, team: Ids, hire: Callable[..., Person]
) -> None:
    of_type(desk, "access", team_id=team["team_a"], skill="ldap")
    hire("Ann", team["team_a"])
    hire("Cem", team["team_c"], "ldap")
    for n in range(10):
        at_work(desk, report(desk, f"VPN {n}"), team_id=team["team_a"])
    rule_id = save_rule(desk, admin, Rule("VPN", ("vpn",), sets_type="access"))
    assert try_rule(desk, admin, rule_id).to_team == (("nobody", "Team A", 10),)


def test_types_are_asked_as_the_assistant_was_sure_of_them(desk: Desk, admin: Person, team: Ids) -> None:
    sure, unsure = report(desk, "One"), report(desk, "Two")
    opinion(desk, sure, "access", is_sure=True)
    opinion(desk, unsure, "access")
    with desk.transaction() as session:
        session.get_one(Incident, unsure).type = "access"  # a person said so later: the rule could not know
    rule_id = save_rule(desk, admin, Rule("Access", type="access", team_id=team["team_b"]))
    assert [one.incident_id for one in try_rule(desk, admin, rule_id).examples] == [sure]


def test_who_is_away_today_does_not_matter(
    desk: Desk, admin: Person, team: Ids, service: Ids, hire: object, vpn: int
) -> None:

    person = hire("Ann", team["team_a"])  # type: ignore[operator]
    people.set_away(desk, admin, desk.now().replace(year=2030), account_id=person.id)
    report(desk, "VPN drops", service_id=service["Network and Wi-Fi"])
    assert try_rule(desk, admin, vpn).to_team == (("Team A", "Team C", 1),)
