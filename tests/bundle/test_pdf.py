"""The dossier on paper: whole by itself, silent about its making, and looked through like every other file."""

from __future__ import annotations

import gc
import io
import random
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from archive.bundle import blocks, content, dossier, labels, leak_check, leaks, pdf_tagging, pdf_writing
from archive.bundle.entries import Cell
from archive.bundle.leak_check import Watch
from archive.records.kinds import Identity
from archive.records.kinds import Name as Called
from archive.redact.matcher import Matcher

OLENA = "1" * 32
IDENTITY = Identity(
    id=OLENA, created="2026-11-22T10:05Z", entered_by="d", person=OLENA,
    names=(Called(language="uk", given="Олена", surname="Вигадана"),),
)  # fmt: skip
HIDDEN = "Вигаданої"


def _drawn(kit, language: str = "uk", **changes: object) -> tuple[bytes, dossier.Page, tuple]:
    made, arranged = kit.make(language, **changes)
    page = kit.page(made)
    job = dossier.job(page, arranged.pictures)
    drawn = pdf_writing.handle(b"", msgspec.msgpack.encode(job))
    return drawn, page, dossier.members([page], arranged.pictures, papers={"dossier": drawn})


def _leaks(
    kit, tmp_path: Path, drawn: bytes, page: dossier.Page, members: tuple, person: Identity = IDENTITY
) -> list[leak_check.Leak]:
    """What the check says of the paper in a finished bag."""
    files = [one if not one.name.endswith(".pdf") else dossier.Member("dossier.pdf", drawn) for one in members]
    tmp_path.mkdir(exist_ok=True)
    kit.write(tmp_path / "bag", files, kit.nothing, kit.source())
    watch = Watch((person,), (), {OLENA: "P-01"}, frozenset(), dossier.own([page]))
    found = leaks.examine(leak_check.known(tmp_path / "bag", watch), leak_check.entries(tmp_path / "bag"))
    return [leak for leak in found if leak.member.endswith(".pdf")]


@pytest.mark.parametrize("language", ["en", "uk", "ru", "cs"])
def test_whatever_word_of_ours_somebody_hid_a_dossier_leaves(kit, tmp_path: Path, language: str) -> None:
    """Words with a capital are hidden by one key, and may all be words of labels, of PDF, of BagIt, or a region."""
    summary = content.Passage(text="P-01: [Poltava region], [Полтавська область].", language="en")
    _, page, members = _drawn(kit, language, summary=summary)
    own = dossier.own([page])
    exhibits = page.dossier.exhibits
    texts = (page.dossier.title, *(one.text for one in exhibits), *(one.title for one in exhibits))
    theirs = "\n".join(one.text for one in texts if one)
    ours = {word.capitalize() for piece in own for word in re.findall(r"[^\W\d_]{4,}", piece)}
    ours |= {"Poltava", "Полтавська", "Catalog", "Figure", "Tag", "Payload", "#x41"}
    masks = [word for word in sorted(ours) if not Matcher((), [word], wide=True).spans(theirs)]
    assert len(masks) > 200
    kit.write(tmp_path / "bag", members, kit.nothing, kit.source())
    watch = Watch((IDENTITY,), tuple(masks), {OLENA: "P-01"}, frozenset(), own)
    assert leaks.examine(leak_check.known(tmp_path / "bag", watch), leak_check.entries(tmp_path / "bag")) == ()


@pytest.mark.parametrize("language", ["en", "uk", "ru", "cs"])
def test_the_words_are_there_and_nothing_of_the_making(kit, language: str, tmp_path: Path) -> None:
    """The same bytes each time; every font inside; no time, program or number of the document; the picture is drawn.

    Its title is what every dossier of this language is called, never a word of theirs.
    """
    drawn, page, _ = _drawn(kit, language)
    assert drawn == _drawn(kit, language)[0]
    called = labels.labels(language).dossier
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        assert {key: str(told) for key, told in pdf.trailer.Info.items()} == {"/Title": called}
        assert pdf.Root.Metadata.read_bytes() == pdf_tagging.packet(called) and "Вигад" not in called
        assert pdf.Root.ViewerPreferences.DisplayDocTitle and str(pdf.Root.Lang) == language
        fonts = [one for one in pdf.objects if isinstance(one, Dictionary) and one.get("/Type") == "/FontDescriptor"]
        assert fonts and all("/FontFile2" in font for font in fonts)
        assert all(one.get("/BaseFont") != "/Helvetica" for one in pdf.objects if isinstance(one, Dictionary))
        headings = [str(item.title) for item in pdf.open_outline().root]
        assert sum(isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image" for one in pdf.objects) == 1
    shown = [one.text for one in blocks.blocks(page.dossier, page.sections, apart=False) if one.style == "heading"]
    assert headings == shown
    if shutil.which("pdftotext") is None:
        pytest.skip("needs pdftotext")
    (tmp_path / "d.pdf").write_bytes(drawn)
    text = " ".join(
        subprocess.run(
            ["pdftotext", tmp_path / "d.pdf", "-"], capture_output=True, check=True, text=True
        ).stdout.split()
    )
    for words in ("Мене зупинили.", "Пришла повестка.", "Přišla obsílka.", *shown):
        assert " ".join(words.split()) in text


def test_a_clean_paper_has_no_leaks_and_is_drawn_behind_the_wall(kit, tmp_path: Path) -> None:
    """Our words break over lines and are known all the same; the worker draws what the test drew."""
    _, arranged = kit.make("uk")
    drawn, page, members = _drawn(kit)
    assert pdf_writing.write(dossier.job(page, arranged.pictures)) == drawn
    assert _leaks(kit, tmp_path, drawn, page, members) == []


def _elements(pdf: pikepdf.Pdf) -> list[Any]:
    """The elements that hold words or a picture, in their order, out of tables and lists."""
    waiting, found = [pdf.Root.StructTreeRoot.K], []
    while waiting:
        held = waiting.pop()
        inside = [one for one in held.K if one.get("/Type") == "/StructElem"]
        waiting += reversed(inside)
        found += [] if inside else [held]
    return found


def _outside(page: pikepdf.Page) -> list[str]:
    """What is drawn on a page that is neither of an element nor said to be no part of the text."""
    depth, odd = 0, []
    for part in pikepdf.parse_content_stream(page):
        name = str(part.operator)
        depth += {"BDC": 1, "BMC": 1, "EMC": -1}.get(name, 0)
        if depth == 0 and name in ("Tj", "TJ", "'", '"', "Do", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh"):
            odd.append(name)
    return odd


def test_numbers_are_a_table_under_headings_on_each_page(kit, tmp_path: Path) -> None:
    """Read cell by cell; reasons are a list; nothing is drawn that is no element; our regions are nobody's places."""
    cell = Cell(act="x-co-forced-mobilisation", acts=14, people=9, region="Чернігівська область")
    cells = tuple(msgspec.structs.replace(cell, quarter=f"{year}-Q1") for year in range(2000, 2060))
    made, _ = kit.make("uk", table=cells, withheld=("consent", "safety"), exhibits=(), chronology=())
    page = dossier.Page("dossier", made, ("table", "withheld"))
    drawn = pdf_writing.handle(b"", msgspec.msgpack.encode(dossier.job(page, {})))
    members = dossier.members([page], {}, papers={"dossier": drawn})
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        assert len(pdf.pages) > 2 and not any(map(_outside, pdf.pages))
        contents, *outer = (one for one in pdf.Root.StructTreeRoot.K.K if one.S in ("/Table", "/L"))
        assert (contents.S, len(contents.K)) == ("/L", 2)
        assert [one.S for one in outer] == ["/Table", "/L"] and [len(one.K) for one in outer] == [61, 2]
        rows = [[(str(of.S), str(of.ActualText)) for of in row.K] for row in outer[0].K]
        headings = outer[0].K[0].K
        assert all(one.A.Scope == "/Column" and len(one.K) > 1 for one in headings)
        assert {str(one.S) for one in _elements(pdf)} == {"/P", "/H1", "/H2", "/TH", "/TD", "/LBody"}
    assert {kind for kind, _ in rows[0]} == {"/TH"}
    assert rows[1] == [
        ("/TD", text)
        for text in (
            "1-й квартал 2000",
            "Чернігівська область",
            "Силова мобілізація або захоплення на вулиці працівниками центру комплектування",
            "14",
            "9",
        )
    ]
    there = msgspec.structs.replace(IDENTITY, places=("Чернігів", "Чернігівська область"))
    assert _leaks(kit, tmp_path, drawn, page, members, there) == []


def test_it_can_be_read_by_ear(kit, tmp_path: Path) -> None:
    """Each block is an element in its order, headings in their rank, a picture under its exhibit, languages are said.

    What stands at the foot of pages is none, also where a text goes over several of them.
    """
    if shutil.which("pdfinfo") is None:
        pytest.skip("needs pdfinfo")
    long = content.Passage(text="\n".join(["Мене зупинили на мосту й не сказали чому."] * 120), language="uk")
    drawn, page, members = _drawn(kit, "en", summary=long, salt="0123456789abcdef" * 2)
    (tmp_path / "d.pdf").write_bytes(drawn)
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        assert pdf.Root.MarkInfo.Marked and len(pdf.pages) > 3 and not any(map(_outside, pdf.pages))
        assert [int(one.StructParents) for one in pdf.pages] == list(range(len(pdf.pages)))
        listed = list(_elements(pdf))
        figures = [str(one.Alt) for one in listed if one.S == "/Figure"]
        boxes = [list(map(float, one.A.BBox)) for one in listed if one.S == "/Figure"]
        read = [str(one.ActualText) for one in listed if "/ActualText" in one]
        spoken = {str(one.Lang) for one in listed if "/Lang" in one}
    assert all(0 < left < right < 596 and 0 < lower < upper < 842 for left, lower, right, upper in boxes)
    told = list(blocks.blocks(page.dossier, page.sections, apart=False))
    assert read == [one.text for one in told if one.style != "picture"], "with a space where a line is broken"
    assert figures == ["Exhibit 4 · Photograph"] and spoken == {"uk", "ru", "cs"}
    run = subprocess.run(["pdfinfo", "-struct-text", tmp_path / "d.pdf"], capture_output=True, check=True, text=True)
    assert not run.stderr
    lines = [line.strip() for line in run.stdout.splitlines()]
    ranks = [line.partition(" ")[0] for line in lines if re.match(r"H\d", line)]
    styles = {"title": "H1", "heading": "H2", "part": "H3", "name": "H4"}
    assert ranks == [styles[one.style] for one in told if one.style in styles]
    heard = "".join("".join(re.findall(r'^"(.*)"$', "\n".join(lines), re.MULTILINE)).split())
    assert heard == "".join("".join(one.text.split()) for one in told if one.style != "picture")
    assert "0123456789ab" not in heard and _leaks(kit, tmp_path, drawn, page, members) == []


def _outline(pdf: pikepdf.Pdf) -> None:
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(f"Про {HIDDEN}", 0))


def _spoken(pdf: pikepdf.Pdf) -> None:
    pdf.Root.StructTreeRoot.K.K[3].ActualText = String(f"до\u00a0{HIDDEN}")


def _note(pdf: pikepdf.Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 1, 1]), Contents=String(f"до {HIDDEN}"))
    pdf.pages[0].Annots = Array([pdf.make_indirect(note)])


def _attached(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["a.txt"] = pikepdf.AttachedFileSpec(pdf, b"x", filename="a.txt")


def _told(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Author"] = "Somebody"


def _entitled(pdf: pikepdf.Pdf) -> None:
    pdf_tagging.entitle(pdf, "A title")


def _metadata(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = "A title"


def _metadata_of_a_page(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Metadata = pdf.make_stream(b"A title")


def _script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def _font(pdf: pikepdf.Pdf) -> None:
    font = next(one for one in pdf.objects if isinstance(one, Dictionary) and one.get("/Type") == "/FontDescriptor")
    font.FontName = Name("/ABCDEF+Vyhadana")


def _photo(pdf: pikepdf.Pdf) -> None:
    held = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "where it was"
    Image.frombytes("RGB", (24, 16), random.Random(9).randbytes(24 * 16 * 3)).save(held, "JPEG", exif=exif)
    stream = pdf.make_stream(held.getvalue(), Type=Name.XObject, Subtype=Name.Image, Filter=Name.DCTDecode)
    pdf.pages[0].Resources.XObject = Dictionary({f"/FormXob.{'0' * 32}": stream})


def _named(pdf: pikepdf.Pdf) -> None:
    pdf.Root[f"/{HIDDEN}"] = String("x")


def _drawn_beside(pdf: pikepdf.Pdf, drawing: bytes) -> None:
    page = pdf.pages[0]
    page.Contents = pdf.make_stream(page.Contents.read_bytes() + drawing)


def _read_instead(pdf: pikepdf.Pdf) -> None:
    _drawn_beside(pdf, b"\n/P <</ActualText (x)>> BDC EMC")


def _shaded(pdf: pikepdf.Pdf) -> None:
    _drawn_beside(pdf, b"\n/Sh sh")


def _remarked(pdf: pikepdf.Pdf) -> None:
    _drawn_beside(pdf, "\n% Вигадана".encode())


def _in_a_font(pdf: pikepdf.Pdf) -> None:
    font = next(one for one in pdf.objects if isinstance(one, pikepdf.Stream) and "/Length1" in one)
    font.write(font.read_bytes() + "Вигадана".encode("utf-16-be"))


def _unreadable(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Lang = String(f"\x01{HIDDEN}")


@pytest.mark.parametrize(
    ("plant", "layer"),
    [
        (_outline, "attribute"),
        (_spoken, "attribute"),
        (_note, "reader"),
        (_attached, "reader"),
        (_told, "reader"),
        (_entitled, "reader"),
        (_metadata, "reader"),
        (_metadata_of_a_page, "reader"),
        (_script, "reader"),
        (_font, "reader"),
        (_photo, "ocr"),
        (_named, "reader"),
        (_read_instead, "reader"),
        (_shaded, "reader"),
        (_remarked, "bytes"),
        (_in_a_font, "bytes"),
        (_unreadable, "reader"),
    ],
)
def test_what_lies_behind_the_pages_is_found(
    kit, tmp_path: Path, plant: Callable[[pikepdf.Pdf], None], layer: str
) -> None:
    """A name in a bookmark; what a dossier has no use for; a picture that is none of the files. By one layer alone."""
    drawn, page, members = _drawn(kit)
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        plant(pdf)
        held = pdf_tagging.saved(pdf)
    with pikepdf.open(io.BytesIO(held)) as pdf:
        found = _leaks(kit, tmp_path, pdf_tagging.saved(pdf), page, members)
    assert {leak.layer for leak in found} == {layer}


BESIDE = {
    "an older version": lambda drawn: drawn + drawn[drawn.rindex(b"startxref") :],
    "octets behind the end": lambda drawn: drawn + b"x",
    "octets before it": lambda drawn: b"\n" + drawn,
    "a remark between objects": lambda drawn: drawn.replace(b"\nstartxref", b"\n%x\nstartxref"),
}


@pytest.mark.parametrize("beside", BESIDE)
def test_nothing_stands_beside_the_objects(kit, tmp_path: Path, beside: str) -> None:
    """Where programs that show it read nothing, and others might: objects saved again are the same octets."""
    drawn, page, members = _drawn(kit)
    found = _leaks(kit, tmp_path, BESIDE[beside](drawn), page, members)
    assert {leak.layer for leak in found} == {"reader"}


def test_a_picture_on_paper_is_one_of_the_files(kit, tmp_path: Path) -> None:
    """Kept as its octets or as its dots, in colours and in greys: the file was looked at, and read by machine."""
    made = {"JPEG": kit.picture(), "PNG": kit.picture("PNG")}
    with Image.open(io.BytesIO(made["PNG"])) as shown:
        for mode in ("L", "P", "1"):
            held = io.BytesIO()
            shown.convert(mode).save(held, "PNG")
            made[mode] = held.getvalue()
    for name, data in made.items():
        kind = "image/jpeg" if name == "JPEG" else "image/png"
        piece = content.Piece(
            key="k", kind="photo", persons=("P-01",), picture=content.Picture(media_type=kind, data=data)
        )
        arranged = content.arrange([piece], kit.source())
        page = kit.page(kit.make("uk", arranged)[0])
        drawn = pdf_writing.handle(b"", msgspec.msgpack.encode(dossier.job(page, arranged.pictures)))
        members = dossier.members([page], arranged.pictures, papers={"dossier": drawn})
        assert _leaks(kit, tmp_path / name, drawn, page, members) == [], name
        (file,) = arranged.pictures
        other = kit.picture("JPEG" if name == "JPEG" else "PNG", seed=5)
        others = [dossier.Member(file, other) if one.name == file else one for one in members]
        found = _leaks(kit, tmp_path / f"{name}-other", drawn, page, tuple(others))
        assert {leak.category for leak in found} == {"picture that is none of the files"}, name


def test_a_paper_has_the_number_that_follows_from_it(kit, tmp_path: Path) -> None:
    """That number is no text, whatever letters its octets are; in the place of it anything could be said."""
    drawn, page, members = _drawn(kit)
    number = re.search(rb"/ID \[ ?<([0-9a-f]{32})> ?<([0-9a-f]{32})>", drawn)
    assert number and _leaks(kit, tmp_path / "as-it-is", drawn, page, members) == []
    changed = drawn.replace(number[1], b"It was (H) there".hex().encode())
    assert _leaks(kit, tmp_path / "changed", changed, page, members)


@pytest.mark.parametrize("text", [f"Це сказала {HIDDEN}.", "слово Вига-\nданої", "Олена Вигадана"])
def test_a_name_on_a_page_is_found(kit, tmp_path: Path, text: str) -> None:
    """Though the page and the data are clean: the paper is read by itself."""
    _, page, members = _drawn(kit)
    job = pdf_writing.Job(tuple(blocks.Block("text", line, ours=False) for line in text.split("\n")), {}, "uk", "Досьє")
    drawn = pdf_writing.handle(b"", msgspec.msgpack.encode(job))
    assert "name" in {leak.category for leak in _leaks(kit, tmp_path, drawn, page, members)}


def test_the_dots_of_a_picture_are_let_go_once_it_is_drawn(kit) -> None:
    """Of 50 photographs they would be more than a gigabyte; reportlab's reader holds itself, so that they stay."""
    gc.disable()
    try:
        drawn, _, _ = _drawn(kit)
        held = [one for one in gc.get_objects() if type(one).__name__ == "ImageReader" and vars(one).get("_data")]
    finally:
        gc.enable()
    assert drawn and not held


def test_lines_that_a_page_makes_are_no_lines_of_a_chat(kit, tmp_path: Path) -> None:
    """Words in small letters that are somebody's name too stay in a text; how a page breaks it hides no more of it."""
    winter = (
        "Тоді був мороз, і всі сиділи вдома. Ніхто не виходив, бо стояв сильний мороз і сніг лежав аж до весни, " * 6
    )
    frost = Identity(
        id=OLENA, created="2026-11-22T10:05Z", entered_by="d", person=OLENA,
        names=(Called(language="uk", given="Ганна", surname="Мороз"),),
    )  # fmt: skip
    _, page, members = _drawn(kit)
    job = pdf_writing.Job((blocks.Block("text", winter, ours=False),), {}, "uk", "Досьє")
    drawn = pdf_writing.handle(b"", msgspec.msgpack.encode(job))
    (tmp_path / "clean").mkdir()
    (tmp_path / "named").mkdir()
    assert _leaks(kit, tmp_path / "clean", drawn, page, members, frost) == []
    job = pdf_writing.Job((blocks.Block("text", f"{winter} Прийшла Мороз.", ours=False),), {}, "uk", "Досьє")
    drawn = pdf_writing.handle(b"", msgspec.msgpack.encode(job))
    assert {leak.category for leak in _leaks(kit, tmp_path / "named", drawn, page, members, frost)} == {"name"}
