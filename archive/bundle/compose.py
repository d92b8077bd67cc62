"""From records that may leave to what a dossier says: every word passes the matcher, every date is a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from msgspec import Struct, structs

from archive.bundle import content, reasons
from archive.bundle.content import Arranged, Dossier, Exhibit, Picture, Piece, Random, Use
from archive.bundle.entries import Cell, Entry, Passage
from archive.bundle.form import as_written, fields, fill
from archive.bundle.hiding import Hiding
from archive.bundle.table import table
from archive.bundle.telling import Telling, only, tell
from archive.bundle.template import Template
from archive.bundle.visible import visible
from archive.records import vocabulary
from archive.records.gate import Why
from archive.records.kinds import Case, Document, Filed, Testimony


class Leaving(Struct, frozen=True):
    """A record that may leave, with whom it is about, who may be named in it, its text and its covered pictures."""

    record: Filed
    about: tuple[str, ...]
    file_name: str | None
    text: str | None = None
    picture: Picture | None = None
    pages: tuple[Picture, ...] = ()
    use: Use | None = None
    clear: frozenset[str] | None = None


class Composed(Struct, frozen=True):
    """A dossier ready to be rendered, its pictures, and how many words were hidden in it.

    ``apart`` is what is for the named lawyer alone, where the template has such a file.

    ``records`` are the ids behind the exhibits in their order; they stay in the archive.
    """

    dossier: Dossier
    apart: Dossier | None
    pictures: Mapping[str, Picture]
    records: tuple[str, ...]
    redactions: int
    unknown: int  # of these, words that nobody has decided about


class Draws:
    """Randomness that can be drawn again, so that every language of a dossier has the same order."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._drawn: list[bytes] = []
        self._at = 0

    def __call__(self, size: int) -> bytes:
        """``size`` random octets: the next ones of those drawn before, or new ones."""
        if self._at == len(self._drawn):
            self._drawn.append(self._random(size))
        self._at += 1
        return self._drawn[self._at - 1]

    def again(self) -> None:
        """Begin anew with what was drawn first."""
        self._at = 0


def compose(
    template: Template,
    language: str,
    cases: Sequence[Case],
    leaving: Sequence[Leaving],
    telling: Telling,
    withheld: Sequence[Why],
    hiding: Hiding,
    default_title: str,
    profile_name: str,
    random: Random,
    written: Mapping[str, str] | None = None,
) -> Composed:
    """The dossier of ``cases`` (those whose people all agreed) and of the records that leave.

    ``written`` are parts that somebody wrote for it; ``contact`` and who hands a form in are shown as they are.
    """
    said = {name: _said(name, text, language, hiding) for name, text in (written or {}).items() if name != "contact"}
    pieces = [_piece(one, hiding, frozenset(deed.act.id for deed in telling.acts)) for one in leaving]
    arranged = content.arrange(pieces, random, lambda date: hiding.date(date) or "")
    private = frozenset(one.record.id for one in leaving if template.apart and one.record.incriminates != "no")
    exhibits = _exhibits(arranged, frozenset(key for key in arranged.keys if key not in private))
    sources = _sources(telling, leaving, arranged.keys, private)
    told = tell(only(telling, private=False) if template.apart else telling, template.tells, hiding, random, sources)
    dossier = Dossier(
        template=template.kind,
        profile=profile_name,
        language=language,
        salt=_salt(random),
        title=_title(cases, hiding) or Passage(text=default_title, language=language),
        chronology=content.chronology(exhibits, told["acts"]),
        counts=None if "table" in template.sections else content.count(exhibits, told["acts"]),
        exhibits=exhibits,
        withheld=reasons.in_general(withheld),
        contact=(written or {}).get("contact"),
        summary=said.get("summary") or _summary(cases, hiding),
        demands=said.get("demands"),
        unknown=None if template.apart else said.get("unknown"),
        law=said.get("law"),
        terms=said.get("terms"),
        reply=said.get("reply"),
        verified=said.get("verified"),
    )
    counted = _counted(telling, hiding) if "table" in template.sections else ()
    dossier = structs.replace(
        dossier, form=fill(template.form, told, said, template.subject, template.whose), table=counted, **told
    )
    kept = tell(only(telling, private=True), template.apart.tells, hiding, random) if template.apart else {}
    apart = _apart(dossier, _exhibits(arranged, private), said.get("unknown"), kept) if template.apart else None
    return Composed(content.sound(dossier), apart, arranged.pictures, arranged.keys, hiding.count, hiding.unknown)


def _salt(random: Random) -> str:
    """Of 16 octets and up to 255 more: files that say the same are not as long, either."""
    drawn = random(16 + 256)
    return drawn[: 16 + drawn[-1]].hex()


def _sources(
    telling: Telling, leaving: Sequence[Leaving], keys: Sequence[str], private: frozenset[str]
) -> Mapping[str, tuple[int, ...]]:
    """The numbers of the exhibits that tell the same as an act, whichever of the two says so, by the id of the act."""
    numbers = {key: number for number, key in enumerate(keys, 1)}
    said = {one.record.id: frozenset(one.record.also) for one in leaving if one.record.id not in private}
    return {
        deed.act.id: tuple(
            sorted(numbers[ident] for ident, also in said.items() if deed.act.id in also or ident in deed.act.also)
        )
        for deed in telling.acts
    }


def _said(name: str, text: str, language: str, hiding: Hiding) -> Passage | None:
    """What somebody wrote for it; laws, states, offices and places are full of capitals that are no names."""
    if as_written(name):
        return Passage(text=visible(text).strip("\n"), language=language) if text.strip() else None
    asked = fields().get(name)
    return hiding.passage(text, language, office=asked is not None and asked.office, law=name == "law")


def _counted(telling: Telling, hiding: Hiding) -> tuple[Cell, ...]:
    regions = hiding.profile.places != "hidden"
    return table((deed.act for deed in telling.acts), hiding.language, regions=regions)


def _apart(
    dossier: Dossier, exhibits: tuple[Exhibit, ...], unknown: Passage | None, told: Mapping[str, tuple[Entry, ...]]
) -> Dossier:
    """What is for the named lawyer alone, under the same title."""
    bare = Dossier(
        template=dossier.template, profile=dossier.profile, language=dossier.language, title=dossier.title,
        salt=dossier.salt, exhibits=exhibits, unknown=unknown,
    )  # fmt: skip
    return content.sound(structs.replace(bare, **told))


def _exhibits(arranged: Arranged, keys: frozenset[str]) -> tuple[Exhibit, ...]:
    """Those of these records; the numbers stay as they are."""
    return tuple(one for key, one in zip(arranged.keys, arranged.exhibits, strict=True) if key in keys)


def _piece(one: Leaving, hiding: Hiding, acts: frozenset[str]) -> Piece:
    record = one.record
    return Piece(
        key=record.id,
        kind=record.__struct_config__.tag,  # type: ignore[arg-type]  # the tag of a filed kind is one of Kind
        what=_term("documents", record.subtype) if isinstance(record, Document) else None,
        persons=hiding.persons(one.about),
        title=None
        if _is_file_name(record.title, one.file_name)
        else hiding.passage(record.title, record.language, one.clear),
        date=record.date,
        place=place.text if (place := hiding.place(record.place, one.clear)) else None,
        how=record.mode if isinstance(record, Testimony) else None,
        known=_term("knowing", record.known),
        use=one.use,
        several=bool(set(record.also) - acts),
        text=hiding.passage(one.text, record.language, one.clear),
        text_alone=one.text is not None and not one.pages and not record.scrub.media_type.startswith("text/"),
        picture=one.picture,
        pages=one.pages,
        translates=record.translation_of,
        translated=record.translated_by,
        compared=record.checked and record.translation_of is not None,
        transcribes=record.transcript_of,
        summarises=record.summary_of,
    )


def _term(terms: str, code: str | None) -> str | None:
    """A term that everybody has; one of a collective's own would tell whose the dossier is, "another" tells nothing."""
    return code if code in vocabulary.built_in()[terms] and code != "other" else None


def _is_file_name(title: str | None, file_name: str | None) -> bool:
    """Whether the title is only what the file was called: that tells of a camera or a sender, not of the case."""
    return title is None or (file_name is not None and title == PurePath(file_name).stem)


def _title(cases: Sequence[Case], hiding: Hiding) -> Passage | None:
    return hiding.passage(cases[0].title, cases[0].language) if len(cases) == 1 else None


def _summary(cases: Sequence[Case], hiding: Hiding) -> Passage | None:
    told = [case for case in cases if case.summary]
    language = told[0].language if told else None
    return hiding.passage("\n\n".join(case.summary for case in told if case.summary), language)
