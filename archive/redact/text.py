"""Replace what was found: whole words, by shapes that never tell the length of what stood there."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from archive.language.regions import region_of
from archive.language.words import HIDDEN
from archive.redact.dates import generalised
from archive.redact.in_place import WORDLESS, bracketed
from archive.redact.profile import Action, Profile
from archive.redact.span import Span

_WORD = re.compile(rf"[\w{HIDDEN}]+")
_BETWEEN = re.compile(r"[ \t\u00a0\u202f]{0,3}[,.-]?[ \t\u00a0\u202f]{0,3}\n?[ \t]{0,3}")
_OF_SEVERAL_WORDS = ("place", "address", *WORDLESS)
_USUAL: dict[str, Action] = {"name": "pseudonym", "date": "generalise"}


class Redacted(Struct, frozen=True):
    """The text to show and how many replacements were made in it."""

    text: str
    count: int


class _Piece(NamedTuple):
    """One stretch to be replaced: the span that decides how, and who it may be (none: no name)."""

    start: int
    end: int
    lead: Span
    people: frozenset[str]


def redact(
    text: str,
    spans: Iterable[Span],
    pseudonyms: Mapping[str, str],
    profile: Profile | None = None,
    language: str = "en",
    clear: frozenset[str] = frozenset(),
) -> Redacted:
    """Replace ``spans``: people by ``pseudonyms`` (person id to pseudonym), the rest by category.

    Without a profile names become pseudonyms, dates the month, and all else is masked; with one, its actions decide.
    A place that is made coarser becomes its region, in brackets, or is masked. Regions, and the kinds that stand in the
    place of what is masked, are called as in ``language``.
    Spans that overlap are one; the names of one person in a row become one pseudonym; a name that may be several
    people's is masked. The names and places of those in ``clear`` stay as they are, and how they are reached
    if the profile shows it.
    """

    def action(category: str) -> Action:
        return profile.action(category) if profile else _USUAL.get(category, "mask")

    shown = [span for span in spans if action(span.category) != "keep" and span.start < span.end]
    open_ones = set(stretches_in_clear(text, shown, clear, profile.reach if profile else frozenset()))
    pieces = [piece for piece in _pieces(text, shown) if piece[:2] not in open_ones]
    out, at = [], 0
    for piece in pieces:
        out += [text[at : piece.start], _replacement(text, piece, pseudonyms, action(piece.lead.category), language)]
        at = piece.end
    return Redacted("".join([*out, text[at:]]), len(pieces))


def stretches(
    text: str, spans: Iterable[Span], profile: Profile, clear: frozenset[str] = frozenset()
) -> list[tuple[int, int]]:
    """Start and end of what ``redact`` would replace in ``text``: for what can only be covered, as on a drawn page."""
    shown = [span for span in spans if profile.action(span.category) != "keep" and span.start < span.end]
    open_ones = set(stretches_in_clear(text, shown, clear, profile.reach))
    return [piece[:2] for piece in _pieces(text, shown) if piece[:2] not in open_ones]


def stretches_in_clear(
    text: str, spans: Sequence[Span], clear: frozenset[str], reach: frozenset[str]
) -> list[tuple[int, int]]:
    """Start and end of whatever in ``text`` is of nobody but those in ``clear``: a name that may be others' is not.

    ``reach`` are categories that are in clear of nobody (``Profile.reach``).
    """
    if not clear:
        return []
    known = [span for span in spans if span.person is not None]
    pieces = (piece for piece in _pieces(text, spans) if piece.lead.category not in reach)
    return [(piece.start, piece.end) for piece in pieces if _is_in_clear(piece, known, clear)]


def _is_in_clear(piece: _Piece, known: Sequence[Span], clear: frozenset[str]) -> bool:
    if piece.lead.category == "name":
        return bool(piece.people) and piece.people <= clear
    inside = {span.person for span in known if span.start < piece.end and span.end > piece.start}
    return piece.lead.person in clear and inside <= clear


def _pieces(text: str, spans: Sequence[Span]) -> list[_Piece]:
    return _joined(text, _merged(_whole_words(text, spans)))


def _whole_words(text: str, spans: Sequence[Span]) -> Iterator[_Piece]:
    """The spans widened to the words they touch."""
    words = [match.span() for match in _WORD.finditer(text)]
    starts = [start for start, _ in words]
    for span in spans:
        start, end = max(0, span.start), min(len(text), span.end)
        first, last = bisect_right(starts, start) - 1, bisect_left(starts, end) - 1
        if first >= 0 and words[first][1] > start:
            start = words[first][0]
        if last >= 0 and words[last][1] > end:
            end = words[last][1]
        people = (span.person,) if span.person and span.category == "name" else ()
        yield _Piece(start, end, span, frozenset(people))


def _merged(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Overlapping pieces united."""
    merged: list[_Piece] = []
    for piece in sorted(pieces, key=lambda p: (p.start, p.end)):
        if merged and piece.start < merged[-1].end:
            last = merged[-1]
            people = last.people | piece.people
            merged[-1] = _Piece(last.start, max(last.end, piece.end), _leading(last.lead, piece.lead), people)
        else:
            merged.append(piece)
    return merged


def _joined(text: str, pieces: Sequence[_Piece]) -> list[_Piece]:
    """Names of one person in a row as one piece, and words of a place, an address or a mask: their number tells too.

    What may be several people is settled by the name beside it.
    """
    joined: list[_Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last and _are_one(last, piece) and _BETWEEN.fullmatch(text[last.end : piece.start]):
            joined[-1] = _Piece(last.start, piece.end, last.lead, last.people & piece.people)
        else:
            joined.append(piece)
    return joined


def _are_one(last: _Piece, piece: _Piece) -> bool:
    if last.lead.category != piece.lead.category:
        return False
    return bool(last.people & piece.people) if last.lead.category == "name" else last.lead.category in _OF_SEVERAL_WORDS


def _leading(*spans: Span) -> Span:
    """The span that decides: the longest, of those what is known of a person, and of that their name.

    A surname is the beginning of many an address; where it stands alone it is the name.
    """
    vague = ("number", "mask")
    return max(
        spans,
        key=lambda span: (
            span.end - span.start, span.layer == "identity", span.category == "name", span.category not in vague,
        ),
    )  # fmt: skip


def _replacement(text: str, piece: _Piece, pseudonyms: Mapping[str, str], action: Action, language: str) -> str:
    """What stands in the place of a piece."""
    span = piece.lead
    if action == "drop":
        return ""
    if action == "generalise" and span.layer == "date" and (month := generalised(text[piece.start : piece.end])):
        return month
    if (
        action == "generalise"
        and span.category == "place"
        and (region := region_of(text[piece.start : piece.end], language))
    ):
        return f"[{region}]"
    if action == "pseudonym" and len(piece.people) == 1:
        (person,) = piece.people
        return pseudonyms.get(person) or bracketed("name", language)
    return bracketed(span.category, language)
