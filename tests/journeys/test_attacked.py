"""One name in every layer of every kind of file, in clear, dressed and hidden: other people's programs find it nowhere.

The bundle is made by the program itself, as a zip and as a folder, for readers with and without names in clear.
"""

from __future__ import annotations

import base64
import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pikepdf
import pptx
import pytest
from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

NAME, CYRILLIC = "Sokyrko", "Сокирко"
FORMS = (NAME, CYRILLIC, "Сокирком", "СОКИРКО", "Sokyrka", "okyrk", "окирк", "ОКИРК")
"""How it is spelled below; of all of them nothing may be left but what no reader takes for it."""
DRESSED = (
    "Со\u00adкир\u00adко", "Со\u200bкирко", "С о к и р к о", "Cокирко", "&#1057;окирко", "Сокир-\nко", "&Scaron;окирко",
    "Соки\nрко", "%D0%A1окирко", "#Сокирко", "окрикоС", "okrykoS", base64.b64encode(b"Sokyrko Marko").decode(),
)  # fmt: skip
ONE_THREAD = {**os.environ, "OMP_THREAD_LIMIT": "1"}


def words() -> str:
    """A story with the name in many dresses."""
    told = "\n".join(f"Then {dress} stood there." for dress in (NAME, CYRILLIC, "Сокирком", *DRESSED))
    return f"They waited in the yard.\n{told}\nNobody came.\n"


def word_file() -> bytes:
    """In a comment, a heading, a header, a hidden run, the author, a table."""
    made, out = docx.Document(), io.BytesIO()
    made.core_properties.author = made.core_properties.title = made.core_properties.comments = f"Marko {NAME}"
    made.add_heading(f"About {NAME}")
    made.sections[0].header.paragraphs[0].text = f"Copy of {CYRILLIC}"
    run = made.add_paragraph("A man stood there with ").add_run(NAME)
    run.font.hidden = True
    made.add_table(1, 1).cell(0, 0).text = CYRILLIC
    made.save(out)
    return out.getvalue()


def sheet_file() -> bytes:
    """In the name of a sheet, a hidden sheet, a comment, a defined name."""
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.active.title = NAME
    made.active["A1"] = "A list"
    made.active["A2"] = CYRILLIC
    made.active["A1"].comment = openpyxl.comments.Comment(NAME, NAME)
    hidden = made.create_sheet("Other")
    hidden["A1"], hidden.sheet_state = NAME, "hidden"
    made.properties.creator = NAME
    made.save(out)
    return out.getvalue()


def slides_file() -> bytes:
    """On a slide and in its notes."""
    made, out = pptx.Presentation(), io.BytesIO()
    slide = made.slides.add_slide(made.slide_layouts[0])
    slide.shapes.title.text = f"About {CYRILLIC}"
    slide.notes_slide.notes_text_frame.text = NAME
    made.save(out)
    return out.getvalue()


def paper_file(plain: bytes) -> bytes:
    """In what a PDF says of itself, its outline, a note, an attachment, a link, a script, XMP."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        with pdf.open_metadata() as told:
            told["dc:title"] = told["dc:description"] = NAME
        pdf.docinfo["/Author"] = pdf.docinfo["/Keywords"] = NAME
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem(f"About {NAME}", 0))
        note = {"Type": pikepdf.Name.Annot, "Subtype": pikepdf.Name.Text, "Rect": [9, 9, 20, 20], "Contents": NAME}
        pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(pikepdf.Dictionary(**note))])
        pdf.attachments[f"{NAME}.txt"] = pikepdf.AttachedFileSpec(pdf, NAME.encode(), filename=f"{NAME}.txt")
        pdf.save(out)
    return out.getvalue()


def picture_file(kind: str) -> bytes:
    """In EXIF with a thumbnail and a comment; in text chunks."""
    shown, out = Image.new("RGB", (400, 300), (200, 210, 220)), io.BytesIO()
    if kind == "JPEG":
        exif = Image.Exif()
        exif[0x010E] = exif[0x013B] = exif[0x9286] = NAME
        shown.save(out, kind, exif=exif, comment=NAME.encode(), xmp=f"<x:xmpmeta>{NAME}</x:xmpmeta>".encode())
    else:
        chunks = PngImagePlugin.PngInfo()
        chunks.add_text("Author", NAME)
        chunks.add_itxt("Title", CYRILLIC, zip=True)
        shown.save(out, kind, pnginfo=chunks)
    return out.getvalue()


def scan_file() -> bytes:
    """Drawn on a paper."""
    shown, out = Image.new("L", (1200, 500), 255), io.BytesIO()
    font = ImageFont.load_default(40)
    for row, line in enumerate(
        ("The court heard the case in the morning.", f"Then {NAME} was heard.", "It has ruled.")
    ):
        ImageDraw.Draw(shown).text((60, 80 + 100 * row), line, fill=0, font=font)
    shown.save(out, "PNG")
    return out.getvalue()


def mail_file() -> bytes:
    """In headers, the body, the name of what is attached."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"{NAME} <sokyrko@example.org>", "a@example.org", f"From {CYRILLIC}"
    mail.set_content(words())
    mail.add_attachment(b"A list of bread.\n", maintype="text", subtype="plain", filename=f"{NAME}.txt")
    return mail.as_bytes()


def package_file() -> bytes:
    """In names inside a zip and its comment."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(f"{NAME}/{CYRILLIC}.txt", words())
        packed.comment = NAME.encode()
    return out.getvalue()


def readings(bundle: Path, *, reads: bool) -> Iterator[tuple[str, str]]:
    """What other people's programs say of every file; every byte as well."""
    tools = (
        ("pdftotext", "*.pdf", lambda file: ["pdftotext", file, "-"]),
        ("mutool", "*.pdf", lambda file: ["mutool", "show", "-g", file, "grep"]),
        ("xray", "*.pdf", lambda file: ["xray", file]),  # finds text under what was painted over; make xray
        ("exiftool", "*", lambda file: ["exiftool", "-a", "-u", "-ee", file]),
        ("tesseract", "*.png", lambda file: ["tesseract", file, "-", "-l", "ukr+rus+ces+eng"]),
        ("tesseract", "*.jpg", lambda file: ["tesseract", file, "-", "-l", "ukr+rus+ces+eng"]),
    )
    for file in filter(Path.is_file, bundle.rglob("*")):
        data = file.read_bytes()
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp1251"):
            yield f"{file.name} in {encoding}", data.decode(encoding, "ignore")
        yield f"the name of {file.name}", file.name
        for tool, pattern, command in tools:
            if file.match(pattern) and shutil.which(tool) and (tool != "tesseract" or reads):
                told = subprocess.run(command(file), capture_output=True, check=False, env=ONE_THREAD)
                assert told.stdout or tool == "tesseract", (tool, file)
                assert told.stdout == b"{}\n" or tool != "xray", file
                yield f"{tool} of {file.name}", told.stdout.decode("utf-8", "replace")


@pytest.fixture(scope="module")
def attacked(shared: Any, papers: Any) -> tuple[Any, dict[str, str]]:
    """A case of one who may be named to a lawyer, whose every file has the name of a witness somewhere."""
    archive, case = shared, shared.case("A refusal")
    lawyer = archive.ask("recipient", "add", "--from-json", "-", stdin={"name": "Kvitka Vymyshlena", "type": "lawyer"})
    client = archive.person(case, "Heron")
    archive.consent(
        client, "keep", "publish-pseudonym", "lawyer", "un-confidential", recipients={"lawyer": [lawyer["ref"]]}
    )
    witness = archive.person(case, "Stork")
    archive.name(witness, "Marko", NAME)
    archive.name(witness, "Марко", CYRILLIC)
    archive.consent(witness, "keep", "publish-pseudonym", "un-confidential")
    made = {
        f"{NAME}.txt": words().encode(), f"{CYRILLIC}.docx": word_file(), "list.xlsx": sheet_file(),
        "slides.pptx": slides_file(), "paper.pdf": paper_file(papers(f"The court heard Marko {NAME}.")),
        "a.jpg": picture_file("JPEG"), "b.png": picture_file("PNG"), "mail.eml": mail_file(),
        "pack.zip": package_file(),
        "table.csv": f"Who,When\n{NAME},2025\n{CYRILLIC},2024\n".encode(),
        "page.html": f"<p title='{NAME}'>A yard <img alt='{NAME}'><!-- {NAME} --> and {CYRILLIC}".encode(),
    }  # fmt: skip
    files = [archive.file(name, data) for name, data in made.items()]
    archive.ask("add", *files, "--case", case, "--about", client, "--mentions", witness, "--faces", "none")
    scan = archive.file("scan.png", scan_file())
    archive.ask("add", scan, "--case", case, "--about", client, "--kind", "document")
    return archive, {"case": case, "lawyer": lawyer["ref"]}


@pytest.mark.parametrize(
    "words", [("--template", "public", "--zip"), ("--template", "asylum", "--for", "LAWYER"), ("--template", "wgad")]
)
def test_a_name_in_every_layer_of_every_file_is_found_by_nobody(
    attacked: tuple[Any, dict[str, str]], words: tuple[str, ...], tmp_path: Path, reads: bool
) -> None:
    """What can leave leaves, with something in it; what cannot be cleared stays in."""
    archive, made = attacked
    out = tmp_path / ("d.zip" if "--zip" in words else "d")
    options = [made["lawyer"] if word == "LAWYER" else word for word in words]
    told = archive.ask("export", made["case"], "-o", out, "--plain", "--partial", *options)
    assert len(told["included"]) >= 6
    if out.suffix == ".zip":
        assert NAME.encode() not in out.read_bytes()
        with zipfile.ZipFile(out) as packed:
            packed.extractall(tmp_path / "d")
    for where, text in readings(tmp_path / "d", reads=reads):
        left = [form for form in (*FORMS, *DRESSED) if form.casefold() in text.casefold()]
        assert not left, (where, left)
