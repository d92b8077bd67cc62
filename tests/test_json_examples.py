"""Each example of docs/json.md is what the program takes or answers today: its fields, no others, none missing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from msgspec import Struct, inspect

from archive.records import (
    answers,
    answers_case,
    answers_recovery,
    answers_sync,
    answers_together,
    answers_upkeep,
    kinds,
)

ROOT = Path(__file__).parent.parent
ANSWERS: dict[str, type[Struct]] = {
    "init": answers.InitAnswer, "case new": answers.Made, "case list": answers_case.CaseList,
    "person new": answers.Made, "person name": answers.Made, "consent record": answers.Made,
    "consent list": answers.ConsentList, "consent withdraw": answers.WithdrawAnswer, "add": answers.AddAnswer,
    "edit": answers_upkeep.Changed, "undo": answers_upkeep.UndoAnswer, "rm": answers_upkeep.BinAnswer,
    "resolve": answers_upkeep.StatesAnswer, "export": answers.ExportAnswer, "verify": answers.VerifyAnswer,
    "member list": answers_together.MemberList, "device list": answers_together.DeviceList,
    "collective list": answers_together.CollectiveList, "rotate": answers.RotateAnswer,
    "rotate --reencrypt": answers_upkeep.ReencryptAnswer, "recovery split": answers_recovery.SplitAnswer,
    "recovery show": answers_recovery.RecoveryAnswer, "recovery combine": answers_recovery.RescueAnswer,
    "check": answers.CheckAnswer, "sync": answers_sync.SyncAnswer,
    "index rebuild": answers.RebuildAnswer, "shred": answers_upkeep.ShredAnswer,
    "shred --list": answers_upkeep.ShredList, "wipe": answers_upkeep.WipeAnswer,
}  # fmt: skip
FORMS = {
    "case new": "case", "person new": "person", "person name": "identity", "consent record": "consent",
    "act, role and the others": "act", "add": "add",
}  # fmt: skip
_BLOCK = re.compile(r"```\n(.*?)```", re.DOTALL)


def examples() -> list[tuple[str, str, str]]:
    """(heading, command or nothing, JSON) of each block that is not shortened."""
    text = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    found = []
    for match in _BLOCK.finditer(text):
        heading = re.findall(r"^## (.+)$", text[: match.start()], re.MULTILINE)
        for part in filter(None, re.split(r"^(?=\$ archive )", match[1], flags=re.MULTILINE)):
            command, _, rest = part.partition("\n") if part.startswith("$ ") else ("", "", part)
            if "…" not in match[1] and heading:
                found.append((heading[-1], command.removeprefix("$ archive "), rest))
    return found


def command_of(line: str) -> str | None:
    """The longest of our commands that a line begins with, its first words and its options taken together."""
    said = set(line.split())
    fits = [one for one in ANSWERS if line.startswith(one.split(" --")[0]) and set(one.split()) <= said]
    return max(fits, key=len, default=None)


OUT = [(line, rest) for _, line, rest in examples() if (command_of(line) and not rest.startswith('{"error"'))]
IN = [(heading, rest) for heading, line, rest in examples() if not line and heading in FORMS]


def known(said: Any, kind: inspect.Type) -> bool:
    """Whether every field of what is said, however deep, is one of the type's."""
    match kind:
        case inspect.Metadata(type=inner):
            return known(said, inner)
        case inspect.UnionType(types=types):
            return any(known(said, one) for one in types)
        case inspect.VarTupleType(item_type=inner):
            return isinstance(said, list) and all(known(one, inner) for one in said)
        case inspect.StructType(fields=fields):
            named = {field.encode_name: field.type for field in fields}
            return isinstance(said, dict) and all(name in named and known(said[name], named[name]) for name in said)
    return True


@pytest.mark.parametrize(("line", "rest"), OUT, ids=[line for line, _ in OUT])
def test_an_answer_is_one_of_today(line: str, rest: str) -> None:
    """Read as the struct that the command answers with; what a newer version dropped or added is noticed."""
    said, end = json.JSONDecoder().raw_decode(rest)
    kind = ANSWERS[command_of(line) or ""]
    msgspec.convert(said, kind, strict=False)
    assert known(said, inspect.type_info(kind)), line
    whole = {field.encode_name for field in inspect.type_info(kind).fields if field.required}  # type: ignore[attr-defined]
    assert whole <= said.keys()
    assert re.fullmatch(r"\s*(\{\"error\".*\}\s*)?(exit \d+|\d+)?\s*", rest[end:]), rest[end:]


@pytest.mark.parametrize(("heading", "rest"), IN, ids=[heading for heading, _ in IN])
def test_what_goes_in_fits_its_schema(heading: str, rest: str) -> None:
    """The forms as ``schemas/`` say them."""
    schema = json.loads((ROOT / "schemas" / f"{FORMS[heading]}.form.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(rest))


def test_nearly_all_examples_are_held() -> None:
    """A new heading joins the tables here; a record as its schema says is held by that schema."""
    assert len(OUT) >= 28 and len(IN) == len(FORMS)
    (shown,) = [rest for _, line, rest in examples() if line.startswith("show FNS89")]
    said = json.loads(shown)
    schema = json.loads((ROOT / "schemas" / f"{said['kind']}.json").read_text(encoding="utf-8"))
    assert said["kind"] in {str(kind.__struct_config__.tag) for kind in (kinds.Photo, kinds.Testimony)}
    assert set(schema["$defs"]["Photo"]["properties"]) >= said.keys() - {
        "ref",
        "refs",
        "told_by",
        "originals",
        "capture_facts",
    }
