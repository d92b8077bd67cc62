"""The printed sheet of a recovery share: one page, silent, without the name of anything, and enough by itself."""

from __future__ import annotations

import re
import shutil
import string
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec import structs

from archive.bundle import sheet
from archive.errors import UsageError
from archive.seal import recovery

SECRET = bytes(range(16))
SHARE = recovery.split(SECRET, 2, 3)[1]
SHEET = sheet.Sheet(number=2, count=3, threshold=2, words=SHARE.words, holder="<M2> & co", made="2026-11-22")


class Reader(HTMLParser):
    """Text and elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] == ["li"] and data.strip():
            self.words.append(data)


@pytest.mark.parametrize("language", sheet.languages())
def test_a_sheet_has_the_words_in_order_and_asks_for_nothing(language: str) -> None:
    """All 20 words in a numbered list; a policy without sources, no script, no link; a label cannot become markup."""
    page = sheet.page(SHEET, language)
    reader = Reader()
    reader.feed(page)
    assert tuple(reader.words) == SHARE.words
    assert ("lang", language) in reader.attributes and ("content", sheet.POLICY) in reader.attributes
    assert sheet.POLICY.startswith("default-src 'none'; style-src 'sha256-")
    assert not {"script", "img", "link", "a", "iframe"} & set(reader.tags)
    assert not {"src", "href", "style", "onload"} & {name for name, _ in reader.attributes}
    assert "&lt;M2&gt; &amp; co" in page and "<M2>" not in page


def test_every_language_fills_the_same_places() -> None:
    """en, uk, ru and cs; no field of one lacks what is filled in in another."""
    assert sheet.languages() == ("en", "uk", "ru", "cs")
    english = structs.asdict(sheet.wording("en"))
    for language in sheet.languages():
        for field, text in structs.asdict(sheet.wording(language)).items():
            filled = [
                {name for _, name, _, _ in string.Formatter().parse(one) if name} for one in (text, english[field])
            ]
            assert filled[0] == filled[1], (language, field)
    with pytest.raises(UsageError, match="language"):
        sheet.page(SHEET, "eo")


def test_what_enough_shares_can_do_is_said() -> None:
    """The sentence word for word; one sheet that is the whole key says so."""
    assert "2 shares of this set can read everything and administer, until replaced." in sheet.page(SHEET, "en")
    alone = structs.replace(SHEET, threshold=1, count=1, number=1)
    assert "This one sheet can read everything" in sheet.page(alone, "en")


def test_the_lines_on_the_sheet_make_the_key() -> None:
    """``key.py`` as printed, run by a Python without our packages, gives the key of the recovery identity."""
    printed = re.search(r"<pre># key.py\n(.*?)</pre>", sheet.page(SHEET, "en"), re.DOTALL)
    assert printed
    lines = printed[1].replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&").replace("&quot;", '"')
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", lines], input=SECRET.hex(), capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == recovery.identity(SECRET).age_identity


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="needs pdfinfo")
@pytest.mark.parametrize("language", ["en", "uk"])
def test_a_sheet_is_one_page_of_paper(tmp_path: Path, language: str) -> None:
    """Printed on A4 by a browser, also in the language with the longest sentences."""
    (tmp_path / "sheet.html").write_text(sheet.page(SHEET, language), encoding="utf-8")
    subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
         f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={tmp_path / 'sheet.pdf'}",
         tmp_path / "sheet.html"],
        check=True, capture_output=True, timeout=600,
    )  # fmt: skip
    told = subprocess.run(["pdfinfo", tmp_path / "sheet.pdf"], check=True, capture_output=True, text=True).stdout
    assert re.search(r"^Pages:\s+1$", told, re.MULTILINE), told
