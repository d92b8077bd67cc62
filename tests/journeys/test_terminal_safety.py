"""Whatever somebody wrote into a title, a file name or a text: no byte of it drives the terminal of who reads it."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

import pytest

PAYLOADS = (
    "\x1b[2J\x1b[H", "\x1b[31mred\x1b[0m", "\x1b]0;owned\x07", "\x1b]52;c;cm0gLXJm\x07", "\x1b]8;;file:///etc\x1b\\x",
    "\x1bP+q544e\x1b\\", "\x1b[6n", "\x1b[?1049h", "\x1bc", "\x9b31mred", "\x9d0;owned\x9c", "\x90q\x9c", "\x85next",
    "a\rb", "a\nerror: b", "a\x08\x08b", "\x07\x07", "\x00zero", "\x7f\x7f", "\u202egnp.exe", "\u2066a\u2069",
    "\u200fa", "a\u2028b", "a\u2029b", "\u200bzero\ufeff", "\ue000private", "\U000f0000plane", "[/x]", "[bold]b[/bold]",
    "[@click=x]", ":smile:", "%s%n{0}", "\\x1b[2J", "\U000e0041tag", "=HYPERLINK(1)",
)  # fmt: skip
pytestmark = pytest.mark.xdist_group("terminal safety")  # the material is made once
OURS = re.compile(rb"\x1b\[(?:0|1|2|31)m")  # bold, dim, red, off
PROGRESS = re.compile(rb"\x1b\[(?:\?25[lh]|2K|1A|[0-9;]*m)|\r")  # a moving bar


@pytest.fixture(scope="module")
def commands(shared: Any) -> list[tuple[str, ...]]:
    """Every command that prints, over records whose every word is a payload."""
    laptop = shared
    all_of_them = " ".join(PAYLOADS)
    case = laptop.case(f"canary {all_of_them}"[:1000], summary=f"canary {all_of_them}", place=all_of_them[:900])
    for number, payload in enumerate(PAYLOADS):
        laptop.ask("case", "new", "--from-json", "-", stdin={"title": f"canary {number} {payload} end"})
    person = laptop.person(case, f"canary {all_of_them}"[:1000])
    laptop.person(case, "canary \x1b[31m \u202e [/x]")
    identity = {"names": [{"language": "en", "surname": all_of_them[:900]}], "nicknames": list(PAYLOADS)}
    sealed = laptop.ask("person", "name", person, "--from-json", "-", stdin=identity)["ref"]
    files = []
    for number, payload in enumerate(PAYLOADS):
        name = f"canary {number} {payload}.txt".replace("/", "|").replace("\x00", "")
        files.append(laptop.file(name, f"canary text {number}\n"))
    text = laptop.file("text.md", "canary " + re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f]", "", all_of_them) + "\n")
    added = laptop.ask("add", *files, text, "--case", case, "--about", person, "--source", "[/x]", "--place", "\u202ex")
    refs = [one["ref"] for one in added["records"]]
    laptop.consent(person, "publish-pseudonym")
    return [
        ("case", "list"), ("case", "show", case), ("search", "canary", "--limit", "200"), ("search", "text"),
        ("show", case), ("show", person), ("show", sealed), ("show", refs[0]), ("show", refs[3]), ("show", refs[-1]),
        ("log",), ("log", refs[5]), ("consent", "list"), ("add", *map(str, files)), ("add", "\x1b[2Jnot there\u202e"),
        ("export", case, "--dry-run"), ("export", case, "-o", "/nowhere/\x1b[2J"), ("check",), ("rotate", "--dry-run"),
        ("show", "\x1b[2J"), ("get", "\x9b2J", "-o", "x"), ("verify", "\x1b[2J"), ("search", "\x1b[2J\u202e"),
        ("person", "new", "x", "--case", "\u202e"), ("add", "x", "--kind", "\x1b[2J"), ("\x1b[2J",), ("--\x1b[2J",),
        ("search", "a", "--limit", "\x1b[2J"), ("search", "a", "--since", "\x1b[2J"), ("verify", str(laptop.desk)),
        ("init", str(laptop.archive), "--collective", "\x1b[2J"), ("export", case, "-o", "x", "--template", "\x1b[2J"),
        ("export", case, "-o", "x", "--language", "\x9b2J"),
        ("consent", "record", person, "--purpose", "\x1b[2J", "--language", "uk"),
    ]  # fmt: skip


def strange(shown: bytes) -> set[str]:
    """What should not have left us: control, format, private characters and separators, our own colours aside."""
    text = OURS.sub(b"", shown).decode("utf-8", "replace")
    return {repr(one) for one in text if one != "\n" and (unicodedata.category(one)[0] == "C" or one in "\u2028\u2029")}


@pytest.mark.parametrize(
    "env",
    [
        pytest.param({"TERM": "dumb", "LC_ALL": "C"}, id="dumb", marks=pytest.mark.slow),
        pytest.param({}, id="plain", marks=pytest.mark.slow),
        pytest.param({"NO_COLOR": "1"}, id="no colour", marks=pytest.mark.slow),
    ],
)
def test_nothing_gets_through_a_pipe(shared: Any, commands: list[tuple[str, ...]], env: dict[str, str]) -> None:
    """Every printing command into a pipe: not one control or bidi character, not even a colour."""
    for words in commands:
        run = shared.run(*words, **env)
        assert run.out + run.err and not strange(run.out + run.err), (words, strange(run.out + run.err))
        assert b"\x1b" not in run.out + run.err and b"Traceback" not in run.err and b"fault" not in run.err, words


def test_nothing_gets_through_json(shared: Any, commands: list[tuple[str, ...]]) -> None:
    """As JSON: what could drive a terminal stands as an escape, and a parser gets the very text back."""
    for words in commands:
        run = shared.run(*words, "--json")
        assert not strange(run.out + run.err), (words, strange(run.out + run.err))
        for stream in (run.out, run.err):
            assert not stream or json.loads(stream)
    titles = {line["title"] for line in shared.ask("case", "list")["cases"]}
    assert {f"canary {number} {payload} end" for number, payload in enumerate(PAYLOADS)} <= titles


@pytest.mark.parametrize(
    "env",
    [pytest.param({}, id="colour"), pytest.param({"NO_COLOR": "1"}, id="no colour", marks=pytest.mark.slow)],
)
def test_nothing_reaches_a_terminal(shared: Any, commands: list[tuple[str, ...]], env: dict[str, str]) -> None:
    """On a terminal: our own bold, dim and red, and no other escape; with NO_COLOR none at all."""
    for words in commands:
        with shared.talk(*words, "--yes", **env) as talk:
            talk.end()
        shown = talk.seen.replace(b"\r\n", b"\n")
        shown = PROGRESS.sub(b"", shown) if words[0] in ("add", "export") else shown
        assert shown and not strange(shown) and b"\x1b[31mred" not in talk.seen, (words, strange(shown))
        assert not env or b"\x1b" not in shown, words
