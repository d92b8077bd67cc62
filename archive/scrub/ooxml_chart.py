"""Charts in Office Open XML: what they show stays as literal values; the workbook behind them and its addresses go."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from archive.scrub.office_xml import Element, local, take_out
from archive.scrub.ooxml import Kind
from archive.scrub.ooxml_tree import find

_D = "application/vnd.openxmlformats-officedocument.drawingml."

CHARTS: Mapping[str, Kind] = {
    "chart": Kind("charts/chart{}.xml", _D + "chart+xml"),
    "chartUserShapes": Kind("charts/shapes{}.xml", _D + "chartshapes+xml"),
    "diagramData": Kind("diagrams/data{}.xml", _D + "diagramData+xml"),
    "diagramLayout": Kind("diagrams/layout{}.xml", _D + "diagramLayout+xml"),
    "diagramQuickStyle": Kind("diagrams/quickStyle{}.xml", _D + "diagramStyle+xml"),
    "diagramColors": Kind("diagrams/colors{}.xml", _D + "diagramColors+xml"),
}
"""Parts that any office file may hold, named from its own folder."""


def placed(folder: str) -> dict[str, Kind]:
    """Give the kinds of ``CHARTS`` their names under a folder."""
    return {kind: Kind(f"{folder}/{made.name}", made.content_type) for kind, made in CHARTS.items()}


def settle_chart(tree: Element, is_safe: Callable[[str], bool]) -> None:
    """Turn each reference into the values stored beside it; one without values stays where its address is safe."""
    for reference in find(tree, "c:numRef", "c:strRef", "c:multiLvlStrRef"):
        address = next(find(reference, "c:f"), None)
        stored = next(find(reference, "c:numCache", "c:strCache", "c:multiLvlStrCache"), None)
        if stored is None or next(find(stored, "c:v"), None) is None:
            if address is None or not is_safe(address.text or ""):
                take_out(reference)
        elif local(reference.getparent()) != "tx":
            _make_literal(reference, stored)
        elif local(reference.getparent().getparent()) == "ser":
            _say(reference, next(find(stored, "c:v")))
        else:
            _write_title(reference, next(find(stored, "c:v")).text or "")


def _make_literal(reference: Element, stored: Element) -> None:
    level = next(find(stored, "c:lvl"), None)
    if level is not None:
        for point in list(level):
            stored.append(point)
        for other in find(stored, "c:lvl"):
            stored.remove(other)
    space = reference.tag.rpartition("}")[0]
    reference.tag = space + ("}numLit" if local(reference) == "numRef" else "}strLit")
    reference[:] = list(stored)


def _say(reference: Element, value: Element) -> None:
    parent = reference.getparent()
    parent[:] = [value]


def _write_title(reference: Element, text: str) -> None:
    """Write the text of a title, which lay in a cell, into the title itself."""
    strict = "purl.oclc.org" in reference.tag
    main = (
        "http://purl.oclc.org/ooxml/drawingml/main"
        if strict
        else "http://schemas.openxmlformats.org/drawingml/2006/main"
    )
    reference.tag = reference.tag.rpartition("}")[0] + "}rich"
    reference[:] = []
    reference.attrib.clear()
    for name in ("bodyPr", "p"):
        reference.append(reference.makeelement(f"{{{main}}}{name}"))
    run = reference.makeelement(f"{{{main}}}r")
    reference[1].append(run)
    word = reference.makeelement(f"{{{main}}}t")
    word.text = text
    run.append(word)
