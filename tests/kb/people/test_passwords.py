"""Passwords are kept as hashes of one profile, and nobody learns which accounts have one."""

from __future__ import annotations

import time

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from kb.errors import NotValid
from kb.people import passwords


def test_a_password_fits_its_own_hash_alone() -> None:
    kept = passwords.hashed("correct horse battery")
    assert passwords.is_right("correct horse battery", kept)
    assert not passwords.is_right("correct horse batterx", kept)


@pytest.mark.parametrize("password", ["short", "elevenchars", "x" * 201])
def test_one_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(NotValid, match="12 to 200"):
        passwords.hashed(password)


@pytest.mark.parametrize(
    "password",
    [
        "a violet kettle",
        "x7Kq9vLm2pWz",
        "пять жёлтых ножниц",
        "Kettle-42-violet",
        "Ann buys a violet kettle",
        "{}!?(=)&/+*#-,~§",
        "seven grey herons walk past the mill " * 5,
    ],
)
def test_any_mixture_of_characters_will_do(password: str) -> None:
    assert passwords.is_right(password, passwords.hashed(password, "Ann Miller", "ann@example.com"))


@pytest.mark.parametrize(
    "password",
    [
        "password1234", "123456789012", "qwertyuiop12", "1q2w3e4r5t6y", "aaaaaaaaaaaaaaaa", "passwordpassword",
        "P@ssw0rd1234", "iloveyou1234", "firstline2026!", "Portal-Portal", "annmiller1990", "Ann.Miller.1990",
        "miller-example-77", "example.com1", "a" * 200,
    ],
)  # fmt: skip
def test_one_that_is_easily_guessed_is_refused(password: str) -> None:
    with pytest.raises(NotValid, match="easily guessed") as refused:
        passwords.hashed(password, "Ann Miller", "ann@example.com")
    assert password not in str(refused.value)


def test_no_common_password_is_taken() -> None:
    common = [one for one in FREQUENCY_LISTS["passwords"] if len(one) >= passwords.SHORTEST]
    assert len(common) > 200
    taken = [one for one in common if not passwords._is_easy(one, passwords.OURS)]
    assert not taken


def test_to_look_at_signs_that_stand_for_letters_takes_no_second() -> None:
    started = time.process_time()
    passwords._is_easy("4@8({[<369&#!1/|0$5+7%2" * 8, passwords.OURS)
    assert time.process_time() - started < 1


def test_an_account_without_password_is_compared_with_a_hash_as_costly_as_any() -> None:
    assert not passwords.is_right("anything at all", "")
    assert not passwords._hasher.check_needs_rehash(passwords._DUMMY)
