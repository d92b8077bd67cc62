"""A page written anew from its parsed tree: the elements of a short list, hardly an attribute, and visible text.

What is not on a list is unwrapped where it only dresses text, and dropped with all it holds where it acts, hides or
brings something from elsewhere. Nothing of the source is copied but text, so nothing in it can be read as markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from html import escape

from lxml import etree
from msgspec import Struct

from archive.scrub.html_hidden import Hidden
from archive.scrub.text import readable, visible

BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li",
    "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul"
})  # fmt: skip
KEPT = frozenset({
    "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "dd", "del", "div", "dl", "dt", "em",
    "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "li", "mark", "ol", "p", "pre",
    "q", "rp", "rt", "ruby", "s", "small", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "u", "ul"
})  # fmt: skip
VOID = frozenset({"br", "hr"})
ATTRIBUTES = {
    "lang": re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}"),
    "dir": re.compile(r"rtl|ltr"),
    "colspan": re.compile(r"[1-9][0-9]{0,2}"),
    "rowspan": re.compile(r"[1-9][0-9]{0,2}"),
    "start": re.compile(r"-?[0-9]{1,4}"),
    "value": re.compile(r"-?[0-9]{1,4}"),
}
CELLS = ("td", "th")

_ONLY = {"colspan": CELLS, "rowspan": CELLS, "start": ("ol",), "value": ("li",)}

_SCRIPTS, _STYLES, _FRAMES, _FORMS = "Scripts", "Styles", "Frames", "Forms"
_MEDIA, _VECTORS, _META, REMOTE = "Sound and video", "Vector pictures", "HTML meta", "Remote parts"
_DROPPED = {
    "script": _SCRIPTS, "noscript": _SCRIPTS, "template": _SCRIPTS, "canvas": _SCRIPTS, "applet": _SCRIPTS,
    "object": _SCRIPTS, "embed": _SCRIPTS, "style": _STYLES, "iframe": _FRAMES, "frame": _FRAMES, "frameset": _FRAMES,
    "noframes": _FRAMES, "select": _FORMS, "input": _FORMS, "datalist": _FORMS, "output": _FORMS,
    "audio": _MEDIA, "video": _MEDIA, "svg": _VECTORS, "map": "Links", "meta": _META, "link": _META, "base": _META,
}  # fmt: skip
_ACTIVE_ADDRESS = re.compile(r"\s*(?:javascript|vbscript|data)\s*:", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n\r\f\v]+")

Picture = Callable[[str], tuple[str | None, tuple[str, ...]]]
"""Given the source of an image, its new source (None: it goes) and the groups found in it."""


class Rebuilt(Struct, frozen=True, kw_only=True):
    """A page anew: ``markup`` for inside ``body`` (well-formed XML too), its text, the groups that were found."""

    markup: str
    text: str
    found: frozenset[str]


def rebuilt(root: etree._Element, hidden: Hidden, picture: Picture) -> Rebuilt:
    """Write a parsed page anew. What ``picture`` raises goes through."""
    return _Writer(hidden, picture).write(root)


@lru_cache(4096)
def local(name: object) -> str:
    """The name of an element or attribute without namespace or prefix, in small letters."""
    return re.split("[}:]", str(name))[-1].lower()


class _Writer:
    """Goes through the tree once; holds what has been written so far."""

    def __init__(self, hidden: Hidden, picture: Picture) -> None:
        self._hidden, self._picture = hidden, picture
        self._markup: list[str] = []
        self._text: list[str] = []
        self._found: set[str] = set()
        self._open: list[str] = []
        self._literal = 0

    def write(self, root: etree._Element) -> Rebuilt:
        walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        skipped = None
        for event, node in walk:
            if event == "start":
                if self._begin(node):
                    self._say(node.text)
                else:
                    walk.skip_subtree()
                    skipped = node
                continue
            if event != "end":
                self._found.add("Comments")
            elif node is skipped:
                skipped = None
            else:
                self._end(local(node.tag))
            if node is not root:
                self._say(node.tail)
        return Rebuilt(
            markup="".join(self._markup).strip(), text=readable("".join(self._text)), found=frozenset(self._found)
        )

    def _begin(self, node: etree._Element) -> bool:
        """Open an element; False where it goes with all that it holds."""
        tag = local(node.tag)
        attributes = {local(name): str(value) for name, value in node.attrib.items()}
        if tag in _DROPPED:
            self._found.add(_DROPPED[tag])
            if tag == "svg":  # covers of books, mostly: a picture wrapped in a drawing
                for child in node.iter("{*}image"):
                    self._show(str(child.get("{http://www.w3.org/1999/xlink}href") or child.get("href") or ""))
            return False
        if tag in ("head", "title"):
            return False
        if self._hidden(tag, attributes):
            self._found.add("Hidden text")
            return False
        self._report(tag, attributes)
        if tag == "img":
            self._show(attributes.get("src", ""))
            return False
        if tag in KEPT:
            written = (
                "div" if tag == "p" and any(local(child.tag) in BLOCKS for child in node.iterdescendants()) else tag
            )
            self._markup.append(f"<{written}{_kept(tag, attributes)}{'/' if tag in VOID else ''}>")
            self._open += [] if tag in VOID else [written]
        if tag in BLOCKS or tag == "br":
            self._text.append("\n")
        self._literal += tag == "pre"
        return True

    def _end(self, tag: str) -> None:
        if tag in KEPT and tag not in VOID:
            self._markup.append(f"</{self._open.pop()}>")
        if tag in BLOCKS:
            self._text.append("\n")
        elif tag in CELLS:
            self._text.append("\t")
        self._literal -= tag == "pre"

    def _say(self, text: str | None) -> None:
        if text:
            seen, groups = visible(text)
            self._found.update(groups)
            self._markup.append(escape(seen, quote=False))
            self._text.append(seen if self._literal else _SPACES.sub(" ", seen))

    def _show(self, source: str) -> None:
        address, groups = self._picture(source)
        self._found.update(groups)
        if address is not None:
            self._markup.append(f'<img src="{escape(address)}"/>')

    def _report(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Name what goes with the attributes of an element."""
        for name, value in attributes.items():
            if name.startswith("on") or (name in ("href", "action") and _ACTIVE_ADDRESS.match(value)):
                self._found.add(_SCRIPTS)
            elif name in ("href", "cite", "ping"):
                self._found.add("Links")
            elif name in ("srcset", "background", "poster") or (name == "src" and tag != "img"):
                self._found.add(REMOTE)
            elif name == "style":
                self._found.add(_STYLES)
            elif name not in ATTRIBUTES and name != "src":
                self._found.add("Attributes")
        if tag in ("form", "textarea", "button"):
            self._found.add(_FORMS)


def _kept(tag: str, attributes: Mapping[str, str]) -> str:
    """Write the attributes that may stay: how far a cell reaches, how a list counts, direction and language."""
    return "".join(
        f' {name}="{attributes[name]}"'
        for name, form in ATTRIBUTES.items()
        if form.fullmatch(attributes.get(name, "")) and tag in _ONLY.get(name, (tag,))
    )
