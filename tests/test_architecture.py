"""The plan of the house, held by its syntax trees: directions of imports, sizes, and what is nowhere allowed."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILES = [ROOT / "app.py", *(file for room in ("kb", "models", "pages") for file in (ROOT / room).rglob("*.py"))]
TREES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(FILES)
    if "versions" not in path.parts
}
PAGES = [file for file in TREES if file.startswith("pages/") and file.count("/") == 1 and "__init__" not in file]
ONLY_IN = {
    "streamlit": ("app.py", "pages/"),
    "sklearn": ("models/",),
    "rapidfuzz": ("models/",),
    "Stemmer": ("models/",),
    "skops": ("models/",),
    "sqlmodel": ("kb/",),
    "sqlalchemy": ("kb/",),
    "starlette": ("app.py", "kb/doors/"),
    "fastapi": ("kb/doors/",),
    "typer": ("kb/doors/cli/",),
    "authlib": ("kb/doors/session/",),
    "joserfc": ("kb/doors/session/",),
}
NOWHERE = ("pickle", "joblib", "dill", "cloudpickle", "shelve", "marshal")
ABOVE = {
    "models": ("kb", "pages", "app", "tests"),
    "kb": ("pages", "app", "tests"),
    "pages": ("models", "app", "tests"),
}
TABLES = (
    "kb.cleaning",
    "kb.tables",
    "kb.labels",
    "kb.errors",
    "kb.person",
    "kb.settings",
    "kb.engine",
    "kb.migrations",
    "kb.mounts",
    "kb.redaction",
    "kb.turns",
)
"""The ground under the desk."""


def imports(file: str) -> Iterator[str]:
    """Every module a file imports; `from kb import x` counts as kb.x too."""
    for node in ast.walk(TREES[file]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_of(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def is_within(module: str, *rooms: str) -> bool:
    return any(module == room or module.startswith(room + ".") for room in rooms)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its decorators and docstring."""
    first = function.body[0]
    docstring = (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(function) else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def calls(file: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(TREES[file]) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    """The last name of what is called: `st.title(...)` -> title."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def test_each_library_stays_in_its_room() -> None:
    for file in TREES:
        for module in imports(file):
            room = ONLY_IN.get(module.split(".")[0])
            assert room is None or file.startswith(room), f"{file} imports {module}"
            assert not is_within(module, *NOWHERE), f"{file} imports {module}"


def test_rooms_depend_downwards_only() -> None:
    for file in TREES:
        for module in imports(file):
            assert not is_within(module, *ABOVE.get(file.split("/")[0], ())), f"{file} imports {module}"


def test_inside_kb_nothing_looks_up() -> None:
    """doors -> verbs -> {outbox, sla} -> desk -> tables."""
    below = {"kb.outbox": ("kb.desk", *TABLES), "kb.sla": ("kb.outbox", "kb.desk", *TABLES), "kb.desk": TABLES}
    for file in TREES:
        own = module_of(file)
        if not is_within(own, "kb") or is_within(own, "kb.doors", "kb.__main__"):
            continue
        room = ".".join(own.split(".")[:2])
        lower = TABLES if room in TABLES else below.get(room)
        for module in imports(file):
            assert not is_within(module, "kb.doors"), f"{file} imports {module}"
            if lower and module.startswith("kb."):
                assert is_within(module, room, *lower), f"{file} imports {module}"


def test_modules_form_no_cycle() -> None:
    names = {module_of(file): file for file in TREES}
    graph = {name: {module for module in imports(file) if module in names} for name, file in names.items()}
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join((*path[path.index(name) :], name))
        for other in sorted(graph[name]) if name not in done else ():
            # A package hands on the names of its own files, which import each other through it: no cycle.
            if not is_within(name, other):
                walk(other, (*path, name))
        done.add(name)

    for name in sorted(graph):
        walk(name, ())


def test_modules_and_pages_stay_small() -> None:
    for file in TREES:
        lines = len((ROOT / file).read_text(encoding="utf-8").splitlines())
        assert lines <= (100 if file in PAGES else 300), f"{file} has {lines} lines"


def test_functions_stay_short() -> None:
    lengths = {(file, function.name): length(function) for file, tree in TREES.items() for function in functions(tree)}
    assert not {name: lines for name, lines in lengths.items() if lines > 40}
    assert statistics.median(lengths.values()) <= 10


def test_at_most_four_positional_arguments() -> None:
    """Of what others call; commands and routes, which are called by name, are free."""
    found = [
        f"{file}: {function.name}"
        for file, tree in TREES.items()
        for function in functions(tree)
        if not function.name.startswith("_")
        and not (function.decorator_list and file.startswith("kb/doors/"))
        and len(function.args.args) - (function.args.args[:1] != [] and function.args.args[0].arg in ("self", "cls"))
        > 4
    ]
    assert not found


def test_nothing_is_shown_unescaped_or_evaluated() -> None:
    for file in TREES:
        for call in calls(file):
            names = {keyword.arg for keyword in call.keywords}
            assert not names & {"unsafe_allow_html", "unsafe_allow_javascript"}, f"{file}:{call.lineno}"
            assert not (isinstance(call.func, ast.Name) and call.func.id in ("eval", "exec")), f"{file}:{call.lineno}"


def test_slow_charts_are_nowhere() -> None:
    """44 ms each in Streamlit 1.67; an echarts or Vega-Lite spec takes half a millisecond."""
    for file in PAGES:
        for call in calls(file):
            assert called(call) not in ("line_chart", "bar_chart", "area_chart"), f"{file}:{call.lineno}"


def test_only_settings_read_the_environment() -> None:
    """Doors may hand `os.environ` to Settings.from_env; nobody looks a variable up."""
    for file in TREES:
        for node in ast.walk(TREES[file]) if file != "kb/settings.py" else ():
            if isinstance(node, ast.Subscript | ast.Attribute):
                assert ast.unparse(node.value) != "os.environ", f"{file}:{node.lineno}"
                assert ast.unparse(node) != "os.getenv", f"{file}:{node.lineno}"


def test_every_page_enters_before_it_does_anything() -> None:
    """Imports, definitions and constants may come first; nothing that asks or shows does."""
    for file in PAGES:
        first = next((node for node in TREES[file].body if not _is_definition(node)), None)
        assert first is not None, f"{file} does nothing"
        assert "enter(" in ast.unparse(first) or file == "pages/portal.py", f"{file}:{first.lineno} precedes enter()"
        assert any(called(call) == "enter" for call in calls(file)), f"{file} never calls enter()"


def test_pages_hold_no_session() -> None:
    for file in TREES:
        for module in imports(file) if file.startswith("pages/") else ():
            is_free = module in ("kb.tables", "kb.tables.new_id")
            assert is_free or not is_within(module, "kb.tables", "kb.engine"), f"{file} imports {module}"
        for call in calls(file) if file.startswith("pages/") else ():
            assert called(call) not in ("transaction", "reading"), f"{file}:{call.lineno}"


def _is_definition(node: ast.stmt) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.Assign | ast.AnnAssign) and not any(
        ast.unparse(part.func).startswith(("st.", "frame.", "enter"))
        for part in ast.walk(node)
        if isinstance(part, ast.Call)
    )


OWN_PATTERNS = {
    "kb/redaction/rule.py": "our own lists",
    "kb/markup/html.py": "names of attributes",
    "models/triage/signs.py": "our own lists",
    "kb/routing/deciding.py": "words, escaped in the line above",
    "models/triage/turning.py": "words, escaped in the line above",
}
"""Files in which a pattern comes from a name, and what stands behind it."""


def roots(node: ast.AST) -> Iterator[str]:
    """The names a value begins with: `(A.get(x) or B[y]).c` -> A, B."""
    if isinstance(node, ast.Name):
        yield node.id
    for child in (getattr(node, "value", None), getattr(node, "func", None), *getattr(node, "values", ())):
        if isinstance(child, ast.AST):
            yield from roots(child)


def is_own(node: ast.AST) -> bool:
    """Whether a text is written in the code: a literal, a constant, or what re.escape has made harmless."""
    if isinstance(node, ast.JoinedStr):
        return all(is_own(part.value) for part in node.values if isinstance(part, ast.FormattedValue))
    if isinstance(node, ast.Call):
        return called(node) == "escape" or called(node) == "join" or (bool([*roots(node)]) and is_constant(node))
    if isinstance(node, ast.BinOp):
        return is_own(node.left) and is_own(node.right)
    return isinstance(node, ast.Constant) or is_constant(node)


def is_constant(node: ast.AST) -> bool:
    names = [*roots(node)]
    return bool(names) and all(name.strip("_").isupper() for name in names)


def test_no_text_of_a_person_is_a_format_string() -> None:
    for file in TREES:
        for call in calls(file):
            if isinstance(call.func, ast.Attribute) and called(call) in ("format", "format_map"):
                assert is_own(call.func.value), f"{file}:{call.lineno} formats a text from elsewhere"


def test_no_text_of_a_person_is_a_pattern() -> None:
    verbs = ("compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")
    for file in TREES.keys() - OWN_PATTERNS:
        for call in calls(file):
            if called(call) in verbs and [*roots(call.func)] == ["re"]:
                assert is_own(call.args[0]), f"{file}:{call.lineno} looks for a pattern from elsewhere"
