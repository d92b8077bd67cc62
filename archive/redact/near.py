"""Names with one letter wrong: long stems found by what remains when any one letter is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from archive.language import endings as e
from archive.redact.forms import Form

SHORTEST = 6
_KINDS = (e.NOUN, e.ADJECTIVE, e.BARE)


def _without_one(word: str) -> Iterator[str]:
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


class Near:
    """Looks up keys whose stem has one letter more, less or other than a known stem of six letters or more.

    What is one letter in Cyrillic (я, ю, щ) counts as one.
    """

    def __init__(self, forms: Mapping[str, Sequence[Form]]) -> None:
        self._forms = forms
        self._shorter: dict[str, set[str]] = {}
        for stem in forms:
            if len(stem) >= SHORTEST and any(form.kind in _KINDS for form in forms[stem]):
                for rest in (short := _lettered(stem), *_without_one(short)):
                    self._shorter.setdefault(rest, set()).add(stem)

    def cuts(self, key: str) -> Iterator[tuple[Form, int]]:
        """Every way to read ``key`` as a stem with one letter wrong and a fitting ending."""
        for size in range(len(key), max(SHORTEST - 2, len(key) - 10), -1):
            head, ending = key[:size], key[size:]
            for stem in self._stems(head):
                for form in self._forms[stem]:
                    if form.kind in _KINDS and ending in form.endings:
                        yield form, size

    def _stems(self, head: str) -> set[str]:
        short = _lettered(head)
        found: set[str] = set(self._shorter.get(short, ()))
        for rest in _without_one(short):
            found.update(self._shorter.get(rest, ()))
        return {stem for stem in found if _one_apart(short, _lettered(stem))}


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
