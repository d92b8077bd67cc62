"""What lies on the pages of a PDF and leads through them: annotations, fields, links, outlines; and hidden layers.

Annotations and fields are drawn into the page as they look, so that a black box stays where somebody put it. Only links
within the document and to web or mail addresses stay alive; named destinations become places.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from archive.scrub.pdf_objects import Reference, dictionaries, reference, value

_UNSEEN = 2 | 32
"""Annotation flags Hidden and NoView."""
_MULTIMEDIA = frozenset({"/Screen", "/Movie", "/Sound", "/RichMedia", "/3D"})
_WITHOUT_LOOK = frozenset({"/Link", "/Popup", "/Text", "/Widget", "/FileAttachment"})
"""Annotations that may lack an appearance and still cover nothing."""
_ADDRESSES = ("http://", "https://", "mailto:")


def must_be_drawn(pdf: Pdf) -> bool:
    """Tell whether only a picture of each page can show what is seen and nothing else: XFA, media, odd annotations."""
    form = pdf.Root.get("/AcroForm")
    marks = [mark for page in pdf.pages for mark in marks_on(page)]
    if isinstance(form, Dictionary) and "/XFA" in form:
        return True
    if isinstance(form, Dictionary) and value(form, "/NeedAppearances") is True:
        return any(mark.get("/Subtype") == "/Widget" for mark in marks)
    return any(_is_odd(mark) for mark in marks)


def marks_on(page: pikepdf.Page) -> Iterator[Dictionary]:
    """Yield the annotations of a page, however badly the list is made."""
    listed = page.obj.get("/Annots")
    if isinstance(listed, Array):
        yield from (mark for mark in listed if isinstance(mark, Dictionary))


def groups_on_pages(pdf: Pdf) -> set[str]:
    """Name what lies on the pages besides links."""
    return {_group(mark) for page in pdf.pages for mark in marks_on(page)} - {""}


def flatten(pdf: Pdf) -> None:
    """Draw annotations and fields into their pages and keep only links that lead to a place or an address."""
    pdf.flatten_annotations("screen")
    places = _named_places(pdf)
    pages = page_numbers(pdf)
    for page in pdf.pages:
        links = [
            mark for mark in marks_on(page) if mark.get("/Subtype") == "/Link" and _settle(pdf, mark, places, pages)
        ]
        if "/Annots" in page.obj:
            del page.obj["/Annots"]
        if links:
            page.obj.Annots = Array([pdf.make_indirect(link) for link in links])


def settle_outline(pdf: Pdf) -> tuple[str, ...]:
    """Point each entry of the outline at a place in the document and answer the titles; a looping outline goes."""
    places, pages = _named_places(pdf), page_numbers(pdf)
    titles, seen = [], set()
    waiting = [pdf.Root.get("/Outlines")]
    while waiting:
        item = waiting.pop()
        if not isinstance(item, Dictionary):
            continue
        if reference(item) is None or reference(item) in seen:
            del pdf.Root["/Outlines"]
            return ()
        seen.add(reference(item))
        _settle(pdf, item, places, pages)
        if isinstance(title := item.get("/Title"), String):
            titles.append(str(title))
        waiting += [item.get("/Next"), item.get("/First")]
    return tuple(titles)


def page_numbers(pdf: Pdf) -> Mapping[Reference | None, int]:
    """Number the pages by their reference, from 0."""
    return {reference(page.obj): number for number, page in enumerate(pdf.pages)}


def _group(mark: Dictionary) -> str:
    kind = mark.get("/Subtype")
    return "" if kind == "/Link" else "PDF form" if kind == "/Widget" else "PDF annotations"


def _is_odd(mark: Dictionary) -> bool:
    """Tell whether an annotation plays media, or shows something without saying how it looks."""
    kind, flags = str(mark.get("/Subtype")), value(mark, "/F")
    if kind in _MULTIMEDIA:
        return True
    if "/AP" in mark or (isinstance(flags, int) and flags & _UNSEEN):
        return False
    return kind not in _WITHOUT_LOOK or (kind == "/Widget" and _has_value(mark))


def _has_value(field: Dictionary) -> bool:
    """Look for a value in a form field and those it belongs to; a signature without a look shows nothing."""
    for _ in range(32):
        if field.get("/FT") == "/Sig":
            return False
        if "/V" in field:
            return not isinstance(field.V, Dictionary)
        parent = field.get("/Parent")
        if not isinstance(parent, Dictionary):
            return False
        field = parent
    return True


def hides_layers(pdf: Pdf) -> bool:
    """Tell whether any layer may be off: by default, on print or export, at some zoom, or by a rule over layers."""
    layers = pdf.Root.get("/OCProperties")
    if layers is None:
        return False
    default = layers.get("/D") if isinstance(layers, Dictionary) else None
    if not isinstance(default, Dictionary) or default.get("/BaseState", Name.ON) != Name.ON:
        return True
    if not isinstance(off := default.get("/OFF", Array()), Array) or len(off):
        return True
    return any(_may_be_off(item) for item in dictionaries(pdf))


def _may_be_off(item: Object) -> bool:
    """Tell whether a rule over layers, or what a layer says of its use, can switch something off."""
    if item.get("/Type") == "/OCMD":
        return "/VE" in item or item.get("/P", Name.AnyOn) not in (Name.AnyOn, Name.AllOn)
    return "/Zoom" in item or any(item.get(key) == "/OFF" for key in ("/ViewState", "/PrintState", "/ExportState"))


def _settle(pdf: Pdf, item: Dictionary, places: Mapping[str, Object], pages: Mapping[Reference | None, int]) -> bool:
    """Leave a link or outline entry one plain aim, a place or an address; False, and none, where it has no such aim."""
    action, aim = item.get("/A"), item.get("/Dest")
    for key in ("/A", "/Dest"):
        if key in item:
            del item[key]
    if isinstance(action, Dictionary) and action.get("/S") == "/URI":
        address = action.get("/URI")
        if not isinstance(address, String) or not str(address).lower().startswith(_ADDRESSES):
            return False
        item.A = Dictionary(S=Name.URI, URI=address)
        return True
    if isinstance(action, Dictionary) and action.get("/S") == "/GoTo":
        aim = action.get("/D")
    place = _place(pdf, aim, places, pages)
    if place is not None:
        item.Dest = place
    return place is not None


def _place(pdf: Pdf, aim: object, places: Mapping[str, Object], pages: Mapping[Reference | None, int]) -> Array | None:
    """Write a destination out as page and view; None where it leads to no page of the document."""
    if isinstance(aim, (String, Name)):
        aim = places.get(str(aim).removeprefix("/"))
    if isinstance(aim, Dictionary):
        aim = aim.get("/D")
    if not isinstance(aim, Array) or not len(aim):
        return None
    target: object = aim[0]
    number = pages.get(reference(target)) if isinstance(target, Dictionary) else target
    if not isinstance(number, int) or not 0 <= number < len(pdf.pages):
        return None
    view = [part for part in list(aim)[1:] if not isinstance(part, (Array, Dictionary, String, pikepdf.Stream))]
    return Array([pdf.pages[number].obj, *(view or [Name.Fit])])


def _named_places(pdf: Pdf) -> dict[str, Object]:
    """Collect the named destinations of the name tree and of the older dictionary."""
    places: dict[str, Object] = {}
    older, names = pdf.Root.get("/Dests"), pdf.Root.get("/Names")
    if isinstance(older, Dictionary):
        places.update((key.removeprefix("/"), value) for key, value in older.items())
    if isinstance(names, Dictionary) and isinstance(tree := names.get("/Dests"), Dictionary) and tree.is_indirect:
        try:
            places.update((str(key), value) for key, value in pikepdf.NameTree(tree).items())
        except (pikepdf.PdfError, RuntimeError):
            return places  # a broken tree: links through it lose their aim, pages lose nothing
    return places
