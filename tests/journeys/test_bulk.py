"""Many files at once: chosen by name and day, each with its own fields, broken off and taken up again."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def names(answer: Any) -> list[str]:
    return [one["file"] for one in answer["records"]]


@pytest.fixture
def tree(archive: Any) -> Path:
    """A folder with folders, of files last changed on different days."""
    top: Path = archive.desk / "brought"
    for number, name in enumerate(("IMG_1.TXT", "IMG_2.txt", "letter.md", "deep/IMG_3.txt", "deep/er/note.txt")):
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"text {number}\n")
        noon = 1_700_000_000 // 86_400 * 86_400 + 43_200 + number * 86_400  # 14 November 2023 and the days after
        os.utime(path, (noon, noon))
    (top / "out").symlink_to(archive.root)
    return top


@pytest.mark.parametrize(
    ("words", "taken"),
    [
        (("--glob", "img_*"), ["IMG_1.TXT", "IMG_2.txt", "IMG_3.txt"]),
        (("--glob", "*.md", "--glob", "deep/er/*"), ["note.txt", "letter.md"]),
        (("--glob", "*.txt", "--since", "2023-11-15", "--until", "2023-11-17"), ["IMG_2.txt", "IMG_3.txt"]),
        (("--glob", "*.*", "--until", "2023-11-14"), ["IMG_1.TXT"]),
        (("--glob", "*.*", "--since", "2023-11-17"), ["IMG_3.txt", "note.txt"]),
    ],
)
def test_files_are_chosen_by_name_and_day(archive: Any, tree: Path, words: tuple[str, ...], taken: list[str]) -> None:
    """Patterns over names or paths below the folder, in capitals or not; days are those of the last change."""
    assert names(archive.ask("add", "--recursive", tree, *words)) == taken


def test_a_link_out_of_the_folder_is_told_and_not_followed(archive: Any, tree: Path) -> None:
    """What lies behind it stays outside; all else goes into the inbox."""
    run = archive.run("add", "--recursive", tree, "--json")
    told = {one["file"]: one["status"] for one in run.json["records"]}
    assert run.code == 3 and told.pop("out") == "refused" and set(told.values()) == {"added"} and len(told) == 5
    assert archive.ask("search", "")["hits"][0]["case"] is None


# --- manifests ---


def test_a_manifest_gives_each_file_its_fields(archive: Any, pictures: Callable[..., bytes]) -> None:
    """CSV with semicolons in lists, relative to the manifest; what the line says comes before the options."""
    case = archive.case()
    first, second = archive.person(case), archive.person(case, "Wren")
    folder = archive.desk / "sent"
    folder.mkdir()
    (folder / "a.txt").write_text("The gate was open.\n")
    (folder / "b.jpg").write_bytes(pictures("JPEG"))
    (folder / "list.csv").write_text(
        "\ufefffile;title;about;date;faces;language\n"
        f'a.txt;"At the gate; noon";"{first}, {second}";2024-05;;uk\n'
        f"b.jpg;;{first};;none;\n"
        "\n"
        "gone.txt;;;;;\n"
    )
    run = archive.run("add", "--manifest", folder / "list.csv", "--case", case, "--language", "cs", "--json")
    assert run.code == 3, run
    text, photo, gone = run.json["records"]
    assert gone["status"] == "refused" and gone["reason"] == "it is not there"
    shown = archive.ask("show", text["ref"])
    assert (shown["title"], shown["date"], shown["language"]) == ("At the gate; noon", "2024-05", "uk")
    assert len(shown["about"]) == 2
    picture = archive.ask("show", photo["ref"])
    assert picture["faces"] == "none" and picture["language"] == "cs" and len(picture["about"]) == 1


def test_a_manifest_in_json_lines(archive: Any) -> None:
    """An object a line; from standard input, relative to where one stands."""
    archive.file("a.txt", "one\n")
    archive.file("b.txt", "two\n")
    lines = b'{"file": "a.txt", "tags": ["x", "y"]}\n\n{"file": "b.txt", "kind": "document", "subtype": "ruling"}\n'
    told = archive.ask("add", "--manifest", "-", stdin=lines)
    assert [one["kind"] for one in told["records"]] == ["testimony", "document"]
    assert archive.ask("show", told["records"][0]["ref"])["tags"] == ["x", "y"]


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ("file,titel\na.txt,x\n", "Line 1, column 2: there is no field of this name."),
        ("title\nx\n", "Line 1: it has to name the columns"),
        ("file,date\na.txt,2024\na.txt,CANARY\n", "Line 3: "),
        ("file,about\na.txt,PZZZZ\n", "Line 2: Nothing here answers"),
        ("file\na.txt,b\n", "Line 2: it has more cells"),
        ('file\n"a.txt\n', "Line 2: it is not sound CSV"),
        ("file,title\n,x\n", "Line 2: there is no file."),
        ("file\n", "The manifest names no files."),
        ("", "Line 1: it has to name the columns"),
        ('{"file": "a.txt"}\n{"file": "a.txt", "colour": "CANARY"}\n', "Line 2: "),
        ('{"file": "a.txt"\n', "Line 1: it is no JSON object."),
        ('{"file": "a.txt", "faces": "none", "kind": "document"}\n', "Line 1: faces belongs to a photo"),
    ],
)
def test_a_manifest_that_does_not_fit(shared: Any, manifest: str, said: str) -> None:
    """Exit 2, line and field are named, no value is repeated, and nothing at all is taken in."""
    before = shared.kept()
    shared.file("a.txt", "one\n")
    run = shared.run("add", "--manifest", shared.file("list", manifest))
    assert run.code == 2 and run.lines[0].startswith(said) and "CANARY" not in run.said, run
    assert shared.kept() == before


# --- many ---


def test_an_add_that_was_broken_off_goes_on(archive: Any, interrupt: Callable[..., Any]) -> None:
    """Ctrl-C in the middle: what went in stays, the same command adds the rest and nothing twice."""
    for number in range(260):
        archive.file(f"{number:03}.txt", f"number {number}\n")
    odd = [archive.file(f"130-odd-{number:03}", b"\0\1" * 50) for number in range(300)]  # they come before 130.txt
    program = archive.start("add", "--recursive", archive.desk)
    fcntl.fcntl(program.stderr, fcntl.F_SETPIPE_SZ, 4096)  # a few refusals: then it waits for who reads, hence for us
    next(line for line in program.stderr if b"130-odd" in line)
    stopped = interrupt(program, signal.SIGINT)
    for path in odd:
        path.unlink()
    assert stopped.code == 130 and "the same command goes on from here, and adds nothing twice." in stopped.said
    done = archive.ask("search", "number", "--limit", "1")["total"]
    again = archive.ask("add", "--recursive", archive.desk)
    assert (again["added"], again["duplicates"], again["refused"]) == (260 - done, done, 0) and done
    assert archive.ask("search", "number", "--limit", "1")["total"] == 260 and archive.leftovers() == []
    archive.file("bad.jpg", b"\xff\xd8\xff no picture")
    told = archive.run("add", "--recursive", archive.desk)
    assert told.code == 3 and "bad.jpg: refused" in told.said, (
        "of many files only what is odd is told, and where the rest"
    )
    assert "known already" not in told.said.partition("error:")[0]
    assert "What became of each file: archive log --last" in told.text
