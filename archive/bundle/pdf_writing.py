"""``dossier.pdf``: the blocks of a dossier on A4, with fonts for Latin and Cyrillic in it and nothing about its making.

It is drawn in the sandbox, in a process of its own: reportlab reads settings from the home folder and from the
environment, and there is neither behind the wall. The same blocks give the same bytes. The font is DejaVu Sans, which
lies beside this file. What the document says of itself (times, program, author) is taken out again.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from functools import partial
from importlib import resources
from itertools import takewhile
from typing import Any
from xml.sax.saxutils import escape

import msgspec
from msgspec import Struct

from archive.bundle import pdf_letters
from archive.bundle.blocks import Block, Style
from archive.bundle.pdf_tagging import Key, Marks, beside, elements, entitle, role_of, saved, tag
from archive.errors import ArchiveError, UncleanError
from archive.sandbox.limits import Limits
from archive.sandbox.walls import WALLS, Wall
from archive.sandbox.worker import Worker
from archive.speech import tr

LIMITS = Limits(memory=2 << 30, answer=1 << 30, cpu=600, wall=1200)
_FONTS = {"Sans": "DejaVuSans.ttf", "Sans-Bold": "DejaVuSans-Bold.ttf"}
_STYLES: Mapping[Style, dict[str, Any]] = {
    "kicker": {"fontSize": 9, "leading": 12, "spaceAfter": 8, "textColor": "#1d5163"},
    "title": {"fontName": "Sans-Bold", "fontSize": 22, "leading": 27, "spaceAfter": 12},
    "heading": {"fontName": "Sans-Bold", "fontSize": 14, "leading": 18, "spaceBefore": 18, "spaceAfter": 7},
    "part": {"fontName": "Sans-Bold", "fontSize": 10.5, "leading": 14, "spaceBefore": 10, "spaceAfter": 3},
    "name": {"fontName": "Sans-Bold", "fontSize": 11.5, "leading": 15, "spaceAfter": 3},
    "question": {"fontName": "Sans-Bold", "fontSize": 9.5, "leading": 13, "spaceBefore": 9, "spaceAfter": 2},
    "label": {"fontSize": 8.5, "leading": 11.5, "spaceBefore": 3, "textColor": "#444444"},
    "text": {"fontSize": 10, "leading": 14, "spaceAfter": 1},
    "quote": {"fontSize": 10, "leading": 14, "leftIndent": 12, "spaceBefore": 3, "spaceAfter": 3},
    "item": {"fontSize": 10, "leading": 14, "leftIndent": 12, "firstLineIndent": -9, "spaceAfter": 1},
    "columns": {"fontName": "Sans-Bold", "fontSize": 8.5, "leading": 11.5},
    "row": {"fontSize": 8.5, "leading": 11.5},
    "file": {"fontSize": 8, "leading": 11, "spaceBefore": 3},
    "digest": {"fontSize": 7.5, "leading": 10, "textColor": "#444444"},
    "note": {"fontSize": 8.5, "leading": 12, "spaceAfter": 5, "textColor": "#444444"},
}
_EVERY = {"fontName": "Sans", "allowWidows": 0, "allowOrphans": 0}  # no line of a paragraph stands alone on a page
_KEEPS_NEXT = ("heading", "part", "name", "question", "label", "file")
_COLUMNS = (62, 128, 164, 50, 50)  # points: quarter, region, act, acts, people
_LARGEST: Mapping[Style, tuple[int, int]] = {"picture": (454, 340), "paper": (454, 640)}
"""Points that a picture may take: a page of a paper is to be read."""
_WIDE = 446
"""Points between the margins."""
_FIRST = 540
"""Points that the first page of a paper may be high, so that what it is stands above it."""


_BESIDE, _MORE = range(0x100, 0x250), 24
"""Letters that the font has, and how many of them are added: there are 10 to the 37th ways."""


class Job(Struct, frozen=True):
    """What is to be drawn: blocks, the pictures among them by name, the language, what the document is called where
    programs show it, and what stands under each page."""

    blocks: tuple[Block, ...]
    pictures: Mapping[str, bytes]
    language: str
    title: str
    mark: str | None = None


def write(job: Job) -> bytes:
    """The document; ArchiveError if it could not be drawn."""
    with Worker("archive.bundle.pdf_writing:handle", LIMITS, walls=(*WALLS, Wall.NOTHING)) as worker:
        try:
            return worker.call(b"", msgspec.msgpack.encode(job))
        except UncleanError as error:
            raise ArchiveError(
                tr("The dossier could not be put on paper: {reason}.", reason=error.message),
                tr("Make it without: --no-pdf."),
            ) from error


def handle(_request: bytes, data: bytes) -> bytes:
    """Draw one ``Job``; the sandbox calls this in a process of its own."""
    job, marks = msgspec.msgpack.decode(data, type=Job), Marks()
    return _bare(_drawn(job, marks), job, marks)


def _drawn(job: Job, marks: Marks) -> bytes:
    from reportlab import rl_config  # noqa: PLC0415 - loaded behind the wall only
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415
    from reportlab.platypus import SimpleDocTemplate  # noqa: PLC0415

    rl_config.useA85 = 0  # pictures as they are, octet by octet: in letters they would be larger by a quarter
    for name, file in _FONTS.items():
        held = (resources.files("archive.bundle") / file).read_bytes()
        pdfmetrics.registerFont(TTFont(name, io.BytesIO(held)))
    out = io.BytesIO()

    class Document(SimpleDocTemplate):  # type: ignore[misc]  # reportlab ships no types
        """A document with a bookmark for each section."""

        def afterFlowable(self, flowable: Any) -> None:  # noqa: N802 - reportlab's name
            if mark := getattr(flowable, "bookmark", None):
                self.canv.bookmarkPage(mark)
                self.canv.addOutlineEntry(flowable.getPlainText(), mark, 0)

    document = Document(
        out,
        pagesize=A4,
        leftMargin=68,
        rightMargin=68,
        topMargin=62,
        bottomMargin=68,
        invariant=1,
        lang=job.language,
        initialFontName="Sans",
    )
    foot = partial(_numbered, job.mark)
    document.build(_flowables(job, marks), onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def _flowables(job: Job, marks: Marks) -> list[Any]:
    from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415
    from reportlab.platypus import PageBreak, Paragraph  # noqa: PLC0415

    class Tagged(Paragraph):  # type: ignore[misc]  # reportlab ships no types
        """A paragraph that says of which element it is; each part of one that is broken over pages says so, too."""

        of: tuple[Key, str]

        def split(self, *room: float) -> list[Any]:
            parts: list[Any] = super().split(*room)
            for part in parts:
                part.of = self.of
            return parts

        def draw(self) -> None:
            with marks.element(self.canv, *self.of):
                super().draw()

    styles = {name: ParagraphStyle(name, **{**_EVERY, **given}) for name, given in _STYLES.items()}

    def paragraph(text: str, block: Block, key: Key) -> Tagged:
        made = Tagged(*_set(text, styles[block.style]))
        made.of, made.keepWithNext = (key, role_of(block)), block.keeps or block.style in _KEEPS_NEXT
        if block.style == "heading":
            made.bookmark = f"s{key[0]}"
        return made

    found: list[Any] = []
    for number, block in enumerate(job.blocks):
        if block.style in _LARGEST:
            if block.text in job.pictures:
                found.append(_picture(job.pictures[block.text], _room(job, number), marks, number))
        elif block.style == "columns":
            rows = [block, *takewhile(lambda one: one.style == "row", job.blocks[number + 1 :])]
            found.append(
                _table(
                    [
                        [paragraph(text, row, (at, cell)) for cell, text in enumerate(row.cells)]
                        for at, row in enumerate(rows, number)
                    ]
                )
            )
        elif block.style != "row":
            found += [PageBreak()] if block.fresh else []
            found.append(paragraph(block.text, block, (number, 0)))
    return found


def _room(job: Job, number: int) -> tuple[int, int]:
    """The points that the picture of this block may take."""
    style = job.blocks[number].style
    wide, high = _LARGEST[style]
    return wide, _FIRST if style == "paper" and job.blocks[number - 2].style != "paper" else high


def _set(text: str, style: Any) -> tuple[str, Any]:
    """What is drawn of a text, and how: one that is read from the right stands at the right."""
    from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415
    from reportlab.pdfbase.pdfmetrics import stringWidth  # noqa: PLC0415

    if not pdf_letters.leads(text):
        return escape(pdf_letters.inside(text)), style
    width = partial(stringWidth, fontName=style.fontName, fontSize=style.fontSize)
    lines = pdf_letters.lines(text, width, _WIDE - style.leftIndent)
    return "<br/>".join(map(escape, lines)), ParagraphStyle(f"{style.name} from the right", style, alignment=2)


def _table(rows: list[list[Any]]) -> Any:
    """Rows under headings, which stand on each page again."""
    from reportlab.platypus import Table  # noqa: PLC0415

    class Lined(Table):  # type: ignore[misc]  # reportlab ships no types
        """A table whose lines are no part of the text."""

        def _drawLines(self) -> None:  # noqa: N802 - reportlab's name
            with beside(self.canv):
                super()._drawLines()

    every = (0, 0), (-1, -1)
    lines = [("LINEBELOW", *every, 0.5, "#bbbbbb"), ("VALIGN", *every, "TOP")]
    held = [("LEFTPADDING", *every, 0), ("FONTNAME", *every, "Sans")]
    made = Lined(rows, colWidths=_COLUMNS, repeatRows=1, style=[*lines, *held], hAlign="LEFT")
    made.spaceBefore, made.spaceAfter = 4, 6
    return made


def _picture(data: bytes, largest: tuple[int, int], marks: Marks, number: int) -> Any:
    """A picture no larger than that, and with what its file is called below it; its dots are held while it is drawn."""
    from reportlab.lib.utils import ImageReader  # noqa: PLC0415
    from reportlab.platypus import Flowable  # noqa: PLC0415

    wide, high = ImageReader(io.BytesIO(data)).getSize()
    scale = min(largest[0] / wide, largest[1] / high, 1)
    width, height = wide * scale, high * scale

    class Drawn(Flowable):  # type: ignore[misc]  # reportlab ships no types
        """reportlab's own keeps the dots of every picture to the end: of 50 photographs more than a gigabyte."""

        keepWithNext = True  # noqa: N815 - reportlab's name

        def wrap(self, *_room: float) -> tuple[float, float]:
            return width, height

        def draw(self) -> None:
            reader = ImageReader(io.BytesIO(data))
            with marks.element(self.canv, (number, 0), "Figure", (width, height)):
                self.canv.drawImage(reader, 0, 0, width, height)
            vars(reader).clear()  # it holds itself, so its dots would stay

    return Drawn()


def _own_letters(mark: str, document: Any) -> None:
    """Put some letters more into each font than the text needs, others for each dossier.

    A font in a document is cut to the letters that stand in it: without these, two dossiers of the same words would
    hold the same font, octet by octet.
    """
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415 - loaded behind the wall only

    drawn = sorted(map(chr, _BESIDE), key=lambda letter: hashlib.blake2b(f"{mark}{letter}".encode()).digest())
    for name in _FONTS:
        pdfmetrics.getFont(name).splitString("".join(drawn[:_MORE]), document)


def _numbered(mark: str | None, canvas: Any, document: Any) -> None:
    """The number of the page at its foot, and below it which dossier it is of, on a line of its own."""
    if mark and document.page == 1:
        _own_letters(mark, canvas._doc)
    with beside(canvas):
        canvas.setFont("Sans", 8)
        canvas.drawRightString(527, 40, str(document.page))
        if mark:
            canvas.setFont("Sans", 6)
            canvas.setFillGray(0.4)
            canvas.drawRightString(527, 28, mark)


def _bare(drawn: bytes, job: Job, marks: Marks) -> bytes:
    """The same without what it says of itself, and with what each part of it is."""
    import pikepdf  # noqa: PLC0415 - loaded behind the wall only

    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]
        for key in ("/Metadata", "/PieceInfo"):
            if key in pdf.Root:
                del pdf.Root[key]
        pdf.Root.Lang = pikepdf.String(job.language)
        entitle(pdf, job.title)
        tag(pdf, tuple(elements(job.blocks, job.language)), marks.drawn)
        once = saved(pdf)
    with pikepdf.open(io.BytesIO(once)) as pdf:  # of what it has read, it keeps the order
        return saved(pdf)
