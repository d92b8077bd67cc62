"""What pictures and sound inside mails, packages, books, PDFs and office files prove is sealed with their file."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import docx
import openpyxl
import pikepdf
import pptx
import pytest
from openpyxl.drawing.image import Image as Drawn
from pikepdf import Name
from PIL import Image, TiffImagePlugin

Rational = TiffImagePlugin.IFDRational
DEVICE = "Canary Works Canary 1"
FACTS = {
    "taken_at": "2025-06-02T08:55:10", "zone": "+03:00", "latitude": "50.450000", "longitude": "30.508333",
    "device": DEVICE,
}  # fmt: skip


def photo(minute: int = 55) -> bytes:
    """A picture that says when, where and with what it was taken."""
    exif, out = Image.Exif(), io.BytesIO()
    exif.update({0x010F: "Canary Works", 0x0110: "Canary 1"})
    exif.get_ifd(0x8769).update({0x9003: f"2025:06:02 08:{minute}:10", 0x9011: "+03:00"})
    exif.get_ifd(0x8825).update(
        {1: "N", 2: (Rational(50), Rational(27), Rational(0)), 3: "E", 4: (Rational(30), Rational(30), Rational(30))}
    )
    Image.new("RGB", (48, 32), (90, minute, 160)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def sound() -> bytes:
    """A recording that says its day."""
    listed = b"INFOICRD" + struct.pack("<I", 20) + b"2025-06-02 08:57:10\0"
    form = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 48000, 96000, 2, 16)
    body = (
        b"WAVE" + form + b"LIST" + struct.pack("<I", len(listed)) + listed + b"data" + struct.pack("<I", 8) + bytes(8)
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name, data in files.items():
            package.writestr(name, data)
    return made.getvalue()


def mail(files: dict[str, bytes]) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.org", "b@example.org", "What I saw"
    made.set_content("See the files.\n")
    for name, data in files.items():
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


def word() -> bytes:
    made, out = docx.Document(), io.BytesIO()
    made.add_paragraph("A letter.")
    made.add_picture(io.BytesIO(photo()))
    made.save(out)
    return out.getvalue()


def sheet() -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.active["A1"] = "A list"
    made.active.add_image(Drawn(io.BytesIO(photo())), "B2")
    made.save(out)
    return out.getvalue()


def slides() -> bytes:
    made, out = pptx.Presentation(), io.BytesIO()
    made.slides.add_slide(made.slide_layouts[6]).shapes.add_picture(io.BytesIO(photo()), 0, 0)
    made.save(out)
    return out.getvalue()


def book() -> bytes:
    return zipped({
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": b'<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        b'<rootfile full-path="b.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
        "b.opf": b'<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        b'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Letters</dc:title></metadata><manifest>'
        b'<item id="p" href="p.xhtml" media-type="application/xhtml+xml"/>'
        b'<item id="i" href="i.jpg" media-type="image/jpeg"/></manifest><spine><itemref idref="p"/></spine></package>',
        "p.xhtml": b'<html xmlns="http://www.w3.org/1999/xhtml"><body><p>Seen.</p><img src="i.jpg"/></body></html>',
        "i.jpg": photo(),
    })  # fmt: skip


def pdf() -> bytes:
    """A letter whose second page is a photograph."""
    out = io.BytesIO()
    with pikepdf.Pdf.new() as made:
        made.add_blank_page(page_size=(200, 100))
        sheet = made.add_blank_page(page_size=(200, 100)).obj
        seen = made.make_stream(photo(), Type=Name.XObject, Subtype=Name.Image, Width=48, Height=32, BitsPerComponent=8)
        seen.ColorSpace, seen.Filter = Name.DeviceRGB, Name.DCTDecode
        sheet.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Seen=seen))
        sheet.Contents = made.make_stream(b"q 150 0 0 90 20 5 cm /Seen Do Q")
        made.save(out)
    return out.getvalue()


def page() -> bytes:
    return b'<!DOCTYPE html><html><body><p>Seen.</p><img src="data:image/jpeg;base64,%s"></body></html>' % (
        base64.b64encode(photo())
    )


@pytest.mark.parametrize(
    ("name", "make", "part"),
    [
        ("a.zip", lambda: zipped({"photos/IMG_1.jpg": photo(), "notes.txt": b"The gate.\n"}), "photos/IMG_1.jpg"),
        ("a.eml", lambda: mail({"IMG_1.jpg": photo()}), "IMG_1.jpg"),
        ("b.zip", lambda: zipped({"mails/a.eml": mail({"IMG_1.jpg": photo()})}), "mails/a.eml/IMG_1.jpg"),
        ("a.docx", word, "word/media/image1.jpeg"),
        ("a.xlsx", sheet, "xl/media/image1.jpeg"),
        ("a.pptx", slides, "ppt/media/image1.jpeg"),
        ("a.epub", book, "book/image-0001.jpg"),
        ("a.html", page, "1"),
        ("a.pdf", pdf, "page-2/picture-1"),
        ("c.eml", lambda: mail({"letter.pdf": pdf()}), "letter.pdf/page-2/picture-1"),
    ],
)  # fmt: skip
def test_what_a_picture_inside_proves_is_sealed_with_its_file(
    archive: Any, name: str, make: Callable[[], bytes], part: str
) -> None:
    """Told which picture it is about, only if asked for; nothing of it in the clean copy or in what search finds."""
    brought = archive.file(name, b"")
    brought.write_bytes(make())
    ref = archive.add(brought)
    assert DEVICE not in archive.run("show", ref).text
    (told,) = archive.ask("show", ref, "--capture")["captured"]
    assert {field: told[field] for field in ("part", *FACTS)} == {"part": part, **FACTS}
    assert f"part  {part}" in archive.run("show", ref, "--capture").text
    clean = archive.run("get", ref, "-o", "-").out
    for spelt in (b"Canary", b"2025:06:02"):
        assert spelt not in clean and base64.b64encode(spelt)[:-2] not in clean
    assert archive.ask("search", "Canary")["total"] == 0


def test_of_each_file_inside_its_own_facts_shreddable_alone(archive: Any) -> None:
    """Three photos, one of them in a PDF, and a recording are four records; one goes, then all with the file."""
    brought = archive.file("all.zip", b"")
    held = {"1.jpg": photo(11), "2.jpg": photo(12), "3.wav": sound(), "4.txt": b"Seen.\n", "5.pdf": pdf()}
    brought.write_bytes(zipped(held))
    ref = archive.add(brought)
    shown = archive.ask("show", ref, "--capture")
    people = archive.run("show", ref, "--capture").text
    for facts, one in zip(shown["capture_facts"], shown["captured"], strict=True):
        assert f"{facts}\n          part  {one['part']}" in people
    times = {one["part"]: one["taken_at"][-5:] for one in shown["captured"]}
    assert times == {"1.jpg": "11:10", "2.jpg": "12:10", "3.wav": "57:10", "5.pdf/page-2/picture-1": "55:10"}
    archive.ask("shred", shown["capture_facts"][1], "--yes")
    left = archive.ask("show", ref, "--capture")["captured"]
    assert len(left) == 3 and archive.run("get", ref, "-o", "-").out.startswith(b"PK")
    lost = archive.ask("shred", ref, "--yes")["records"]
    assert sorted(one["kind"] for one in lost) == ["capture-facts", "capture-facts", "capture-facts", "document"]


def test_a_collective_that_wants_no_facts_keeps_none_of_files_inside(archive: Any) -> None:
    """As for a photo by itself."""
    archive.ask("collective", "set", "--capture-facts", "drop")
    brought = archive.file("a.zip", b"")
    brought.write_bytes(zipped({"1.jpg": photo()}))
    ref = archive.add(brought)
    assert "capture_facts" not in archive.ask("show", ref)
    assert archive.run("show", ref, "--capture").code == 17
