"""ODT, ODS, ODP (OpenDocument): rebuilt as the document reads with all changes accepted and nothing hidden.

Two parts and the pictures they name are carried over, and charts and formulas as the small documents they are. Of the
settings those come back that say how to lay out. Who wrote when with what lies in other parts, which go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from archive.errors import UncleanError
from archive.scrub import office_look, zipped
from archive.scrub.contract import Cleaned, Inner, Reason
from archive.scrub.odf_layout import layout
from archive.scrub.odf_names import ATTRIBUTES, ELEMENTS, GROUPS, LINKED, MIXED, PREFIXES
from archive.scrub.odf_settle import (
    find,
    remove_hidden,
    rename_styles,
    settle_fields,
    settle_formulas,
    settle_links,
    tag,
)
from archive.scrub.office_pictures import EXTENSIONS, picture
from archive.scrub.office_xml import Element, local, parsed, prune, take_out, written

_BASE = "application/vnd.oasis.opendocument."
MEDIA_TYPES = (_BASE + "text", _BASE + "spreadsheet", _BASE + "presentation")

_PICTURES = ("draw:image", "draw:fill-image", "style:background-image", "text:list-level-style-image")
_LONGEST = 2_000
_LONG = frozenset(["d", "points", "enhanced-path", "path"])
_MODULES = re.compile(r"(?:Basic|Scripts|Dialogs)/(?!.*(?:script|dialog)-l[bc]\.xml$).+")
_MANIFEST = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"
_OBJECT = re.compile(r"(?:\./)?(Object \d+)/?")


def matches(data: bytes) -> bool:
    """Tell by the type that the package says it is of."""
    return _media_type(data) is not None


def _media_type(data: bytes) -> str | None:
    said = (zipped.peek(data, "mimetype") or b"")[:100].strip()
    known = {name.encode(): name for name in MEDIA_TYPES}
    return known.get(said.removesuffix(b"-template").removesuffix(b"-web"))  # of Writer/Web: the same words


def clean(data: bytes, inner: Inner) -> Cleaned:
    """Rebuild the document."""
    media_type = _media_type(data)
    if media_type is None:
        raise UncleanError(Reason.UNKNOWN)
    package = _Package(data, media_type, inner)
    made = package.rebuilt()
    groups = tuple(sorted(package.groups))
    return Cleaned(
        data=made,
        media_type=media_type,
        method="OpenDocument rebuilt from allow-lists",
        lossless=False,
        found=groups,
        removed=groups,
        kept=tuple(sorted(package.kept)),
        text=package.text() or None,
    )


residue = office_look.residue


class _Package:
    """One package on its way from the brought file to the clean one."""

    def __init__(self, data: bytes, media_type: str, inner: Inner) -> None:
        self._data, self._media_type, self._inner = data, media_type, inner
        self._entries = zipped.entries(data)
        self._types: dict[str, str] = {}
        self._files: dict[str, bytes] = {}
        self._pictures: dict[str, str] = {}
        self._trees: dict[str, Element] = {}
        self.groups = set(zipped.groups(data, self._entries))
        self.kept: set[str] = set()

    def rebuilt(self) -> bytes:
        """Settle and prune each part, clean what it names, and write the new package."""
        self._refuse()
        self._carry_over("", self._media_type)
        for name, tree in self._trees.items():
            self._files[name] = written(tree)
        self._settle_settings()
        self._files["META-INF/manifest.xml"] = self._manifest()
        self._files["mimetype"] = self._media_type.encode()
        for start, group in (("meta.xml", "Document properties"), ("Thumbnails/", "Thumbnail")):
            if any(name.startswith(start) for name in self._entries):
                self.note(group)
        return zipped.packed(self._files, first="mimetype")

    def note(self, group: str) -> None:
        """Put a group into the report; an empty one is not worth a word."""
        if group:
            self.groups.add(group)

    def text(self) -> str:
        """Read the text of the document, without that of headers and footers, which repeats."""
        body = next(find(self._trees["content.xml"], "office:body"), None)
        lines = [] if body is None else list(_lines(body))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def _refuse(self) -> None:
        manifest = self._entries.get("META-INF/manifest.xml")
        if manifest is not None and b"encryption-data" in zipped.unpacked(self._data, manifest):
            raise UncleanError(Reason.PASSWORD)
        if any(_MODULES.fullmatch(name) for name in self._entries):
            raise UncleanError(Reason.ACTIVE)

    def _carry_over(self, folder: str, media_type: str) -> None:
        """Carry over the parts of a document, which may be one inside this one."""
        names = [folder + name for name in ("content.xml", "styles.xml") if folder + name in self._entries]
        if folder + "content.xml" not in names:
            raise UncleanError(Reason.DAMAGED)
        trees = [parsed(zipped.unpacked(self._data, self._entries[name])) for name in names]
        made: dict[str, str] = {}
        remove_hidden(trees, self.note)
        for name, tree in zip(names, trees, strict=True):
            self._settle(tree, made, folder, sheets=media_type.endswith("spreadsheet"))
            self._trees[name] = tree
            self._types[name] = "text/xml"
        if folder:
            self._types[folder] = media_type

    def _settle_settings(self) -> None:
        entry = self._entries.get("settings.xml")
        made = layout(parsed(zipped.unpacked(self._data, entry))) if entry is not None and entry.size else None
        if made is not None:
            self._files["settings.xml"], self._types["settings.xml"] = made, "text/xml"

    def _settle(self, tree: Element, made: dict[str, str], folder: str, *, sheets: bool) -> None:
        settle_fields(tree, self.note)
        settle_formulas(tree, self.note)
        if settle_links(tree, self.note):
            self.kept.add("Web links")
        rename_styles(tree, made, sheets or bool(folder))
        prune(tree, self._judge, None)
        for image in find(
            tree, "draw:image", "draw:fill-image", "style:background-image", "text:list-level-style-image"
        ):
            self._settle_picture(image, folder)
        for held in find(tree, "draw:object"):
            self._settle_object(held, folder)

    def _judge(self, element: Element) -> bool:
        """Say whether an element may stay; take from it attributes and text that may not."""
        allowed = _ALLOWED.get(element.tag)
        if allowed is None:
            return self._dropped(element)
        for name, value in element.attrib.items():
            if name not in allowed:
                self.note("Revision ids" if name.endswith("rsid") else "")
                del element.attrib[name]
            elif len(value) > _LONGEST and local(element) not in _LONG and name.rpartition("}")[2] not in _LONG:
                raise UncleanError(Reason.UNSUPPORTED)
        if element.tag not in _MIXED_TAGS:
            element.text = None
            for child in element:
                child.tail = None
        return True

    def _dropped(self, element: Element) -> bool:
        space, _, name = str(element.tag).rpartition("}")
        short = f"{PREFIXES.get(space[1:], '')}:{name}"
        if name in ("object-ole", "applet", "plugin", "floating-frame", "binary-data"):
            if name != "floating-frame" or self._holds(element.get(tag("xlink:href"), "")):
                raise UncleanError(Reason.EMBEDDED)
            self.note("External links")  # a frame of a web page: what it showed never lay in this file
            return False
        group = GROUPS.get(short)
        if group is None and any((part.text or "").strip() for part in element.iter(*_SHOWN)):
            raise UncleanError(Reason.UNSUPPORTED)  # a word we do not know holds text that would be lost
        self.note("Other elements" if group is None else group)
        return False

    def _holds(self, href: str) -> bool:
        """Whether the package itself holds what is pointed to."""
        inside = href.removeprefix("./").rstrip("/")
        return any(name == inside or name.startswith(f"{inside}/") for name in self._entries)

    def _settle_picture(self, image: Element, folder: str) -> None:
        """Clean the picture that an element names; take out one that is elsewhere, or a drawing beside a picture."""
        href = tag("xlink:href")
        name = image.get(href, "").removeprefix("./")
        if not name:
            image.attrib.pop(href, None)
            return
        others = [other for other in image.getparent() if other.tag == image.tag and other is not image]
        if folder + name not in self._entries or (others and local(image) == "image" and name.endswith(".svg")):
            outside = ":" in name or name.startswith(("/", ".."))
            self.note("External links" if outside else "" if "Object" in name else "Missing pictures")
            take_out(image)
            return
        image.set(href, self._picture(folder + name, folder).removeprefix(folder))

    def _picture(self, name: str, folder: str) -> str:
        if name not in self._pictures:
            data, media_type, found = picture(zipped.unpacked(self._data, self._entries[name]), self._inner)
            self.groups.update(found)
            made = f"{folder}Pictures/image{len(self._pictures) + 1}.{EXTENSIONS[media_type]}"
            self._pictures[name] = made
            self._types[made], self._files[made] = media_type, data
        return self._pictures[name]

    def _settle_object(self, held: Element, folder: str) -> None:
        """Carry over a chart or a formula; any other document in this one refuses it."""
        if not held.get(tag("xlink:href")):
            return  # a formula that stands right here
        found = _OBJECT.fullmatch(held.get(tag("xlink:href"), ""))
        if found is None or folder:
            raise UncleanError(Reason.EMBEDDED)
        place = found[1] + "/"
        if place + "content.xml" not in self._entries:
            raise UncleanError(Reason.EMBEDDED)
        root = parsed(zipped.unpacked(self._data, self._entries[place + "content.xml"]))
        if root.tag == tag("math:math"):
            kind = _BASE + "formula"
        elif next(find(root, "office:chart"), None) is not None:
            kind = _BASE + "chart"
        else:
            raise UncleanError(Reason.EMBEDDED)
        if place not in self._types:
            self._carry_over(place, kind)
        held.set(tag("xlink:href"), "./" + found[1])

    def _manifest(self) -> bytes:
        root = etree.Element(_MANIFEST + "manifest", nsmap={"manifest": _MANIFEST[1:-1]})
        for name, kind in [("/", self._media_type), *sorted(self._types.items())]:
            item = etree.SubElement(root, _MANIFEST + "file-entry")
            item.set(_MANIFEST + "full-path", name)
            item.set(_MANIFEST + "media-type", kind)
        return written(root)


def _lines(part: Element) -> Iterator[str]:
    """Read paragraphs line by line and tables row by row."""
    if part.tag in _PARAGRAPHS:
        yield "".join(_words(part))
        for nested in part.iter(tag("draw:text-box"), tag("text:note-body")):
            yield from _lines(nested)
    elif part.tag == tag("table:table-row"):
        cells = [" ".join(filter(None, (line for child in cell for line in _lines(child)))) for cell in part]
        if any(cells):
            yield "\t".join(cells).rstrip("\t")
    else:
        if part.tag == tag("table:table") and part.get(tag("table:name")):
            yield part.get(tag("table:name"))
        for child in part:
            yield from _lines(child)


def _words(part: Element) -> Iterator[str]:
    yield part.text or ""
    for child in part:
        if child.tag in _BLANKS:
            count = child.get(tag("text:c"), "1")
            yield _BLANKS[child.tag] * (min(int(count), 1000) if count.isdigit() else 1)
        elif local(child) not in ("note-body", "frame", "custom-shape", "text-box", "g", "rect"):
            yield from _words(child)
        yield child.tail or ""


def _allowed() -> Iterator[tuple[str, frozenset[str]]]:
    """List every tag that may stay with its attributes."""
    uris = {prefix: uri for uri, prefix in PREFIXES.items()}
    everywhere = {f"{{{uris[prefix]}}}{name}" for prefix, names in ATTRIBUTES.items() for name in names}
    formulas = everywhere | set(ATTRIBUTES["math"])
    for prefix, names in ELEMENTS.items():
        attributes = frozenset(formulas if prefix == "math" else everywhere)
        leading = LINKED.get(prefix, frozenset())
        for name in names:
            yield tag(f"{prefix}:{name}"), attributes | {tag("xlink:href")} if name in leading else attributes


_ALLOWED: Mapping[str, frozenset[str]] = dict(_allowed())
_MIXED_TAGS = frozenset(tag(f"{prefix}:{name}") for prefix, names in MIXED.items() for name in names)
_PARAGRAPHS = (tag("text:p"), tag("text:h"))
_SHOWN = (*_PARAGRAPHS, tag("text:span"))
_BLANKS = {tag("text:s"): " ", tag("text:tab"): "\t", tag("text:line-break"): "\n"}
