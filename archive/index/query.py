"""What a person typed into the search, as an expression of FTS5 that cannot fail.

``word word`` both · ``"some words"`` in this order · ``begin*`` · ``-word`` not · ``one OR other`` (binds the two
terms beside it closer than the space does: ``Olena OR Yelena Kharkiv`` asks for Kharkiv and one of the names). Every
term is cut into folded letters and digits and quoted, so no operator of FTS5 can be reached from outside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from archive.errors import UsageError
from archive.index.words import keys

LONGEST = 10_000  # characters
MOST_TERMS = 50
MOST_KEYS = 500
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_ITEM = re.compile(r'(?P<no>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))(?P<begin>\*?)')


class Term(NamedTuple):
    """Folded words in this order; with ``begin`` the last one may go on."""

    keys: tuple[str, ...]
    begin: bool = False

    def expression(self) -> str:
        """The term in FTS5's language; keys hold letters and digits only, so the quotes cannot be left."""
        return f'"{" ".join(self.keys)}"' + (" *" if self.begin else "")

    def ends_with(self, last: tuple[str, ...]) -> bool:
        """Whether a word with this last key may be the end of the term."""
        return bool(last) and (last[0] == self.keys[-1] or (self.begin and last[0].startswith(self.keys[-1])))


class Asked(NamedTuple):
    """``wanted``: of each group one term has to be there; ``unwanted``: none of them."""

    wanted: tuple[tuple[Term, ...], ...] = ()
    unwanted: tuple[Term, ...] = ()

    def match(self) -> str:
        """What has to match; empty when everything does."""
        return " AND ".join(f"({_any(group)})" for group in self.wanted)

    def exclude(self) -> str:
        """What must not match; empty when nothing is excluded."""
        return _any(self.unwanted)


def parse(typed: str) -> Asked:
    """Read a query of any content; UsageError when it is too long or holds no word at all."""
    if len(typed) > LONGEST:
        raise UsageError("This search is too long.", f"At most {LONGEST:,} characters.")
    clean = encodable(typed).replace("\0", " ").translate(_QUOTES)
    wanted: list[list[Term]] = []
    unwanted: list[Term] = []
    either = False
    for item in _ITEM.finditer(clean):
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
    asked = Asked(tuple(map(tuple, wanted)), tuple(unwanted))
    _check(clean, asked)
    return asked


def encodable(typed: str) -> str:
    """``typed`` without what UTF-8 cannot say: the terminal hands undecodable bytes on as lone surrogates."""
    return typed.encode("utf-8", "replace").decode()


def _term(item: re.Match[str]) -> Term:
    word = item["word"] or ""
    return Term(keys(item["phrase"] or word), bool(item["begin"]) or word.endswith("*"))


def _check(typed: str, asked: Asked) -> None:
    terms = [*(term for group in asked.wanted for term in group), *asked.unwanted]
    if typed.strip() and not terms:
        raise UsageError(
            "There is no word in this search.", "Write a word, the beginning of one with *, or only filters."
        )
    if len(terms) > MOST_TERMS or sum(len(term.keys) for term in terms) > MOST_KEYS:
        raise UsageError("This search has too many words.", f"At most {MOST_TERMS} words or phrases.")


def _any(terms: Sequence[Term]) -> str:
    return " OR ".join(term.expression() for term in terms)
