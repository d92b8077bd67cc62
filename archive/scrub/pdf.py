"""PDF (ISO 32000-1): pruned to allow-lists and written anew, or, where something hides, drawn page by page as pictures.

The way of a file: open and repair (qpdf), measure what it unpacks to, note what it carries; mend what nobody could
show; flatten annotations and fields, prune everything that can be reached, write one revision of it; compare the text
of each page with PDFium's reading of the brought file, and the look before pruning and after. Layers that may be off,
XFA, media, streams that cannot be cleaned and pages that came out different send the brought file down the other way:
drawn at 200 dpi, the look alone is kept. Its text is still given for search, but where layers may hide part of it.

Not touched: text and pictures of the page itself, also what somebody covered with a black box, and font programs.
"""

from __future__ import annotations

import io
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pikepdf
from msgspec.structs import replace
from pikepdf import Pdf

from archive.errors import UncleanError
from archive.scrub import pdf_second_look
from archive.scrub.contract import HEAD, Cleaned, Reason
from archive.scrub.pdf_look import drawn, looks_same, page_texts, readable, written
from archive.scrub.pdf_marks import flatten, groups_on_pages, hides_layers, must_be_drawn, page_numbers, settle_outline
from archive.scrub.pdf_mended import show
from archive.scrub.pdf_objects import borrows_resources, measure, survey, value
from archive.scrub.pdf_proven import proven
from archive.scrub.pdf_prune import Pruner
from archive.scrub.pdf_streams import join_contents

MEDIA_TYPES = ("application/pdf",)

PAGES = 5_000
"""Most pages of a document; reading their text twice has to fit the worker's time."""

_FAILURES = (pikepdf.PikepdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RuntimeError)
"""What pikepdf raises on damaged files; where an object is of another kind than expected, that is Python's own."""

_SPACE = b"\0\t\n\f\r "
_BEHIND_OTHER_DATA = re.compile(rb".{0,1024}?%PDF-\d\.\d.{0,1024}?\d \d+ obj\b", re.DOTALL)
"""A printer's job ticket or a server wrote before the header, which every reader looks for in 1,024 bytes."""
_LINEAR_LENGTH = re.compile(rb"/Linearized\s.{0,200}?/L\s+(\d+)", re.DOTALL)


def matches(head: bytes) -> bool:
    """Tell by the header, which may stand behind white space or a byte order mark; behind more, by an object too."""
    return _begins(head) or _BEHIND_OTHER_DATA.match(head) is not None


def _begins(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip(_SPACE).startswith(b"%PDF-")


def clean(data: bytes) -> Cleaned:
    """Prune and rewrite, or draw."""
    _refuse_cut(data)
    with _opened(data) as pdf:
        _refuse_unfit(pdf)
        measure(pdf)
        found = survey(pdf) | groups_on_pages(pdf) | _file_groups(pdf, data)
        hidden, inside = hides_layers(pdf), proven(pdf)
        shown = show(pdf, data)
        if len(shown.texts) != len(pdf.pages):  # two readers, two opinions: pages could get lost
            raise UncleanError(Reason.PDF_DAMAGED)
        pruned = None if hidden or must_be_drawn(pdf) else _pruned(pdf, shown.texts, found)
        cleaned = pruned or Cleaned(
            data=drawn(shown.data),
            media_type="application/pdf",
            method="rasterised at 200 dpi",
            lossless=False,
            found=tuple(sorted(found)),
            removed=tuple(sorted(found)),
            text=None if hidden else _whole_text(shown.texts, ()),
        )
        if shown.repaired:
            way = f"damaged PDF repaired and {cleaned.method.removeprefix('PDF ')}"
            cleaned = replace(cleaned, method=way, lossless=False)
        return replace(cleaned, inside=inside)


residue = pdf_second_look.residue


@contextmanager
def _opened(data: bytes) -> Iterator[Pdf]:
    """Open with repair and the empty password; whatever the readers meet inside the block becomes UncleanError."""
    try:
        with warnings.catch_warnings(), Pdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            warnings.simplefilter("ignore")
            yield pdf
    except pikepdf.PasswordError as error:
        raise UncleanError(Reason.PASSWORD) from error
    except _FAILURES as error:
        raise UncleanError(Reason.PDF_DAMAGED) from error
    except (MemoryError, OverflowError, RecursionError) as error:
        raise UncleanError(Reason.BOMB) from error


def _refuse_cut(data: bytes) -> None:
    """Refuse a file that ends early: repairing it would silently lose pages."""
    if not data:
        raise UncleanError(Reason.EMPTY)
    linear = _LINEAR_LENGTH.search(data[:2048])
    if b"%%EOF" not in data[-2048:] or (linear is not None and len(data) < int(linear[1])):
        raise UncleanError(Reason.ENDS_EARLY)


def _refuse_unfit(pdf: Pdf) -> None:
    """Refuse by the number of pages, and a dynamic XFA form: its pages exist only in the program that made it."""
    count = len(pdf.pages)
    if count == 0:
        raise UncleanError(Reason.NO_PAGES)
    if count > PAGES:
        raise UncleanError(Reason.TOO_MANY_PAGES)
    if value(pdf.Root, "/NeedsRendering") is True:
        raise UncleanError(Reason.UNSUPPORTED)


def _file_groups(pdf: Pdf, data: bytes) -> set[str]:
    """Name what the file carries outside its objects."""
    groups = {
        "Leading data": not _begins(data[:HEAD]),
        "PDF Info": "/Info" in pdf.trailer and len(pdf.docinfo) > 0,
        "PDF ID": "/ID" in pdf.trailer,
        "PDF encryption": pdf.is_encrypted,
        "PDF revisions": data.count(b"startxref") > (2 if pdf.is_linearized else 1),
    }
    return {name for name, there in groups.items() if there}


def _pruned(pdf: Pdf, before: tuple[str, ...], found: set[str]) -> Cleaned | None:
    """Prune and write; None where that cannot be done or would change the text."""
    flatten(pdf)
    titles = settle_outline(pdf)
    flattened = written(pdf)
    if not _settle_pages(pdf):
        return None
    pruner = Pruner(frozenset(where for where in page_numbers(pdf) if where is not None))
    pruner.prune(pdf.Root)
    found |= pruner.dropped
    if not pruner.whole:
        return None
    links = any("/Annots" in page.obj for page in pdf.pages)
    data = written(pdf)
    try:
        after = page_texts(data)
    except UncleanError:
        return None
    if not _same_text(before, after) or not looks_same(flattened, data):
        return None
    kept = [name for name, there in (("PDF links", links), ("PDF outline", bool(titles))) if there]
    return Cleaned(
        data=data,
        media_type="application/pdf",
        method="PDF rewritten from allow-lists",
        lossless=True,
        found=tuple(sorted(found)),
        removed=tuple(sorted(found)),
        kept=tuple(kept),
        text=_whole_text(after, titles),
    )


def _settle_pages(pdf: Pdf) -> bool:
    """Give each page one content stream and let go of pictures that no page draws any more; False where qpdf cannot."""
    if not all(map(join_contents, pdf.pages)):
        return False
    try:
        if not borrows_resources(pdf):
            pdf.remove_unreferenced_resources()
    except pikepdf.PikepdfError:
        return False
    return True


def _same_text(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Tell whether each page still has every letter it had; flattening may add those of fields and notes."""
    pages = zip(before, after, strict=True) if len(before) == len(after) else [("", None)]
    return all(
        new is not None and (old == new or Counter("".join(old.split())) <= Counter("".join(new.split())))
        for old, new in pages
    )


def _whole_text(pages: tuple[str, ...], titles: tuple[str, ...]) -> str | None:
    """Join the pages, then the titles of the outline that no page shows; None where there is nothing to read."""
    text = "\n\n".join(page for page in pages if page)
    unseen = [title for title in map(readable, titles) if title and title not in text]
    return "\n\n".join([text, *unseen]).strip() or None
