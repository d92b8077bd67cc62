"""PDF: the parts of a clean file one by one: links and outline, JPEG 2000, drawing instructions, text as it is read."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image, ImageChops

from archive.scrub import pdf
from archive.scrub.pdf_jpx import without_boxes
from archive.scrub.pdf_look import looks_same, readable
from archive.scrub.pdf_objects import survey
from archive.scrub.pdf_streams import content_carriers

CANARY = "Kanarenko"


def saved(document: Pdf) -> bytes:
    """Write a document that a test has made."""
    target = io.BytesIO()
    document.save(target, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return target.getvalue()


def linked() -> Pdf:
    """Make two pages with links of all sorts and an outline."""
    document = Pdf.new()
    for _ in range(2):
        document.add_blank_page(page_size=(400, 200))
    stray = document.make_indirect(Dictionary(Type=Name.Page, Contents=document.make_stream(CANARY.encode())))
    second = document.pages[1].obj
    document.Root.Dests = Dictionary(there=Array([second, Name.Fit]))
    aims = [
        Dictionary(A=Dictionary(S=Name.URI, URI=String("https://example.org/law"), IsMap=String(CANARY))),
        Dictionary(A=Dictionary(S=Name.URI, URI=String(f"file:///home/{CANARY}/a.pdf"))),
        Dictionary(A=Dictionary(S=Name.GoTo, D=Array([second, Name.Fit]))),
        Dictionary(Dest=Name.there),
        Dictionary(Dest=Array([stray, Name.Fit])),
        Dictionary(A=Dictionary(S=Name.Launch, F=String(CANARY))),
        Dictionary(A=Dictionary(S=Name.JavaScript, JS=String(CANARY))),
        Dictionary(A=Dictionary(S=Name.GoToR, F=String(CANARY), D=Array([0, Name.Fit]))),
    ]
    for aim in aims:
        aim.Type, aim.Subtype, aim.Rect, aim.NM = Name.Annot, Name.Link, Array([0, 0, 9, 9]), String(CANARY)
    document.pages[0].obj.Annots = Array([document.make_indirect(aim) for aim in aims])
    with document.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Глава 1", 1))
    document.Root.Outlines.First.A = Dictionary(S=Name.JavaScript, JS=String(CANARY))
    return document


def test_links_and_outline_keep_only_places_and_addresses() -> None:
    """Web addresses, aims in the document and titles stay; scripts, programs, local paths and stray pages go."""
    cleaned = pdf.clean(saved(linked()))
    assert CANARY.encode() not in cleaned.data
    assert pdf.residue(cleaned.data) == ()
    with Pdf.open(io.BytesIO(cleaned.data)) as document:
        links = list(document.pages[0].obj.Annots)
        assert [str(link.A.URI) if "/A" in link else str(link.Dest[1]) for link in links] == [
            "https://example.org/law",
            "/Fit",
            "/Fit",
        ]
        assert all(link.Dest[0].objgen == document.pages[1].obj.objgen for link in links[1:])
        assert str(document.Root.Outlines.First.Title) == "Глава 1"
    assert cleaned.kept == ("PDF links", "PDF outline")
    assert cleaned.text == "Глава 1"


def test_a_survey_names_what_lies_in_links_too() -> None:
    """Actions inside annotations count, though no object of their own."""
    assert {"PDF JavaScript", "PDF actions"} <= survey(linked())


def test_jpeg_2000_loses_boxes_and_comments() -> None:
    """Boxes of a JP2 file that no decoder needs, and the encoder's comment in the codestream, go; pixels stay."""
    target = io.BytesIO()
    picture = Image.linear_gradient("L")
    picture.save(target, "JPEG2000", comment=CANARY)
    marked = target.getvalue() + (len(CANARY) + 24).to_bytes(4) + b"uuid" + bytes(16) + CANARY.encode()
    cleaned = without_boxes(marked)
    assert cleaned is not None
    assert marked.count(CANARY.encode()) == 2
    assert CANARY.encode() not in cleaned
    assert ImageChops.difference(Image.open(io.BytesIO(cleaned)), picture).getbbox() is None
    assert without_boxes(cleaned) == cleaned
    assert without_boxes(marked[:200]) is None


@pytest.mark.parametrize("cut", range(12, 900, 37))
def test_a_cut_jpeg_2000_cannot_be_rebuilt(cut: int) -> None:
    """Boxes and tiles say how long they are; what ends before is not walked further."""
    target = io.BytesIO()
    Image.linear_gradient("L").save(target, "JPEG2000")
    assert without_boxes(target.getvalue()[:-cut]) is None


@pytest.mark.parametrize(
    ("drawing", "groups"),
    [
        (b"BT (100 % sure) Tj ET", set()),
        (b"/P <</MCID 3>> BDC EMC /P << /MCID 4 >> BDC EMC", set()),
        (b"% by somebody\n0 g", {"Comment"}),
        (b"(a) Tj % (b\n) Tj", {"Comment"}),
        (b"/Span <</ActualText (x)>> BDC EMC", {"PDF other entries"}),
        (b"BI /F /DCT ID x EI", {"PDF other entries"}),
        (b"BI /W 1 ID ( EI % ) Tj", {"Comment"}),
    ],
)
def test_carriers_in_drawings_are_suspected_and_plain_ones_are_not(drawing: bytes, groups: set[str]) -> None:
    """A percent sign inside a string is none; one behind an inline picture may be."""
    assert content_carriers(drawing) == groups


def test_glyphs_that_borrow_the_fonts_of_their_page_keep_them() -> None:
    """A Type 3 font without resources draws its letters with those of the page, which no page content names."""
    document = Pdf.new()
    page = document.add_blank_page(page_size=(400, 200)).obj
    glyph = document.make_stream(b"1000 0 d0 BT /F1 1000 Tf (X) Tj ET")
    inner = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    outer = Dictionary(Type=Name.Font, Subtype=Name.Type3, CharProcs=Dictionary(x=glyph), FirstChar=120, LastChar=120)
    outer.FontBBox, outer.FontMatrix, outer.Widths = (
        Array([0, 0, 1, 1]),
        Array([0.001, 0, 0, 0.001, 0, 0]),
        Array([1000]),
    )
    outer.Encoding = Dictionary(Type=Name.Encoding, Differences=Array([120, Name.x]))
    page.Resources = Dictionary(Font=Dictionary(F1=inner, F3=outer))
    page.Contents = document.make_stream(b"BT /F3 40 Tf 40 120 Td (xx) Tj ET")
    cleaned = pdf.clean(saved(document))
    assert cleaned.method.startswith("PDF rewritten")
    assert looks_same(saved(document), cleaned.data)


def test_a_page_that_came_out_different_is_seen() -> None:
    """One line more or less on a page is enough."""
    first, second = Pdf.new(), Pdf.new()
    for document, drawing in ((first, b"0 g 40 40 200 3 re f"), (second, b"")):
        document.add_blank_page(page_size=(400, 600)).obj.Contents = document.make_stream(drawing)
    assert looks_same(saved(first), saved(first))
    assert not looks_same(saved(first), saved(second))


def test_text_that_stands_for_a_picture_of_text_is_kept() -> None:
    """Readers take ActualText for what the letters mean; other properties go."""
    document = Pdf.new()
    page = document.add_blank_page(page_size=(400, 200)).obj
    drawing = b"/Span <</ActualText (court) /Lang (uk) /E (expansion) /T (title)>> BDC 0 0 9 9 re f EMC"
    page.Contents = document.make_stream(drawing)
    cleaned = pdf.clean(saved(document))
    with Pdf.open(io.BytesIO(cleaned.data)) as after:
        (first, *_) = pikepdf.parse_content_stream(after.pages[0])
        assert set(first.operands[1].keys()) == {"/ActualText"}


def test_text_is_nfc_whole_and_without_controls() -> None:
    """Words that PDFium marks as broken at a line's end are joined."""
    assert readable("exam\ufffe\r\nple e\u0301\x00 \u202ea\r\nb\x02c") == "example é a\nbc"
