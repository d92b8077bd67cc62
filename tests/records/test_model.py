"""Every kind of the model: written and read back, by type and by a stranger's validator; every code has labels."""

from __future__ import annotations

import json
import re
from typing import Any, get_args

import jsonschema
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct, inspect

from archive.errors import UsageError
from archive.records import due, fields, forms, kinds, refs, vocabulary
from archive.records.common import CODE
from archive.records.fields import Leaf
from archive.vault.entry import Draft, read_line, write_line

KINDS: dict[str, type[kinds.Record]] = {str(kind.__struct_config__.tag): kind for kind in get_args(kinds.AnyRecord)}
VOCABULARIES = ("acts", "knowing", "documents", "paper-types", "stages", "outcomes", "forces", "steps", "roles")
PATTERNED = {
    "^[0-9a-f]{32}$": st.integers(0, 2**128 - 1).map(lambda number: f"{number:032x}"),
    "^[0-9a-f]{64}$": st.integers(0, 2**256 - 1).map(lambda number: f"{number:064x}"),
    "^[A-Z]{2}$": st.sampled_from(["UA", "CZ", "RU"]),
    "^[A-Z][a-z]{3}$": st.just("Cyrl"),
    "^age1[0-9a-z]{20,190}$": st.just("age1" + "q" * 58),
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": st.dates().map(str),
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z$": st.dates().map(lambda day: f"{day}T10:05Z"),
    "^[A-Z][1-9][0-9]{0,2}(-[A-Z][1-9][0-9]{0,2})?(/[0-9]{1,2}x[0-9]{1,3})?$": st.sampled_from(["B4", "B4-C6/10x83"]),
    "^[a-z0-9]+(-[a-z0-9]+)*$": st.sampled_from(["arrest", "x-co-wanted", "o-own"]),
}
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)


def values(kind: inspect.Type) -> st.SearchStrategy[Any]:
    """Plain data that a type of msgspec takes, made from the type: a new field is covered without a word here."""
    match kind:
        case inspect.StrType():
            return strings(kind)
        case inspect.IntType(ge=low, le=high):
            return st.integers(low or 0, high or 10**6)
        case inspect.BoolType():
            return st.booleans()
        case inspect.NoneType():
            return st.none()
        case inspect.LiteralType(values=allowed):
            return st.sampled_from(allowed)
        case inspect.UnionType(types=types):
            return st.one_of(*map(values, types))
        case inspect.Metadata(type=inner):
            return values(inner)
        case inspect.VarTupleType(item_type=inner):
            return st.lists(values(inner), max_size=2)
        case inspect.DictType(key_type=key, value_type=value):
            return st.dictionaries(values(key), values(value), min_size=1, max_size=2)
        case inspect.StructType(fields=inside, tag=tag):
            needed = {one.encode_name: values(one.type) for one in inside if one.required}
            free = {one.encode_name: values(one.type) for one in inside if not one.required}
            made = st.fixed_dictionaries(needed, optional=free)
            return made.map(lambda told: {**told, "kind": tag} if tag else told)
    raise TypeError(kind)


def strings(kind: inspect.StrType) -> st.SearchStrategy[str]:
    """Words of the pattern that a field asks for; dates are the ones with 64 letters and no pattern."""
    if kind.pattern is not None:
        return PATTERNED.get(kind.pattern, st.sampled_from(["uk", "cs", "en"]))
    return st.sampled_from(["2024", "2024-03~", "2024-03-07/.."]) if kind.max_length == 64 else WORDS


RECORDS = {name: values(inspect.type_info(kind)) for name, kind in KINDS.items()}


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_record_reads_back_and_fits_its_schema(name: str, data: st.DataObject) -> None:
    """What is written down of any kind is valid for its schema, and comes back the same through the journal's line."""
    record = msgspec.convert(data.draw(RECORDS[name]), kinds.AnyRecord)
    line = write_line(Draft(record), bytes(16))
    assert read_line(line).record == record
    assert msgspec.json.decode(msgspec.json.encode(record), type=kinds.AnyRecord) == record
    SCHEMAS[name].validate(json.loads(msgspec.json.encode(record)))


SCHEMAS = {name: jsonschema.Draft202012Validator(msgspec.json.schema(kind)) for name, kind in KINDS.items()}


def test_the_whole_model_goes_through_jsonl() -> None:
    """One line a record, all kinds after one another."""

    @settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.tuples(*RECORDS.values()))
    def goes_through(told: tuple[dict[str, Any], ...]) -> None:
        records = [msgspec.convert(one, kinds.AnyRecord) for one in told]
        lines = b"\n".join(map(msgspec.json.encode, records))
        assert [msgspec.json.decode(line, type=kinds.AnyRecord) for line in lines.split(b"\n")] == records

    goes_through()


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(*RECORDS.values()))
def test_what_waits_can_be_told_of_any_record(told: dict[str, Any]) -> None:
    """Days are days, and no record makes the index stumble."""
    for waiting in due.of(msgspec.convert(told, kinds.AnyRecord)):
        assert waiting.what in due.WHATS
        assert len(waiting.day) == 10 and waiting.day[4] == "-"


def test_every_kind_has_a_letter_of_its_own() -> None:
    """What is printed as a reference leads back to one kind."""
    assert set(refs.LETTERS) == set(KINDS)
    assert len(set(refs.LETTERS.values())) == len(KINDS)


# --- vocabularies ---


def coded(struct: type[Struct]) -> set[str]:
    """The vocabularies that the fields of a struct name, in its parts too."""
    found: set[str] = set()

    def walk(kind: inspect.Type) -> None:
        match kind:
            case inspect.Metadata(type=inner, extra=extra):
                found.update([extra["vocabulary"]] if extra else [])
                walk(inner)
            case inspect.UnionType(types=types):
                for one in types:
                    walk(one)
            case inspect.VarTupleType(item_type=inner):
                walk(inner)
            case inspect.StructType(fields=inside):
                for one in inside:
                    walk(one.type)

    walk(inspect.type_info(struct))
    return found


def test_every_code_has_its_vocabulary_and_every_term_four_labels() -> None:
    """No field names a vocabulary that is not there; no term lacks a language."""
    named = set().union(*map(coded, KINDS.values()))
    assert named <= set(vocabulary.built_in())
    assert set(VOCABULARIES) <= named
    for name, table in vocabulary.built_in().items():
        for code, labels in table.items():
            assert set(labels) == set(vocabulary.LANGUAGES), (name, code)
            assert all(label.strip() for label in labels.values()), (name, code)
            assert re.fullmatch(CODE, code), (name, code)


def test_fixed_vocabularies_are_the_values_the_program_acts_on() -> None:
    """A purpose or place without a label could not be shown in somebody's language."""
    assert set(vocabulary.built_in()["purposes"]) == set(get_args(kinds.Purpose))
    assert set(vocabulary.built_in()["where"]) == set(get_args(kinds.Where))
    assert set(vocabulary.built_in()["kinds"]) == set(KINDS)


TERM = {"id": "1" * 32, "created": "2026-01-01T00:00Z", "entered_by": "d"}


def test_own_terms_stand_beside_the_built_in_ones_and_cannot_rename_them() -> None:
    """A code of ours reads the same in every archive."""
    own = [
        kinds.Term(**TERM, vocabulary="acts", code="o-night-call", labels={"uk": "Нічний виклик"}),
        kinds.Term(**TERM, vocabulary="acts", code="arrest", labels={"en": "Something else"}),
    ]
    assert vocabulary.check("acts", "o-night-call", own, "type") == "o-night-call"
    assert vocabulary.label("acts", "o-night-call", "cs", own) == "Нічний виклик"
    assert vocabulary.label("acts", "arrest", "en", own) == "Arrest"
    with pytest.raises(UsageError, match="type does not fit"):
        vocabulary.check("acts", "o-night-call", [], "type")


def test_a_term_that_is_nearly_right_is_offered() -> None:
    """A typing slip in a code leads to the code."""
    with pytest.raises(UsageError) as refused:
        vocabulary.check("acts", "forced-mobilization", [], "type")
    assert "x-co-forced-mobilisation" in refused.value.hint


# --- forms from types ---


def test_a_form_takes_references_and_dates_as_typed_and_refuses_what_it_does_not_know() -> None:
    """However deep: a part of a record refuses a misspelt field too."""
    form = fields.form_of(kinds.Act)
    assert forms.read(b'{"person": "P3A7", "type": "arrest", "date": "spring 2024"}', form)
    with pytest.raises(UsageError, match="detention"):
        forms.read(b'{"person": "P3A7", "type": "arrest", "detention": {"focre": "police"}}', form)
    with pytest.raises(UsageError, match="no field created"):
        forms.read(b'{"person": "P3A7", "type": "arrest", "created": "2026-01-01T00:00Z"}', form)


def test_every_leaf_of_a_form_is_visited_with_its_meaning() -> None:
    """References, dates, days and codes, inside parts and lists too."""
    seen: list[tuple[str, str]] = []

    def leaf(leaf: Leaf, value: str, where: str) -> str:
        seen.append((leaf.what, where))
        return value

    given = {
        "person": "P1", "type": "arrest", "date": "2024", "about": ["P1"], "consequences": ["injury"],
        "detention": {"force": "police", "places": [{"place": "x", "since": "2024"}], "date": "2024"},
    }  # fmt: skip
    fields.settle(kinds.Act, given, leaf)
    assert sorted(seen) == sorted([
        ("reference", "person"), ("term", "type"), ("date", "date"), ("reference", "about"), ("term", "consequences"),
        ("term", "detention.force"), ("date", "detention.places.since"), ("date", "detention.date"),
    ])  # fmt: skip
