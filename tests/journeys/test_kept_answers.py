"""Answers of a review that is killed: those before the blow are there, whatever is run next, and once in the log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

TEXT = """He was heard at the office in Brynkiv. They say the guard Paly was in Brynkiv, too, with the guard Paly.
At the window stood the clerk Zelenko, then a nurse called Kosak, and at last the driver Dorosh.
"""
WORDS = ("Brynkiv", "Paly", "Dorosh", "Kosak", "Zelenko")
KEYS = "q:"


@pytest.fixture
def case(archive: Any) -> str:
    """A case with one text in which five words are asked about."""
    ref: str = archive.case("At the weir")
    archive.add(archive.file("a.txt", TEXT), "--case", ref, "--language", "en")
    return ref


def rounds(archive: Any) -> list[Path]:
    return list(archive.state.glob("*/rounds/*"))


def decided(archive: Any, case: str) -> tuple[list[str], list[str]]:
    record = archive.run("show", case, "--json").json
    return record.get("masks", []), record.get("cleared", [])


@pytest.mark.parametrize("answers", [0, 1, 4])
def test_a_killed_round_has_lost_nothing(archive: Any, case: str, answers: int) -> None:
    """After the k-th answer the next question stands there: the first k are in the case, in one version of it."""
    before = len(archive.ask("log", case)["events"])
    with archive.talk("redact", case) as talk:
        talk.expect("5 words to decide about").expect("1/5").expect(KEYS)
        for number in range(answers):
            talk.press("h" if number % 2 else "s").expect(f"{number + 2}/5").expect(KEYS)
        talk.kill()
    assert len(rounds(archive)) == 1 and not any(word.encode() in rounds(archive)[0].read_bytes() for word in WORDS)
    said = WORDS[:answers]
    assert decided(archive, case) == (list(said[1::2]), list(said[0::2]))
    assert len(archive.ask("log", case)["events"]) == before + bool(answers) and rounds(archive) == []
    assert [one["word"] for one in archive.ask("redact", case)["undecided"]] == list(WORDS[answers:])
    if answers:
        archive.ask("undo")
        assert decided(archive, case) == ([], [])


def test_an_answer_taken_back_stays_so(archive: Any, case: str) -> None:
    """b is kept as an answer is; whatever is run in another window meanwhile leaves the round to whoever asks."""
    with archive.talk("redact", case) as talk:
        talk.expect("1/5").expect(KEYS).press("s").expect("2/5").expect(KEYS).press("s").expect("3/5").expect(KEYS)
        assert decided(archive, case) == ([], []) and len(rounds(archive)) == 1
        talk.press("b").expect("2/5").expect(KEYS).kill()
    assert decided(archive, case) == ([], ["Brynkiv"])


def test_a_person_is_told_and_a_round_that_ended_leaves_no_file(archive: Any, case: str) -> None:
    """On the way of an export as well."""
    archive.consent(person := archive.person(case), "publish-pseudonym")
    archive.ask("edit", case, "--set", "summary=A man refused.")
    with archive.talk("export", case, "-o", archive.root / "d") as talk:
        talk.expect("1/").expect(KEYS).press("s").expect("2/").expect(KEYS).kill()
    again = archive.run("person", "show", person)
    assert "A review was cut off: what was answered in it is in its case now." in " ".join(again.said.split())
    assert decided(archive, case) == ([], ["Brynkiv"]) and not (archive.root / "d").exists()
    with archive.talk("redact", case) as talk:
        talk.expect("1/4").expect(KEYS).press("a")
        assert talk.end() == 0, talk.text
    assert rounds(archive) == [] and decided(archive, case)[0] == list(WORDS[1:])


def test_where_nothing_could_be_kept_nothing_is_asked(archive: Any) -> None:
    """A record without a case, and a state folder that takes no file: refused before the first question."""
    alone = archive.add(archive.file("b.txt", TEXT))
    with archive.talk("redact", alone) as talk:
        assert talk.end() == 2, talk.text
    assert "in no case" in talk.text and "1/5" not in talk.text
    assert archive.run("redact", alone).code == 0  # a script is shown what there is
