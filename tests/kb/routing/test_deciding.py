"""Where incidents go: rules first, then service and type, then whoever is there, knows how and has least to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import select

from kb import people, routing, triage
from kb.desk import Desk
from kb.labels import Severity, Target
from kb.person import OPERATOR, Person
from kb.routing import Facts, Route, Rule
from kb.tables import Incident, Prediction, TimelineEntry
from tests.kb.routing.conftest import at_work, of_type
from tests.labelled import report, stored

Hire = Callable[..., Person]
Ids = dict[str, int]


def decide(desk: Desk, text: str = "Tills are slow", type_: str = "", service_id: int | None = None) -> Route:
    with desk.reading() as session:
        return routing.route(session, desk, Facts(text, type_, Severity.HIGH, service_id))


def away(desk: Desk, person: Person) -> None:
    people.set_away(desk, OPERATOR, desk.now().replace(year=2030), account_id=person.id)


def test_nothing_known_leads_nowhere(desk: Desk) -> None:
    assert decide(desk) == Route(None, "")


def test_the_service_decides_before_the_type(desk: Desk, team: Ids, service: Ids) -> None:
    of_type(desk, "access", team_id=team["team_c"])
    assert decide(desk, type_="access") == Route(team["team_c"], "access")
    assert decide(desk, type_="access", service_id=service["Network and Wi-Fi"]) == Route(team["team_a"], "access")


def test_while_the_services_team_is_away_the_types_team_has_it(desk: Desk, team: Ids, service: Ids, hire: Hire) -> None:
    of_type(desk, "access", team_id=team["team_c"])
    away(desk, hire("Ann", team["team_a"]))
    hire("Cem", team["team_c"])
    found = decide(desk, type_="access", service_id=service["Network and Wi-Fi"])
    assert (found.team_id, found.why) == (team["team_c"], "nobody of Team A is there")


def test_while_all_owners_are_away_who_knows_how_has_it(desk: Desk, team: Ids, hire: Hire) -> None:
    of_type(desk, "data_corruption", team_id=team["team_a"], skill="databases")
    away(desk, hire("Ann", team["team_a"], "databases"))
    hire("Bob", team["team_b"], "networking")
    hire("Cem", team["team_c"], "databases")
    found = decide(desk, type_="data_corruption")
    assert found.team_id == team["team_c"]
    assert found.why == "nobody of Team A is there; 1 of Team C know databases, 0.0 open for each there"


def test_among_those_who_know_how_the_least_loaded_has_it(desk: Desk, team: Ids, hire: Hire) -> None:
    of_type(desk, "data_corruption", skill="databases")
    hire("Bob", team["team_b"], "databases")
    for name in ("Cem", "Cai", "Coy"):
        hire(name, team["team_c"], "databases")
    for n, slug in enumerate(("team_b", "team_c", "team_c")):
        at_work(desk, report(desk, f"Incident {n}"), team_id=team[slug])
    assert decide(desk, type_="data_corruption").team_id == team["team_c"]


@pytest.fixture
def swamped(desk: Desk, team: Ids, hire: Hire) -> None:
    """Team A owns data corruption and has 12 open for Ann; Cem of Team C, who knows databases, has 4."""
    of_type(desk, "data_corruption", team_id=team["team_a"], skill="databases")
    hire("Ann", team["team_a"], "databases")
    hire("Cem", team["team_c"], "databases")
    for n in range(16):
        at_work(desk, report(desk, f"Incident {n}"), team_id=team["team_a" if n < 12 else "team_c"])


def test_a_swamped_team_gives_its_type_to_who_knows_how_and_has_far_less(desk: Desk, team: Ids, swamped: None) -> None:
    found = decide(desk, type_="data_corruption")
    assert found.team_id == team["team_c"]
    assert found.why == "Team A has 12.0 open for each there; 1 of Team C know databases, 4.0 open for each there"


def test_the_services_team_keeps_its_own_however_much_it_has(
    desk: Desk, team: Ids, service: Ids, swamped: None
) -> None:
    found = decide(desk, type_="data_corruption", service_id=service["Network and Wi-Fi"])
    assert found == Route(team["team_a"], "data_corruption")


@pytest.mark.parametrize("more_for", ["team_a", "team_c"])
def test_a_team_that_has_not_far_more_keeps_its_type(desk: Desk, team: Ids, swamped: None, more_for: str) -> None:
    """9 open are not many; 12 are not three times 5."""
    if more_for == "team_a":
        for n in range(1, 4):
            at_work(desk, n, team_id=team["team_b"])
        for n in range(13, 17):
            at_work(desk, n, team_id=team["team_b"])
    else:
        at_work(desk, report(desk, "One more"), team_id=team["team_c"])
    assert decide(desk, type_="data_corruption") == Route(team["team_a"], "data_corruption")


def test_of_a_team_without_accounts_nobody_knows_how_much_it_has(desk: Desk, team: Ids, hire: Hire) -> None:
    of_type(desk, "data_corruption", team_id=team["team_b"], skill="databases")
    hire("Cem", team["team_c"], "databases")
    assert decide(desk, type_="data_corruption") == Route(team["team_b"], "data_corruption")


def test_a_skill_nobody_there_has_changes_nothing(desk: Desk, team: Ids, hire: Hire) -> None:
    of_type(desk, "access", team_id=team["team_a"], skill="magic")
    away(desk, hire("Ann", team["team_a"], "magic"))
    assert decide(desk, type_="access") == Route(team["team_a"], "access")


def test_somebody_is_back_when_the_day_has_come(desk: Desk, team: Ids, clock: object, hire: Hire) -> None:
    of_type(desk, "access", team_id=team["team_a"], skill="ldap")
    people.set_away(desk, OPERATOR, desk.now(), account_id=hire("Ann", team["team_a"]).id)
    hire("Bob", team["team_b"], "ldap")
    assert decide(desk, type_="access").team_id == team["team_a"]


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("No VPN since nine", True),
        ("the any\nconnect window", True),
        ("vpn.example.com is down", True),
        ("openvpns", False),
        ("any other connect", False),
        ("", False),
    ],
)
def test_words_of_a_rule_stand_for_themselves(text: str, fits: bool) -> None:
    assert Rule("VPN", words=("vpn", "any connect")).fits(Facts(text, "", Severity.LOW)) is fits


@pytest.mark.parametrize("word", ["a.c", "a|c", "[abc]", "a*", "(a", "\\w+", "$", "a{2}"])
def test_signs_of_patterns_in_a_word_mean_nothing(word: str) -> None:
    rule = Rule("Odd", words=(word,))
    assert rule.fits(Facts(f"see {word} here", "", Severity.LOW))
    assert not rule.fits(Facts("see abc aa c here", "", Severity.LOW))


def test_all_conditions_of_a_rule_must_hold() -> None:
    rule = Rule("Night", words=("till",), type="access", service_id=7, least_severity="high")
    facts = Facts("the till", "access", Severity.CRITICAL, 7)
    assert rule.fits(facts)
    for other in (("the hill", "access", "high", 7), ("till", "", "high", 7), ("till", "access", "medium", 7),
                  ("till", "access", "high", 8)):  # fmt: skip
        assert not rule.fits(Facts(other[0], other[1], Severity(other[2]), other[3]))


def test_the_first_rule_that_fits_names_the_team(desk: Desk, team: Ids, live_rule: Callable[..., int]) -> None:
    first = live_rule("First", words=("tills",), team_id=team["team_b"])
    live_rule("Second", words=("slow",), team_id=team["team_c"])
    assert decide(desk) == Route(team["team_b"], "", "rule “First”", (first,))


def test_one_rule_may_name_the_type_and_another_the_team(desk: Desk, team: Ids, live_rule: Callable[..., int]) -> None:
    kind = live_rule("Kind", words=("tills",), sets_type="performance")
    place = live_rule("Place", words=("slow",), team_id=team["team_c"])
    assert decide(desk) == Route(team["team_c"], "performance", "rule “Kind”; rule “Place”", (kind, place))


def test_the_type_a_rule_names_finds_its_team(desk: Desk, team: Ids, live_rule: Callable[..., int]) -> None:
    of_type(desk, "performance", team_id=team["team_a"])
    live_rule("Kind", words=("tills",), sets_type="performance")
    assert decide(desk).team_id == team["team_a"]


def test_a_report_is_routed_by_rule_and_its_timeline_says_so(
    desk: Desk, team: Ids, live_rule: Callable[..., int]
) -> None:
    live_rule(words=("vpn",), team_id=team["team_c"], sets_type="configuration")
    incident_id = report(desk, "VPN drops every hour")
    assert (stored(desk, incident_id).team_id, stored(desk, incident_id).type) == (team["team_c"], "configuration")
    with desk.reading() as session:
        entry = session.exec(select(TimelineEntry).where(TimelineEntry.field == "team")).one()
    assert (entry.body, entry.new, entry.is_public) == ("Routed: rule “VPN”", "Team C", False)


def test_a_rule_raises_no_confidence(desk: Desk, small_models: None, live_rule: Callable[..., int]) -> None:
    said = triage.label(desk, title="VPN drops every hour", body="").type
    assert said
    live_rule(words=("vpn",), sets_type="hardware_failure")
    report(desk, "VPN drops every hour", "")
    with desk.reading() as session:
        kept = session.exec(select(Prediction).where(Prediction.target == Target.TYPE)).one()
        assert session.exec(select(Incident)).one().type == "hardware_failure"
    assert (kept.label, kept.confidence, kept.is_sure) == (said.label, said.confidence, said.is_sure)
