"""The vocabulary of OpenDocument that may stay: elements, attributes, and which elements hold text.

Written by hand from the schema: what shows text, layout, drawings, charts and formulas. Changes, notes in the margin,
authors, dates, fields, forms, scripts, sources of data and names of things nobody sees are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
PREFIXES: Mapping[str, str] = {
    _OASIS + "office:1.0": "office",
    _OASIS + "style:1.0": "style",
    _OASIS + "text:1.0": "text",
    _OASIS + "table:1.0": "table",
    _OASIS + "drawing:1.0": "draw",
    _OASIS + "xsl-fo-compatible:1.0": "fo",
    _OASIS + "svg-compatible:1.0": "svg",
    _OASIS + "datastyle:1.0": "number",
    _OASIS + "chart:1.0": "chart",
    _OASIS + "dr3d:1.0": "dr3d",
    _OASIS + "presentation:1.0": "presentation",
    "http://www.w3.org/1999/xlink": "xlink",
    "http://www.w3.org/1998/Math/MathML": "math",
    "http://www.w3.org/XML/1998/namespace": "xml",
}
"""The short name of each known namespace."""

ELEMENTS: Mapping[str, frozenset[str]] = {prefix: frozenset(names.split()) for prefix, names in {
    "office": """document-content document-styles font-face-decls styles automatic-styles master-styles body text
        spreadsheet presentation drawing chart""",
    "style": """background-image chart-properties column column-sep columns default-page-layout default-style
        drawing-page-properties drop-cap font-face footer footer-first footer-left footer-style footnote-sep
        graphic-properties handout-master header header-first header-footer-properties header-left
        header-style list-level-label-alignment list-level-properties map master-page page-layout
        page-layout-properties paragraph-properties presentation-page-layout region-center region-left
        region-right ruby-properties section-properties style tab-stop tab-stops table-cell-properties
        table-column-properties table-properties table-row-properties text-properties""",
    "text": """a h p span s tab line-break soft-page-break list list-header list-item list-level-style-bullet
        list-level-style-image list-level-style-number list-style outline-level-style outline-style note
        note-body note-citation notes-configuration page-number page-count numbered-paragraph ruby ruby-base
        ruby-text section table-of-content illustration-index table-index alphabetical-index object-index
        user-index bibliography index-body index-title linenumbering-configuration linenumbering-separator""",
    "table": """table table-cell table-column table-columns table-column-group table-header-columns
        table-header-rows table-row table-row-group table-rows covered-table-cell shapes even-columns
        even-rows first-column first-row last-column last-row odd-columns odd-rows body table-template
        null-date calculation-settings background""",
    "draw": """caption circle connector contour-path contour-polygon custom-shape ellipse enhanced-geometry
        equation fill-image frame g glue-point gradient handle hatch image layer layer-set line marker
        measure object opacity page page-thumbnail path polygon polyline rect regular-polygon stroke-dash
        text-box a""",
    "svg": "linearGradient radialGradient stop definition-src",
    "number": """am-pm boolean boolean-style currency-style currency-symbol date-style day day-of-week embedded-text
        era fraction hours minutes month number number-style percentage-style quarter scientific-number
        seconds text text-content text-style time-style week-of-year year fill-character""",
    "chart": """axis categories chart data-label data-point date-scale domain equation error-indicator floor footer
        grid label-separator legend mean-value plot-area regression-curve series stock-gain-marker
        stock-loss-marker stock-range-line subtitle symbol-image title wall""",
    "dr3d": "cube extrude light rotate scene sphere",
    "presentation": "placeholder",
    "math": """math mfenced mfrac mi mn mo mover mroot mrow msqrt mstyle msub msup msubsup mtable mtd mtext mtr
        munder munderover mspace mphantom mpadded menclose merror mmultiscripts mprescripts none semantics""",
}.items()}  # fmt: skip

ATTRIBUTES: Mapping[str, frozenset[str]] = {prefix: frozenset(names.split()) for prefix, names in {
    "office": "version value-type value date-value time-value boolean-value currency",
    "style": """adjustment apply-style-name auto-text-indent auto-update background-transparency base-cell-address
        border-line-width border-line-width-bottom border-line-width-left border-line-width-right
        border-line-width-top cell-protect char class color column-width contextual-spacing country-asian
        country-complex data-style-name decimal-places default-outline-level diagonal-bl-tr
        diagonal-bl-tr-widths diagonal-tl-br diagonal-tl-br-widths direction display distance
        distance-after-sep distance-before-sep dynamic-spacing editable family filter-name first-page-number
        flow-with-text font-charset font-charset-asian font-charset-complex font-family-asian
        font-family-complex font-family-generic font-family-generic-asian font-family-generic-complex
        font-independent-line-spacing font-name font-name-asian font-name-complex font-pitch
        font-pitch-asian font-pitch-complex font-relief font-size-asian font-size-complex font-size-rel
        font-size-rel-asian font-size-rel-complex font-style-asian font-style-complex font-weight-asian
        font-weight-complex footnote-max-height glyph-orientation-vertical height horizontal-pos
        horizontal-rel join-border justify-single-word language-asian language-complex
        layout-grid-base-height layout-grid-base-width layout-grid-color layout-grid-display
        layout-grid-lines layout-grid-mode layout-grid-print layout-grid-ruby-below layout-grid-ruby-height
        layout-grid-snap-to layout-grid-snap-to-characters layout-grid-standard-mode leader-color
        leader-style leader-text leader-type leader-width legend-expansion legend-expansion-aspect-ratio
        length letter-kerning line-break line-height-at-least line-spacing line-style lines list-level
        list-style-name master-page-name max-height may-break-between-rows min-row-height mirror name
        next-style-name num-format num-letter-sync num-prefix num-suffix number-wrapped-paragraphs
        overflow-behavior page-layout-name page-number page-usage paper-tray-name parent-style-name
        percentage-data-style-name position print print-content print-orientation print-page-order protect
        punctuation-wrap register-true rel-column-width rel-height rel-width repeat repeat-content
        rotation-align rotation-angle row-height ruby-align ruby-position run-through scale-to scale-to-X
        scale-to-Y scale-to-pages script-type shadow shrink-to-fit snap-to-layout-grid style style-name
        tab-stop-distance table-centering text-align-source text-autospace text-background-color
        text-blinking text-combine text-combine-end-char text-combine-start-char text-emphasize
        text-line-through-color text-line-through-mode text-line-through-style text-line-through-text
        text-line-through-text-style text-line-through-type text-line-through-width text-outline
        text-overline-color text-overline-mode text-overline-style text-overline-type text-overline-width
        text-position text-rotation-angle text-rotation-scale text-scale text-underline-color
        text-underline-mode text-underline-style text-underline-type text-underline-width type
        use-optimal-column-width use-optimal-row-height use-window-font-color vertical-align vertical-pos
        vertical-rel volatile width wrap wrap-contour wrap-contour-mode wrap-dynamic-threshold writing-mode
        writing-mode-automatic""",
    "text": """anchor-page-number anchor-type bullet-char bullet-relative-size c citation-body-style-name
        citation-style-name cond-style-name consecutive-numbering continue-list continue-numbering
        count-empty-lines count-in-text-boxes default-style-name display-levels dont-balance-text-columns
        footnotes-position increment is-list-header label label-followed-by level line-number
        list-level-position-and-space-mode list-tab-stop-position master-page-name min-label-distance
        min-label-width name note-class number-lines number-position offset outline-level page-adjust
        restart-numbering restart-on-page select-page space-before start-numbering-at start-value style-name
        use-soft-page-breaks visited-style-name""",
    "table": """align border-model default-cell-style-name header-source name null-year number-columns-repeated
        number-columns-spanned number-matrix-columns-spanned number-matrix-rows-spanned number-rows-repeated
        number-rows-spanned print print-ranges style-name template-name visibility date-value-type
        date-value end-cell-address end-x end-y table-background use-banding-columns-styles
        use-banding-rows-styles use-first-column-styles use-first-row-styles use-last-column-styles
        use-last-row-styles""",
    "draw": """align angle auto-grow-height auto-grow-width background-size blue border caption-angle
        caption-angle-type caption-escape caption-escape-direction caption-fit-line-length caption-gap
        caption-line-length caption-type class-names closed color color-inversion color-mode concave
        concentric-gradient-fill-allowed contrast corner-radius corners cx cy data decimal-places distance
        dots1 dots1-length dots2 dots2-length edge-rounding end-angle end-color end-glue-point end-guide
        end-intensity end-line-spacing-horizontal end-line-spacing-vertical engine enhanced-path extrusion
        extrusion-allowed extrusion-brightness extrusion-color extrusion-depth
        extrusion-first-light-direction extrusion-skew fill fill-color fill-gradient-name fill-hatch-name
        fill-hatch-solid fill-image-height fill-image-name fill-image-ref-point fill-image-ref-point-x
        fill-image-ref-point-y fill-image-width fit-to-contour fit-to-size formula frame-margin-horizontal
        frame-margin-vertical gamma glue-point-leaving-directions glue-point-type glue-points
        gradient-step-count green guide-distance guide-overhang handle-mirror-horizontal
        handle-mirror-vertical handle-polar handle-position handle-radius-range-maximum
        handle-radius-range-minimum handle-range-x-maximum handle-range-x-minimum handle-range-y-maximum
        handle-range-y-minimum handle-switched image-opacity kind layer line-distance line-skew luminance
        marker-end marker-end-center marker-end-width marker-start marker-start-center marker-start-width
        master-page-name measure-align measure-vertical-align mirror-horizontal mirror-vertical modifiers
        name opacity opacity-name page-number parallel path-stretchpoint-x path-stretchpoint-y placing
        points recreate-on-edit red rotation secondary-fill-color shadow shadow-color shadow-offset-x
        shadow-offset-y shadow-opacity shape-id sharpness show-unit start start-angle start-color
        start-guide start-intensity start-line-spacing-horizontal start-line-spacing-vertical stroke
        stroke-dash stroke-dash-names stroke-linejoin style style-name symbol-color text-areas text-path
        text-path-allowed text-path-mode text-path-same-letter-heights text-path-scale text-rotate-angle
        text-style-name textarea-horizontal-align textarea-vertical-align tile-repeat-offset transform type
        unit visible-area-height visible-area-left visible-area-top visible-area-width
        wrap-influence-on-position z-index""",
    "fo": """background-color border border-bottom border-left border-right border-top break-after break-before
        clip color column-count column-gap country end-indent font-family font-size font-style font-variant
        font-weight height hyphenate hyphenation-keep hyphenation-ladder-count hyphenation-push-char-count
        hyphenation-remain-char-count keep-together keep-with-next language letter-spacing line-height
        margin margin-bottom margin-left margin-right margin-top max-height max-width min-height min-width
        orphans padding padding-bottom padding-left padding-right padding-top page-height page-width script
        space-after space-before start-indent text-align text-align-last text-indent text-shadow
        text-transform widows width wrap-option""",
    "svg": """d cx cy r rx ry fill-rule font-family font-style font-weight font-variant font-stretch font-size
        height width x x1 x2 y y1 y2 viewBox stroke-color stroke-linecap stroke-opacity stroke-width
        stop-color stop-opacity offset fx fy gradientTransform gradientUnits spreadMethod panose-1
        units-per-em ascent descent points""",
    "number": """automatic-order calendar country decimal-places decimal-replacement denominator-value display-factor
        format-source grouping language min-denominator-digits min-exponent-digits min-integer-digits
        min-numerator-digits position possessive-form script style textual transliteration-country
        transliteration-format transliteration-language transliteration-style truncate-on-overflow""",
    "chart": """angle-offset attached-axis auto-position auto-size axis-label-position axis-position axis-type class
        column-mapping connect-bars data-label-number data-label-symbol data-label-text
        data-source-has-labels deep dimension display-equation display-label display-r-square error-category
        error-lower-indicator error-lower-limit error-margin error-percentage error-upper-indicator
        error-upper-limit gap-width group-bars-per-axis hole-size include-hidden-cells interpolation
        interval-major interval-minor-divisor japanese-candle-stick label-arrangement label-cell-address
        label-position label-position-negative legend-align legend-position lines link-data-style-to-source
        logarithmic maximum mean-value minimum name origin overlap percentage pie-offset regression-type
        repeated reverse-direction right-angled-axes row-mapping scale-text series-source solid-type
        sort-by-x-values spline-order spline-resolution stacked stock-with-volume style-name symbol-height
        symbol-name symbol-type symbol-width text-overlap three-dimensional tick-mark-position
        tick-marks-major-inner tick-marks-major-outer tick-marks-minor-inner tick-marks-minor-outer
        treat-empty-cells values-cell-range-address vertical visible""",
    "dr3d": """ambient-color back-scale backface-culling center close-back close-front depth diffuse-color
        direction distance edge-rounding edge-rounding-mode emissive-color enabled end-angle focal-length
        horizontal-segments lighting-mode max-edge min-edge normals-direction normals-kind projection
        shade-mode shadow shadow-slant shininess size specular specular-color texture-filter
        texture-generation-mode-x texture-generation-mode-y texture-kind texture-mode transform
        vertical-segments vpn vrp vup""",
    "presentation": """background-objects-visible background-visible class display-date-time
        display-footer display-header display-page-number object placeholder presentation-page-layout-name
        style-name user-transformed""",
    "xlink": "type show actuate",
    "xml": "space id",
    "math": "display mathvariant stretchy fence form separators open close columnalign notation",
}.items()}  # fmt: skip

LINKED: Mapping[str, frozenset[str]] = {
    "text": frozenset(["a", "list-level-style-image"]),
    "draw": frozenset(["a", "image", "fill-image", "object"]),
    "style": frozenset(["background-image"]),
}
"""The elements that may lead somewhere."""

MIXED: Mapping[str, frozenset[str]] = {
    "text": frozenset(
        [
            "p",
            "h",
            "span",
            "a",
            "ruby-base",
            "ruby-text",
            "note-citation",
            "page-number",
            "page-count",
        ]
    ),
    "number": frozenset(["text", "currency-symbol", "embedded-text", "fill-character"]),
    "math": frozenset(["mi", "mn", "mo", "mtext"]),
    "chart": frozenset(["label-separator"]),
    "draw": frozenset(["a"]),
}
"""The elements between whose tags text may stand."""

GROUPS: Mapping[str, str] = {
    "text:tracked-changes": "Tracked changes", "table:tracked-changes": "Tracked changes",
    "text:change": "Tracked changes", "text:change-start": "Tracked changes", "text:change-end": "Tracked changes",
    "office:annotation": "Comments", "office:annotation-end": "Comments", "office:scripts": "Scripts",
    "office:event-listeners": "Scripts", "office:forms": "Controls", "draw:control": "Controls",
    "presentation:notes": "Speaker notes", "svg:title": "Alt text", "svg:desc": "Alt text",
    "text:bookmark": "Bookmarks", "text:bookmark-start": "Bookmarks", "text:bookmark-end": "Bookmarks",
    "text:reference-mark": "Bookmarks", "text:reference-mark-start": "Bookmarks",
    "text:reference-mark-end": "Bookmarks", "text:user-field-decls": "Field codes",
    "text:variable-decls": "Field codes", "text:sequence-decls": "", "text:dde-connection-decls": "Connections",
    "table:database-ranges": "Filters", "table:data-pilot-tables": "Pivot tables",
    "table:named-expressions": "Defined names", "table:dde-links": "Connections",
    "table:content-validations": "Data validation", "table:scenario": "Scenarios",
    "table:table-source": "External links", "table:cell-range-source": "External links",
    "table:consolidation": "Connections", "table:detective": "", "table:label-ranges": "",
    "presentation:settings": "", "presentation:sound": "Media", "text:toc-mark": "Bookmarks",
    "text:toc-mark-start": "Bookmarks", "text:toc-mark-end": "Bookmarks", "text:alphabetical-index-mark": "Bookmarks",
    "text:alphabetical-index-mark-start": "Bookmarks", "text:alphabetical-index-mark-end": "Bookmarks",
    "text:user-index-mark": "Bookmarks", "text:bibliography-mark": "Field codes",
    "presentation:event-listener": "Links", "svg:font-face-src": "Embedded fonts",
    "style:font-face-src": "Embedded fonts", "math:annotation": "Formula source", "text:table-of-content-source": "",
    "text:illustration-index-source": "", "text:table-index-source": "", "text:alphabetical-index-source": "",
    "text:object-index-source": "", "text:user-index-source": "", "text:bibliography-source": "",
    "text:bibliography-configuration": "", "draw:image-map": "Links", "presentation:header-decl": "",
    "presentation:footer-decl": "", "presentation:date-time-decl": "", "table:help-message": "Data validation",
    "table:error-message": "Data validation",
}  # fmt: skip
"""What goes without loss, and the report's word for it."""
