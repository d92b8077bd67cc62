"""Changing one's mind with the real program: edit, undo, the bin, and two states made apart on two computers."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest


def title(laptop: Any, ref: str) -> str:
    return str(laptop.ask("show", ref)["title"])


def beside(laptop: Any) -> dict[str, str]:
    """A second computer of the same person with a copy of the archive as it is now; its environment."""
    state, archive = laptop.root / "other-state", laptop.root / "other-archive"
    state.mkdir()
    shutil.copy(laptop.state / "identity", state / "identity")
    shutil.copytree(laptop.archive, archive)
    return {"ARCHIVE_STATE": str(state), "ARCHIVE_DIR": str(archive)}


def bring_together(laptop: Any, other: dict[str, str]) -> None:
    """What a sync tool does: each folder gets the files it lacks."""
    here, there = laptop.archive, Path(other["ARCHIVE_DIR"])
    for source, target in ((here, there), (there, here)):
        for path in source.rglob("*"):
            wanted = target / path.relative_to(source)
            if path.is_file() and not wanted.exists():
                wanted.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, wanted)


def test_an_edit_is_found_and_undo_takes_it_back(archive):
    """And undo once more brings it again: nothing is ever overwritten."""
    ref = archive.case("First words", place="Region")
    archive.ask("edit", ref, "--set", "title=Other words", "--set", "tags=a, b", "--set", "place=")
    shown = archive.ask("show", ref)
    assert (shown["title"], shown["tags"], "place" in shown) == ("Other words", ["a", "b"], False)
    assert archive.ask("search", "Other")["total"] == 1
    assert archive.ask("undo")["changed"] == [{"ref": ref, "changed": ["as it was before"], "note": None}]
    assert (title(archive, ref), archive.ask("show", ref)["place"]) == ("First words", "Region")
    archive.ask("undo")
    assert title(archive, ref) == "Other words"
    assert archive.ask("check")["ok"]


@pytest.mark.parametrize(
    "said",
    ["id=1", "kind=photo", "colour=red", "summary", "place=" + "x" * 1001, "period=soon"],
    ids=lambda said: said[:9],
)
def test_a_field_that_does_not_fit_is_refused_by_name(archive, said):
    ref = archive.case()
    run = archive.run("edit", ref, "--set", said)
    assert run.code == 2
    assert "xxx" not in run.said
    assert run.lines


def test_undo_of_something_new_puts_it_into_the_bin(archive):
    """The file taken in last goes, the case stays, and after that there is the undoing to undo."""
    case = archive.case()
    record = archive.add(archive.file("notes.txt", "The gate was open.\n"), "--case", case)
    assert archive.ask("undo")["changed"] == [{"ref": record, "changed": ["in the bin"], "note": None}]
    assert archive.ask("case", "show", case)["records"] == []
    assert archive.ask("search", "gate")["total"] == 0
    archive.ask("undo")
    assert archive.ask("search", "gate")["total"] == 1
    assert archive.run("get", record, "-o", "-").out == b"The gate was open.\n"


def test_a_case_goes_into_the_bin_with_its_files_and_comes_back(archive):
    """What is in the bin is in no list, and the log says that it went."""
    case = archive.case("Weir")
    record = archive.add(archive.file("notes.txt", "The gate was open.\n"), "--case", case)
    assert archive.run("rm", case).code == 2  # nobody is here to ask
    gone = archive.ask("rm", case, "--yes")["records"]
    assert {line["ref"] for line in gone} == {case, record}
    assert archive.ask("case", "list")["cases"] == []
    assert archive.run("show", record).code == 17
    assert archive.ask("search", "gate")["total"] == 0
    listed = archive.ask("rm", "--list")["records"]
    assert {line["title"] for line in listed} == {"Weir", "notes.txt"} or len(listed) == 2
    assert listed[0]["until"] > listed[0]["since"][:10]
    assert {event["event"] for event in archive.ask("log")["events"]} >= {"deletion", "ingestion"}
    back = archive.ask("rm", "--restore", case)["records"]
    assert {line["ref"] for line in back} == {case, record}
    assert archive.ask("rm", "--list")["records"] == []
    assert archive.ask("search", "gate")["total"] == 1
    assert archive.ask("check")["ok"]


def test_what_is_in_the_bin_leaves_in_no_dossier_and_its_names_stay_hidden(archive):
    """A record, then the person: nothing about them leaves, and nobody else's dossier shows their name."""
    case = archive.case()
    person, other = archive.person(case), archive.person(case, "Finch")
    for one, name in ((person, "Shevchuk"), (other, "Kovalchuk")):
        archive.consent(one, "keep", "publish-anonymous")
        archive.ask("person", "name", one, "--from-json", "-", stdin={"names": [{"language": "en", "surname": name}]})
    text = "Kovalchuk stood at the gate.\n"
    kept = archive.add(archive.file("one.txt", text), "--case", case, "--about", person)
    binned = archive.add(archive.file("two.txt", "Another story."), "--case", case, "--about", person)
    about = archive.add(archive.file("three.txt", "A third one."), "--case", case, "--about", other)
    archive.ask("rm", binned, other, "--yes")
    said = archive.ask("export", case, "--partial", "-o", archive.desk / "bundle")
    assert said["included"] == [kept]
    assert [stays["ref"] for stays in said["withheld"]] == [about]
    pages = [path.read_text() for path in (archive.desk / "bundle").rglob("*.html")]
    assert pages and not any("Kovalchuk" in page for page in pages)


@pytest.mark.parametrize("kind", ["consent", "identity"])
def test_what_was_agreed_and_what_hides_names_is_not_thrown_away(archive, kind):
    person = archive.person(archive.case())
    if kind == "consent":
        ref = archive.consent(person, "keep")
    else:
        form = {"names": [{"language": "en", "surname": "Kovalchuk"}]}
        ref = archive.ask("person", "name", person, "--from-json", "-", stdin=form)["ref"]
    assert archive.run("rm", ref, "--yes").code == 1


def test_two_states_made_apart_are_shown_and_joined(archive):
    """Nothing is lost by editing on two computers; one entry with both as parents ends it, on both."""
    ref = archive.case("Before", place="Region")
    other = beside(archive)
    archive.ask("edit", ref, "--set", "title=Here")
    archive.ask("edit", ref, "--set", "title=There", **other)
    bring_together(archive, other)
    states = archive.ask("resolve", ref)["states"]
    assert {state["differs"]["title"] for state in states} == {"Here", "There"}
    assert all(set(state["differs"]) == {"title"} for state in states)
    assert archive.run("edit", ref, "--set", "title=x").code == 2
    there = next(state["number"] for state in states if state["differs"]["title"] == "There")
    assert archive.run("resolve", ref, "--take", "3").code == 2
    archive.ask("resolve", ref, "--take", str(there))
    assert title(archive, ref) == "There"
    assert len(archive.ask("resolve", ref)["states"]) == 1
    bring_together(archive, other)
    assert archive.ask("resolve", ref, **other)["states"][0]["differs"] == {}
    assert archive.run("resolve", ref, "--take", "1").code == 2


def test_a_tombstone_beside_an_edit_is_asked_about_too(archive):
    """The edit keeps the record in sight; taking the tombstone puts it away."""
    ref = archive.case("Before")
    other = beside(archive)
    archive.ask("edit", ref, "--set", "title=Here")
    archive.ask("rm", ref, "--yes", **other)
    bring_together(archive, other)
    assert title(archive, ref) == "Here"
    states = archive.ask("resolve", ref)["states"]
    assert sorted(state["binned"] for state in states) == [False, True]
    with archive.talk("resolve", ref) as talk:
        talk.expect("Which one holds?").type(str(next(state["number"] for state in states if state["binned"])))
        assert talk.end() == 0
    assert archive.run("show", ref).code == 17
