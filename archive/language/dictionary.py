"""The dictionaries of ``pymorphy3``, where somebody installed them (``case-archive[morph]``): every form of a Ukrainian
or Russian word, those that no pattern of endings makes included (іти, йшов). Only a search asks them, so that
installing or removing them changes nothing that is stored.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import Any

from archive.language.fold import fold

LANGUAGES = ("uk", "ru")


def installed(language: str) -> bool:
    """Whether there is a dictionary of this language here."""
    return language in LANGUAGES and bool(find_spec("pymorphy3") and find_spec(f"pymorphy3_dicts_{language}"))


@cache
def _analyzer(language: str) -> Any:
    """The dictionary of a language; None where it is not installed."""
    if not installed(language):
        return None
    import pymorphy3  # noqa: PLC0415 - thirty megabytes: only where a search asks

    return pymorphy3.MorphAnalyzer(lang=language)


def forms(typed: str, language: str) -> frozenset[str] | None:
    """Every form, folded, of all words that ``typed`` may be one of; None for one that the dictionary does not know."""
    analyzer = _analyzer(language)
    if analyzer is None:
        return None
    known = [parse for parse in analyzer.parse(typed.casefold()) if parse.is_known]
    return frozenset(fold(form.word) for parse in known for form in parse.lexeme) or None
