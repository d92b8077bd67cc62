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
from archive.scrub.boxes import covering, grid, kept_as, to_cells
from archive.scrub.sheets import MOST_PAGES, Picture, Sheets, Show
from archive.speech import tr
from archive.vault.entry import Draft

NOTHING = "none"
"""What is typed where a page was looked at and nothing more is to be covered."""
_LINKS = ("keep", "add")
_TYPED = re.compile(r"(?P<ref>[^:]+):(?:(?P<page>[1-9][0-9]{0,3}):)?(?P<what>[^:]+)")
_CELL = re.compile(r"[a-z](?=[0-9])")
_ANSWERED = re.compile(r"(?:(?P<page>[1-9][0-9]{0,3}):)?(?P<what>[^:]+)")


class Said(Struct, frozen=True):
    """What somebody said is to be covered on one page: cells of its grid, and faces by their numbers, or ``all``.

    Neither: they looked at it, and there is nothing more.
    """

    ref: str
    page: int
    cells: tuple[str, ...] = ()
    faces: tuple[str, ...] = ()


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
    """Take apart ``REF:B4-C6``, ``REF:2:none``, ``REF:1,2``, ``REF:keep 1 2, add B4-C6``; UsageError says how."""
    told = _TYPED.fullmatch(typed.strip())
    if told is None:
        raise UsageError(_unclear(), tr("REF:B4-C6, or with the page REF:2:B4-C6,D1."))
    return _answer(told["ref"], told["page"], told["what"])


def answered(ref: str, typed: str) -> Said:
    """The same of somebody who looks at record ``ref``: ``keep 1 2, add B4-C6``, of another page ``2: add D1``."""
    told = _ANSWERED.fullmatch(typed.strip())
    if told is None:
        raise UsageError(_unclear(), tr("keep 1 2, add B4-C6, or with the page 2: add D1."))
    return _answer(ref, told["page"], _CELL.sub(lambda cell: cell[0].upper(), told["what"]))


def _answer(ref: str, page: str | None, what: str) -> Said:
    words = [word for word in re.split(r"[\s,;]+", what) if word and word not in _LINKS]
    cells = tuple(word for word in words if not (word.isdecimal() or word in (NOTHING, "all")))
    faces = tuple(word for word in words if word.isdecimal() or word == "all")
    if not words or (NOTHING in words and len(words) > 1):
        raise UsageError(_unclear(), tr("REF:B4-C6, or with the page REF:2:B4-C6,D1."))
    return Said(ref, int(page or 1), cells, faces)


def _unclear() -> str:
    return tr("This does not say which page and what on it.")


def previews(desk: Desk, ref: str, page: int | None) -> Iterator[Shown]:
    """Each page of a record under its grid, or one; what an ``advocacy`` dossier covers anyway is hatched."""
    with _opened(desk, ref) as (paint, sheet):
        hiding = _hiding(desk, sheet.record)
        for number in range(1, sheet.pages + 1) if page is None else (page,):
            _is_there(sheet, number)
            yield _preview(paint, sheet, number, hiding)


def cover(desk: Desk, told: Sequence[Said]) -> tuple[LookedLine, ...]:
    """Keep boxes, and faces that were found by their numbers, with their records; what was kept before stays.

    Every page named counts as looked at by a person.
    """
    lines = []
    for one in told:
        with _opened(desk, one.ref) as (paint, sheet):
            _is_there(sheet, one.page)
            cells = (*_of_faces(paint, sheet, one), *_of_boxes(paint, sheet, one))
        lines.append(_keep(desk, sheet.record, one.page, cells))
    return tuple(lines)


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
    cells, over = tuple(to_cells(box, seen.size) for box in faces), grid(seen.size)
    line = PageLine(
        page=number, columns=over.columns, rows=over.rows, covered=len(hide), boxes=own, faces=cells
    )  # fmt: skip
    return Shown(picture, line)


def _of_boxes(paint: Sheets, sheet: _Sheet, one: Said) -> tuple[str, ...]:
    if not one.cells:
        return ()
    size = paint.read(sheet.data, sheet.kind, one.page - 1, ()).size
    cells = tuple(kept for typed in one.cells if (kept := kept_as(typed, size)) is not None)
    if len(cells) < len(one.cells):
        raise UsageError(
            tr("There are no such cells on this page: A1 to {last}.", last=grid(size).last),
            tr("See them: archive open REF --grid"),
        )
    return cells


def _of_faces(paint: Sheets, sheet: _Sheet, one: Said) -> tuple[str, ...]:
    """The cells of the faces with these numbers."""
    if not one.faces:
        return ()
    found = paint.find(sheet.data, sheet.kind)
    if not found.able:
        raise MissingToolError(
            tr("Faces cannot be looked for here."),
            tr("Install case-archive[faces], or say where they are: --box REF:B4-C6"),
        )
    every = {str(number): to_cells(box, found.size) for number, box in enumerate(found.boxes, 1)}
    wanted = tuple(every) if "all" in one.faces else one.faces
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
