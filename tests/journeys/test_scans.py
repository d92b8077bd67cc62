"""A photographed paper and a scan: found by what stands on them, marked as read by machine, pictures in a dossier."""

from __future__ import annotations

import io
import json
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
