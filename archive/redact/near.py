"""Names with one letter wrong: long stems found by what remains when any one letter is left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import lru_cache

from archive.language import endings as e
from archive.language.keys import canonical
from archive.redact.forms import Form, Hit

SHORTEST, USUAL = 4, 6
"""Letters a stem has at least: at all, and where nobody looks at what was found."""
_KINDS = (e.NOUN, e.ADJECTIVE, e.BARE, e.POSSESSIVE)
_ALIKE = (("rn", "m"), ("ri", "n"), ("cl", "d"), ("kl", "d"), ("li", "h"), ("ni", "m"), ("in", "m"), ("i", "u"))
_ON_PAPER = tuple(pair for one in _ALIKE for pair in (one, one[::-1]))
"""Letters of keys and what they look like in print: rn and m, cl and d, ii and u."""
_USUAL_MADE = 8  # letters of what tables and rules make of a name: a short one is near too many words (Войтеш, війська)
_LONGEST_ENDING = 9
_FIRST = 5  # letters by which most words are seen to be near no name
_MOST_KNOWN = 50_000


def _without_one(word: str) -> Iterator[str]:
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


class Near:
    """Looks up keys whose stem has one letter more, less or other than a known stem of ``SHORTEST`` letters or more.

    What is one letter in Cyrillic (я, ю, щ) counts as one, and so do letters that run into one on paper (rn, m). Not
    looked for misspelt are what kin are called after somebody, and what is called after a place.
    """

    def __init__(self, forms: Mapping[str, Sequence[Form]]) -> None:
        self._forms: dict[str, tuple[Form, ...]] = {}
        self._shorter: dict[str, list[str]] = defaultdict(list)
        self._misread: dict[str, list[str]] = defaultdict(list)
        for stem, rows in forms.items():
            usable = tuple(form for form in rows if form.kind in _KINDS and not _is_made(form))
            if usable and len(stem) >= SHORTEST:
                self._learn(stem, usable)
        self._endings = frozenset(ending for kind in _KINDS for ending in e.endings(kind))
        self._first = frozenset(rest[:_FIRST] for rest in self._shorter)
        self._places = lru_cache(_MOST_KNOWN)(self._places_in)

    def _learn(self, stem: str, usable: tuple[Form, ...]) -> None:
        self._forms[stem] = usable
        for rest in {rest for told in _told(stem) for rest in (told, *_without_one(told))}:
            self._shorter[rest].append(stem)
        for seen in _as_seen(stem) if len(stem) > SHORTEST else ():
            self._misread[seen].append(stem)

    def cuts(
        self, key: str, shortest: int = USUAL, made: int = _USUAL_MADE, least: int = 0, known: Container[Hit] = ()
    ) -> Iterator[tuple[Form, int]]:
        """Every way to read ``key`` as a stem of ``shortest`` letters with one wrong and a fitting ending.

        ``made``: letters that a stem has at least if it was made of what was sealed; ``least``: letters that ``key``
        itself has at least before the ending. Forms of hits that are ``known`` are left out.
        """
        floor = max(least, shortest - 1, len(key) - _LONGEST_ENDING)
        for size in range(len(key), floor - 1, -1):
            head, ending = key[:size], key[size:]
            for stem in self._candidates(head) if ending in self._endings else ():
                if len(stem) >= shortest:
                    fitting = [
                        form
                        for form in self._forms[stem]
                        if ending in form.endings and form.hit not in known and (len(stem) >= made or not form.made)
                    ]
                    if fitting and self._is_near(stem, head):
                        yield from ((form, size) for form in fitting)

    def like(self, head: str) -> set[str]:
        """The known stems that ``head`` as a whole differs from in one letter at most."""
        return {stem for stem in self._candidates(head) if self._is_near(stem, head)}

    def _candidates(self, head: str) -> set[str]:
        """Stems that may be near ``head``: each that is, and some that are two letters apart."""
        found = set(self._misread.get(head, ()))
        for told in _told(head):
            for place in self._places(told[: _FIRST + 1]):
                if place < _FIRST:
                    found.update(self._shorter.get(told[:place] + told[place + 1 :], ()))
                else:
                    found.update(self._shorter.get(told, ()))
                    for at in range(_FIRST, len(told)):
                        found.update(self._shorter.get(told[:at] + told[at + 1 :], ()))
        return found

    def _places_in(self, first: str) -> tuple[int, ...]:
        """Which of the ``first`` letters may be left out so that a known stem may begin so; ``_FIRST``: a later one."""
        places = [at for at in range(min(_FIRST, len(first))) if first[:at] + first[at + 1 :] in self._first]
        return (*places, _FIRST) if first[:_FIRST] in self._first else tuple(places)

    def _is_near(self, stem: str, head: str) -> bool:
        return stem in self._misread.get(head, ()) or any(
            _one_apart(told, other) for told in _told(head) for other in _told(stem)
        )


def _is_made(form: Form) -> bool:
    """Whether nobody is called so, but only what belongs to them: a child, who lives in a town."""
    return form.made and form.hit.part in ("kin", "place")


def _told(key: str) -> tuple[str, ...]:
    """A key letter by letter, and with a sign for each letter of Cyrillic."""
    lettered = _lettered(key)
    return (key,) if lettered == key else (key, lettered)


def _as_seen(stem: str) -> Iterator[str]:
    """``stem`` where letters run into one, one falls apart, or one is lost between two that are alike (Агафоов)."""
    yield from (seen for rest in _without_one(stem) if (seen := canonical(rest)) != rest)
    for letters, seen in _ON_PAPER:
        at = stem.find(letters, 1)
        while at >= 0:
            yield canonical(stem[:at] + seen + stem[at + len(letters) :])
            at = stem.find(letters, at + 1)


def _lettered(key: str) -> str:
    """A key with a sign for each letter of Cyrillic."""
    return key.replace("ia", "я").replace("iu", "ю").replace("sc", "щ")


def _one_apart(left: str, right: str) -> bool:
    """Whether one insertion, deletion, replacement or swap of neighbours makes the two alike (or none is needed)."""
    if abs(len(left) - len(right)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    if len(left) == len(right):
        swapped = left[at : at + 2] == right[at : at + 2][::-1] and left[at + 2 :] == right[at + 2 :]
        return swapped or left[at + 1 :] == right[at + 1 :]
    return left[at + 1 :] == right[at:] or left[at:] == right[at + 1 :]
