"""The demo's own material is as treacherous as real material, so that the demo shows something; and it is invented."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from pathlib import Path

import exifread
import pytest
from PIL import Image

from archive.commands import demo_files


def needs(tool: str) -> pytest.MarkDecorator:
    """Skip by name where a Debian tool is absent."""
    return pytest.mark.skipif(shutil.which(tool) is None, reason=f"needs {tool}")


def output(*command: str | Path) -> str:
    """Standard output of a command that has to succeed."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_photo_is_a_picture_and_tells_where_and_with_what_it_was_taken() -> None:
    """Position, serial number, owner and thumbnail are there, for exifread as for Pillow."""
    with Image.open(io.BytesIO(demo_files.photo())) as picture:
        picture.load()
        assert picture.size == (1200, 800)
    tags = exifread.process_file(io.BytesIO(demo_files.photo()))
    assert str(tags["GPS GPSLatitude"]) == "[43, 24, 30]"
    assert str(tags["EXIF BodySerialNumber"]) == "DEMO-000417"
    assert str(tags["Image Artist"]) == "Daryna Lozivska"
    with Image.open(io.BytesIO(tags["JPEGThumbnail"])) as thumbnail:
        assert thumbnail.size == (160, 107)


@needs("exiftool")
def test_exiftool_reads_the_photo_without_complaint(tmp_path: Path) -> None:
    """The Exif structure is whole: no warning, and the groups that cleaning has to remove."""
    photo = tmp_path / "facade.jpg"
    photo.write_bytes(demo_files.photo())
    (read,) = json.loads(output("exiftool", "-json", "-a", "-G1", photo))
    assert read["IFD1:ThumbnailLength"] > 1000
    assert read["ExifIFD:SerialNumber"] == "DEMO-000417"
    assert read["GPS:GPSLongitude"] == "32 deg 31' 12.00\""
    assert "ExifTool:Warning" not in read


@needs("pdftotext")
def test_the_ruling_can_be_read_and_names_its_author(tmp_path: Path) -> None:
    """A text layer with both names; an author in Info and in XMP."""
    ruling = tmp_path / "ruling.pdf"
    ruling.write_bytes(demo_files.ruling())
    text = output("pdftotext", ruling, "-")
    assert "KRYNYCHNYI Yarema Ostapovych" in text
    assert "Daryna Lozivska" in text
    assert "three years" in text
    assert re.search(r"Author: +Oksen Nebuvalyi", output("pdfinfo", ruling))
    assert "<rdf:li>Oksen Nebuvalyi</rdf:li>" in output("pdfinfo", "-meta", ruling)


@needs("qpdf")
def test_the_ruling_is_a_correct_pdf(tmp_path: Path) -> None:
    """No repair is needed to open it."""
    ruling = tmp_path / "ruling.pdf"
    ruling.write_bytes(demo_files.ruling())
    assert "No syntax or stream encoding errors" in output("qpdf", "--check", ruling)


@pytest.mark.parametrize("testimony", demo_files.testimonies(), ids=lambda text: text.language)
def test_a_testimony_names_both_people_and_the_rest_that_has_to_be_hidden(testimony: demo_files.DemoText) -> None:
    """Both names, inflected or respelt; the day; the village; a telephone number."""
    assert 8 <= len(re.findall(r"[.?!»](?:\s|$)", testimony.text)) <= 20
    for person in demo_files.persons():
        (name,) = (name for name in person.identity.names if name.language == testimony.language)
        assert name.surname and name.given
        stem = name.surname[:-3]
        forms = set(re.findall(rf"{stem}\w*", testimony.text))
        assert forms, f"{name.surname} is not in it"
        assert testimony.language == "en" or forms - {name.surname}, f"{name.surname} is nowhere inflected"
        assert name.given[:-1] in testimony.text
        assert name.surname not in testimony.title
    assert re.search(r"14[. ].*2025", testimony.text)
    assert re.search(r"Тиховод|Tychovod|Tykhovod", testimony.text)
    assert demo_files.PHONE in testimony.text


def test_contacts_come_from_ranges_that_belong_to_nobody() -> None:
    """Numbers kept free for drama, and the domain kept free for examples."""
    every = "".join(text.text for text in demo_files.testimonies()) + demo_files.ruling().decode("latin-1")
    assert set(re.findall(r"\+[\d ]{9,}\d", every)) == {demo_files.PHONE}
    assert demo_files.PHONE.startswith("+44 7700 900")
    assert all(address.endswith("@example.org") for address in re.findall(r"[\w.]+@[\w.]+\w", every))


def test_the_material_is_the_same_each_time() -> None:
    """Nothing in it depends on the clock or on chance: adding it twice finds it known already."""
    assert demo_files.photo() == demo_files.photo()
    assert demo_files.ruling() == demo_files.ruling()
