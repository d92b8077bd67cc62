"""Names that are written as one word, in any spelling: a surname and an initial or a given name, both of two surnames.

So accounts are called (``ilysihinalekszandr``, ``huszczurap``). Letter by letter no table knows them all; two names of
one person in a row, or a long one beside its own initial, are hardly anything else.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from archive.language import endings as e
from archive.language.keys import keys
from archive.redact.forms import Form
from archive.redact.near import Near

_VOWELS, _AS_ONE = re.compile("[aeiouh]"), str.maketrans("zcfw", "ssvv")
_DOUBLE = re.compile(r"(.)\1+")
_LEAST = 5  # consonants of two names, and of a surname with an initial letters of the key
_ENOUGH, _INNER = 7, 6  # consonants of which one may be too many, and of which some may stand before
_BESIDE = re.compile("(?:real|official|the|its|iam|mr|im|x)(.{4,}?)(?:real|official|x)?")  # what accounts add to a name
_COUNTRIES = ("ua", "ru", "bi", "cz", "sk", "pl", "uk", "eu")  # as keys have them
_MORE = 4  # letters beside them that say something else
_BRIEF = 2  # letters of a surname beside its initial
_HEAD, _TWO = 3, 7  # letters by which a name is looked for first, and that two names have
_SURE = 4  # letters of a surname beside the beginning of a given name


class Glued:
    """Tells whether a word may be two names of one person in ``forms``, whose ``initials`` are given by person."""

    def __init__(
        self, forms: Mapping[str, Sequence[Form]], near: Near, initials: Mapping[str, str], names: Iterable[str]
    ) -> None:
        self._near = near
        self._initials = initials
        self._surnames = _by_person(forms, ("surname", "nick"))
        self._names = frozenset(name.casefold() for name in names if len(name) >= _LEAST)
        self._owners: dict[str, set[str]] = {}
        for person, stems in self._surnames.items():
            for stem in stems:
                self._owners.setdefault(stem, set()).add(person)
        self._begin_names = frozenset(name[:_HEAD] for name in self._names)
        self._begin_owners = frozenset(stem[:_HEAD] for stem in self._owners)
        given = self._given = _by_person(forms, ("given", "patronymic"))
        self._both = frozenset(
            both
            for person, surnames in self._surnames.items()
            for both in _in_a_row(_skeletons(surnames), _skeletons(surnames | given.get(person, set())))
        )

    def may_be(self, raw: str, said: Iterable[str]) -> bool:
        """Whether ``raw`` (one word in small letters, of the keys ``said``) may be such a word."""
        if raw.isascii() and self._has_piece(raw, self._names, self._begin_names):
            return True
        if beside := _BESIDE.fullmatch(raw):
            inner = keys(beside[1])
            if inner[0] in self._owners or self.may_be(beside[1], inner):
                return True
        return any(
            self._is_of_two(key)
            or self._has_initial(key)
            or self._has_surname_and_given(key)
            or (key.endswith(_COUNTRIES) and not self._owners.keys().isdisjoint(self._like(key[:-2])))
            or (raw.isascii() and self._has_piece(key, self._owners, self._begin_owners))
            for key in said
        )

    def _has_piece(self, word: str, known: Container[str], begin: Container[str]) -> bool:
        """Whether a name stands in ``word`` with a few letters before or after it: rohunua, xbedanx, josnecos."""
        return any(
            word[before : len(word) - after] in known
            for before in range(min(_MORE, len(word) - _LEAST) + 1)
            if word[before : before + _HEAD] in begin
            for after in range(min(_MORE, len(word) - before - _LEAST) + 1)
        )

    def _is_of_two(self, key: str) -> bool:
        if len(key) < _TWO:
            return False
        bare = _skeleton(key)
        if len(bare) < _LEAST:
            return False
        fewer = (bare[:at] + bare[at + 1 :] for at in range(len(bare))) if len(bare) > _ENOUGH else ()
        if bare in self._both or any(one in self._both for one in fewer):
            return True
        inner = (bare[at:] for at in range(1, min(_MORE, len(bare) - _INNER) + 1))
        return any(one in self._both for one in inner)

    def _like(self, key: str) -> set[str]:
        """The stems that a key may be, one letter wrong if it is long."""
        return self._near.like(key) if len(key) >= _LEAST else {key}

    def _has_initial(self, key: str) -> bool:
        return any(
            initial in self._initials.get(person, "")
            for initial, rest in ((key[:1], key[1:]), (key[-1:], key[:-1]))
            if len(rest) >= _BRIEF
            for stem in self._like(rest)
            for person in self._owners.get(stem, ())
        )

    def _has_surname_and_given(self, key: str) -> bool:
        """Whether a surname stands beside its given name or the first letters of it: xulinh, agntoth, minwu."""
        return any(
            other in given or (_are_enough(surname, other) and _begins_one(other, given))
            for surname, other in self._beside_a_surname(key)
            for given in (self._given.get(person, ()) for person in self._owners[surname])
        )

    def _beside_a_surname(self, key: str) -> Iterator[tuple[str, str]]:
        """Every way to cut ``key`` into a surname and something else of two letters or more."""
        for at in range(2, len(key) - 1):
            if key[:at] in self._owners:
                yield key[:at], key[at:]
            if key[at:] in self._owners:
                yield key[at:], key[:at]


def _are_enough(surname: str, begun: str) -> bool:
    """Whether so few letters say something: a brief surname asks for more of the given name."""
    return len(begun) <= _MORE and (len(surname) >= _SURE or len(begun) > _BRIEF)


def _begins_one(begun: str, names: Iterable[str]) -> bool:
    return any(name.startswith(begun) for name in names)


def _by_person(forms: Mapping[str, Sequence[Form]], parts: Sequence[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for stem, rows in forms.items():
        for form in rows:
            if form.kind == e.BARE and form.hit.part in parts and form.hit.person:
                found.setdefault(form.hit.person, set()).add(stem)
    return found


def _skeleton(key: str) -> str:
    """The consonants of a key, those of one sort alike."""
    return _DOUBLE.sub(r"\1", _VOWELS.sub("", key).translate(_AS_ONE))


def _skeletons(stems: Iterator[str] | set[str] | tuple[str, ...]) -> set[str]:
    """Those of ``stems``, also without the l that programs lose with its stroke."""
    found = {_skeleton(stem) for stem in stems}
    return found | {_DOUBLE.sub(r"\1", one.replace("l", "")) for one in found}


def _in_a_row(surnames: set[str], others: set[str]) -> Iterator[str]:
    for one in surnames:
        for other in others - {one}:
            for both in (one + other, other + one):
                if one and other and len(said := _DOUBLE.sub(r"\1", both)) >= _LEAST:
                    yield said
