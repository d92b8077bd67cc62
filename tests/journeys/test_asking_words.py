"""Going through the words of a case on a terminal: what each key does, what no key does, and what stopping keeps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

ONE = """He was heard at the office in Karlovy Vary. They say the guard Paly was in Karlovy Vary, too.
From the hall in Karlových Varech a nurse called Zelenko came, and later the guard Paly.
At the window stood the guard Paly with a dog. In the House they laughed: a house is a house.
"""
TWO = "On the way from Karlových Varů a driver called Kosak sang, and the guard Palym slept.\n"
KEYS = "q:"


@pytest.fixture
def case(archive: Any) -> str:
    """One testimony that may leave, in which nobody is sealed but whom it is about."""
    ref: str = archive.case("At the weir", summary="A man refused.")
    archive.consent(person := archive.person(ref), "publish-pseudonym")
    archive.add(archive.file("a.txt", ONE), "--case", ref, "--about", person, "--language", "en")
    return ref


def told(bundle: Path) -> str:
    exhibits = json.loads((bundle / "data" / "dossier.json").read_text())["exhibits"]
    return "\n".join(one["text"]["text"] for one in exhibits)


def left(archive: Any, case: str) -> list[str]:
    return [one["word"] for one in archive.ask("redact", case)["undecided"]]


def decided(archive: Any, case: str) -> dict[str, list[str]]:
    record = archive.ask("show", case)
    return {name: record.get(name, []) for name in ("masks", "cleared", "held")}


def test_each_word_is_asked_about_once_and_only_new_ones_the_next_time(archive: Any, case: str) -> None:
    """Forms and words side by side together; the second export asks about what came since."""
    with archive.talk("redact", case) as talk:
        talk.expect("4 words to decide about")
        talk.expect("1/4").expect("Karlovy Vary, Karlových Varech").expect("(3×)").expect(KEYS).press("s")
        talk.expect("2/4").expect("Paly").expect("(3×)").expect(KEYS).press("h")
        talk.expect("stands once").expect("3/4").expect(KEYS).press("a")
        assert talk.end() == 0, talk.text
    assert left(archive, case) == []
    assert decided(archive, case) == {
        "masks": ["Paly", "Zelenko"],
        "cleared": ["Karlovy Vary"],
        "held": ["Paly", "House", "Zelenko"],
    }
    archive.add(archive.file("b.txt", TWO), "--case", case, "--language", "en")
    bundle = archive.root / "dossier"
    with archive.talk("export", case, "-o", bundle) as talk:
        talk.expect("1 word to decide about").expect("1/1  Kosak").expect(KEYS).press("h")
        talk.expect("Seal and hand over?").type("y")
        assert talk.end() == 0, talk.text
    text = told(bundle)
    assert "office in Karlovy Vary." in text and "a house is a house" in text
    assert not any(word in text for word in ("Paly", "House", "Zelenko"))


def test_one_place_alone_can_be_shown(archive: Any, case: str) -> None:
    """The next place with m, this place alone with o; it is not asked about again, and elsewhere it stays hidden."""
    with archive.talk("redact", case) as talk:
        talk.expect("1/4").expect(KEYS).press("s").expect("2/4").expect("They say the guard").expect(KEYS).press("m")
        talk.expect("and later the guard").expect(KEYS).press("m").expect("stood the guard").expect(KEYS).press("o")
        talk.expect("3/4").expect(KEYS).press("q")
        assert talk.end() == 0, talk.text
    assert "Paly" not in left(archive, case)
    archive.ask("redact", case, "--accept", "all")
    archive.ask("export", case, "-o", archive.root / "d", "--plain")
    text = told(archive.root / "d")
    assert "stood the guard Paly with a dog" in text and text.count("Paly") == 1


def test_words_side_by_side_can_be_taken_apart_and_a_slip_taken_back(archive: Any, case: str) -> None:
    """w asks about each, b goes back over it; what was said in between is gone."""
    with archive.talk("redact", case) as talk:
        talk.expect("1/4").expect("h/s/o/m/w/a/q:").press("w")
        talk.expect("2/6").expect("Karlov").expect(KEYS).press("s").expect("3/6").expect("Var").expect("b/q:").press(
            "b"
        )
        talk.expect("2/6").expect(KEYS).press("b").expect("1/4").expect(KEYS).press("h")
        talk.expect("2/4").expect(KEYS).press("s").expect("3/4").expect(KEYS).press("b")
        talk.expect("2/4").expect(KEYS).press("h").expect("3/4").expect(KEYS).press("q")
        assert talk.end() == 0, talk.text
    assert decided(archive, case)["cleared"] == []
    assert "Karlovy" in decided(archive, case)["masks"] and "Paly" in decided(archive, case)["masks"]


@pytest.mark.parametrize("typed", ["ssssssss", "s\ns\ns\n", "\x1bs", "\x1b[200~ssss\x1b[201~"])
def test_what_is_pasted_shows_nothing(archive: Any, case: str, typed: str) -> None:
    """No word is decided about by several signs at once."""
    with archive.talk("redact", case) as talk:
        talk.expect("1/4").expect(KEYS).press(typed).press_until("q", "would be hidden")
        assert talk.end() == 0, talk.text
    assert decided(archive, case) == {"masks": [], "cleared": [], "held": []}


def test_what_is_typed_ahead_shows_nothing(archive: Any, case: str) -> None:
    """Before the first question, while the archive is opened; also for the question whether to seal."""
    bundle = archive.root / "dossier"
    with archive.talk("export", case, "-o", bundle) as talk:
        talk.press("ssss\ny\ny\n").expect("1/4").expect(KEYS).press("q")
        talk.expect("Seal and hand over?").type("n")
        assert talk.end() == 2, talk.text
    assert decided(archive, case) == {"masks": [], "cleared": [], "held": []} and not bundle.exists()


def test_what_leaves_can_be_locked_at_the_last_question(archive: Any, case: str) -> None:
    """An answer that is none asks again, a slip in the passphrase too; at the end it says whom to tell."""
    with archive.talk("export", case, "-o", archive.root / "dossier") as talk:
        talk.expect("1/4").expect(KEYS).press("a").expect("l locks it").type("perhaps").expect("l locks it").type("l")
        talk.expect("Passphrase of the dossier").type("eight herons").expect("Once more").type("nine herons")
        talk.expect("not the same").expect("Passphrase of the dossier").type("").expect("Once more").type("")
        talk.expect("locks nothing").expect("Passphrase of the dossier").type("eight herons")
        talk.expect("Once more").type("eight herons")
        assert talk.end() == 0, talk.text
    assert [path.name for path in sorted(archive.root.glob("dossier*"))] == ["dossier.zip.age", "dossier.zip.age.txt"]
    assert "another way: by voice" in talk.text and "herons" not in talk.text
    told = archive.ask("export", case, "-o", archive.root / "other", "--plain")["people"]
    assert f"Tell those it is about what left and for whom: {told[0]}." in " ".join(talk.text.split())


def test_closing_the_window_keeps_what_was_said_and_leaves_nothing(archive: Any, case: str) -> None:
    """At a word, at what would leave, at the passphrase: no draft, no bundle, no plaintext."""
    bundle = archive.root / "dossier"
    with archive.talk("export", case, "-o", bundle) as talk:
        talk.expect("1/4").expect(KEYS).press("s").expect("2/4").expect(KEYS)
        assert talk.hang_up()
    assert decided(archive, case)["cleared"] == ["Karlovy Vary"]
    for stop in ("Seal and hand over?", "Passphrase of the dossier", "Once more"):
        with archive.talk("export", case, "-o", bundle, "--passphrase") as talk:
            talk.expect("/3").expect(KEYS).press("q").expect("Seal and hand over?")
            if stop != "Seal and hand over?":
                talk.type("y").expect("Passphrase of the dossier")
            if stop == "Once more":
                talk.type("eight herons").expect(stop)
            assert talk.hang_up(), stop  # which code, nobody is left to see
        assert not list(archive.root.glob("dossier*")) and not archive.leftovers(), stop


@pytest.mark.parametrize(
    ("columns", "env"), [(60, {}), (40, {}), (80, {"NO_COLOR": "1"}), (80, {"TERM": "dumb"}), (100, {"LANGUAGE": "uk"})]
)
def test_every_terminal_can_answer(archive: Any, case: str, columns: int, env: dict[str, str]) -> None:
    """Narrow, without colours, without movement, in another language: no line is wider, the word is marked."""
    with archive.talk("redact", case, columns=columns, **env) as talk:
        talk.expect("1/4").expect(KEYS).press("s").expect("2/4").expect(KEYS).resize(50).press("ф")
        assert talk.end() == 0, talk.text
    plain = talk.text.replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert "\x1b" not in plain and max(map(len, plain.splitlines())) <= max(columns, 50)
    assert ("\x1b[1mPaly\x1b[0m" if not env or "LANGUAGE" in env else "«Paly»") in talk.text
    assert left(archive, case) == []


def test_texts_cannot_drive_the_terminal(archive: Any) -> None:
    """Bidi controls and the like around a word are shown as signs; one that nobody could read stays hidden, unasked."""
    case = archive.case("At the weir")
    long, evil = "Z" + "a" * 2_000, "the guard \u202ePaly\u2066 and \u200bKosak\u2028 came"
    archive.add(archive.file("a.txt", f"{evil} with {long} there.\n"), "--case", case)
    with archive.talk("redact", case, columns=60) as talk:
        talk.expect("1/2").expect(KEYS).press("h").expect("2/2").expect(KEYS).press("h")
        assert talk.end() == 0, talk.text
    plain = talk.text.replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert not any(sign in plain for sign in "\x1b\u202e\u2066\u2028")
    assert decided(archive, case)["masks"] == ["Kosak", "Paly"] and left(archive, case) == []


def test_scripts_decide_by_the_words_that_are_listed(archive: Any, case: str) -> None:
    """What ``undecided`` lists can be given back as it stands, one file of words for each answer."""
    words = {one["word"]: one["forms"] for one in archive.ask("redact", case)["undecided"]}
    assert words["Karlovy Vary"] == ["Karlovy Vary", "Karlových Varech"]
    refused = archive.run("export", case, "-o", archive.root / "d", "--plain", "--reviewed", "--json")
    assert refused.code == 16
    assert {one["word"]: one["count"] for one in refused.error["details"]} == {
        "Karlovy Vary": 3, "Paly": 3, "House": 1, "Zelenko": 1,
    }  # fmt: skip
    archive.ask("redact", case, "--show", "-", stdin=b"Karlovy Vary, House\n")
    archive.ask("redact", case, "--hide", "-", stdin=b"Paly, Zelenko\n")
    assert left(archive, case) == []
    archive.ask("export", case, "-o", archive.root / "d", "--plain", "--reviewed")
    assert "In the House they laughed" in told(archive.root / "d")
