"""PPTX (ECMA-376, PresentationML): rebuilt as the slides show.

Speaker notes, hidden slides and hidden shapes go, and so do comments, sound, video and what moves; of masters and
layouts only those stay that a slide uses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from archive.errors import UncleanError
from archive.scrub import office_look, zipped
from archive.scrub.contract import Cleaned, Inner, Reason
from archive.scrub.office_xml import Element, local
from archive.scrub.ooxml import Kind, Package, Target
from archive.scrub.ooxml_chart import placed, settle_chart
from archive.scrub.ooxml_names import PREFIXES
from archive.scrub.ooxml_tree import drawn_text, find

MEDIA_TYPES = ("application/vnd.openxmlformats-officedocument.presentationml.presentation",)

_MAIN_TYPES = (
    b"presentationml.presentation.main+xml",
    b"presentationml.slideshow.main+xml",
    b"presentationml.template.main+xml",
    b"ms-powerpoint.presentation.macroEnabled.main+xml",
    b"ms-powerpoint.slideshow.macroEnabled.main+xml",
    b"ms-powerpoint.template.macroEnabled.main+xml",
)
_P = "application/vnd.openxmlformats-officedocument.presentationml."
_MAIN = Kind("ppt/presentation.xml", _P + "presentation.main+xml")
_KINDS: Mapping[str, Kind] = {
    "slide": Kind("ppt/slides/slide{}.xml", _P + "slide+xml"),
    "slideLayout": Kind("ppt/slideLayouts/slideLayout{}.xml", _P + "slideLayout+xml", implied=True),
    "slideMaster": Kind("ppt/slideMasters/slideMaster{}.xml", _P + "slideMaster+xml", implied=True),
    "theme": Kind("ppt/theme/theme{}.xml", "application/vnd.openxmlformats-officedocument.theme+xml", implied=True),
    "image": Kind("ppt/media/image", ""),
    **placed("ppt"),
}
_IDS = tuple(f"{{{uri}}}id" for uri, prefix in PREFIXES.items() if prefix == "r")


def matches(data: bytes) -> bool:
    """Tell by the type of the main part."""
    types = zipped.peek(data, "[Content_Types].xml") or b""
    return any(known in types for known in _MAIN_TYPES)


def clean(data: bytes, inner: Inner) -> Cleaned:
    """Rebuild the presentation."""
    show = _Show()
    package = Package(data, _KINDS, show.settle, inner)
    made = package.rebuilt(_MAIN)
    groups = tuple(sorted(package.groups))
    slides = sorted((name for name in package.trees if "/slides/" in name), key=lambda name: (len(name), name))
    others = [name for name in package.trees if "/charts/" in name or "/diagrams/data" in name]
    return Cleaned(
        data=made,
        media_type=MEDIA_TYPES[0],
        method="PPTX rebuilt from allow-lists",
        lossless=False,
        found=groups,
        removed=groups,
        kept=tuple(sorted(package.kept)),
        text="\n\n".join(filter(None, (drawn_text(package.trees[name]) for name in slides + sorted(others)))) or None,
    )


residue = office_look.residue


class _Show:
    """What the parts of a presentation have in common: which slides are shown, and the layouts these use."""

    def __init__(self) -> None:
        self._slides: set[str] = set()
        self._layouts: set[str] = set()

    def settle(self, package: Package, kind: str, tree: Element, targets: dict[str, Target]) -> None:
        """Settle one part by its kind."""
        if kind == "officeDocument":
            self._choose_slides(package, tree, targets)
        elif kind == "slideMaster":
            _forget(tree, targets, "slideLayout", lambda where: not self._layouts or where in self._layouts)
        elif kind == "slide" and package.look_up(targets, "notesSlide") is not None:
            package.note("Speaker notes")
        for page in find(tree, "p:cSld"):
            page.attrib.pop("name", None)
        for link in find(tree, "a:hlinkClick"):
            target = _led_to(link, targets)
            if target is not None and target.kind == "slide" and target.where.lower() not in self._slides:
                link.getparent().remove(link)
        _remove_media(package, tree)
        settle_chart(tree, lambda _: False)

    def _choose_slides(self, package: Package, tree: Element, targets: dict[str, Target]) -> None:
        """Leave out hidden slides, and layouts and masters that no other slide uses."""
        for entry in find(tree, "p:sldId"):
            target = _led_to(entry, targets)
            if target is None or target.kind != "slide":
                raise UncleanError(Reason.DAMAGED)
            if package.root(target.where).get("show") in ("0", "false"):
                package.note("Hidden slides")
                entry.getparent().remove(entry)
                continue
            self._slides.add(target.where.lower())
            own = package.targets(target.where).values()
            self._layouts.update(one.where.lower() for one in own if one.kind == "slideLayout")
        _forget(tree, targets, "slideMaster", lambda where: not self._layouts or self._is_used(package, where))

    def _is_used(self, package: Package, master: str) -> bool:
        layouts = (one.where.lower() for one in package.targets(master).values() if one.kind == "slideLayout")
        return not self._layouts.isdisjoint(layouts)


def _led_to(element: Element, targets: Mapping[str, Target]) -> Target | None:
    return next((targets.get(element.get(name, "")) for name in _IDS if element.get(name)), None)


def _forget(tree: Element, targets: dict[str, Target], kind: str, is_used: Callable[[str], bool]) -> None:
    """Take out what is not used: its relationship, and the element that lists it."""
    unused = [number for number, one in targets.items() if one.kind == kind and not is_used(one.where.lower())]
    for entry in find(tree, "p:sldLayoutId", "p:sldMasterId"):
        if any(entry.get(name) in unused for name in _IDS):
            entry.getparent().remove(entry)
    for number in unused:
        del targets[number]


def _remove_media(package: Package, tree: Element) -> None:
    """Leave of sound and video the picture that stands for them."""
    for media in find(tree, "a:audioFile", "a:videoFile", "a:wavAudioFile", "a:audioCd", "a:quickTimeFile"):
        package.note("Media")
        for extension in [part for part in media.getparent() if local(part) == "extLst"]:
            media.getparent().remove(extension)
        media.getparent().remove(media)
    for link in find(tree, "a:hlinkClick"):
        if (link.get("action") or "").startswith("ppaction://media"):
            link.getparent().remove(link)
