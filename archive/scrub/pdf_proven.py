"""What the photographs in a PDF prove of how they were made, and where each of them is seen."""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf
from pikepdf import Dictionary, Name, Object, Pdf, Stream
from pikepdf.models import PdfParsingError

from archive.errors import UncleanError
from archive.scrub.contract import Capture, Inside
from archive.scrub.jpeg_segments import sort
from archive.scrub.pdf_objects import Reference, filters, reference
from archive.scrub.pdf_streams import undressed

PLACED_PAGES = 300
"""Most pages whose drawing is read to tell where a picture is seen; one takes some milliseconds, a worker has 20 s."""

_DEPTH = 50
_EXIF = b"Exif\0\0"


def proven(pdf: Pdf) -> tuple[Inside, ...]:
    """Tell the capture of each picture that has one, in the order of the pages: ``page-2/picture-1``, as it is drawn.

    A picture that no page draws by itself (one in a stamp or a pattern, one that was covered by another) comes last,
    by its number among all: ``picture-7``. Attachments are not pictures of the document and are not read.
    """
    captures: dict[Reference, Capture] = {}
    others: dict[Reference, str] = {}
    for number, picture in enumerate(filter(_is_photograph, pdf.objects), 1):
        if isinstance(picture, Stream) and (capture := _capture(picture)):
            captures[picture.objgen] = capture
            others[picture.objgen] = f"picture-{number}"
    names = _places(pdf, frozenset(captures)) if captures else {}
    every = names | {where: name for where, name in others.items() if where not in names}
    return tuple(Inside(name=name, capture=captures[where]) for where, name in every.items())


def _is_photograph(item: Object) -> bool:
    return isinstance(item, Stream) and item.get("/Subtype") == Name.Image and filters(item)[-1:] == ("/DCTDecode",)


def _capture(picture: Stream) -> Capture | None:
    data = undressed(picture)
    if data is None or _EXIF not in data:
        return None
    try:
        return sort(data).capture
    except UncleanError:
        return None


def _places(pdf: Pdf, wanted: frozenset[Reference]) -> dict[Reference, str]:
    """Find the page that draws each picture first, and as which of its pictures."""
    places: dict[Reference, str] = {}
    read = 0
    for number, page in enumerate(pdf.pages, 1):
        if read == PLACED_PAGES or wanted <= places.keys():
            break
        resources = _resources(page.obj)
        if wanted.isdisjoint(_listed(resources)):
            continue
        read += 1
        for at, where in enumerate(dict.fromkeys(_drawn(page.obj, resources)), 1):
            if where in wanted:
                places.setdefault(where, f"page-{number}/picture-{at}")
    return places


def _resources(page: Object) -> Object | None:
    """The resources of a page, or those that it inherits."""
    for _ in range(_DEPTH):
        if isinstance(found := page.get("/Resources"), Dictionary):
            return found
        above = page.get("/Parent")
        if not isinstance(above, Dictionary):
            return None
        page = above
    return None


def _named(resources: Object | None) -> dict[str, Stream]:
    """The pictures and drawings that can be called by name."""
    named = resources.get("/XObject") if resources is not None else None
    every = named.items() if isinstance(named, Dictionary) else ()
    return {name: item for name, item in every if isinstance(item, Stream)}


def _listed(resources: Object | None) -> set[Reference | None]:
    """Whatever can be called from here, also from within drawings."""
    seen: set[Reference | None] = set()
    waiting = [resources]
    while waiting:
        for item in _named(waiting.pop()).values():
            if (where := reference(item)) not in seen:
                seen.add(where)
                waiting.append(item.get("/Resources"))
    return seen


def _drawn(content: Object, resources: Object | None) -> Iterator[Reference]:
    """The pictures that a page calls, in that order, each drawing inside it followed once."""
    seen: set[Reference | None] = set()
    waiting = [_calls(content, resources)]
    while waiting:
        item = next(waiting[-1], None)
        if item is None:
            waiting.pop()
        elif item.get("/Subtype") == Name.Image:
            yield item.objgen
        elif (where := reference(item)) not in seen:
            seen.add(where)
            waiting.append(_calls(item, item.get("/Resources") or resources))


def _calls(content: Object, resources: Object | None) -> Iterator[Stream]:
    named = _named(resources)
    try:
        for called in pikepdf.parse_content_stream(content, "Do"):
            if len(called.operands) == 1 and (item := named.get(str(called.operands[0]))) is not None:
                yield item
    except (pikepdf.PdfError, PdfParsingError):
        return
