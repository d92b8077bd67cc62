"""From records that may leave to what a dossier says: every word passes the matcher, every date is a month."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import PurePath

from msgspec import Struct

from archive.bundle import content
from archive.bundle.content import Dossier, Passage, Picture, Piece, Use
from archive.bundle.template import Template
from archive.language.regions import region_of
from archive.records import edtf
from archive.records.gate import Why
from archive.records.kinds import Case, Filed, Testimony
from archive.redact.layers import find
from archive.redact.matcher import Matcher
from archive.redact.profile import Profile
from archive.redact.text import redact

Random = Callable[[int], bytes]


class Leaving(Struct, frozen=True):
    """A record that may leave, with whom it is about and what it holds: a text or a clean picture."""

    record: Filed
    about: tuple[str, ...]
    file_name: str | None
    text: str | None = None
    picture: bytes | None = None
    use: Use | None = None


class Composed(Struct, frozen=True):
    """A dossier ready to be rendered, its pictures, and how many words were hidden in it.

    ``records`` are the ids behind the exhibits in their order; they stay in the archive.
    """

    dossier: Dossier
    pictures: Mapping[str, Picture]
    records: tuple[str, ...]
    redactions: int
    unknown: int  # of these, words that nobody has decided about


class Hiding:
    """Hides people and numbers in every passage, and counts what it hid.

    Every other capitalised word inside a sentence goes too, as it may be the name of somebody whom the archive does not
    know, unless a person has looked at it: ``cleared`` are the keys of such words.
    """

    def __init__(
        self,
        matcher: Matcher,
        profile: Profile,
        pseudonyms: Mapping[str, str],
        cleared: Collection[str],
        language: str = "en",
        clear: frozenset[str] = frozenset(),
    ) -> None:
        self._matcher = matcher
        self._cleared = cleared
        self._profile = profile
        self._pseudonyms = pseudonyms
        self._language = language  # of the dossier: what regions are called in it
        self._clear = clear  # ids of those whose names stand in clear
        self.count = 0
        self.unknown = 0

    def passage(self, text: str | None, language: str | None) -> Passage | None:
        """``text`` without names and numbers; None where there is no text."""
        text = content.visible(text or "")
        if not text.strip():
            return None
        spans = find(text, self._matcher, self._cleared)
        self.unknown += sum(span.layer == "capital" for span in spans)
        hidden = redact(text, spans, self._pseudonyms, self._profile, self._language, self._clear)
        self.count += hidden.count
        return Passage(text=hidden.text, language=language)

    def region(self, place: str | None) -> str | None:
        """The region of a record's place; None where the profile hides it, or it is not known."""
        shown = self._profile.action("place") == "generalise"
        return region_of(place, self._language) if shown and place else None

    def persons(self, ids: Sequence[str]) -> tuple[str, ...]:
        """The pseudonyms of persons."""
        return tuple(self._pseudonyms[person] for person in ids if person in self._pseudonyms)


def compose(
    template: Template,
    language: str,
    cases: Sequence[Case],
    leaving: Sequence[Leaving],
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
    arranged = content.arrange([_piece(one, hiding) for one in leaving], random)
    dossier = Dossier(
        template=template.kind,
        profile=profile_name,
        language=language,
        title=_title(cases, hiding) or Passage(text=default_title, language=language),
        chronology=content.chronology(arranged.exhibits),
        counts=content.count(arranged.exhibits),
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
    return Composed(content.sound(dossier), arranged.pictures, arranged.keys, hiding.count, hiding.unknown)


def _piece(one: Leaving, hiding: Hiding) -> Piece:
    record = one.record
    return Piece(
        key=record.id,
        kind=record.__struct_config__.tag,  # type: ignore[arg-type]  # the tag of a filed kind is one of Kind
        persons=hiding.persons(one.about),
        title=None if _is_file_name(record.title, one.file_name) else hiding.passage(record.title, record.language),
        date=edtf.to_month(record.date) if record.date else None,
        place=hiding.region(record.place),
        how=record.mode if isinstance(record, Testimony) else None,
        use=one.use,
        several=bool(record.also),
        text=hiding.passage(one.text, record.language),
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
