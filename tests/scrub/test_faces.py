"""Faces and number plates are suggested with OpenCV (``make faces``); what is covered is found no more."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from archive.scrub.boxes import Box
from archive.scrub.sheets import Paint, Sheets

pytest.importorskip("cv2", reason="needs OpenCV: make faces")
FONT = str(Path(__file__).parents[2] / "archive" / "bundle" / "DejaVuSans-Bold.ttf")
FACE, PLATE = (250, 260), (690, 452)


def _face(draw: ImageDraw.ImageDraw, at: tuple[int, int], size: float) -> None:
    """Somebody who never was."""

    def oval(x: float, y: float, wide: float, high: float, colour: str) -> None:
        middle = (at[0] + x * size, at[1] + y * size)
        draw.ellipse(
            (middle[0] - wide * size, middle[1] - high * size, middle[0] + wide * size, middle[1] + high * size),
            fill=colour,
        )

    oval(0, -0.05, 0.95, 1.3, "#3c2d23")
    oval(0, 0.07, 0.8, 1.07, "#d7af96")
    for side in (-0.38, 0.38):
        oval(side, -0.22, 0.24, 0.14, "#966e5f")
        oval(side, -0.2, 0.15, 0.08, "#ebe6e1")
        oval(side, -0.2, 0.08, 0.08, "#1e1414")
        oval(side, -0.42, 0.24, 0.05, "#3c281e")
    oval(0, 0.1, 0.12, 0.25, "#c3967d")
    oval(0, 0.31, 0.15, 0.05, "#96695a")
    oval(0, 0.62, 0.33, 0.1, "#8c4641")


def _plate(draw: ImageDraw.ImageDraw, at: tuple[int, int]) -> None:
    """The back of a car that never was."""
    draw.rectangle((at[0] - 170, at[1] - 150, at[0] + 170, at[1] + 110), fill="#3c3c46")
    draw.rectangle((at[0] - 100, at[1] - 22, at[0] + 100, at[1] + 22), fill="#f5f5f5", outline="black", width=2)
    draw.text((at[0] - 90, at[1] - 20), "A123BC", fill="black", font=ImageFont.truetype(FONT, 34))
    draw.line((at[0] + 55, at[1] - 22, at[0] + 55, at[1] + 22), fill="black", width=2)
    draw.text((at[0] + 60, at[1] - 16), "77", fill="black", font=ImageFont.truetype(FONT, 22))


@pytest.fixture(scope="module")
def street() -> bytes:
    """A photograph of a face and a plate, as PNG."""
    sheet, out = Image.new("RGB", (900, 600), "#96a0a5"), io.BytesIO()
    _face(ImageDraw.Draw(sheet), FACE, 110)
    sheet = sheet.filter(ImageFilter.GaussianBlur(4))
    _plate(ImageDraw.Draw(sheet), PLATE)
    sheet.save(out, "PNG")
    return out.getvalue()


def _holds(box: Box, place: tuple[int, int]) -> bool:
    return box[0] < place[0] < box[2] and box[1] < place[1] < box[3]


def test_a_face_and_a_plate_are_suggested_and_gone_once_covered(street: bytes) -> None:
    """In the sandbox, each with a margin; an empty picture has none."""
    with Sheets() as sheets:
        assert sheets.count(street, "image/png").finds_faces
        found = sheets.find(street, "image/png")
        assert found.able and all(any(_holds(box, place) for box in found.boxes) for place in (FACE, PLATE))
        covered = sheets.paint(street, Paint("image/png", 0, found.boxes, None, colour=True))
        assert sheets.find(covered.data, covered.media_type).boxes == ()
