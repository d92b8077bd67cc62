"""Capitalised words inside sentences that no other layer found: to be hidden, or waived by a person word by word.

No knowledge of names: whatever starts with a capital without opening a sentence. That a line begins says nothing: pages
break lines anywhere; a line opens a sentence after an end mark or an empty line. ``group`` brings the inflected forms
of a word together, so that a person decides once for the whole case. Somebody may also decide about words in a row
("Karlovy Vary"), or about one place, which is told by the words around: "heard in [Brynkiv] by the".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from msgspec import Struct

from archive.language.keys import keys
from archive.language.names import function_words, given_equivalents
from archive.language.words import Word, words
from archive.redact.span import Span

ROW = re.compile(r"[ \u00a0\u202f]{1,2}|[ \t]?\r?\n[ \t]?|[-‐‑]")
"""What stands between words in a row."""
_SHORT = r"(?<!\b\w)(?<!\b[MD]r)(?<!\bM[sx])(?<!\bMrs)(?<!\b[Гг]р)(?<!\b[Пп]п)"
"""After these a full stop ends no sentence, and a name follows: an initial, a number, a form of address."""
_OPENS = re.compile(rf"(?:^|{_SHORT}\.|[!?…:;]|\n[^\S\n]*\n)[\s\"'«»„“”‘’()\[\]*•–—-]*$")
_MAY_OPEN = re.compile(r"(?:\n|(?<!\w)-|[^\w\s,;-])\s*$")
"""Where a sentence may open as well: after a number or an abbreviation, a quotation mark, a line's end, an emoji."""
_SHORTEST_SMALL = 3  # letters of a small word (pronoun, preposition): shorter ones may be foreign names
_OF_NAMES = ("", "а", "я", "о", "ь", "й", "a", "e", "o")  # with which given names end
_ROMAN = re.compile("X{0,3}(?:IX|IV|V?I{0,3})")
_IN_CAPITALS = re.compile(r"[^\W\d_]{2,}")
_NUMBERED = re.compile(
    r"(?:(?:Case|File|Справ[аи]|Дел[оа]|Провадження|Производство|Věc|Spis)[^\S\n]{1,3})?(?:No|Nr|№|č)\.?[^\S\n]{0,3}(?=[\w/.-]{0,12}\d)"
)
"""What stands before the number of a case, and a name never does: "Case No. 417/25"."""
_LETTERS = r"[^\W\d_]+(?:['’ʼ`][^\W\d_]+)*"
PLAIN = re.compile(_LETTERS)
"""A word of letters alone, and nothing hidden in it."""
SAID = re.compile(rf"{_LETTERS}(?:(?:{ROW.pattern}){_LETTERS})*")
"""One such word, or several in a row."""
_PLACE = re.compile(r"(?:(?P<before>[^\[\]]+) )?\[(?P<words>[^\[\]]+)\](?: (?P<after>[^\[\]]+))?")
_ENDING = re.compile(
    "(?:ові|еві|єві|ями|ами|ими|іми|ыми|ого|його|ього|его|ому|йому|ьому|ему|ою|ею|єю|йою|ая|яя|ую|юю|ої|єї|ой|ей|[внкцчш]ій|ий|ый"
    "|ом|ем|єм|йом|ам|ям|ім|им|ым|ах|ях|іх|их|ых|ьо|[аяуюоеєэиіїыьй])$"
    "|(?:ovi|owi|ami|emi|ími|ými|imi|ymi|ého|ého|ému|ém|ego|emu|ých|ích|ách|ech|iem|em|om|ím|ým|ům|ou|[aáeéěiíoóuúůyýąę])$"
)
_MAY_BE_SHORTER = ("ові", "еві", "єві", "ей", "ovi")
"""Endings of which the last letter alone may be the ending: Львові, Львів; Гордей, Гордея."""
_CLOSED = re.compile(r"(.*[^aeiou])([eio])([^aeiou])")
_SHORTEST = 3  # letters of a key without its ending


def find(text: str, covered: Iterable[Span] = ()) -> list[Span]:
    """Capitalised words of ``text`` that do not open a sentence and that no span in ``covered`` touches."""
    taken = sorted((span.start, span.end) for span in covered)
    found, at = [], 0
    for word in words(text):
        if word.joined or len(word.raw) < 2 or not word.raw[0].isupper() or _NUMBERED.match(text, word.start):
            continue
        while at < len(taken) and taken[at][1] <= word.start:
            at += 1
        if at < len(taken) and taken[at][0] < word.end:
            continue
        if not (_opens(text, word) or _is_a_number(text, word)):
            found.append(Span(word.start, word.end, "capital", None, "capital"))
    return found


def _opens(text: str, word: Word) -> bool:
    """Whether a sentence opens with it; of a small word it is enough if one may open."""
    before = text[max(0, word.start - 8) : word.start]
    if _OPENS.search(before or "\n"):
        return True
    return _is_small(word.raw.casefold()) and _MAY_OPEN.search(before) is not None


@lru_cache(maxsize=4096)
def _is_small(word: str) -> bool:
    """Whether it is a pronoun, a preposition or the like, and no form of a given name (Мила, Коли, Тому)."""
    if len(word) < _SHORTEST_SMALL or word not in function_words():
        return False
    return not any(given_equivalents(word[:-1] + ending) for ending in (word[-1], *_OF_NAMES))


def _is_a_number(text: str, word: Word) -> bool:
    """A Roman one (XIX), if no word in capitals stands beside it: XI JINPING is a name."""
    if not _ROMAN.fullmatch(word.raw):
        return False
    beside = (*_IN_CAPITALS.findall(text[: word.start][-30:])[-1:], *_IN_CAPITALS.findall(text[word.end :][:30])[:1])
    return not any(one.isupper() and not _ROMAN.fullmatch(one) for one in beside)


@lru_cache(maxsize=65_536)
def group(word: str) -> str:
    """The key under which the forms of ``word`` are put together: script-neutral, without its ending.

    Of words in a row their keys with a blank between; of a place the same, with its brackets.
    """
    if place := _PLACE.fullmatch(word):
        told = (place["before"], f"[{_row(place['words'])}]", place["after"])
        return " ".join(one if one.startswith("[") else _row(one) for one in told if one)
    return _row(word) if SAID.fullmatch(word) else _key(" ".join(word.split()))


def links(word: str) -> frozenset[str]:
    """Keys by which forms of one word may know each other though ``group`` tells them apart: Київ, Києва; Praha, Praze.

    Words that are no forms of one word may share one as well: for questions alone, which show every form.
    """
    key = group(word)
    if not PLAIN.fullmatch(word):
        return frozenset({key})
    low = word.casefold()
    found = {key, keys(low[:-1])[0]} if low.endswith(_MAY_BE_SHORTER) else {key}
    if key[-1] in "cz" and low[-1] in "іeiě":
        found.add(key[:-1] + {"c": "k", "z": "h"}[key[-1]])
    if closed := _CLOSED.fullmatch(key):
        head, vowel, end = closed.groups()
        found.update(head + other + end for other in ("eo" if vowel == "i" else ""))
        found.update([head + end] if len(head) > 1 else [])
    return frozenset(found)


def left(text: str, spans: Iterable[Span], decided: Collection[str]) -> list[Span]:
    """Those of ``spans`` that are in none of ``decided`` (keys of ``group``): words, words in a row, places."""
    stay = [span for span in spans if group(text[span.start : span.end]) not in decided]
    rows = [_Row.of(key) for key in decided if " " in key or key.startswith("[")]
    if not (rows and stay):
        return stay
    plain = [word for word in words(text) if not word.joined]
    at, said = {word.start: number for number, word in enumerate(plain)}, [group(word.raw) for word in plain]
    tied = [bool(ROW.fullmatch(text, plain[n].end, plain[n + 1].start)) for n in range(len(plain) - 1)]
    return [
        span
        for span in stay
        if (number := at.get(span.start)) is None or not any(row.holds(number, said, tied) for row in rows)
    ]


class _Row(Struct, frozen=True):
    """Words in a row, by their keys, and those around them where only one place is meant."""

    before: tuple[str, ...]
    words: tuple[str, ...]
    after: tuple[str, ...]

    @classmethod
    def of(cls, key: str) -> _Row:
        """What ``group`` made of several words."""
        head, found, tail = key.partition("[")
        told, _, after = tail.partition("]") if found else (head, "", "")
        return cls(tuple(head.split()) if found else (), tuple(told.split()), tuple(after.split()))

    def holds(self, number: int, said: Sequence[str], tied: Sequence[bool]) -> bool:
        """Whether the word of this number in a text is one of them; ``tied``: no more than a blank follows a word."""
        whole, length = (*self.before, *self.words, *self.after), len(self.words)
        for at, key in enumerate(self.words):
            first = number - at
            start = first - len(self.before)
            if key == said[number] and start >= 0 and tuple(said[start : start + len(whole)]) == whole:
                return all(tied[first : first + length - 1])
        return False


def _row(text: str) -> str:
    return " ".join(_key(word.raw) for word in words(text) if not word.joined)


def _key(word: str) -> str:
    low = word.casefold().replace("ё", "е")
    if not PLAIN.fullmatch(low):
        return keys(word)[0]
    if ending := _ENDING.search(low):
        for cut in (len(ending[0]) - (ending[0][1:] == "ій"), 1):
            if len(bare := keys(low[:-cut])[0]) >= _SHORTEST:
                return bare
    return keys(low)[0]
