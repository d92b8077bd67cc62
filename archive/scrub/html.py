"""Web pages: decoded as they declare, and written anew from their visible text, tables and pictures that lie in them.

The clean copy is one small page that loads nothing, and says so (``Content-Security-Policy``). Links keep their words
and lose their address, in which mails and sites often hide who was given it. Pictures stay only where the page holds
them itself (``data:``), each cleaned by its own format.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Callable, Iterator
from html import escape
from html.parser import HTMLParser
from urllib.parse import unquote_to_bytes

from lxml import etree
from lxml import html as lxml_html

from archive.errors import UncleanError
from archive.scrub import text as plain
from archive.scrub.charsets import decoded
from archive.scrub.contract import HEAD, Cleaned, Inner, Reason
from archive.scrub.html_body import ATTRIBUTES, KEPT, REMOTE, rebuilt
from archive.scrub.html_hidden import Hidden

MEDIA_TYPES = ("text/html",)

_BEGINS = re.compile(
    rb"\A\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+html\b"
    rb"|<(?:html|head|body|title|meta|base|p|div|table|center|font|span|a|b|br|hr|ul|ol|h[1-6]|frameset|script|style|main"
    rb"|article|section|nav|blockquote|pre|img|link)[\s>/])",
    re.IGNORECASE | re.DOTALL,
)
_COMMENTS = re.compile(rb"\s*(?:<!--.*?-->\s*)*", re.DOTALL)
_DECLARED = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_XML_DECLARED = re.compile(rb"\A\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_XML_LINE = re.compile(r"\A\s*<\?xml[^>]*>")
_DATA = re.compile(r"\s*data:([a-z]+/[a-z0-9.+-]+)?(?:;[a-z0-9=-]+)*?(;base64)?,(.*)", re.IGNORECASE | re.DOTALL)

_HEAD = (
    '<!DOCTYPE html>\n<html{lang}><head><meta charset="utf-8"/>'
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:"/>'
    "<title>{title}</title></head><body>\n"
)
_TAIL = "\n</body></html>\n"
_PLACEHOLDER = 128
"""A damaged picture of fewer bytes is a spacer, not worth refusing the page for."""
_OURS = ("content-type", "content-security-policy")
_SHOWABLE = ("image/jpeg", "image/png", "image/gif", "image/webp")


def matches(data: bytes) -> bool:
    """Tell by the first tag, which may stand behind comments or an XML line."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data[:HEAD].decode("utf-16", errors="ignore").encode("utf-8", errors="ignore")
    data = data.removeprefix(codecs.BOM_UTF8)
    before = _COMMENTS.match(data)  # a licence in a comment may be longer than the head
    start = before.end() if before else 0
    return _BEGINS.match(data[start : start + HEAD]) is not None


def clean(data: bytes, inner: Inner) -> Cleaned:
    """Decode, parse as browsers do, write anew. A page that shows nothing without its scripts is refused."""
    root = parsed(_decoded(data))
    hidden = Hidden("".join(sheet.itertext()) for sheet in root.iter("style"))
    page = rebuilt(root, hidden, lambda source: _picture(source, inner))
    if not page.text and "<img " not in page.markup:
        raise UncleanError(Reason.ACTIVE if "Scripts" in page.found else Reason.EMPTY)
    title, groups = plain.visible(" ".join("".join(root.find(".//title").itertext()).split() if _titled(root) else ()))
    language = root.get("lang", "")
    lang = f' lang="{language}"' if ATTRIBUTES["lang"].fullmatch(language) else ""
    found = tuple(sorted(page.found.union(groups, _around(root))))
    return Cleaned(
        data=(_HEAD.format(lang=lang, title=escape(title, quote=False)) + page.markup + _TAIL).encode(),
        media_type="text/html",
        method="page rebuilt from its text and pictures",
        lossless=False,
        found=found,
        removed=found,
        text="\n\n".join(part for part in (title if title not in page.text else "", page.text) if part) or None,
    )


def parsed(text: str) -> etree._Element:
    """Parse a page the forgiving way; one nested so deep that the parser would lose text is refused."""
    parser = lxml_html.HTMLParser(huge_tree=True, no_network=True)
    try:
        root = lxml_html.document_fromstring(_XML_LINE.sub("", text), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise UncleanError(Reason.DAMAGED) from error
    if any(entry.level == etree.ErrorLevels.FATAL for entry in parser.error_log):
        raise UncleanError(Reason.BOMB)
    return root


def _decoded(data: bytes) -> str:
    """Decode by a byte order mark, else by what the page declares, else as UTF-8."""
    if not data.strip():
        raise UncleanError(Reason.EMPTY)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise UncleanError(Reason.ENCODING) from error
    if data.startswith(codecs.BOM_UTF8):
        return decoded(data.removeprefix(codecs.BOM_UTF8), "utf-8")
    declared = _DECLARED.search(data[:8192]) or _XML_DECLARED.match(data)
    label = declared[1].decode() if declared else "utf-8"
    return decoded(data, "utf-8" if label.lower().startswith("utf-16") else label)


def _titled(root: etree._Element) -> bool:
    return root.find(".//title") is not None


def _around(root: etree._Element) -> Iterator[str]:
    """Name what goes with the head of a page, and what stands before or behind the page itself."""
    if root.getprevious() is not None or root.getnext() is not None or next(root.iter(etree.Comment), None) is not None:
        yield "Comments"
    for node in root.iter("meta", "link", "base", "script", "style"):
        if node.tag in ("script", "style"):
            yield "Scripts" if node.tag == "script" else "Styles"
        elif "charset" not in node.attrib and node.get("http-equiv", "").lower() not in _OURS:
            yield "HTML meta"


def _picture(source: str, inner: Inner) -> tuple[str | None, tuple[str, ...]]:
    """Clean a picture that the page holds itself; one that would be fetched, and a drawing in SVG, goes."""
    held = _DATA.fullmatch(source)
    if held is None:
        return None, (REMOTE,) if source.strip() else ()
    kind, packed, body = held.groups()
    if (kind or "").lower() == "image/svg+xml":
        return None, ("Vector pictures",)
    raw = unquote_to_bytes(body)
    try:
        raw = base64.b64decode(b"".join(raw.split()) + b"==") if packed else raw
        cleaned = inner(raw)
    except binascii.Error as error:
        raise UncleanError(Reason.DAMAGED) from error
    except UncleanError:
        if len(raw) < _PLACEHOLDER:
            return None, ("Placeholder pictures",)
        raise
    if cleaned.media_type not in _SHOWABLE:
        return None, ("Attachments",)
    return f"data:{cleaned.media_type};base64,{base64.b64encode(cleaned.data).decode()}", cleaned.found


def residue(data: bytes, inner: Callable[[bytes], tuple[str, ...]]) -> tuple[str, ...]:
    """Read the clean page with another parser than the writer's, tag by tag, and name what is not on the lists."""
    look = SecondLook(inner)
    try:
        page = data.decode("utf-8")
    except UnicodeDecodeError:
        return ("Text encoding",)
    lang = re.match(r"<!DOCTYPE html>\n<html( lang=\"[A-Za-z0-9-]+\")?>", page)
    head, _, rest = _HEAD.format(lang=(lang[1] if lang else None) or "", title="\0").partition("\0")
    title, between, body = page.removeprefix(head).partition(rest)
    if not page.startswith(head) or not between or "<" in title or not body.endswith(_TAIL):
        return ("Page head",)
    look.feed(body.removesuffix(_TAIL))
    look.close()
    return tuple(sorted(look.found.union(plain.residue(title.encode()))))


class SecondLook(HTMLParser):
    """Goes through the body of a clean page; ``found`` names everything that should not be in it."""

    def __init__(self, inner: Callable[[bytes], tuple[str, ...]], place: re.Pattern[str] | None = None) -> None:
        """``place``: where pictures lie if they lie beside the page."""
        super().__init__(convert_charrefs=True)
        self._inner, self._place = inner, place
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Hold an element and its attributes against the lists."""
        if tag == "img" and len(attrs) == 1 and attrs[0][0] == "src":
            self._look_at(attrs[0][1] or "")
        elif tag not in KEPT:
            self.found.add("Elements")
        elif not all(name in ATTRIBUTES and ATTRIBUTES[name].fullmatch(value or "") for name, value in attrs):
            self.found.add("Attributes")

    def handle_data(self, data: str) -> None:
        """Look for characters that nobody sees."""
        self.found.update(plain.residue(data.encode("utf-8", errors="replace")))

    def handle_comment(self, data: str) -> None:  # noqa: ARG002 -- what it says does not matter
        """No comment belongs in a clean page."""
        self.found.add("Comments")

    def handle_decl(self, decl: str) -> None:
        """Nor a declaration."""
        self.handle_comment(decl)

    def handle_pi(self, data: str) -> None:
        """Nor an instruction."""
        self.handle_comment(data)

    def unknown_decl(self, data: str) -> None:
        """Nor a marked section."""
        self.handle_comment(data)

    def _look_at(self, source: str) -> None:
        if self._place is not None:
            if not self._place.fullmatch(source):
                self.found.add(REMOTE)
            return
        kind, _, body = source.removeprefix("data:").partition(";base64,")
        if kind not in _SHOWABLE or not source.startswith("data:"):
            self.found.add(REMOTE)
            return
        self.found.update(self._inner(base64.b64decode(body, validate=True)))
