"""What an export shows before it is sealed is what leaves: each word, and each picture but for its grid."""

from __future__ import annotations

import io
import re
import shutil
import statistics
import subprocess
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw

VIEW = '#!/bin/sh\nmkdir ROOT/seen; for file in "$@"; do cp "$file" ROOT/seen; done\n'
SCREEN = re.compile("\x1b\\[\\?1049h\x1b\\[H\x1b\\[2J(.*?)\x1b\\[2J\x1b\\[\\?1049l", re.DOTALL)
QUESTION = re.compile(r"(?:Enter goes on, q ends|The end: Enter):.*", re.DOTALL)
MARK = re.compile(r"^(?:## |# |  \| |\[ \] exhibits/\S+$)", re.MULTILINE)


def photo() -> bytes:
    """A house and a red door."""
    shown, out = Image.new("RGB", (600, 420), (200, 190, 150)), io.BytesIO()
    ImageDraw.Draw(shown).rectangle((260, 200, 340, 419), fill=(180, 20, 20))
    shown.save(out, "JPEG", quality=95)
    return out.getvalue()


def paper() -> bytes:
    """A scan with a broad dark line on it."""
    shown, out = Image.new("L", (700, 900), 250), io.BytesIO()
    ImageDraw.Draw(shown).rectangle((80, 400, 600, 470), fill=60)
    shown.save(out, "PNG")
    return out.getvalue()


def spelled(text: str) -> str:
    """Its letters alone: lines are broken elsewhere on paper and on a terminal."""
    return "".join(text.split())


def on_paper(file: Path) -> str:
    """The words of the PDF without what stands at the foot of its pages."""
    told = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, check=True).stdout.decode()
    pages = (re.sub(r"^\s*\d+\n[0-9a-f]{12,27}\n", "", page) for page in told.split("\f"))
    return "".join(pages)


@pytest.fixture
def case(archive: Any) -> str:
    """A testimony, a photo of which a part is covered, a paper that somebody looked at."""
    ref: str = archive.case("At the weir", summary="A man refused.")
    person = archive.person(ref, "Heron")
    archive.name(person, "Orest", "Kovalchuk")
    archive.consent(person, "keep", "publish-pseudonym")
    about = ("--case", ref, "--about", person)
    text = "\n\n".join(["Orest Kovalchuk said no on 14 March 2025."] + ["It was cold there, and they waited."] * 60)
    archive.add(archive.file("a.txt", text), *about, "--title", "What was heard", "--date", "2025-03-14")
    house = archive.add(archive.file("b.jpg", photo()), *about, "--title", "The house")
    scan = archive.add(archive.file("c.png", paper()), *about, "--kind", "document", "--title", "The paper")
    archive.ask("redact", "--box", f"{house}:A1-C4", "--box", f"{scan}:A1-Z3")
    return ref


def test_the_words_and_pictures_of_the_preview_are_those_that_leave(archive: Any, case: str, *, reads: bool) -> None:
    """Screen by screen what the paper says, in its order; photos and pages are marked; each picture looks the same."""
    if shutil.which("pdftotext") is None or not reads:
        pytest.skip("needs pdftotext and tesseract")
    viewer = archive.root / "viewer"
    viewer.write_text(VIEW.replace("ROOT", str(archive.root)))
    viewer.chmod(0o700)
    bundle = archive.root / "d"
    with archive.talk("export", case, "-o", bundle, "--plain", ARCHIVE_VIEWER=str(viewer)) as talk:
        talk.expect("p its pictures").type("t")
        while "The end" not in talk.expect("Enter").text:
            talk.type("")
        talk.type("").expect("p its pictures").type("p")
        talk.expect("gone from memory").expect("p its pictures").type("y")
        assert talk.end() == 0, talk.text
    screens = [QUESTION.sub("", screen) for screen in SCREEN.findall(talk.text)]
    assert len(screens) >= 3
    shown = "\n".join(screens)
    marked = re.findall(r"^\[ \] (exhibits/\S+)$", shown, re.MULTILINE)
    assert sorted(marked) == sorted(f"exhibits/{path.name}" for path in (bundle / "data" / "exhibits").iterdir())
    assert {path.suffix for path in map(Path, marked)} == {".jpg", ".png"}
    assert "Kovalchuk" not in shown and "14 March" not in shown
    assert spelled(MARK.sub("", shown)) == spelled(on_paper(bundle / "data" / "dossier.pdf"))
    seen = sorted((archive.root / "seen").iterdir())
    assert len(seen) == len(marked) == 2
    for file, name in zip(seen, marked, strict=True):
        assert alike(Image.open(file), Image.open(bundle / "data" / name))


def alike(gridded: Image.Image, leaves: Image.Image) -> bool:
    """Whether both show the same but for the lines of the grid."""
    wide, high = leaves.size
    margin = gridded.height - high  # with the names of the columns; those of the rows stand on both sides
    assert 20 <= margin < high // 4 and gridded.width == wide + 2 * margin
    inside = gridded.crop((margin, margin, wide + margin, high + margin)).convert("L")
    differs = ImageChops.difference(inside, leaves.convert("L")).tobytes()
    return statistics.median(differs) <= 8 and sum(one > 60 for one in differs) < len(differs) // 5
