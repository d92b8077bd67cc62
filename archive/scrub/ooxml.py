"""Office Open XML packages: walked from the main part along the relationships a format allows, and built anew.

What no allowed relationship leads to is not carried over, so nothing dangles. Parts get new names, relationships new
ids; each XML part is settled by its format's own rules and then pruned to the vocabulary; pictures are cleaned by
their own format.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import unquote

from lxml import etree
from msgspec import Struct

from archive.errors import UncleanError
from archive.scrub import zipped
from archive.scrub.contract import Inner, Reason
from archive.scrub.office_pictures import EXTENSIONS, picture
from archive.scrub.office_xml import Element, parsed, prune, written
from archive.scrub.ooxml_groups import ACTIVE, ATTRIBUTE_GROUPS, GROUPS
from archive.scrub.ooxml_names import ATTRIBUTES, ELEMENTS, FOREIGN, PREFIXES, TEXTS
from archive.scrub.ooxml_tree import choose, settle_lost, settle_shapes, short, tags_of

RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
ADDRESSES = ("http://", "https://", "mailto:")
"""What a link of the text may lead to, as in PDF."""

STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships/"
_DIAGRAMS = "http://schemas.microsoft.com/office/2007/relationships/"
_R = tuple(f"{{{uri}}}" for uri, prefix in PREFIXES.items() if prefix == "r")
_RELID = "{urn:schemas-microsoft-com:office:office}relid"
_LIST = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_LONGEST = 2_000
_LONG_ATTRIBUTES = frozenset(["path", "points", "sqref", "wrapcoords", "ref", "spans"])
Link = tuple[str, str, bool]
"""A relationship to be written: its type, where it leads, whether that is outside."""

Settle = Callable[["Package", str, Element, dict[str, "Target"]], None]
"""A format's own rules for one part: the package, its kind, its tree, its relationships; may change the last two."""


class Kind(Struct, frozen=True):
    """A relationship that may be followed: the new name of its target, with ``{}`` for a number, and its content type.

    ``implied``: the target is there for the whole part, and no element names it.
    """

    name: str
    content_type: str
    implied: bool = False


class Target(Struct, frozen=True):
    """Where a relationship leads: its type up to the last word, that word, the name of a part or an address outside."""

    base: str
    kind: str
    where: str
    outside: bool


class Package:
    """One package on its way from the brought file to the clean one."""

    def __init__(self, data: bytes, kinds: Mapping[str, Kind], settle: Settle, inner: Inner) -> None:
        self._data, self._kinds, self._settle, self._inner = data, kinds, settle, inner
        self._entries = {name.lower(): entry for name, entry in zipped.entries(data).items()}
        self._names: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}
        self._files: dict[str, bytes] = {}
        self._types: dict[str, str] = {}
        self.trees: dict[str, Element] = {}
        self._base = RELATIONSHIPS
        self.groups: set[str] = set(zipped.groups(data, zipped.entries(data)))
        self.kept: set[str] = set()

    def rebuilt(self, main: Kind) -> bytes:
        """Walk from the main part and write the new package."""
        self._kinds = {**self._kinds, "officeDocument": main}
        links: dict[str, Link] = {}
        for target in self.targets("").values():
            if target.kind == "officeDocument":
                self._base = RELATIONSHIPS if target.base == RELATIONSHIPS else STRICT
                self._link(links, target, "")
            else:
                self._refuse(target)
                self.note(GROUPS.get(target.kind, "Other parts"))
        if len(links) != 1:
            raise UncleanError(Reason.DAMAGED)
        for made, tree in self.trees.items():
            self._files[made] = written(tree)
        self._files["_rels/.rels"] = _relationships(links)
        self._files["[Content_Types].xml"] = self._content_types()
        return zipped.packed(self._files, first="[Content_Types].xml")

    def read(self, name: str) -> bytes:
        """Unpack a part by its old name. Raises UncleanError where there is none."""
        entry = self._entries.get(name.lower())
        if entry is None:
            raise UncleanError(Reason.DAMAGED)
        return zipped.unpacked(self._data, entry)

    def targets(self, name: str) -> dict[str, Target]:
        """Read the relationships of a part by its old name, by their ids."""
        folder, _, file = name.rpartition("/")
        listing = f"{folder}/_rels/{file}.rels".lstrip("/")
        if listing.lower() not in self._entries:
            return {}
        found = {}
        for item in parsed(self.read(listing)).iter(_LIST + "Relationship"):
            base, _, kind = item.get("Type", "").rpartition("/")
            where = item.get("Target", "")
            outside = item.get("TargetMode") == "External"
            if not outside:
                where = posixpath.normpath(posixpath.join("/", folder, unquote(where))).lstrip("/")
            found[item.get("Id", "")] = Target(base + "/", kind, where, outside)
        return found

    def part(self, name: str, kind: str) -> str:
        """Carry a part over and answer its new name."""
        known = self._names.get((name.lower(), kind))
        if known is not None:
            return known
        if kind == "image":
            return self._picture(name)
        made = self._named(name, kind, self._kinds[kind].name)
        self._types[made] = self._kinds[kind].content_type
        tree = parsed(self.read(name))
        self.trees[made] = tree
        targets = self.targets(name)
        choose(tree)
        settle_shapes(tree, self.note)
        self._settle(self, kind, tree, targets)
        prune(tree, self._judge, _TEXT_TAGS)
        links = self._linked(tree, made, targets)
        for target in targets.values():
            self._refuse(target)
            if target.kind in self._kinds and self._kinds[target.kind].implied and self._is_there(target.where):
                self._link(links, target, made)
            elif target.kind not in self._kinds and target.kind != "hyperlink":
                self.note(GROUPS.get(target.kind, "Other parts"))
        if links:
            folder, _, file = made.rpartition("/")
            self._files[f"{folder}/_rels/{file}.rels"] = _relationships(links)
        return made

    def root(self, name: str) -> Element:
        """Parse a part by its old name, to look something up in it."""
        return parsed(self.read(name))

    def look_up(self, targets: Mapping[str, Target], kind: str) -> Element | None:
        """Parse the first part of a kind that is led to, to look something up in it; None where there is none."""
        found = (target.where for target in targets.values() if target.kind == kind and not target.outside)
        name = next(found, None)
        return parsed(self.read(name)) if name is not None and self._is_there(name) else None

    def _is_there(self, name: str) -> bool:
        """Tell whether a part is there and not empty, as some programs leave them."""
        return name.lower() in self._entries and self._entries[name.lower()].size > 0

    def note(self, group: str) -> None:
        """Put a group into the report; an empty one is not worth a word."""
        if group:
            self.groups.add(group)

    def _named(self, name: str, kind: str, pattern: str) -> str:
        self._counts[pattern] = number = self._counts.get(pattern, 0) + 1
        made = pattern.format(number)
        if made in self._types:
            raise UncleanError(Reason.DAMAGED)  # two parts where there can be one
        self._names[name.lower(), kind] = made
        return made

    def _picture(self, name: str) -> str:
        data, media_type, found = picture(self.read(name), self._inner)
        self.groups.update(found)
        folder = self._kinds["image"].name
        made = self._named(name, "image", f"{folder}{{}}.{EXTENSIONS[media_type]}")
        self._types[made] = media_type
        self._files[made] = data
        return made

    def _judge(self, element: Element) -> bool:
        """Say whether an element may stay, and take from it the attributes that may not."""
        allowed = _ALLOWED.get(element.tag)
        if allowed is None:
            return self._dropped(element)
        for name, value in element.attrib.items():
            if name not in allowed:
                self.note(_attribute_group(name, value))
                del element.attrib[name]
            elif len(value) > _LONGEST and name not in _LONG_ATTRIBUTES:
                raise UncleanError(Reason.UNSUPPORTED)
        return True

    def _dropped(self, element: Element) -> bool:
        name = short(element)
        if name in ACTIVE:
            raise UncleanError(ACTIVE[name])
        group = GROUPS.get(name)
        if group is None and any(part.tag in _SHOWN and (part.text or "").strip() for part in element.iter()):
            raise UncleanError(Reason.UNSUPPORTED)  # a word we do not know holds text that would be lost
        self.note("Other elements" if group is None else group)
        return False

    def _linked(self, tree: Element, made: str, targets: Mapping[str, Target]) -> dict[str, Link]:
        """Follow every relationship that an element names; an element whose target goes, goes too."""
        links: dict[str, Link] = {}
        for element in list(tree.iter()):
            for name in [name for name in element.attrib if name.startswith(_R) or name == _RELID]:
                target = targets.get(element.attrib[name])
                new = self._link(links, target, made) if target is not None else None
                if new is not None:
                    element.attrib[name] = new
                else:
                    del element.attrib[name]
                    settle_lost(element)
        return links

    def _link(self, links: dict[str, Link], target: Target, made: str) -> str | None:
        """Write a relationship anew and answer its id; None where it may not be followed."""
        self._refuse(target)
        if target.outside:
            if target.kind != "hyperlink" or not target.where.lower().startswith(ADDRESSES):
                self.note("External links")
                return None
            self.kept.add("Web links")
            entry = (self._base + "hyperlink", target.where, True)
        elif target.kind not in self._kinds or not self._is_there(target.where):
            self.note(GROUPS.get(target.kind, "Other parts"))
            return None
        else:
            where = posixpath.relpath(self.part(target.where, target.kind), posixpath.dirname(made) or ".")
            entry = ((_DIAGRAMS if target.base == _DIAGRAMS else self._base) + target.kind, where, False)
        known = next((number for number, old in links.items() if old == entry), None)
        if known is None:
            known = f"rId{len(links) + 1}"
            links[known] = entry
        return known

    def _refuse(self, target: Target) -> None:
        if target.kind in ACTIVE:
            raise UncleanError(ACTIVE[target.kind])

    def _content_types(self) -> bytes:
        root = etree.Element(_TYPES + "Types", nsmap={None: _TYPES[1:-1]})
        etree.SubElement(
            root,
            _TYPES + "Default",
            Extension="rels",
            ContentType="application/vnd.openxmlformats-package.relationships+xml",
        )
        pictures = {name.rpartition(".")[2]: kind for name, kind in self._types.items() if kind.startswith("image/")}
        for extension, kind in sorted(pictures.items()):
            etree.SubElement(root, _TYPES + "Default", Extension=extension, ContentType=kind)
        for name, kind in sorted(self._types.items()):
            if not kind.startswith("image/"):
                etree.SubElement(root, _TYPES + "Override", PartName="/" + name, ContentType=kind)
        return written(root)


def _attribute_group(name: str, value: str) -> str:
    bare = name.rpartition("}")[2]
    return next((group for start, group in ATTRIBUTE_GROUPS.items() if bare.startswith(start) and value), "")


def _relationships(links: Mapping[str, Link]) -> bytes:
    root = etree.Element(_LIST + "Relationships", nsmap={None: _LIST[1:-1]})
    for number, (kind, where, outside) in links.items():
        item = etree.SubElement(root, _LIST + "Relationship", Id=number, Type=kind, Target=where)
        if outside:
            item.set("TargetMode", "External")
    return written(root)


def _allowed() -> Iterator[tuple[str, frozenset[str]]]:
    """List every tag that may stay with its attributes."""
    foreign = {f"{{{uri}}}{name}" for uri, prefix in PREFIXES.items() for name in FOREIGN.get(prefix, ())}
    for uri, prefix in PREFIXES.items():
        own = f"{{{uri}}}" if prefix in ("w", "m") else ""
        attributes = frozenset({own + name for name in ATTRIBUTES.get(prefix, ())} | foreign)
        yield from ((f"{{{uri}}}{name}", attributes) for name in ELEMENTS.get(prefix, ()))


_ALLOWED = dict(_allowed())
_TEXT_TAGS = frozenset(f"{{{uri}}}{name}" for uri, prefix in PREFIXES.items() for name in TEXTS.get(prefix, ()))
_SHOWN = frozenset(tag for name in ("w:t", "a:t", "m:t", "s:t", "s:v", "c:v") for tag in tags_of(name))
