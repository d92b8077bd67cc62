"""What goes into a dossier: frozen structs that hold redacted derivatives only, and the way from pieces to exhibits.

Nothing here has a place for a record id, a reference of the archive, a device, a digest of an original, a capture
fact or, but for lawyers and the UN, a date finer than a month; ``sound`` proves it for a finished ``Dossier`` before
anything is rendered. The order of exhibits and the numbers of persons come from ``random``, so that neither tells in
which order things were added.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from archive.bundle.entries import (
    DESIGNATION,
    ENTRIES,
    Answer,
    Cell,
    Code,
    Entry,
    Fact,
    Month,
    Passage,
    Pseudonym,
    Words,
)  # fmt: skip
from archive.bundle.facts import EntryKind
from archive.bundle.reasons import Withholding
from archive.bundle.visible import every_text, visible
from archive.records import edtf
from archive.records.common import TranslatedBy
from archive.records.kinds import Language

Random = Callable[[int], bytes]
Kind = Literal["testimony", "photo", "document"]
Use = Literal["background", "quotable"]
How = Literal["in-person", "call", "written", "voice-message"]
Token = Annotated[str, Meta(pattern=rf"^({DESIGNATION}|case)-(testimony|photo|document)-\d{{1,5}}$")]
Salt = Annotated[str, Meta(pattern="^([0-9a-f]{2}){16,271}$")]
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
File = Annotated[str, Meta(pattern=r"^exhibits/[A-Za-z0-9-]+\.(jpg|png|webp|gif|tif)$")]
_Item = TypeVar("_Item")

EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif", "image/tiff": "tif"}
"""The kinds of picture that may lie in a dossier, and how their file names end."""

APART = "lawyer-only"
"""How the names of the files begin that are for the named lawyer alone."""

WITH_DAYS = frozenset({"legal", "un"})
"""The profiles whose readers are told the day."""

_FEW, _MANY, _FEW_PEOPLE = (2_100, 10_000), (100_000, 1_000_000), 1_000  # designations, and up to how many people
_DAY = re.compile(r"\d{4}-[0-9X]{2}-[0-9X]{2}")


class Picture(Struct, frozen=True, kw_only=True):
    """A clean picture; ``media_type`` is one of ``EXTENSIONS``."""

    media_type: str
    data: bytes


class Piece(Struct, frozen=True, kw_only=True):
    """One derivative on its way in.

    ``key``, and ``translates``, ``transcribes`` and ``summarises`` (another piece's key) are forgotten by ``arrange``.
    """

    key: str
    kind: Kind
    what: Code | None = None
    persons: tuple[Pseudonym, ...] = ()
    title: Passage | None = None
    date: str | None = None
    place: Words | None = None
    how: How | None = None
    known: Code | None = None
    use: Use | None = None
    several: bool = False
    text: Passage | None = None
    text_alone: bool = False
    picture: Picture | None = None
    pages: tuple[Picture, ...] = ()
    translates: str | None = None
    translated: TranslatedBy | None = None
    compared: bool = False
    transcribes: str | None = None
    summarises: str | None = None


class Exhibit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One numbered exhibit as readers see it; ``file`` and ``pages`` are paths beside ``dossier.html``.

    ``text_alone``: the text of a file that shows more than text, and that is not in the dossier itself.
    """

    number: int
    token: Token
    kind: Kind
    what: Annotated[Code | None, Meta(description="what paper it is, a term of documents")] = None
    persons: tuple[Pseudonym, ...] = ()
    title: Passage | None = None
    month: Month | None = None
    place: Annotated[Words | None, Meta(description="the region and no finer")] = None
    how: Annotated[How | None, Meta(description="how it came to those who collected it")] = None
    known: Annotated[Code | None, Meta(description="how what it says is known, a term of knowing")] = None
    use: Annotated[Use | None, Meta(description="whether it may be printed; absent: as anybody likes")] = None
    several: Annotated[bool, Meta(description="others tell the same")] = False
    text: Passage | None = None
    text_alone: bool = False
    file: File | None = None
    pages: Annotated[tuple[File, ...], Meta(description="its pages as pictures; what is black was covered")] = ()
    sha256: Annotated[tuple[Sha256, ...], Meta(description="of its files: file, then pages")] = ()
    translates: int | None = None
    translated: Annotated[TranslatedBy | None, Meta(description="by whom")] = None
    compared: Annotated[bool, Meta(description="a person read the translation beside the original")] = False
    transcribes: int | None = None
    summarises: int | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """All its files."""
        return (*((self.file,) if self.file else ()), *self.pages)


class Moment(Struct, frozen=True, kw_only=True):
    """A month of the chronology, and the exhibits and acts that speak of it."""

    month: Month
    exhibits: tuple[int, ...] = ()
    acts: tuple[int, ...] = ()


class Counts(Struct, frozen=True, kw_only=True):
    """How much the dossier holds: of what is in it, never of what is not."""

    persons: int
    testimony: int
    photo: int
    document: int
    act: int = 0


class Dossier(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="format", tag="dossier/1"):
    """Everything a dossier says; ``dossier.json`` is this struct, ``dossier.html`` shows it."""

    template: Annotated[str, Meta(pattern="^[a-z][a-z-]{0,30}$")]
    profile: Annotated[str, Meta(pattern="^[a-z][a-z-]{0,30}$")]
    language: Language
    title: Passage
    salt: Annotated[
        Salt | None, Meta(description="random, in length too; no two dossiers share the bytes of a file")
    ] = None
    issued: Month | None = None
    issuer: Words | None = None
    contact: Words | None = None
    summary: Passage | None = None
    demands: Passage | None = None
    unknown: Passage | None = None
    law: Passage | None = None
    terms: Passage | None = None
    reply: Passage | None = None
    verified: Passage | None = None
    people: tuple[Entry, ...] = ()
    acts: tuple[Entry, ...] = ()
    proceedings: tuple[Entry, ...] = ()
    papers: tuple[Entry, ...] = ()
    steps: tuple[Entry, ...] = ()
    agreed: tuple[Entry, ...] = ()
    handed: tuple[Entry, ...] = ()
    tellings: tuple[Entry, ...] = ()
    form: tuple[Answer, ...] = ()
    table: tuple[Cell, ...] = ()
    chronology: tuple[Moment, ...] = ()
    counts: Counts | None = None
    exhibits: tuple[Exhibit, ...] = ()
    withheld: tuple[Withholding, ...] = ()

    @property
    def mark(self) -> str | None:
        """What lists and papers of this dossier carry, so that those of no two are the same, nor as long as a rule.

        It tells nothing else.
        """
        return self.salt[: 12 + int(self.salt[12], 16)] if self.salt else None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everything that is told by facts."""
        return tuple(entry for name in ENTRIES for entry in getattr(self, name))

    @property
    def dates(self) -> tuple[str, ...]:
        """Every date that is told as one."""
        facts = (fact.date for entry in self.entries for fact in entry.facts)  # a form tells none but these
        months = (*(one.month for one in self.exhibits), *(one.month for one in self.chronology), *facts)
        return tuple(dict.fromkeys(date for date in (self.issued, *months) if date))


WRITTEN = ("summary", "demands", "unknown", "law", "terms", "reply", "verified")
"""The parts of a dossier that are a passage, written for it or for its case."""


class Arranged(Struct, frozen=True, kw_only=True):
    """Exhibits in their order, their pictures by ``Exhibit.file``, and the keys, which stay in the archive."""

    exhibits: tuple[Exhibit, ...]
    pictures: Mapping[str, Picture]
    keys: tuple[str, ...]  # keys[n - 1] is the piece behind exhibit n


def pseudonyms(person_ids: Iterable[str], random: Random) -> dict[str, str]:
    """Give each person a designation for this dossier alone, by lot out of so many that two dossiers hardly share one.

    A number tells neither how many people there are nor when they were added, and is no year.
    """
    persons = sorted(set(person_ids))
    low, high = _FEW if len(persons) <= _FEW_PEOPLE else _MANY
    drawn: dict[int, str] = {}
    for person in persons:
        while (number := low + int.from_bytes(random(8)) % (high - low)) in drawn:
            pass
        drawn[number] = person
    return {person: f"P-{number}" for number, person in drawn.items()}


def arrange(pieces: Iterable[Piece], random: Random, date: Callable[[str], str] = edtf.to_month) -> Arranged:
    """Number the pieces by month, undated ones last, shuffled within a month; name their files by role.

    ``date`` makes of a date what is told of it.
    """
    told = (msgspec.structs.replace(piece, date=date(piece.date) if piece.date else None) for piece in pieces)
    shuffled = _shuffled(sorted(told, key=lambda piece: piece.key), random)
    ordered = sorted(shuffled, key=lambda piece: _when(piece.date or ""))
    numbers = {piece.key: number for number, piece in enumerate(ordered, 1)}
    exhibits: list[Exhibit] = []
    pictures: dict[str, Picture] = {}
    used: dict[str, int] = {}
    for piece in ordered:
        role = f"{min(piece.persons, default='case')}-{piece.kind}"
        used[role] = used.get(role, 0) + 1
        exhibit = _exhibit(piece, numbers, f"{role}-{used[role]}")
        exhibits.append(exhibit)
        if piece.picture is not None and exhibit.file is not None:
            pictures[exhibit.file] = piece.picture
        pictures.update(zip(exhibit.pages, piece.pages, strict=True))
    return Arranged(exhibits=tuple(exhibits), pictures=pictures, keys=tuple(numbers))


def numbered(
    kind: EntryKind, told: Iterable[tuple[Sequence[Fact], tuple[int, ...]]], random: Random
) -> tuple[Entry, ...]:
    """Entries by their first date, undated ones last, shuffled where that is the same; empty ones are left out.

    ``told`` are the facts of each, and the numbers of the exhibits that tell of it.
    """
    made = (Entry(kind=kind, number=1, facts=tuple(facts), exhibits=sources) for facts, sources in told if facts)
    ordered = sorted(
        _shuffled(made, random), key=lambda one: _when(next((fact.date for fact in one.facts if fact.date), ""))
    )
    return tuple(msgspec.structs.replace(one, number=number) for number, one in enumerate(ordered, 1))


def chronology(exhibits: Iterable[Exhibit], acts: Iterable[Entry] = ()) -> tuple[Moment, ...]:
    """The dates in their order, each with its acts and with its exhibits as the source."""
    told: dict[str, Moment] = {}
    for exhibit in exhibits:
        if exhibit.month is not None:
            held = told.setdefault(exhibit.month, Moment(month=exhibit.month))
            told[exhibit.month] = msgspec.structs.replace(held, exhibits=(*held.exhibits, exhibit.number))
    for act in acts:
        for date in dict.fromkeys(fact.date for fact in act.all("when") if fact.date):
            held = told.setdefault(date, Moment(month=date))
            told[date] = msgspec.structs.replace(held, acts=(*held.acts, act.number))
    return tuple(told[date] for date in sorted(told, key=_when))


def undated(acts: Iterable[Entry]) -> tuple[Entry, ...]:
    """The acts that stand under no date of the chronology."""
    return tuple(act for act in acts if not any(fact.date for fact in act.all("when")))


def count(exhibits: Sequence[Exhibit], acts: Sequence[Entry] = ()) -> Counts:
    """Count what the exhibits and acts are and how many people they concern."""
    kinds = [exhibit.kind for exhibit in exhibits]
    affected = (person for act in acts for fact in act.all("affected") for person in fact.persons)
    return Counts(
        persons=len({*affected, *(person for exhibit in exhibits for person in exhibit.persons)}),
        testimony=kinds.count("testimony"),
        photo=kinds.count("photo"),
        document=kinds.count("document"),
        act=len(acts),
    )


def sound(dossier: Dossier) -> Dossier:
    """The same dossier, proven to keep its own rules and without invisible characters.

    Zero-width and direction marks go: they hide words from readers, and marked copies are told apart by them. Raises
    ``msgspec.ValidationError`` (an error of the caller's code, not of a person) for anything that has no place here.
    """
    proven = msgspec.convert(every_text(msgspec.to_builtins(dossier), visible), Dossier)
    if proven.profile not in WITH_DAYS and any(map(_DAY.search, proven.dates)):
        raise msgspec.ValidationError("a day has no place in a dossier of this profile")
    return proven


def _exhibit(piece: Piece, numbers: Mapping[str, int], token: str) -> Exhibit:
    return Exhibit(
        number=numbers[piece.key],
        token=token,
        kind=piece.kind,
        what=piece.what,
        persons=tuple(sorted(piece.persons)),
        title=piece.title,
        month=piece.date,
        place=piece.place,
        how=piece.how,
        known=piece.known,
        use=piece.use,
        several=piece.several,
        text=piece.text,
        text_alone=piece.text_alone,
        file=f"exhibits/{token}.{EXTENSIONS[piece.picture.media_type]}" if piece.picture else None,
        pages=tuple(
            f"exhibits/{token}-{number}.{EXTENSIONS[page.media_type]}" for number, page in enumerate(piece.pages, 1)
        ),
        sha256=tuple(hashlib.sha256(one.data).hexdigest() for one in (piece.picture, *piece.pages) if one),
        translates=numbers.get(piece.translates or ""),
        translated=piece.translated,
        compared=piece.compared,
        transcribes=numbers.get(piece.transcribes or ""),
        summarises=numbers.get(piece.summarises or ""),
    )


def _when(date: str) -> tuple[bool, tuple[str, str], str]:
    """Sort key: by the date as it is told and no finer; equal keys keep the shuffled order."""
    return (not date, edtf.bounds(date) if date else ("", ""), date)


def _shuffled(items: Iterable[_Item], random: Random) -> list[_Item]:
    return [item for _, item in sorted(((random(16), item) for item in items), key=lambda pair: pair[0])]
