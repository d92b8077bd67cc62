"""Dictionaries, where somebody installed them (``case-archive[morph]``): forms that no pattern of endings makes (іти,
ішов). Those of ``pymorphy3`` know every form of a Ukrainian or Russian word, the lists of ``simplemma`` many of a
Czech one. Only a search asks them, so that installing or removing them changes nothing that is stored.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from importlib.util import find_spec
from typing import Any

from archive.language.fold import fold

LANGUAGES = ("uk", "ru", "cs")
_COMPLETE = ("ru",)  # of a word that it knows it knows all
_OF_A_NOUN = re.compile("(?:[aeo]n|[aeiuy]t)i$")


@cache
def installed(language: str) -> bool:
    """Whether there is a dictionary of this language here."""
    if language == "cs":
        return find_spec("simplemma") is not None
    return language in LANGUAGES and bool(find_spec("pymorphy3") and find_spec(f"pymorphy3_dicts_{language}"))


def is_complete(language: str) -> bool:
    """Whether patterns can add nothing to what the dictionary says of a word it knows."""
    return language in _COMPLETE


def forms(typed: str, language: str) -> frozenset[str] | None:
    """Every form, folded, of all words that ``typed`` may be one of; None for one that the dictionary does not know."""
    if not installed(language):
        return None
    known = frozenset(map(fold, _czech(typed) if language == "cs" else _lexemes(typed, language)))
    return (_without_nouns(fold(typed), known) if language == "cs" else known) or None


# --- pymorphy3 ---


@cache
def _analyzer(language: str) -> Any:
    import pymorphy3  # noqa: PLC0415 - thirty megabytes: only where a search asks

    return pymorphy3.MorphAnalyzer(lang=language)


def _lexemes(typed: str, language: str) -> list[str]:
    known = [parse for parse in _analyzer(language).parse(typed.casefold()) if parse.is_known]
    return [form.word for parse in known for form in parse.lexeme]


# --- simplemma ---


@cache
def _lists() -> tuple[Any, dict[str, list[str]]]:
    """The dictionary form of each form, and the forms of each: a second to read, sixty megabytes."""
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory  # noqa: PLC0415

    lemmas = DefaultDictionaryFactory().get_dictionary("cs")
    forms_of: dict[str, list[str]] = defaultdict(list)
    for form, lemma in lemmas.items():
        forms_of[lemma].append(form)
    return lemmas, forms_of


def _without_nouns(word: str, known: frozenset[str]) -> frozenset[str]:
    """The forms of a verb or an adjective without its participle in -ni (zvýšeni, zvýšení, beside zvýšeno, zvýšeného),
    which is spelled as a noun is, once the marks are folded (zvýšení); for the noun none of theirs. The patterns leave
    it out as well."""
    spelled_so = {one for one in known if _OF_A_NOUN.search(one) and {one[:-1] + "o", one[:-1] + "eho"} & known}
    return frozenset() if word in spelled_so else known - spelled_so


def _czech(typed: str) -> list[str]:
    lemmas, forms_of = _lists()
    spelled = {typed, typed.casefold(), typed.capitalize()}
    found = {lemmas.get(word, word) for word in spelled}
    return [form for lemma in found & forms_of.keys() for form in (lemma, *forms_of[lemma])]
