"""What fields, values and events are called: each in every language, and found again by what it is called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from msgspec import inspect

from archive import speech
from archive.records import kinds, refs, said

KINDS = get_args(kinds.AnyRecord)
PURPOSES = set(get_args(kinds.Purpose))
GRADES = set("ABCDEF123456")


def leaves(kind: inspect.Type) -> Iterator[tuple[str, str]]:
    """Every field (``field``) and literal value (``value``) of a type, in its parts too."""
    match kind:
        case inspect.StructType(fields=inside):
            for one in inside:
                yield "field", one.encode_name
                yield from leaves(one.type)
        case inspect.LiteralType(values=allowed):
            yield from (("value", str(one)) for one in allowed)
        case inspect.Metadata(type=inner):
            yield from leaves(inner)
        case inspect.UnionType(types=types):
            for one in types:
                yield from leaves(one)
        case inspect.VarTupleType(item_type=inner):
            yield from leaves(inner)


FOUND = {leaf for kind in KINDS for leaf in leaves(inspect.type_info(kind))}
FIELDS = {name for what, name in FOUND if what == "field"}
EVENTS = {*get_args(kinds.CustodyEvent), "creation", "modification"}


def test_everything_that_can_be_shown_has_a_word_in_each_language() -> None:
    """No field, value, kind or event is missing, and none stands there that no record has."""
    table = said.table()
    assert set(table["fields"]) - {"kind"} == FIELDS
    values = {name for what, name in FOUND if what == "value"} - PURPOSES - GRADES - EVENTS
    assert values <= set(table["values"])
    assert set(table["kinds"]) == set(refs.LETTERS)
    assert set(table["events"]) >= EVENTS
    for part in table.values():
        assert all(len(words) == len(said.LANGUAGES) and all(words) for words in part.values())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__struct_config__.tag))
def test_a_field_is_found_by_what_it_is_called(kind: Any) -> None:
    """In every language no two fields of a kind are called the same, so what is read can be typed."""
    names = kind.__struct_fields__
    for number in range(len(said.LANGUAGES)):
        words = [said.table()["fields"][name][number] for name in names]
        assert sorted(words) == sorted(set(words))
        assert [said.field_named(word.upper(), names) for word in words] == list(names)
    assert [said.field_named(name.replace("_", " "), names) for name in names] == list(names)
    assert said.field_named("no such field", names) == "no such field"


def test_a_record_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes too, however deep; what a person wrote stays as it is, also where it looks like a code."""
    told = {"type": "arrest", "method": "call", "detention": {"warrant_shown": False, "force": "police"}}
    assert said.record(kinds.Act, told)["type"] == "arrest"
    monkeypatch.setattr(speech, "language", lambda: "uk")
    shown = said.record(kinds.Act, told)
    assert shown["тип"] == "Затримання або арешт" and shown["спосіб"] == "call"
    assert shown["тримання"] == {"ордер показали": False, "сила": "Поліція"}
    assert said.record(kinds.Photo, {"faces": "to-cover"}) == {"обличчя": "закрити"}
    assert said.note("removed: EXIF, GPS") == "прибрано: EXIF, GPS" and said.note("testimony") == "свідчення"


def test_a_judgement_is_read_as_its_code() -> None:
    """Reliability and credibility in one; F6 says that nobody has judged yet."""
    by = {"by": "m", "on": "2026-01-01"}
    assert said.record(kinds.Source, {"grades": [{**by, "reliability": "B", "credibility": "2"}, by]}) == {
        "grades": [{**by, "grade": "B2"}, {**by, "grade": "F6, not yet judged"}]
    }
