"""The shape of the house, held by tests: who may import whom, one door per dependency, hidden inputs, sizes.

Each rule says in its message why it exists. If a wall stands in the wrong place, move the wall, the rule and this file
together and say why in ``docs/decisions/``.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILES = sorted([*(ROOT / "archive").rglob("*.py"), *ROOT.glob("cli.py")])

ROWS = (
    ("cli",),
    ("commands",),
    ("guided",),
    ("casework", "terminal"),
    ("desk",),
    ("bundle", "ingest"),
    ("redact", "scrub", "index"),
    ("sandbox", "vault"),
    ("seal", "language"),
    ("records",),
    ("errors", "moving", "keyboard"),
    ("speech", "letters"),
)
ROW = {room: number for number, row in enumerate(ROWS) for room in row}

DOORS = {
    "typer": ("cli.py", "archive/commands/*.py"),
    "rich": ("archive/terminal.py", "archive/moving.py"),
    "nacl": ("archive/seal/*.py",),
    "shamir_mnemonic": ("archive/seal/*.py",),
    "sqlcipher3": ("archive/index/*.py",),
    "PIL": ("archive/scrub/*.py", "archive/redact/picture*.py"),
    "exifread": ("archive/scrub/*.py", "archive/redact/picture*.py"),
    "pikepdf": ("archive/*/pdf*.py",),
    "pypdfium2": ("archive/*/pdf*.py",),
    "reportlab": ("archive/bundle/pdf_writing.py",),
    "lxml": ("archive/*/pdf*.py", "archive/scrub/*.py"),
    "av": ("archive/scrub/media*.py",),
    "pi_heif": ("archive/scrub/heif.py",),
    "phonenumbers": ("archive/redact/*.py",),
    "stdnum": ("archive/redact/*.py",),
    "cv2": ("archive/scrub/faces.py",),
    "numpy": ("archive/scrub/faces.py",),
    "pymorphy3": ("archive/language/dictionary.py",),
    "simplemma": ("archive/language/dictionary.py",),
    "platformdirs": ("cli.py", "archive/commands/*.py", "archive/desk.py"),
    "msgspec": ("*.py",),  # the language in which the rooms hand things to each other
}

# Every other room gets clock, randomness, environment and answers as arguments.
MAY_ASK = ("cli", "commands", "terminal")
HIDDEN_INPUTS = (
    "print", "input", "getpass", "sys.stdin", "sys.stdout", "sys.stderr",
    "os.environ", "os.environb", "os.getenv",
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
    "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.strftime", "time.ctime",
    "os.urandom", "os.getrandom", "secrets", "random", "uuid.uuid1", "uuid.uuid4", "nacl.utils.random",
    "nacl.bindings.randombytes", "nacl.public.PrivateKey.generate", "nacl.signing.SigningKey.generate",
)  # fmt: skip

MAX_FILE, MAX_FUNCTION = 350, 50
TOO_LONG: dict[str, str] = {}  # "path" or "path:function" -> the reason why it is better long
DYNAMIC_IMPORT = {
    "cli.py": "a command's module is loaded only when it runs",
    "archive/sandbox/server.py": "the worker is told by name which function to run",
}
HIDDEN_INPUT_ALLOWED: dict[str, str] = {}  # "path name" -> the reason why this room may ask by itself


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room_of(module: str) -> str:
    """``archive.vault.store`` -> ``vault``; ``cli`` -> ``cli``; ``archive`` -> ``archive``."""
    return module.split(".")[1] if module.startswith("archive.") else module


def module_of(path: Path) -> str:
    return relative(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted module) of everything the file imports, wherever in the file."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{relative(path)}:{node.lineno}: a relative import hides which room it reaches into"
            if node.module == "archive":
                yield from ((node.lineno, f"archive.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, str(node.module)


def used_names(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of every name, imports resolved: ``dt.now`` -> ``datetime.datetime.now``."""
    known: dict[str, str] = {}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            known.update((alias.asname, alias.name) for alias in node.names if alias.asname)
        elif isinstance(node, ast.ImportFrom):
            known.update((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)
    for node in ast.walk(tree(path)):
        parts: list[str] = []
        inner: ast.AST = node
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        if isinstance(inner, ast.Name) and isinstance(node, ast.Attribute | ast.Name):
            yield node.lineno, ".".join([known.get(inner.id, inner.id), *reversed(parts)])


def report(problems: list[str], why: str) -> None:
    assert not problems, "\n".join([why, *problems])


def test_every_file_lives_in_a_room() -> None:
    """A file that is in no row escapes the import rule."""
    homeless = [relative(path) for path in FILES if room_of(module_of(path)) not in {*ROW, "archive"}]
    report(homeless, "give each new room a row in ROWS:")


def test_a_file_imports_only_from_rows_below() -> None:
    """The path reads from top to bottom, and no lower room reaches a person, a key or a disk by accident."""
    problems = []
    for path in FILES:
        own = room_of(module_of(path))
        for line, module in imported(path):
            other = room_of(module)
            if other == own or other not in ROW:
                continue
            if own == "archive" or ROW[other] <= ROW[own]:
                problems.append(f"{relative(path)}:{line}: {own} may not import {module}")
    report(problems, "a file imports only from rows below its own; rooms in one row do not know each other:")


def test_each_dependency_has_one_door() -> None:
    """What one room alone uses can be replaced, audited and loaded late in one place."""
    problems = []
    for path in FILES:
        for line, module in imported(path):
            name = module.split(".")[0]
            if name in sys.stdlib_module_names or name in ("archive", "cli", "schemas"):
                continue
            if not any(fnmatch(relative(path), door) for door in DOORS.get(name, ())):
                problems.append(f"{relative(path)}:{line}: {name} comes in at {DOORS.get(name, 'no door')}")
    report(problems, "each dependency has one door:")


def test_modules_are_imported_in_the_open() -> None:
    """An import by name cannot be seen by these rules; where it is needed, it is on the list with its reason."""
    problems = [
        f"{relative(path)}:{line}: {name}"
        for path in FILES
        if relative(path) not in DYNAMIC_IMPORT
        for line, name in used_names(path)
        if name in ("importlib.import_module", "__import__", "eval", "exec")
    ]
    report(problems, "import by name only where DYNAMIC_IMPORT says why:")


def test_lower_rooms_take_clock_randomness_environment_and_answers_as_arguments() -> None:
    """What comes in as an argument can be tested, replayed and seen by the caller."""
    problems = []
    for path in FILES:
        if room_of(module_of(path)) in MAY_ASK:
            continue
        for line, name in used_names(path):
            hit = next((bad for bad in HIDDEN_INPUTS if name == bad or name.startswith(f"{bad}.")), None)
            if hit and f"{relative(path)} {hit}" not in HIDDEN_INPUT_ALLOWED and is_global(path, hit):
                problems.append(f"{relative(path)}:{line}: {hit}")
    report(problems, f"only {', '.join(MAY_ASK)} print, prompt or read clock, randomness and environment:")


def is_global(path: Path, name: str) -> bool:
    """False where ``random`` or ``secrets`` is a parameter of that name and not the standard library's module."""
    top = name.partition(".")[0]
    return top in ("print", "input") or any(module.split(".")[0] == top for _, module in imported(path))


def test_packages_stay_light() -> None:
    """Importing one file of a room loads no library nobody asked for: ``__init__.py`` is a docstring."""
    problems = [
        relative(path)
        for path in FILES
        if path.name == "__init__.py" and (len(tree(path).body) != 1 or not ast.get_docstring(tree(path)))
    ]
    report(problems, "an __init__.py holds a docstring and nothing else:")


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def too_long() -> Iterator[tuple[str, int]]:
    """(place, lines) of every file and function over its limit."""
    for path in FILES:
        if (lines := path.read_bytes().count(b"\n")) >= MAX_FILE:
            yield relative(path), lines
        for function in functions(path):
            if (lines := int(function.end_lineno or 0) - function.lineno + 1) > MAX_FUNCTION:
                yield f"{relative(path)}:{function.name}", lines


def test_files_and_functions_fit_a_screen() -> None:
    """What fits a screen is read; exceptions have their reason in TOO_LONG, and leave it when they are short."""
    long = dict(too_long())
    problems = [f"{place}: {lines} lines" for place, lines in long.items() if place not in TOO_LONG]
    problems += [f"{place}: no longer too long, take it off the list" for place in TOO_LONG if place not in long]
    report(problems, f"files have fewer than {MAX_FILE} lines, functions at most {MAX_FUNCTION}:")


def test_everything_public_says_what_it_is() -> None:
    """Modules, public classes and public functions have a docstring."""
    problems = []
    for path in FILES:
        public = [
            node
            for node in tree(path).body
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        ]
        problems += [f"{relative(path)}:{node.name}" for node in public if not ast.get_docstring(node)]
        if not ast.get_docstring(tree(path)):
            problems.append(relative(path))
    report(problems, "a docstring is missing:")


def test_every_package_is_packed() -> None:
    """The list of packages in pyproject.toml is explicit; a room that is not on it is missing from the wheel."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    folders = {module_of(path.parent / "__init__.py") for path in FILES if path.parent != ROOT}
    kept = [path for form in ("*.toml", "*.po") for path in (ROOT / "archive").rglob(form)]
    data = {".".join(path.parent.relative_to(ROOT).parts) for path in kept}
    assert sorted(listed) == sorted({*folders, *data, "schemas"})
    missing = [folder for folder in folders if not (ROOT / folder.replace(".", "/") / "__init__.py").is_file()]
    report(missing, "a package without __init__.py is not installed:")
