"""The vocabulary of Office Open XML that may stay: elements, attributes, and which elements hold text.

Written by hand from the schemas: what shows text, layout, drawings, charts and formulas. Authors, dates, revision
numbers, comments, names of things nobody sees and extensions are not in it; unknown words go, and where one holds text
the file is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

_OPEN, _STRICT, _MS = (
    "http://schemas.openxmlformats.org/",
    "http://purl.oclc.org/ooxml/",
    "http://schemas.microsoft.com/office/",
)
_BOTH = {
    "w": "wordprocessingml{}/main",
    "a": "drawingml{}/main",
    "pic": "drawingml{}/picture",
    "wp": "drawingml{}/wordprocessingDrawing",
    "xdr": "drawingml{}/spreadsheetDrawing",
    "c": "drawingml{}/chart",
    "cdr": "drawingml{}/chartDrawing",
    "dgm": "drawingml{}/diagram",
    "m": "officeDocument{}/math",
    "r": "officeDocument{}/relationships",
    "s": "spreadsheetml{}/main",
    "p": "presentationml{}/main",
}
_OWN = {
    _MS + "word/2010/wordprocessingShape": "wps",
    _MS + "word/2010/wordprocessingGroup": "wpg",
    _MS + "drawing/2008/diagram": "dsp",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
    "urn:schemas-microsoft-com:office:word": "w10",
    "http://www.w3.org/XML/1998/namespace": "xml",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
}
PREFIXES: Mapping[str, str] = (
    {_OPEN + path.format("/2006"): prefix for prefix, path in _BOTH.items()}
    | {_STRICT + path.format(""): prefix for prefix, path in _BOTH.items()}
    | _OWN
)
"""The short name of each known namespace; the strict and the transitional one of a vocabulary share theirs."""

_SHAPES = """cNvPr cNvSpPr cNvCxnSpPr cNvGrpSpPr cNvPicPr cNvGraphicFramePr nvSpPr nvCxnSpPr nvGrpSpPr nvPicPr
    nvGraphicFramePr sp cxnSp grpSp pic graphicFrame spPr grpSpPr blipFill style txBody xfrm"""

ELEMENTS: Mapping[str, frozenset[str]] = {prefix: frozenset(names.split()) for prefix, names in {
    "w": """document body hdr ftr footnotes footnote endnotes endnote styles style numbering fonts settings
        p pPr r rPr t tab br cr noBreakHyphen softHyphen sym ptab ruby rt rubyBase rubyPr rubyAlign hps
        hpsBaseText hpsRaise lid pgNum dayLong dayShort monthLong monthShort yearLong yearShort
        footnoteReference endnoteReference footnoteRef endnoteRef separator continuationSeparator
        hyperlink bookmarkStart bookmarkEnd fldChar fldSimple instrText drawing pict txbxContent bdo dir
        tbl tblPr tblPrEx tblGrid gridCol tr trPr tc tcPr tblBorders tblCellMar tblCellSpacing tblInd
        tblJc tblLayout tblLook tblOverlap tblStyle tblStyleColBandSize tblStyleRowBandSize tblW tblpPr
        tblHeader tblStylePr tcBorders tcFitText tcMar tcW trHeight cantSplit cnfStyle gridAfter
        gridBefore gridSpan hMerge vMerge hideMark hidden insideH insideV tl2br tr2bl wAfter wBefore
        noWrap bidiVisual adjustRightInd autoSpaceDE autoSpaceDN b bCs bar bdr between bidi bottom caps
        color contextualSpacing cs docGrid dstrike eastAsianLayout effect em emboss end fitText framePr
        highlight i iCs imprint ind jc keepLines keepNext kern kinsoku lang left mirrorIndents noProof
        numPr ilvl numId oMath outline outlineLvl overflowPunct pBdr pStyle pageBreakBefore position
        rFonts rStyle right rtl shadow shd smallCaps snapToGrid spacing start strike suppressAutoHyphens
        suppressLineNumbers suppressOverlap sz szCs tabs textAlignment textDirection textboxTightWrap
        top topLinePunct u vAlign vertAlign w webHidden widowControl wordWrap sectPr headerReference
        footerReference type pgSz pgMar pgBorders pgNumType paperSrc cols col formProt lnNumType
        noEndnote rtlGutter titlePg footnotePr endnotePr numFmt numRestart numStart pos docDefaults
        rPrDefault pPrDefault name basedOn next link autoRedefine hidden uiPriority semiHidden
        unhideWhenUsed qFormat locked abstractNum num lvl abstractNumId multiLevelType numStyleLink
        styleLink isLgl legacy lvlJc lvlRestart lvlText lvlOverride startOverride suff font altName
        panose1 charset family pitch sig notTrueType background compat compatSetting defaultTabStop
        evenAndOddHeaders mirrorMargins gutterAtTop bordersDoNotSurroundHeader
        bordersDoNotSurroundFooter autoHyphenation consecutiveHyphenLimit hyphenationZone
        doNotHyphenateCaps characterSpacingControl themeFontLang clrSchemeMapping decimalSymbol
        listSeparator displayBackgroundShape drawingGridHorizontalSpacing drawingGridVerticalSpacing
        displayHorizontalDrawingGridEvery displayVerticalDrawingGridEvery strictFirstAndLastChars
        alignBordersAndEdges footnoteLayoutLikeWW8 spaceForUL balanceSingleByteDoubleByteWidth
        doNotLeaveBackslashAlone ulTrailSpace doNotExpandShiftReturn adjustLineHeightInTable useFELayout
        growAutofit allowSpaceOfSameStyleInTable noTabHangInd suppressBottomSpacing suppressTopSpacing
        lineWrapLikeWord6 wrapTrailSpaces printColBlack noColumnBalance printBodyTextBeforeHeader
        doNotUseHTMLParagraphAutoSpacing usePrinterMetrics doNotSuppressParagraphBorders
        layoutRawTableWidth layoutTableRowsApart useWord97LineBreakRules breakWrappedTables
        doNotBreakWrappedTables doNotVertAlignCellWithSp doNotUseIndentAsNumberingTabStop
        useAltKinsokuLineBreakRules cachedColBalance displayHangulFixedWidth splitPgBreakAndParaMark
        useNormalStyleForList compatSetting doNotSnapToGridInCell doNotWrapTextWithPunct
        doNotUseEastAsianBreakRules selectFldWithFirstOrLastChar applyBreakingRules spacingInWholePoints
        shapeLayoutLikeWW8 forgetLastTabAlignment doNotAutofitConstrainedTables
        autofitToFirstFixedWidthCell underlineTabInNumList convMailMergeEsc truncateFontHeightsLikeWP6
        mwSmallCaps showBreaksInFrames subFontBySize swapBordersFacingPages noLeading noExtraLineSpacing
        suppressSpBfAfterPgBrk suppressSpacingAtTopOfPage origWordTableRules noSpaceRaiseLower
        transparentMetafiles wpSpaceWidth wpJustification noPunctuationKerning useAnsiKerningPairs
        doNotVertAlignInTxbx doNotBreakConstrainedForcedTable doNotSuppressIndentation
        alignTablesRowByRow useWord2002TableStyleRules numIdMacAtCleanup
        doNotUseMarginsForDrawingGridOrigin drawingGridHorizontalOrigin drawingGridVerticalOrigin
        printFractionalCharacterWidth doNotShadeFormData""",
    "a": """graphic graphicData theme themeElements clrScheme fontScheme fmtScheme objectDefaults
        extraClrSchemeLst extraClrScheme clrMap accent1 accent2 accent3 accent4 accent5 accent6 dk1 dk2
        lt1 lt2 hlink folHlink majorFont minorFont latin ea cs sym font fillStyleLst lnStyleLst
        effectStyleLst effectStyle bgFillStyleLst spDef lnDef txDef masterClrMapping overrideClrMapping
        srgbClr schemeClr sysClr prstClr scrgbClr hslClr alpha alphaMod alphaOff blue blueMod blueOff
        comp gamma gray green greenMod greenOff hue hueMod hueOff inv invGamma lum lumMod lumOff red
        redMod redOff sat satMod satOff shade tint solidFill gradFill pattFill noFill grpFill blipFill
        gs gsLst lin path fillToRect tileRect fgClr bgClr blip srcRect stretch fillRect tile
        alphaBiLevel alphaCeiling alphaFloor alphaInv alphaModFix alphaRepl biLevel blur clrChange
        clrFrom clrTo clrRepl duotone fillOverlay grayscl hsl ln lnL lnR lnT lnB lnTlToBr lnBlToTr round
        bevel miter prstDash custDash ds headEnd tailEnd effectLst effectDag cont effect glow innerShdw
        outerShdw prstShdw reflection softEdge relOff fill scene3d sp3d camera lightRig rot backdrop
        anchor norm up bevelT bevelB bevel extrusionClr contourClr flatTx prstGeom custGeom avLst gd
        gdLst ahLst ahXY ahPolar pos cxnLst cxn rect pathLst moveTo lnTo arcTo quadBezTo cubicBezTo
        close pt xfrm off ext chOff chExt spPr grpSpPr style lnRef fillRef effectRef fontRef txBody
        bodyPr lstStyle p pPr r rPr t br fld endParaRPr defPPr lvl1pPr lvl2pPr lvl3pPr lvl4pPr lvl5pPr
        lvl6pPr lvl7pPr lvl8pPr lvl9pPr defRPr buAutoNum buBlip buChar buClr buClrTx buFont buFontTx
        buNone buSzPct buSzPts buSzTx lnSpc spcAft spcBef spcPct spcPts tabLst tab noAutofit normAutofit
        spAutoFit prstTxWarp highlight uFill uFillTx uLn uLnTx hlinkClick tbl tblPr tblGrid gridCol tr
        tc tcPr tableStyleId tblStyleLst tblStyle tblBg tcStyle tcTxStyle tcBdr left right top bottom
        insideH insideV wholeTbl band1H band2H band1V band2V firstRow lastRow firstCol lastCol neCell
        nwCell seCell swCell tl2br tr2bl fill txSp useSpRect sp cxnSp grpSp pic graphicFrame nvSpPr
        nvPicPr nvGrpSpPr cNvPr cNvSpPr cNvPicPr cNvGrpSpPr stCxn endCxn spLocks picLocks grpSpLocks
        cxnSpLocks graphicFrameLocks themeOverride""",
    "pic": "pic nvPicPr cNvPr cNvPicPr blipFill spPr",
    "wp": """anchor inline extent effectExtent docPr cNvGraphicFramePr simplePos positionH positionV
        posOffset align wrapNone wrapSquare wrapTight wrapThrough wrapTopAndBottom wrapPolygon start
        lineTo""",
    "wps": "wsp cNvPr cNvSpPr cNvCnPr spPr style txbx linkedTxbx bodyPr",
    "wpg": "wgp grpSp cNvPr cNvGrpSpPr grpSpPr graphicFrame cNvFrPr xfrm",
    "xdr": f"""wsDr twoCellAnchor oneCellAnchor absoluteAnchor from to col colOff row rowOff pos ext clientData
        {_SHAPES}""",
    "cdr": f"relSizeAnchor absSizeAnchor from to x y ext {_SHAPES}",
    "dsp": """drawing spTree nvGrpSpPr cNvPr cNvGrpSpPr grpSpPr sp nvSpPr cNvSpPr spPr style txBody txXfrm
        dataModelExt""",
    "dgm": """relIds dataModel ptLst pt prSet presLayoutVars spPr t cxnLst cxn bg whole extLst layoutDef title
        desc catLst cat sampData styleData clrData layoutNode alg param shape adjLst adj presOf
        constrLst constr ruleLst rule varLst forEach choose if else animLvl animOne bulletEnabled chMax
        chPref dir hierBranch orgChart resizeHandles styleDef styleLbl scene3d sp3d txPr style colorsDef
        fillClrLst linClrLst effectClrLst txLinClrLst txFillClrLst txEffectClrLst""",
    "m": """acc accPr bar barPr box boxPr borderBox borderBoxPr begChr chr count ctrlPr d dPr deg degHide
        den diff e endChr eqArr eqArrPr f fName fPr func funcPr groupChr groupChrPr grow jc lim limLoc
        limLow limLowPr limUpp limUppPr lit m mPr maxDist mc mcJc mcPr mcs mr nary naryPr noBreak nor
        num oMath oMathPara oMathParaPr objDist opEmu phant phantPr plcHide pos r rPr rSp rSpRule rad
        radPr sPre sPrePr sSub sSubPr sSubSup sSubSupPr sSup sSupPr scr sepChr show shp sty sub subHide
        sup supHide t transp type vertJc zeroAsc zeroDesc zeroWid aln brk cGp cGpRule cSp hideBot
        hideLeft hideRight hideTop strikeBLTR strikeH strikeTLBR strikeV mathPr mathFont brkBin
        brkBinSub smallFrac dispDef lMargin rMargin intLim naryLim defJc wrapIndent wrapRight argPr
        argSz preSp postSp interSp intraSp""",
    "c": """chartSpace chart chartObject date1904 lang roundedCorners style clrMapOvr title autoTitleDeleted
        plotArea layout manualLayout layoutTarget xMode yMode wMode hMode x y w h view3D rotX rotY
        rAngAx perspective hPercent depthPercent floor sideWall backWall thickness areaChart area3DChart
        barChart bar3DChart bubbleChart doughnutChart lineChart line3DChart ofPieChart pieChart
        pie3DChart radarChart scatterChart stockChart surfaceChart surface3DChart barDir grouping
        varyColors ser idx order tx cat val xVal yVal bubbleSize strRef numRef multiLvlStrRef strLit
        numLit f strCache numCache multiLvlStrCache lvl formatCode ptCount pt v rich spPr txPr dLbls
        dLbl dLblPos numFmt separator showBubbleSize showCatName showLegendKey showPercent showSerName
        showVal showLeaderLines leaderLines delete dPt explosion invertIfNegative marker symbol size
        smooth shape errBars errBarType errDir errValType noEndCap minus plus trendline trendlineType
        trendlineLbl dispEq dispRSqr forward backward intercept period name gapWidth gapDepth overlap
        axId catAx valAx dateAx serAx axPos scaling orientation max min logBase majorGridlines
        minorGridlines majorTickMark minorTickMark tickLblPos tickLblSkip tickMarkSkip crossAx crosses
        crossesAt crossBetween majorUnit minorUnit baseTimeUnit majorTimeUnit minorTimeUnit auto lblAlgn
        lblOffset noMultiLvlLbl dispUnits builtInUnit custUnit dispUnitsLbl dTable showHorzBorder
        showKeys showOutline showVertBorder legend legendPos legendEntry overlay plotVisOnly
        dispBlanksAs firstSliceAng holeSize ofPieType splitType splitPos secondPieSize custSplit
        secondPiePt serLines dropLines hiLowLines upDownBars upBars downBars bubbleScale showNegBubbles
        showDLblsOverMax sizeRepresents bubble3D scatterStyle radarStyle wireframe bandFmts bandFmt
        applyToFront applyToSides applyToEnd pictureFormat pictureOptions pictureStackUnit userShapes""",
    "s": """worksheet chartsheet sheetPr tabColor outlinePr pageSetUpPr dimension sheetViews sheetView pane
        sheetFormatPr cols col sheetData row c f v is t r rPr rFont mergeCells mergeCell
        conditionalFormatting cfRule formula cfvo colorScale dataBar iconSet color hyperlinks hyperlink
        printOptions pageMargins pageSetup headerFooter oddHeader oddFooter evenHeader evenFooter
        firstHeader firstFooter rowBreaks colBreaks brk drawing picture workbook workbookPr sheets sheet
        definedNames definedName bookViews workbookView sst si styleSheet numFmts numFmt fonts font b i
        strike condense extend outline shadow u vertAlign sz name family charset scheme fills fill
        patternFill fgColor bgColor gradientFill stop borders border left right top bottom diagonal
        vertical horizontal start end cellStyleXfs cellXfs xf alignment protection cellStyles cellStyle
        dxfs dxf colors indexedColors rgbColor mruColors""",
    "p": f"""presentation sldMasterIdLst sldMasterId sldIdLst sldId sldSz notesSz defaultTextStyle sld
        sldLayout sldMaster cSld bg bgPr bgRef spTree clrMap clrMapOvr sldLayoutIdLst sldLayoutId hf
        txStyles titleStyle bodyStyle otherStyle nvPr ph {_SHAPES}""",
    "v": """background fill f formulas group image imagedata line oval path polyline rect roundrect shadow
        shape shapetype stroke textbox textpath handles h curve arc""",
    "o": "lock signatureline",
    "w10": "wrap anchorlock bordertop borderbottom borderleft borderright",
}.items()}  # fmt: skip

ATTRIBUTES: Mapping[str, frozenset[str]] = {prefix: frozenset(names.split()) for prefix, names in {
    "w": """val fill color themeColor themeFill themeFillShade themeFillTint themeShade themeTint sz space
        shadow frame w h hRule wrap hSpace vSpace hAnchor vAnchor x y xAlign yAlign anchorLock lines
        dropCap type code orient top right bottom left header footer gutter num equalWidth sep linePitch
        charSpace start end fmt chapStyle chapSep countBy distance restart offsetFrom display zOrder
        first other ascii hAnsi eastAsia cs asciiTheme hAnsiTheme eastAsiaTheme cstheme hint bidi
        firstLine firstLineChars hanging leftChars rightChars startChars endChars before beforeLines
        beforeAutospacing after afterLines afterAutospacing line lineRule leader pos id ilvl numId
        abstractNumId styleId default customStyle firstRow lastRow firstColumn lastColumn noHBand
        noVBand evenHBand evenVBand oddHBand oddVBand firstRowFirstColumn firstRowLastColumn
        lastRowFirstColumn lastRowLastColumn leftFromText rightFromText topFromText bottomFromText
        horzAnchor vertAnchor tblpX tblpXSpec tblpY tblpYSpec combine combineBrackets vert vertCompress
        clear font char alignment relativeTo customMarkFollows anchor history name uri legacy
        legacyIndent legacySpace csb0 csb1 usb0 usb1 usb2 usb3 characterSet bg1 bg2 t1 t2 accent1
        accent2 accent3 accent4 accent5 accent6 hyperlink followedHyperlink fldCharType instr""",
    "a": """accent1 accent2 accent3 accent4 accent5 accent6 algn amt anchor anchorCtr ang axis b bIns
        baseline bandCol bandRow bg1 bg2 blend blurRad bwMode cap char charset cmpd compatLnSpc contourW
        cstate cx cy d defTabSz def dir dist eaLnBrk endA endPos extrusionH fill firstCol firstRow flip
        flipH flipV fmla folHlink fontAlgn fontScale forceAA fov fromWordArt g grow gridSpan h hMerge
        hangingPunct hlink horzOverflow hue i id idx indent invalidUrl kern kumimoji kx ky l lIns lang
        lastClr lastCol lastRow lat latinLnBrk len lim lnSpcReduction lon lum lvl marB marL marR marT
        maxAng maxR maxX maxY minAng minR minX minY n name noAdjustHandles noChangeArrowheads
        noChangeAspect noChangeShapeType noCrop noDrilldown noEditPoints noGrp noMove noResize noRot
        noSelect noTextEdit noUngrp normalizeH numCol p3d panose path pitchFamily pos presetID prst
        prstMaterial ptsTypes r rIns rad rev rig rot rotWithShape rowSpan rtl rtlCol sat scaled script
        spc spcCol spcFirstLastPara stA stPos startAt strike stroke styleId stAng swAng sx sy sz t tIns
        thresh tint tx tx1 tx2 ty type typeface u upright uri useA userDrawn val vert vertOverflow
        vMerge vOverflow w wR hR wrap x y z rowBandSize gdRefAng gdRefMaxAng gdRefMaxR gdRefMaxX
        gdRefMaxY gdRefMinAng gdRefMinR gdRefMinX gdRefMinY gdRefR gdRefX gdRefY extrusionOk xfrm action
        noProof""",
    "pic": "id name bwMode preferRelativeResize",
    "wp": """allowOverlap b behindDoc cx cy distB distL distR distT id l layoutInCell locked name r
        relativeFrom relativeHeight simplePos t wrapText x y edited""",
    "wps": """anchor anchorCtr bIns bwMode compatLnSpc forceAA fromWordArt horzOverflow id lIns name
        normalEastAsianFlow numCol rIns rot rtlCol seq spcCol spcFirstLastPara tIns txBox upright vert
        vertOverflow wrap""",
    "wpg": "id name bwMode rot flipH flipV",
    "xdr": """id name editAs x y cx cy txBox
        bwMode fLocksWithSheet fPrintsWithSheet preferRelativeResize rot flipH flipV""",
    "cdr": "id name cx cy txBox bwMode",
    "dsp": """id name modelId relId minVer rot flipH flipV""",
    "dgm": """modelId type srcId destId srcOrd destOrd parTransId sibTransId presId cxnId presAssocID presName
        presStyleLbl presStyleIdx presStyleCnt loTypeId loCatId qsTypeId qsCatId csTypeId csCatId phldr
        phldrT custAng custFlipHor custFlipVert custSzX custSzY custScaleX custScaleY custT custLinFactX
        custLinFactY custLinFactNeighborX custLinFactNeighborY custRadScaleRad custRadScaleInc
        coherent3DOff uniqueId minVer pri name styleLbl val arg axis cnt hideLastTrans st step ptType
        fact for forName op ref refFor refForName refPtType refType blipPhldr hideGeom lkTxEntry rot
        zOrderOff func max meth useDef chOrder moveWith defStyle idx""",
    "m": "val alnAt",
    "c": "val idx formatCode sourceLinked uri ptCount b l r t header footer hidden",
    "s": """A r s t ref sqref si spans ht customHeight customFormat thickBot thickTop outlineLevel collapsed
        hidden min max width style customWidth bestFit phonetic baseColWidth defaultColWidth
        defaultRowHeight zeroHeight outlineLevelRow outlineLevelCol rgb theme tint indexed auto
        summaryBelow summaryRight applyStyles showOutlineSymbols fitToPage autoPageBreaks showGridLines
        showRowColHeaders showZeros showFormulas rightToLeft defaultGridColor colorId view zoomScale
        zoomScaleNormal zoomScaleSheetLayoutView zoomScalePageLayoutView zoomToFit workbookViewId
        topLeftCell xSplit ySplit activePane state type dxfId priority operator text percent rank bottom
        stopIfTrue aboveAverage equalAverage stdDev timePeriod val gte iconSet showValue reverse
        minLength maxLength location horizontalCentered verticalCentered headings gridLines gridLinesSet
        left right top header footer paperSize scale firstPageNumber fitToWidth fitToHeight pageOrder
        orientation blackAndWhite draft cellComments useFirstPageNumber errors differentOddEven
        differentFirst scaleWithDoc alignWithMargins count manualBreakCount id man pt date1904 name
        sheetId localSheetId uniqueCount numFmtId formatCode fontId fillId borderId xfId
        applyNumberFormat applyFont applyFill applyBorder applyAlignment applyProtection quotePrefix
        pivotButton horizontal vertical textRotation wrapText indent relativeIndent justifyLastLine
        shrinkToFit readingOrder patternType degree position diagonalUp diagonalDown outline builtinId
        iLevel customBuiltin locked defaultThemeVersion showSheetTabs syncVertical syncHorizontal
        showRuler showWhiteSpace""",
    "p": """id idx type orient sz hasCustomPrompt name preserve showMasterSp showMasterPhAnim bwMode clrIdx
        cx cy firstSlideNum showSpecialPlsOnTitleSld rtl autoCompressPictures serverZoom
        strictFirstAndLastChars compatMode txBox useBgFill rot flipH flipV isPhoto dt ftr hdr sldNum
        shadeToTitle""",
    "v": """id type style adj path coordorigin coordsize filled fillcolor stroked strokecolor strokeweight
        opacity arcsize inset cropbottom cropleft cropright croptop color color2 colors on offset
        offset2 origin matrix obscured method focus focusposition focussize angle aspect recolor rotate
        size position dashstyle endcap joinstyle linestyle miterlimit startarrow startarrowlength
        startarrowwidth endarrow endarrowlength endarrowwidth weight eqn from to control1 control2
        points limo arrowok fillok strokeok shadowok gradientshapeok textpathok textboxrect fitpath
        fitshape trim xscale string spacing gain blacklevel grayscale bilevel gamma wrapcoords print
        xrange yrange polar radiusrange switch map""",
    "o": "ext rotation aspectratio",
    "w10": "type side anchorx anchory",
}.items()}  # fmt: skip
"""Of ``w`` and ``m`` the attributes carry their element's prefix; of the others they carry none."""

FOREIGN: Mapping[str, frozenset[str]] = {
    prefix: frozenset(names.split())
    for prefix, names in {
        "xml": "space",
        "r": "id embed link pict dm lo qs cs",
        "v": "ext",
        "o": """spt connecttype allowincell allowoverlap bullet button hr hralign hrnoshade hrstd insetmode oned
        extrusionok connectlocs connectangles preferrelative bwmode relid""",
    }.items()
}
"""Attributes that elements of other namespaces may carry."""

TEXTS: Mapping[str, frozenset[str]] = {
    prefix: frozenset(names.split())
    for prefix, names in {
        "w": "t instrText",
        "m": "t",
        "a": "t tableStyleId",
        "c": "f v formatCode separator name",
        "s": "t v f formula oddHeader oddFooter evenHeader evenFooter firstHeader firstFooter definedName",
        "wp": "posOffset align",
        "xdr": "col colOff row rowOff",
        "cdr": "x y",
    }.items()
}
"""The elements between whose tags text may stand."""
