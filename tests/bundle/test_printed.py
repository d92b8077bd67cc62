"""On paper no heading stands alone at the foot of a page, whether a browser prints the page or we draw it."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from archive.bundle import content, dossier, html, pdf_writing
from archive.bundle.content import Passage, Piece
from archive.bundle.entries import Entry, Fact
from archive.bundle.labels import labels

SECTIONS = ("summary", "chronology", "acts", "exhibits", "withheld", "custody", "verify", "contact")
SENTENCE = "Потім нас вишикували на плацу, і ніхто не знав, скільки це триватиме. "


def _pieces() -> Iterator[Piece]:
    """Texts of every length from a line to a page, so that pages end at every place there is."""
    for number in range(60):
        yield Piece(
            key=f"k{number:02}", kind="testimony", persons=("P-4417",), date=f"2024-{number % 12 + 1:02}",
            title=Passage(text=f"Розповідь {number}", language="uk") if number % 3 else None,
            text=Passage(text=SENTENCE * (number % 17 + 1), language="uk"),
        )  # fmt: skip


def _acts() -> tuple[Entry, ...]:
    """Entries of different heights."""
    facts = (
        Fact(name="act", vocabulary="acts", code="detention"),
        Fact(name="affected", persons=("P-4417",)),
        Fact(name="method", words=Passage(text=SENTENCE, language="uk")),
        *(Fact(name="force", vocabulary="forces", code=code) for code in ("army", "police", "court", "prison")),
    )
    return tuple(Entry(kind="act", number=at, facts=facts[: at % len(facts) + 1]) for at in range(1, 41))


def _printed(path: Path, folder: Path) -> None:
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer"]
    where = [f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={folder / 'page.pdf'}", path.as_uri()]
    subprocess.run(["chromium", *flags, *where], capture_output=True, timeout=600, check=True)


def _pages(path: Path) -> list[list[str]]:
    """The lines of each page; without its number and the mark of the dossier."""
    read = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True).stdout.decode()
    pages = [[line.strip() for line in page.split("\n") if line.strip()] for page in read.split("\f")]
    return [[line for line in page if not re.fullmatch(r"\d+|[0-9a-f]{12,27}", line)] for page in pages if page]


@pytest.mark.parametrize("way", ["a browser prints it", "we draw it"])
def test_no_heading_ends_a_page(kit, tmp_path: Path, way: str) -> None:
    """Over a good many page breaks; what stands above a text goes to the next page with it."""
    if missing := [name for name in ("chromium", "pdftotext") if shutil.which(name) is None]:
        pytest.skip(f"needs {missing[0]}")
    arranged = content.arrange(_pieces(), kit.source())
    acts = _acts()
    made, _ = kit.make(
        "uk", arranged, acts=acts, chronology=content.chronology(arranged.exhibits, acts), salt="ab" * 16
    )
    if way == "we draw it":
        drawn = dossier.job(dossier.Page("dossier", made, SECTIONS), {})
        (tmp_path / "page.pdf").write_bytes(pdf_writing.handle(b"", msgspec.msgpack.encode(drawn)))
    else:
        (tmp_path / "page.html").write_text(html.page(content.sound(made), SECTIONS, {}))
        _printed(tmp_path / "page.html", tmp_path)
    words = labels("uk")
    titles = {getattr(words, name) for name in SECTIONS} | {f"Розповідь {number}" for number in range(60)}
    numbers = rf"({words.exhibit}|Подія) \d+( · .*)?|({words.concerns}|{words.when})\b.*"
    pages = _pages(tmp_path / "page.pdf")
    alone = [page[-1] for page in pages if page[-1] in titles or re.fullmatch(numbers, page[-1], re.IGNORECASE)]
    assert len(pages) > 20 and not alone
