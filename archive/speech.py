"""What the program says, in the language of whoever runs it.

``tr("no case {ref}", ref=ref)`` says a sentence; ``trn("{n} file", "{n} files", n)`` one that counts; ``mark("…")``
only notes that a text is said later with ``tr``. The English stands in the source; the other languages stand in
``archive/locale/<language>/LC_MESSAGES/archive.po``, the files of gettext, read as they are when the first sentence is
said. What a catalog lacks is said in English.

The language is chosen once, by ``cli.py``, before any other file of the archive is loaded: hence a text at the top of a
module may be said with ``tr`` too. What machines read (``--json``, codes, what is stored) is never translated.
"""

from __future__ import annotations

import gettext
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile

LANGUAGES = ("en", "uk", "ru", "cs")
OPTION = "--ui-language"
_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set decides, as in every POSIX program
_SILENT = ("C", "POSIX")  # LANGUAGE has no say beside these


class Catalog(gettext.NullTranslations):
    """The sentences of one language; an empty text is none at all."""

    def __init__(self, said: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__()
        self._said = said
        head = next(iter(said.get("", ())), "")
        rule = head.partition("plural=")[2].partition(";")[0]
        self._form = gettext.c2py(rule) if rule else lambda number: int(number != 1)

    def gettext(self, message: str) -> str:
        """``message`` in this language."""
        return self._said.get(message, (message,))[0]

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The form that belongs to ``n``."""
        forms = self._said.get(msgid1)
        return forms[self._form(n)] if forms else super().ngettext(msgid1, msgid2, n)


class _Chosen:
    """The language of this process, and its sentences once one was said."""

    language = "en"
    to_machines = False
    catalog: Catalog | None = Catalog({})


def tr(text: str, /, **words: object) -> str:
    """``text`` as it is said, with its fields filled in. Stored text comes in as a field only."""
    said = catalog().gettext(text)
    return said.format(**words) if words else said


def trn(one: str, many: str, number: int, /, **words: object) -> str:
    """The sentence that fits the number, which is its field ``n``."""
    return catalog().ngettext(one, many, number).format(n=number, **words)


def mark(text: str, /) -> str:
    """``text`` itself, noted for the catalogs; whoever says it later says it with ``tr``."""
    return text


def language() -> str:
    """The language in which something is said now: labels of codes, and every sentence."""
    return "en" if _Chosen.to_machines else _Chosen.language


def readers_language() -> str:
    """The language of whoever runs the command, even where machines hear English: of what is to be read out."""
    return _Chosen.language


def choose(code: str, *, to_machines: bool = False) -> None:
    """Speak this language from now on; to machines, every sentence of the program's own stays English."""
    _Chosen.language, _Chosen.to_machines = code, to_machines
    _Chosen.catalog = Catalog({}) if code == "en" or to_machines else None


def catalog() -> Catalog:
    """The sentences of the chosen language."""
    if _Chosen.catalog is None:
        from importlib.resources import files  # noqa: PLC0415 - English needs no file

        place = files("archive") / "locale" / _Chosen.language / "LC_MESSAGES" / "archive.po"
        _Chosen.catalog = Catalog(dict(read(place.read_text(encoding="utf-8"))))
    return _Chosen.catalog


def wanted(words: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language that a command line asks for, else the locale's; English where that is none of ours.

    A value that is none of LANGUAGES comes back as it is typed, for the option itself to refuse.
    """
    own = list(takewhile(lambda word: word != "--", words))
    for word, following in zip(own, [*own[1:], ""], strict=False):
        if word == OPTION or word.startswith(f"{OPTION}="):
            return following if word == OPTION else word.partition("=")[2]
    return of_locale(environment)


def of_locale(environment: Mapping[str, str]) -> str:
    """The language of the locale: ``uk`` for ``uk_UA.UTF-8``; of several in LANGUAGE the first that is ours."""
    locale = next(filter(None, map(environment.get, _VARIABLES)), "C")
    if locale.partition(".")[0] in _SILENT:
        return "en"
    asked = [*environment.get("LANGUAGE", "").split(":"), locale]
    codes = (one.partition(".")[0].partition("@")[0].partition("_")[0].lower() for one in asked)
    return next((code for code in codes if code in LANGUAGES), "en")


# --- the catalogs ---


def read(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(English, its forms) of each entry of a .po file that is whole: neither fuzzy nor left empty."""
    for entry in text.split("\n\n"):
        fields = _fields(entry)
        forms = tuple(said for name, said in fields.items() if name.startswith("msgstr"))
        if "msgid" in fields and all(forms) and "#, fuzzy" not in entry:
            yield fields["msgid"], forms


def _fields(entry: str) -> dict[str, str]:
    """``msgid``, ``msgstr`` and the like of one entry; what begins with # (comments, former entries) says nothing."""
    fields: dict[str, str] = {}
    name = ""
    for line in entry.splitlines():
        if line.startswith('"'):
            fields[name] += json.loads(line)  # the escapes of a .po file are those of JSON
        elif line and not line.startswith("#"):
            name, _, text = line.partition(" ")
            fields[name] = json.loads(text)
    return fields
