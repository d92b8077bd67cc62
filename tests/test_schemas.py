"""The schemas in ``schemas/`` are those of the structs, and a stranger's validator agrees with ours."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import jsonschema
import msgspec
import pytest
from msgspec import Struct

from archive.records import kinds

ROOT = Path(__file__).parent.parent
ID, OTHER, DIGEST = "0" * 31 + "1", "0" * 31 + "2", "a" * 64
COMMON = {"id": ID, "created": "2026-11-22T10:05Z", "entered_by": DIGEST}
FILED = COMMON | {
    "case": OTHER,
    "about": [OTHER],
    "scrub": {
        "media_type": "image/jpeg",
        "method": "segments",
        "lossless": True,
        "sha256_original": DIGEST,
        "size_original": 10,
        "sha256_clean": DIGEST,
        "removed": ["GPS"],
    },
}
EXAMPLES: dict[str, dict[str, Any]] = {
    "collective": COMMON | {"name": "Example collective"},
    "member": COMMON | {"person_id": ID, "label": "Blue"},
    "case": COMMON | {"title": "Held at the office", "dates": [{"what": "hearing", "on": "2027-01-11"}]},
    "person": COMMON
    | {"pseudonym": "Alder", "risk": {"where": "in-country", "as_of": "2026-11-22", "basis": "spoke", "wanted": True}},
    "identity": COMMON
    | {"person": OTHER, "names": [{"language": "cs", "surname": "Smyšlený"}], "safe_contact": "Signal, evenings"},
    "paper": COMMON
    | {
        "person": OTHER,
        "type": "passport",
        "state": "CZ",
        "number": "XX0000042",
        "expires": "2027-01",
        "verified": {"how": "original-seen", "by": ID, "on": "2026-11-22"},
    },
    "act": COMMON
    | {
        "person": OTHER,
        "type": "x-co-forced-mobilisation",
        "date": "2026-10~",
        "detention": {"force": "police", "warrant_shown": False, "places": [{"place": "an office"}]},
    },
    "role": COMMON | {"act": ID, "person": OTHER, "role": "witness"},
    "proceeding": COMMON | {"court": "District court", "stage": "appeal", "counsel": [OTHER], "number": "1/26"},
    "step": COMMON | {"type": "complaint", "about": [OTHER], "sent": "2026-11-22", "due": "2026-12-22"},
    "source": COMMON
    | {"person": OTHER, "grades": [{"by": ID, "on": "2026-11-22", "reliability": "B", "credibility": "2"}]},
    "recipient": COMMON | {"name": "Kvitka Vymyshlena", "type": "lawyer", "channel": "by hand"},
    "term": COMMON | {"vocabulary": "acts", "code": "o-night-call", "labels": {"en": "Call at night"}},
    "search": COMMON | {"name": "Arrests in spring", "query": "barracks", "filters": {"since": "2025-21"}},
    "capture": COMMON | {"url": "https://example.org/1", "author": "@nobody", "files": [OTHER]},
    "capture-facts": COMMON | {"item": OTHER, "taken_at": "2025-06-02T08:55:10", "latitude": "-43.408333"},
    "testimony": FILED | {"mode": "in-person", "verbatim": False},
    "photo": FILED | {"faces": "to-cover"},
    "document": FILED | {"subtype": "ruling"},
    "consent": COMMON
    | {"person": OTHER, "given_by": "self", "method": "witnessed", "given_at": "2026-11-22", "purposes": ["keep"]},
    "dossier": COMMON
    | {
        "template": "public",
        "profile": "advocacy",
        "bundle_sha256": DIGEST,
        "withheld": [{"id": OTHER, "why": "was not asked"}],
        "pseudonyms": {OTHER: "P-01"},
    },
    "draft": COMMON | {"person": OTHER, "story": OTHER, "answers": {"language": "uk", "keep": "y"}},
    "custody": COMMON | {"event": "key change", "outcome": "success"},
    "recovery": COMMON
    | {"person_id": ID, "threshold": 1, "shares": [{"number": 1, "holder": "M1", "member": ID}], "made": "2026-11-22"},
}
FORM_EXAMPLES: dict[str, dict[str, Any]] = {
    "review": {
        "people": [{"person": "P3A7", "basis": "spoke", "where": "in-transit", "threats": ["wanted"]}],
        "consents": [{"consent": "K3A7", "risks_explained": True}],
    },
    "triage": {"records": [{"ref": "F12B", "case": "C3A7"}, {"ref": "F12C", "discard": True}]},
    "intake": {
        "language": "uk",
        "keep": True,
        "told_before": False,
        "sentence": "Held at the office",
        "date": "2026-11",
        "place": "Lakes",
        "where": "unknown",
        "uses": {"purposes": ["statistics"], "until": "2028-11-26"},
        "files": [{"path": "summons.txt", "subtype": "summons"}],
    },
    "case": {"title": "Held at the office", "dates": "2026-11"},
    "person": {"pseudonym": "Alder"},
    "identity": {"names": [{"language": "uk", "given": "Вигадана"}], "emails": ["nobody@example.org"]},
    "consent": {
        "given_by": "self",
        "purposes": ["keep", "publish-anonymous"],
        "method": "written",
        "language": "uk",
        "given_at": "2026-11-22",
        "risks_explained": True,
    },
    "add": {"kind": "photo", "title": "The facade", "tags": ["office"]},
    "act": {"person": "P3A7", "type": "arrest", "date": "spring 2024", "detention": {"force": "police"}},
    "role": {"act": "A12B", "person": "P3A7", "role": "witness"},
    "proceeding": {"about": ["P3A7"], "court": "District court", "dates": [{"what": "hearing", "on": "2027-01-11"}]},
    "paper": {"person": "P3A7", "type": "passport", "number": "XX0000042", "scans": ["F12B"]},
    "step": {"type": "complaint", "about": ["P3A7"], "due": "3.11."},
    "source": {"publication": "A paper of the town", "grades": [{"by": "M1", "on": "2026-11-22", "item": "A12B"}]},
    "recipient": {"name": "Kvitka Vymyshlena", "type": "lawyer", "language": "uk"},
    "term": {"vocabulary": "acts", "code": "o-night-call", "labels": {"uk": "Нічний виклик"}},
    "capture": {"url": "https://example.org/1", "files": ["F12B"]},
}
STRUCTS: dict[str, type[Struct]] = {str(kind.__struct_config__.tag): kind for kind in get_args(kinds.AnyRecord)}


def validator(name: str) -> jsonschema.Draft202012Validator:
    """The checked-in schema of that name, itself held to the standard."""
    schema = json.loads(files("schemas").joinpath(f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_schemas_are_in_step_with_the_structs(generate: ModuleType) -> None:
    """Whoever changes a struct runs ``make docs``; no schema of a kind that is gone stays behind."""
    written = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "schemas").glob("*.json")}
    assert generate.schema_files() == written, "run: make docs"


def test_every_kind_and_form_has_an_example_here(generate: ModuleType) -> None:
    """A new kind comes with an example."""
    assert set(EXAMPLES) == set(STRUCTS)
    assert set(FORM_EXAMPLES) == set(generate.FORMS)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_structs_and_schema_accept_the_same_record(kind: str) -> None:
    """An example is a record for msgspec, and what msgspec writes is valid for the standard's own validator."""
    record = msgspec.convert(EXAMPLES[kind] | {"kind": kind}, type=kinds.AnyRecord)
    assert isinstance(record, STRUCTS[kind])
    validator(kind).validate(json.loads(msgspec.json.encode(record)))


WRONG = {
    "id": "not hex",
    "created": "yesterday",
    "about": ["somebody's name"],
    "basis": "because",
    "tags": [""],
    "dates": [{"what": "hearing"}],
    "title": 7,
}


@pytest.mark.parametrize("kind", EXAMPLES)
@pytest.mark.parametrize("field", WRONG)
def test_structs_and_schema_refuse_the_same_record(kind: str, field: str) -> None:
    """One wrong field is refused by both."""
    wrong = EXAMPLES[kind] | {"kind": kind, field: WRONG[field]}
    assert not validator(kind).is_valid(wrong)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, type=STRUCTS[kind])


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_record_of_another_kind_or_without_an_id_is_refused(kind: str) -> None:
    """The tag and the required fields are part of the schema."""
    assert not validator(kind).is_valid(EXAMPLES[kind] | {"kind": "something else"})
    assert not validator(kind).is_valid({"kind": kind} | {k: v for k, v in EXAMPLES[kind].items() if k != "id"})


@pytest.mark.parametrize("form", FORM_EXAMPLES)
def test_forms_take_their_fields_and_no_others(form: str, generate: ModuleType) -> None:
    """A misspelt field is refused by the schema as by the program, never silently lost."""
    schema, example = validator(f"{form}.form"), FORM_EXAMPLES[form]
    msgspec.convert(example, type=generate.FORMS[form])
    schema.validate(example)
    assert not schema.is_valid(example | {"titel": "x"})
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(example | {"titel": "x"}, type=generate.FORMS[form])
