"""Who was not asked stays in: every way of refusing a dossier, what it says, and that it leaves nothing behind."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

STORY = "He waited by the gate and told nobody.\n"


@pytest.fixture
def case(archive: Any) -> str:
    return str(archive.case("A gate"))


def stays(archive: Any, *words: str | Path) -> list[dict[str, str]]:
    """What a dry run withholds; it writes nothing."""
    before = set(archive.root.rglob("*"))
    withheld: list[dict[str, str]] = archive.ask("export", *words, "--dry-run")["withheld"]
    assert set(archive.root.rglob("*")) - before <= {archive.state / "x"}
    return withheld


def test_not_asked_is_no(archive: Any, case: str) -> None:
    """Exit 16 with the list and the person's reference; no folder; the same with --partial, as nothing is left."""
    person = archive.person(case)
    text = archive.add(archive.file("a.txt", STORY), "--case", case, "--about", person)
    for extra in ((), ("--partial",)):
        run = archive.run("export", case, "-o", archive.root / "out", "--json", *extra)
        assert run.code == 16 and run.out == b"" and run.error["error"] == "withheld"
        assert person in run.error["message"]
        withheld = run.error["details"]["withheld"]
        assert withheld == [{"ref": text, "reason": f"{person} was not asked about publishing"}]
    assert not list(archive.root.glob("out*"))
    assert stays(archive, case) == withheld


def test_a_file_about_nobody_counts_as_about_everybody(archive: Any, case: str) -> None:
    """Leaving --about out is no way out: one who was not asked keeps it in; in an empty case nobody could be asked."""
    text = archive.add(archive.file("a.txt", STORY), "--case", case)
    assert [one["reason"] for one in stays(archive, text)] == ["it names nobody it is about, so nobody could be asked"]
    first, second = archive.person(case, "Heron"), archive.person(case, "Otter")
    archive.consent(first, "publish-pseudonym")
    assert [one["reason"] for one in stays(archive, text)] == [f"{second} was not asked about publishing"]
    archive.consent(second, "publish-anonymous")
    assert stays(archive, text) == []


def test_only_the_others_leave(archive: Any, case: str) -> None:
    """Two of three: refused without --partial, with the number; with it the dossier says that something is missing."""
    asked, silent = archive.person(case, "Heron"), archive.person(case, "Otter")
    archive.consent(asked, "publish-pseudonym")
    for number in range(2):
        archive.add(archive.file(f"{number}.txt", f"{number}: {STORY}"), "--case", case, "--about", asked)
    kept = archive.add(archive.file("kept.txt", f"sandpiper: {STORY}"), "--case", case, "--about", silent)
    out = archive.root / "out"
    run = archive.run("export", case, "-o", out)
    assert run.code == 16 and not out.exists()
    said, hint = run.lines
    assert said.startswith("1 of 3 records stay out: ") and "--partial" in hint
    made = archive.ask("export", case, "-o", out, "--partial")
    assert len(made["included"]) == 2 and [one["ref"] for one in made["withheld"]] == [kept]
    page = (out / "data" / "dossier.html").read_text()
    assert "sandpiper" not in page and kept not in page


def test_whose_name_is_not_known_cannot_be_hidden(archive: Any, case: str) -> None:
    """A record about somebody without a sealed name stays in, whatever was agreed; with the name it leaves."""
    person = archive.ask("person", "new", "--from-json", "-", stdin={"case": case})["ref"]
    archive.consent(person, "publish-pseudonym")
    archive.add(archive.file("a.txt", STORY), "--case", case)
    assert [f"the name of {person} is not sealed" in one["reason"] for one in stays(archive, case)] == [True]
    archive.name(person, "Ivan", "Perekotypole")
    assert stays(archive, case) == []


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"given_at": "2020-01-01"}, "has ended"),  # 24 months, where nothing else was agreed
        ({"given_at": "2024-01-01", "expires_at": "2024-06-01"}, "has ended"),
        ({"given_at": "2099-01-01"}, "a day that is still to come"),  # or the clock of this computer is wrong
        ({"risks_explained": False}, "before the risks were explained"),
        ({"free_to_refuse": False}, "may not have been free to say no"),
        ({"purposes": ["keep", "statistics", "court"]}, "was not asked"),
    ],
)
def test_a_consent_that_does_not_hold(archive: Any, case: str, fields: dict[str, Any], reason: str) -> None:
    """Expired, not explained, not free, for another purpose: each keeps the record in, and says so."""
    person = archive.person(case)
    archive.consent(person, "publish-pseudonym", **fields)
    text = archive.add(archive.file("a.txt", STORY), "--case", case, "--about", person)
    withheld = stays(archive, case)
    assert [one["ref"] for one in withheld] == [text] and reason in withheld[0]["reason"]
    assert archive.run("export", case, "-o", archive.root / "out").code == 16


def test_where_somebody_is_in_danger_no_photo_leaves(archive: Any, case: str, pictures: Any) -> None:
    """Without a confirmed risk, or in the country, the photo stays in and the text leaves; faces count too."""
    unknown = archive.ask("person", "new", "--from-json", "-", stdin={"case": case})["ref"]
    archive.name(unknown, "Ivan", "Perekotypole")
    near = archive.person(case, "Otter", where="in-country")
    far = archive.person(case, "Heron")
    for number, person in enumerate((unknown, near, far)):
        archive.consent(person, "publish-pseudonym", "photo-with-face")
        photo = archive.file("p.jpg", pictures("JPEG", (90 * number, 9, 9)))
        text = archive.add(archive.file("p.txt", f"{number} {STORY}"), "--case", case, "--about", person)
        shown = archive.add(photo, "--case", case, "--about", person, "--faces", "none")
        withheld = stays(archive, text, shown)
        if person == far:
            assert withheld == []
        else:
            assert [one["ref"] for one in withheld] == [shown]
            assert withheld[0]["reason"].startswith(f"where {person} is, is dangerous or was not confirmed lately")
    unseen = archive.add(archive.file("u.jpg", pictures("JPEG", (9, 200, 9))), "--case", case, "--about", far)
    assert "a face or a name may be made out in it" in stays(archive, unseen)[0]["reason"]


def test_a_paper_that_cannot_be_drawn_stays_in_with_a_reason(archive: Any, case: str, papers: Any) -> None:
    """Neither text nor pages: never passed through, whoever agreed. What cannot be read here is said, too."""
    archive.consent(archive.person(case), "publish-name")
    image = io.BytesIO()
    Image.effect_noise((400, 300), 120).save(image, "PNG")
    archive.add(archive.file("r.png", image.getvalue()), "--case", case, "--kind", "document")
    run = archive.run("export", case, "-o", archive.root / "out", "--partial", "--json")
    assert run.code == 16 and not list(archive.root.glob("out*"))
    reason = run.error["details"]["withheld"][0]["reason"]
    assert reason.startswith(("not every page of it can be read", "its pages cannot be read here"))


def test_names_of_other_people_are_hidden_too(archive: Any, case: str) -> None:
    """Whoever has names in the archive is hidden in every dossier, also somebody of another case, also afterwards."""
    asked = archive.person(case)
    archive.consent(asked, "publish-pseudonym")
    text = archive.file("a.txt", "Heron met Olena Mostova at the gate. Mostova waved.\n")
    archive.add(text, "--case", case, "--about", asked)
    other = archive.person(archive.case("Elsewhere"), "Otter")
    archive.name(other, "Olena", "Mostova")
    out = archive.root / "out"
    assert archive.ask("export", case, "-o", out)["redactions"] == 2
    everything = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())
    assert b"Mostova" not in everything and b"Olena" not in everything


def test_a_name_where_redaction_cannot_reach_destroys_the_draft(archive: Any, case: str, reads: bool) -> None:
    """A name on a sign that nobody saw: 16, the place but not the word, no draft."""
    if not reads:
        pytest.skip("needs tesseract with ukr, rus, ces and eng")
    asked = archive.person(case)
    archive.name(asked, "Orest", "Kovalchuk")
    archive.consent(asked, "publish-pseudonym")
    sign, image = Image.new("RGB", (900, 200), "white"), io.BytesIO()
    ImageDraw.Draw(sign).text((40, 60), "House of Orest Kovalchuk", fill="black", font=ImageFont.load_default(48))
    sign.save(image, "JPEG", quality=90)
    archive.add(archive.file("a.jpg", image.getvalue()), "--case", case, "--about", asked, "--faces", "none")
    out = archive.root / "out"
    run = archive.run("export", case, "-o", out, "--json")
    assert run.code == 16 and run.error["error"] == "leak", run
    assert ".jpg" in run.error["message"] and "destroyed" in run.error["hint"]
    assert "oval" not in run.said.lower() and "orest" not in run.said.lower()
    assert not list(archive.root.glob("out*"))
    assert "dissemination" not in {event["event"] for event in archive.ask("log")["events"]}


def test_where_it_should_lie_is_looked_at_before_anything_else(archive: Any, case: str) -> None:
    """A name that is taken, a folder that is not there: said before the gate, and before a page is painted."""
    archive.person(case)
    taken = archive.file("taken", "")
    for out, error in ((taken, "exists"), (archive.root / "no" / "out", "not_found")):
        run = archive.run("export", case, "-o", out, "--json")
        assert run.error["error"] == error, run


def test_a_misspelt_name_is_hidden_too(archive: Any, case: str) -> None:
    """One letter wrong, in a text or in a title: still hidden."""
    asked = archive.person(case)
    archive.name(asked, "Orest", "Kovalchuk")
    archive.consent(asked, "publish-pseudonym")
    archive.add(archive.file("a.txt", "At noon Kovalchvk waved to us.\n"), "--case", case, "--title", "On Kovalchok")
    out = archive.root / "out"
    archive.ask("export", case, "-o", out)
    page = (out / "data" / "dossier.html").read_text()
    assert "waved to us" in page and "oval" not in page.lower().replace("removal", "").replace("approval", "")


def test_a_dossier_that_left_is_remembered(archive: Any, case: str) -> None:
    """The journal knows every dossier: with whom in it, so that a withdrawal can find it."""
    asked = archive.person(case)
    archive.consent(asked, "publish-pseudonym")
    text = archive.add(archive.file("a.txt", STORY), "--case", case)
    archive.ask("export", case, "-o", archive.root / "out")
    event = archive.ask("log")["events"][-1]
    assert event["event"] == "dissemination" and text in event["concerns"]
    again = archive.run("export", case, "-o", archive.root / "out", "--json")
    assert again.code == 15 and again.error["error"] == "exists"
    assert archive.ask("verify", archive.root / "out")["ok"]
    (archive.root / "out" / "data" / "dossier.html").write_bytes(b"<p>changed</p>")
    changed = archive.run("verify", archive.root / "out", "--json")
    assert changed.code == 13 and not changed.json["ok"]


def test_moving_a_file_about_nobody_to_another_case_is_no_way_out(archive: Any, case: str) -> None:
    """Whoever was in the case it came from is asked still; saying whom it is about ends that."""
    silent, other = archive.person(case), archive.case("Elsewhere")
    willing = archive.person(other, "Stork")
    archive.consent(willing, "publish-anonymous")
    text = archive.add(archive.file("a.txt", STORY), "--case", case)
    archive.ask("edit", text, "--set", f"case={other}")
    assert stays(archive, other) == [{"ref": text, "reason": f"{silent} was not asked about publishing"}]
    archive.ask("edit", text, "--set", f"about={willing}")
    assert stays(archive, other) == []


@pytest.mark.parametrize("how", ["--translation-of", "--transcript-of"])
def test_a_translation_asks_whomever_the_original_is_about(archive: Any, case: str, how: str) -> None:
    silent, willing = archive.person(case), archive.person(case, "Stork")
    archive.consent(willing, "publish-anonymous")
    original = archive.add(archive.file("a.txt", STORY), "--case", case, "--about", silent)
    again = archive.add(archive.file("b.txt", STORY * 2), "--case", case, "--about", willing, how, original)
    assert stays(archive, again) == [{"ref": again, "reason": f"{silent} was not asked about publishing"}]


def test_a_summary_stays_in_while_somebody_of_the_case_has_no_sealed_name(archive: Any) -> None:
    """Their name could stand in it and could not be hidden."""
    case = archive.case("A gate", summary="Quillon Ashgrove waited.")
    named = archive.person(case)
    unnamed = archive.ask("person", "new", "--from-json", "-", stdin={"pseudonym": "Stork", "case": case})["ref"]
    archive.consent(named, "publish-anonymous")
    archive.consent(unnamed, "publish-anonymous")
    text = archive.add(archive.file("a.txt", STORY), "--case", case, "--about", named)
    archive.ask("export", text, "-o", archive.root / "out", "--plain", "--reviewed")
    assert "Quillon" not in (archive.root / "out/data/dossier.json").read_text()


def test_designations_do_not_tell_how_many_people_the_archive_knows(archive: Any, case: str) -> None:
    """Only whoever appears is called anything, by a number that tells nothing."""
    for number in range(3):
        archive.person(archive.case(f"Elsewhere {number}"), f"Stork {number}")
    person = archive.person(case)
    archive.consent(person, "publish-anonymous")
    archive.add(archive.file("a.txt", STORY), "--case", case, "--about", person)
    archive.ask("export", case, "-o", archive.root / "out", "--plain")
    said = (archive.root / "out/data/dossier.json").read_text()
    assert len(re.findall(r'"P-\d{4}"', said)) == 1


def test_a_name_in_the_tables_of_a_picture_does_not_leave(archive: Any, case: str, pictures: Any) -> None:
    """Cleaning has to keep them; a picture that leaves is made anew from what it shows."""
    asked = archive.person(case)
    archive.name(asked, "Orest", "Kovalchuk")
    archive.consent(asked, "publish-pseudonym")
    data = bytearray(pictures("JPEG"))
    table = data.index(b"\xff\xdb") + 5  # 64 numbers by which the picture's waves are divided
    data[table : table + 64] = b"Orest Kovalchuk " * 4
    archive.add(archive.file("a.jpg", bytes(data)), "--case", case, "--about", asked, "--faces", "none")
    archive.ask("export", case, "-o", archive.root / "out")
    shown = next((archive.root / "out").rglob("*.jpg")).read_bytes()
    assert b"Kovalchuk" not in shown
