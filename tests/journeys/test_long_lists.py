"""Long lists show people the newest and how to see the rest; scripts get all, unless they say how many."""

from __future__ import annotations

from typing import Any

import pytest

MADE = 53


@pytest.fixture(scope="module")
def many(shared: Any) -> Any:
    """A laptop with more cases than are shown, begun in one command."""
    lines = "\n".join(f'{{"kind": "case", "title": "Case number {one}"}}' for one in range(1, MADE))
    shared.ask("import", shared.file("cases.jsonl", lines), "--format", "jsonl")
    return shared


def test_a_long_list_of_cases_shows_the_newest(many: Any) -> None:
    """Fifty, and a line that says how to see all; with --all no such line; --json is whole."""
    short, whole = many.run("case", "list"), many.run("case", "list", "--all")
    assert short.text.count("open") == 50 and whole.text.count("open") == MADE
    assert "50 of 53, the newest. All of them: archive case list --all" in short.said
    assert whole.said == ""
    answer = many.ask("case", "list")
    assert len(answer["cases"]) == answer["total"] == MADE
    limited = many.ask("case", "list", "--limit", "2")
    assert limited["cases"] == answer["cases"][-2:] and limited["total"] == MADE
    first = next(line for line in many.run("case", "list", "--limit", "2").text.splitlines() if "open" in line)
    assert first.split()[0] == answer["cases"][-1]["ref"]


def test_a_long_log_shows_the_newest(many: Any) -> None:
    """As with cases; what is proven is all of it, however much is shown."""
    short = many.run("log")
    assert short.text.count("\n") == 51 and "There is more before that: --all, or --limit N" in short.said
    events = many.ask("log")["events"]
    assert len(events) > 50 and many.run("log", "--all").text.count("\n") == len(events) + 1
    limited = many.ask("log", "--limit", "3", "--verify")
    assert limited["events"] == events[-3:] and limited["more"] is True and limited["verified"] is True
    case = many.ask("case", "list", "--limit", "1")["cases"][0]["ref"]
    assert [one["event"] for one in many.ask("log", case, "--limit", "5")["events"]] == ["creation"]


@pytest.mark.parametrize("words", [("log",), ("case", "list")])
def test_all_and_some_contradict(many: Any, words: tuple[str, ...]) -> None:
    """Said before a passphrase is asked for; none at all is no number of lines."""
    assert many.run(*words, "--all", "--limit", "2").lines[0] == "--limit and --all contradict each other."
    assert many.run(*words, "--limit", "0").code == 2
