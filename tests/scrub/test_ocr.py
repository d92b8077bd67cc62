"""Scans are read by machine in a sandbox of their own: made here, with letters drawn into pictures."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageFont

from archive.errors import UncleanError
from archive.sandbox.limits import TIMEOUT
from archive.sandbox.worker import Worker
from archive.scrub import ocr, worker
from archive.scrub.contract import Cleaned
from archive.scrub.ocr import Page, Reader, Reading, Survey

SAID = "The heron stood above the frozen weir"
FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
PAGE = Image.new("L", (10, 10), 255)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """One reader for all; the tests with it are left out by name where there is no tesseract."""
    with Reader() as started:
        if "eng" not in installed(started):
            pytest.skip("needs tesseract with eng")
        yield started


def installed(reader: Reader) -> tuple[str, ...]:
    return reader._ask(worker.clean(saved(PAGE, "PNG")), ocr.Ask("image/png"), Survey).installed


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def sheet(*lines: str, font: ImageFont.FreeTypeFont | None = None) -> Image.Image:
    """White paper with black letters."""
    image = Image.new("L", (1100, 120 + 70 * len(lines)), 255)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((60, 60 + 70 * number), line, fill=0, font=font or ImageFont.load_default(44))
    return image


def words(reading: Reading) -> str:
    return " ".join((reading.text or "").split())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_a_picture_of_a_paper_is_read(reader: Reader, kind: str) -> None:
    """Whatever it is saved as."""
    reading = reader.read(worker.clean(saved(sheet(SAID), kind)), "en")
    assert words(reading) == SAID
    assert reading.source == "ocr"
    assert reading.unread is None


def test_it_is_read_upright(reader: Reader) -> None:
    """A phone's picture lies on its side and says so."""
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = sheet(SAID).transpose(Image.Transpose.ROTATE_90)
    assert words(reader.read(worker.clean(saved(lying, "JPEG", exif=exif)), "en")) == SAID


def test_every_page_of_a_scan_is_read_in_its_order(reader: Reader) -> None:
    """PDF and TIFF."""
    for kind in ("PDF", "TIFF"):
        pages = [sheet(f"This is page {name} of the ruling") for name in ("one", "two", "three")]
        data = saved(pages[0], kind, save_all=True, append_images=pages[1:])
        cleaned = worker.clean(data)
        assert cleaned.text is None
        assert words(reader.read(cleaned, "en")) == " ".join(
            f"This is page {name} of the ruling" for name in ("one", "two", "three")
        )


def test_cyrillic_is_read_with_the_languages_that_are_there(reader: Reader) -> None:
    """Without a language all usual ones are tried."""
    if not FONT.exists() or "ukr" not in installed(reader):
        pytest.skip("needs tesseract with ukr, and DejaVu Sans")
    said = "Четверо у формі приїхали вранці"
    cleaned = worker.clean(saved(sheet(said, font=ImageFont.truetype(str(FONT), 44)), "PNG"))
    assert words(reader.read(cleaned, None)) == words(reader.read(cleaned, "uk-UA")) == said


def test_a_text_of_its_own_is_not_read_again(reader: Reader, make: SimpleNamespace) -> None:
    """Also a title page of three words is no scan; it is marked as seen on the page."""
    pdf, font = pikepdf.Pdf.new(), {"Type": pikepdf.Name.Font, "Subtype": pikepdf.Name.Type1}
    page = pdf.add_blank_page()
    helvetica = pikepdf.Dictionary(BaseFont=pikepdf.Name.Helvetica, **font)
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=helvetica))
    page.obj.Contents = pdf.make_stream(b"BT /F1 24 Tf 72 720 Td (Annex one) Tj ET")
    buffer = io.BytesIO()
    pdf.save(buffer)
    cleaned = worker.clean(buffer.getvalue())
    assert reader.read(cleaned, "en") == Reading("Annex one", "shown")


def test_an_empty_page_has_no_text_and_is_not_unread(reader: Reader) -> None:
    """White paper."""
    assert reader.read(worker.clean(saved(Image.new("L", (900, 600), 255), "PNG")), "en") == Reading(None)


def test_what_cannot_be_made_out_is_said(reader: Reader) -> None:
    """Noise gives no text."""
    noise = Image.effect_noise((300, 200), 90)
    reading = reader.read(worker.clean(saved(noise, "PNG")), "en")
    assert reading.source is None


CLEAN = Cleaned(data=b"", media_type="application/pdf", method="x", lossless=True)


def told(
    monkeypatch: pytest.MonkeyPatch,
    survey: Survey,
    *pages: Page | str,
    text: str | None = None,
    language: str | None = "uk",
) -> Reading:
    """What a reader makes of such answers of its sandbox."""

    def answer(_: Worker, request: bytes, __: bytes) -> bytes:
        ask = msgspec.msgpack.decode(request, type=ocr.Ask)
        found = survey if ask.page is None else pages[survey.scans.index(ask.page)]
        if isinstance(found, str):
            raise UncleanError(found)
        return msgspec.msgpack.encode(found)

    monkeypatch.setattr(Worker, "call", answer)
    monkeypatch.setattr(Worker, "__enter__", lambda _: None)
    with Reader() as reader:
        return reader.read(msgspec.structs.replace(CLEAN, text=text), language)


def test_it_is_said_why_a_scan_stayed_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """No tesseract, none of its languages, too slow, a crash; and for how many of the pages."""
    survey = Survey(("", "", "", "The whole text of a page that is no scan"), (0, 1, 2), ("ukr",))
    assert told(monkeypatch, Survey(("",), (0,), ())) == Reading(None, unread=ocr.NOT_INSTALLED)
    assert told(monkeypatch, Survey(("",), (0,), ("osd",))) == Reading(None, unread=ocr.NO_LANGUAGE)
    assert told(monkeypatch, Survey(("",), (0,), ("ukr",)), TIMEOUT) == Reading(None, unread=ocr.TOO_SLOW)
    some = told(monkeypatch, survey, Page("так", 90), TIMEOUT, "its reader failed", text="x")
    assert some.text == "так\n\nThe whole text of a page that is no scan"
    assert some.source == "ocr"
    assert some.unread == "1 of 3 pages: took too long, 1 of 3 pages: reading it failed"


def test_a_hundred_scans_too_many_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first pages are read."""
    count = ocr.MOST_PAGES + 100
    survey = Survey(("",) * count, tuple(range(count)), ("ukr",))
    reading = told(monkeypatch, survey, *[Page("так", 90)] * count)
    assert words(reading) == " ".join(["так"] * ocr.MOST_PAGES)
    assert reading.unread == f"100 of {count} pages: too many pages"


def test_an_uncertain_page_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A guess that tesseract itself does not believe would only hide that nobody has read the page."""
    reading = told(monkeypatch, Survey(("",), (0,), ("ukr",)), Page("зzЗ3з", 20))
    assert reading == Reading(None, unread=ocr.UNCLEAR)


@pytest.mark.parametrize(
    ("language", "installed", "sure", "unread"),
    [
        ("uk", ("eng", "osd"), 99, ocr.NO_LANGUAGE),
        ("ka", ("ukr", "rus", "ces", "eng"), 99, ocr.NO_LANGUAGE),
        ("be", ("eng", "rus"), 55, None),
        ("cs", ("eng",), 55, None),
        (None, ("eng",), 55, ocr.OTHER_LETTERS),
        (None, ("rus", "ukr"), 55, ocr.OTHER_LETTERS),
        (None, ("eng",), 75, None),
        (None, ("eng", "ukr"), 55, None),
    ],
)
def test_no_letters_are_taken_for_others(
    monkeypatch: pytest.MonkeyPatch, language: str | None, installed: tuple[str, ...], sure: int, unread: str | None
) -> None:
    """Cyrillic read as Latin looks like text and is none: it counts as unread, and what is lacking is said."""
    reading = told(monkeypatch, Survey(("",), (0,), installed), Page("A nexaB", sure), language=language)
    assert reading == (Reading(None, unread=unread) if unread else Reading("A nexaB", "ocr"))


def test_the_text_of_drawn_pages_is_not_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF that was drawn has its text from before; that no page shows it as it is."""
    assert told(monkeypatch, Survey(("",), (0,), ("ukr",)), text="known") == Reading("known")


def test_only_what_the_pages_show_counts_as_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A title of the outline beside it, another text, or a page that does not show its own: not marked."""
    pages = ("One page", "", "and one more")
    whole = "One page\n\nand one more"
    assert told(monkeypatch, Survey(pages, (), (), shown=True), text=whole) == Reading(whole, "shown")
    for text, shown in ((whole, False), (f"{whole}\n\nA title", True), ("known", True), (None, True)):
        assert told(monkeypatch, Survey(pages, (), (), shown=shown), text=text) == Reading(text)
    assert told(monkeypatch, Survey(("",), (), (), shown=True), text="known") == Reading("known")


@pytest.mark.parametrize("untrusted", [b"", b"\xc1", b"\x90", msgspec.msgpack.encode({"pages": 3})])
def test_a_lie_is_no_reading(monkeypatch: pytest.MonkeyPatch, untrusted: bytes) -> None:
    """The file itself was cleaned and goes in; only its text is missing."""
    monkeypatch.setattr(Worker, "call", lambda *_: untrusted)
    monkeypatch.setattr(Worker, "__enter__", lambda _: None)
    with Reader() as reader:
        assert reader.read(CLEAN, None) == Reading(None, unread=ocr.FAILED)


def test_what_is_read_cannot_draw_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that was taken over writes letters, not commands."""
    reading = told(monkeypatch, Survey(("",), (0,), ("ukr",)), Page("a\x1b[2J\u202eb\u200b c", 90))
    assert reading.text == "a[2Jb c"


def test_the_parent_loads_no_parser() -> None:
    """Nor the library that recognises."""
    source = Path(ocr.__file__).read_text(encoding="utf-8")
    assert "PIL" not in source
    assert "ctypes" not in source
