"""The text layer of a PDF counts as what it shows only if every letter is seen: made here, page by page."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest
from PIL import Image

from archive.scrub import worker
from archive.scrub.ocr_page import handle
from archive.scrub.pdf_seen import is_seen

SAID = b"BT /F1 11 Tf 72 720 Td (Orest Kovalchuk was heard; lil Ill I 1 i.) Tj ET "
MORE = b"BT /F1 11 Tf 72 600 Td (Secret) Tj ET "


def page(content: bytes, **keys: Any) -> bytes:
    """A document of one page in Helvetica; ``keys`` go into its page."""
    pdf, name, buffer = pikepdf.Pdf.new(), pikepdf.Name, io.BytesIO()
    font = pikepdf.Dictionary(
        Type=name.Font, Subtype=name.Type1, BaseFont=name.Helvetica, Encoding=name.WinAnsiEncoding
    )
    pixels = pdf.make_stream(
        bytes(range(100)), Type=name.XObject, Subtype=name.Image, Width=10, Height=10, ColorSpace=name.DeviceGray,
        BitsPerComponent=8,
    )  # fmt: skip
    sheet = pdf.add_blank_page().obj
    sheet.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font), XObject=pikepdf.Dictionary(Im0=pixels))
    sheet.Contents = pdf.make_stream(content)
    for key, held in keys.items():
        sheet[f"/{key}"] = held
    pdf.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        (SAID, {}),
        (SAID, {"Rotate": 90}),
        (SAID, {"Rotate": 180}),
        (SAID, {"Rotate": 270, "CropBox": pikepdf.Array([20, 300, 612, 780])}),
        (SAID, {"UserUnit": 2}),
        (b"0.6 g " + SAID, {}),
        (b"0 g 0 700 600 50 re f 1 g " + SAID, {}),
        (SAID.replace(b" 11 Tf", b" 6 Tf"), {}),
        (SAID + SAID.replace(b"72 720", b"72.3 720"), {}),  # printed twice, for bold
        (SAID + b"q 50 0 0 50 300 100 cm /Im0 Do Q", {}),  # a picture elsewhere
        (b"0 g 10 10 50 50 re f", {}),  # no letter at all
    ],
)
def test_what_is_read_is_seen(content: bytes, keys: dict[str, Any]) -> None:
    """Turned, cut, small, bold, light, white on black."""
    assert is_seen(page(content, **keys))


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        (SAID + b"0 g 98 717 55 12 re f", {}),  # a black box over the name
        (SAID + b"0 g 98 717 20 12 re f", {}),  # over a part of it
        (SAID + b"1 g 98 717 55 12 re f", {}),  # a white one
        (SAID + b"0.9 0.9 0 rg 98 717 55 12 re f", {}),  # a coloured one
        (SAID + b"BT /F1 11 Tf 99 720 Td (XXXXXXXXX) Tj ET", {}),  # letters over it
        (SAID + b"q 60 0 0 12 98 717 cm /Im0 Do Q", {}),  # a picture over it
        (b"q 500 0 0 100 60 690 cm /Im0 Do Q " + SAID, {}),  # a picture under it
        (SAID + b"1 g " + MORE, {}),  # white on white
        (SAID + b"0.98 g " + MORE, {}),  # nearly
        (SAID + b"3 Tr " + MORE, {}),  # invisible, as behind a scan
        (SAID + b"q 0 0 10 10 re W n " + MORE + b"Q", {}),  # cut off by a shape
        (SAID + MORE, {"CropBox": pikepdf.Array([0, 650, 612, 792])}),  # outside of what is shown
        (SAID + MORE.replace(b"72 600", b"72 -60"), {}),  # outside of the sheet
        (SAID + MORE.replace(b"11 Tf", b"1 Tf"), {}),  # too small
        (SAID + MORE.replace(b"Secret", b"\xca\xf0\xe8\xed\xe8\xf7"), {}),  # Cyrillic read as Latin
    ],
)
def test_what_is_covered_or_unseen_or_misread_is_not(content: bytes, keys: dict[str, Any]) -> None:
    """One word is enough, whatever else the page shows."""
    assert not is_seen(page(content, **keys))


def test_a_letter_that_means_nothing_known_is_not_seen() -> None:
    """A font that does not say what its signs stand for: what is read from it may be anything."""
    pdf = pikepdf.Pdf.open(io.BytesIO(page(SAID)))
    differences = pikepdf.Array([ord("O"), pikepdf.Name("/g1")])
    pdf.pages[0].obj.Resources.Font.F1.Encoding = pikepdf.Dictionary(
        Type=pikepdf.Name.Encoding, Differences=differences
    )
    buffer = io.BytesIO()
    pdf.save(buffer)
    assert not is_seen(buffer.getvalue())


def test_one_page_of_many_is_enough() -> None:
    """The whole document has to be seen."""
    pdf = pikepdf.Pdf.open(io.BytesIO(page(SAID)))
    pdf.pages.extend(pikepdf.Pdf.open(io.BytesIO(page(SAID + b"0 g 98 717 55 12 re f"))).pages)
    buffer = io.BytesIO()
    pdf.save(buffer)
    assert not is_seen(buffer.getvalue())


def test_the_survey_says_it_of_clean_papers_only() -> None:
    """A scan with a text layer behind it, as scanners make them, is not taken at its word."""
    import msgspec

    from archive.scrub.ocr import Ask, Survey

    def survey(data: bytes) -> Survey:
        asked = msgspec.msgpack.encode(Ask("application/pdf"))
        return msgspec.msgpack.decode(handle(asked, worker.clean(data).data), type=Survey)

    assert survey(page(SAID)).shown
    behind = b"3 Tr BT /F1 20 Tf 72 700 Td (%s) Tj ET" % (b"The heron stood above the frozen weir. " * 3)
    assert not survey(page(b"q 612 0 0 792 0 0 cm /Im0 Do Q " + behind)).shown
    scan, buffer = Image.new("L", (600, 800), 200), io.BytesIO()
    scan.save(buffer, "PDF")
    assert not survey(buffer.getvalue()).shown
