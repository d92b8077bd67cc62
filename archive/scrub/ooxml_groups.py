"""What cleaning says of the things that it takes out of Office Open XML, and which of them refuse the file."""

from __future__ import annotations

from collections.abc import Mapping

from archive.scrub.contract import Reason

GROUPS: Mapping[str, str] = {
    "core-properties": "Document properties", "extended-properties": "Document properties",
    "custom-properties": "Document properties", "thumbnail": "Thumbnail", "origin": "Signatures",
    "comments": "Comments", "commentsExtended": "Comments", "commentsIds": "Comments",
    "commentsExtensible": "Comments", "commentAuthors": "Comments", "authors": "Comments", "people": "Comments",
    "person": "Comments", "threadedComment": "Comments", "customXml": "Custom XML", "customXmlProps": "Custom XML",
    "printerSettings": "Printer settings", "glossaryDocument": "Glossary", "webSettings": "Web settings",
    "stylesWithEffects": "", "attachedTemplate": "Template", "notesSlide": "Speaker notes",
    "notesMaster": "Speaker notes", "handoutMaster": "Handouts", "tags": "Tags", "presProps": "", "viewProps": "",
    "tableStyles": "", "calcChain": "", "externalLink": "External links", "externalLinkPath": "External links",
    "connections": "Connections", "queryTable": "Connections", "pivotCacheDefinition": "Pivot tables",
    "pivotTable": "Pivot tables", "table": "Table definitions", "vmlDrawing": "Old drawings",
    "slide": "Hidden slides", "video": "Media", "audio": "Media", "media": "Media", "font": "Embedded fonts",
    "ctrlProp": "Controls", "hdphoto": "", "sheetMetadata": "", "themeOverride": "", "chartStyle": "",
    "chartColorStyle": "", "chartUserShapes": "", "customProperty": "Custom properties",
    "revisionHeaders": "Tracked changes", "revisionLog": "Tracked changes", "usernames": "Tracked changes",
    "slideUpdateInfo": "", "keyMapCustomizations": "Toolbars", "recipientData": "Mail merge",
    "mailMergeSource": "Mail merge", "w:commentRangeStart": "Comments", "w:commentRangeEnd": "Comments",
    "w:commentReference": "Comments", "w:annotationRef": "Comments", "w:proofErr": "", "w:lastRenderedPageBreak": "",
    "w:permStart": "", "w:permEnd": "", "w:rsid": "Revision ids", "w:rsids": "Revision ids", "w:nsid": "Revision ids",
    "w:tmpl": "Revision ids", "w:docVars": "Document variables", "w:attachedTemplate": "Template",
    "w:documentProtection": "Protection", "w:writeProtection": "Protection", "w:mailMerge": "Mail merge",
    "w:latentStyles": "", "w:aliases": "", "w:embedRegular": "Embedded fonts", "w:embedBold": "Embedded fonts",
    "w:embedItalic": "Embedded fonts", "w:embedBoldItalic": "Embedded fonts", "w:ffData": "Form fields", "w:zoom": "",
    "w:lvlPicBulletId": "", "w:numPicBullet": "", "w:sdtPr": "Content controls", "w:sdtEndPr": "Content controls",
    "w:smartTagPr": "Custom XML", "w:customXmlPr": "Custom XML", "w:noLineBreaksAfter": "",
    "w:noLineBreaksBefore": "", "w:vanish": "Hidden text", "w:specVanish": "Hidden text",
    "w:moveFromRangeStart": "Tracked changes", "w:moveFromRangeEnd": "Tracked changes",
    "w:moveToRangeStart": "Tracked changes", "w:moveToRangeEnd": "Tracked changes",
    "w:printerSettings": "Printer settings", "a:extLst": "Extensions", "a:ext": "Extensions",
    "p:extLst": "Extensions", "s:extLst": "Extensions", "c:extLst": "Extensions", "xdr:extLst": "Extensions",
    "dgm:extLst": "Extensions", "wp:extLst": "Extensions", "extLst": "Extensions", "a:audioFile": "Media",
    "a:videoFile": "Media", "a:audioCd": "Media", "a:wavAudioFile": "Media", "a:snd": "Media",
    "a:hlinkHover": "Links", "a:hlinkMouseOver": "Links", "a:custClrLst": "", "p:timing": "Animations",
    "p:transition": "Animations", "p:custDataLst": "Tags", "p:embeddedFontLst": "Embedded fonts",
    "p:notesMasterIdLst": "Speaker notes", "p:handoutMasterIdLst": "Handouts", "p:custShowLst": "Custom shows",
    "p:modifyVerifier": "Protection", "p:photoAlbum": "", "p:kinsoku": "", "p:smartTags": "Tags",
    "c:externalData": "Embedded workbook", "c:pivotSource": "Pivot tables", "c:pivotFmts": "Pivot tables",
    "c:printSettings": "Printer settings", "c:protection": "Protection", "w:shapeDefaults": "",
    "w:hdrShapeDefaults": "", "w:proofState": "", "w:stylePaneFormatFilter": "", "w:savePreviewPicture": "",
    "w:embedSystemFonts": "", "w:doNotTrackMoves": "", "w:doNotAutoCompressPictures": "",
    "w:doNotIncludeSubdocsInStats": "", "w:doNotDisplayPageBoundaries": "", "w:removePersonalInformation": "",
    "w:removeDateAndTime": "", "w:trackRevisions": "", "w:activeWritingStyle": "", "w:hideGrammaticalErrors": "",
    "w:hideSpellingErrors": "", "w:revisionView": "", "w:clickAndTypeStyle": "", "w:doNotEmbedSmartTags": "",
    "w:view": "", "w:formsDesign": "", "docId": "", "chartTrackingRefBased": "", "defaultImageDpi": "",
    "ligatures": "", "numForm": "", "numSpacing": "", "cntxtAlts": "", "sizeRelH": "", "sizeRelV": "",
    "stylesWithtEffects": "", "intelligence": "", "w:smartTagType": "Custom XML", "w:attachedSchema": "Custom XML",
    "w:customXmlInsRangeStart": "Custom XML", "w:customXmlInsRangeEnd": "Custom XML",
    "extendedProperties": "Document properties", "package": "Embedded workbook", "chartEx": "New charts",
    "s:legacyDrawing": "Comments", "s:legacyDrawingHF": "Old drawings", "s:sheetProtection": "Protection",
    "s:protectedRanges": "Protection", "s:workbookProtection": "Protection", "s:fileSharing": "Protection",
    "s:fileVersion": "", "s:calcPr": "", "s:fileRecoveryPr": "", "s:selection": "", "s:phoneticPr": "",
    "s:rPh": "Phonetics", "s:tableParts": "Table definitions", "s:externalReferences": "External links",
    "s:pivotCaches": "Pivot tables", "s:dataValidations": "Data validation", "s:autoFilter": "Filters",
    "s:sortState": "Filters", "s:ignoredErrors": "", "s:customSheetViews": "Custom views",
    "s:customWorkbookViews": "Custom views", "s:customProperties": "Custom properties", "s:scenarios": "Scenarios",
    "s:controls": "Controls", "s:cellWatches": "", "s:tableStyles": "", "s:webPublishing": "",
    "s:webPublishItems": "", "s:smartTags": "Custom XML", "s:smartTagPr": "", "s:smartTagTypes": "",
    "s:sheetCalcPr": "", "s:functionGroups": "", "s:dataConsolidate": "", "s:oleSize": "", "s:cellSmartTags": "",
}  # fmt: skip
"""What goes without loss, by the last word of a relationship's type or by prefix and element, and the report's word."""

ACTIVE: Mapping[str, Reason] = {
    "w:object": Reason.EMBEDDED, "o:OLEObject": Reason.EMBEDDED, "w:altChunk": Reason.EMBEDDED,
    "w:subDoc": Reason.EMBEDDED, "p:oleObj": Reason.EMBEDDED, "s:oleObjects": Reason.EMBEDDED,
    "w:control": Reason.ACTIVE, "p:controls": Reason.ACTIVE, "p:contentPart": Reason.UNSUPPORTED,
    "w:movie": Reason.EMBEDDED, "vbaProject": Reason.ACTIVE, "wordVbaData": Reason.ACTIVE,
    "xlMacrosheet": Reason.ACTIVE, "xlIntlMacrosheet": Reason.ACTIVE, "dialogsheet": Reason.ACTIVE,
    "control": Reason.ACTIVE, "aFChunk": Reason.EMBEDDED, "subDocument": Reason.EMBEDDED,
}  # fmt: skip
"""What refuses the file, by the same words."""

ATTRIBUTE_GROUPS: Mapping[str, str] = {
    "rsid": "Revision ids", "paraId": "Revision ids", "textId": "Revision ids", "uid": "Revision ids",
    "author": "Authors", "descr": "Alt text", "alt": "Alt text",
}  # fmt: skip
"""Attributes worth a word in the report, by how their name begins."""
