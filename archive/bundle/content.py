"""What goes into a dossier: frozen structs that hold redacted derivatives only, and the way from pieces to exhibits.

Nothing here has a place for a record id, a reference of the archive, a device, a digest of an original, a capture
fact or, but for lawyers and the UN, a date finer than a month; ``sound`` proves it for a finished ``Dossier`` before
anything is rendered. The order of exhibits and the numbers of persons come from ``random``, so that neither tells in
which order things were added.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from archive.bundle.entries import DESIGNATION, ENTRIES, Answer, Cell, Entry, Fact, Month, Passage, Pseudonym, Words
from archive.bundle.facts import EntryKind
from archive.records import edtf
from archive.records.gate import Why
from archive.records.kinds import Language

Random = Callable[[int], bytes]
Kind = Literal["testimony", "photo", "document"]
Use = Literal["background", "quotable"]
How = Literal["in-person", "call", "written", "voice-message"]
Withholding = Literal["consent", "safety", "confidential", "face", "kind"]
Token = Annotated[str, Meta(pattern=rf"^({DESIGNATION}|case)-(testimony|photo|document)-\d{{1,5}}$")]
Salt = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
File = Annotated[str, Meta(pattern=r"^exhibits/[A-Za-z0-9-]+\.(jpg|png|webp|gif|tif)$")]
_Item = TypeVar("_Item")

EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif", "image/tiff": "tif"}
"""The kinds of picture that may lie in a dossier, and how their file names end."""

IN_GENERAL: Mapping[Why, Withholding] = {
    "nobody-named": "consent",
    "unnamed": "consent",
    "not-asked": "consent",
    "withdrawn": "consent",
    "expired": "consent",
    "risks-not-explained": "consent",
    "not-free-to-refuse": "consent",
    "other-recipient": "consent",
    "other-case": "consent",
    "not-theirs": "consent",
    "held": "safety",
    "grave": "safety",
    "incriminates": "confidential",
    "sealed": "confidential",
    "face": "face",
    "not-redactable": "kind",
    "unchecked-text": "kind",
    "recording": "kind",
    "not-cleaned": "kind",
    "unreadable": "kind",
    "no-reader": "kind",
}
"""What readers are told of a reason of the gate: that somebody withdrew, or is in danger, would itself be news."""

APART = "lawyer-only"
"""How the names of the files begin that are for the named lawyer alone."""

WITH_DAYS = frozenset({"legal", "un"})
"""The profiles whose readers are told the day."""

_FEW, _MANY, _FEW_PEOPLE = (2_100, 10_000), (100_000, 1_000_000), 1_000  # designations, and up to how many people
_DAY = re.compile(r"\d{4}-[0-9X]{2}-[0-9X]{2}")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


class Picture(Struct, frozen=True, kw_only=True):
    """A clean picture; ``media_type`` is one of ``EXTENSIONS``."""

    media_type: str
    data: bytes


class Piece(Struct, frozen=True, kw_only=True):
    """One derivative on its way in. ``key`` and ``translates`` (another piece's key) are forgotten by ``arrange``."""

    key: str
    kind: Kind
    persons: tuple[Pseudonym, ...] = ()
    title: Passage | None = None
    date: str | None = None
    place: Words | None = None
    how: How | None = None
    use: Use | None = None
    several: bool = False
    text: Passage | None = None
    text_alone: bool = False
    picture: Picture | None = None
    pages: tuple[Picture, ...] = ()
    translates: str | None = None


class Exhibit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One numbered exhibit as readers see it; ``file`` and ``pages`` are paths beside ``dossier.html``.

    ``text_alone``: the text of a file that shows more than text, and that is not in the dossier itself.
    """

    number: int
    token: Token
    kind: Kind
    persons: tuple[Pseudonym, ...] = ()
    title: Passage | None = None
    month: Month | None = None
    place: Annotated[Words | None, Meta(description="the region and no finer")] = None
    how: How | None = None
    use: Annotated[Use | None, Meta(description="whether it may be printed; absent: as anybody likes")] = None
    several: Annotated[bool, Meta(description="others tell the same")] = False
    text: Passage | None = None
    text_alone: bool = False
    file: File | None = None
    pages: Annotated[tuple[File, ...], Meta(description="its pages as pictures; what is black was covered")] = ()
    translates: int | None = None

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
    salt: Annotated[Salt | None, Meta(description="random; no two dossiers share the bytes of a file")] = None
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
        """What lists and papers of this dossier carry, so that those of no two are the same; it tells nothing else."""
        return self.salt[:12] if self.salt else None

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


def numbered(kind: EntryKind, told: Iterable[Sequence[Fact]], random: Random) -> tuple[Entry, ...]:
    """Entries by their first date, undated ones last, shuffled where that is the same; empty ones are left out."""
    shuffled = _shuffled((tuple(facts) for facts in told if facts), random)
    ordered = sorted(shuffled, key=lambda facts: _when(next((fact.date for fact in facts if fact.date), "")))
    return tuple(Entry(kind=kind, number=number, facts=facts) for number, facts in enumerate(ordered, 1))


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


def in_general(reasons: Iterable[Why]) -> tuple[Withholding, ...]:
    """The reasons of the gate in the general words readers get, each once, always in the same order."""
    return tuple(dict.fromkeys(general for why, general in IN_GENERAL.items() if why in set(reasons)))


def sound(dossier: Dossier) -> Dossier:
    """The same dossier, proven to keep its own rules and without invisible characters.

    Zero-width and direction marks go: they hide words from readers, and marked copies are told apart by them. Raises
    ``msgspec.ValidationError`` (an error of the caller's code, not of a person) for anything that has no place here.
    """
    proven = msgspec.convert(_each_visible(msgspec.to_builtins(dossier)), Dossier)
    if proven.profile not in WITH_DAYS and any(map(_DAY.search, proven.dates)):
        raise msgspec.ValidationError("a day has no place in a dossier of this profile")
    return proven


def _exhibit(piece: Piece, numbers: Mapping[str, int], token: str) -> Exhibit:
    return Exhibit(
        number=numbers[piece.key],
        token=token,
        kind=piece.kind,
        persons=tuple(sorted(piece.persons)),
        title=piece.title,
        month=piece.date,
        place=piece.place,
        how=piece.how,
        use=piece.use,
        several=piece.several,
        text=piece.text,
        text_alone=piece.text_alone,
        file=f"exhibits/{token}.{EXTENSIONS[piece.picture.media_type]}" if piece.picture else None,
        pages=tuple(
            f"exhibits/{token}-{number}.{EXTENSIONS[page.media_type]}" for number, page in enumerate(piece.pages, 1)
        ),
        translates=numbers.get(piece.translates or ""),
    )


def _when(date: str) -> tuple[bool, tuple[str, str], str]:
    """Sort key: by the date as it is told and no finer; equal keys keep the shuffled order."""
    return (not date, edtf.bounds(date) if date else ("", ""), date)


def _shuffled(items: Iterable[_Item], random: Random) -> list[_Item]:
    return [item for _, item in sorted(((random(16), item) for item in items), key=lambda pair: pair[0])]


def visible(text: str) -> str:
    """``text`` as a dossier may show it; to be asked for before names are looked for, as what goes may part a name."""
    return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad\n", "-\n"))


def _each_visible(value: object) -> object:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {key: _each_visible(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_each_visible(held) for held in value]
    return value
