"""Passwords: none that is easily guessed, hashed with argon2id, compared as long whether the account exists or not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kb.cleaning import storable
from kb.errors import NotValid

SHORTEST, LONGEST = 12, 200
OURS = ("firstline", "knowledge", "portal", "support", "helpdesk", "incident", "triage")
"""Words of this product: whoever guesses begins with them, and with the person's own name and address."""
LEAST_GUESSES = 10**9
"""By zxcvbn's count."""
LEAST_BESIDE = 8
"""Letters and digits a password has beside such words."""
_LOOKED_AT = 20
"""So many characters are looked at: among the passwords that many use hardly any is longer, and zxcvbn takes seconds
for 60 signs that stand for letters."""
_EASY = (
    "This password is easily guessed: many use it or one like it, or it is made of your name, your address or ours. "
    "Four words that have nothing to do with each other make a good one."
)
# OWASP's minimum profile: 19 MiB, two passes (Password Storage Cheat Sheet).
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_DUMMY = "$argon2id$v=19$m=19456,t=2,p=1$A+a5cmNYhaEF4zY4QF9+gg$MM8d2vmXSVo96PwjyPGfSUq/em8u0Zx1jA2fz1DSBKE"
"""A hash made with the same profile: comparing with it takes as long as with a real one."""


def hashed(password: str, *whose: str) -> str:
    """Hash a password to be set; `whose` is what guessers know of the person: name and address.

    Raises NotValid when it is too short, absurdly long or easily guessed.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise NotValid("password", f"Choose a password of {SHORTEST} to {LONGEST} characters.")
    if password != storable(password):
        raise NotValid("password", "There are signs in this password that cannot be typed.")
    if _is_easy(password, (*OURS, *re.findall(r"[^\W_]{3,}", " ".join(whose)))):
        raise NotValid("password", _EASY)
    return _hasher.hash(password)


def is_right(password: str, password_hash: str) -> bool:
    """Whether the password fits; takes as long for an account without password as for one with."""
    try:
        _hasher.verify(password_hash or _DUMMY, password[:LONGEST])
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
    return bool(password_hash)


def _is_easy(password: str, known: Sequence[str]) -> bool:
    """Whether somebody who knows what many use, and the words `known`, soon guesses it.

    References
    ----------
    Wheeler (2016), zxcvbn: Low-Budget Password Strength Estimation, USENIX Security
    """
    beside, n_known = re.subn("|".join(map(re.escape, sorted(known, key=len, reverse=True))), "", password, flags=re.I)
    if n_known and len(re.findall(r"[^\W_]", beside)) < LEAST_BESIDE:
        return True
    from zxcvbn import zxcvbn  # ten megabytes of lists, for the few times somebody sets a password

    found = zxcvbn(password[:_LOOKED_AT])
    return bool(found["guesses"] < LEAST_GUESSES)
