"""What runs inside the sandbox of sheets: draw a page, tell its words, paint over what is hidden, save it anew."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from itertools import zip_longest

import msgspec
from PIL import Image, ImageChops, ImageOps

from archive.scrub import faces, pdf_sheet, sheet_marks, tesseract
from archive.scrub.boxes import Box
from archive.scrub.picture import fitted, format_of, of_eight_bits, opened
from archive.scrub.sheets import LONGEST, Count, Counted, Faces, Find, Paint, Picture, Read, Request, Sheet, Show, Word

QUALITY = 80
_PDF = "application/pdf"
_WORD, _COLUMNS = "5", 12
_GREYS = 16
_STEPS = bytes(octet % 3 for octet in range(256))
_TILE = 64  # pixels


def handle(request: bytes, data: bytes) -> bytes:
    """Answer a ``Request`` about one file; the sandbox calls this in a process of its own."""
    return msgspec.msgpack.encode(_answer(msgspec.msgpack.decode(request, type=Request), data))


def _answer(ask: Request, data: bytes) -> Counted | Sheet | Picture | Faces:
    if isinstance(ask, Count):
        return Counted(_pages(data, ask.media_type), tesseract.installed(), faces.able())
    if isinstance(ask, Read):
        return read(data, ask)
    if isinstance(ask, Show):
        return _show(data, ask)
    if isinstance(ask, Find):
        sheet = _drawn(data, ask.media_type, 0)
        return Faces(sheet.size, faces.found(sheet), faces.able())
    return paint(data, ask)


def _pages(data: bytes, media_type: str) -> int:
    if media_type == _PDF:
        return pdf_sheet.count(data)
    if media_type != "image/tiff":
        return 1
    with opened(data, "TIFF") as image:
        return int(getattr(image, "n_frames", 1))


def _drawn(data: bytes, media_type: str, page: int, *, colour: bool = False) -> Image.Image:
    """The sheet: grey, unless it is a photograph."""
    if media_type == _PDF:
        return pdf_sheet.drawn(data, page)
    with opened(data, format_of(media_type)) as image:
        image.seek(page)
        upright = of_eight_bits(ImageOps.exif_transpose(image))
        if upright.mode in ("P", "PA", "LA", "RGBA") or "transparency" in upright.info:
            seen = upright.convert("RGBA")
            upright = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
        sheet = upright.convert("RGB" if colour else "L")
    return fitted(sheet, LONGEST)


def read(data: bytes, ask: Read) -> Sheet:
    """The words of a page: its text layer's, if all of it is seen, else those that a machine makes out."""
    sheet = _drawn(data, ask.media_type, ask.page)
    if ask.media_type == _PDF and (words := pdf_sheet.words(data, ask.page, sheet.size)):
        return Sheet(sheet.size, words, machine=False)
    return Sheet(sheet.size, tuple(_made_out(sheet, ask.languages)) if ask.languages else ())


def _made_out(sheet: Image.Image, languages: tuple[str, ...]) -> Iterator[Word]:
    table = [row.split("\t", _COLUMNS - 1) for row in tesseract.table(sheet, languages).splitlines()]
    rows = [row for row in table if len(row) == _COLUMNS and row[0] == _WORD and row[11].strip()]
    for row, after in zip_longest(rows, rows[1:]):
        left, upper, wide, high = map(int, row[6:10])
        end = "" if after is None else " " if row[:5] == after[:5] else "\n" if row[:4] == after[:4] else "\n\n"
        box = (max(0, left), max(0, upper), min(sheet.width, left + wide), min(sheet.height, upper + high))
        yield Word(row[11].strip(), box, max(0, min(100, round(float(row[10])))), end)  # type: ignore[arg-type]


def paint(data: bytes, ask: Paint) -> Picture:
    """The sheet with every box filled, and what nobody could read, saved anew from its pixels alone."""
    sheet = _drawn(data, ask.media_type, ask.page, colour=ask.colour)
    unread: tuple[Box, ...] = ()
    if ask.known is not None:
        marks = sheet_marks.Marks(sheet.convert("L"))
        unread, sheet = marks.unread(ask.known, ask.hide), marks.distinct(ask.known)
    sheet_marks.cover(sheet, (*ask.hide, *unread))
    covered = sum((box[2] - box[0]) * (box[3] - box[1]) for box in unread)
    return _saved(sheet, covered * 1000 // (sheet.width * sheet.height), ask)


def _show(data: bytes, ask: Show) -> Picture:
    sheet = _drawn(data, ask.media_type, ask.page, colour=True).convert("RGB")
    return _saved(sheet_marks.gridded(sheet, ask.hide, ask.faces), 0, ask)


def _saved(sheet: Image.Image, unread: int, ask: Paint | Show) -> Picture:
    """As PNG of a few greys where that is smaller, as drawn text is; else as JPEG."""
    fresh = Image.new(sheet.mode, sheet.size)
    fresh.paste(sheet)  # dots alone: an image brings along what its file said of it
    chance = hashlib.blake2b(ask.chance + bytes((ask.page % 256,))).digest() if isinstance(ask, Paint) else b""
    jpeg = io.BytesIO()
    _stirred(fresh, chance).save(jpeg, "JPEG", quality=QUALITY)
    if fresh.mode == "L":
        png = io.BytesIO()
        _dotted(fresh.point(_greys(chance)), chance).save(png, "PNG", optimize=True)
        if png.tell() < jpeg.tell():
            return Picture(png.getvalue(), "image/png", unread)
    return Picture(jpeg.getvalue(), "image/jpeg", unread)


def _stirred(sheet: Image.Image, chance: bytes) -> Image.Image:
    """The same to the eye: by ``chance`` each dot may be a step lighter or darker."""
    size = sheet.width * sheet.height * len(sheet.getbands())
    steps = hashlib.shake_256(chance).digest(size).translate(_STEPS)
    return ImageChops.add(sheet, Image.frombytes(sheet.mode, sheet.size, steps), offset=-1)


def _greys(chance: bytes) -> list[int]:
    """Which grey each of 256 becomes: one of a few, each moved a little by ``chance``."""
    moves = hashlib.shake_256(chance).digest(_GREYS)
    moved = [max(0, min(255, level * 17 + move % 7 - 3)) for level, move in enumerate(moves)]
    return [moved[grey * _GREYS // 256] for grey in range(256)]


def _dotted(sheet: Image.Image, chance: bytes) -> Image.Image:
    """The same to the eye: one dot of each tile is a step lighter or darker, where ``chance`` says."""
    tiles = [(x, y) for y in range(0, sheet.height, _TILE) for x in range(0, sheet.width, _TILE)]
    places = iter(hashlib.shake_256(chance).digest(2 * len(tiles)))
    for left, upper in tiles:
        dot = min(left + next(places) % _TILE, sheet.width - 1), min(upper + next(places) % _TILE, sheet.height - 1)
        grey = sheet.getpixel(dot)
        sheet.putpixel(dot, grey - 1 if grey > 127 else grey + 1)  # type: ignore[operator]  # one band, so a number
    return sheet
