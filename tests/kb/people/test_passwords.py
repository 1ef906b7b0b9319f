"""Passwords are kept as hashes of one profile, and nobody learns which accounts have one."""

from __future__ import annotations

import pytest

from kb.errors import NotValid
from kb.people import passwords


def test_a_password_fits_its_own_hash_alone() -> None:
    kept = passwords.hashed("correct horse battery")
    assert passwords.is_right("correct horse battery", kept)
    assert not passwords.is_right("correct horse batterx", kept)


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_one_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(NotValid, match="10 to 200"):
        passwords.hashed(password)


def test_an_account_without_password_is_compared_with_a_hash_as_costly_as_any() -> None:
    assert not passwords.is_right("anything at all", "")
    assert not passwords._hasher.check_needs_rehash(passwords._DUMMY)
