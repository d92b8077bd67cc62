"""Books (EPUB): each page written anew as a web page is, pictures cleaned by their own format, bound in a new package.

Title and language stay, and the order of pages. Authors, dates, fonts, styles, scripts, sound and links go; the table
of contents is made of the pages' first headings.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from html.entities import html5

from archive.errors import UncleanError
from archive.scrub import epub_look, html, text, zipped
from archive.scrub.contract import Cleaned, Inner, Reason
from archive.scrub.epub_package import PAGES, Book, resolved, text_of
from archive.scrub.html_body import ATTRIBUTES, Picture, Rebuilt, local, rebuilt
from archive.scrub.html_hidden import Hidden
from archive.scrub.office_xml import Element, parsed

MEDIA_TYPES = ("application/epub+zip",)

_MIMETYPE = b"application/epub+zip"
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}
_PROLOGUE = re.compile(r"\A\ufeff?\s*(?:<\?xml[^>]*\?>)?")
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31};)")
_MARKUP = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_HEADING = re.compile(r"<h[1-6][^>]*>(.*?)</h[1-6]>", re.DOTALL)
_XHTML = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml">'
    "<head><title>{title}</title></head><body>\n{body}\n</body></html>\n"
)
_NAV = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" '
    'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>{title}</title></head><body><nav epub:type="toc"><ol>\n'
    "{lines}</ol></nav></body></html>\n"
)
_CONTAINER = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>\n'
)
_PACKAGE = (
    '<?xml version="1.0" encoding="utf-8"?>\n<package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
    'unique-identifier="id"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">none'
    "</dc:identifier><dc:title>{title}</dc:title><dc:language>{language}</dc:language>"
    '<meta property="dcterms:modified">2000-01-01T00:00:00Z</meta></metadata><manifest>\n'
    '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>\n'
    "{items}</manifest><spine{direction}>\n{order}</spine></package>\n"
)


def matches(data: bytes) -> bool:
    """Tell by the type that the package gives itself."""
    return (zipped.peek(data, "mimetype") or b"").strip() == _MIMETYPE


def clean(data: bytes, inner: Inner) -> Cleaned:
    """Read the book, write each page anew, and bind them."""
    book = Book(data)
    pages = _Pages(book, inner)
    written = [pages.write(path, kind) for path, kind in book.spine]
    if not any(page.text or "<img " in page.markup for page in written):
        raise UncleanError(Reason.EMPTY)
    title, groups = text.visible(book.title)
    book.name_unused(pages.used)
    found = tuple(sorted(book.groups.union(pages.found, groups, *(page.found for page in written))))
    said = "\n\n".join(part for part in (title, *(page.text for page in written)) if part)
    return Cleaned(
        data=zipped.packed(_bound(book, title, written, pages.pictures), first="mimetype"),
        media_type=MEDIA_TYPES[0],
        method="bound anew from its pages and pictures",
        lossless=False,
        found=found,
        removed=found,
        text=said or None,
    )


residue = epub_look.residue


class _Pages:
    """Writes pages one after another; each picture is cleaned once, however many pages show it."""

    def __init__(self, book: Book, inner: Inner) -> None:
        self._book, self._inner = book, inner
        self._named: dict[str, str | None] = {}
        self.pictures: dict[str, bytes] = {}
        self.used: set[str] = set()
        self.found: set[str] = set()

    def write(self, path: str, kind: str) -> Rebuilt:
        """Write one page of the order; a picture that stands for a page is shown on one."""
        self.used.add(path)
        raw = self._book.read(path) or b""
        if kind.startswith("image/"):
            name = self._picture(path)
            return Rebuilt(markup=f'<img src="{name}"/>' if name else "", text="", found=frozenset())
        if kind != PAGES:
            raise UncleanError(Reason.UNSUPPORTED)
        root = page_tree(text_of(raw))
        if b"<!--" in raw:
            self.found.add("Comments")
        return rebuilt(root, Hidden(self._sheets(root, path)), self._pictures_of(path))

    def _sheets(self, root: Element, path: str) -> list[str]:
        """Collect the styles of a page: its own, and those it links to in the book."""
        own = ["".join(node.itertext()) for node in root.iter() if local(node.tag) == "style"]
        linked = (node.get("href", "") for node in root.iter() if local(node.tag) == "link")
        raw = (self._book.read(resolved(path, address)) for address in linked)
        return own + [sheet.decode("utf-8", errors="ignore") for sheet in raw if sheet]

    def _pictures_of(self, path: str) -> Picture:
        def find(source: str) -> tuple[str | None, tuple[str, ...]]:
            if source.lower().startswith("data:"):
                return None, ("Pictures in pages",)
            target = resolved(path, source)
            if "://" in source or self._book.read(target) is None:
                return None, ("Remote parts",)
            return self._picture(target), ()

        return find

    def _picture(self, path: str) -> str | None:
        """Clean a picture of the book and give it a new name; a drawing (SVG) goes."""
        if path in self._named:
            return self._named[path]
        raw = self._book.read(path) or b""
        name = None
        if b"<svg" in raw[:4096]:
            self.found.add("Vector pictures")
        else:
            cleaned = self._inner(raw)
            self.found.update(cleaned.found)
            if cleaned.media_type not in _ENDINGS:
                raise UncleanError(Reason.UNSUPPORTED)
            name = f"image-{len(self.pictures) + 1:04}.{_ENDINGS[cleaned.media_type]}"
            self.pictures[name] = cleaned.data
            self.used.add(path)
        self._named[path] = name
        return name


def page_tree(said: str) -> Element:
    """Parse a page as XML; where it is none, as browsers read pages."""
    body = _DOCTYPE.sub("", _PROLOGUE.sub("", said), count=1)
    try:
        return parsed(_ENTITY.sub(_spelled, body).encode())
    except UncleanError as error:
        if error.message != Reason.DAMAGED:
            raise
    return html.parsed(body)


def _spelled(entity: re.Match[str]) -> str:
    """Write a named letter as itself; XML knows five names only."""
    return entity[0] if entity[1] in _MARKUP else html5.get(entity[1], entity[0])


def _bound(book: Book, title: str, pages: list[Rebuilt], pictures: dict[str, bytes]) -> dict[str, bytes]:
    """Write the package around pages and pictures."""
    name: Callable[[int], str] = "page-{:04}".format
    shown = escape(title, quote=False) or "-"
    numbers = range(1, len(pages) + 1)
    kinds = {ending: kind for kind, ending in _ENDINGS.items()}
    items = [f'<item id="{name(at)}" href="{name(at)}.xhtml" media-type="application/xhtml+xml"/>\n' for at in numbers]
    items += [
        f'<item id="{picture[:10]}" href="{picture}" media-type="{kinds[picture[11:]]}"/>\n' for picture in pictures
    ]
    package = _PACKAGE.format(
        title=shown,
        language=book.language if ATTRIBUTES["lang"].fullmatch(book.language) else "und",
        items="".join(items),
        direction=' page-progression-direction="rtl"' if book.right_to_left else "",
        order="".join(f'<itemref idref="{name(at)}"/>\n' for at in numbers),
    )
    lines = (f'<li><a href="{name(at)}.xhtml">{_heading(page, at)}</a></li>\n' for at, page in enumerate(pages, 1))
    files = {"package.opf": package, "nav.xhtml": _NAV.format(title=shown, lines="".join(lines))}
    files |= {
        f"{name(at)}.xhtml": _XHTML.format(title=_heading(page, at), body=page.markup)
        for at, page in enumerate(pages, 1)
    }
    book_files = {f"book/{path}": content.encode() for path, content in files.items()}
    packed = {f"book/{path}": content for path, content in pictures.items()}
    return {"mimetype": _MIMETYPE, "META-INF/container.xml": _CONTAINER.encode(), **book_files, **packed}


def _heading(page: Rebuilt, number: int) -> str:
    """Name a page by its first heading, else by its number; in the form of XML text."""
    heading = _HEADING.search(page.markup)
    return " ".join(re.sub(r"<[^>]*>", " ", heading[1]).split()) or str(number) if heading else str(number)
