"""The settings of an OpenDocument text that say how it is laid out; what a program remembers beside them goes."""

from __future__ import annotations

from lxml import etree

from archive.scrub.office_xml import Element, written

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CONFIG = "{urn:oasis:names:tc:opendocument:xmlns:config:1.0}"
_NAMES = """
    AddExternalLeading AddFrameOffsets AddParaLineSpacingToTableCells AddParaSpacingToTableCells AddParaTableSpacing
    AddParaTableSpacingAtStart AddVerticalFrameOffsets AlignTabStopPosition ApplyParagraphMarkFormatToNumbering
    AutoFirstLineIndentDisregardLineSpace BackgroundParaOverDrawings ClipAsCharacterAnchoredWriterFlyFrames
    ClippedPictures CollapseEmptyCellPara ConsiderTextWrapOnObjPos ContinuousEndnotes DisableOffPagePositioning
    DoNotCaptureDrawObjsOnPage DoNotJustifyLinesWithManualBreak DoNotResetParaAttrsForNumFont EmptyDbFieldHidesPara
    FloattableNomargins FootnoteInColumnToPageEnd FrameAutowidthWithMorePara GutterAtTop HeaderSpacingBelowLastPara
    IgnoreFirstLineIndentInNumbering IgnoreTabsAndBlanksForLineCalculation InvertBorderSpacing
    IsKernAsianPunctuation MathBaselineAlignment MsWordCompMinLineHeightByFly MsWordCompTrailingBlanks
    NoNumberingShowFollowBy OutlineLevelYieldsNumbering PrinterIndependentLayout PropLineSpacingShrinksFirstLine
    StylesNoDefault SubtractFlysAnchoredAtFlys SurroundTextWrapSmall TabAtLeftIndentForParagraphsInList
    TabOverMargin TabOverSpacing TabOverflow TableRowKeep TabsRelativeToIndent TreatSingleColumnBreakAsPageBreak
    UnbreakableNumberings UnxForceZeroExtLeading UseFormerLineSpacing UseFormerObjectPositioning
    UseFormerTextWrapping UseOldNumbering UseOldPrinterMetrics WordLikeWrapForAsCharFlys
"""
_KEPT = frozenset(_NAMES.split())
_STATES = ("true", "false", "disabled", "low-resolution", "high-resolution")


def layout(settings: Element) -> bytes | None:
    """Write those settings that change where a line or a page ends; None where there are none.

    Each is one of a few words.
    """
    states = {
        item.get(_CONFIG + "name"): item.text
        for item in settings.iter(_CONFIG + "config-item")
        if item.get(_CONFIG + "name") in _KEPT and item.text in _STATES
    }
    if not states:
        return None
    spaces = {"office": _OFFICE[1:-1], "config": _CONFIG[1:-1], "ooo": "http://openoffice.org/2004/office"}
    root = etree.Element(_OFFICE + "document-settings", nsmap=spaces)
    kept = etree.SubElement(etree.SubElement(root, _OFFICE + "settings"), _CONFIG + "config-item-set")
    kept.set(_CONFIG + "name", "ooo:configuration-settings")
    for name, state in sorted(states.items()):
        item = etree.SubElement(kept, _CONFIG + "config-item")
        item.set(_CONFIG + "name", name)
        item.set(_CONFIG + "type", "boolean" if state in _STATES[:2] else "string")
        item.text = state
    return written(root, keep=("ooo",))  # a name below says it, no tag does
