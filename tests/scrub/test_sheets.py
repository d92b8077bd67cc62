"""Sheets: boxes and the grid in numbers, what counts as drawn and unread, and what goes through the sandbox."""

from __future__ import annotations

import io
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from archive.errors import UncleanError
from archive.scrub import sheet_marks
from archive.scrub.boxes import STEP, Grid, covering, grid, kept_as, meet, of_cells, smaller, to_cells
from archive.scrub.sheets import Paint, Sheets, Show

A4 = (1555, 2200)


@pytest.fixture(scope="module")
def sheets() -> Iterator[Sheets]:
    with Sheets() as started:
        yield started


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def test_the_width_of_a_box_is_no_width_of_a_name() -> None:
    """Words of several lengths become boxes of one length, in fixed steps, and padded."""
    widths = {covering([(200, 300, 200 + wide, 330)], A4)[0] for wide in (92, 100, 112, 124)}
    assert len(widths) == 1
    left, upper, right, lower = widths.pop()
    assert left % STEP == right % STEP == 0 and left < 200 and right > 320 and (upper, lower) == (294, 336)


def test_neighbours_on_a_line_are_one_box_and_lines_are_not() -> None:
    """Whether two names stand there or three is not told."""
    one, two, below = (100, 300, 180, 330), (190, 302, 300, 331), (100, 360, 180, 390)
    assert len(covering([one, two], A4)) == 1
    assert len(covering([one, two, below], A4)) == 2
    assert covering([(1500, 2180, 1555, 2200)], A4)[0][2:] == A4  # nor does any lie outside


def test_cells_and_boxes_are_the_same_place() -> None:
    """On a page and on a photograph that lies; corners may be told in any order."""
    for size in (A4, (2200, 1240)):
        box = of_cells("B4-C6", size)
        assert box is not None and box == of_cells("C6-B4", size) == of_cells("C4-B6", size)
        assert to_cells(box, size) == "B4-C6" and to_cells((0, 0, *size), size) == f"A1-{grid(size).last}"
    assert of_cells("A1", A4) == (0, 0, 60, 60)
    assert grid(A4) == (26, 37) and grid((2200, 1240)) == (26, 15)
    for wrong in ("B4-C38", "b4", "B0", "AA1", "B4-", ""):
        assert of_cells(wrong, A4) is None


@pytest.mark.parametrize(
    ("size", "last"), [((1080, 9_000), "J83"), ((400, 16_000), "E200"), ((12_000, 1_000), "Z9"), ((1, 50_000), "D999")]
)
def test_a_strip_has_cells_of_a_size_to_be_pointed_at(size: tuple[int, int], last: str) -> None:
    """A few hundred of them; what is kept says of which grid it is, so that it never means another place."""
    over = grid(size)
    assert over.last == last and over.columns * over.rows <= 4_000
    kept = kept_as("B4-C6", size)
    assert kept == f"B4-C6/{over.columns}x{over.rows}" and of_cells(kept, size) != of_cells("B4-C6", size)
    box = of_cells(kept, size)
    assert (box is not None and size[0] < 100) or to_cells(box, size) == kept
    assert kept_as(f"A{over.rows + 1}", size) is None and kept_as("B4", A4) == "B4"
    assert of_cells("B4/2x3", size) is None and of_cells("B4/0x0", size) is None
    assert grid((1555, 2200)) == Grid(26, 37)


def test_a_strip_is_no_narrower_than_can_be_read() -> None:
    """It has the dots of a page; what was drawn so once is drawn so again; all else is as long as it was."""
    for size, longer in (((1080, 9_000), True), ((9_000, 900), True), ((2480, 3508), False), ((4000, 3000), False)):
        scale = smaller(size, 2_200)
        drawn = int(size[0] * scale), int(size[1] * scale)
        assert (max(drawn) > 2_201) is longer and drawn[0] * drawn[1] < 3_700_000
        assert smaller(drawn, 2_200) > 0.999
    assert smaller((600, 700), 2_200) == 1 and smaller((100, 90_000), 2_200) == pytest.approx(6 * 2_200 / 90_000)


def test_what_is_drawn_beside_the_words_is_covered_and_rules_are_not() -> None:
    """A scrawl and a stamp; not the lines of a table, nor dirt."""
    page = Image.new("L", (1000, 700), 240)
    draw = ImageDraw.Draw(page)
    draw.text((100, 80), "words that were read", fill=20, font=ImageFont.load_default(40))
    for line in ((60, 200, 900, 200), (60, 200, 60, 400), (900, 200, 900, 400)):
        draw.line(line, fill=30, width=3)
    draw.point((500, 300), fill=0)
    assert sheet_marks.Marks(page).unread([(95, 75, 560, 130)]) == ()
    draw.line([(200, 500), (240, 560), (270, 500), (310, 570), (350, 510)], fill=60, width=5)
    draw.ellipse((600, 450, 800, 650), outline=90, width=5)
    scrawl, stamp = sheet_marks.Marks(page).unread([(95, 75, 560, 130)])
    assert scrawl[0] <= 200 and scrawl[2] >= 350 and stamp[0] <= 600 and stamp[3] >= 650
    assert len(sheet_marks.Marks(page).unread(())) == 3  # and the words, if nobody read them


def test_the_edge_of_a_photographed_paper_leaves_its_words_to_be_seen() -> None:
    """It goes around what was read; a scrawl as large goes over it, a frame may hold nothing that was read."""
    page = Image.new("L", (1600, 1200), 60)
    draw = ImageDraw.Draw(page)
    draw.polygon([(150, 160), (1430, 130), (1460, 1050), (120, 1080)], fill=240)
    known = [(x, y, x + 150, y + 30) for y in range(300, 900, 60) for x in range(340, 1200, 200)]
    for left, upper, right, lower in known:
        draw.rectangle((left + 4, upper + 4, right - 4, lower - 4), fill=30)
    found = sheet_marks.Marks(page).unread(known)
    assert not [word for word in known if any(meet(word, box) for box in found)]
    for corner in ((150, 160), (1430, 130), (1460, 1050), (120, 1080)):
        assert any(box[0] <= corner[0] < box[2] and box[1] <= corner[1] < box[3] for box in found), corner
    draw.line([(300, 250), (1300, 900), (1300, 260), (310, 900), (700, 280), (900, 880)], fill=30, width=14)
    over = sheet_marks.Marks(page).unread(known)
    assert sum(any(meet(word, box) for box in over) for word in known) > len(known) // 2
    assert len(sheet_marks.Marks(page).unread(known[:9])) < len(found)


def test_a_high_box_stays_beside_the_lines() -> None:
    """Writing down a margin and a word beside it are no line, and the text between their ends is neither's."""
    assert len(covering([(100, 0, 140, 900), (190, 400, 280, 430)], (1000, 1000))) == 2
    assert len(covering([(100, 390, 140, 450), (190, 400, 280, 430)], (1000, 1000))) == 1


def test_dense_lines_that_were_read_leave_nothing_to_cover() -> None:
    """The paper between them is no ink; writing of any size is, and light on dark."""
    page = Image.new("L", (1600, 1200), 255)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(34)
    known = []
    for upper in range(100, 600, 42):
        draw.text((100, upper), "minimum illum minimum illum minimum illum minimum illum", fill=0, font=font)
        known.append(tuple(map(int, draw.textbbox((100, upper), "minimum illum " * 4, font=font))))
    assert sheet_marks.Marks(page).unread(known) == ()
    draw.text((100, 700), "NAME", fill=0, font=ImageFont.load_default(250))
    draw.rectangle((900, 700, 1500, 1000), fill=50)
    draw.text((950, 800), "light on dark", fill=230, font=ImageFont.load_default(60))
    found = sheet_marks.Marks(page).unread(known)
    for left, right, middle in ((120, 750, 830), (960, 1250, 830)):
        assert any(box[0] <= left and box[2] >= right and box[1] <= middle <= box[3] for box in found), found


def test_what_is_hidden_already_covers_nothing_but_itself() -> None:
    """Writing right beside a tall box is found, and beside a tall word that was read: it is another word."""
    page = Image.new("L", (600, 600), 240)
    ImageDraw.Draw(page).text((200, 250), "Name", fill=20, font=ImageFont.load_default(40))
    tall = (100, 50, 160, 550)
    assert sheet_marks.Marks(page).unread((), (tall,))
    assert sheet_marks.Marks(page).unread((tall,))


def test_a_word_of_which_a_letter_was_not_read_is_covered() -> None:
    """That stands as close as letters of one word do; another word does not, nor what stands above large letters."""
    page, font = Image.new("L", (900, 500), 240), ImageFont.load_default(60)
    draw = ImageDraw.Draw(page)
    draw.text((100, 300), "Nazar other", fill=20, font=font)
    words = (("", "Nazar"), ("N", "azar"), ("Nazar ", "other"))
    whole, rest, other = (
        tuple(map(int, draw.textbbox((100 + draw.textlength(before, font=font), 300), text, font=font)))
        for before, text in words
    )
    assert sheet_marks.Marks(page).unread((whole, other)) == ()
    (box,) = sheet_marks.Marks(page).unread((rest, other))
    assert box[0] <= whole[0] and rest[2] <= box[2] < other[2]
    draw.text((100, 260), "small above", fill=20, font=ImageFont.load_default(26))
    (box,) = sheet_marks.Marks(page).unread((whole, other))
    assert box[1] <= 268 and box[3] >= 280


def test_letters_far_apart_are_covered_and_dirt_is_not() -> None:
    """Around a stamp no letter is near the next; specks and leaders of dots stay."""
    page = Image.new("L", (900, 400), 240)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(16)
    for at in range(40, 860, 30):
        draw.ellipse((at, 300, at + 3, 303), fill=40)
    assert sheet_marks.Marks(page).unread(()) == ()
    for at, letter in enumerate("Zavada"):
        draw.text((60 + 80 * at, 100 + 9 * at), letter, fill=60, font=font)
    found = sheet_marks.Marks(page).unread(())
    assert all(any(box[0] <= 64 + 80 * at <= box[2] and box[3] < 250 for box in found) for at in range(6)), found


def test_what_is_too_faint_to_be_ink_is_not_on_the_page() -> None:
    """Behind the words and beside them, small or as large as a hand; a faint word that was read stays."""
    page = Image.new("L", (1200, 800), 240)
    draw = ImageDraw.Draw(page)
    draw.text((100, 80), "words that were read", fill=20, font=ImageFont.load_default(40))
    draw.text((60, 60), "Zaviriukha", fill=214, font=ImageFont.load_default(200))
    draw.text((700, 500), "Zaviriukha", fill=220, font=ImageFont.load_default(30))
    draw.text((100, 600), "faint", fill=220, font=ImageFont.load_default(30))
    known = [(95, 75, 560, 130), (98, 600, 180, 640)]
    marks = sheet_marks.Marks(page)
    assert marks.unread(known) == ()
    plain = marks.distinct(known)
    assert plain.crop((60, 140, 1200, 590)).getextrema() == (240, 240)
    assert plain.crop((95, 75, 560, 130)).getextrema()[0] < 40 and plain.crop((98, 600, 180, 640)).getextrema()[0] < 225


def test_a_photograph_is_painted_upright_and_from_its_pixels_alone(sheets: Sheets) -> None:
    """What was tagged, lay beside or stood in the file is not in the new one."""
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = 6, "somebody"
    image = Image.new("RGB", (300, 200), (200, 180, 40))
    lying = saved(image, "JPEG", exif=exif, comment=b"somebody")
    made = sheets.paint(lying, Paint("image/jpeg", 0, ((0, 0, 100, 96),), None, colour=True))
    shown = Image.open(io.BytesIO(made.data))
    assert shown.size == (200, 300) and not shown.getexif() and b"somebody" not in made.data
    assert shown.convert("L").crop((2, 2, 90, 90)).getextrema()[1] < 12 and shown.getpixel((150, 200))[2] < 80


@pytest.mark.parametrize(("colour", "kind"), [(True, "image/jpeg"), (False, "image/png"), (False, "image/jpeg")])
def test_the_same_picture_has_other_dots_by_chance_and_looks_the_same(sheets: Sheets, colour: bool, kind: str) -> None:
    """In each part of it; by the same chance the bytes are the same. Black stays black, nothing else is told."""
    drawn = Image.new("RGB", (480, 360), "white")
    if kind == "image/jpeg":
        drawn = Image.frombytes("L", (160, 120), Random(1).randbytes(160 * 120)).resize((480, 360)).convert("RGB")
    ImageDraw.Draw(drawn).text((20, 20), "A paper", fill=(20, 20, 60), font=ImageFont.load_default(40))
    drawn.info["icc_profile"] = b"told"
    brought = saved(drawn, icc_profile=b"told")
    box = ((240, 180, 288, 228),)
    made = [
        sheets.paint(brought, Paint("image/png", 0, box, None, colour=colour, chance=chance))
        for chance in (b"one", b"one", b"two")
    ]
    assert made[0] == made[1] and {one.media_type for one in made} == {kind} and b"told" not in made[0].data
    first, _, other = (Image.open(io.BytesIO(one.data)).convert("RGB") for one in made)
    for left, upper in ((0, 0), (240, 0), (0, 180), (240, 180)):
        part = (left, upper, left + 240, upper + 180)
        assert first.crop(part).tobytes() != other.crop(part).tobytes()
    assert max(high for _, high in ImageChops.difference(first.reduce(8), other.reduce(8)).getextrema()) < 6
    assert max(high for _, high in first.crop((248, 188, 280, 220)).getextrema()) < 12


def test_transparent_and_moving_pictures_become_one_plain_picture(sheets: Sheets) -> None:
    """What lay under the transparency is gone; of several pictures the first is shown."""
    under = Image.new("RGBA", (64, 64), (10, 10, 10, 0))
    made = sheets.paint(saved(under), Paint("image/png", 0, (), None, colour=True))
    assert Image.open(io.BytesIO(made.data)).convert("L").getextrema()[0] > 245
    frames = [Image.new("P", (64, 64), number) for number in (0, 1)]
    moving = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    made = sheets.paint(moving, Paint("image/gif", 0, (), None, colour=True))
    assert getattr(Image.open(io.BytesIO(made.data)), "n_frames", 1) == 1


@pytest.mark.parametrize("media_type", ["image/png", "image/tiff"])
def test_greys_of_sixteen_bits_are_no_white_paper(sheets: Sheets, media_type: str) -> None:
    """As some scanners save them: what stands there is seen, covered, and read."""
    deep = Image.new("I", (600, 300), 52_000)
    deep.paste(6_000, (100, 100, 200, 150))
    data = saved(deep.convert("I;16"), media_type.rpartition("/")[2].upper())
    made = sheets.paint(data, Paint(media_type, 0, ((400, 200, 448, 248),), None))
    shown = Image.open(io.BytesIO(made.data)).convert("L")
    assert [shown.getpixel(at) // 64 for at in ((150, 120), (300, 250), (420, 220))] == [0, 3, 0]


def test_a_preview_has_a_grid_and_what_is_no_file_of_ours_is_refused(sheets: Sheets) -> None:
    """Larger by its margin; a damaged file says so."""
    page = Image.new("L", (900, 1200), 255)
    shown = Image.open(io.BytesIO(sheets.show(saved(page), Show("image/png", 0, ((100, 100, 300, 140),))).data))
    assert shown.width > 900 and shown.height > 1200 and shown.mode == "RGB"
    with pytest.raises(UncleanError):
        sheets.show(b"\x89PNG\r\n\x1a\n", Show("image/png", 0))
    with pytest.raises(UncleanError):
        sheets.count(b"%PDF-1.4", "application/pdf")
