"""Everything written out as JSON lines, and taken in again elsewhere: no record is a captive of the program."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pyrage
import pytest

from archive.records import kinds

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
KINDS = {str(kind.__struct_config__.tag) for kind in get_args(kinds.AnyRecord)}
OF_ITS_ARCHIVE = {"collective", "member", "recovery"}


def golden(laptop: Any, name: str) -> Any:
    """A laptop with a golden archive of this name and its key."""
    with tarfile.open(GOLDEN / f"{name}.tar") as packed:
        packed.extractall(laptop.root, filter="data")
    laptop.state.mkdir()
    (laptop.root / "identity").rename(laptop.state / "identity")
    return laptop


def written(laptop: Any, name: str = "all.jsonl") -> list[dict[str, Any]]:
    """Every line of what is written out now."""
    told = laptop.ask("export", "--format", "jsonl", "-o", laptop.desk / name, "--plain")
    lines = [json.loads(line) for line in Path(told["file"]).read_text().splitlines()]
    assert (told["records"], told["locked"]) == (len(lines), False)
    assert sum(told["kinds"].values()) == len(lines)
    return lines


def as_said(lines: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(line, sort_keys=True) for line in lines)


@pytest.mark.parametrize("name", ["every-kind", "fork"])
def test_the_whole_model_goes_out_and_comes_back_in_a_fresh_archive(laptop: Any, tmp_path: Path, name: str) -> None:
    """Each line fits the schema of its kind; every record is the same there, heads that were made apart too."""
    old, new = golden(laptop, name), type(laptop)(tmp_path / "new").found()
    lines = written(old)
    held = json.loads((GOLDEN / f"{name}.json").read_text())["heads"]
    assert as_said(lines) == as_said([head["says"] for head in held])
    for line in lines:
        schema = json.loads((ROOT / "schemas" / f"{line['kind']}.json").read_text())
        jsonschema.Draft202012Validator(schema).validate(line)
    before = as_said(written(new))
    told = new.ask("import", old.desk / "all.jsonl", "--format", "jsonl")
    wanted = [line for line in lines if line["kind"] not in OF_ITS_ARCHIVE]
    assert (told["added"], told["duplicates"], told["refused"]) == (len(wanted), 0, 0)
    came = [line for line in written(new, "again.jsonl") if line.get("note") != "everything written out as JSON lines"]
    assert as_said(came) == sorted(before + as_said(wanted))
    if name == "every-kind":
        assert {line["kind"] for line in lines} == KINDS
    assert new.ask("check")["ok"]
    again = new.ask("import", old.desk / "all.jsonl", "--format", "jsonl")
    assert (again["added"], again["duplicates"]) == (0, len(wanted))


def test_it_is_written_once_into_a_file_for_its_owner_and_the_log_says_so(archive: Any) -> None:
    """Mode 0600; refused where something lies; the names that it holds count as shown; status tells of it."""
    archive.person(archive.case())
    archive.ask("export", "--format", "jsonl", "-o", "all.jsonl", "--plain")
    path = archive.desk / "all.jsonl"
    assert path.stat().st_mode & 0o777 == 0o600 and "Zaviriukha" in path.read_text()
    kept = archive.kept()
    assert archive.run("export", "--format", "jsonl", "-o", "all.jsonl", "--plain").code == 15
    assert archive.kept() == kept
    identity = next(json.loads(line)["id"] for line in path.read_text().splitlines() if '"identity"' in line)
    events = archive.ask("log", identity)["events"]
    assert [one for one in events if one["event"] == "access"], events
    assert "all.jsonl" in archive.run("status").text


def test_a_person_is_asked_first_and_a_script_has_to_say_so(archive: Any) -> None:
    """Nothing is written, and nothing logged, without a yes."""
    kept = archive.kept()
    refused = archive.run("export", "--format", "jsonl", "-o", "all.jsonl")
    assert refused.code == 2 and "Every name" in refused.lines[0], refused
    with archive.talk("export", "--format", "jsonl", "-o", "all.jsonl") as talk:
        talk.expect("Every name, number and contact").expect("[y/N]").type("n")
        assert talk.end() == 2
    assert archive.kept() == kept and not (archive.desk / "all.jsonl").exists()
    for words in (("--person", "P1"), ("--template", "public"), ("--zip",), ("--partial",), ("X1",)):
        mixed = archive.run("export", *words, "--format", "jsonl", "-o", "all.jsonl", "--plain")
        assert mixed.code == 2 and "everything" in mixed.lines[0], mixed


def test_age_locks_it(archive: Any) -> None:
    """For a key: no plain text beside, and what is in it opens with age and goes in from standard input."""
    archive.person(archive.case())
    owner = pyrage.x25519.Identity.generate()
    told = archive.ask("export", "--format", "jsonl", "-o", "all.jsonl", "--recipient", str(owner.to_public()))
    assert told["file"].endswith("all.jsonl.age") and told["locked"]
    assert [path.name for path in archive.desk.iterdir()] == ["all.jsonl.age"]
    plain = pyrage.decrypt((archive.desk / told["file"]).read_bytes(), [owner])
    assert b"Zaviriukha" in plain
    words = archive.file("words", "otters under a tin roof\n")
    told = archive.ask("export", "--format", "jsonl", "-o", "more.jsonl", "--dossier-passphrase-file", words)
    more = pyrage.passphrase.decrypt((archive.desk / told["file"]).read_bytes(), "otters under a tin roof")
    assert b"Zaviriukha" in more
    again = archive.ask("import", "-", "--format", "jsonl", stdin=plain)
    assert again["added"] == 0 and again["duplicates"] > 2


WHOLE = {"kind": "case", "id": "0" * 31 + "1", "created": "2026-11-22T10:05Z", "entered_by": "a" * 64, "title": "Here"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "cas"}, "no kind of record"),
        ({"id": "short"}, "id does not fit"),
        ({"titel": "x"}, "titel does not fit"),
        ({"period": "someday"}, "not a date"),
        ({"created": None}, "created does not fit"),
    ],
)
def test_a_line_that_does_not_fit_leaves_nothing(shared: Any, changes: dict[str, Any], said: str) -> None:
    """The number of the line and the field; not even the lines before it are kept."""
    kept = shared.kept()
    lines = (WHOLE | {"id": "0" * 31 + "2"}, WHOLE | changes)
    path = shared.file("bad.jsonl", "\n".join(map(json.dumps, lines)))
    run = shared.run("import", path, "--format", "jsonl")
    assert run.code == 2 and run.lines[0].startswith("Line 2: ") and said in run.lines[0], run
    assert shared.kept() == kept
