"""What is said is said in four languages: nothing unmarked in the source, nothing missing in a catalog."""

from __future__ import annotations

import ast
import builtins
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog

from archive import speech

ROOT = Path(__file__).parent.parent
# In these, every text of two words is something said, whoever says it in the end.
ALL_SAID = (
    "cli.py", "archive/terminal.py", "archive/errors.py", "archive/desk.py", "archive/commands", "archive/guided",
    "archive/casework",
)  # fmt: skip
LOGGED = "an event of the custody log or a code, which is kept and stays as it is"
OURS = "a mistake in the program, not of a person"
INVENTED = "the invented material of the demonstration"
NOT_SAID = {  # "path: text" -> why it is not said to people in their language; "path: *" for a whole file
    **dict.fromkeys(
        (
            "adding.py: source deleted after reading back", "adding.py: read without a sandbox",
            "care.py: into the bin", "care.py: a shred taken back", "care.py: key change", "care.py: new epoch",
            "care.py: nothing to remove", "care.py: metadata modification", "care.py: consent change",
            "consents.py: sums up", "disputes.py: key change", "disputes.py: dispute settled",
            "importing.py: hash matches", "importing.py: OpenTimestamps not checked", "importing.py: no signature",
            "importing.py: what the proof says was left out: its own signature does not fit",
            "members.py: key change", "members.py: let in", "past.py: in the bin",
            "past.py: names shown, with their history", "persons.py: names and contacts shown",
            "persons.py: taken over from a merged record", "reading.py: {} in full", "reading.py: names shown",
            "reading.py: capture facts shown", "reading.py: paper shown", "reading.py: unfinished interview shown",
            "reading.py: original written out", "recovery.py: key change", "recovery.py: recovery shares made",
            "recovery.py: let in with recovery shares", "rekeying.py: key change",
            "rekeying.py: everything stored was encrypted anew", "rekeying.py: old keys were forgotten",
            "timeline.py: timeline written out", "warning.py: contacts shown after an incident",
        ),
        LOGGED,
    ),
    "withdrawing.py: count() does not end": OURS,
    "demo_files.py: *": INVENTED,
    "export.py: contact": "a code",
    "shells.py: *": "what the shells read",
    "completion.py: source {}": "a command of the shells",
    **dict.fromkeys(
        (
            "demo.py: Kitchen table", "demo.py: Refusal and sentence", "demo.py: The court house",
            "demo.py: три OR three",
            "demo.py: A man who refused to carry a weapon was taken from his yard and sentenced to three years.",
        ),
        INVENTED,
    ),
    "cipher.py: damaged": "a code", "cipher.py: other format": "a code",
}  # fmt: skip
_TALK = ("cli.py", "archive/terminal.py", "archive/commands", "archive/guided", "archive/casework")
_OTHERS = ("ValidationError", "MatroskaError", *(name for name in dir(builtins) if name.endswith("Error")))
_SPEAKERS = ("ask", "ask_hidden", "confirm", "key", "note", "page", "progress", "table")
_MARKS = ("tr", "trn", "mark")
_WORDS = re.compile(r"[A-Za-z]{2,}[,;:.]? [A-Za-z]{2,}")
_COMMAND = re.compile(r"(\$ )?(archive|openssl|minisign|ssh-keygen|sha256sum|rm) |-|[a-z]+\.{}$")


@pytest.fixture(scope="session", params=["uk", "ru", "cs"])
def catalog(messages: ModuleType, request: pytest.FixtureRequest) -> Catalog:
    """The catalog of a language, as Babel reads it."""
    read: Catalog = messages.read(request.param)
    return read


# --- the source ---


def text_of(node: ast.AST) -> str | None:
    """What a literal or an f-string says, its fields as ``{}``; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
    return None


def spoken_parts(node: ast.AST) -> Iterator[ast.AST]:
    """What of a node may be said: no key, no comparison, no annotation; of an f-string its fields."""
    parts = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.JoinedStr):
        parts = [one for one in parts if not isinstance(one, ast.Constant)]
    if isinstance(node, ast.Subscript):
        parts = [node.value]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
        called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        parts = (
            [] if called in ("label", "say", "spoken", "get") else parts
        )  # these take the name of a vocabulary or a text
    if isinstance(node, ast.FunctionDef):
        parts = [*node.body]
    if isinstance(node, ast.AnnAssign):
        parts = [node.value] if node.value else []
    yield from (one for one in parts if not isinstance(one, ast.Compare))


def unmarked(node: ast.AST, name_of: object) -> Iterator[tuple[int, str]]:
    """(line, text) of the literals below ``node`` that stand in no mark."""
    if isinstance(node, ast.Call) and name_of(node.func) in _MARKS:  # type: ignore[operator]
        for one in [*node.args[2:], *(key.value for key in node.keywords)]:
            yield from unmarked(one, name_of)
        if isinstance(node.args[0], ast.JoinedStr):
            yield node.lineno, f"an f-string cannot be found: {text_of(node.args[0])}"
        return
    text = text_of(node)
    if text is not None:
        yield node.lineno, text  # type: ignore[attr-defined]
    for child in spoken_parts(node):
        yield from unmarked(child, name_of)


def spoken_arguments(tree: ast.Module, name_of: object, *, talks: bool) -> Iterator[ast.AST]:
    """What is given to a refusal, or to a terminal to be shown or asked; names of texts in this file followed."""
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and (text_of(node.value) is not None or isinstance(node.value, ast.Tuple))
    }
    for refusal_ in (one for one in ast.walk(tree) if isinstance(one, ast.ClassDef)):
        if any(name_of(base).endswith("Error") for base in refusal_.bases):  # type: ignore[operator]
            for call in (one for one in ast.walk(refusal_) if isinstance(one, ast.Call)):
                if name_of(call.func) == "__init__":  # type: ignore[operator]
                    yield from call.args
    for node in (one for one in ast.walk(tree) if isinstance(one, ast.Call)):
        name = name_of(node.func)  # type: ignore[operator]
        refusal = name.endswith("Error") and name not in _OTHERS
        if refusal or (talks and name in _SPEAKERS and isinstance(node.func, ast.Attribute)):
            given = [*node.args[:1], *node.args[2:]] if name == "key" else node.args
            for one in [*given, *(key.value for key in node.keywords if key.arg == "hint")]:
                meant = one.value if isinstance(one, ast.Starred) else one
                yield constants.get(meant.id, meant) if isinstance(meant, ast.Name) else meant


def documentation(tree: ast.Module) -> set[int]:
    """The ids of the docstrings' nodes, those of constants too."""
    return {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def test_what_is_said_is_marked(messages: ModuleType) -> None:
    """A refusal, a hint, a question, a heading: each goes through tr, trn or mark."""
    problems = []
    for path in messages.SOURCES:
        where, tree = str(path.relative_to(ROOT)), messages.tree(path)
        for argument in spoken_arguments(tree, messages.name_of, talks=where.startswith(_TALK)):
            problems += [
                f"{where}:{line}: {text}"
                for line, text in unmarked(argument, messages.name_of)
                if re.search("[A-Za-z]{2}", text.replace("{}", "")) and not _COMMAND.match(text)
                if f"{path.name}: {text}" not in NOT_SAID
            ]
    assert not problems, "\n".join(["say it with tr(…) (see CONTRIBUTING.md):", *problems])


def test_no_sentence_stands_about_unmarked(messages: ModuleType) -> None:
    """In the rooms that speak, a text of two words is marked, or NOT_SAID tells why not."""
    problems = []
    for path in messages.SOURCES:
        where = str(path.relative_to(ROOT))
        if not where.startswith(ALL_SAID):
            continue
        tree = messages.tree(path)
        quiet = documentation(tree) | helps(tree, messages.name_of)
        problems += [
            f"{where}:{node.lineno}: {text}"
            for node in loose(tree, quiet, messages.name_of)
            if (text := text_of(node)) and _WORDS.search(text) and not _COMMAND.match(text)
            if not {f"{path.name}: {text}", f"{path.name}: *"} & NOT_SAID.keys()
        ]
    assert not problems, "\n".join(["say it with tr(…), or tell in NOT_SAID why not:", *problems])


def helps(tree: ast.Module, name_of: object) -> set[int]:
    """The ids of what is found by its place: the help of options; and the descriptions of schemas."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found = {id(key.value) for call in calls for key in call.keywords if key.arg in ("help", "description")}
    return found | {id(key.value) for call in calls for key in call.keywords if key.arg == "metavar"}


def loose(tree: ast.AST, quiet: set[int], name_of: object) -> Iterator[ast.Constant | ast.JoinedStr]:
    """The literals of a tree that stand in no mark and are not ``quiet``."""
    if id(tree) in quiet:
        return
    if isinstance(tree, ast.Call) and name_of(tree.func) in _MARKS:  # type: ignore[operator]
        for one in [*tree.args[2:], *(key.value for key in tree.keywords)]:
            yield from loose(one, quiet, name_of)
        return
    if isinstance(tree, ast.Constant | ast.JoinedStr) and text_of(tree) is not None:
        yield tree
    for child in spoken_parts(tree):
        yield from loose(child, quiet, name_of)


def test_nothing_is_said_before_the_language_is_chosen() -> None:
    """What ``import cli`` loads says nothing at the top of a module."""
    code = "import sys, cli; print(*(one.__file__ for name, one in sys.modules.items() if name.startswith('archive.')))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    early = [path for path in map(Path, done.stdout.split()) if "archive" in path.parts]
    assert early
    for path in [*early, ROOT / "cli.py"]:
        for statement in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(statement, ast.FunctionDef | ast.ClassDef):
                called = [
                    node.func.id
                    for node in ast.walk(statement)
                    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                ]
                assert not {"tr", "trn"} & set(called), (
                    f"{path.name}:{statement.lineno}: mark it, and say it when it is needed"
                )


# --- the catalogs ---


def fields(text: str) -> list[str]:
    """The fields of a template with their formats, sorted."""
    return sorted(f"{name}:{form}" for _, name, form, _ in string.Formatter().parse(text) if name is not None)


def test_every_catalog_says_all_of_it(messages: ModuleType, catalog: Catalog) -> None:
    """Each text with all its plural forms, none of them fuzzy, and with the fields of the English."""
    problems = []
    for english, said in messages.everything().items():
        entry = catalog.get(english)
        forms = entry.string if entry and isinstance(entry.string, tuple) else (entry.string,) if entry else ()
        if (
            not forms
            or not all(forms)
            or entry.fuzzy
            or len(forms) != (1 if isinstance(said, str) else catalog.num_plurals)
        ):
            problems.append(f"missing: {english}")
            continue
        wanted = fields(said if isinstance(said, str) else said[1])
        for form in forms:
            given = fields(form)
            if given != wanted and not (isinstance(said, tuple) and sorted({*given, "n:,"}) == wanted):
                problems.append(f"other fields: {form}")
    assert not problems, "\n".join(
        [f"run make messages, then translate in {messages.place(str(catalog.locale))}:", *problems]
    )


def test_every_catalog_is_as_it_is_written(messages: ModuleType, catalog: Catalog) -> None:
    """``make messages`` would write it so; and the program reads what Babel reads."""
    assert {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in catalog if entry.id} == set(
        messages.everything()
    ), "run: make messages"
    told = dict(speech.read(messages.place(str(catalog.locale)).read_text(encoding="utf-8")))
    for entry in catalog:
        forms = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        if entry.id and all(forms):
            assert told[entry.id if isinstance(entry.id, str) else entry.id[0]] == forms


# --- the language ---


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "uk_UA.UTF-8"}, "uk"),
        ({"LANG": "uk_UA.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "uk_UA.UTF-8", "LC_ALL": "C.UTF-8", "LANGUAGE": "ru"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "de:cs:uk"}, "cs"),
        ({"LC_MESSAGES": "cs_CZ"}, "cs"),
        ({"LANG": "ru_RU@euro", "LC_ALL": ""}, "ru"),
        ({"LANG": "xx_XX.nonsense"}, "en"),
        ({}, "en"),
    ],
    ids=str,
)
def test_the_locale_chooses_the_language(environment: dict[str, str], language: str) -> None:
    """As gettext does it; English where there is none of ours. The option comes first, wherever it stands."""
    assert speech.of_locale(environment) == language
    assert speech.wanted(["add", "--ui-language", "cs"], environment) == "cs"
    assert speech.wanted(["--ui-language=ru", "add"], environment) == "ru"
    assert speech.wanted(["add", "--", "--ui-language=ru"], environment) == language


@pytest.fixture
def spoken() -> Iterator[None]:
    """English again afterwards."""
    yield
    speech.choose("en")


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize("language", speech.LANGUAGES)
def test_a_catalog_counts_as_its_language_does(language: str) -> None:
    """One, two, five and twenty-one, by the rule at the head of the catalog."""
    speech.choose(language)
    rule = [speech.catalog()._form(number) for number in (1, 2, 5, 11, 21, 22)]
    assert rule == {"en": [0, 1, 1, 1, 1, 1], "cs": [0, 1, 2, 2, 2, 2]}.get(language, [0, 1, 2, 2, 0, 1])


@pytest.mark.usefixtures("spoken")
def test_what_a_catalog_lacks_is_english_and_machines_hear_english() -> None:
    """No crash, no empty line."""
    speech.choose("uk")
    assert speech.tr("not in any catalog {field}", field=1) == "not in any catalog 1"
    assert speech.trn("{n} thing of none", "{n} things of none", 5) == "5 things of none"
    assert speech.tr("Stopped.") != "Stopped."
    speech.choose("uk", to_machines=True)
    assert speech.tr("Stopped.") == "Stopped."
    assert speech.language() == "en"
    assert speech.readers_language() == "uk"


def test_an_entry_that_is_fuzzy_or_empty_says_nothing() -> None:
    """Former entries and comments neither."""
    text = """msgid "a"
msgstr ""

#, fuzzy
msgid "b"
msgstr "x"

#~ msgid "c"
#~ msgstr "y"

msgid ""
"d\\n"
msgstr "z \\"q\\""
"""
    assert dict(speech.read(text)) == {"d\n": ('z "q"',)}


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program on a command line."""
    return subprocess.run(
        [sys.executable, "cli.py", *words], cwd=ROOT, env={"PATH": "/usr/bin", **environment},
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_help_and_refusals_are_said_in_the_chosen_language() -> None:
    """Commands and options keep their names."""
    told = run("--help", "--ui-language", "cs").stdout
    assert "Použití: archive" in told and "every day" not in told and "intake" in told and "--json" in told
    told = run("add", "--help", LC_ALL="uk_UA.UTF-8").stdout
    assert "Параметри:" in told and "--keep-original" in told
    refused = run("add", "--nonsense", LC_ALL="ru_RU.UTF-8")
    assert refused.returncode == 2
    assert (
        refused.stderr.startswith("ошибка: ") and "--nonsense" in refused.stderr and "\nподсказка: " in refused.stderr
    )
    assert run("add", "--nonsense", "--json", LC_ALL="ru_RU.UTF-8").stderr.startswith('{"error":"usage"')
    assert run("--ui-language", "xx", "add").stderr.startswith("error: There is no such language.")
