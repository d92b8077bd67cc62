"""Pages and photographs as pictures that may leave: the parent's side. What stands on them, and what is painted over.

A *sheet* is a page of a clean file as everybody would see it, drawn in a sandbox of its own (``sheet_worker.py``), at
most ``LONGEST`` pixels long, or a strip of as many dots as a page. The sandbox tells words and where they stand; who is
to be hidden is decided here, so no name is ever sent to a process that opens brought files. It hears boxes, paints
them, and saves the sheet as a new picture of nothing but pixels. What it answers is untrusted: decoded strictly, and
what it painted is read again.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Annotated, Literal, Self, TypeVar

import msgspec
from msgspec import Meta, Struct

from archive.errors import UncleanError
from archive.sandbox.limits import Limits
from archive.sandbox.walls import WALLS, Wall
from archive.sandbox.worker import Worker
from archive.scrub.contract import Reason

LIMITS = Limits(memory=1 << 30, answer=1 << 26, cpu=180, wall=900, descriptors=24)
"""Of one page: reading a dense one in four languages takes some seconds of a processor, and others may be at work."""
LONGEST = 2_200
"""Pixels of the longer side: A4 at 188 dots an inch."""
MOST_PAGES = 200
NEEDED = ("ukr", "rus", "ces", "eng")
"""Languages without whose data nobody can say that no name is left on a page."""
BESIDE = ("bel", "pol", "slk")
"""Others that are read where they are there."""
HOW = "apt install tesseract-ocr tesseract-ocr-ukr tesseract-ocr-rus tesseract-ocr-ces"

PictureType = Literal["image/jpeg", "image/png"]
_STARTS = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
_Pixel = Annotated[int, Meta(ge=0, le=100_000)]
_Place = tuple[_Pixel, _Pixel, _Pixel, _Pixel]


class Count(Struct, frozen=True, tag=True):
    """How many pages are there, and which languages can be read here?"""

    media_type: str


class Read(Struct, frozen=True, tag=True):
    """Which words stand on a page (from 0)? By its text layer where all of it is seen, else by machine.

    Without languages nothing is read by machine, and the answer tells the size.
    """

    media_type: str
    page: int
    languages: tuple[str, ...]


class Paint(Struct, frozen=True, tag=True):
    """Cover ``hide`` and save the sheet.

    ``known`` is where words stand that were read and may be seen: whatever else is drawn there is covered too. None:
    a person looked at the page, and nothing else is. ``chance`` are random octets by which the greys and colours come
    out a little otherwise than for any others.
    """

    media_type: str
    page: int
    hide: tuple[_Place, ...]
    known: tuple[_Place, ...] | None
    colour: bool = False
    chance: bytes = b""


class Show(Struct, frozen=True, tag=True):
    """A preview under a numbered grid: what is covered already is hatched, ``faces`` are numbered."""

    media_type: str
    page: int
    hide: tuple[_Place, ...] = ()
    faces: tuple[_Place, ...] = ()


class Find(Struct, frozen=True, tag=True):
    """Where may faces and number plates be on a photograph?"""

    media_type: str


class Faces(Struct, frozen=True):
    """The answer to ``Find``, from above; ``able``: whether anything could be looked for here."""

    size: tuple[Annotated[int, Meta(ge=1, le=100_000)], Annotated[int, Meta(ge=1, le=100_000)]]
    boxes: tuple[_Place, ...]
    able: bool


class Counted(Struct, frozen=True):
    """The answer to ``Count``. ``finds_faces``: whether faces and plates can be looked for here."""

    pages: Annotated[int, Meta(ge=1, le=1_000_000)]
    installed: tuple[str, ...]
    finds_faces: bool = False


class Word(Struct, frozen=True):
    """A word on a sheet, how sure its reader is (0 to 100), and what follows it: a blank, a new line, nothing."""

    text: str
    box: _Place
    sure: Annotated[int, Meta(ge=0, le=100)]
    end: Literal["", " ", "\n", "\n\n"] = " "


class Sheet(Struct, frozen=True):
    """The words of a page in their order. ``machine``: they are what a machine made out, and may be wrong."""

    size: tuple[Annotated[int, Meta(ge=1, le=100_000)], Annotated[int, Meta(ge=1, le=100_000)]]
    words: tuple[Word, ...]
    machine: bool = True


class Picture(Struct, frozen=True):
    """A new picture. ``unread``: how much of the sheet (of 1,000) was covered because nobody could read it."""

    data: bytes
    media_type: PictureType
    unread: int = 0


Request = Count | Read | Paint | Show | Find
Answered = TypeVar("Answered", Counted, Sheet, Picture, Faces)


class Sheets:
    """A context manager over the worker that draws, reads and paints; its process starts when it is first asked.

    All methods may be used from several threads at once, and raise UncleanError where a file cannot be drawn or read.
    """

    def __init__(self, limits: Limits = LIMITS, walls: Sequence[Wall] = WALLS) -> None:
        self._worker = Worker("archive.scrub.sheet_worker:handle", limits, walls=walls)
        self._lock = threading.Lock()
        self._started = False
        self._looked: dict[str, Sheet] = {}

    def __enter__(self) -> Self:
        """Ready to draw."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the worker, whatever it is doing."""
        if self._started:
            self._worker.__exit__(kind, error, trace)

    def count(self, data: bytes, media_type: str) -> Counted:
        """How many pages a clean file has."""
        return self._ask(data, Count(media_type), Counted)

    def read(self, data: bytes, media_type: str, page: int, languages: Sequence[str]) -> Sheet:
        """The words on one page of a clean file."""
        return self._ask(data, Read(media_type, page, tuple(languages)), Sheet)

    def look(self, data: bytes, media_type: str, languages: Sequence[str]) -> Sheet:
        """What a machine makes out on a finished picture; the same bytes are read once."""
        digest = hashlib.sha256(data).hexdigest()
        if digest not in self._looked:
            self._looked[digest] = self.read(data, media_type, 0, languages)
        return self._looked[digest]

    def paint(self, data: bytes, order: Paint) -> Picture:
        """One page of a clean file with all that is ordered painted over."""
        return self._sound(self._ask(data, order, Picture))

    def show(self, data: bytes, order: Show) -> Picture:
        """One page under the grid, for the eyes of whoever decides what is covered."""
        return self._sound(self._ask(data, order, Picture))

    def find(self, data: bytes, media_type: str) -> Faces:
        """Where faces and plates may be on a photograph."""
        return self._ask(data, Find(media_type), Faces)

    def _ask(self, data: bytes, request: Request, answer: type[Answered]) -> Answered:
        with self._lock:
            if not self._started:
                self._worker.__enter__()
                self._started = True
        untrusted = self._worker.call(msgspec.msgpack.encode(request), data)
        try:
            return msgspec.msgpack.decode(untrusted, type=answer)
        except msgspec.MsgspecError as error:
            raise UncleanError(Reason.ANSWER) from error

    @staticmethod
    def _sound(picture: Picture) -> Picture:
        if not picture.data.startswith(_STARTS[picture.media_type]):
            raise UncleanError(Reason.ANSWER)
        return picture


def languages(installed: Sequence[str]) -> tuple[str, ...]:
    """Which of the languages that are there a page is read in."""
    return tuple(name for name in (*NEEDED, *BESIDE) if name in installed)


def can_read(installed: Sequence[str]) -> bool:
    """Whether enough can be read here to say that no name is left on a page."""
    return set(NEEDED) <= set(installed)
