"""DOCX: nothing is left of what the document says beside its text, and the text reads as it was shown."""

from __future__ import annotations

import io
import re
from types import SimpleNamespace

import docx as python_docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.shared import Inches

from archive.errors import UncleanError
from archive.scrub import docx, office_look, worker
from archive.scrub.contract import Reason

CANARY = "KANAREK4711"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
WHO = f'w:id="7" w:author="{CANARY}" w:date="2025-03-14T12:00:00Z"'
MANY = b" ".join(b'a%d="x"' % number for number in range(400))
SHOWN = "On the third day they let him call home."

DIRTY_BODY = f"""<w:body {W}>
  <w:p w:rsidR="00{CANARY}"><w:pPr><w:rPr><w:del {WHO}/></w:rPr></w:pPr><w:r><w:t>On the third day </w:t></w:r>
    <w:del {WHO}><w:r><w:delText>{CANARY} said</w:delText></w:r></w:del></w:p>
  <w:p><w:ins {WHO}><w:r><w:rPr><w:rPrChange {WHO}><w:rPr><w:b/></w:rPr></w:rPrChange></w:rPr>
    <w:t>they let him </w:t></w:r>
    </w:ins><w:moveTo {WHO}><w:r><w:t>call home.</w:t></w:r></w:moveTo>
    <w:moveFrom {WHO}><w:r><w:t>{CANARY}</w:t></w:r></w:moveFrom></w:p>
  <w:p><w:pPr><w:pStyle w:val="{CANARY}Style"/></w:pPr><w:bookmarkStart w:id="1" w:name="{CANARY}_place"/>
    <w:r><w:t>Second paragraph</w:t></w:r><w:bookmarkEnd w:id="1"/><w:proofErr w:type="spellStart"/>
    <w:r><w:rPr><w:vanish/></w:rPr><w:t>{CANARY} hidden</w:t></w:r>
    <w:r><w:rPr><w:rStyle w:val="Secret"/></w:rPr><w:t>{CANARY} hidden by style</w:t></w:r></w:p>
  <w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r>
    <w:instrText> INCLUDEPICTURE "C:\\\\{CANARY}\\\\a.png" </w:instrText></w:r>
    <w:r><w:t>{CANARY} in the code</w:t></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>
    <w:r><w:t>Result</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>
    <w:fldSimple w:instr=" AUTHOR {CANARY} "><w:r><w:t> of a field</w:t></w:r></w:fldSimple>
    <w:fldSimple w:instr=" page \\* MERGEFORMAT"><w:r><w:t> 1</w:t></w:r></w:fldSimple></w:p>
  <w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="{CANARY}"/><w:checkBox><w:default w:val="1"/>
    </w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r>
    <w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t> beaten</w:t></w:r></w:p>
  <w:sdt><w:sdtPr><w:alias w:val="{CANARY}"/><w:tag w:val="{CANARY}"/></w:sdtPr><w:sdtContent>
    <w:p><w:smartTag w:uri="urn:{CANARY}" w:element="x"><w:r>
    <w:t>Inside a control</w:t></w:r></w:smartTag></w:p></w:sdtContent></w:sdt>
  <w:tbl><w:tblPr/><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid>
    <w:tr><w:trPr><w:del {WHO}/></w:trPr><w:tc><w:p><w:r><w:t>{CANARY} row</w:t></w:r></w:p></w:tc></w:tr>
    <w:tr><w:tc><w:p><w:r><w:t>left</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r>
    <w:t>right</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
  <w:p><w:commentRangeStart w:id="0"/><w:r><w:t xml:space="preserve">Commented </w:t></w:r>
    <w:commentRangeEnd w:id="0"/>
    <w:r><w:commentReference w:id="0"/></w:r>
    <w:hyperlink w:tooltip="{CANARY}" w:anchor="{CANARY}_place" w:history="1"><w:r>
    <w:t>a place</w:t></w:r></w:hyperlink></w:p>
</w:body>"""
READ = [
    SHOWN,
    "Second paragraph",
    "Result of a field 1",
    "☒ beaten",
    "Inside a control",
    "left\tright",
    "Commented a place",
]


def part(name: str, kind: str, content: bytes) -> Part:
    """Make a part that python-docx carries along."""
    return Part(PackURI(name), kind, content, None)


def dirty(make: SimpleNamespace) -> bytes:
    """A document with a canary in every carrier of the policy, made with python-docx and by hand."""
    document = python_docx.Document()
    for name in ("author", "comments", "keywords", "last_modified_by", "title", "subject", "category"):
        setattr(document.core_properties, name, CANARY)
    document.styles.add_style(CANARY + "Style", 1)
    secret = document.styles.add_style("Secret", 2)
    secret.font.hidden = True
    document.add_picture(io.BytesIO(make.jpeg(make.picture(), dpi=(96, 96))), width=Inches(1))
    for held in document.part.package.image_parts:
        held._blob = make.dirty_jpeg()
    shown = document.element.body.xpath(".//wp:docPr")[0]
    shown.set("descr", CANARY)
    shown.set("name", CANARY + ".jpg")
    element = python_docx.oxml.parse_xml(DIRTY_BODY)
    for number, block in enumerate(element):
        document.element.body.insert(number, block)
    for at, one in enumerate((document.sections[0].header, document.sections[0].footer)):
        one.paragraphs[0].text = ("Case file", "Page of the court")[at]
    document.settings.element.append(
        python_docx.oxml.parse_xml(f'<w:docVars {W}><w:docVar w:name="a" w:val="{CANARY}"/></w:docVars>')
    )
    links = document.part
    for word, address in (("web", "https://example.org/"), ("disk", f"file:///C:/{CANARY}/x.docx")):
        where = links.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        run = f'<w:hyperlink {W} xmlns:r="{REL[:-1]}" r:id="{where}"><w:r><w:t>{word}</w:t></w:r></w:hyperlink>'
        document.add_paragraph()._p.append(python_docx.oxml.parse_xml(run))
    comments = f'<w:comments {W}><w:comment {WHO} w:initials="K"><w:p/></w:comment></w:comments>'
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml."
    for name, kind, content in (
        ("comments", word + "comments+xml", comments.encode()),
        ("glossaryDocument", "application/xml", CANARY.encode()),
        ("customXml", "application/xml", f"<a>{CANARY}</a>".encode()),
        ("printerSettings", "application/octet-stream", CANARY.encode()),
    ):
        links.relate_to(part(f"/word/{name}9.xml", kind, content), REL + name)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def reason(data: bytes) -> str:
    with pytest.raises(UncleanError) as refusal:
        worker.clean(data)
    return refusal.value.message


def test_nothing_is_left_but_what_is_shown(make: SimpleNamespace, package: SimpleNamespace) -> None:
    """No canary in any part, picture or name; the text reads as it was shown; every group is named."""
    before = dirty(make)
    assert CANARY.encode() in package.inflated(before)
    assert make.CANARY in package.inflated(before)
    cleaned = worker.clean(before)
    after = package.inflated(cleaned.data)
    assert CANARY.encode() not in after
    assert b"KANA" not in after
    assert cleaned.media_type == docx.MEDIA_TYPES[0]
    assert not cleaned.lossless
    assert {
        "Tracked changes", "Comments", "Hidden text", "Field codes", "Bookmarks", "Content controls", "Custom XML",
        "Document properties", "Document variables", "Alt text", "Revision ids", "Printer settings", "Glossary",
        "External links", "EXIF", "GPS", "XMP",
    } <= set(cleaned.found)  # fmt: skip
    assert cleaned.removed == cleaned.found
    assert cleaned.kept == ("Web links",)
    assert cleaned.text is not None
    lines = [line for line in cleaned.text.split("\n") if line]
    assert lines == [*READ, "web", "disk", "Page of the court", "Case file"]


def test_a_second_cleaning_changes_nothing(make: SimpleNamespace, package: SimpleNamespace) -> None:
    """The clean copy of a clean copy is that copy, and nothing is found in it."""
    once = worker.clean(dirty(make))
    again = worker.clean(once.data)
    assert again.found == ()
    assert again.data == once.data
    assert again.text == once.text


def test_it_opens_in_python_docx(make: SimpleNamespace, package: SimpleNamespace) -> None:
    """No relationship dangles: what others cleaned could not be opened any more."""
    document = python_docx.Document(io.BytesIO(worker.clean(dirty(make)).data))
    assert document.paragraphs[0].text == SHOWN
    assert document.sections[0].header.paragraphs[0].text == "Case file"
    assert len(document.inline_shapes) == 1
    assert document.core_properties.author != CANARY
    assert any(style.name == "Heading 1" for style in document.styles)


def test_the_second_look_sees_what_was_there(make: SimpleNamespace, package: SimpleNamespace) -> None:
    """It names carriers in the file as it was brought, and each that is put back into a clean one."""
    assert {"Tracked changes", "Comments", "Hidden text", "Content controls", "Field codes", "Alt text"} <= set(
        docx.residue(dirty(make), worker.residue)
    )
    clean = worker.clean(dirty(make)).data
    assert docx.residue(clean, worker.residue) == ()
    body = package.taken(clean, "word/document.xml")
    for old, new in (
        (b"<w:body>", b'<w:body><w:ins w:author="x"/>'),
        (b"<w:p>", b'<w:p w:rsidR="00AA">'),
        (b"<w:body>", b"<w:body><!-- x -->"),
        (b' name=""', b' name="x.jpg"'),
        (b" PAGE ", b" AUTHOR "),
    ):
        assert old in body
        assert docx.residue(package.changed(clean, "word/document.xml", body.replace(old, new, 1)), worker.residue), old
    for name in ("docProps/core.xml", "word/comments.xml", "customXml/item1.xml"):
        assert "Other parts" in office_look.residue(package.changed(clean, name, b"<a/>"), worker.residue)
    assert "Dangling relationships" in docx.residue(package.changed(clean, "word/styles.xml", None), worker.residue)
    assert docx.residue(package.changed(clean, "word/media/image1.jpeg", make.dirty_jpeg()), worker.residue)


def test_deleted_and_unused_footnotes_go(make: SimpleNamespace, package: SimpleNamespace) -> None:
    """A footnote whose mark was deleted stays in the file; a reader does not see it."""
    notes = f"""<w:footnotes {W}><w:footnote w:id="1"><w:p><w:r><w:t>A note</w:t></w:r></w:p></w:footnote>
        <w:footnote w:id="2"><w:p><w:r><w:t>{CANARY}</w:t></w:r></w:p></w:footnote></w:footnotes>"""
    document = python_docx.Document()
    mark = f"""<w:p {W}><w:r><w:t>Text</w:t><w:footnoteReference w:id="1"/></w:r>
        <w:del {WHO}><w:r><w:footnoteReference w:id="2"/></w:r></w:del></w:p>"""
    document.element.body.insert(0, python_docx.oxml.parse_xml(mark))
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    document.part.relate_to(part("/word/footnotes.xml", kind, notes.encode()), REL + "footnotes")
    target = io.BytesIO()
    document.save(target)
    cleaned = worker.clean(target.getvalue())
    assert "Unused notes" in cleaned.found
    assert cleaned.text == "Text\n\nA note"
    assert CANARY.encode() not in package.inflated(cleaned.data)


def test_what_cannot_be_cleaned_is_named(make: SimpleNamespace, package: SimpleNamespace) -> None:
    """Embedded objects, macros, damaged pictures, entities, a part that is missing, text in unknown words."""
    clean = worker.clean(dirty(make)).data
    body = package.taken(clean, "word/document.xml")
    links = package.taken(clean, "word/_rels/document.xml.rels")
    kind = b"http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    macro = b'<Relationship Id="m" Type="%s" Target="v.bin"/>' % kind
    entity = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    laughs = b'<!DOCTYPE a [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY a%d "%s">' % (number, b"&a%d;" % (number - 1) * 10) for number in range(1, 10)
    )
    document = "word/document.xml"
    for name, content, expected in (
        (document, body.replace(b"<w:p>", b"<w:p><w:r><w:object/></w:r>", 1), Reason.EMBEDDED),
        (document, body.replace(b"<w:p>", b"<w:p><w:odd><w:t>lost</w:t></w:odd>", 1), Reason.UNSUPPORTED),
        (document, re.sub(rb"<\?xml.*?\?>", entity, body, count=1), Reason.ENTITIES),
        (document, laughs + b"]><a>&a9;</a>", Reason.ENTITIES),
        (document, body[:-20], Reason.DAMAGED),
        (document, b"<a>" * 5000 + b"</a>" * 5000, Reason.BOMB),
        (document, b"<a>" + b"x" * (11 << 20) + b"</a>", Reason.BOMB),
        (document, body.replace(b"<w:p>", b"<w:p " + MANY + b">", 1), Reason.UNSUPPORTED),
        (document, None, Reason.DAMAGED),
        ("word/_rels/document.xml.rels", links.replace(b"</Rel", macro + b"</Rel", 1), Reason.ACTIVE),
        ("word/media/image1.jpeg", b"\xff\xd8\xff\xe0", Reason.PICTURE_ENDS_EARLY),
        ("word/media/image1.jpeg", b"\0\1\2\3" * 9, Reason.UNKNOWN),
    ):  # fmt: skip
        assert reason(package.changed(clean, name, content)) == expected


def test_a_metafile_becomes_an_empty_picture(make: SimpleNamespace, package: SimpleNamespace) -> None:
    """The document can be kept, and the report says what it lost."""
    clean = worker.clean(dirty(make)).data
    emf = bytes(40) + b" EMF" + CANARY.encode() * 20
    cleaned = worker.clean(package.changed(clean, "word/media/image1.jpeg", emf))
    assert "Metafile pictures" in cleaned.removed
    assert CANARY.encode() not in package.inflated(cleaned.data)
    assert python_docx.Document(io.BytesIO(cleaned.data)).inline_shapes[0].type is not None


def test_bombs_end_in_time(make: SimpleNamespace, package: SimpleNamespace) -> None:
    """Two megabytes that unpack to more than the worker has, and a document of many small elements."""
    clean = worker.clean(dirty(make)).data
    assert reason(package.changed(clean, "word/styles.xml", bytes(300 << 20))) == Reason.BOMB
    assert (
        reason(package.changed(clean, "word/document.xml", b"<a>" + b"<b/>" * (13 << 20) + b"</a>")) == Reason.TOO_LARGE
    )


def test_templates_come_out_as_documents(make: SimpleNamespace, package: SimpleNamespace) -> None:
    """DOTX and a DOCM without macros are documents."""
    clean = worker.clean(dirty(make)).data
    types = package.taken(clean, "[Content_Types].xml")
    plain = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    for other in (
        plain.replace(b".document.", b".template."),
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    ):
        brought = package.changed(clean, "[Content_Types].xml", types.replace(plain, other))
        assert worker.clean(brought).data == clean
