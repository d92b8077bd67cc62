"""The second look at a clean office file by other eyes than the writer's: zipfile, expat, lists of what must be gone.

Nothing here follows the document's structure or knows the vocabulary that was allowed: every part, every element, every
attribute and every address is seen, whatever leads to it.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from xml.parsers import expat

from archive.scrub.zip_look import FAULTS

_NAME = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|(?:word|xl|ppt)/(?:[A-Za-z]+/)?(?:_rels/)?[A-Za-z]+\d*\.xml(?:\.rels)?"
    r"|(?:(?:word|xl|ppt)/media|(?:Object \d+/)?Pictures)/image\d+\.(?:jpeg|png|gif|tiff|webp)"
    r"|mimetype|META-INF/manifest\.xml|(?:Object \d+/)?(?:content|styles)\.xml|settings\.xml"
)
_SPACES = re.compile(
    r"http://schemas\.openxmlformats\.org/(?:wordprocessingml|drawingml|spreadsheetml|presentationml|officeDocument|package)/"
    r"2006/[A-Za-z-]+|http://purl\.oclc\.org/ooxml/[A-Za-z/]+"
    r"|http://schemas\.microsoft\.com/office/(?:word/2010/wordprocessing(?:Shape|Group)|drawing/2008/diagram)"
    r"|urn:schemas-microsoft-com:(?:vml|office:office|office:word)|http://www\.w3\.org/XML/1998/namespace"
    r"|urn:oasis:names:tc:opendocument:xmlns:(?:office|style|text|table|drawing|xsl-fo-compatible|svg-compatible|chart|dr3d"
    r"|presentation|datastyle|manifest|config):1\.\d|http://www\.w3\.org/(?:1999/xlink|1998/Math/MathML)"
)
_GONE = {
    "Tracked changes": """w:del w:ins w:moveFrom w:moveTo w:delText w:delInstrText w:rPrChange w:pPrChange w:tblPrChange
        w:trPrChange w:tcPrChange w:sectPrChange w:numberingChange w:tblGridChange w:cellDel w:cellIns
        w:moveFromRangeStart w:moveToRangeStart text:tracked-changes text:change text:change-start
        text:change-end table:tracked-changes""",
    "Comments": """w:comment w:commentReference w:commentRangeStart w:commentRangeEnd s:comment p:cm p:cmAuthor
        s:legacyDrawing office:annotation office:annotation-end""",
    "Content controls": "w:sdt w:sdtPr w:smartTag w:customXml",
    "Hidden text": "w:vanish w:specVanish text:hidden-text text:hidden-paragraph text:conditional-text",
    "Document variables": "w:docVar w:docVars w:rsids w:rsid w:attachedTemplate w:documentProtection w:mailMerge",
    "Embedded files": """o:OLEObject w:object w:control w:altChunk p:oleObj s:oleObject s:control c:externalData
        draw:object-ole draw:applet draw:plugin draw:floating-frame office:binary-data""",
    "Media": "a:audioFile a:videoFile a:wavAudioFile a:audioCd a:snd p:timing presentation:sound",
    "Data sources": """s:externalReference s:pivotCache s:connection s:dataValidation s:autoFilter s:tablePart
        s:scenario s:sheetProtection s:fileSharing s:customSheetView table:database-range
        table:data-pilot-table table:named-expressions table:content-validation table:dde-link
        text:dde-connection-decl""",
    "Speaker notes": "p:notes p:notesMasterId presentation:notes",
    "Scripts": "office:scripts script:event-listener office:event-listeners office:forms form:form",
    "Fields": """text:author-name text:author-initials text:creator text:initial-creator text:file-name text:date
        text:time text:user-defined text:user-field-decl text:variable-decl text:template-name
        text:placeholder text:sender-lastname text:database-display text:description text:title
        text:subject text:keywords""",
    "Alt text": "svg:title svg:desc",
    "Document properties": """office:meta dc:creator dc:date meta:generator config:config-item-map-indexed
        config:config-item-map-named""",
    "Extensions": "a:extLst p:extLst s:extLst c:extLst mc:AlternateContent",
}
_ELEMENTS = {name: group for group, names in _GONE.items() for name in names.split()}
_ATTRIBUTES = re.compile(
    r"rsid\w*|author|initials|date|dateTime|paraId|textId|uid|userName|descr|title|alt|tooltip|gfxdata|codeName|lastEdited"
    r"|macro|textlink|hashValue|Ignorable|condition|display-name|change-id|protection-key|template|actuate-name"
)
_PAGE = re.compile(r" (?:PAGE|NUMPAGES|SECTIONPAGES) (?:\\\* (?i:arabic|roman) )?")
_WEB = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_SHORT = (
    ("wordprocessingml/2006/main", "w"), ("wordprocessingml/main", "w"), ("spreadsheetml/2006/main", "s"),
    ("spreadsheetml/main", "s"), ("presentationml/2006/main", "p"), ("presentationml/main", "p"),
    ("drawingml/2006/main", "a"), ("drawingml/main", "a"), ("2006/chart", "c"), ("drawingml/chart", "c"),
    ("office:office", "o"), ("markup-compatibility/2006", "mc"), ("drawing:1.0", "draw"), ("svg-compatible:1.0", "svg"),
    ("xsl-fo-compatible:1.0", "fo"), ("datastyle:1.0", "number"), ("dc/elements/1.1/", "dc"),
)  # fmt: skip

_HIDING = {
    ("p:sld", "show"): "1", ("s:sheet", "state"): "visible", ("s:definedName", "hidden"): "0",
    ("text:section", "display"): "true", ("style:text-properties", "display"): "true",
    ("style:table-properties", "display"): "true", ("style:drawing-page-properties", "visibility"): "visible",
}  # fmt: skip
"""Attributes that hide what holds them, and the value with which they do not."""
_LEADS = re.compile(r"(?:\./)?(?:Pictures/image\d+\.\w+|Object \d+)\Z|#|(?:https?://|mailto:)", re.IGNORECASE)

Inner = Callable[[bytes], tuple[str, ...]]


def residue(data: bytes, inner: Inner) -> tuple[str, ...]:
    """Name everything that should not be in an office file that cleaning made."""
    left: set[str] = set()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            left.update(_in_directory(package))
            files = {entry.filename: package.read(entry) for entry in package.infolist()}
    except FAULTS:
        return ("Zip structure",)
    for name, content in files.items():
        if "/image" in name:
            left.update(inner(content))
        elif name.endswith((".xml", ".rels")):
            left.update(_Part(content).left)
    left.update(_in_links(files))
    left.update(_in_strings(files))
    return tuple(sorted(left))


def _in_directory(package: zipfile.ZipFile) -> Iterator[str]:
    """Look at what a zip says of its files, and at their names."""
    if package.comment:
        yield "Zip comment"
    for entry in package.infolist():
        plain = entry.date_time == (1980, 1, 1, 0, 0, 0) and entry.external_attr in (0, 0o600 << 16)
        if entry.extra or entry.comment or not plain:
            yield "Zip extras"
        if not _NAME.fullmatch(entry.filename):
            yield "Other parts"


class _Part:
    """One XML part, read event by event; ``left`` collects what should not be there."""

    def __init__(self, content: bytes) -> None:
        self.left: set[str] = set()
        self._open: list[str] = []
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        parser.CommentHandler = lambda _: self.left.add("XML comments")
        parser.ProcessingInstructionHandler = lambda *_: self.left.add("XML comments")
        parser.StartDoctypeDeclHandler = lambda *_: self.left.add("XML entities")
        try:
            parser.Parse(content, True)
        except expat.ExpatError:
            self.left.add("XML structure")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _shortened(tag)
        self._open.append(name)
        space = tag.rpartition(" ")[0]
        if not _SPACES.fullmatch(space):
            self.left.add("Other elements")
        if name in _ELEMENTS and not (name == "w:ins" and self._open[-2:-1] == ["m:r"]):
            self.left.add(_ELEMENTS[name])
        for full, value in attributes.items():
            self._attribute(name, full, value)

    def _attribute(self, element: str, full: str, value: str) -> None:
        space, _, name = full.rpartition(" ")
        if space and not _SPACES.fullmatch(space):
            self.left.add("Other elements")
        if value and (_ATTRIBUTES.fullmatch(name) or (name == "formula" and space.endswith("table:1.0"))):
            self.left.add("Other attributes")
        if element.endswith((":cNvPr", ":docPr")) and (
            (name == "name" and value) or (name == "hidden" and value != "0")
        ):
            self.left.add("Alt text")
        if name == "instr" and not _PAGE.fullmatch(value):
            self.left.add("Field codes")
        if (element, name) in _HIDING and _HIDING[element, name] != value:
            self.left.add("Hidden parts")
        if name == "href" and space.endswith("xlink") and not _LEADS.match(value):
            self.left.add("External links")

    def _end(self, _: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        where = self._open[-1]
        if where == "w:instrText" and not _PAGE.fullmatch(text):
            self.left.add("Field codes")
        if where == "config:config-item" and text not in (
            "true",
            "false",
            "disabled",
            "low-resolution",
            "high-resolution",
        ):
            self.left.add("Document properties")


def _shortened(tag: str) -> str:
    """Write a tag with the prefix that people use for its namespace."""
    space, _, name = tag.rpartition(" ")
    prefix = next((short for end, short in _SHORT if space.endswith(end)), None)
    if prefix is None:  # of the others the last word of the address will do
        prefix = re.sub(r":\d\.\d$", "", space).replace("/", ":").rpartition(":")[2]
    return f"{prefix}:{name}"


def _in_links(files: dict[str, bytes]) -> Iterator[str]:
    """Follow every relationship: what leads out is a link of the text, what leads in arrives, every part is led to."""
    if "[Content_Types].xml" not in files:
        return
    reached = {"[Content_Types].xml"}
    for listing, content in files.items():
        if not listing.endswith(".rels"):
            continue
        reached.add(listing)
        folder = posixpath.dirname(posixpath.dirname(listing))
        for kind, where, outside in _relationships(content):
            if outside:
                if not kind.endswith("/hyperlink") or not _WEB.match(where):
                    yield "External links"
                continue
            target = posixpath.normpath(posixpath.join(folder, where))
            if target not in files:
                yield "Dangling relationships"
            reached.add(target)
    if set(files) - reached:
        yield "Other parts"


def _relationships(content: bytes) -> list[tuple[str, str, bool]]:
    found: list[tuple[str, str, bool]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            found.append((attributes["Type"], attributes["Target"], attributes.get("TargetMode") == "External"))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(content, True)
    return found


def _in_strings(files: dict[str, bytes]) -> Iterator[str]:
    """Hold the table of strings of a workbook against its cells: a string that none uses was deleted from them."""
    table = files.get("xl/sharedStrings.xml")
    if table is None:
        return
    used = {
        int(number)
        for name, content in files.items()
        if name.startswith("xl/worksheets/sheet")
        for number in re.findall(rb'<(?:\w+:)?c\b[^>]*\bt="s"[^>]*>\s*<(?:\w+:)?v>(\d+)<', content)
    }
    if used != set(range(len(re.findall(rb"<(?:\w+:)?si[ >/]", table)))):
        yield "Unused strings"
