"""The severity matrix and the order of the closed sets."""

import pytest

from kb.labels import Impact, Role, Severity, Urgency, in_100, is_disputed, severity_of


@pytest.mark.parametrize(
    ("impact", "urgency", "severity"),
    [
        ("all", "high", "critical"),
        ("all", "medium", "high"),
        ("some", "high", "high"),
        ("all", "low", "medium"),
        ("some", "medium", "medium"),
        ("one", "high", "medium"),
        ("some", "low", "low"),
        ("one", "medium", "low"),
        ("one", "low", "low"),
    ],
)
def test_severity_follows_impact_and_urgency(impact: str, urgency: str, severity: str) -> None:
    assert severity_of(Impact(impact), Urgency(urgency)) is Severity(severity)


@pytest.mark.parametrize(
    ("given", "said", "is_sure", "expected"),
    [
        ("low", "low", True, False),
        ("low", "medium", True, True),
        ("low", "medium", False, False),
        ("low", "high", False, True),
        ("critical", "medium", False, True),
        ("critical", "high", False, False),
    ],
)
def test_a_severity_is_disputed_surely_or_from_afar(given: str, said: str, is_sure: bool, expected: bool) -> None:
    assert is_disputed(given, said, is_sure=is_sure) is expected


def test_roles_are_ordered() -> None:
    assert [role.rank for role in (Role.GUEST, Role.USER, Role.AGENT, Role.LEAD, Role.ADMIN)] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (0.0, "under 1"),
        (0.005, "under 1"),
        (0.006, "1"),
        (0.834, "83"),
        (0.9949, "99"),
        (0.995, "over 99"),
        (1.0, "over 99"),
    ],
)
def test_no_guess_is_told_as_right_in_all_or_none(share: float, told: str) -> None:
    assert in_100(share) == f"{told} of 100"
