"""``archive export`` alone on a terminal: in its order, no work before a refusal, nothing left after a stop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

KEYS = "q:"
UNTIL_GATE = (("About which case or person", 0), ("For whom", ""), ("Template [1]", ""), ("Write the dossier to", 1))


@pytest.fixture
def case(archive: Any) -> str:
    """Two records about somebody who agreed to publishing, one about somebody who was not asked; and a lawyer."""
    ref: str = archive.case("At the weir")
    archive.consent(agreed := archive.person(ref), "publish-pseudonym")
    asked = archive.ask("person", "new", "Wren", "--case", ref)["ref"]
    archive.name(asked, "Iveta", "Nemyslova")
    for number, person in enumerate((agreed, agreed, asked)):
        told = f"Note {number}: there was the guard Paly at the office in Brynkiv.\n"
        archive.add(archive.file(f"{number}.txt", told), "--case", ref, "--about", person, "--language", "en")
    archive.ask("recipient", "add", "--from-json", "-", stdin={"name": "Kvitka Vymyshlena", "type": "lawyer"})
    return ref


def begin(talk: Any, case: str, bundle: Path, *, whom: str = "") -> None:
    """Answer all that is asked before the gate."""
    talk.expect("About which case or person").type(case).expect("For whom").type(whom).expect("Template [1]").type("")
    talk.expect("Write the dossier to").type(str(bundle))


def test_each_question_comes_in_its_place(archive: Any, case: str) -> None:
    """Whom, template, gate, gaps, language, words, what would leave; the dossier is logged, a withdrawal finds it."""
    bundle = archive.root / "dossier"
    with archive.talk("export") as talk:
        begin(talk, case, bundle)
        talk.expect("1 of 3 records stay out:").expect("was not asked about publishing").expect("Go on?").type("y")
        talk.expect("missing: summary").expect("Language of the headings").type("xx")
        talk.expect("Language of the headings").type("uk,en").expect("2 words to decide about").expect(KEYS).press("s")
        talk.expect("2/2").expect(KEYS).press("h").expect("What would leave:").expect("Seal and hand over?").type("y")
        assert talk.end() == 0, talk.text
    order = ("For whom", "Template", "stay out", "missing:", "Language of", "decide about", "would leave", "Dossier:")
    places = [talk.text.index(one) for one in order]
    assert places == sorted(places)
    assert '<html lang="uk"' in (bundle / "data" / "dossier.html").read_text()
    assert '<html lang="en"' in (bundle / "data" / "dossier.en.html").read_text()
    assert archive.ask("verify", bundle)["ok"]
    people = {one["pseudonym"]: one["ref"] for one in archive.ask("case", "show", case)["people"]}
    (held,) = archive.ask("consent", "withdraw", people["Heron"])["held_by"]
    assert held["exported_at"]


def test_a_refusal_comes_before_anything_laborious(archive: Any, case: str) -> None:
    """Neither language nor words are asked about where nothing may leave, or where something is there already."""
    with archive.talk("export") as talk:
        begin(talk, case, archive.root / "dossier", whom="Kvitka Vymyshlena")
        assert talk.end() == 16, talk.text
    assert "None of 3 records may leave" in talk.text
    (taken := archive.root / "taken").mkdir()
    with archive.talk("export") as other:
        begin(other, case, taken)
        assert other.end() == 15, other.text
    assert not any(word in said.text for said in (talk, other) for word in ("Language of", "decide about"))


def test_where_nothing_can_be_noted_nothing_is_begun(archive: Any, case: str) -> None:
    """A state folder on a stick that is read-only: told before words are looked for."""
    assert "decided" in archive.run("export", case, "-o", archive.root / "out", "--reviewed", "--partial").said
    (lock,) = archive.state.glob("*/lock")
    lock.unlink()
    lock.mkdir()
    refused = archive.run("export", case, "-o", archive.root / "out", "--reviewed", "--partial")
    assert refused.code and "decided" not in refused.said and not list(archive.root.glob("out*"))


@pytest.mark.parametrize(
    "stop",
    ["About which", "For whom", "Template [1]", "Write the dossier to", "Go on?", "Language of", "1/2", "Seal and"],
)
def test_ctrl_c_at_each_question_leaves_nothing(archive: Any, case: str, stop: str) -> None:
    """130, no draft, no dossier, no word in clear."""
    bundle = archive.root / "dossier"
    answers = {
        "About which": case, "For whom": "", "Template [1]": "", "Write the dossier to": str(bundle), "Go on?": "y",
        "Language of": "", "1/2": None, "Seal and": "y",
    }  # fmt: skip
    with archive.talk("export") as talk:
        for question, said in answers.items():
            talk.expect(question)
            if question == stop:
                break
            talk.expect(KEYS).press("q") if said is None else talk.type(said)
        talk.interrupt()
        assert talk.end() == 130, talk.text
    assert "Traceback" not in talk.text and not bundle.exists() and not archive.leftovers()
