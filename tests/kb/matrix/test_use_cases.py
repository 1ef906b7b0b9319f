"""Every use case x every role x own, foreign, empty and absent id: who may, who may not, and nothing in between."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import kb
from kb.desk import Desk
from kb.errors import Conflict, FirstlineError, NotAllowed, NotFound, NotValid
from kb.labels import Role
from kb.settings import Settings
from tests.conftest import Clock, installation
from tests.kb.matrix.rows import ROWS, Row
from tests.kb.matrix.world import FOREIGN, INTERNAL, KINDS, World, build

SAYING_WHICH = (
    "incident_id",
    "article_id",
    "account_id",
    "team_id",
    "service_id",
    "outage_id",
    "view_id",
    "token_id",
    "pin_id",
    "change_id",
    "row_id",
    "version_id",
    "annotation_id",
    "file_id",
    "rule_id",
    "burst_id",
    "ids",
    "key",
    "email",
    "slug",
)
"""Parameters that say which thing is meant; the first one a use case has is its subject."""


def use_cases() -> dict[str, Callable[..., Any]]:
    """Every public function of kb that takes a desk and a person: the doors have nothing else to call."""
    found = {}
    for module in pkgutil.walk_packages(kb.__path__, "kb."):
        if not module.name.startswith(("kb.doors", "kb.migrations", "kb.__main__")):
            room = importlib.import_module(module.name)
            for name, verb in inspect.getmembers(room, inspect.isfunction):
                if not name.startswith("_") and list(inspect.signature(verb).parameters)[:2] == ["desk", "person"]:
                    found[f"{verb.__module__}.{verb.__name__}".removeprefix("kb.")] = verb
    return found


USE_CASES = use_cases()
OPEN = [name for name in sorted(ROWS.keys() & USE_CASES) if not ROWS[name].only_refused]
HOSTILE = (
    "' OR '1'='1' --",
    '" OR ""="',
    "1; DROP TABLE incident; --",
    "') UNION SELECT email, password_hash FROM account --",
    "%' AND 1=CAST((SELECT version()) AS int) --",
    "%_[a-z]*?\\",
    "title DESC; DELETE FROM article",
    'NEAR("a" "b", 5) AND title:* NOT ^x',
    "${jndi:ldap://x} {{7*7}} {0.__class__} %(title)s %n",
    "../../etc/passwd\x00.csv",
    "\x00\x1b[2J\u202e\ud800",
    "9" * 400,
)
"""Texts that are no text to SQL, LIKE, full-text search, formats, paths and terminals."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, empty_database: str) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("matrix")
    with installation(folder / "home", empty_database) as environ:
        desk = Desk(Settings.from_env(environ), now=Clock())
        world = build(desk, folder)
        assert world.as_built["incident"]
        yield world
        desk.close()


def subject_of(name: str) -> str:
    """The parameter that says which; empty when there is but one thing, or a new one."""
    if name in ROWS and ROWS[name].subject:
        return ROWS[name].subject
    verb = USE_CASES[name]
    names = list(inspect.signature(verb).parameters.values())[2:]
    needed = [one.name for one in names if one.default is inspect.Parameter.empty]
    if "incident_id" not in needed and "file_id" not in needed:
        return next((name for name in needed if name in SAYING_WHICH), "")
    return next(name for name in needed if name in SAYING_WHICH)


def call(world: World, name: str, role: Role, kind: str, /, **instead: Any) -> Any:
    """Call a use case as somebody of this role, with an id of this kind; `instead` replaces other arguments."""
    verb, given = USE_CASES[name], {}
    subject = subject_of(name)
    for one in list(inspect.signature(verb).parameters.values())[2:]:
        if one.name == "key" and subject in ("incident_id", "file_id"):  # the secret of a guest's link
            given["key"] = secret_of(world, name, role, kind)
        elif one.name == subject:
            value = given_for(world, name, one.name) or world.which(f"{name}.{one.name}", role, kind)
            given[one.name] = (value,) if one.name == "ids" else value
        elif one.default is inspect.Parameter.empty or f"{name}.{one.name}" in world.given:
            value = given_for(world, name, one.name)
            given[one.name] = world.which(f"{name}.{one.name}", role, "own") if value is None else value
    return verb(world.desk, world.people[role], **given | instead)


def secret_of(world: World, name: str, role: Role, kind: str) -> str:
    """What stands in the guest's own link; of others the guest knows a secret that fits something else."""
    if role is not Role.GUEST:
        return ""
    own = world.which(f"{name}.incident_id", role, "own")
    return world.guest_keys[own]


def given_for(world: World, name: str, parameter: str) -> Any:
    return world.given.get(f"{name}.{parameter}", world.given.get(parameter))


def kinds_of(name: str) -> tuple[str, ...]:
    return KINDS if subject_of(name) else ("own",)


def is_open(row: Row, role: Role, kind: str) -> bool:
    """Whether the policy lets this role act on an id of this kind."""
    if kind == "foreign":
        return row.foreign is not None and role.rank >= max(row.foreign.rank, row.least.rank)
    return kind == "own" or row.is_open_to_any


def test_every_use_case_has_a_row() -> None:
    missing = set(USE_CASES) - set(ROWS)
    assert not missing, f"say who may: add a Row to tests/kb/matrix/rows.py for {sorted(missing)}"


@pytest.mark.parametrize("name", sorted(ROWS.keys() & USE_CASES))
def test_who_may_not_is_told_so_and_changes_nothing(world: World, name: str) -> None:
    """The role is asked before anything else: the answer is the same whether the thing is there or not."""
    for role in [role for role in Role if role.rank < ROWS[name].least.rank]:
        with world.undone():
            for kind in kinds_of(name):
                with pytest.raises(NotAllowed, match=r"^Only an? [\w -]+ may ") as told:
                    call(world, name, role, kind)
                assert FOREIGN not in str(told.value)
            assert world.rows() == world.as_built, f"{role} left something behind"


@pytest.mark.parametrize("name", OPEN)
def test_who_may_can_and_only_with_what_is_open_to_them(world: World, name: str) -> None:
    row = ROWS[name]
    for role in [role for role in Role if role.rank >= row.least.rank]:
        for kind in kinds_of(name):
            with world.undone():
                (open_cell if is_open(row, role, kind) else closed_cell)(world, name, role, kind)


def texts_of(name: str) -> dict[str, Callable[[str], Any]]:
    """The parameters of a use case that take a text or several, each with what makes such a value of one text."""
    makers: dict[str, Callable[[str], Any]] = {
        r"str( \| None)?": str,
        r"(Sequence|Iterable|Collection|tuple)\[str\b.*": lambda text: (text,),
        r"Mapping\[str, (str|Any|object)\]": lambda text: {text: text},
    }
    found = list(inspect.signature(USE_CASES[name]).parameters.values())[2:]
    pairs = [
        (one.name, next((m for p, m in makers.items() if re.fullmatch(p, str(one.annotation))), None)) for one in found
    ]
    return {parameter: maker for parameter, maker in pairs if maker}


@pytest.mark.parametrize("name", [name for name in OPEN if texts_of(name)])
def test_a_text_is_nothing_but_a_text(world: World, name: str) -> None:
    """Whatever is written in it: taken, or refused with a sentence; no more of the portal is seen than with another."""
    role = ROWS[name].least
    for parameter, made_of in texts_of(name).items():
        for text in HOSTILE:
            with world.undone():
                try:
                    shown = repr(call(world, name, role, "own", **{parameter: made_of(text)}))
                except FirstlineError as error:
                    shown = str(error)
                assert role.rank >= Role.AGENT.rank or not (INTERNAL in shown or FOREIGN in shown), (parameter, text)
                assert "argon2" not in shown, (parameter, text)
                assert world.tables() >= set(world.as_built), (parameter, text)


def open_cell(world: World, name: str, role: Role, kind: str) -> None:
    """It is done, or what is said has to do with the state of things."""
    try:
        result = call(world, name, role, kind)
    except (NotAllowed, NotFound) as error:
        pytest.fail(f"{role}, {kind}: {error!r}")
    except FirstlineError as error:
        result = error
    shown = repr(result)
    assert role.rank >= Role.AGENT.rank or INTERNAL not in shown, f"{role}, {kind} sees internal words"
    assert role.rank >= Role.AGENT.rank or FOREIGN not in shown, f"{role}, {kind} sees another's words"


def closed_cell(world: World, name: str, role: Role, kind: str) -> None:
    """It is as if it weren't there: refused or nothing, no word of it told, and nothing changed."""
    try:
        result = call(world, name, role, kind)
        said = ""
    except (NotFound, NotAllowed, NotValid, Conflict) as error:
        result, said = None, str(error)
    assert INTERNAL not in said
    assert FOREIGN not in said
    assert not result, f"{role}, {kind} got {result!r}"
    assert world.rows() == world.as_built, f"{role}, {kind} left something behind"
