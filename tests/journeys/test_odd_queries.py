"""``archive search`` and whatever anybody types: answered, or refused in one sentence with its code; as words, from
standard input and with ``--json``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from .asking import Asked, Command
from .conftest import Run

CANARY = "zaviriukhin"
QUERIES: dict[str, bytes] = {
    "100 KB of words": "слово ".encode() * 9_300,
    "100 KB in one word": b"a" * 100_000,
    "9,990 letters in one word": "щ".encode() * 9_990,
    "10,000 ORs": b" OR ".join([b"gate"] * 10_000),
    "OR alone": b"OR OR OR",
    "thousands of quotes": b'"' * 9_000,
    "thousands of open quotes": b'"gate ' * 1_500,
    "operators": b"AND OR NOT NEAR( NEAR/5 ^gate +gate -gate title:gate {title text}:gate gate*",
    "one of each sign": bytes(range(32, 127)),
    "control characters": bytes(range(1, 10)) + bytes(range(11, 32)) + b"gate\x7f",
    "terminal orders": b"\x1b[2J\x1b]0;owned\x07gate",
    "no UTF-8": b"\xff\xfe\xc3gate\xed\xa0\x80",
    "a lone surrogate": "gate \ud800".encode("utf-8", "surrogatepass"),
    "brackets": b"(" * 4_000 + b"gate" + b")" * 3,
    "nested brackets": b"((((gate) OR (gate)) AND (gate)) NOT (gate))",
    "an unknown field": b"colour:red gate",
    "fields of fields": b"kind:kind:kind:photo",
    "a field without a value": b"gate kind:",
    "an excluded field": b"gate -kind:photo",
    "a field twice": b"since:2024 since:2025 gate",
    "a month that is none": b"since:2025-13 gate",
    "a day that is none": b"until:2025-02-30",
    "no digits": b"since:XXXX-XX-XX",
    "an open interval": b"since:../..",
    "a year beyond all": b"since:Y-999999999999 until:99999999999999",
    "a date upside down": b"since:2025 until:2020",
    "turned round": "\u202egate\u202c \u200fgate \u2066gate".encode(),
    "emoji": "🙈 👩‍👩‍👧 🇺🇦".encode(),
    "an emoji beside a word": "gate 🙈".encode(),
    "marks on marks": ("g" + "\u0301" * 900).encode(),
    "a star": b"*",
    "a minus": b"-",
    "signs alone": b'"" -- ** :: ()',
    "one letter and a star": b"g*",
    "45 of these": b" ".join(bytes([letter]) + b"*" for letter in b"abcdefghijklmnopqrstuvwxyz" * 2),
    "little words": b"the and of to",
    "only excluded": b"-gate",
    "spaces": b" \t \xc2\xa0 ",
    "nothing": b"",
    "SQL": b"gate'); DROP TABLE words; -- \" OR 1=1",
    "FTS5": b'") OR words MATCH ("gate',
    "like an option": b"--limit=gate",
}  # fmt: skip
BY_INPUT_ALONE: dict[str, bytes] = {
    "NULs": b"\0" * 5_000 + b"gate",
    "a megabyte": b"gate " * 200_000,
    "many megabytes without an end of line": b"g" * 8_000_000,
    "several lines": b"gate\nkeeper\n",
    "all bytes": bytes(range(256)),
}
NONSENSE: tuple[bytes, ...] = (
    b"",
    b"\x1b[2J" + CANARY.encode(),
    b"9" * 400,
    b"-1",
    b"\xff\xed\xa0\x80';--",
    b"x" * 20_000,
)
FILTERS: tuple[bytes, ...] = (
    b"kind", b"case", b"person", b"place", b"tag", b"act", b"since", b"until", b"language", b"grade", b"consent",
    b"collective", b"sort", b"count-by", b"limit", b"offset", b"page", b"saved",
)  # fmt: skip
CHOICES = (b"--sort", b"--count-by", b"--limit", b"--offset", b"--page")
ANSWERED, REFUSED = (0,), (2, 17)


@pytest.fixture
def asked(shared: Any, tmp_path: Path) -> Asked:
    return Asked(shared, tmp_path)


def holds(people: Run, script: Run, what: object) -> None:
    """Both ways answer, or refuse in the same sentence, which repeats nothing of what was typed."""
    assert people.code == script.code, (what, people, script)
    assert b"Traceback" not in people.err + script.err, (what, people)
    if people.code in ANSWERED:
        assert people.err == script.err == b"", (what, people)
        assert script.json["total"] >= 0, what
        assert people.out.endswith(b".\n"), (what, people)
    else:
        assert people.code in REFUSED, (what, people)
        message, hint = people.lines
        assert (script.out, people.out) == (b"", b""), what
        assert (script.error["message"], script.error["hint"], script.error["code"]) == (message, hint, people.code)
        assert CANARY not in people.said, (what, people.said)
        assert len(message) < 300, what


def pairs(asked: Asked, commands: Sequence[Command], **env: str) -> Iterator[tuple[Run, Run]]:
    """Each command for people and for scripts."""
    runs = asked.run(
        [way for words, given in commands for way in ((words, given), ((b"--json", *words), given))], **env
    )
    return zip(runs, runs, strict=True)


def test_every_query_is_answered_or_refused_in_a_sentence(asked: Asked) -> None:
    """As words behind ``--``, whatever they are."""
    commands = [((b"search", b"--", query), b"") for query in QUERIES.values()]
    for what, (people, script) in zip(QUERIES, pairs(asked, commands), strict=True):
        if what != "a minus":  # asks for standard input, of which there is none here
            holds(people, script, what)


def test_from_standard_input_it_is_the_same(asked: Asked) -> None:
    """NULs, megabytes and several lines too: one line is the query. Where the system takes only UTF-8, as well."""
    given = QUERIES | BY_INPUT_ALONE
    commands = [((b"search", b"-"), query) for query in given.values()]
    for what, (people, script) in zip(given, pairs(asked, commands, PYTHONIOENCODING="utf-8:strict"), strict=True):
        holds(people, script, what)
        assert people.code == BY_INPUT.get(what, people.code), (what, people)


BY_INPUT = {"NULs": 0, "a megabyte": 2, "many megabytes without an end of line": 2, "several lines": 0}


def test_every_filter_takes_nonsense(asked: Asked) -> None:
    """Each option with each value, beside a word: answered or refused, and no free text told again."""
    commands = [((b"search", b"gate", b"--" + name + b"=" + value), b"") for name in FILTERS for value in NONSENSE]
    for (words, _), run in zip(commands, asked.run(commands), strict=True):
        assert run.code in (*ANSWERED, *REFUSED) and b"Traceback" not in run.err, (words, run)
        if run.code:
            assert run.out == b"" and all(run.lines), (words, run)
            assert CANARY not in run.said or words[-1].startswith(CHOICES), (words, run)


def test_what_is_kept_cannot_be_odd_either(asked: Asked) -> None:
    """A search that would be refused is not kept; one that is kept under an odd name answers to it."""
    names = (b"\x1b[2J", "🙈".encode(), b"\xff", b"-", b"x" * 5_000)
    kept = [((b"search", b"gate", b"--save=" + name), b"") for name in names]
    saved = [((b"search", b"--saved=" + name), b"") for name in names]
    refused = [((b"search", b"gate since:2025-13", b"--save=month"), b""), ((b"search", b"--saved-list"), b"")]
    *runs, wrong, listed = asked.run([*kept, *saved, *refused])
    for name, made, answer in zip(names, runs[: len(names)], runs[len(names) :], strict=True):
        assert (made.code, answer.code) in ((0, 0), (2, 17), (2, 2)), (name, made, answer)
        assert b"Traceback" not in made.err + answer.err
    assert wrong.code == 2 and b"month" not in listed.out and b"\x1b" not in listed.out + listed.err


def test_asked_on_a_terminal(shared: Any) -> None:
    """Without words it asks; what is typed is answered or refused as ever."""
    for typed, code, said in (
        ('"gate', 0, "1 found."), ("gate (((* OR", 0, "1 found."), ("*", 2, "There is no word"), ("🙈", 2, "no word"),
        ("", 0, "found."),
    ):  # fmt: skip
        with shared.talk("search") as talk:
            talk.expect("Search for").type(typed).expect(said)
            assert talk.end() == code, talk.text
        assert "Traceback" not in talk.text


def test_no_search_is_remembered(shared: Any, asked: Asked) -> None:
    """Not one byte of archive, state and home is another after searches, found or not, asked or refused."""

    def files() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in shared.root.rglob("*") if path.is_file()}

    shared.run("search", "gate")  # what opening writes it has written
    before = files()
    with shared.talk("search") as talk:
        talk.expect("Search for").type(f"{CANARY} gate").expect("Nothing found.")
        assert talk.end() == 0
    for words in ((b"search", b"gate"), (b"search", CANARY.encode(), b"--kind=person"), (b"search", b"*")):
        list(pairs(asked, [(words, b"")]))
    assert files() == before


def test_a_kept_search_takes_what_is_said_beside_it(archive: Any) -> None:
    """A kind, a filter or a page; but no other words, which would be passed over unseen."""
    archive.case("A gate"), archive.case("A weir")
    archive.ask("search", "gate OR weir", "--kind", "case", "--save", "both")
    assert archive.ask("search", "--saved", "both")["total"] == 2
    assert archive.ask("search", "--saved", "both", "--kind", "person")["total"] == 0
    assert archive.ask("search", "--saved", "both", "--since", "2020", "--until", "2021")["total"] == 0
    refused = archive.run("search", "gate", "--saved", "both")
    assert refused.code == 2 and refused.lines[0] == "A search that is kept has words of its own."
