"""The second look at a clean book: each file has a form that holds nothing else, and each page is read tag by tag."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from html import unescape
from io import BytesIO

from archive.scrub import text
from archive.scrub.html import SecondLook
from archive.scrub.zip_look import FAULTS, strays

Look = Callable[[bytes], tuple[str, ...]]

_XML = r'<\?xml version="1\.0" encoding="utf-8"\?>\n'
_PAGE = r'<!DOCTYPE html>\n<html xmlns="http://www\.w3\.org/1999/xhtml"'
_SAID = r"(?P<said>[^<]*)"
_IMAGE = re.compile(r"image-\d{4}\.(?:jpg|png|gif|webp)")
_FORMS = {
    "mimetype": r"application/epub\+zip",
    "META-INF/container.xml": _XML + r'<container version="1\.0" '
    r'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    r'<rootfile full-path="book/package\.opf" media-type="application/oebps-package\+xml"/></rootfiles>'
    r"</container>\n",
    "book/package.opf": _XML + r'<package xmlns="http://www\.idpf\.org/2007/opf" version="3\.0" unique-identifier="id">'
    r'<metadata xmlns:dc="http://purl\.org/dc/elements/1\.1/"><dc:identifier id="id">none</dc:identifier>'
    rf"<dc:title>{_SAID}</dc:title><dc:language>[A-Za-z0-9-]+</dc:language>"
    r'<meta property="dcterms:modified">2000-01-01T00:00:00Z</meta></metadata><manifest>\n'
    r'(?:<item id="[a-z0-9-]+" href="[a-z0-9.-]+" media-type="[a-z]+/[a-z+]+"(?: properties="nav")?/>\n)+</manifest>'
    r'<spine(?: page-progression-direction="rtl")?>\n(?:<itemref idref="page-\d{4,}"/>\n)+</spine></package>\n',
    "book/nav.xhtml": _XML + _PAGE + r' xmlns:epub="http://www\.idpf\.org/2007/ops"><head><title>[^<]*</title></head>'
    r'<body><nav epub:type="toc"><ol>\n(?P<said>(?:<li><a href="page-\d{4,}\.xhtml">[^<]*</a></li>\n)+)</ol></nav>'
    r"</body></html>\n",
}  # fmt: skip
_BODY = re.compile(
    _XML + _PAGE + rf"><head><title>{_SAID}</title></head><body>\n(?P<body>.*)\n</body></html>\n", re.DOTALL
)
_PLACES = re.compile(r"book/(?:page-\d{4,}\.xhtml|image-\d{4,}\.(?:jpg|png|gif|webp))")


def residue(data: bytes, inner: Look) -> tuple[str, ...]:
    """Name everything in a clean book that is not allowed."""
    left = set(strays(data))
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            for name in package.namelist():
                left.update(_file(name, package.read(name), inner))
    except FAULTS:
        left.add("Zip structure")
    return tuple(sorted(left))


def _file(name: str, raw: bytes, inner: Look) -> Iterator[str]:
    if name in _FORMS:
        whole = re.fullmatch(_FORMS[name], raw.decode())
        if whole is None:
            yield "Book package"
        elif "said" in whole.groupdict():
            yield from text.residue(unescape(re.sub(r"<[^>]*>", "", whole["said"])).encode())
    elif not _PLACES.fullmatch(name):
        yield "Unknown files"
    elif name.endswith(".xhtml"):
        yield from _page(raw.decode(), inner)
    else:
        yield from inner(raw)


def _page(page: str, inner: Look) -> Iterator[str]:
    whole = _BODY.fullmatch(page)
    if whole is None:
        yield "Page head"
        return
    look = SecondLook(inner, _IMAGE)
    look.feed(whole["body"])
    look.close()
    yield from (*look.found, *text.residue(unescape(whole["said"]).encode()))
