"""No reader meets a code: whatever the archive holds as one stands in a dossier in words of its language."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import get_args

import pytest

from archive.bundle import blocks, content, facts, form, html, tables
from archive.bundle.content import Exhibit, How, Passage, Use
from archive.bundle.entries import ENTRIES, Answer, Cell, Entry, Fact
from archive.bundle.labels import languages
from archive.bundle.reasons import Withholding
from archive.records import vocabulary
from archive.records.common import TranslatedBy

TOLD = (
    "acts", "forces", "consequences", "act-statuses", "knowing", "roles", "endings", "instances", "stages", "decisions",
    "steps", "outcomes", "paper-types", "holdings", "verifications", "sexes", "public-roles", "military-statuses",
    "refusal-reasons", "protections", "asylum-stages", "purposes", "recipients", "where",
)  # fmt: skip
"""The vocabularies of which facts are told."""
THREATS = ("in-custody", "in-military-control", "wanted", "family-in-reach")
COUNTRIES = ("UA", "RU", "BY", "CZ", "SK", "PL", "DE", "GE", "AM", "KZ", "MD", "LT", "LV", "EE")
LATIN = re.compile(r"[A-Za-z]{2,}")
THERE = {  # what is written so in every language
    "sha", "txt", "OK", "SHA", "BagIt", "RFC", "manifest", "tagmanifest", "sum", "exhibits", "jpg", "document", "photo",
    "testimony", "case", "age", "identities",
}  # fmt: skip


def _facts() -> Iterator[Fact]:
    """One of each name, and one of each term."""
    names = get_args(facts.FactName)
    yield from (Fact(name=name, date="2024") for name in names)
    for terms in TOLD:
        yield from (Fact(name="act", vocabulary=terms, code=code) for code in vocabulary.built_in()[terms])
    yield from (Fact(name="role", persons=("P-4417",), vocabulary="roles", code=code) for code in ("witness", "helper"))
    yield from (Fact(name="dangers", vocabulary="threats", code=code) for code in THREATS)
    yield from (Fact(name="citizenship", vocabulary="countries", code=code) for code in COUNTRIES)
    yield from (Fact(name="speaks", vocabulary="languages", code=code) for code in ("uk", "ru-RU", "cs", "en"))
    yield from (Fact(name="warrant", yes=yes) for yes in (True, False))
    dates = ("202X", "20XX", "2024-XX", "2024-XX-XX", "2024-03-XX", "2024-22~", "2024-03-01%", "../2024", "2024-05/..")
    yield from (Fact(name="when", date=date) for date in (*dates, "2024-03-01/2024-04?", "/2024", "2024/"))


def _exhibits() -> Iterator[Exhibit]:
    documents, knowing = (tuple(vocabulary.built_in()[terms]) for terms in ("documents", "knowing"))
    for number, what in enumerate(documents, 1):
        yield Exhibit(
            number=number, token=f"P-4417-document-{number}", kind="document", what=what, persons=("P-4417",),
            month="202X", how=get_args(How)[number % 4], known=knowing[number % len(knowing)],
            use=get_args(Use)[number % 2], translates=1, translated=get_args(TranslatedBy)[number % 3], compared=True,
            transcribes=1, summarises=1, several=True, text_alone=True, text=Passage(text="…", language="uk"),
            file=f"exhibits/P-4417-document-{number}.jpg", sha256=("0" * 64,),
        )  # fmt: skip


class _Words(HTMLParser):
    """What people see or hear of a page: text outside the style, and the words for pictures."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._style = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag == "style"
        self.said += [value or "" for name, value in attrs if name == "alt"]

    def handle_data(self, data: str) -> None:
        self.said += [] if self._style else [data.strip()]


def _everything(kit, language: str) -> list[str]:
    """All that a dossier with everything in it says: the page, the paper, the lists and the form."""
    made, _ = kit.make(
        language, template="court", profile="legal", title=Passage(text="…"), issuer=None, contact=None, summary=None,
        chronology=(), exhibits=tuple(_exhibits()), withheld=get_args(Withholding),
        table=tuple(Cell(act=act, acts=5, people=5, quarter="2024-Q3") for act in vocabulary.built_in()["acts"]),
        form=tuple(Answer(field=field) for field in form.fields()),
        **{part: (Entry(kind=kind, number=1, facts=tuple(_facts()), exhibits=(1,)),) for part, kind in ENTRIES.items()},
    )  # fmt: skip
    made = content.sound(made)
    pictures = {file: content.Picture(media_type="image/tiff", data=b"") for one in made.exhibits for file in one.files}
    sections = tuple(html.SECTIONS)
    return [
        *_Words(html.page(made, sections, pictures)).said,
        *(block.text for block in blocks.blocks(made, sections, apart=False)),
        *(line for name, data in tables.files(made) for line in data.decode().replace('"', "").splitlines()),
        *form.text(made).splitlines(),
    ]


@pytest.mark.parametrize("language", languages())
def test_no_code_is_seen(kit, language: str) -> None:
    """No code, no date in the way of machines, and under Cyrillic headings no word in Latin letters."""
    said = _everything(kit, language)
    codes = {code for terms in vocabulary.built_in().values() for code in terms if "-" in code}
    codes |= {*THREATS, *get_args(How)}
    codes -= {"wanted", "call", "written"}  # English words as well
    whole = "\n".join(said)
    assert not [code for code in codes if re.search(rf"(?<![\w-]){re.escape(code)}(?![\w-])", whole)]
    assert not re.search(r"XX|\dX|2024-|-Q\d|[{}]", whole)
    if language in ("uk", "ru"):
        assert not set(LATIN.findall(whole)) - THERE
