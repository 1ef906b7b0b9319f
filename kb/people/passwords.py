"""Passwords: hashed with argon2id, compared in the same time whether the account exists or not."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kb.errors import NotValid

SHORTEST, LONGEST = 10, 200
# OWASP's minimum profile: 19 MiB, two passes (Password Storage Cheat Sheet).
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_DUMMY = "$argon2id$v=19$m=19456,t=2,p=1$A+a5cmNYhaEF4zY4QF9+gg$MM8d2vmXSVo96PwjyPGfSUq/em8u0Zx1jA2fz1DSBKE"
"""A hash made with the same profile: comparing with it takes as long as with a real one."""


def hashed(password: str) -> str:
    """Raises NotValid when the password is too short or absurdly long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise NotValid("password", f"Choose a password of {SHORTEST} to {LONGEST} characters.")
    return _hasher.hash(password)


def is_right(password: str, password_hash: str) -> bool:
    """Whether the password fits; takes as long for an account without password as for one with."""
    try:
        _hasher.verify(password_hash or _DUMMY, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)
