"""ODT, ODS, ODP: they read as they showed; changes, comments, hidden parts, fields and who wrote them are gone."""

from __future__ import annotations

import io
import zipfile
from types import SimpleNamespace

import pytest

from archive.errors import UncleanError
from archive.scrub import odf, worker
from archive.scrub.contract import Reason

CANARY = "KANAREK4711"
SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"), ("style", "style"),
        ("svg", "svg-compatible"),
        ("presentation", "presentation"), ("script", "script"), ("chart", "chart"), ("form", "form"),
        ("config", "config"), ("meta", "meta"),
    )
) + ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip
NOTE = f"<office:annotation><dc:creator>{CANARY}</dc:creator><text:p>{CANARY}</text:p></office:annotation>"
STYLES = f"""<office:automatic-styles>
  <style:style style:name="{CANARY}" style:family="paragraph" style:display-name="{CANARY}"/>
  <style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/></style:style>
  <style:style style:name="T2" style:family="text" style:parent-style-name="T1"/>
  <style:style style:name="ta1" style:family="table"><style:table-properties table:display="false"/></style:style>
  <style:style style:name="dp1" style:family="drawing-page">
    <style:drawing-page-properties presentation:visibility="hidden"/></style:style></office:automatic-styles>"""
TEXT = f"""<office:text>
  <text:tracked-changes><text:changed-region
      text:id="c1"><text:deletion><office:change-info><dc:creator>{CANARY}</dc:creator>
    </office:change-info><text:p>{CANARY} deleted</text:p></text:deletion></text:changed-region></text:tracked-changes>
  <text:user-field-decls><text:user-field-decl text:name="{CANARY}"
      office:string-value="{CANARY}"/></text:user-field-decls>
  <text:p text:style-name="{CANARY}">On the third day<text:change text:change-id="c1"/> they<text:s/>let him
    <text:bookmark text:name="{CANARY}"/>call{NOTE} home.</text:p>
  <text:p>Seen<text:span text:style-name="T2">{CANARY} hidden</text:span><text:hidden-text text:condition="{CANARY}"
    text:string-value="{CANARY}" text:is-hidden="true">{CANARY}</text:hidden-text> by
    <text:author-name>us</text:author-name>,
    <text:file-name text:display="full">a file</text:file-name>, page <text:page-number>1</text:page-number></text:p>
  <text:section text:name="{CANARY}" text:display="none"><text:p>{CANARY}</text:p></text:section>
  <text:section text:name="{CANARY}2"><text:p>In a section, <text:a xlink:href="https://example.org/"
      office:title="{CANARY}"
    >web</text:a> and <text:a xlink:href="../{CANARY}.odt">disk</text:a></text:p></text:section>
  <text:p><draw:frame draw:name="{CANARY}" svg:width="2cm" svg:height="2cm"><draw:image
      xlink:href="Pictures/{CANARY}.jpg"/>
    <svg:title>{CANARY}</svg:title><svg:desc>{CANARY}</svg:desc></draw:frame></text:p>
  <table:table table:name="{CANARY}"><table:table-row><table:table-cell><text:p>left</text:p></table:table-cell>
    <table:table-cell><text:p>right</text:p></table:table-cell></table:table-row></table:table>
  <office:forms><form:form form:name="{CANARY}"/></office:forms></office:text>"""
SHEETS = f"""<office:spreadsheet>
  <table:content-validations><table:content-validation table:name="{CANARY}"/></table:content-validations>
  <table:table table:name="Payments"><table:table-column/><table:table-column table:visibility="collapse"/>
    <table:table-row><table:table-cell office:value-type="float" office:value="7" table:formula="of:={CANARY}">
      {NOTE}<text:p>7</text:p></table:table-cell>
      <table:table-cell
      office:value-type="string"><text:p>{CANARY} column</text:p></table:table-cell></table:table-row>
    <table:table-row table:visibility="filter"><table:table-cell office:value-type="string"><text:p>{CANARY}</text:p>
      </table:table-cell></table:table-row></table:table>
  <table:table table:name="{CANARY}"
      table:style-name="ta1"><table:table-row><table:table-cell><text:p>{CANARY}</text:p>
    </table:table-cell></table:table-row></table:table>
  <table:named-expressions><table:named-range
      table:name="{CANARY}"/></table:named-expressions></office:spreadsheet>"""
SLIDES = f"""<office:presentation>
  <draw:page draw:name="{CANARY}"
      draw:master-page-name="{CANARY}"><draw:frame><draw:text-box><text:p>How many</text:p>
    </draw:text-box></draw:frame>{NOTE}
    <presentation:notes><draw:frame><draw:text-box><text:p>{CANARY} note</text:p></draw:text-box></draw:frame>
    </presentation:notes></draw:page>
  <draw:page draw:name="page2"
      draw:style-name="dp1"><draw:frame><draw:text-box><text:p>{CANARY}</text:p></draw:text-box>
    </draw:frame></draw:page></office:presentation>"""
SETTINGS = "".join(
    f'<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>'
    for name, kind, value in (
        ("TabOverMargin", "boolean", "true"),
        ("PrinterName", "string", CANARY),
        (CANARY, "boolean", "true"),
        ("AddFrameOffsets", "boolean", CANARY),
    )
)
KINDS = {
    "text": (
        TEXT,
        "On the third day they let him call home. Seen by us, a file, page 1 In a section, web and disk left right",
    ),
    "spreadsheet": (SHEETS, "Payments\n7"),
    "presentation": (SLIDES, "How many"),
}  # fmt: skip
EXPECTED = {
    "text": {"Tracked changes", "Comments", "Hidden text", "Field codes", "Bookmarks", "Alt text", "Links",
        "Controls", "EXIF"},
    "spreadsheet": {"Comments", "Hidden sheets", "Hidden rows", "Hidden columns", "Formulas",
        "Defined names", "Data validation"},
    "presentation": {"Comments", "Hidden slides", "Speaker notes"},
}  # fmt: skip
each_kind = pytest.mark.parametrize("kind", KINDS)


def dirty(make: SimpleNamespace, kind: str, **more: bytes) -> bytes:
    """A document with a canary in every carrier of the policy."""
    content = (
        f'<office:document-content {SPACES} office:version="1.3">{STYLES}<office:body>{KINDS[kind][0]}</office:body>'
    )
    meta = f"<office:document-meta {SPACES}><dc:creator>{CANARY}</dc:creator></office:document-meta>"
    files = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(),
        "content.xml": (content + "</office:document-content>").encode(),
        "styles.xml": f"<office:document-styles {SPACES}>{STYLES}</office:document-styles>".encode(),
        "meta.xml": meta.encode(),
        "settings.xml": f"<office:document-settings {SPACES}>{SETTINGS}</office:document-settings>".encode(),
        "Thumbnails/thumbnail.png": CANARY.encode(),
        "META-INF/documentsignatures.xml": CANARY.encode(),
        f"Pictures/{CANARY}.jpg": make.dirty_jpeg(),
        "META-INF/manifest.xml": b"<m/>",
    } | {name.replace("__", "/"): content for name, content in more.items()}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, held in files.items():
            package.writestr(name, held)
    return target.getvalue()


@each_kind
def test_nothing_is_left_but_what_is_shown(make: SimpleNamespace, package: SimpleNamespace, kind: str) -> None:
    """No canary in any part, picture or name; it reads as it was shown; every group is named."""
    before = dirty(make, kind)
    cleaned = worker.clean(before)
    after = package.inflated(cleaned.data)
    assert CANARY.encode() not in after
    assert b"KANA" not in after
    assert cleaned.media_type == f"application/vnd.oasis.opendocument.{kind}"
    assert EXPECTED[kind] | {"Document properties", "Thumbnail"} <= set(cleaned.found)
    assert " ".join((cleaned.text or "").split()) == " ".join(KINDS[kind][1].split())
    assert cleaned.kept == (("Web links",) if kind == "text" else ())
    assert package.taken(cleaned.data, "mimetype").decode() == cleaned.media_type
    assert package.taken(cleaned.data, "settings.xml").count(b"</config:config-item>") == 1


@each_kind
def test_a_second_cleaning_changes_nothing(make: SimpleNamespace, kind: str) -> None:
    """The clean copy of a clean copy is that copy."""
    once = worker.clean(dirty(make, kind))
    again = worker.clean(once.data)
    assert again.found == ()
    assert again.data == once.data


@each_kind
def test_the_second_look_sees_what_was_there(make: SimpleNamespace, package: SimpleNamespace, kind: str) -> None:
    """It names carriers in the file as it was brought, and each that is put back into a clean one."""
    assert {"Other parts", "Comments", "Document properties"} <= set(odf.residue(dirty(make, kind), worker.residue))
    clean = worker.clean(dirty(make, kind)).data
    assert odf.residue(clean, worker.residue) == ()
    content = package.taken(clean, "content.xml")
    for new in (
        NOTE,
        "<text:tracked-changes/>",
        "<office:scripts/>",
        '<text:section text:display="none"/>',
        "<!-- x -->",
    ):
        spaced = new.replace("><", f" {SPACES}><", 1) if "><" in new else new.replace("/>", f" {SPACES}/>")
        spoilt = content.replace(b"<office:body>", b"<office:body>" + spaced.encode())
        assert odf.residue(package.changed(clean, "content.xml", spoilt), worker.residue), new
    assert "Other parts" in odf.residue(package.changed(clean, "meta.xml", b"<a/>"), worker.residue)


def test_a_chart_and_a_formula_stay_and_other_documents_refuse(make: SimpleNamespace, package: SimpleNamespace) -> None:
    """What lies in an object is cleaned as the document is."""
    held = '<text:p><draw:frame><draw:object xlink:href="./Object 1"/></draw:frame></text:p></office:text>'
    plain = dirty(make, "text")
    content = package.taken(plain, "content.xml").replace(b"</office:text>", held.encode())
    brought = package.changed(plain, "content.xml", content)
    inside = f"""<office:document-content {SPACES}><office:body><office:chart><chart:chart chart:class="chart:bar">
        <chart:title><text:p>Arrests</text:p></chart:title><svg:desc>{CANARY}</svg:desc></chart:chart></office:chart>
        </office:body></office:document-content>"""
    formula = f"<semantics><mi>x</mi><annotation>{CANARY}</annotation></semantics>"
    math = f'<math xmlns="http://www.w3.org/1998/Math/MathML">{formula}</math>'
    for document, shown in ((inside, b"Arrests"), (math, b"<mi>x</mi>")):
        cleaned = worker.clean(package.changed(brought, "Object 1/content.xml", document.encode()))
        assert shown in package.taken(cleaned.data, "Object 1/content.xml")
        assert CANARY.encode() not in package.inflated(cleaned.data)
    other = inside.replace("office:chart>", "office:text>").replace("chart:chart", "text:p")
    with pytest.raises(UncleanError) as refusal:
        worker.clean(package.changed(brought, "Object 1/content.xml", other.encode()))
    assert refusal.value.message == Reason.EMBEDDED


def test_what_writer_makes_of_web_pages_is_taken(make: SimpleNamespace, package: SimpleNamespace) -> None:
    """A document of Writer/Web is one as others; a frame that showed another page goes, one with a file refuses."""
    plain = dirty(make, "text", mimetype=b"application/vnd.oasis.opendocument.text-web")
    content = package.taken(plain, "content.xml")
    for pointed in (f"https://example.org/{CANARY}", f"../{CANARY}.html"):
        frame = f'<draw:frame><draw:floating-frame xlink:href="{pointed}"/></draw:frame>'
        frame = f"<text:p>A frame{frame}</text:p></office:text>"
        framed = package.changed(plain, "content.xml", content.replace(b"</office:text>", frame.encode()))
        cleaned = worker.clean(framed)
        assert cleaned.media_type == "application/vnd.oasis.opendocument.text" and "External links" in cleaned.found
        assert CANARY.encode() not in package.inflated(cleaned.data) and (cleaned.text or "").rstrip().endswith(
            "A frame"
        )
        assert worker.clean(cleaned.data).data == cleaned.data and not odf.residue(cleaned.data, worker.residue)
    held = package.changed(framed, f"{CANARY}.html", b"<p>page</p>")
    pointing = content.replace(b"</office:text>", frame.replace(f"../{CANARY}", f"./{CANARY}").encode())
    with pytest.raises(UncleanError) as refusal:
        worker.clean(package.changed(held, "content.xml", pointing))
    assert refusal.value.message == Reason.EMBEDDED


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"Basic__Standard__Module1.xml": b"<a/>"}, Reason.ACTIVE),
        ({"META-INF__manifest.xml": b"<m><encryption-data/></m>"}, Reason.PASSWORD),
        ({"content.xml": b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"}, Reason.ENTITIES),
        ({"content.xml": b"<a"}, Reason.DAMAGED),
        ({"content.xml": b"<a/>"}, Reason.UNSUPPORTED),
        ({f"Pictures__{CANARY}.jpg": b"\xff\xd8\xff\xe0"}, Reason.PICTURE_ENDS_EARLY),
    ],
)
def test_what_cannot_be_cleaned_is_named(make: SimpleNamespace, more: dict[str, bytes], expected: Reason) -> None:
    """Macros, passwords, entities, damage."""
    with pytest.raises(UncleanError) as refusal:
        worker.clean(dirty(make, "text", **more))
    assert refusal.value.message in (expected, f"a file in it: {expected}")
