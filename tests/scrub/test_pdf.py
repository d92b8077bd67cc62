"""PDF: every carrier goes, page and text stay; two files that differ in carriers alone become the same bytes."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image, ImageChops, ImageCms, ImageStat

from archive.scrub import pdf, worker

CANARY = "Kanarenko"
SEEN = "The court heard the case"
DRAWING = f"BT /F1 24 Tf 40 120 Td ({SEEN}) Tj ET\n".encode()


def saved(document: Pdf, **options: object) -> bytes:
    """Write a document that a test has made."""
    target = io.BytesIO()
    document.save(target, **options)  # type: ignore[arg-type] -- passed through
    return target.getvalue()


def plain(drawing: bytes = DRAWING, pages: int = 1) -> Pdf:
    """Make a document that shows one line of text."""
    document = Pdf.new()
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    for _ in range(pages):
        page = document.add_blank_page(page_size=(400, 200))
        page.obj.Resources = Dictionary(Font=Dictionary(F1=document.make_indirect(font)))
        page.obj.Contents = document.make_stream(drawing)
    return document


def everything(data: bytes) -> bytes:
    """Give all bytes of a file, its streams unpacked, so that a word in any of them is found."""
    with Pdf.open(io.BytesIO(data)) as document:
        parts = [data]
        for item in document.objects:
            parts.append(item.unparse())
            if isinstance(item, pikepdf.Stream) and "DCT" not in str(item.get("/Filter")):
                parts.append(item.read_bytes())
    return b"\n".join(parts)


def holds(data: bytes, word: str = CANARY) -> bool:
    """Tell whether a word stands anywhere in a file, in one byte or two a letter, plain or in hex."""
    forms = [
        word.encode(),
        word.encode("utf-16-be"),
        word.encode().hex().encode(),
        word.encode("utf-16-be").hex().encode(),
    ]
    return any(form in everything(data) for form in forms)


def jpeg(exif: bool) -> bytes:
    """Make a small photo, with a word in its EXIF if asked."""
    marks = Image.Exif()
    if exif:
        marks[0x013B] = CANARY
    target = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(target, "JPEG", exif=marks)
    return target.getvalue()


def with_picture(data: bytes, **extra: object) -> Pdf:
    """Show a JPEG on a page."""
    document = plain(DRAWING + b"q 80 0 0 80 300 20 cm /Im1 Do Q")
    image = document.make_stream(data, Type=Name.XObject, Subtype=Name.Image, Width=256, Height=256, BitsPerComponent=8)
    image.ColorSpace, image.Filter = Name.DeviceRGB, Name.DCTDecode
    for key, value in extra.items():
        image[f"/{key}"] = value
    document.pages[0].obj.Resources.XObject = Dictionary(Im1=image)
    return document


def full_of_carriers() -> bytes:
    """Put the word into every place outside the picture of the page that a PDF has for it."""
    document = with_picture(jpeg(exif=True), Name=Name(f"/{CANARY}"), OPI=Dictionary(F=String(CANARY)))
    page, root = document.pages[0].obj, document.Root
    word, stream = String(CANARY), document.make_stream(CANARY.encode())
    script = Dictionary(S=Name.JavaScript, JS=word)
    meta = document.make_stream(f"<x:xmpmeta>{CANARY}</x:xmpmeta>".encode(), Type=Name.Metadata, Subtype=Name.XML)
    file = document.make_indirect(Dictionary(Type=Name.Filespec, F=word, EF=Dictionary(F=stream)))
    document.docinfo["/Author"], document.docinfo["/CreationDate"] = CANARY, "D:20240101000000"
    document.trailer.DocChecksum = Name(f"/{CANARY}")
    root.Metadata, root.AF, root.Lang, root.Legal = meta, Array([file]), word, Dictionary(Attestation=word)
    root.OpenAction, root.AA, root.PieceInfo = script, Dictionary(WC=script), Dictionary(X=Dictionary(Private=word))
    root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array([word, script])), EmbeddedFiles=Dictionary(Names=Array([word, file]))
    )
    root.StructTreeRoot = document.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Dictionary(Alt=word)))
    root.PageLabels, root.MarkInfo = Dictionary(Nums=Array([0, Dictionary(P=word)])), Dictionary(Marked=True)
    root.OutputIntents = Array([Dictionary(S=Name.GTS_PDFA1, Info=word)])
    root.DSS, root.Collection, root.SpiderInfo = Dictionary(Certs=Array([stream])), Dictionary(D=word), word
    page.Metadata, page.Thumb, page.PieceInfo = meta, stream, Dictionary(X=Dictionary(LastModified=word))
    page.LastModified, page.AA, page.ID, page.VP = word, Dictionary(O=script), word, Array([Dictionary(Name=word)])
    page[f"/{CANARY}"] = word
    page.Resources[f"/{CANARY}"] = Array([word])
    page.Resources.Font.F1.Name, page.Resources.Font.F1.Owner = Name.F1, word
    page.Resources.XObject.Im1.Metadata = meta
    comment = Dictionary(
        Type=Name.Annot, Subtype=Name.Text, Rect=Array([500, 1, 509, 9]), T=word, Contents=word, NM=word
    )
    comment.M, comment.RC, comment.CreationDate = word, word, word
    attached = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([1, 1, 9, 9]), FS=file)
    page.Annots = Array([document.make_indirect(comment), document.make_indirect(attached)])
    properties = f"/P <</MCID 0 /Alt ({CANARY}) >> BDC ".encode() + DRAWING + b"EMC "
    page.Contents = document.make_stream(f"% {CANARY}\n".encode() + properties + b"q 80 0 0 80 300 20 cm /Im1 Do Q")
    return saved(document)


def pixels(data: bytes, page: int = 0) -> Image.Image:
    """Draw a page as PDFium shows it."""
    document = pypdfium2.PdfDocument(data)
    document.init_forms()
    return document[page].render(scale=1).to_pil().convert("RGB")


def unlike(before: bytes, after: bytes) -> float:
    """Measure how far two files look apart: mean difference of a channel, 0 to 255."""
    return max(ImageStat.Stat(ImageChops.difference(pixels(before), pixels(after))).mean)


def test_no_carrier_survives_and_the_page_does() -> None:
    """One word planted everywhere: gone from every object and stream, while text and look are as before."""
    dirty = full_of_carriers()
    cleaned = pdf.clean(dirty)
    assert holds(dirty)
    assert not holds(cleaned.data)
    assert b"Exif" not in cleaned.data
    assert pdf.residue(cleaned.data) == ()
    assert cleaned.text == SEEN
    assert cleaned.lossless
    assert unlike(dirty, cleaned.data) < 0.5
    assert {
        "PDF Info", "XMP", "PDF Attachments", "PDF JavaScript", "PDF actions", "PDF annotations", "PDF private data",
        "PDF dates", "PDF structure tree", "PDF Signatures", "Thumbnail", "EXIF", "ICC", "PDF other entries", "Comment",
    } <= set(cleaned.found)  # fmt: skip
    assert cleaned.removed == cleaned.found


def test_only_what_is_shown_decides_the_bytes() -> None:
    """Files that differ in carriers alone become one and the same; nothing tells two copies apart."""
    first, second = with_picture(jpeg(exif=True)), with_picture(jpeg(exif=False))
    first.docinfo["/Author"] = CANARY
    assert pdf.clean(saved(first)).data == pdf.clean(saved(second, linearize=True)).data


def test_cleaning_twice_changes_nothing() -> None:
    """In a clean file there is nothing left to find but the constant /ID; its bytes settle."""
    once = pdf.clean(full_of_carriers()).data
    twice = pdf.clean(once)
    assert twice.found == ("PDF ID",)
    assert pdf.clean(twice.data).data == twice.data


def test_earlier_revisions_are_gone() -> None:
    """An update appended by hand shows new text; the old text was still in the file and no longer is."""
    old = saved(plain(DRAWING.replace(SEEN.encode(), CANARY.encode())), compress_streams=False)
    number = next(i for i in range(1, 20) if f"\n{i} 0 obj\n<< /Length".encode() in old)
    body = b"%d 0 obj\n<< /Length %d >>\nstream\n%sendstream\nendobj\n" % (number, len(DRAWING), DRAWING)
    start, at = int(old.split(b"startxref\n")[1].split()[0]), len(old)
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size 20 /Root 1 0 R /Prev %d >>\n" % (number, at, start)
    new = old + body + table + b"startxref\n%d\n%%%%EOF\n" % (at + len(body))
    cleaned = pdf.clean(new)
    assert CANARY.encode() in new
    assert cleaned.text == SEEN
    assert not holds(cleaned.data)
    assert "PDF revisions" in cleaned.found
    assert cleaned.data.count(b"%%EOF") == cleaned.data.count(b"startxref") == 1


@pytest.mark.parametrize(
    "before",
    [
        f"\x1b%-12345X@PJL JOB NAME={CANARY}\r\n@PJL ENTER LANGUAGE=PDF\r\n".encode(),
        f"HTTP/1.1 200 OK\r\nServer: {CANARY}\r\n\r\n".encode(),
        b"\0\5\x16\0\0\2\0\0" + bytes(16) + CANARY.encode(),
    ],
    ids=["job ticket", "server", "AppleSingle"],
)
def test_what_stands_before_the_header_goes(before: bytes) -> None:
    """Every reader opens such a file; it is a PDF and never a text."""
    plainly = saved(plain())
    cleaned = worker.clean(before + plainly)
    assert "Leading data" in cleaned.removed
    assert cleaned.data == worker.clean(plainly).data
    assert worker.clean(b"A PDF begins with %PDF-1.7, then come objects.\n").media_type == "text/plain"


def test_the_empty_password_opens_and_is_no_longer_needed() -> None:
    """A file that only restricts printing is decrypted and rewritten."""
    locked = saved(plain(), encryption=pikepdf.Encryption(owner=CANARY, user=""))
    cleaned = pdf.clean(locked)
    assert cleaned.text == SEEN
    assert "PDF encryption" in cleaned.found
    assert pdf.residue(cleaned.data) == ()


def test_bytes_behind_the_end_of_packed_data_are_cut() -> None:
    """A Flate stream says itself where it ends; what hangs on is no part of the page."""
    document = plain()
    document = Pdf.open(io.BytesIO(saved(document)))
    stream = document.pages[0].obj.Contents
    stream.write(stream.read_raw_bytes() + CANARY.encode(), filter=Name.FlateDecode)
    dirty = saved(document)
    assert holds(dirty)
    assert not holds(pdf.clean(dirty).data)


def test_pictures_that_no_page_draws_are_gone() -> None:
    """Editors leave a deleted picture among the resources of its page, and of drawings within drawings."""
    document = with_picture(jpeg(exif=False))
    page = document.pages[0].obj
    hidden = document.make_stream(CANARY.encode(), Type=Name.XObject, Subtype=Name.Image, Width=3, Height=3)
    hidden.ColorSpace, hidden.BitsPerComponent = Name.DeviceGray, 8
    inner = document.make_stream(b"0 0 5 5 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    inner.Resources = Dictionary(XObject=Dictionary(Old=hidden))
    page.Resources.XObject.Old, page.Resources.XObject.Fm1 = hidden, inner
    page.Contents = document.make_stream(page.Contents.read_bytes() + b" /Fm1 Do")
    dirty = saved(document)
    cleaned = pdf.clean(dirty)
    assert holds(dirty)
    assert not holds(cleaned.data)
    assert unlike(dirty, cleaned.data) == 0


@pytest.mark.parametrize("outer", ["none", "flate"])
def test_a_jpeg_keeps_its_pixels_and_loses_its_exif(outer: str) -> None:
    """Also where the JPEG is packed once more."""
    document = with_picture(jpeg(exif=True))
    if outer == "flate":
        image = document.pages[0].obj.Resources.XObject.Im1
        image.write(zlib.compress(jpeg(exif=True)), filter=Array([Name.FlateDecode, Name.DCTDecode]))
    dirty = saved(document)
    cleaned = pdf.clean(dirty)
    assert not holds(cleaned.data)
    assert unlike(dirty, cleaned.data) == 0
    assert cleaned.method.startswith("PDF rewritten")


def test_a_colour_profile_loses_its_owner() -> None:
    """A profile that only means sRGB goes; the look stays."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    document = with_picture(jpeg(exif=False))
    icc = document.make_stream(profile, N=3)
    document.pages[0].obj.Resources.XObject.Im1.ColorSpace = Array([Name.ICCBased, icc])
    dirty = saved(document)
    cleaned = pdf.clean(dirty)
    assert b"acsp" in everything(dirty)
    assert b"acsp" not in everything(cleaned.data)
    assert unlike(dirty, cleaned.data) < 1


def _trailer_info(document: Pdf) -> None:
    document.docinfo["/Author"] = CANARY


def _page_annotation(document: Pdf) -> None:
    mark = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]), T=String(CANARY))
    document.pages[0].obj.Annots = Array([document.make_indirect(mark)])


def _property(document: Pdf) -> None:
    document.pages[0].obj.Contents.write(f"/P <</Alt ({CANARY})>> BDC EMC".encode())


SPOILS: dict[str, Callable[[Pdf], object]] = {
    "PDF Info": _trailer_info,
    "XMP": lambda d: setattr(d.Root, "Metadata", d.make_stream(b"<x:xmpmeta/>", Type=Name.Metadata, Subtype=Name.XML)),
    "PDF annotations": _page_annotation,
    "PDF actions": lambda d: setattr(d.Root, "OpenAction", Dictionary(S=Name.Launch, F=String(CANARY))),
    "PDF JavaScript": lambda d: setattr(
        d.pages[0].obj, "AA", Dictionary(O=Dictionary(S=Name.JavaScript, JS=String("x")))
    ),
    "PDF Attachments": lambda d: d.attachments.__setitem__(CANARY, CANARY.encode()),
    "PDF private data": lambda d: setattr(d.pages[0].obj, "PieceInfo", Dictionary(X=Dictionary())),
    "PDF dates": lambda d: setattr(d.pages[0].obj, "LastModified", String("D:2024")),
    "Thumbnail": lambda d: setattr(d.pages[0].obj, "Thumb", d.make_stream(b"x")),
    "PDF form": lambda d: setattr(d.Root, "AcroForm", Dictionary(Fields=Array())),
    "PDF structure tree": lambda d: setattr(d.Root, "MarkInfo", Dictionary(Marked=True)),
    "PDF layers": lambda d: setattr(d.Root, "OCProperties", Dictionary(OCGs=Array())),
    "PDF other entries": lambda d: setattr(d.pages[0].obj.Resources.Font.F1, "Owner", String(CANARY)),
    "EXIF": lambda d: d.pages[0].obj.Resources.XObject.Im1.write(jpeg(exif=True), filter=Name.DCTDecode),
    "Comment": lambda d: d.pages[0].obj.Contents.write(b"% " + CANARY.encode()),
}


@pytest.mark.parametrize("group", SPOILS)
def test_the_second_look_names_what_was_put_back(group: str) -> None:
    """A clean file with one carrier put back into it is not clean, and the carrier has its name."""
    with Pdf.open(io.BytesIO(pdf.clean(saved(with_picture(jpeg(exif=False)))).data)) as document:
        SPOILS[group](document)
        left = pdf.residue(saved(document, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable))
    assert left
    assert group in left or (group == "EXIF" and any("APP1" in name or "EXIF" in name for name in left))


def test_the_second_look_sees_properties_identifiers_and_appended_bytes() -> None:
    """Properties of marked content, an /ID of its own, a second revision, and bytes behind the end."""
    clean = pdf.clean(saved(plain())).data
    with Pdf.open(io.BytesIO(clean)) as document:
        assert "PDF ID" in pdf.residue(saved(document, object_stream_mode=pikepdf.ObjectStreamMode.disable))
        _property(document)
        assert "PDF other entries" in pdf.residue(saved(document, static_id=True))
    assert "PDF revisions" in pdf.residue(clean + b"startxref\n0\n%%EOF\n")
    assert pdf.residue(clean + CANARY.encode())
    assert pdf.residue(clean[:-200])


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="needs exiftool")
def test_exiftool_finds_nothing(tmp_path: Path) -> None:
    """An independent reader: no tag beyond the structure of file and pictures."""
    path = tmp_path / "clean.pdf"
    path.write_bytes(pdf.clean(full_of_carriers()).data)
    ran = subprocess.run(["exiftool", "-json", "-a", "-u", "-G1", "-ee3", path], capture_output=True, check=True)
    tags = {name for name in json.loads(ran.stdout)[0] if name.startswith(("PDF", "XMP", "EXIF", "IFD", "Info", "ICC"))}
    structure = {"PDFVersion", "Linearized", "PageCount", "Warning"}
    assert not {tag for tag in tags if tag.split(":")[1] not in structure and "EmbeddedImage" not in tag}


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="needs qpdf")
def test_qpdf_finds_the_file_sound(tmp_path: Path) -> None:
    """No warning, also for a drawn file."""
    (tmp_path / "clean.pdf").write_bytes(pdf.clean(full_of_carriers()).data)
    assert subprocess.run(["qpdf", "--check", tmp_path / "clean.pdf"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext (poppler-utils)")
def test_poppler_reads_the_same_text_and_no_information(tmp_path: Path) -> None:
    """Another library than the one that compared."""
    dirty, clean = tmp_path / "dirty.pdf", tmp_path / "clean.pdf"
    dirty.write_bytes(full_of_carriers())
    clean.write_bytes(pdf.clean(dirty.read_bytes()).data)
    texts = [
        subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout for path in (dirty, clean)
    ]
    assert texts[0] == texts[1]
    assert SEEN.encode() in texts[1]
    facts = subprocess.run(["pdfinfo", clean], capture_output=True, check=True, text=True).stdout
    said = {line.split(":")[0]: line.split(":", 1)[1].strip() for line in facts.splitlines()}
    assert not {"Title", "Author", "Creator", "Producer", "CreationDate", "ModDate"} & said.keys()
    assert [said[key] for key in ("Custom Metadata", "Metadata Stream", "Tagged", "JavaScript", "Form")] == [
        "no"
    ] * 4 + ["none"]
