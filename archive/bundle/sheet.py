"""A recovery share as one printed page: the words large and numbered, what they can do, and how to use them.

Whole by itself and silent: its policy is ``default-src 'none'``, the style is allowed by its hash. It names neither the
collective nor the archive. Whom it is for stands on a strip to be cut off. What is needed to get by without this
program stands on it too, in full: whoever finds it in twenty years may have nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib import resources

import msgspec
from msgspec import Struct

from archive.bundle.markup import Markup, element, joined
from archive.errors import UsageError
from archive.speech import tr

STYLE = (resources.files("archive.bundle") / "sheet.css").read_text("utf-8").strip()
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'"


class Sheet(Struct, frozen=True):
    """What stands on one page: share ``number`` of ``count``, of which ``threshold`` are enough."""

    number: int
    count: int
    threshold: int
    words: Sequence[str]
    holder: str
    made: str


class Wording(Struct, frozen=True, forbid_unknown_fields=True):
    """One language of ``sheet.toml``."""

    title: str
    give: str
    cut: str
    made: str
    several: str
    alone: str
    keep: str
    use: str
    with_us: str
    without: str
    recover: str
    derive: str
    decrypt: str


class _Texts(Struct, frozen=True, forbid_unknown_fields=True):
    script: str
    languages: dict[str, Wording]


def page(sheet: Sheet, language: str) -> str:
    """The whole page; UsageError for a language that sheets do not come in."""
    said = wording(language)
    title = said.title.format(number=sheet.number, count=sheet.count)
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("style", Markup(STYLE)),
    )
    body = element("body", _strip(sheet, said), element("h1", title), _words(sheet, said), _use(said))
    return "<!doctype html>\n" + element("html", head, body, lang=language)


def languages() -> tuple[str, ...]:
    """The languages that sheets come in."""
    return tuple(_texts().languages)


def wording(language: str) -> Wording:
    """The words of one language; UsageError if there are none."""
    if language not in _texts().languages:
        raise UsageError(
            tr("Sheets do not come in this language."), tr("There is: {known}.", known=", ".join(languages()))
        )
    return _texts().languages[language]


def script() -> str:
    """The Python lines that make of SLIP-39's 16 bytes, in hex on standard input, the key for age."""
    return _texts().script


@cache
def _texts() -> _Texts:
    return msgspec.toml.decode((resources.files("archive.bundle") / "sheet.toml").read_bytes(), type=_Texts)


def _strip(sheet: Sheet, said: Wording) -> Markup:
    return element(
        "div", element("b", said.give.format(holder=sheet.holder)), element("span", said.cut), class_="strip"
    )


def _words(sheet: Sheet, said: Wording) -> Markup:
    can = said.alone if sheet.threshold == 1 else said.several.format(threshold=sheet.threshold)
    return joined(
        element("p", can, class_="can"),
        element("ol", *(element("li", word) for word in sheet.words), class_="words", translate="no"),
        element("p", said.made.format(day=sheet.made)),
        element("p", said.keep),
    )


def _use(said: Wording) -> Markup:
    steps = (
        ("pip install 'shamir-mnemonic[cli]'; shamir recover", said.recover),
        ("python3 key.py > key.txt", said.derive),
        ("age -d -i key.txt FILE", said.decrypt),
    )
    pairs = [element(name, text) for step in steps for name, text in zip(("dt", "dd"), step, strict=True)]
    return joined(
        element("h2", said.use),
        element("p", said.with_us, " ", element("code", "archive recovery combine")),
        element("p", said.without),
        element("dl", *pairs),
        element("pre", f"# key.py\n{script().strip()}"),
    )
