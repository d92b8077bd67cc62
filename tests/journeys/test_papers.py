"""Papers leave as covered pages, and as their text if it is what people see; office files and mails as text alone."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

SAID = "The court heard Orest Kovalchuk on 14 March 2025. Kovalchuk was sentenced."
COVERED = "The heron was seen) Tj ET 0 g 95 715 70 16 re f BT /F1 12 Tf 72 690 Td (by the weir."


@pytest.fixture
def case(archive: Any) -> str:
    """A case with one person who agreed."""
    case = str(archive.case("A ruling"))
    person = archive.person(case)
    archive.name(person, "Orest", "Kovalchuk")
    archive.consent(person, "publish-pseudonym")
    return case


def exported(archive: Any, case: str, name: str) -> tuple[str, list[dict[str, Any]], bytes]:
    """The page of a dossier, its exhibits, and every byte of the folder."""
    out = archive.root / name
    archive.ask("export", case, "-o", out)
    files: list[Path] = [path for path in out.rglob("*") if path.is_file()]
    everything = b"\n".join(path.read_bytes() for path in files if path.name != "dossier.pdf")
    for form in (b"orest", b"kovalchuk", b"%pdf", b"pk\x03\x04"):
        assert form not in everything.lower(), form
    pictures = [path.name for path in files if path.parent.name == "exhibits"]
    assert all(re.fullmatch(r"P-\d{4}-document-\d-\d\.(png|jpg)", name) for name in pictures)
    exhibits = json.loads((out / "data" / "dossier.json").read_text())["exhibits"]
    return html.unescape((out / "data" / "dossier.html").read_text()), exhibits, everything


def word_file() -> bytes:
    import docx

    document, buffer = docx.Document(), io.BytesIO()
    document.add_paragraph(SAID)
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_a_paper_leaves_as_its_text(
    archive: Any, case: str, papers: Callable[..., bytes], kind: str, reads: bool
) -> None:
    """Without the name, the date coarse; and as its page, or it says that the paper itself is elsewhere."""
    archive.add(archive.file(f"ruling.{kind}", papers(SAID) if kind == "pdf" else word_file()), "--case", case)
    page, exhibits, _ = exported(archive, case, "out")
    told = re.sub("<[^>]+>", "", page)
    assert re.search(r"The court heard (P-\d{4}) on 03/2025\. \1 was sentenced\.", told)
    alone = kind == "docx" or not reads
    assert ("The text of this exhibit alone" in page) is alone and exhibits[0]["kind"] == "document"
    assert exhibits[0].get("text_alone", False) is alone and len(exhibits[0].get("pages", ())) == (0 if alone else 1)


def test_a_covered_word_leaves_as_a_picture_and_as_text_once_somebody_read_it(
    archive: Any, case: str, papers: Callable[..., bytes], reads: bool
) -> None:
    """Under a black box the text still stands: without a person it would be published."""
    paper = archive.add(archive.file("covered.pdf", papers(COVERED)), "--case", case)
    assert archive.ask("show", paper)["text"].startswith("The heron was seen")
    if reads:
        page, exhibits, _ = exported(archive, case, "pages")
        assert "heron" not in page and len(exhibits[0]["pages"]) == 1
    else:
        run = archive.run("export", case, "-o", archive.root / "out", "--json")
        assert run.code == 16 and "cannot be read here" in run.error["message"]
        assert "apt install tesseract-ocr" in run.error["hint"] and not list(archive.root.glob("out*"))
    archive.ask("edit", paper, "--set", "text_source=checked")
    assert "The heron was seen" in exported(archive, case, "out")[0]


def test_a_mail_leaves_once_somebody_read_it(archive: Any, case: str, papers: Callable[..., bytes]) -> None:
    """What is attached to it may be a paper of any kind."""
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Ruling", "clerk@example.org", "desk@example.org"
    mail.set_content("We have the ruling.\n")
    mail.add_attachment(papers(COVERED), maintype="application", subtype="pdf", filename="r.pdf")
    kept = archive.add(archive.file("m.eml", mail.as_bytes()), "--case", case)
    assert archive.run("export", case, "-o", archive.root / "out").code == 16
    archive.ask("edit", kept, "--set", "text_source=checked")
    page, exhibits, everything = exported(archive, case, "out")
    assert "We have the ruling." in page and exhibits[0]["text_alone"]
    assert b"clerk@" not in everything


def test_a_mail_without_files_leaves(archive: Any, case: str) -> None:
    """Its letters are all there is to it."""
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Ruling", "clerk@example.org", "desk@example.org"
    mail.set_content("We have the ruling.\n")
    archive.add(archive.file("m.eml", mail.as_bytes()), "--case", case)
    page, _, everything = exported(archive, case, "out")
    assert "We have the ruling." in page and b"clerk@" not in everything


def test_a_scan_leaves_as_pages_and_its_text_once_somebody_read_it(archive: Any, case: str, reads: bool) -> None:
    """What a machine made out is no text for a dossier; on the page names are covered."""
    from PIL import Image, ImageDraw, ImageFont

    if not reads:
        pytest.skip("needs tesseract with ukr, rus, ces and eng")
    image, buffer = Image.new("L", (1100, 300), 255), io.BytesIO()
    said = "The heron stood on the weir\nand saw Orest Kovalchuk there"
    ImageDraw.Draw(image).text((60, 60), said, fill=0, font=ImageFont.load_default(44), spacing=40)
    image.save(buffer, "PNG")
    scan = archive.file("scan.png", buffer.getvalue())
    added = archive.ask("add", scan, "--kind", "document", "--language", "en", "--case", case)["records"][0]
    page, exhibits, _ = exported(archive, case, "pages")
    assert "heron" not in page and len(exhibits[0]["pages"]) == 1
    shown = Image.open(archive.root / "pages" / "data" / exhibits[0]["pages"][0])
    assert sum(shown.convert("L").histogram()[:8]) > 10_000  # the boxes
    archive.ask("edit", added["ref"], "--set", "text_source=checked")
    assert "The heron stood" in exported(archive, case, "out")[0]
