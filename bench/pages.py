"""How long the pictures of a dossier take, and how much memory: papers born as PDF, scans, photographs.

    python bench/pages.py [PAPERS] [SCANS] [PHOTOS]

By default 20 papers of 10 pages, 2 scans, 50 photographs. Needs tesseract with ukr, rus, ces and eng. Each step is told
with what it took of processors, as a table for docs/benchmarks.md.
"""

from __future__ import annotations

import io
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pikepdf
from PIL import Image, ImageDraw, ImageFont

from archive.bundle import pages
from archive.bundle.hiding import Finder, Hiding
from archive.bundle.pages import Paper, Seeking
from archive.records.kinds import Identity, Name
from archive.redact.matcher import Matcher
from archive.redact.profile import shipped
from archive.scrub.sheets import NEEDED, Sheets

SAID = "The court heard Orest Kovalchuk on 14 March 2025 and found that he had refused to take up arms."
LINES = 34
KNOWN = Identity(
    id="b" * 32, created="2026-11-22T10:05Z", entered_by="d", person="a" * 32,
    names=(Name(language="en", given="Orest", surname="Kovalchuk"),),
)  # fmt: skip


def paper(count: int) -> bytes:
    """A PDF with so many pages of text."""
    pdf, out = pikepdf.Pdf.new(), io.BytesIO()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    for number in range(count):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        rows = "".join(f"({number + 1}.{row} {SAID}) Tj 0 -20 Td " for row in range(LINES))
        page.obj.Contents = pdf.make_stream(f"BT /F1 10 Tf 60 780 Td {rows} ET".encode())
    pdf.save(out)
    return out.getvalue()


def scan() -> bytes:
    """A page of text as a scanner makes it."""
    sheet = Image.new("L", (1654, 2339), 240)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(30)
    for row in range(LINES):
        draw.text((120, 150 + 60 * row), SAID, fill=30, font=font)
    out = io.BytesIO()
    sheet.rotate(0.4, fillcolor=240).save(out, "JPEG", quality=80)
    return out.getvalue()


def photograph() -> bytes:
    """12 megapixels without a letter."""
    out = io.BytesIO()
    Image.effect_noise((400, 300), 60).resize((4000, 3000)).convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


@contextmanager
def told(what: str, count: int) -> Iterator[None]:
    """A row of the table."""
    began, used = time.monotonic(), _used()
    yield
    wall, cpu = time.monotonic() - began, _used() - used
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"| {what} | {count} | {wall:.0f} | {cpu:.0f} | {cpu / count:.1f} | {memory} |", flush=True)


def _used() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime + time.process_time()


def main(papers: int = 20, scans: int = 2, photographs: int = 50) -> None:
    """Measure and print."""
    hiding = Hiding(Finder(Matcher((KNOWN,), (), wide=True), ()), shipped("advocacy"), {"a" * 32: "P-01"})
    seek = Seeking(
        lambda text: hiding.to_cover(text, None, capitals=True),
        lambda text: hiding.to_cover(text, None, capitals=False),
        NEEDED,
    )
    print("| what | pictures | s | processor s | each | MiB |\n| --- | ---: | ---: | ---: | ---: | ---: |", flush=True)
    for what, data, kind, count in (
        ("page of a born PDF", paper(10), "application/pdf", papers * 10),
        ("scanned page", scan(), "image/jpeg", scans),
    ):
        one = Paper(data, kind, {})
        _each(
            what,
            count,
            lambda sheets, at, one=one: pages.page(
                sheets, one, at % 10 + 1 if one.media_type.endswith("pdf") else 1, seek
            ),
        )
    photo = Paper(photograph(), "image/jpeg", {1: ("B4-C6",)})
    _each("photograph", photographs, lambda sheets, _: pages.photograph(sheets, photo, NEEDED))
    print(f"\nthis process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")


def _each(what: str, count: int, work: Callable[[Sheets, int], object]) -> None:
    if count:
        with told(what, count), Sheets() as sheets, ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            assert all(pool.map(lambda at: work(sheets, at), range(count)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
