"""Reading scans: the parent's side. Which pages have no text of their own, and what can be made out on them.

Recognising is done by libtesseract in a sandbox of its own (``ocr_page.py``), a page a call; no parser is imported
here. It works on the clean copy. What it answers is a guess, and untrusted: whoever keeps the text marks it as such.
"""

from __future__ import annotations

import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

import msgspec
from msgspec import Struct

from archive.errors import UncleanError
from archive.records.kinds import TextSource
from archive.sandbox.limits import TIMEOUT, Limits
from archive.sandbox.walls import WALLS, Wall
from archive.sandbox.worker import Worker
from archive.scrub.contract import Cleaned
from archive.speech import tr

LIMITS = Limits(memory=1 << 30, answer=1 << 24, cpu=90, wall=240, descriptors=24)
"""Of one page: a dense one takes some seconds, and others may be at work."""
MOST_PAGES = 200
"""Most pages of one file that are read by machine; half an hour of work."""
SURE = 50
"""Below this mean confidence (of 100) a page counts as not made out: handwriting, photographs."""
SURE_OF_HALF = 65
"""The same where tesseract knows either Latin or Cyrillic letters alone, and nobody said which these are. Printed
Cyrillic read as Latin comes to 40 to 55, Czech read as English to 75 and more."""
HOW = tr("Install tesseract to have scans read: apt install tesseract-ocr tesseract-ocr-ukr tesseract-ocr-rus")

_LANGUAGES = {
    "uk": "ukr", "ru": "rus", "cs": "ces", "en": "eng", "be": "bel", "pl": "pol", "de": "deu", "sk": "slk", "ro": "ron",
    "ka": "kat", "fr": "fra", "es": "spa", "it": "ita", "bg": "bul", "lt": "lit", "lv": "lav", "et": "est", "hu": "hun",
    "tr": "tur", "kk": "kaz", "az": "aze", "hy": "hye", "crh": "tur", "tt": "tat", "uz": "uzb", "tg": "tgk",
}  # fmt: skip
"""The languages of records, as tesseract calls them."""
_USUAL = ("ukr", "rus", "ces", "eng")
_CYRILLIC = frozenset({"ukr", "rus", "bel", "bul", "kaz", "tat", "tgk"})
_LETTERS_OF_THEIR_OWN = frozenset({"kat", "hye"})
_TOGETHER = 2

NOT_INSTALLED, NO_LANGUAGE = tr("tesseract is not installed"), tr("tesseract has no data of its language")
FAILED, TOO_MANY = tr("reading it failed"), tr("too many pages")
TOO_SLOW, UNCLEAR = tr("took too long"), tr("could not be made out")
OTHER_LETTERS = tr("could not be made out with the languages that tesseract has")
LACKING = (NOT_INSTALLED, NO_LANGUAGE, OTHER_LETTERS)
"""Why scans stay unread where something can be installed against it."""


class Ask(Struct, frozen=True):
    """What the sandbox is asked: about the file as a whole (no ``page``), or to read one page in these languages."""

    media_type: str
    languages: tuple[str, ...] = ()
    page: int | None = None


class Survey(Struct, frozen=True):
    """The text layer of each page, which pages are scans, and (if any is) tesseract's languages, none if absent.

    ``shown``: each letter of the layers is seen on its page as it is.
    """

    pages: tuple[str, ...]
    scans: tuple[int, ...]
    installed: tuple[str, ...]
    shown: bool = False


class Page(Struct, frozen=True):
    """What was made out on one page, and how sure tesseract is of it (0 to 100)."""

    text: str
    confidence: int


class Reading(Struct, frozen=True):
    """The text of a file with what was read by machine, and why pages stayed unread, if any did.

    ``source`` is ``ocr`` if some of it was read by machine, ``shown`` if all of it is seen on the pages, or written in
    a mail.
    """

    text: str | None
    source: TextSource | None = None
    unread: str | None = None


Answered = TypeVar("Answered", Survey, Page)
File = TypeVar("File")


class Reader:
    """A context manager over the worker that reads; its process starts with the first file that may need it."""

    def __init__(self, limits: Limits = LIMITS, walls: Sequence[Wall] = WALLS) -> None:
        self._worker = Worker("archive.scrub.ocr_page:handle", limits, walls=walls)
        self._files, self._pages = ThreadPoolExecutor(_TOGETHER), ThreadPoolExecutor(_TOGETHER)

    def __enter__(self) -> Self:
        """Ready to read."""
        self._worker.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the worker, whatever it is doing; nobody waits for a page that takes long."""
        for pool in (self._pages, self._files):
            pool.shutdown(wait=False, cancel_futures=True)
        self._worker.__exit__(kind, error, trace)

    def read_all(
        self, files: Iterable[File], scan: Callable[[File], tuple[Cleaned, str | None] | None]
    ) -> Iterator[tuple[File, Reading | None]]:
        """Pass files on in their order, each with its ``Reading`` if ``scan`` gives what to read, and its language.

        Some files ahead are read while the caller works.
        """
        running: deque[tuple[File, Future[Reading] | None]] = deque()
        for file in files:
            wanted = scan(file)
            running.append((file, self._files.submit(self.read, *wanted) if wanted else None))
            if len(running) > _TOGETHER or (wanted is None and len(running) == 1):
                yield _passed(*running.popleft())
        while running:
            yield _passed(*running.popleft())

    def read(self, cleaned: Cleaned, language: str | None) -> Reading:
        """Add to the text of a clean PDF or picture what can be made out on its scanned pages; never raises.

        ``language`` is the record's; without its data the usual languages of the same letters that are there are tried,
        without a language all usual ones.
        """
        try:
            survey = self._ask(cleaned, Ask(cleaned.media_type), Survey)
        except UncleanError:
            return Reading(cleaned.text, unread=FAILED)
        scans = [number for number in survey.scans if number < len(survey.pages)]
        if not scans or (cleaned.text and len(scans) == len(survey.pages)):  # drawn pages: their text was read before
            return Reading(cleaned.text, "shown" if _shown(survey, cleaned.text) else None)
        languages = _chosen(language, survey.installed)
        if not languages:
            return Reading(cleaned.text, unread=NO_LANGUAGE if survey.installed else NOT_INSTALLED)
        asked = [Ask(cleaned.media_type, languages, number) for number in scans[:MOST_PAGES]]
        running = [self._pages.submit(self._ask, cleaned, one, Page) for one in asked]
        sure = SURE if language or _know_both_letters(languages) else SURE_OF_HALF
        told = {number: _outcome(page, sure) for number, page in zip(scans, running, strict=False)}
        return _joined(survey.pages, told, len(scans))

    def _ask(self, cleaned: Cleaned, question: Ask, answer: type[Answered]) -> Answered:
        """Ask the worker about a file and decode its untrusted answer strictly. Raises UncleanError."""
        untrusted = self._worker.call(msgspec.msgpack.encode(question), cleaned.data)
        try:
            return msgspec.msgpack.decode(untrusted, type=answer)
        except msgspec.MsgspecError as error:
            raise UncleanError(FAILED) from error


def _passed(file: File, running: Future[Reading] | None) -> tuple[File, Reading | None]:
    return file, running.result() if running else None


def may_be_scan(cleaned: Cleaned, kind: str) -> bool:
    """Tell whether a file can have pages to read: any PDF, and a picture that was taken in as a document."""
    return cleaned.media_type == "application/pdf" or (kind == "document" and cleaned.media_type.startswith("image/"))


def _chosen(language: str | None, installed: Sequence[str]) -> tuple[str, ...]:
    wanted = _LANGUAGES.get((language or "").partition("-")[0].lower(), "")
    if wanted in installed:
        return (wanted,)
    usual = (name for name in _USUAL if name in installed)
    return tuple(name for name in usual if not wanted or _letters(name) == _letters(wanted))


def _letters(name: str) -> str:
    return "Cyrillic" if name in _CYRILLIC else name if name in _LETTERS_OF_THEIR_OWN else "Latin"


def _know_both_letters(languages: Sequence[str]) -> bool:
    return {"Cyrillic", "Latin"} <= set(map(_letters, languages))


def _outcome(running: Future[Page], sure: int) -> Page | str:
    try:
        page = running.result()
    except UncleanError as error:
        return TOO_SLOW if error.message == TIMEOUT else FAILED
    if page.confidence >= sure or not page.text.strip():
        return page
    return UNCLEAR if sure == SURE else OTHER_LETTERS


def _joined(layers: Sequence[str], told: dict[int, Page | str], scans: int) -> Reading:
    """Join the pages in their order, each with its text layer and what was made out beside it."""
    pages: list[str] = []
    source: TextSource | None = None
    for number, layer in enumerate(layers):
        page = told.get(number)
        made_out = _plain(page.text) if isinstance(page, Page) else ""
        more = len(made_out.split()) > len(layer.split())
        source = "ocr" if more else source
        pages.append("\n".join(part for part in (_plain(layer), made_out if more else "") if part))
    return Reading("\n\n".join(page for page in pages if page) or None, source, _unread(told, scans))


def _shown(survey: Survey, text: str | None) -> bool:
    """Tell whether ``text`` is what stands on the pages, and nothing else: no title of an outline beside it."""
    layers = "\n\n".join(page for page in survey.pages if page).strip()
    return survey.shown and bool(layers) and layers == text


def _unread(told: dict[int, Page | str], scans: int) -> str | None:
    """Say how many pages stayed unread, and why."""
    reasons = [one for one in told.values() if isinstance(one, str)] + [TOO_MANY] * (scans - len(told))
    if not reasons:
        return None
    return ", ".join(_counted(reasons, scans, reason) for reason in dict.fromkeys(reasons))


def _counted(reasons: Sequence[str], scans: int, reason: str) -> str:
    if scans == 1:
        return reason
    return tr("{part} of {scans} pages: {reason}", part=reasons.count(reason), scans=scans, reason=reason)


def _plain(text: str) -> str:
    """Make text NFC and drop what does not print."""
    return "".join(_printing(unicodedata.normalize("NFC", text))).strip()


def _printing(text: str) -> Iterator[str]:
    return (letter for letter in text if letter in "\n\t" or unicodedata.category(letter)[0] != "C")
