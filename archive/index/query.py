"""What a person typed into the search, as an expression of FTS5 that cannot fail.

``word word`` both, in any of their forms · ``"some words"`` so and in this order · ``begin*`` · ``-word`` not ·
``one OR other`` (binds the two terms beside it closer than the space does: ``Olena OR Yelena Kharkiv`` asks for
Kharkiv and one of the names) · ``field:value`` a filter (``FIELDS``). Every term is cut into folded letters and digits
and quoted, so no operator of FTS5 can be reached from outside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice, product
from typing import Literal, NamedTuple

from archive.errors import UsageError
from archive.index.vocabulary import Alike
from archive.index.words import RAW_WORD, keys
from archive.speech import tr

LONGEST = 10_000  # characters
MOST_TERMS = 50
MOST_KEYS = 120  # words of all terms: each of a phrase walks through all places of its word
MOST_SHORT = 3  # beginnings of fewer letters than are indexed as such: each reads a good part of the index
_INDEXED = 3
MOST_PHRASES = 1_000  # words that one search may ask FTS5 for, all forms of all its words together
FIELDS = (
    "kind", "case", "person", "collective", "since", "until", "tag", "place", "act", "language", "grade", "consent",
)  # fmt: skip
Depth = Literal[0, 1, 2]  # as typed; with other forms; in other letters too
DEPTHS: tuple[Depth, ...] = (0, 1, 2)
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_ITEM = re.compile(
    rf"(?P<no>-?)(?:(?P<field>{'|'.join(FIELDS)}):)?"
    r'(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+)|(?<=:)(?=\s|$))(?P<begin>\*?)'
)


class Term(NamedTuple):
    """Folded words in this order; with ``begin`` the last one may go on.

    ``typed`` are the words as typed, where other forms of them are meant too: ``forms`` and ``across`` then hold what
    the index has of those, as words in order each.
    """

    keys: tuple[str, ...]
    begin: bool = False
    typed: tuple[str, ...] = ()
    forms: tuple[tuple[str, ...], ...] = ()
    across: tuple[tuple[str, ...], ...] = ()

    def phrases(self, depth: Depth = 2) -> tuple[tuple[str, ...], ...]:
        """All that answers to the term."""
        return (self.keys, *(self.forms if depth else ()), *(self.across if depth == 2 else ()))

    def expression(self, depth: Depth = 2) -> str:
        """The term in FTS5's language; keys hold letters and digits only, so the quotes cannot be left."""
        return " OR ".join(f'"{" ".join(phrase)}"' for phrase in self.phrases(depth)) + (" *" if self.begin else "")


class Asked(NamedTuple):
    """``wanted``: of each group one term has to be there; ``unwanted``: none of them; ``fields``: filters, as typed."""

    wanted: tuple[tuple[Term, ...], ...] = ()
    unwanted: tuple[Term, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()

    def match(self, depth: Depth = 2) -> str:
        """What has to match; empty when everything does."""
        return " AND ".join(f"({_any(group, depth)})" for group in self.wanted)

    def exclude(self) -> str:
        """What must not match; empty when nothing is excluded."""
        return _any(self.unwanted, 1)

    def deepest(self) -> Depth:
        """The depth beyond which nothing more is asked for."""
        terms = [term for group in self.wanted for term in group]
        return 2 if any(term.across for term in terms) else 1 if any(term.forms for term in terms) else 0


def parse(typed: str) -> Asked:
    """Read a query of any content; UsageError when it is too long or holds no word at all."""
    if len(typed) > LONGEST:
        raise UsageError(tr("This search is too long."), tr("At most {longest:,} characters.", longest=LONGEST))
    clean = encodable(typed).replace("\0", " ").translate(_QUOTES)
    wanted: list[list[Term]] = []
    unwanted: list[Term] = []
    fields: list[tuple[str, str]] = []
    either = False
    for item in _ITEM.finditer(clean):
        if item["field"]:
            fields.append(_field(item))
            continue
        if item.group() == "OR":
            either = bool(wanted)
            continue
        term = _term(item)
        if not term.keys:
            continue
        if item["no"]:
            unwanted.append(term)
        elif either:
            wanted[-1].append(term)
        else:
            wanted.append([term])
        either = False
    asked = Asked(tuple(map(tuple, wanted)), tuple(unwanted), tuple(fields))
    _check(clean, asked)
    each_once = dict.fromkeys(
        tuple(dict.fromkeys(group)) for group in asked.wanted
    )  # fifty times the same costs as much
    return asked._replace(wanted=tuple(each_once), unwanted=tuple(dict.fromkeys(unwanted)))


def widened(asked: Asked, alike: Callable[[str], Alike]) -> Asked:
    """The same with what the index has of other forms and spellings of its words."""
    terms = sum(len(group) for group in asked.wanted) + len(asked.unwanted)
    most = MOST_PHRASES // max(terms, 1)
    return asked._replace(
        wanted=tuple(tuple(_widened(term, alike, most) for term in group) for group in asked.wanted),
        unwanted=tuple(_widened(term, alike, most) for term in asked.unwanted),
    )


def _widened(term: Term, alike: Callable[[str], Alike], most: int) -> Term:
    """The term with its other forms; of several words (Івано-Франківськ) each inflects, and is spelled otherwise."""
    if not term.typed:
        return term
    found = [alike(word) for word in term.typed]
    if len(found) == 1:
        forms, across = ([(word,) for word in words] for words in (found[0].forms, found[0].across))
        return term._replace(forms=tuple(forms[:most]), across=tuple(across[: max(most - len(forms), 0)]))
    each = [(key, *one.forms) for key, one in zip(term.keys, found, strict=True)]
    every = [(*forms, *one.across) for forms, one in zip(each, found, strict=True)]
    inflected = tuple(islice((phrase for phrase in product(*each) if phrase != term.keys), most // len(found)))
    known = {term.keys, *inflected}
    elsewhere = (phrase for phrase in islice(product(*every), most) if phrase not in known)
    return term._replace(forms=inflected, across=tuple(islice(elsewhere, most // len(found))))


def encodable(typed: str) -> str:
    """``typed`` without what UTF-8 cannot say: the terminal hands undecodable bytes on as lone surrogates."""
    return typed.encode("utf-8", "replace").decode()


def _field(item: re.Match[str]) -> tuple[str, str]:
    value = (item["phrase"] or item["word"] or "").strip()
    if item["no"] or not value:
        raise UsageError(
            tr("{item}: takes a value, and cannot be turned round.", item=item["field"]),
            tr("Write {item}:VALUE.", item=item["field"]),
        )
    return item["field"], value + item["begin"]


def _term(item: re.Match[str]) -> Term:
    word = item["word"] or ""
    begin = bool(item["begin"]) or word.endswith("*")
    found = keys(item["phrase"] or word)
    typed = tuple(RAW_WORD.findall(word)) if not begin else ()
    return Term(found, begin, typed if len(typed) == len(found) else ())


def _check(typed: str, asked: Asked) -> None:
    terms = [*(term for group in asked.wanted for term in group), *asked.unwanted]
    if typed.strip() and not terms and not asked.fields:
        raise UsageError(
            tr("There is no word in this search."), tr("Write a word, the beginning of one with *, or only filters.")
        )
    if len(terms) > MOST_TERMS or sum(len(term.keys) for term in terms) > MOST_KEYS:
        raise UsageError(
            tr("This search has too many words."),
            tr(
                "At most {most_terms} words or phrases, with {most} words in all.",
                most_terms=MOST_TERMS,
                most=MOST_KEYS,
            ),
        )
    if sum(term.begin and len(term.keys[-1]) < _INDEXED for term in terms) > MOST_SHORT:
        raise UsageError(
            tr("This search has too many short beginnings."),
            tr("At most {most} of one or two letters: write more letters before the *.", most=MOST_SHORT),
        )


def _any(terms: Sequence[Term], depth: Depth) -> str:
    return " OR ".join(term.expression(depth) for term in terms)
