"""How many small faults the tests of the five critical modules notice: python tests/benchmarks/mutants.py [NAME ...]

Each mutant is a file of kb with one fault: a comparison turned or moved by one, a condition negated or left out, a
number one higher, a result forgotten, a refusal or a call taken out, a rule gone. Its tests run in a process of their
own that stops at the first failure; a mutant whose tests all pass has survived and is printed. One process, by hand.
"""

from __future__ import annotations

import ast
import copy
import importlib.abc
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from types import FunctionType, ModuleType

ROOT = Path(__file__).parents[2]
PATIENCE = 90
"""Seconds until a mutant that keeps its tests from ending counts as noticed."""
STEP = int(os.environ.get("EVERY", "1"))
"""EVERY=3 makes one mutant of three."""
HEAVY = ("pytest", "hypothesis", "playwright.sync_api", "streamlit", "tests.conftest", "kb.doors.start")
"""Read once, before the processes part; kb and all it needs with them."""
QUIETLY = ("-x", "-n0", "-pno:cacheprovider", "-Wignore::pytest.PytestAssertRewriteWarning")
INCIDENTS, IMPORTING = "tests/kb/incidents", "tests/kb/importing"


@dataclass(frozen=True)
class Room:
    """Files, each with the functions meant (none: all), and the tests that ought to notice, the quick ones first."""

    files: dict[str, tuple[str, ...]]
    tests: tuple[str, ...]


ROOMS = {
    "authorisation": Room(
        {
            "kb/person.py": (),
            "kb/articles/rows.py": ("may_find",),
            "kb/articles/reading.py": ("number", "get", "titles", "_view"),
            "kb/incidents/access.py": (),
        },
        (f"{INCIDENTS}/test_access.py", "tests/kb/articles/test_reading.py", "tests/kb/articles/test_states.py",
         f"{INCIDENTS}/test_similar.py", f"{INCIDENTS}/test_working.py", "tests/kb/search/test_finding.py"),
    ),
    "idempotency": Room(
        {"kb/incidents/submitting.py": ()},
        (f"{INCIDENTS}/test_submitting.py", f"{INCIDENTS}/test_deadlines.py", "tests/kb/test_once.py"),
    ),
    "sla": Room(
        {"kb/sla/hours.py": (), "kb/sla/ledger.py": (), "kb/sla/promises.py": ()},
        ("tests/kb/test_sla.py", f"{INCIDENTS}/test_deadlines.py"),
    ),
    "redaction": Room(
        {
            "kb/redaction/masking.py": (), "kb/redaction/checks.py": (),
            "kb/redaction/logs.py": (), "kb/redaction/credentials.py": (), "kb/redaction/personal.py": (),
            "kb/tables/masking.py": (),
        },
        ("tests/kb/redaction/test_checks.py", "tests/kb/redaction/test_rules.py", "tests/kb/redaction/test_logs.py",
         "tests/kb/redaction/test_masking.py", "tests/kb/redaction/test_wiring.py",
         "-k not slow and not megabyte and not any_text"),
    ),
    "archive guard": Room(
        {"kb/importing/files.py": (), "kb/importing/decoding.py": (), "kb/importing/csv_table.py": ()},
        (f"{IMPORTING}/test_files.py", f"{IMPORTING}/test_decoding.py", f"{IMPORTING}/test_csv_table.py",
         f"{IMPORTING}/test_hostile.py", "-k not much_memory"),
    ),
}  # fmt: skip
OPPOSITE: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,), ast.And: (ast.Or,), ast.Or: (ast.And,), ast.Add: (ast.Sub,), ast.Sub: (ast.Add,),
    ast.Mult: (ast.FloorDiv,), ast.FloorDiv: (ast.Mult,), ast.Mod: (ast.Mult,), ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,), ast.RShift: (ast.LShift,),
}  # fmt: skip


def faults(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of a node, one small fault in each."""
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            yield from (_with(node, ops=_put(node.ops, place, other())) for other in OPPOSITE[type(operator)])
    elif isinstance(node, ast.BoolOp):
        yield from (_with(node, op=other()) for other in OPPOSITE[type(node.op)])
        if len(node.values) > 2:
            yield from (_with(node, values=_without(node.values, place)) for place in range(len(node.values)))
        else:
            yield from node.values
    elif isinstance(node, ast.BinOp | ast.AugAssign):
        yield from (_with(node, op=other()) for other in OPPOSITE.get(type(node.op), ()))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield _with(node, value=not node.value if isinstance(node.value, bool) else node.value + 1)
    elif isinstance(node, ast.If | ast.While | ast.IfExp) and not isinstance(node.test, ast.Compare | ast.BoolOp):
        yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.comprehension):
        yield from (_with(node, ifs=_without(node.ifs, place)) for place in range(len(node.ifs)))
    elif isinstance(node, ast.Return) and node.value and getattr(node.value, "value", node) is not None:
        yield ast.Return(ast.Constant(None))
    elif _is_deed(node):
        yield ast.Pass()
    elif isinstance(node, ast.Tuple) and node.elts and all(isinstance(one, ast.Call) for one in node.elts):
        yield from (_with(node, elts=_without(node.elts, place)) for place in range(len(node.elts)))


def _is_deed(node: ast.AST) -> bool:
    """A refusal, a call for its effect, or something set on a thing."""
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    return (
        is_call
        or isinstance(node, ast.Raise)
        or (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute))
    )


def _with(node: ast.AST, **changed: object) -> ast.AST:
    new = copy.copy(node)
    for name, value in changed.items():
        setattr(new, name, value)
    return new


def _put(items: list[ast.cmpop], place: int, item: ast.AST) -> list[object]:
    return [*items[:place], item, *items[place + 1 :]]


def _without(items: list[ast.expr], place: int) -> list[ast.expr]:
    return [*items[:place], *items[place + 1 :]]


SKIPPED = ("annotation", "returns", "decorator_list", "type_params")


def places(tree: ast.AST) -> Iterator[tuple[ast.AST, str, int | None]]:
    """Where a node stands, for every node that does something: its parent, the field, and the place in a list."""
    for name, value in ast.iter_fields(tree):
        if name in SKIPPED or isinstance(tree, ast.JoinedStr):
            continue
        for place, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST) and not _is_for_the_types(child):
                yield tree, name, place
                yield from places(child)


def _is_for_the_types(node: ast.AST) -> bool:
    """`row.id or 0`: a stored row has its id, and only mypy does not know it."""
    return isinstance(node, ast.BoolOp) and ast.unparse(node).endswith("id or 0")


def mutants(source: str, functions: tuple[str, ...]) -> Iterator[tuple[int, str, str]]:
    """(line, what was changed, the whole file with it) for every fault."""
    tree = ast.parse(source)
    wanted = [node for node in tree.body if not functions or getattr(node, "name", "") in functions]
    for top in wanted:
        for parent, name, place in list(places(top)):
            held = getattr(parent, name)
            node = held if place is None else held[place]
            for fault in faults(node):
                _set(parent, name, place, fault)
                changed = f"{_short(node)}  ->  {_short(fault)}"
                yield getattr(node, "lineno", top.lineno), changed, ast.unparse(ast.fix_missing_locations(tree))
            _set(parent, name, place, node)


def _set(parent: ast.AST, name: str, place: int | None, node: ast.AST) -> None:
    if place is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[place] = node


def _short(node: ast.AST) -> str:
    text = ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))) if not isinstance(node, ast.Pass) else "(gone)"
    return " ".join(text.split())[:70]


class Instead(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Gives one module of kb another source."""

    def __init__(self, path: str, source: str) -> None:
        self.name = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        self.path, self.source = str(ROOT / path), source

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:
        return importlib.util.spec_from_loader(name, self) if name == self.name else None

    def get_filename(self, fullname: str) -> str:
        return self.path

    def get_data(self, path: str) -> bytes:
        return self.source.encode()


def is_noticed(path: str, source: str, tests: tuple[str, ...]) -> bool:
    """Whether a test fails, or does not end, with this source in place of the file."""
    child = os.fork()
    if not child:
        os.setsid()
        signal.alarm(PATIENCE)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        os._exit(_result(path, source, tests))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def _result(path: str, source: str, tests: tuple[str, ...]) -> int:
    import pytest

    name = path.removesuffix(".py").replace("/", ".")
    if not _transplant(sys.modules[name], source):
        for known in [one for one in sys.modules if one.partition(".")[0] in ("kb", "tests")]:
            del sys.modules[known]
        sys.meta_path.insert(0, Instead(path, source))  # type: ignore[arg-type]
    return int(pytest.main([*QUIETLY, *tests]))


def _transplant(module: ModuleType, source: str) -> bool:
    """Give the functions of a module that is in use already the code of another source; False when more differs."""
    before = Path(str(module.__file__)).read_text(encoding="utf-8")
    if _but_functions(before) != _but_functions(source):
        return False
    new = {**module.__dict__}
    exec(compile(source, str(module.__file__), "exec"), new)
    pairs = [(value, new[name]) for name, value in module.__dict__.items() if _is_of(module, value)]
    while pairs:
        old, other = pairs.pop()
        old, other = (getattr(one, "fget", getattr(one, "__wrapped__", one)) for one in (old, other))
        if isinstance(old, FunctionType):
            old.__code__, old.__defaults__, old.__kwdefaults__ = (
                other.__code__,
                other.__defaults__,
                other.__kwdefaults__,
            )
        elif isinstance(old, type) and not issubclass(old, StrEnum):
            pairs += [(value, vars(other)[name]) for name, value in vars(old).items() if _is_of(module, value)]
    return True


def _but_functions(source: str) -> str:
    """What a module does when it is read."""

    class Emptied(ast.NodeTransformer):
        def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
            return ast.Pass()

    return ast.dump(Emptied().visit(ast.parse(source)))


def _is_of(module: ModuleType, value: object) -> bool:
    value = getattr(value, "fget", getattr(value, "__wrapped__", value))
    return isinstance(value, FunctionType | type) and value.__module__ == module.__name__


def main(names: list[str]) -> None:
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    for module in HEAVY:
        importlib.import_module(module)
    for room in ROOMS.values():
        for path in room.files:
            importlib.import_module(path.removesuffix(".py").replace("/", "."))
    for name in names or ROOMS:
        room, survived, total, began = ROOMS[name], 0, 0, time.monotonic()
        tests = tuple(test for test in room.tests if test.startswith("-") or Path(test).exists())
        if is_noticed(path := next(iter(room.files)), Path(path).read_text(encoding="utf-8"), tests):
            sys.exit(f"{name}: the tests fail without any fault")
        for path, functions in room.files.items():
            every = mutants(Path(path).read_text(encoding="utf-8"), functions)
            for line, changed, source in islice(every, 0, None, STEP):
                total += 1
                if not is_noticed(path, source, tests):
                    survived += 1
                    print(f"{path}:{line}: {changed}", flush=True)
        print(f"== {name}: {total - survived} of {total} noticed, {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
