"""Every form that a word may take, made of any one of them: what a search for one form has to look for as well.

No dictionary: patterns of endings for eight languages, with what happens to a stem before them (``inflection.toml``).
More is made than any grammar allows: a form that stands in no text costs nothing, and the index keeps only those that
occur in texts of the language. Words are as ``fold`` leaves them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from math import inf
from typing import NamedTuple

import msgspec
from msgspec import Struct

from archive.language.fold import fold

LANGUAGES = ("uk", "ru", "be", "cs", "sk", "pl", "de", "en")
_VOWELS = frozenset("аеиоуюяaeiouy")
_LEAST = 2  # letters of a stem, where a pattern says nothing
_LEAST_NEGATED = 4  # letters of an adjective's stem after ne-: necelý would else be celý, and neděle a děl
_LEAST_VERB = 4  # letters of a verb behind a separable prefix
_GROUP = re.compile(r"([^\s()]*)\(([^()]*)\)")
_LINE = re.compile(r"(?:(\d) )?([~+] )?(.*)")


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """One language as the file has it."""

    patterns: tuple[str, ...]
    whole: tuple[str, ...] = ()
    short: str = ""
    alone: str = ""
    sets: dict[str, str] = {}
    changes: dict[str, str] = {}
    fleeting: str = ""
    closed: str = ""
    moved: str = ""
    reflexive: str = ""
    separable: str = ""  # what German puts before a verb, apart from it where ge- and zu- come in between
    negated: str = ""
    negates: str = "~+"  # which kinds of words take it
    best: str = ""
    compared: str = "s ejs iejs иш ш"  # how endings begin that take it


class Group(NamedTuple):
    """Endings before which the same happens to the stem; ``compared``: those that take the prefix of a superlative."""

    change: str
    endings: tuple[str, ...]
    compared: tuple[str, ...]


class Pattern(Struct, frozen=True):
    """The endings that one word takes; stems have ``least`` letters or more."""

    groups: tuple[Group, ...]
    least: int
    kind: str  # "~" a verb, "+" an adjective, "" another word


class Grammar(Struct, frozen=True):
    """One language, ready to be used: ``patterns`` by every ending in them, ``whole`` by every form in it, words
    written ``short`` by the long ones."""

    patterns: dict[str, tuple[tuple[str, Pattern], ...]]
    whole: dict[str, frozenset[str]]
    short: dict[str, str]
    alone: frozenset[str]
    apart: frozenset[str]  # what is alone or whole, and so no form of another word
    changes: dict[str, tuple[tuple[str, str], ...]]
    fleeting: tuple[str, ...]
    separable: tuple[str, ...]
    negated: str
    negates: str
    best: tuple[str, ...]
    compared: tuple[str, ...]


def forms(word: str, language: str) -> frozenset[str]:
    """``word`` and every form of it in ``language`` (one of ``LANGUAGES``), correct or not."""
    grammar = _grammar(language)
    if word in grammar.alone:
        return frozenset((word,))
    if word in grammar.whole:
        return grammar.whole[word]
    made = {word, *_separated(word, grammar, language)}
    changed: dict[tuple[str, str], tuple[str, ...]] = {}
    for stem, pattern in _stems(word, grammar):
        _inflect(made, stem, pattern, grammar, changed)
    return frozenset(made.difference(grammar.apart))


def _separated(word: str, grammar: Grammar, language: str) -> Iterator[str]:
    """The forms of a German verb with its separable prefix: anlegen, angelegt, anzulegen."""
    for prefix in grammar.separable:
        verb = word.removeprefix(prefix)
        if verb != word and len(verb) >= _LEAST_VERB:
            for form in forms(verb, language) | forms(verb.removeprefix("zu"), language):
                yield prefix + form
                if form.endswith("n"):
                    yield f"{prefix}zu{form}"


def abbreviated(word: str, made: frozenset[str], language: str) -> frozenset[str]:
    """How the words among these forms are written short (область, обл.); of a short ``word``, the forms of the long."""
    short = _grammar(language).short
    long = [one for one, written in short.items() if written == word]
    return frozenset(short[one] for one in made & short.keys()).union(*(forms(one, language) for one in long))


@cache
def _little_words() -> frozenset[str]:
    return frozenset().union(*(_grammar(language).alone for language in LANGUAGES))


def stands_alone(word: str) -> bool:
    """Whether it is a little word (and, not, from), which in no language is looked for in other forms."""
    return word in _little_words()


def _stems(word: str, grammar: Grammar) -> list[tuple[str, Pattern]]:
    """What the word may be a form of, each once; of what is negated and of a superlative also what they stand for."""
    prefixes = [one for one in (grammar.negated, *grammar.best) if one and word.startswith(one)]
    moved = grammar.changes["moved"]
    found: dict[tuple[str, int], tuple[str, Pattern]] = {}
    for prefix in ("", *prefixes):
        for cut in range(len(prefix), len(word) + 1):
            if prefix in grammar.best and not word.startswith(grammar.compared, cut):
                continue
            for change, pattern in grammar.patterns.get(word[cut:], ()):
                least = _least(pattern, grammar, prefix)
                for base in _unchanged(word[len(prefix) : cut], change, grammar):
                    if len(base) >= least:
                        for stem in (base, *_turned(base, moved)) if moved else (base,):
                            found[stem, id(pattern)] = stem, pattern
    return list(found.values())


def _least(pattern: Pattern, grammar: Grammar, prefix: str) -> float:
    """The fewest letters of a stem after ``prefix``; infinity where the pattern does not take it."""
    if not prefix:
        return pattern.least
    if prefix == grammar.negated and (not pattern.kind or pattern.kind not in grammar.negates):
        return inf
    if pattern.kind == "~" and prefix == grammar.negated:
        return pattern.least
    if pattern.kind != "+":
        return inf
    return max(pattern.least, _LEAST_NEGATED) if prefix == grammar.negated else pattern.least


def _inflect(
    made: set[str], base: str, pattern: Pattern, grammar: Grammar, changed: dict[tuple[str, str], tuple[str, ...]]
) -> None:
    """Add all forms of a stem. Done some hundred times for a search, hence by sets; ``changed`` remembers stems."""
    negated = grammar.negated if len(base) >= _least(pattern, grammar, grammar.negated) else ""
    for change, endings, compared in pattern.groups:
        stems = (base,) if not change else changed.get((base, change))
        if stems is None:
            stems = changed[base, change] = tuple(_changed(base, change, grammar))
        for stem in stems:
            made.update(map(stem.__add__, endings))
            if negated:
                made.update(map((negated + stem).__add__, endings))
            for best in grammar.best if compared else ():
                made.update(map((best + stem).__add__, compared))


# --- what happens to a stem ---


def _changed(stem: str, change: str, grammar: Grammar) -> Iterator[str]:
    if change in ("", "F"):
        if not change or stem[-1:] not in _VOWELS:
            yield stem
        if change:
            yield from _closed(stem, grammar)
        return
    found = [stem.removesuffix(a) + b for a, b in grammar.changes[change] if stem.endswith(a)]
    yield from found
    if change == "V" and not found:  # what a verb has to change it changes; other consonants stay
        yield stem


def _unchanged(stem: str, change: str, grammar: Grammar) -> Iterator[str]:
    """Every stem that ``_changed`` makes this one of."""
    if change in ("", "F"):
        if not change or stem[-1:] not in _VOWELS:
            yield stem
        if change:
            yield from _opened(stem, grammar)
        return
    pairs = grammar.changes[change]
    yield from (stem.removesuffix(b) + a for a, b in pairs if stem.endswith(b))
    if change == "V" and not any(stem.endswith(a) for a, _ in pairs):
        yield stem


def _closed(stem: str, grammar: Grammar) -> Iterator[str]:
    """A stem as it stands before no ending: a vowel comes in (дн, ден), or turns (харков, харкив)."""
    if len(stem) < 2 or stem[-1] in _VOWELS:
        return
    if stem[-2] not in _VOWELS:
        for vowel in grammar.fleeting:
            yield stem[:-1] + vowel + stem[-1]
            if stem[-2] in "ьй":
                yield stem[:-2] + vowel + stem[-1]
    yield from _turned(stem, grammar.changes["closed"])


def _opened(stem: str, grammar: Grammar) -> Iterator[str]:
    """The other way: день, дня; харкив, харкова."""
    for vowel in grammar.fleeting if stem[-1:] not in _VOWELS else ():
        head = stem[:-1].removesuffix(vowel)
        if head and len(head) < len(stem) - 1:
            yield head + stem[-1]
            yield head + ("й" if head[-1] in _VOWELS else "ь") + stem[-1]
    yield from _turned(stem, [(b, a) for a, b in grammar.changes["closed"]])


def _turned(stem: str, pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The last vowel replaced, where one or two consonants follow it."""
    for before, after in pairs:
        head, found, tail = stem.rpartition(before)
        if found and 1 <= len(tail) <= 2 and _VOWELS.isdisjoint(tail + head[-1:]):
            yield head + after + tail


# --- the file ---


@cache
def _tables() -> dict[str, Table]:
    raw = msgspec.toml.decode(resources.files(__package__).joinpath("inflection.toml").read_bytes())
    return msgspec.convert({name: table for name, table in raw.items() if name != "version"}, dict[str, Table])


@cache
def _grammar(language: str) -> Grammar:
    table = _tables()[language]
    patterns: dict[str, list[tuple[str, Pattern]]] = {}
    for pattern in (one for line in table.patterns for one in _patterns(line, table)):
        for group in pattern.groups:
            for ending in group.endings:
                patterns.setdefault(ending, []).append((group.change, pattern))
    whole: dict[str, frozenset[str]] = {}
    for word in (_whole(line, table) for line in table.whole):
        whole.update((form, whole.get(form, frozenset()) | word) for form in word)
    changes = {**table.changes, "closed": table.closed, "moved": table.moved}
    alone = frozenset(fold(table.alone).split())
    return Grammar(
        patterns={ending: tuple(found) for ending, found in patterns.items()},
        whole=whole,
        short=dict(map(_pair, fold(table.short).split())),
        alone=alone - whole.keys(),
        apart=alone | whole.keys(),
        changes={name: tuple(_pair(pair) for pair in pairs.split()) for name, pairs in changes.items()},
        fleeting=tuple(table.fleeting.split()),
        separable=tuple(table.separable.split()),
        negated=table.negated,
        negates=table.negates,
        best=tuple(table.best.split()),
        compared=tuple(table.compared.split()),
    )


def _whole(line: str, table: Table) -> frozenset[str]:
    """All forms of one irregular word; of one that begins with ``~``, the negated ones too."""
    words = frozenset(map(fold, _expanded(line.removeprefix("~ "), table.sets)))
    return words | {table.negated + word for word in words} if line.startswith("~ ") else words


def _pair(text: str) -> tuple[str, str]:
    before, _, after = text.partition(">")
    return before, after


def _patterns(line: str, table: Table) -> Iterator[Pattern]:
    """A line of the file; of a verb that has them, its reflexive forms are a word of their own."""
    found = _LINE.fullmatch(line)
    if found is None:
        return
    least, kind = int(found[1] or _LEAST), (found[2] or "").strip()
    endings = [_ending(token) for token in _expanded(found[3], table.sets)]
    yield Pattern(_grouped(endings, kind, table), least, kind)
    if kind == "~" and table.reflexive:
        own = [(change, own) for change, ending in endings for own in _reflexive(ending, table.reflexive.split())]
        yield Pattern(_grouped(own, kind, table), least, kind)


def _reflexive(ending: str, ways: list[str]) -> Iterator[str]:
    """An ending with what it takes there: ``ся`` behind it, or ``ць>цца`` another end."""
    for before, change, after in (way.partition(">") for way in ways):
        if not change:
            yield ending + before
        elif ending.endswith(before):
            yield ending.removesuffix(before) + after


def _grouped(endings: list[tuple[str, str]], kind: str, table: Table) -> tuple[Group, ...]:
    """Endings by what happens before them."""
    groups: dict[str, dict[str, None]] = {}
    for change, ending in endings:
        groups.setdefault(change, {})[ending] = None
    compared = tuple(table.compared.split()) if kind == "+" else ()
    return tuple(
        Group(change, tuple(found), tuple(one for one in found if one.startswith(compared)))
        for change, found in groups.items()
    )


def _ending(token: str) -> tuple[str, str]:
    change, _, ending = token.rpartition(":")
    return change, ending.removesuffix("-")


def _expanded(text: str, sets: dict[str, str]) -> list[str]:
    """The tokens of a line: sets put in, groups written out, the innermost first."""
    while "@" in text:
        text = re.sub("@([A-Z])", lambda name: sets[name[1]], text)
    while "(" in text:
        text = _GROUP.sub(_written_out, text)
    return text.split()


def _written_out(group: re.Match[str]) -> str:
    return " ".join(f"{group[1]}{one.removesuffix('-')}" for one in group[2].split())
