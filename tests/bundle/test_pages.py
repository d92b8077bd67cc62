"""Papers as covered pages: what is to be hidden is black, what nobody read is black, what cannot be read stays in."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from archive.bundle import pages
from archive.bundle.hiding import Finder, Hiding
from archive.bundle.pages import Covered, Paper, Seeking
from archive.records.kinds import Identity, Name
from archive.redact.matcher import Matcher
from archive.redact.profile import shipped
from archive.scrub.sheets import NEEDED, Sheet, Sheets, Word

PERSON = "a" * 32
KNOWN = Identity(
    id="b" * 32, created="2026-11-22T10:05Z", entered_by="d", person=PERSON,
    names=(Name(language="uk", given="Ярема", surname="Криничний"),),
)  # fmt: skip
FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
SCANS = {
    "uk": ("Вирок щодо Криничного Яреми.", "Суд вислухав свідка і дійшов висновку."),
    "ru": ("Приговор в отношении Криничного.", "Суд заслушал свидетеля и решил."),
    "cs": ("Soud vyslechl Jaremu Krynyčného.", "Nikomu nevyhrožoval a zbraň odmítl."),
}


@pytest.fixture(scope="module")
def sheets(reads: bool) -> Iterator[Sheets]:
    if not reads or not FONT.exists():
        pytest.skip("needs tesseract with ukr, rus, ces and eng, and DejaVu Sans")
    with Sheets() as started:
        yield started


def seeking() -> Seeking:
    hiding = Hiding(Finder(Matcher((KNOWN,), (), wide=True), ()), shipped("advocacy"), {PERSON: "P-01"})
    return Seeking(
        lambda text: hiding.to_cover(text, None, capitals=True),
        lambda text: hiding.to_cover(text, None, capitals=False),
        NEEDED,
    )


def sheet(*lines: str, size: int = 34) -> Image.Image:
    image = Image.new("L", (900, 90 + 70 * len(lines)), 244)
    font = ImageFont.truetype(str(FONT), size)
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((50, 50 + 70 * number), line, fill=25, font=font)
    return image


def saved(image: Image.Image, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def made(sheets: Sheets, data: bytes, media_type: str = "image/png", **looked: Any) -> Covered | None:
    return pages.page(sheets, Paper(data, media_type, looked.get("looked", {})), 1, seeking())


def read_by_others(covered: Covered, folder: Path) -> str:
    """What the program tesseract, told nothing by us, makes out on a finished page."""
    file = folder / "page.img"
    file.write_bytes(covered.picture.data)
    done = subprocess.run(["tesseract", file, "-", "-l", "+".join(NEEDED)], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("language", SCANS)
def test_a_name_on_a_scan_is_covered(sheets: Sheets, tmp_path: Path, language: str) -> None:
    """In each language; the rest can still be read, by other eyes than ours."""
    covered = made(sheets, saved(sheet(*SCANS[language])))
    assert covered is not None and covered.places >= 1
    text = read_by_others(covered, tmp_path)
    assert not [form for form in ("рини", "Ярем", "ryny", "arem") if form in text], text
    assert SCANS[language][1].split()[1] in text


@pytest.mark.parametrize(("before", "after"), [(True, False), (False, True), (False, False)])
def test_either_reading_alone_covers_a_name(sheets: Sheets, tmp_path: Path, before: bool, after: bool) -> None:
    """What the first misses the second covers, and the other way round; with neither the name is there to be read."""
    whole = seeking()
    blind = Seeking(
        whole.to_cover if before else lambda _: (), whole.left if after else lambda _: (), whole.languages
    )  # fmt: skip
    covered = pages.page(sheets, Paper(saved(sheet(*SCANS["uk"])), "image/png", {}), 1, blind)
    assert covered is not None
    assert ("рини" in read_by_others(covered, tmp_path)) is not (before or after)


def test_texture_is_nobodys_name() -> None:
    """Short words that a machine is unsure of count for nothing; a long one, and one it is sure of, may be a name."""
    made_out = (("Яр", 59), ("Яр", 60), ("Ярема.", 9), ("Яремі", 0), ("Яремою", 0))
    seen = [Word(text=text, box=(0, 0, 9, 9), sure=sure) for text, sure in made_out]
    assert [word.text for word in pages.likely_of(seen)] == ["¤", "Яр", "¤", "¤", "Яремою"]


def test_what_the_leak_check_would_find_is_covered() -> None:
    """It puts a sign in the place of words that are unsure; a hit on what then stands together would be a refusal."""
    read = (Word("Ко", (10, 0, 40, 30), 95), Word("xj", (50, 0, 70, 30), 20), Word("вальчук", (80, 0, 200, 30), 95))
    sheet, broken = Sheet((300, 100), read), re.compile("Ко ¤ вальчук")
    (first, unsure, last) = pages.left_on(sheet, lambda text: [one.span() for one in broken.finditer(text)])[:3]
    assert (first[1], unsure[1], last[1]) == (0, 0, 0) and first[0] < 10 and last[2] > 200
    assert not pages.boxes_of(sheet, lambda text: [one.span() for one in broken.finditer(text)])


def test_a_word_that_begins_a_line_begins_no_sentence() -> None:
    """Where it found no room on the line before, it stands inside a sentence: its capital may be a name's."""

    def read(*lines: str, across: int = 10) -> list[Word]:
        words = []
        for down, line in enumerate(lines):
            at = 0
            for text in line.split():
                words.append(Word(text, (at, down * 40, at + len(text) * across, down * 40 + 20), 95))
                at += (len(text) + 1) * across
            words[-1] = structs.replace(words[-1], end="\n")
        return words

    capital = re.compile(r"(?<=[a-z] )[A-Z][a-z]+")
    for lines, covered in (
        (("then came the evening and with it", "Kovalchuk and all of the others too", "in rain"), 1),
        (("name", "Kovalchuk and all of the others too"), 0),
        (("then came the evening and with it.", "Kovalchuk and all of the others too"), 0),
        (("then came the evening and with Ko-", "Valchuk and all of the others too"), 1),
    ):
        sheet = Sheet((600, 200), tuple(read(*lines)))
        assert len(pages.boxes_of(sheet, lambda text: [one.span() for one in capital.finditer(text)])) == covered


def test_what_is_no_word_of_one_script_is_not_sure() -> None:
    """A capital inside tells of letters that were taken for others; a lone high sign is no number."""
    sure = [Word(text, (at * 200, 0, at * 200 + 90, 20), 95) for at, text in enumerate(("then", "XneGaueeoei", "came"))]
    alone = Word("8", (900, 300, 927, 376), 95, "\n")
    low = structs.replace(alone, box=(900, 300, 907, 309))
    assert low not in pages.certain_of(Sheet((2000, 500), (*sure[:2], structs.replace(sure[2], end="\n"), low)))
    page, number = structs.replace(alone, box=(900, 300, 912, 320)), (*sure[:2], structs.replace(sure[2], end="\n"))
    assert {one.text for one in pages.certain_of(Sheet((2000, 500), (*number, alone)))} == {"then", "came"}
    assert page in pages.certain_of(Sheet((2000, 500), (*number, page)))


def test_handwriting_beside_the_words_is_covered(sheets: Sheets) -> None:
    """Nobody made out what it says; somebody who looked at the page may let it be seen, and cover more."""
    page = sheet(*SCANS["uk"], "", "")
    scrawl = [(500, 250), (530, 330), (560, 255), (600, 335), (640, 260), (700, 330)]
    ImageDraw.Draw(page).line(scrawl, fill=60, width=5)
    covered = made(sheets, saved(page))
    assert covered is not None and lightest(covered, (505, 255, 690, 325)) < 40
    looked = made(sheets, saved(page), looked={1: ("B6-D8",)})
    assert looked is not None and lightest(looked, (505, 255, 690, 325)) > 200
    assert lightest(looked, (40, 180, 130, 270)) < 40 < lightest(covered, (40, 180, 130, 270))


def lightest(covered: Covered, place: tuple[int, int, int, int]) -> int:
    return int(Image.open(io.BytesIO(covered.picture.data)).convert("L").crop(place).getextrema()[1])


def test_a_page_that_nobody_can_read_stays_in(sheets: Sheets) -> None:
    """A photograph in the place of letters; it leaves once somebody looked at it."""
    noise = Image.effect_noise((500, 300), 120)
    assert made(sheets, saved(noise)) is None
    assert made(sheets, saved(noise), looked={1: ()}) is not None


def test_a_page_with_a_layer_of_text_loses_every_layer(sheets: Sheets, tmp_path: Path) -> None:
    """Of a born PDF pixels leave, and other people's programs find nothing else in them."""
    pdf = tmp_path / "a.pdf"
    sheet(*SCANS["cs"]).save(pdf, "PDF", resolution=100, title="Krynyčnyj", author="Jarema")
    covered = made(sheets, pdf.read_bytes(), "application/pdf")
    assert covered is not None
    for form in ("Krynyčnyj", "Jarema"):
        assert form.encode() not in covered.picture.data and form.encode("utf-16-be") not in covered.picture.data
    if shutil.which("exiftool"):
        (tmp_path / "page.img").write_bytes(covered.picture.data)
        words = ["exiftool", "-a", "-G1", "-s", tmp_path / "page.img"]
        told = subprocess.run(words, capture_output=True, text=True, check=True)
        groups = {line.split("]")[0].strip("[") for line in told.stdout.splitlines()}
        assert groups <= {"ExifTool", "System", "File", "PNG", "JFIF", "Composite"}


def certain(*words: tuple[str, int, tuple[int, int, int, int], str]) -> list[str]:
    read = tuple(Word(text, box, sure, end) for text, sure, box, end in words)  # type: ignore[arg-type]
    return [word.text for word in read if word in pages.certain_of(Sheet((900, 900), read))]


def test_an_uncertain_word_may_be_a_misread_name() -> None:
    """With a capital letter, behind whatever, or a number for a letter, sooner than without."""
    told = (
        ("суд", 81),
        ("суд", 79),
        ("Суд", 70),
        ("Суд", 90),
        ("«Суд", 70),
        ("c0urt", 70),
        ("рік", 95),
        ("2025", 61),
        ("рік", 95),
        ("=", 99),
        ("—", 61),
    )
    line = [(text, sure, (100 + 90 * at, 0, 180 + 90 * at, 30), " ") for at, (text, sure) in enumerate(told)]
    beside = ("вислухав", 95, (10, 0, 90, 30), " ")
    assert certain(beside, *line) == ["вислухав", "суд", "Суд", "рік", "2025", "рік", "—"]
    assert pages.certain_of(Sheet((9, 9), (Word("=", (0, 0, 1, 1), 1),), machine=False))


def test_pieces_of_one_word_are_no_words() -> None:
    """What stands as close as letters do is one word: nobody read it if one piece is unsure, or they do not fit."""

    def pieces(first: tuple[str, int], second: tuple[str, int], gap: int) -> list[str]:
        line = ("вислухав", 95, (10, 0, 90, 30), " ")
        return certain(line, (*first, (110, 0, 160, 30), " "), (*second, (160 + gap, 0, 250, 30), "\n"))[1:]

    assert pieces(("“ар!", 70), ("вскому", 92), 3) == [] and pieces(("“ар!", 70), ("вскому", 92), 10) == ["вскому"]
    assert pieces(("bo", 93), ("Йчівський", 90), 2) == [] and pieces(("сам", 93), ("iван", 93), 2) == []
    assert pieces(("вернули", 95), ("в", 95), 1) == ["вернули", "в"]


def test_a_number_beside_what_is_covered_may_be_half_of_a_name() -> None:
    """So may a small letter with a full stop; beside words that were read they are what they are."""

    def line(name: tuple[str, int]) -> tuple[tuple[str, int, tuple[int, int, int, int], str], ...]:
        words = (("суд", 95), ("309", 89), name, ("м.", 95), ("року", 95))
        return tuple((*word, (90 * at, 0, 80 + 90 * at, 30), " ") for at, word in enumerate(words))

    assert certain(*line(("фаник", 70))) == ["суд", "року"]
    assert certain(*line(("днів", 95))) == ["суд", "309", "днів", "м.", "року"]
    beside = (("tukak", 92, (90, 0, 160, 30), " "), ("J.", 93, (170, 0, 190, 30), " "))
    assert certain(("слово", 95, (0, 0, 80, 30), " "), *beside) == ["слово"]
    read = Sheet((900, 90), tuple(Word(text, box, sure) for text, sure, box, _ in line(("Фаник", 95))))
    name = re.compile("Фаник")
    assert len(pages.boxes_of(read, lambda text: [one.span() for one in name.finditer(text)])) == 3
    written = structs.replace(read, machine=False)
    assert len(pages.boxes_of(written, lambda text: [one.span() for one in name.finditer(text)])) == 1


def test_turned_and_scattered_letters_are_no_words() -> None:
    """As machines read them: sure of signs down the margin, far from the words, higher than these, or one by one."""
    line = ("свідка", 95, (100, 0, 200, 30), " ")
    assert certain(line, ("і", 95, (215, 0, 222, 30), "\n")) == ["свідка", "і"]
    assert certain(line, ("m", 95, (300, 0, 320, 20), "\n")) == ["свідка"]
    assert certain(line, ("m", 95, (215, 0, 240, 60), "\n")) == ["свідка"]
    assert certain(line, ("8", 95, (215, 0, 228, 42), "\n")) == ["свідка"]
    assert certain(
        line, *((sign, 95, (210 + 20 * at, 0, 222 + 20 * at, 30), " ") for at, sign in enumerate("Дор"))
    ) == ["свідка"]
    assert certain(("m", 95, (10, 0, 30, 20), "\n"), ("еї", 95, (10, 30, 40, 60), "\n")) == []
    alone = ("sedoy", 88, (0, 0, 90, 30), "\n")
    assert certain(alone) == [] and certain(("додому", 92, (0, 0, 90, 30), "\n")) == ["додому"]


def test_a_number_counts_where_no_turned_letters_stand_around() -> None:
    """The number of a page does, and those of a table; not those for which a machine takes the letters of a stamp."""
    assert certain(("3", 95, (400, 800, 415, 830), "\n")) == ["3"]
    assert certain(("12", 95, (400, 0, 430, 30), "\n"), ("15,", 95, (400, 50, 430, 80), "\n")) == ["12", "15,"]
    assert certain(("5", 95, (400, 0, 415, 30), "\n"), ("=", 95, (400, 60, 415, 75), "\n")) == []


@pytest.mark.parametrize("turned", [0, 90, 270, 30])
def test_a_name_in_the_margin_is_covered_however_it_lies(sheets: Sheets, turned: int) -> None:
    """Beside the text, upright, on its side, askew; by the dots of the finished page, whoever reads them."""
    page, name = sheet(*("суд вислухав свідка і дійшов висновку",) * 9), Image.new("L", (190, 60), 0)
    ImageDraw.Draw(name).text((10, 8), "Lüdtke", fill=255, font=ImageFont.truetype(str(FONT), 34))
    name = name.rotate(turned, expand=True)
    wide = Image.new("L", (1400, page.height), 244)
    wide.paste(page)
    wide.paste(30, (1100, 150), name)
    covered = made(sheets, saved(wide))
    assert covered is not None
    around, dots = Image.new("L", (190, 190)), Image.open(io.BytesIO(covered.picture.data)).convert("L")
    around.paste(name.filter(ImageFilter.MaxFilter(5)).point(lambda level: 255 if level else 0))
    assert ImageChops.multiply(dots.crop((1100, 150, 1290, 340)), around).getextrema()[1] < 60


def test_words_and_their_places_agree() -> None:
    """Every word stands in the text where it is said to stand."""
    words = [Word("a", (0, 0, 1, 1), 90, " "), Word("bc", (0, 0, 1, 1), 90, "\n\n"), Word("d", (0, 0, 1, 1), 90, "")]
    text, places = pages.text_of(words)
    assert text == "a bc\n\nd" and [text[start:end] for start, end in places] == ["a", "bc", "d"]
