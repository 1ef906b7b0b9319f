"""Everything that can go wrong on purpose, with text fit to show to a person.

FirstlineError
├── NotFound       the thing asked for is not there, or not for this person to know of
├── NotAllowed     the person's role does not permit it
├── NotValid       an input is wrong; `field` names which
├── Conflict       somebody else changed it first, or the state does not permit it now
├── HeldBack       a change would make search worse; somebody may say to go ahead
├── NotTrained     no model is there to answer
├── NoDatabase     the database does not answer just now
├── Closing        the portal is being stopped
├── Refused        a file or message was refused; `problems` says where and why
└── BadSetting     a setting stops the start; names the key, the value and what is expected
"""

from __future__ import annotations

from collections.abc import Sequence


class FirstlineError(Exception):
    """The root: str(error) is a plain sentence that may be shown."""


class NotFound(FirstlineError):
    """Raised when an id, address or name leads nowhere this person may go."""


class NotAllowed(FirstlineError):
    """Raised when the actor's role does not permit the action."""


class NotValid(FirstlineError):
    """Raised when an input is wrong. `field` is the argument's name."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Conflict(FirstlineError):
    """Raised when the thing has changed meanwhile or is in the wrong state."""


class HeldBack(FirstlineError):
    """Raised when the golden set does worse after a change; str(error) says by how much and on which queries."""


class NotTrained(FirstlineError):
    """Raised when a question needs a model and none is serving."""


class NoDatabase(FirstlineError):
    """Raised when the database can't be reached or went away; nothing was saved, and trying again is safe."""

    def __init__(self) -> None:
        super().__init__("The database does not answer just now. Nothing is lost; please try again in a moment.")


class Closing(FirstlineError):
    """Raised when work that takes minutes is given up because the portal is being stopped."""

    def __init__(self) -> None:
        super().__init__("The portal is being stopped. This was not finished; it begins again with the next start.")


class Refused(FirstlineError):
    """Raised when a file is refused as a whole. `problems` are lines `file: line: reason`."""

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class BadSetting(FirstlineError):
    """Raised at start when a setting can't be used."""

    def __init__(self, key: str, value: str, expected: str) -> None:
        super().__init__(f"{key} is {value!r}: expected {expected}.")
        self.key = key
