"""Each layer finds what no other does: switched off, its canary stands in the text; switched on, none does."""

from collections.abc import Callable

import pytest

from archive.records.kinds import Name
from archive.redact import forms, layers, matcher
from archive.redact.text import redact

from .conftest import identity

HERON = [Name(language="uk", given=given, surname="Гуляєнко") for given in ("Северин", "Остап")]
CANARIES = {  # small letters, or the first word of a sentence, so that no capital gives them away
    "matcher": "остапові",
    "doubts": "Гуляйчик",
    "contacts": "темнийліс",
    "masks": "підвальчика",
    "patterns": "000042-7788",
    "dates": "17 травня",
    "capitals": "Незнайчука",
    "accounts": "nezn_63",
    "initials": " Ї.",
    "initials alone": "В. Щ.",
    "codes": "&#1057;&#1077;&#1074;&#1077;&#1088;&#1080;&#1085;",
}
TEXT = (
    "Гуляйчик, чи то остапові, не бачили. Його звали темнийліс, і до підвальчика не пускали. "
    "Картка 000042-7788 лежала там 17 травня, "
    "як бачили Незнайчука, і там був &#1057;&#1077;&#1074;&#1077;&#1088;&#1080;&#1085; також, як nezn_63. "
    "Потім повели В. Щ. надвір. Про це знав свідок Ї.."
)


def nothing(*_args: object, **_settings: object) -> list[object]:
    """What a layer finds that is switched off."""
    return []


LOOK_UP = matcher.Matcher._look_up


def nobody(self: matcher.Matcher, raw: str, *, wrapped: bool) -> tuple[tuple[forms.Hit, int], ...]:
    """What a matcher knows of a word when it knows masks alone."""
    return tuple(found for found in LOOK_UP(self, raw, wrapped=wrapped) if found[0].person is None)


OFF: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "matcher": lambda patch: patch.setattr(matcher.Matcher, "_look_up", nobody),
    "doubts": lambda patch: patch.setattr(matcher.Doubts, "spans", nothing),
    "contacts": lambda patch: patch.setattr(matcher.Contacts, "spans", nothing),
    "masks": lambda patch: patch.setattr(forms, "_of_phrase", nothing),
    "patterns": lambda patch: patch.setattr(layers.patterns, "find", nothing),
    "dates": lambda patch: patch.setattr(layers.dates, "find", nothing),
    "capitals": lambda patch: patch.setattr(layers.capitals, "find", nothing),
    "accounts": lambda patch: patch.setattr(layers.accounts, "find", nothing),
    "initials": lambda patch: patch.setattr(layers.initials, "find", nothing),
    "initials alone": lambda patch: patch.setattr(layers.initials, "alone", nothing),
    "codes": lambda patch: patch.setattr(layers, "decoded", nothing),
}


def hidden() -> str:
    """The text as it would leave."""
    found = matcher.Matcher([identity(1, HERON, handles=("темнийліс",))], masks=("підвальчик",), wide=True)
    return redact(TEXT, layers.find(TEXT, found, cleared=frozenset()), {}).text


def test_with_all_layers_nothing_is_left() -> None:
    assert [canary for canary in CANARIES.values() if canary in hidden()] == []


@pytest.mark.parametrize("layer", CANARIES)
def test_without_one_layer_its_canary_is_left(layer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And that alone: what one layer misses is not seen by chance."""
    OFF[layer](monkeypatch)
    left = [name for name, canary in CANARIES.items() if canary in hidden()]
    assert left == [layer]
