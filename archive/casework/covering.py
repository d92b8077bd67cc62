"""What a person has covered on pages and photographs: previews under a grid, and boxes kept with the record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from msgspec import Struct, structs

from archive.bundle.hiding import Finder, Hiding
from archive.bundle.pages import boxes_of, own_boxes
from archive.casework import reviewing
from archive.desk import Desk
from archive.errors import MissingToolError, NotFoundError, UncleanError, UsageError
from archive.records import gate, kinds
from archive.records.answers_pictures import LookedLine, PageLine
from archive.records.kinds import Filed, Looked, Photo
from archive.redact.matcher import Matcher
from archive.redact.profile import shipped
from archive.scrub import sheets
from archive.scrub.boxes import covering, of_cells, rows, to_cells
from archive.scrub.sheets import MOST_PAGES, Picture, Sheets, Show
from archive.speech import tr
from archive.vault.entry import Draft

NOTHING = "none"
"""What is typed where a page was looked at and nothing more is to be covered."""
_TYPED = re.compile(r"(?P<ref>[^:]+):(?:(?P<page>[1-9][0-9]{0,3}):)?(?P<what>[^:]+)")


class Said(Struct, frozen=True):
    """What somebody typed of one page: ``REF:B4-C6``, ``REF:2:none``, ``REF:1,2``; ``what`` are its parts."""

    ref: str
    page: int
    what: tuple[str, ...]


class Shown(Struct, frozen=True):
    """A preview and what there is to say of it."""

    picture: Picture
    line: PageLine


class _Sheet(Struct, frozen=True):
    record: Filed
    data: bytes
    pages: int
    languages: tuple[str, ...]

    @property
    def kind(self) -> str:
        return self.record.scrub.media_type


def said(typed: str) -> Said:
    """Take apart what was typed; UsageError says how it is typed."""
    told = _TYPED.fullmatch(typed.strip())
    if told is None:
        raise UsageError(
            tr("This does not say which page and what on it."), tr("REF:B4-C6, or with the page REF:2:B4-C6,D1.")
        )
    return Said(told["ref"], int(told["page"] or 1), tuple(one.strip() for one in told["what"].split(",")))


def previews(desk: Desk, ref: str, page: int | None) -> Iterator[Shown]:
    """Each page of a record under its grid, or one; what an ``advocacy`` dossier covers anyway is hatched."""
    with _opened(desk, ref) as (paint, sheet):
        hiding = _hiding(desk, sheet.record)
        for number in range(1, sheet.pages + 1) if page is None else (page,):
            _is_there(sheet, number)
            yield _preview(paint, sheet, number, hiding)


def cover(desk: Desk, boxes: Sequence[Said], faces: Sequence[Said]) -> tuple[LookedLine, ...]:
    """Keep boxes, and faces that were found by their numbers, with their records; what was kept before stays.

    Every page named counts as looked at by a person.
    """
    told = []
    for one, numbered in (*((box, False) for box in boxes), *((face, True) for face in faces)):
        with _opened(desk, one.ref) as (paint, sheet):
            _is_there(sheet, one.page)
            cells = _of_faces(paint, sheet, one) if numbered else _of_boxes(paint, sheet, one)
        told.append(_keep(desk, sheet.record, one.page, cells))
    return tuple(told)


@contextmanager
def _opened(desk: Desk, ref: str) -> Iterator[tuple[Sheets, _Sheet]]:
    """A record whose file has pages or is a photograph, and who draws it."""
    ident = desk.resolve(ref, "testimony", "photo", "document")
    stored = desk.index.get(ident)
    record = stored.record if stored is not None else None
    if stored is None or not isinstance(record, Filed) or not record.scrub.cleaned:
        raise NotFoundError(tr("This record has no clean file to look at."), tr("See: archive show REF"))
    if not (gate.leaves_as_pages(record) or gate.leaves_as_picture(record)):
        raise UsageError(tr("There is no page and no picture in this record."), tr("Its text: archive redact REF"))
    clean = next(one for one in stored.attachments if one.role == "clean")
    data = b"".join(desk.journals[stored.collective].open_object(clean))
    with Sheets() as paint:
        try:
            counted = paint.count(data, record.scrub.media_type)
        except UncleanError:
            raise NotFoundError(tr("This file cannot be drawn."), tr("Take a photo of it, and add that.")) from None
        pages = 1 if gate.leaves_as_picture(record) else min(counted.pages, MOST_PAGES)
        languages = sheets.languages(counted.installed) if sheets.can_read(counted.installed) else ()
        yield paint, _Sheet(record, data, pages, languages)


def _is_there(sheet: _Sheet, page: int) -> None:
    if page > sheet.pages:
        raise NotFoundError(
            tr("There is no page {page}: it has {pages}.", page=page, pages=sheet.pages), tr("REF:PAGE:B4-C6")
        )


def _hiding(desk: Desk, record: Filed) -> Hiding:
    truth = desk.truth()
    known = reviewing.cleared(truth, frozenset({record.case}) if record.case else frozenset())
    return Hiding(Finder(Matcher(truth.identities(), truth.masks(), wide=True), known), shipped("advocacy"), {})


def _preview(paint: Sheets, sheet: _Sheet, number: int, hiding: Hiding) -> Shown:
    is_photo = isinstance(sheet.record, Photo)
    seen = paint.read(sheet.data, sheet.kind, number - 1, () if is_photo else sheet.languages)
    own = next((page.boxes for page in sheet.record.looked if page.page == number), ())
    hits = () if is_photo else boxes_of(seen, lambda text: hiding.to_cover(text, None, capitals=True))
    hide = covering((*hits, *own_boxes(own, seen.size)), seen.size)
    faces = paint.find(sheet.data, sheet.kind).boxes if is_photo else ()
    picture = paint.show(sheet.data, Show(sheet.kind, number - 1, hide, faces))
    cells = tuple(to_cells(box, seen.size) for box in faces)
    return Shown(picture, PageLine(page=number, rows=rows(seen.size), covered=len(hide), boxes=own, faces=cells))


def _of_boxes(paint: Sheets, sheet: _Sheet, one: Said) -> tuple[str, ...]:
    if one.what == (NOTHING,):
        return ()
    size = paint.read(sheet.data, sheet.kind, one.page - 1, ()).size
    for cells in one.what:
        if of_cells(cells, size) is None:
            raise UsageError(
                tr("There are no such cells on this page: A1 to Z{rows}.", rows=rows(size)),
                tr("See them: archive open REF --grid"),
            )
    return one.what


def _of_faces(paint: Sheets, sheet: _Sheet, one: Said) -> tuple[str, ...]:
    """The cells of the faces with these numbers."""
    found = paint.find(sheet.data, sheet.kind)
    if not found.able and one.what != (NOTHING,):
        raise MissingToolError(
            tr("Faces cannot be looked for here."),
            tr("Install case-archive[faces], or say where they are: --box REF:B4-C6"),
        )
    every = {str(number): to_cells(box, found.size) for number, box in enumerate(found.boxes, 1)}
    wanted = () if one.what == (NOTHING,) else tuple(every) if one.what == ("all",) else one.what
    if not set(wanted) <= every.keys():
        raise UsageError(
            tr("There is no face of this number: {count} were found.", count=len(every)),
            tr("See them: archive open REF --grid"),
        )
    return tuple(every[number] for number in wanted)


def _keep(desk: Desk, record: Filed, page: int, cells: tuple[str, ...]) -> LookedLine:
    """Put boxes to those that a page has, in every state of the record; a photograph is to be covered from now on."""
    kept: tuple[str, ...] = ()
    drafts = []
    for tip in desk.index.tips(record.id, desk.collective):
        state = tip.entry.record
        if not isinstance(state, kinds.Filed):
            continue
        before = next((one.boxes for one in state.looked if one.page == page), ())
        kept = tuple(dict.fromkeys((*before, *cells)))
        others = (one for one in state.looked if one.page != page)
        looked = tuple(sorted((*others, Looked(page=page, boxes=kept)), key=lambda one: one.page))
        new = structs.replace(state, looked=looked, modified=desk.minute())
        if isinstance(new, Photo) and new.faces in ("unreviewed", "to-cover"):
            new = structs.replace(new, faces="to-cover" if kept else "none")
        drafts.append(Draft(new, (tip.entry.hash,), tip.entry.attachments, tip.entry.line))
    desk.save(*drafts)
    return LookedLine(ref=desk.index.ref(record.id), page=page, boxes=kept)
