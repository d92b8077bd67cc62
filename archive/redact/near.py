"""Names with one letter wrong: long stems found by what remains when any one letter is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from archive.language import endings as e
from archive.language.keys import canonical
from archive.redact.forms import Form

SHORTEST, USUAL = 4, 6
"""Letters a stem has at least: at all, and where nobody looks at what was found."""
_KINDS = (e.NOUN, e.ADJECTIVE, e.BARE, e.POSSESSIVE)
_ALIKE = (("rn", "m"), ("ri", "n"), ("cl", "d"), ("kl", "d"), ("li", "h"), ("ni", "m"), ("in", "m"), ("i", "u"))
_ON_PAPER = tuple(pair for one in _ALIKE for pair in (one, one[::-1]))
"""Letters of keys and what they look like in print: rn and m, cl and d, ii and u."""


def _without_one(word: str) -> Iterator[str]:
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


class Near:
    """Looks up keys whose stem has one letter more, less or other than a known stem of ``SHORTEST`` letters or more.

    What is one letter in Cyrillic (я, ю, щ) counts as one, and so do letters that run into one on paper (rn, m).
    """

    def __init__(self, forms: Mapping[str, Sequence[Form]]) -> None:
        self._forms = forms
        self._shorter: dict[str, set[str]] = {}
        self._misread: dict[str, set[str]] = {}
        for stem in forms:
            if len(stem) >= SHORTEST and any(form.kind in _KINDS for form in forms[stem]):
                for rest in {rest for told in _told(stem) for rest in (told, *_without_one(told))}:
                    self._shorter.setdefault(rest, set()).add(stem)
                for seen in _as_seen(stem) if len(stem) > SHORTEST else ():
                    self._misread.setdefault(seen, set()).add(stem)

    def cuts(self, key: str, shortest: int = USUAL) -> Iterator[tuple[Form, int]]:
        """Every way to read ``key`` as a stem of ``shortest`` letters with one wrong and a fitting ending."""
        for size in range(len(key), max(shortest - 2, len(key) - 10), -1):
            head, ending = key[:size], key[size:]
            for stem in self._stems(head):
                if len(stem) >= shortest:
                    for form in self._forms[stem]:
                        if form.kind in _KINDS and ending in form.endings:
                            yield form, size

    def _stems(self, head: str) -> set[str]:
        found = set(self._misread.get(head, ()))
        for told in _told(head):
            near = set(self._shorter.get(told, ()))
            for rest in _without_one(told):
                near.update(self._shorter.get(rest, ()))
            found |= {stem for stem in near if any(_one_apart(told, other) for other in _told(stem))}
        return found


def _told(key: str) -> set[str]:
    """A key letter by letter, and with a sign for each letter of Cyrillic."""
    return {key, _lettered(key)}


def _as_seen(stem: str) -> Iterator[str]:
    """``stem`` where letters run into one, one falls apart, or one is lost between two that are alike (Агафоов)."""
    yield from (canonical(rest) for rest in _without_one(stem) if rest != canonical(rest))
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
