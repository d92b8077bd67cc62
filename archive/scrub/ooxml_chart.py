"""Charts and diagrams in Office Open XML: what they show stays, the workbook behind a chart and its addresses go."""

from __future__ import annotations

from collections.abc import Mapping

from archive.scrub.office_xml import Element
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

NOWHERE = "Sheet1!$A$1"


def settle_chart(tree: Element) -> None:
    """Let each series of a chart refer to a cell that says nothing: what it shows is stored beside the address."""
    for address in find(tree, "c:f"):
        address.text = NOWHERE
