"""From records that may leave to what a dossier says: every word passes the matcher, every date is a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from msgspec import Struct, structs

from archive.bundle import content
from archive.bundle.content import Dossier, Picture, Piece, Random, Use
from archive.bundle.entries import Passage
from archive.bundle.hiding import Hiding
from archive.bundle.telling import Telling, tell
from archive.bundle.template import Template
from archive.records.gate import Why
from archive.records.kinds import Case, Filed, Testimony


class Leaving(Struct, frozen=True):
    """A record that may leave, with whom it is about, who may be named in it, and its text or clean picture."""

    record: Filed
    about: tuple[str, ...]
    file_name: str | None
    text: str | None = None
    picture: bytes | None = None
    use: Use | None = None
    clear: frozenset[str] | None = None


class Composed(Struct, frozen=True):
    """A dossier ready to be rendered, its pictures, and how many words were hidden in it.

    ``records`` are the ids behind the exhibits in their order; they stay in the archive.
    """

    dossier: Dossier
    pictures: Mapping[str, Picture]
    records: tuple[str, ...]
    redactions: int
    unknown: int  # of these, words that nobody has decided about


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

    ``written`` are parts that somebody wrote for it (``content.WRITTEN``, and ``contact``, which is shown as it is).
    """
    said = {name: hiding.passage(text, language) for name, text in (written or {}).items() if name != "contact"}
    arranged = content.arrange([_piece(one, hiding) for one in leaving], random, lambda date: hiding.date(date) or "")
    told = tell(telling, template.tells, hiding, random)
    dossier = Dossier(
        template=template.kind,
        profile=profile_name,
        language=language,
        title=_title(cases, hiding) or Passage(text=default_title, language=language),
        chronology=content.chronology(arranged.exhibits, told["acts"]),
        counts=content.count(arranged.exhibits, told["acts"]),
        exhibits=arranged.exhibits,
        withheld=content.in_general(withheld),
        contact=(written or {}).get("contact"),
        summary=said.get("summary") or _summary(cases, hiding),
        demands=said.get("demands"),
        unknown=said.get("unknown"),
        law=said.get("law"),
        terms=said.get("terms"),
        reply=said.get("reply"),
        verified=said.get("verified"),
    )
    dossier = structs.replace(dossier, **told)
    return Composed(content.sound(dossier), arranged.pictures, arranged.keys, hiding.count, hiding.unknown)


def _piece(one: Leaving, hiding: Hiding) -> Piece:
    record = one.record
    return Piece(
        key=record.id,
        kind=record.__struct_config__.tag,  # type: ignore[arg-type]  # the tag of a filed kind is one of Kind
        persons=hiding.persons(one.about),
        title=None
        if _is_file_name(record.title, one.file_name)
        else hiding.passage(record.title, record.language, one.clear),
        date=record.date,
        place=place.text if (place := hiding.place(record.place, one.clear)) else None,
        how=record.mode if isinstance(record, Testimony) else None,
        use=one.use,
        several=bool(record.also),
        text=hiding.passage(one.text, record.language, one.clear),
        text_alone=one.text is not None and not record.scrub.media_type.startswith("text/"),
        picture=Picture(media_type=record.scrub.media_type, data=one.picture) if one.picture is not None else None,
        translates=record.translation_of,
    )


def _is_file_name(title: str | None, file_name: str | None) -> bool:
    """Whether the title is only what the file was called: that tells of a camera or a sender, not of the case."""
    return title is None or (file_name is not None and title == PurePath(file_name).stem)


def _title(cases: Sequence[Case], hiding: Hiding) -> Passage | None:
    return hiding.passage(cases[0].title, cases[0].language) if len(cases) == 1 else None


def _summary(cases: Sequence[Case], hiding: Hiding) -> Passage | None:
    told = [case for case in cases if case.summary]
    language = told[0].language if told else None
    return hiding.passage("\n\n".join(case.summary for case in told if case.summary), language)
