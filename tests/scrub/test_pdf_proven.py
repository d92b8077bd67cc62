"""What photographs in a PDF prove comes out with the page and the place of each, however the file is cleaned."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

from archive.scrub import worker

SIZE = (48, 32)


def photo(minute: int = 55) -> bytes:
    """A photograph that says its minute."""
    marks, out = Image.Exif(), io.BytesIO()
    marks.get_ifd(0x8769).update({0x9003: f"2025:06:02 08:{minute:02}:10"})
    Image.new("RGB", SIZE, (90, minute, 160)).save(out, "JPEG", exif=marks)
    return out.getvalue()


def picture(document: Pdf, data: bytes) -> pikepdf.Stream:
    return document.make_stream(
        data, Type=Name.XObject, Subtype=Name.Image, Width=SIZE[0], Height=SIZE[1], BitsPerComponent=8,
        ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode,
    )  # fmt: skip


def drawing(*names: str) -> bytes:
    return b" ".join(b"q 90 0 0 60 %d 20 cm /%s Do Q" % (100 * at, name.encode()) for at, name in enumerate(names))


def sheet(document: Pdf, drawn: tuple[str, ...], **named: object) -> pikepdf.Page:
    page = document.add_blank_page(page_size=(400, 200))
    page.obj.Resources = Dictionary(XObject=Dictionary({f"/{name}": item for name, item in named.items()}))
    page.obj.Contents = document.make_stream(drawing(*drawn))
    return page


def told(document: Pdf) -> dict[str, str]:
    """Where each minute was found."""
    out = io.BytesIO()
    document.save(out)
    cleaned = worker.clean(out.getvalue())
    assert b"2025:06:02" not in cleaned.data
    return {one.name: str(one.capture.taken_at)[-5:-3] for one in cleaned.inside}


def test_each_picture_is_named_by_its_page_and_its_turn() -> None:
    """As it is drawn, not as it is listed; one that is seen twice by its first page; one without facts counts too."""
    with Pdf.new() as document:
        plain = picture(document, Image.new("RGB", SIZE).tobytes())
        plain.write(photo(0).replace(b"2025:06:02", b"0000:00:00"), filter=Name.DCTDecode)
        one, two, three = (picture(document, photo(minute)) for minute in (11, 12, 13))
        sheet(document, ())
        sheet(document, ("P", "B", "A"), A=one, B=two, P=plain)
        sheet(document, ("A", "C"), A=one, C=three)
        assert told(document) == {"page-2/picture-2": "12", "page-2/picture-3": "11", "page-3/picture-2": "13"}


def test_pictures_inside_drawings_are_found_where_these_are_drawn() -> None:
    """In a form that calls itself, with resources of its own or the page's; and in what the pages inherit."""
    with Pdf.new() as document:
        one, two = picture(document, photo(11)), picture(document, photo(12))
        forms = [
            document.make_stream(content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 400, 200]))
            for content in (drawing("A", "Self"), drawing("B"))
        ]
        forms[0].Resources = Dictionary(XObject=Dictionary(A=one, Self=forms[0]))
        page = sheet(document, ("F", "G"), F=forms[0], G=forms[1], B=two)
        document.Root.Pages.Resources = page.obj.Resources
        del page.obj.Resources
        assert told(document) == {"page-1/picture-1": "11", "page-1/picture-2": "12"}


def test_a_picture_that_no_page_draws_has_its_number() -> None:
    """What was covered or left out proves something too, and goes."""
    with Pdf.new() as document:
        sheet(document, ("A",), A=picture(document, photo(11)), B=picture(document, photo(12)))
        assert sorted(told(document).items()) == [("page-1/picture-1", "11"), ("picture-2", "12")]


@pytest.mark.parametrize("way", ["layers", "locked"])
def test_the_way_of_cleaning_does_not_matter(way: str) -> None:
    """A file that has to be drawn as pictures, and one that the empty password opens."""
    with Pdf.new() as document:
        sheet(document, ("A",), A=picture(document, photo(11)))
        if way == "layers":
            layer = document.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String("a")))
            document.Root.OCProperties = Dictionary(
                OCGs=Array([layer]), D=Dictionary(OFF=Array([layer]), Order=Array([layer]))
            )
        out = io.BytesIO()
        document.save(out, encryption=pikepdf.Encryption(owner="x", user="") if way == "locked" else False)
    cleaned = worker.clean(out.getvalue())
    assert cleaned.method.startswith("rasterised" if way == "layers" else "PDF rewritten")
    assert [one.name for one in cleaned.inside] == ["page-1/picture-1"]


def test_a_damaged_picture_proves_nothing_and_refuses_nothing() -> None:
    """Cut in its EXIF, on a page whose drawing is torn, or on one without any: the file goes its way."""
    with Pdf.new() as document:
        sheet(document, ("A",), A=picture(document, photo(11)[:90]))
        page = sheet(document, ("B",), B=picture(document, photo(12)))
        page.obj.Contents = document.make_stream(drawing("B") + b" ( Do [ << Do")
        sheet(document, ("C",), C=picture(document, photo(13))).obj.Contents = Name.Nothing
        assert told(document) == {"page-2/picture-1": "12", "picture-3": "13"}
