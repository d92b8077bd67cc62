"""A photographed paper and a scan: found by what stands on them, marked as read by machine, pictures in a dossier."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

SAID = "The heron stood above the frozen weir"


def scan(kind: str) -> bytes:
    image, out = Image.new("L", (1100, 200), 255), io.BytesIO()
    ImageDraw.Draw(image).text((60, 60), SAID, fill=0, font=ImageFont.load_default(44))
    image.save(out, kind)
    return out.getvalue()


def test_a_scan_is_found_by_what_is_on_it(archive: Any) -> None:
    """The picture as a document, the PDF by itself; a photo stays a photo. It says so wherever it is shown."""
    case = archive.case()
    jpeg, pdf = archive.file("a.jpg", scan("JPEG")), archive.file("b.pdf", scan("PDF"))
    first = archive.ask("add", jpeg, "--kind", "document", "--language", "en", "--case", case)["records"][0]
    if first["unread"]:
        pytest.skip("needs tesseract with eng")
    assert first["text_source"] == "ocr"
    shown = archive.run("add", pdf, "--language", "en", "--case", case)
    assert "; read by machine" in shown.text + shown.said
    photo = archive.ask("add", archive.file("c.jpg", scan("JPEG") + b" "), "--case", case)["records"][0]
    assert photo["kind"] == "photo" and photo["text_source"] is None
    found = archive.ask("search", "frozen weir")["hits"]
    assert [hit["text_source"] for hit in found] == ["ocr", "ocr"]
    assert archive.run("search", "weir").text.count("(read by machine)") == 2
    assert json.loads(archive.run("show", first["ref"], "--json").out)["text_source"] == "ocr"
    assert SAID in archive.run("show", first["ref"]).text
    out = archive.run("export", case, "-o", archive.root / "dossier", "--yes", "--json")
    left = [path for path in (archive.root / "dossier").rglob("*") if path.is_file()]
    assert out.code and "heron" not in out.text + out.said  # nobody was asked, nor looked at the photo
    assert not any(b"heron" in path.read_bytes() for path in left)


def within(*mounts: str | Path) -> list[str]:
    """What starts a program on a computer where these mounts (of bubblewrap) lie over what is there."""
    words = ["bwrap", "--dev-bind", "/", "/", *map(str, mounts)]
    if shutil.which("bwrap") is None or subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs bubblewrap that may be used")
    return words


def without_tesseract() -> list[str]:
    """Its library is an empty file."""
    libraries = [
        one for name in ("lib", "lib64", "local/lib") for one in Path("/usr", name).glob("**/libtesseract.so.*.*")
    ]
    return within(*(word for library in libraries for word in ("--ro-bind", "/dev/null", library)))


def with_english_alone() -> list[str]:
    """As Debian installs it."""
    if shutil.which("tesseract") is None:
        pytest.skip("needs tesseract")
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout
    folder = Path(listed.split('"')[1])
    english = folder / "eng.traineddata"
    if not english.exists():
        pytest.skip("needs tesseract with eng")
    return within("--tmpfs", folder, "--ro-bind", english, english)


HOW = "Install tesseract to have scans read: apt install tesseract-ocr tesseract-ocr-ukr tesseract-ocr-rus"


def test_without_tesseract_it_is_said(archive: Any) -> None:
    """The scan goes in, unread: said with the file, how to mend it at the end, and to scripts; not of a photo."""
    for name, kind in (("a.pdf", "PDF"), ("b.jpg", "JPEG")):
        archive.file(name, scan(kind))
    run = archive.run("add", "a.pdf", "b.jpg", within=without_tesseract())
    assert run.code == 0, run
    paper, photo = run.said.splitlines()
    counted, how, _ = run.text.splitlines()
    assert paper.endswith("; scan unread: tesseract is not installed") and "unread" not in photo
    assert counted == "2 added, 0 known already, 0 refused." and how == HOW
    archive.file("c.jpg", scan("JPEG") + b" ")
    run = archive.run("add", "c.jpg", "--kind", "document", "--json", within=without_tesseract())
    (told,) = run.json["records"]
    assert (told["status"], told["unread"], told["text_source"]) == ("added", "tesseract is not installed", None)
    assert archive.ask("search", "heron")["total"] == 0


@pytest.mark.parametrize("language", ["uk", None])
def test_without_the_data_of_a_language_it_is_said(archive: Any, language: str | None) -> None:
    """English alone is there, as Debian installs it: a Ukrainian scan is not kept as Latin letters that look alike."""
    font = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
    if not font.exists():
        pytest.skip("needs DejaVu Sans")
    paper, out = Image.new("L", (1500, 420), 255), io.BytesIO()
    said = "Я лежав у казармі на сусідньому ліжку,\nтому знаю його не з чужих слів. Його привезли пізно\nввечері."
    ImageDraw.Draw(paper).multiline_text((60, 60), said, fill=0, font=ImageFont.truetype(str(font), 44), spacing=20)
    paper.save(out, "PDF")
    archive.file("a.pdf", out.getvalue())
    run = archive.run("add", "a.pdf", *(("--language", language) if language else ()), within=with_english_alone())
    why = {
        "uk": "tesseract has no data of its language",
        None: "could not be made out with the languages that tesseract has",
    }
    assert run.code == 0 and f"; scan unread: {why[language]}\n" in run.said, run
    assert HOW in run.text.splitlines()
    (hit,) = archive.ask("search", "")["hits"]
    assert hit.get("text_source") is None
