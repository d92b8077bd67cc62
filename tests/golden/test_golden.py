"""Archives of store format 1, written once and for all: they open, and the program says of them what it did."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import jsonschema
import pytest

from archive.casework import care
from archive.errors import ArchiveError
from archive.records import kinds
from archive.vault.entry import Draft

HERE = Path(__file__).parent
NAMES = sorted(path.stem for path in HERE.glob("*.tar"))


@pytest.fixture(scope="module")
def golden() -> ModuleType:
    """``generate.py`` as a module."""
    spec = importlib.util.spec_from_file_location("generate_golden", HERE / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def expected(name: str) -> dict[str, Any]:
    """What was written beside the tar."""
    told: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text())
    return told


def files(root: Path) -> dict[str, bytes]:
    """Every file of an archive."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", NAMES)
def test_it_opens_and_is_told_as_it_was(golden: ModuleType, tmp_path: Path, name: str) -> None:
    """Check with and without a key, every record, every file's content, the members; reading changes no byte."""
    desk = golden.opened((HERE / f"{name}.tar").read_bytes(), tmp_path)
    before = files(desk.store.root)
    assert golden.answer(desk, expected(name)["about"]) == expected(name)
    assert files(desk.store.root) == before


@pytest.mark.parametrize("name", NAMES)
def test_it_can_be_gone_on_with(golden: ModuleType, tmp_path: Path, name: str) -> None:
    """A new record where it may be written, and nothing more is wrong afterwards; a refusal leaves no file."""
    desk = golden.opened((HERE / f"{name}.tar").read_bytes(), tmp_path)
    before = files(desk.store.root)
    draft = Draft(desk.new(kinds.Case, title="Afterwards"))
    if expected(name)["writing"] != "allowed":
        with pytest.raises(ArchiveError) as refused:
            desk.save(draft)
        assert refused.value.name == expected(name)["writing"]
        assert files(desk.store.root) == before
        return
    desk.save(draft)
    told = expected(name)["check"]
    after = care.check(desk, read_data=True)
    assert after.records == told["records"] + 1
    assert {one.path for one in after.problems} == {one["path"] for one in told["problems"]}
    assert before.items() <= files(desk.store.root).items()


def test_what_is_expected_is_what_each_archive_is_for() -> None:
    """Every answer was read by a person once; here is what has to stand in it whatever the words are."""
    problems = {name: {one["path"] for one in expected(name)["check"]["problems"]} for name in NAMES}
    ok = {name for name in NAMES if expected(name)["check"]["ok"]}
    assert ok == {"healthy", "fork", "concurrent-removal", "dispute", "ex-member", "every-kind"}
    assert [len(problems[name]) for name in ("missing-segment", "missing-object", "one-number-twice")] == [1, 1, 1]
    assert len(problems["missing-key-event"]) == 4 and len(problems["truncated"]) == 2
    assert len(problems["ex-member"]) == 2 and not problems["concurrent-removal"]
    assert expected("dispute")["writing"] == "dispute"
    assert len(expected("concurrent-removal")["members"]) == 2 and len(expected("ex-member")["members"]) == 1
    assert [head["title"] for head in expected("fork")["heads"] if head["title"] and "weir, " in head["title"]] != []
    assert not {"by b, afterwards", "by b, with a new key"} & {head["title"] for head in expected("ex-member")["heads"]}


def test_every_kind_was_written_once_and_fits_its_schema() -> None:
    """Each kind of the model stands in an archive that is final (a new kind needs a new one), as ``schemas/`` say."""
    schemas = HERE.parents[1] / "schemas"
    written = [head["says"] for name in NAMES for head in expected(name)["heads"]]
    for said in written:
        schema = json.loads((schemas / f"{said['kind']}.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator(schema).validate(said)
    tags = {str(kind.__struct_config__.tag) for kind in get_args(kinds.AnyRecord)}
    assert {said["kind"] for said in written} == tags, "python tests/golden/generate.py, with an archive that holds it"


def test_each_archive_is_there_and_they_stay_small(golden: ModuleType) -> None:
    """A tar and an answer each; all of them below 2 MB."""
    assert sorted(golden.ARCHIVES) == NAMES == sorted(path.stem for path in HERE.glob("*.json"))
    assert sum(path.stat().st_size for path in HERE.iterdir() if path.is_file()) < 2_000_000
