"""PDF: what hides is drawn or refused; what covers still covers; bombs, loops and cut files end with a reason."""

from __future__ import annotations

import io
import shutil
import subprocess
import zlib

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Object, Pdf, String
from PIL import Image

from archive.errors import UncleanError
from archive.scrub import pdf
from archive.scrub.contract import Reason

CANARY = "Kanarenko"
SEEN = "The court heard the case"
DRAWING = f"BT /F1 24 Tf 40 120 Td ({SEEN}) Tj ET\n".encode()
DARK = 60


def saved(document: Pdf, **options: object) -> bytes:
    """Write a document that a test has made."""
    target = io.BytesIO()
    document.save(target, **options)  # type: ignore[arg-type] -- passed through
    return target.getvalue()


def plain(drawing: bytes = DRAWING) -> Pdf:
    """Make a page that shows one line of text."""
    document = Pdf.new()
    page = document.add_blank_page(page_size=(400, 200)).obj
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    page.Resources = Dictionary(Font=Dictionary(F1=document.make_indirect(font)))
    page.Contents = document.make_stream(drawing)
    return document


def annotated(document: Pdf, appearance: bytes | None, **entries: object) -> Dictionary:
    """Lay an annotation over the line of text; give it a look if there is one."""
    mark = Dictionary(Type=Name.Annot, Rect=Array([20, 100, 380, 160]), F=4, T=String(CANARY))
    for key, value in entries.items():
        mark[f"/{key}"] = value
    if appearance is not None:
        form = document.make_stream(appearance, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 360, 60]))
        form.Resources = document.pages[0].obj.Resources
        mark.AP = Dictionary(N=form)
    document.pages[0].obj.Annots = Array([document.make_indirect(mark)])
    return document.pages[0].obj.Annots[0]


def field(document: Pdf, mark: Object, **form: object) -> None:
    """Make an annotation the widget of a form's only field."""
    document.Root.AcroForm = Dictionary(Fields=Array([mark]))
    for key, value in form.items():
        document.Root.AcroForm[f"/{key}"] = value


def layered(**default: object) -> Pdf:
    """Put a line on a layer; the settings say when it shows."""
    document = plain(DRAWING + f"/OC /L1 BDC BT /F1 24 Tf 40 60 Td ({CANARY}) Tj ET EMC".encode())
    layer = document.make_indirect(Dictionary(Type=Name.OCG, Name=String("Layer of Ivan")))
    document.pages[0].obj.Resources.Properties = Dictionary(L1=layer)
    settings = Dictionary(Order=Array([layer]))
    for key, value in default.items():
        settings[f"/{key}"] = Array([layer]) if value == "layer" else value
    document.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=settings)
    return document


def corner(data: bytes, place: tuple[int, int]) -> int:
    """Give the brightness at a place of the first page, in points from the top left."""
    document = pypdfium2.PdfDocument(data)
    brightness = document[0].render(scale=1).to_pil().convert("L").getpixel(place)
    assert isinstance(brightness, int)
    return brightness


def reason(data: bytes) -> str:
    """Clean something that must be refused and say why it was."""
    with pytest.raises(UncleanError) as refusal:
        pdf.clean(data)
    return refusal.value.message


def is_drawn(cleaned: pdf.Cleaned) -> bool:
    """Tell whether a file came out as pictures, with everything that follows from it."""
    assert pdf.residue(cleaned.data) == ()
    assert CANARY.encode() not in cleaned.data
    if not cleaned.method.startswith("rasterised"):
        return False
    with Pdf.open(io.BytesIO(cleaned.data)) as document:
        assert set(document.trailer.keys()) == {"/Root", "/Size", "/ID"}
        assert [set(page.obj.Resources.keys()) for page in document.pages] == [{"/XObject"}] * len(document.pages)
        assert [float(edge) for edge in document.pages[0].mediabox] == [0, 0, 400, 200]
    return not cleaned.lossless


@pytest.mark.parametrize(
    "default", [{"OFF": "layer"}, {"BaseState": Name.OFF, "ON": "layer"}, {"BaseState": Name.Unchanged}]
)
def test_a_layer_that_may_be_off_is_drawn(default: dict[str, object]) -> None:
    """Only what shows is kept, and the text, part of which may be hidden, is not given away."""
    cleaned = pdf.clean(saved(layered(**default)))
    assert is_drawn(cleaned)
    assert cleaned.text is None
    assert "PDF layers" in cleaned.found
    assert corner(cleaned.data, (390, 10)) == 255


@pytest.mark.parametrize("state", ["ViewState", "PrintState", "ExportState"])
def test_a_layer_that_shows_only_here_or_on_paper_is_drawn(state: str) -> None:
    """What a viewer hides, a printer may show."""
    document = layered()
    document.Root.OCProperties.OCGs[0].Usage = Dictionary({"/View": Dictionary({f"/{state}": Name.OFF})})
    assert is_drawn(pdf.clean(saved(document)))


def test_layers_that_all_show_become_plain_content() -> None:
    """Their names go, their content and the text stay."""
    cleaned = pdf.clean(saved(layered(BaseState=Name.ON)))
    assert cleaned.method == "PDF rewritten from allow-lists"
    assert cleaned.text is not None
    assert CANARY in cleaned.text
    assert b"Ivan" not in cleaned.data
    assert b"OCG" not in cleaned.data


@pytest.mark.parametrize("subtype", ["Square", "Redact", "Stamp"])
def test_a_black_box_laid_over_text_stays_black(subtype: str) -> None:
    """Taking the annotation away would show what somebody covered."""
    document = plain()
    annotated(document, b"0 g 0 0 360 60 re f", Subtype=Name(f"/{subtype}"))
    cleaned = pdf.clean(saved(document))
    assert not is_drawn(cleaned)
    assert corner(cleaned.data, (200, 70)) < DARK
    assert "PDF annotations" in cleaned.found


def test_a_black_box_that_does_not_say_how_it_looks_is_drawn() -> None:
    """Viewers make up its look; the picture of the page keeps it."""
    document = plain()
    annotated(document, None, Subtype=Name.Square, IC=Array([0, 0, 0]), C=Array([0, 0, 0]))
    cleaned = pdf.clean(saved(document))
    assert is_drawn(cleaned)
    assert corner(cleaned.data, (200, 70)) < DARK
    assert cleaned.text == SEEN


def test_a_hidden_annotation_is_not_brought_to_light() -> None:
    """Flattening draws what a screen shows and nothing else."""
    document = plain()
    annotated(document, b"0 g 0 0 360 60 re f", Subtype=Name.Square, F=2)
    assert corner(pdf.clean(saved(document)).data, (25, 45)) == 255


def test_a_filled_field_becomes_part_of_the_page() -> None:
    """What somebody wrote into a form is the point of it."""
    document = plain()
    look = b"BT /F1 20 Tf 5 5 Td (answer given) Tj ET"
    field(document, annotated(document, look, Subtype=Name.Widget, FT=Name.Tx, V=String("answer given")))
    cleaned = pdf.clean(saved(document))
    assert not is_drawn(cleaned)
    assert cleaned.text is not None
    assert sorted(cleaned.text.split()) == sorted(f"{SEEN} answer given".split())
    assert "PDF form" in cleaned.found


def test_a_field_without_a_look_is_drawn() -> None:
    """Also where the form asks the viewer to make all looks anew."""
    without, asking = plain(), plain()
    field(without, annotated(without, None, Subtype=Name.Widget, FT=Name.Tx, V=String("answer")))
    field(asking, annotated(asking, b"", Subtype=Name.Widget, FT=Name.Tx, V=String("answer")), NeedAppearances=True)
    assert is_drawn(pdf.clean(saved(without)))
    assert is_drawn(pdf.clean(saved(asking)))


def test_a_signature_leaves_its_look_and_nothing_else() -> None:
    """Name, date, place and certificate of the signer go; the stamp on the page stays, the text with it."""
    document = plain()
    signature = Dictionary(Type=Name.Sig, Name=String(CANARY), M=String("D:2024"), Location=String(CANARY))
    signature.ByteRange, signature.Contents = Array([0, 1, 2, 3]), String(CANARY * 40)
    mark = annotated(
        document, b"0 g 0 0 9 9 re f", Subtype=Name.Widget, FT=Name.Sig, V=document.make_indirect(signature)
    )
    field(document, mark, SigFlags=3)
    cleaned = pdf.clean(saved(document))
    assert not is_drawn(cleaned)
    assert corner(cleaned.data, (25, 95)) < DARK
    assert "PDF Signatures" in cleaned.found
    assert pypdfium2.PdfDocument(cleaned.data).get_formtype() == 0


@pytest.mark.parametrize("subtype", ["Movie", "Screen", "RichMedia", "Sound", "3D"])
def test_media_are_drawn(subtype: str) -> None:
    """The picture that stands for them stays."""
    document = plain()
    annotated(document, b"0 g 0 0 9 9 re f", Subtype=Name(f"/{subtype}"), Movie=Dictionary(F=String(CANARY)))
    cleaned = pdf.clean(saved(document))
    assert is_drawn(cleaned)
    assert "PDF multimedia" in cleaned.found


def test_xfa_is_drawn_unless_it_makes_its_own_pages() -> None:
    """Dynamic forms show 'please wait' outside the program that made them; keeping that would lose the record."""
    document = plain()
    form = document.make_stream(f"<xdp>{CANARY}</xdp>".encode())
    field(document, annotated(document, b"", Subtype=Name.Widget, FT=Name.Tx), XFA=form)
    assert is_drawn(pdf.clean(saved(document)))
    document.Root.NeedsRendering = True
    assert reason(saved(document)) == Reason.UNSUPPORTED


def test_a_jpeg_inside_the_drawing_is_drawn() -> None:
    """An inline picture may hold EXIF, and cannot be rewritten in place."""
    photo = io.BytesIO()
    marks = Image.Exif()
    marks[0x013B] = CANARY
    Image.new("RGB", (16, 16)).save(photo, "JPEG", exif=marks)
    inline = b"q 50 0 0 50 300 20 cm BI /W 16 /H 16 /BPC 8 /CS /RGB /F /DCT ID " + photo.getvalue() + b" EI Q"
    assert is_drawn(pdf.clean(saved(plain(DRAWING + inline))))


def test_an_unknown_coding_is_drawn_and_a_damaged_one_repaired() -> None:
    """Bytes that nobody here can read do not stay; a stream that breaks off keeps what it gives."""
    document = plain(DRAWING + b"/Im1 Do")
    image = document.make_stream(CANARY.encode(), Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1)
    image.Filter = Name.SecretDecode
    document.pages[0].obj.Resources.XObject = Dictionary(Im1=image)
    assert is_drawn(pdf.clean(saved(document)))
    broken = plain()
    packed = zlib.compress(DRAWING)[:-4] + CANARY.encode()
    broken.pages[0].obj.Contents = broken.make_stream(packed, Filter=Name.FlateDecode)
    cleaned = pdf.clean(saved(broken))
    assert not is_drawn(cleaned)
    assert cleaned.text == SEEN


def test_a_password_is_asked_for_by_name() -> None:
    """Nothing is tried."""
    assert reason(saved(plain(), encryption=pikepdf.Encryption(owner="a", user="b"))) == Reason.PASSWORD


def test_bombs_are_refused() -> None:
    """A stream that unpacks to 300 MB, and one packed twice, are measured without being held."""
    once, twice = zlib.compress(bytes(300 * 1024 * 1024), 1), zlib.compress(zlib.compress(DRAWING))
    for packed, coding in ((once, [Name.FlateDecode]), (twice, [Name.FlateDecode] * 2)):
        bomb = plain()
        bomb.pages[0].obj.Contents = bomb.make_stream(packed, Filter=Array(coding))
        untouched = pikepdf.StreamDecodeLevel.none
        assert reason(saved(bomb, compress_streams=False, stream_decode_level=untouched)) == Reason.BOMB


def by_hand(*bodies: str) -> bytes:
    """Write objects 1, 2, … with a right table; the first is the catalog."""
    written, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Root 1 0 R /Size {len(bodies) + 1} >>\n"
    return written + f"{end}startxref\n{len(written)}\n%%EOF\n".encode()


CATALOG = "<< /Type /Catalog /Pages 2 0 R /Outlines 4 0 R >>"
SHEET = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Annots 5 0 R >>"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", Reason.EMPTY),
        (b"%PDF-1.7\n", Reason.ENDS_EARLY),
        (b"%PDF-1.7\n%%EOF\n", Reason.PDF_DAMAGED),
        (by_hand(CATALOG, "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"), Reason.PDF_DAMAGED),
        (saved(Pdf.new()), Reason.NO_PAGES),
    ],
)
def test_broken_files_are_refused_with_a_reason(data: bytes, why: Reason) -> None:
    """Empty, header only, a page tree in a loop, no pages."""
    assert reason(data) == why


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("linear", [False, True])
def test_a_cut_file_is_refused(kept: float, linear: bool) -> None:
    """Repairing it could lose pages without a word."""
    whole = saved(plain(DRAWING * 400), linearize=linear, compress_streams=False)
    assert reason(whole[: int(len(whole) * kept)]) in (Reason.ENDS_EARLY, Reason.PDF_DAMAGED)


def test_loops_beside_the_page_tree_end() -> None:
    """An outline and an array that lead back to themselves, actions that follow each other for ever."""
    looping = by_hand(
        CATALOG,
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        SHEET,
        "<< /Title (a) /First 6 0 R /Last 6 0 R >>",
        "[5 0 R 7 0 R]",
        "<< /Title (b) /Parent 4 0 R /Next 6 0 R /Dest [3 0 R /Fit] >>",
        "<< /Type /Annot /Subtype /Link /Rect [0 0 1 1] /A << /S /GoTo /D 5 0 R /Next 7 0 R >> >>",
    )
    cleaned = pdf.clean(looping)
    assert pdf.residue(cleaned.data) == ()
    assert b"Outlines" not in cleaned.data


def test_deep_nesting_ends() -> None:
    """Arrays a hundred thousand deep neither hang nor crash."""
    deep = "[" * 100_000 + "]" * 100_000
    data = by_hand(CATALOG, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", SHEET, "null", deep)
    try:
        assert pdf.residue(pdf.clean(data).data) == ()
    except UncleanError as refusal:
        assert refusal.message in list(Reason)


def test_every_bit_turned_ends_in_a_clean_file_or_a_reason() -> None:
    """One bit in each thirteenth byte: never another error, never a file that the second look objects to."""
    whole = saved(plain())
    for place in range(9, len(whole), 13):
        turned = whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :]
        try:
            assert pdf.residue(pdf.clean(turned).data) == (), place
        except UncleanError as refusal:
            assert refusal.message in list(Reason)


@pytest.mark.parametrize("head", [b"%PDF-1.7\n", b"\n\n %PDF-2.0", b"\xef\xbb\xbf%PDF-1.4"])
def test_the_header_is_recognised(head: bytes) -> None:
    """Behind white space or a byte order mark too."""
    assert pdf.matches(head)


@pytest.mark.parametrize("head", [b"", b"hello %PDF-1.7", b"<html>%PDF-", b"\xff\xd8\xff%PDF-1.7", b"PDF-1.7"])
def test_other_files_are_not(head: bytes) -> None:
    """A header further in without an object behind it is talk of a PDF; what begins as another kind is that kind."""
    assert not pdf.matches(head)


def shown(data: bytes) -> tuple[str, ...]:
    """What poppler reads on each page, which shares nothing with the readers that clean."""
    if shutil.which("pdftotext") is None:
        pytest.skip("needs pdftotext")
    done = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True)
    return tuple(page.strip() for page in done.stdout.decode().split("\f")[:-1])


@pytest.mark.parametrize(
    "boxes",
    [
        {"MediaBox": [0, 0, 0, 0]}, {"MediaBox": [5, 5, 5, 200]}, {"CropBox": [0, 0, 0, 0]},
        {"CropBox": [900, 900, 950, 950]}, {"MediaBox": [0, 0, 0, 0], "CropBox": [1, 1, 1, 1]},
    ],
)  # fmt: skip
def test_a_page_without_a_size_is_shown_whole(boxes: dict[str, list[int]]) -> None:
    """Where the page says that it is nothing, or is cut to nothing: both ways keep what stands on it."""
    for document in (plain(), layered(OFF="layer")):
        for name, box in boxes.items():
            document.pages[0].obj[f"/{name}"] = Array(box)
        cleaned = pdf.clean(saved(document))
        assert pdf.residue(cleaned.data) == ()
        with Pdf.open(io.BytesIO(cleaned.data)) as after:
            left, bottom, right, top = (float(side) for side in after.pages[0].cropbox.as_list())
        assert (right - left, top - bottom) == ((612, 792) if "MediaBox" in boxes else (400, 200))
        if cleaned.lossless:
            assert shown(cleaned.data) == (SEEN,)
        else:
            assert min(corner(cleaned.data, (x, round(top) - 128)) for x in range(40, 60)) < DARK


def test_a_page_of_any_size_is_drawn() -> None:
    """Smaller or larger than readers show: as large as they do."""
    for side in (0.01, 20_000):
        document = layered(OFF="layer")
        document.pages[0].obj.MediaBox = Array([0, 0, side, side])
        cleaned = pdf.clean(saved(document))
        assert cleaned.method == "rasterised at 200 dpi" and pdf.residue(cleaned.data) == ()
        with Pdf.open(io.BytesIO(cleaned.data)) as after:
            assert 3 <= float(after.pages[0].mediabox[2]) <= 14_400


def torn(data: bytes) -> bytes:
    """The same without the table that says where objects lie, and without the trailer."""
    return data[: data.index(b"xref\n0 ")] + b"startxref\n9\n%%EOF\n"


def test_what_qpdf_alone_can_open_is_repaired_and_says_so() -> None:
    """A file that lost its table and trailer; it is not called lossless."""
    brought = torn(saved(plain(), compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable))
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(brought)
    cleaned = pdf.clean(brought)
    assert cleaned.method == "damaged PDF repaired and rewritten from allow-lists" and not cleaned.lossless
    assert shown(cleaned.data) == (SEEN,) and cleaned.text == SEEN and pdf.residue(cleaned.data) == ()


def test_a_page_that_a_repair_would_leave_out_refuses() -> None:
    """Two pages lie in the torn file, and the tree of pages leads to one."""
    document = plain()
    document.add_blank_page(page_size=(400, 200))
    document.Root.Kept = document.pages[1].obj
    del document.pages[1]
    brought = saved(document, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert pdf.clean(brought).text == SEEN
    assert reason(torn(brought)) == Reason.PDF_DAMAGED
