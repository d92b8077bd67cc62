"""Books: pages and pictures stay in their order, what the package says of people and programs goes."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from archive.errors import UncleanError
from archive.scrub import epub, worker
from archive.scrub.contract import Cleaned, Reason
from archive.scrub.zipped import packed

CONTAINER = (
    b'<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>\
<rootfile full-path="OPS/KANAREK.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
PACKAGE = """<?xml version="1.0"?><!DOCTYPE package PUBLIC "+//ISBN 0-9673008-1-9//DTD OEB 1.2 Package//EN" "x.dtd">
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="KANAREK"><!-- KANAREK -->
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Свідчення\u200b &amp; спогади</dc:title>
<dc:language>uk</dc:language>
<dc:creator>KANAREK</dc:creator><dc:date>KANAREK</dc:date><dc:identifier id="KANAREK">urn:KANAREK</dc:identifier>
<meta name="KANAREK" content="KANAREK"/></metadata><manifest>
<item id="one" href="text/one%20KANAREK.xhtml" media-type="application/xhtml+xml"/>
<item id="two" href="text/two.xhtml" media-type="application/xhtml+xml"/>
<item id="unread" href="text/unread.xhtml" media-type="application/xhtml+xml"/>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
<item id="pic" href="img/pic.jpg" media-type="image/jpeg"/><item id="css" href="style.css" media-type="text/css"/>
<item id="font" href="f.otf" media-type="font/otf"/><item id="js" href="s.js" media-type="text/javascript"/>
</manifest><spine toc="ncx" page-progression-direction="rtl"><itemref idref="one"/><itemref idref=" two "/>
</spine></package>"""
ONE = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title/><meta name="author"
content="KANAREK"/><link rel="stylesheet" href="../style.css"/><script src="../s.js"/></head><body epub:type="KANAREK">
<h1>Перший <i>розділ</i></h1><p class="gone">KANAREK</p>
<p id="KANAREK">Було&nbsp;так&mdash;<a href="two.xhtml#KANAREK">далі</a></p>
<img src="../img/pic.jpg" alt="KANAREK"/><img src="https://example.org/KANAREK.gif"/><!-- KANAREK -->
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><text>KANAREK</text>
<image xlink:href="../img/pic.jpg"/></svg></body></html>"""
TWO = "<html><body><p>Not quite <b>well-formed<br> XML &amp; still read</body></html>"


def files(make: SimpleNamespace) -> dict[str, bytes]:
    return {
        "mimetype": b"application/epub+zip", "META-INF/container.xml": CONTAINER, "OPS/KANAREK.opf": PACKAGE.encode(),
        "OPS/text/one KANAREK.xhtml": ONE.encode(), "OPS/text/two.xhtml": TWO.encode(),
        "OPS/text/unread.xhtml": b"KANAREK",
        "OPS/nav.xhtml": b"<html>KANAREK</html>", "OPS/toc.ncx": b"<ncx>KANAREK</ncx>",
        "OPS/img/pic.jpg": make.dirty_jpeg(),
        "OPS/style.css": b".gone { display: none }", "OPS/f.otf": b"KANAREK", "OPS/s.js": b"KANAREK",
        "META-INF/calibre.txt": b"KANAREK",
    }  # fmt: skip


def book(made: dict[str, bytes]) -> bytes:
    return packed(made, first="mimetype")


def clean(data: bytes) -> Cleaned:
    return worker.clean(data)


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def test_nothing_but_pages_and_pictures_is_left(make: SimpleNamespace) -> None:
    """Marked words in names, package, pages, contents, fonts and the picture: none is left."""
    cleaned = clean(book(files(make)))
    assert cleaned.media_type == "application/epub+zip"
    made = members(cleaned.data)
    assert sorted(made) == [
        "META-INF/container.xml", "book/image-0001.jpg", "book/nav.xhtml", "book/package.opf", "book/page-0001.xhtml",
        "book/page-0002.xhtml", "mimetype",
    ]  # fmt: skip
    assert b"KANAREK" not in cleaned.data
    assert all(b"KANAREK" not in data and make.CANARY not in data for data in made.values())
    assert set(cleaned.found) >= {
        "Book metadata", "Attributes", "Comments", "EXIF", "Fonts", "Hidden text", "Links", "Other pages",
        "Remote parts", "Scripts", "Styles", "Table of contents", "Vector pictures", "Zero-width characters",
    }  # fmt: skip


def test_pages_are_well_formed_and_in_order(make: SimpleNamespace) -> None:
    """Another parser reads every file; text, headings and pictures are there, the order as it was."""
    cleaned = clean(book(files(make)))
    made = members(cleaned.data)
    trees = {
        name: ElementTree.fromstring(data)  # noqa: S314 -- our own clean file
        for name, data in made.items()
        if name.endswith(("xml", "opf", "xhtml"))
    }
    opf = "{http://www.idpf.org/2007/opf}"
    assert trees["book/package.opf"].find(".//{http://purl.org/dc/elements/1.1/}title").text == "Свідчення & спогади"
    assert trees["book/package.opf"].find(f"{opf}spine").get("page-progression-direction") == "rtl"
    first, second = (made[f"book/page-000{number}.xhtml"].decode() for number in (1, 2))
    assert "<h1>Перший <i>розділ</i></h1>" in first
    assert "<p>Було\u00a0так—далі</p>" in first
    assert first.count('<img src="image-0001.jpg"/>') == 2
    assert "Not quite <b>well-formed<br/> XML &amp; still read" in second
    assert "Перший розділ" in made["book/nav.xhtml"].decode()
    assert (
        cleaned.text
        == "Свідчення & спогади\n\nПерший розділ\n\nБуло\u00a0так—далі\n\nNot quite well-formed\nXML & still read"
    )


def test_cleaning_twice_changes_nothing(make: SimpleNamespace) -> None:
    """The clean book comes out as it went in."""
    once = clean(book(files(make))).data
    again = clean(once)
    assert (again.data, again.found) == (once, ())


def test_mat2_and_exiftool_find_nothing_about_people(make: SimpleNamespace, tmp_path: Path) -> None:
    """Other people's programs see title, language and the constants that a book has to have."""
    if shutil.which("exiftool") is None:
        pytest.skip("needs exiftool")
    path = tmp_path / "clean.epub"
    path.write_bytes(clean(book(files(make))).data)
    shown = subprocess.run(
        ["exiftool", "-a", "-u", "-G1", "-s", path], capture_output=True, text=True, check=True
    ).stdout
    assert "KANAREK" not in shown
    assert not {"Creator", "Author", "ModifyDate"} & {
        line.split("]")[1].split(":")[0].strip() for line in shown.splitlines()
    }


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"META-INF/encryption.xml": b'<e><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes256-cbc"/></e>'},
         Reason.ENCRYPTED),
        ({"OPS/text/two.xhtml": None}, Reason.DAMAGED),
        ({"META-INF/container.xml": None}, Reason.DAMAGED),
        ({"OPS/KANAREK.opf": b"<package"}, Reason.DAMAGED),
        ({"OPS/KANAREK.opf": b'<!DOCTYPE x [<!ENTITY a "b">]><package/>'}, Reason.ENTITIES),
        ({"OPS/text/one KANAREK.xhtml": b'<!DOCTYPE html [<!ENTITY a "b">]><html>&a;</html>'}, Reason.ENTITIES),
        ({"OPS/text/one KANAREK.xhtml": "<html>Я</html>".encode("cp1251")}, Reason.ENCODING),
        ({"OPS/img/pic.jpg": b"\xff\xd8\xff\xe0"}, Reason.PICTURE_ENDS_EARLY),
    ],
)  # fmt: skip
def test_what_cannot_be_cleaned_is_refused_by_name(
    make: SimpleNamespace, change: dict[str, bytes | None], reason: Reason
) -> None:
    """Encrypted books, missing pages, entities, letters nobody declared, broken pictures."""
    made = {name: data for name, data in (files(make) | change).items() if data is not None}
    with pytest.raises(UncleanError) as refused:
        clean(book(made))
    assert refused.value.message == reason


def test_scrambled_fonts_do_not_make_a_book_encrypted(make: SimpleNamespace) -> None:
    """Publishers scramble fonts; these go anyway."""
    scrambled = b'<e><EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/></e>'
    assert clean(book(files(make) | {"META-INF/encryption.xml": scrambled})).text


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("book/package.opf", b"<dc:language>", b"<dc:creator>x</dc:creator><dc:language>"),
        ("book/package.opf", b"<dc:title>", "<dc:title>\u200b".encode()),
        ("book/nav.xhtml", b"<li>", b"<li><script/>"),
        ("book/page-0001.xhtml", b"<h1>", b"<h1 onclick='x'>"),
        ("book/page-0001.xhtml", b"<h1>", b"<script>x</script><h1>"),
        ("book/page-0001.xhtml", b"image-0001.jpg", b"https://example.org/x"),
        ("book/page-0001.xhtml", b"<title>", b"<meta/><title>"),
        ("META-INF/container.xml", b"</rootfiles>", b"</rootfiles><x/>"),
        ("book/stray.txt", b"", b"x"),
    ],
)
def test_the_second_look_sees_what_is_put_back(make: SimpleNamespace, name: str, before: bytes, after: bytes) -> None:
    """Whatever is put into the package, the pages, the contents or beside them is named."""
    made = members(clean(book(files(make))).data)
    assert epub.residue(packed(made, first="mimetype"), worker.residue) == ()
    made[name] = made.get(name, b"").replace(before, after, 1)
    assert epub.residue(packed(made, first="mimetype"), worker.residue) != ()
