"""Reading the package of a book (EPUB): which pages in which order, which pictures and sheets, title and language.

What the package says of authors, dates, rights and programs is not read. A book that is encrypted is refused; fonts may
be, since they go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

from archive.errors import UncleanError
from archive.scrub import zipped
from archive.scrub.charsets import decoded
from archive.scrub.contract import Reason
from archive.scrub.office_xml import Element, parsed

PAGES = "application/xhtml+xml"
SPINE = 5_000
"""Most pages of a book."""

_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*>", re.IGNORECASE)
_FONT_SCRAMBLING = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
_GROUPS = (
    ("font", "Fonts"), ("opentype", "Fonts"), ("css", "Styles"), ("javascript", "Scripts"), ("smil", "Sound and video"),
    ("audio/", "Sound and video"), ("video/", "Sound and video"), ("svg", "Vector pictures"),
    ("dtbncx", "Table of contents"), ("xhtml", "Other pages"), ("image/", "Other pictures"),
)  # fmt: skip


class Book:
    """An opened book: ``spine`` lists the pages' paths and kinds in order; ``groups`` names what goes with the rest."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._entries = zipped.entries(data)
        self.groups = set(zipped.groups(data, self._entries))
        self._paths: dict[str, str] = {}
        self._contents: set[str] = set()
        self._refuse_encrypted()
        self._root = self._package_path()
        package = self._tree(self._root)
        self._kinds = dict(self._manifest(package))
        self.spine = tuple(self._order(package))
        self.title = _first(package, "title")
        self.language = _first(package, "language")
        self.right_to_left = any(
            node.get("page-progression-direction") == "rtl" for node in package.iterfind("{*}spine")
        )
        self._name_metadata(package)

    def read(self, path: str) -> bytes | None:
        """Unpack one file; None if there is none of this name."""
        entry = self._entries.get(path)
        return zipped.unpacked(self._data, entry) if entry else None

    def name_unused(self, used: set[str]) -> None:
        """Name what goes because no page shows it."""
        for path, kind in self._kinds.items():
            if path not in used | self._contents:
                self.groups.add(next((group for mark, group in _GROUPS if mark in kind), "Unknown files"))

    def _refuse_encrypted(self) -> None:
        raw = self.read("META-INF/encryption.xml")
        if raw is None:
            return
        methods = {node.get("Algorithm") for node in parsed(raw).iter("{*}EncryptionMethod")}
        if not methods <= _FONT_SCRAMBLING:
            raise UncleanError(Reason.ENCRYPTED)

    def _package_path(self) -> str:
        listed = [node.get("full-path", "") for node in self._tree("META-INF/container.xml").iter("{*}rootfile")]
        if not listed:
            raise UncleanError(Reason.DAMAGED)
        if len(listed) > 1:
            self.groups.add("Other renditions")
        return unquote(listed[0])

    def _tree(self, path: str) -> Element:
        raw = self.read(path)
        if raw is None:
            raise UncleanError(Reason.DAMAGED)
        return parsed(_DOCTYPE.sub(b"", raw, count=1))

    def _manifest(self, package: Element) -> Iterator[tuple[str, str]]:
        for node in package.iterfind("{*}manifest/{*}item"):
            path = resolved(self._root, node.get("href", ""))
            self._paths[node.get("id", "").strip()] = path
            if "nav" in node.get("properties", "").split():  # it is made anew, unless it is one of the pages
                self._contents.add(path)
            yield path, node.get("media-type", "").lower()

    def _order(self, package: Element) -> Iterator[tuple[str, str]]:
        nodes = package.findall("{*}spine/{*}itemref")
        if len(nodes) > SPINE:
            raise UncleanError(Reason.TOO_MANY_PAGES)
        for node in nodes:
            path = self._paths.get(node.get("idref", "").strip(), "")
            if path not in self._entries:  # a page that is announced and missing is a loss that nobody should overlook
                raise UncleanError(Reason.DAMAGED)
            yield path, self._kinds[path]

    def _name_metadata(self, package: Element) -> None:
        said = [node for node in package.iterfind("{*}metadata//*") if str(node.tag).rpartition("}")[2] not in _NEEDED]
        if said:
            self.groups.add("Book metadata")


_NEEDED = ("title", "language", "identifier", "meta", "metadata")


def resolved(page: str, address: str) -> str:
    """Follow an address from the file it stands in to the path of another one in the book."""
    return normpath(join(dirname(page), unquote(urlsplit(address).path)))


def text_of(raw: bytes) -> str:
    """Decode a page as its XML line declares, else as UTF-8, or UTF-16 by its mark."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode("utf-16")
        except UnicodeDecodeError as error:
            raise UncleanError(Reason.ENCODING) from error
    declared = re.match(rb"\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})", raw)
    return decoded(raw.removeprefix(b"\xef\xbb\xbf"), declared[1].decode() if declared else "utf-8")


def _first(package: Element, name: str) -> str:
    node = package.find(f"{{*}}metadata//{{http://purl.org/dc/elements/1.1/}}{name}")
    return "" if node is None else " ".join("".join(node.itertext()).split())
