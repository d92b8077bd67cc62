"""PPTX: slides read as they showed; notes, hidden slides, comments and what lies behind are gone."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pptx as python_pptx
import pytest
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from archive.errors import UncleanError
from archive.scrub import pptx, worker
from archive.scrub.contract import Reason

CANARY = "KANAREK4711"
P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
TIMING = f'<p:timing {P}><p:tnLst><p:par><p:cTn id="1" nodeType="tmRoot"/></p:par></p:tnLst></p:timing>'
COMMENTS = (
    f'<p:cmLst {P}><p:cm authorId="0" dt="2025-03-14T12:00:00" idx="1"><p:text>{CANARY}</p:text></p:cm></p:cmLst>'
)


def dirty(make: SimpleNamespace, package: SimpleNamespace) -> bytes:
    """A presentation with a canary in every carrier of the policy."""
    show = python_pptx.Presentation()
    show.core_properties.author = show.core_properties.title = CANARY
    first = show.slides.add_slide(show.slide_layouts[0])
    first.shapes.title.text = "What happened in March"
    first.placeholders[1].text = "A report"
    first.notes_slide.notes_text_frame.text = CANARY
    first._element.append(python_pptx.oxml.parse_xml(TIMING))
    picture = first.shapes.add_picture(io.BytesIO(make.jpeg(make.picture())), 0, 0, Inches(1))
    picture.name = picture._element.nvPicPr.cNvPr.attrib["descr"] = CANARY
    secret = first.shapes.add_textbox(0, 0, Inches(1), Inches(1))
    secret.text_frame.text = CANARY
    secret._element.nvSpPr.cNvPr.set("hidden", "1")
    for word, address in (("web", "https://example.org/"), ("disk", f"file:///C:/{CANARY}.pptx")):
        run = first.shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.paragraphs[0].add_run()
        run.text, run.hyperlink.address = word, address
    hidden = show.slides.add_slide(show.slide_layouts[1])
    hidden.shapes.title.text = CANARY
    hidden._element.set("show", "0")
    last = show.slides.add_slide(show.slide_layouts[5])
    last.shapes.title.text = "How many"
    data = CategoryChartData()
    data.categories = ["arrested", "released"]
    data.add_series("people", (12, 3))
    last.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, 0, 0, Inches(3), Inches(3), data)
    show.slide_layouts[6].name = CANARY
    target = io.BytesIO()
    show.save(target)
    made = package.changed(target.getvalue(), "ppt/media/image1.jpg", make.dirty_jpeg())
    theme = package.taken(made, "ppt/theme/theme1.xml").replace(b'name="Office', b'name="KANAREK4711')
    assert b"KANAREK4711" in theme
    made = package.changed(made, "ppt/theme/theme1.xml", theme)
    made = package.changed(made, "ppt/comments/comment1.xml", COMMENTS.encode())
    links = package.taken(made, "ppt/slides/_rels/slide1.xml.rels")
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
    added = b'<Relationship Id="rId99" Type="%s" Target="../comments/comment1.xml"/></Relationships>' % kind
    return bytes(package.changed(made, "ppt/slides/_rels/slide1.xml.rels", links.replace(b"</Relationships>", added)))


def test_nothing_is_left_but_what_is_shown(make: SimpleNamespace, package: SimpleNamespace) -> None:
    """No canary in any part; the slides read as they showed; every group is named."""
    before = dirty(make, package)
    assert CANARY.encode() in package.inflated(before)
    cleaned = worker.clean(before)
    after = package.inflated(cleaned.data)
    assert CANARY.encode() not in after
    assert b"KANA" not in after
    assert {
        "Speaker notes", "Hidden slides", "Hidden shapes", "Comments", "Animations", "Alt text", "Document properties",
        "Embedded workbook", "External links", "EXIF", "GPS",
    } <= set(cleaned.found)  # fmt: skip
    assert cleaned.kept == ("Web links",)
    assert cleaned.text is not None
    assert cleaned.text.startswith("What happened in March\nA report\nweb\ndisk\n\nHow many")
    show = python_pptx.Presentation(io.BytesIO(cleaned.data))
    assert [slide.shapes.title.text for slide in show.slides] == ["What happened in March", "How many"]
    assert not any(slide.has_notes_slide for slide in show.slides)
    assert len(show.slide_layouts) == 2
    (chart,) = [shape.chart for shape in show.slides[1].shapes if shape.has_chart]
    assert b"arrested" in package.taken(cleaned.data, "ppt/charts/chart1.xml")
    assert chart.chart_type == XL_CHART_TYPE.BAR_CLUSTERED


def test_a_second_cleaning_changes_nothing(make: SimpleNamespace, package: SimpleNamespace) -> None:
    """The clean copy of a clean copy is that copy."""
    once = worker.clean(dirty(make, package))
    again = worker.clean(once.data)
    assert again.found == ()
    assert again.data == once.data


def test_the_second_look_sees_what_was_there(make: SimpleNamespace, package: SimpleNamespace) -> None:
    """It names carriers in the file as it was brought, and each that is put back into a clean one."""
    assert {"Speaker notes", "Comments", "Media", "Alt text", "Hidden parts", "Embedded files"} <= set(
        pptx.residue(dirty(make, package), worker.residue)
    )
    clean = worker.clean(dirty(make, package)).data
    assert pptx.residue(clean, worker.residue) == ()
    slide = package.taken(clean, "ppt/slides/slide1.xml")
    for old, new in (
        (b"<p:cSld>", b"<p:timing/><p:cSld>"),
        (b' name=""', b' name="x"'),
        (b"<p:sld ", b'<p:sld show="0" '),
    ):
        assert old in slide
        assert pptx.residue(package.changed(clean, "ppt/slides/slide1.xml", slide.replace(old, new, 1)), worker.residue)


def test_what_cannot_be_cleaned_is_named(make: SimpleNamespace, package: SimpleNamespace) -> None:
    """An embedded object, a control, a slide that is missing."""
    clean = worker.clean(dirty(make, package)).data
    slide = package.taken(clean, "ppt/slides/slide1.xml")
    for content, expected in (
        (slide.replace(b"</p:cSld>", b"</p:cSld><p:oleObj/>"), Reason.EMBEDDED),
        (slide.replace(b"</p:cSld>", b"<p:controls/></p:cSld>"), Reason.ACTIVE),
        (None, Reason.DAMAGED),
    ):
        with pytest.raises(UncleanError) as refusal:
            worker.clean(package.changed(clean, "ppt/slides/slide1.xml", content))
        assert refusal.value.message == expected
