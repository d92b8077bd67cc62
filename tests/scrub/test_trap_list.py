"""The list of traps, whole: each line of the policy has tests that are there, with the case that is meant.

That no line is missing is held where the design is at hand. What each trap is, its tests say.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
DESIGN = HERE.parents[2] / "shared" / "design" / "scrub.md"

BETWEEN, BEHIND = "traps::test_what_lies_between_the_segments_goes", "traps::test_what_lies_behind_the_picture_goes"
NOTHING, UPRIGHT = "contract::test_nothing_is_left", "contract::test_all_orientations_are_shown_upright"
HEIC, CARRIERS = "heif::test_only_the_main_picture_comes_out", "pdf::test_no_carrier_survives_and_the_page_does"
REVISIONS, MAIN_DOCX = "pdf::test_earlier_revisions_are_gone", "docx::test_nothing_is_left_but_what_is_shown"
UNCLEAN_DOCX = "docx::test_what_cannot_be_cleaned_is_named"

FOUND: dict[int, tuple[str, tuple[str, ...]]] = {
    1: ("HEIC", (HEIC,)),
    2: (
        "four malformed TIFFs",
        ("tiff::test_refusals_name_what_is_wrong", "clean::test_many_files_come_back_in_order_with_their_refusals"),
    ),
    3: ("appended update", (REVISIONS, CARRIERS)),
    4: ("cannot be the verifier", ("contract::test_the_second_look_sees_what_was_there",)),
    5: ("mat2's DOCX", (MAIN_DOCX, "docx::test_it_opens_in_python_docx")),
    6: ("depth maps", (HEIC,)),
    7: (
        "SEI filter",
        (
            "media_parts::test_units_of_h264_that_are_no_picture_go", "media::test_a_turned_film_stays_turned",
            "media_parts::test_filling_before_the_sound_of_aac_is_emptied",
        ),
    ),
    8: (
        "optional-content layers",
        (
            "pdf::test_only_what_is_shown_decides_the_bytes", "pdf_hostile::test_a_layer_that_may_be_off_is_drawn",
            "pdf_hostile::test_xfa_is_drawn_unless_it_makes_its_own_pages", "pdf_hostile::test_media_are_drawn",
            "pdf_hostile::test_a_signature_leaves_its_look_and_nothing_else",
        ),
    ),
    9: (
        "unknown member",
        ("zip_archive::test_what_cannot_be_cleaned_is_refused_by_name", UNCLEAN_DOCX, "oracles::test_mat2"),
    ),
}  # fmt: skip
"""What was found with other tools: words of the line, and the tests."""

CASES: dict[int, tuple[str, tuple[str, ...]]] = {
    1: ("DSCN0010.jpg", (f"{NOTHING}[jpeg]", "traps::test_a_preview_of_something_else_goes")),
    2: ("landscape_6.jpg", (f"{UPRIGHT}[jpeg]", "jpeg::test_orientation_stays_as_a_block_of_36_bytes")),
    3: ("exif-orientation-examples", (f"{UPRIGHT}[jpeg]",)),
    4: ("pil_sample_cmyk.jpg", ("traps::test_colours_of_four_inks_keep_the_segment_that_says_how",)),
    5: ("ExtendedXMP.jpg", (f"{BETWEEN}[XMP in many segments]",)),
    6: ("Google.jpg", (f"{BETWEEN}[depth and right eye of a phone]",)),
    7: ("IPTC.jpg", (f"{BETWEEN}[IPTC]",)),
    8: ("AFCP.jpg", (f"{BEHIND}[AFCP]",)),
    9: ("FotoStation.jpg", (f"{BEHIND}[FotoStation]",)),
    10: ("sugarshack.mpo", ("jpeg::test_the_trailing_picture_of_a_multi_picture_file_is_cut",)),
    11: ("DMC-LX7.jpg", (f"{BEHIND}[much]",)),
    12: ("SM-G935L", (f"{BEHIND}[Samsung]",)),
    13: (
        "ExifTool.jpg",
        (
            *(
                f"{BETWEEN}[{name}]"
                for name in ("JFXX preview", "content credentials", "second pictures", "FlashPix", "SPIFF", "IPTC")
            ),
            *(f"{BEHIND}[{name}]" for name in ("MIE", "PhotoMechanic", "Canon", "Vivo", "Samsung")),
        ),
    ),
    14: ("olympus-d320l.jpg", (f"{BETWEEN}[JFXX preview]",)),
    15: ("FLIR.jpg", (f"{BETWEEN}[thermal picture]",)),
    16: ("hopper.gif", (f"{NOTHING}[gif]", "gif::test_plain_text_goes_with_its_control_block_and_a_comment_without")),
    17: ("GIF.gif", (f"{NOTHING}[gif]", "contract::test_names_every_group_that_was_there[gif]")),
    18: ("dirty.png", (f"{NOTHING}[png]",)),
    19: ("exif_imagemagick_orientation.png", ("traps::test_an_orientation_in_a_text_chunk_is_applied",)),
    20: ("apng/mode_palette.png", ("png::test_an_animation_keeps_frames_times_and_loops",)),
    21: ("RIFF.webp", ("webp::test_pixels_are_kept_and_flags_cleared",)),
    22: ("hopper_orientation_6.webp", (f"{UPRIGHT}[webp]",)),
    23: ("GeoTiff.tif", ("traps::test_keys_of_a_map_go_from_a_tiff",)),
    24: ("lab-red.tif", ("tiff::test_every_mode_is_kept_on_every_page[LAB]", f"{NOTHING}[tiff]")),
    25: ("pug.heic", (HEIC,)),
    26: ("dirty.pdf", (REVISIONS, CARRIERS)),
    27: ("with-attachment.pdf", (CARRIERS, "pdf::test_qpdf_finds_the_file_sound")),
    28: ("pdflatex-image.pdf", ("pdf::test_a_jpeg_keeps_its_pixels_and_loses_its_exif",)),
    29: ("libreoffice-writer-password.pdf", ("pdf_hostile::test_a_password_is_asked_for_by_name",)),
    30: (
        "revision.odt",
        (MAIN_DOCX, "docx::test_it_opens_in_python_docx", "odf::test_nothing_is_left_but_what_is_shown", UNCLEAN_DOCX),
    ),
    31: ("with-gps.mov", ("media::test_nothing_is_left[mov]", "media::test_shows_and_sounds_the_same[mov]")),
    32: ("truncated_jpeg.jpg", ("bad_pictures::test_it_is_refused_with_its_reason[JPEG cut]", UNCLEAN_DOCX)),
}  # fmt: skip
"""Files of public collections that stand for a trap, by name; the tests make such a file themselves."""


@cache
def written(module: str) -> tuple[frozenset[str], frozenset[str]]:
    """The tests of a file of this folder, and every word that stands in it."""
    parsed = ast.parse((HERE / f"test_{module}.py").read_text(encoding="utf-8"))
    words = {one.value for one in ast.walk(parsed) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return frozenset(one.name for one in parsed.body if isinstance(one, ast.FunctionDef)), frozenset(words)


@pytest.mark.parametrize(
    ("number", "tests"), [(number, tests) for table in (FOUND, CASES) for number, (_, tests) in table.items()]
)
def test_each_trap_has_its_tests(number: int, tests: tuple[str, ...]) -> None:
    """They are there, and so is the case that is meant, by its name."""
    for named in tests:
        module, _, rest = named.partition("::")
        name, _, case = rest.removesuffix("]").partition("[")
        functions, words = written(module)
        assert name in functions and (not case or case in words), (number, named)


@pytest.mark.parametrize(("heading", "table"), [("## Traps found", FOUND), ("## Trap cases", CASES)])
def test_no_trap_of_the_list_is_missing(heading: str, table: dict[int, tuple[str, tuple[str, ...]]]) -> None:
    """As the design counts them."""
    if not DESIGN.exists():
        pytest.skip("needs the design beside the repository")
    part = DESIGN.read_text(encoding="utf-8").split(heading)[1].split("\n## ")[0]
    lines = {int(found[1]): found[2] for found in re.finditer(r"^(\d+)\. (.*(?:\n\D.*)*)", part, re.MULTILINE)}
    assert lines.keys() == table.keys()
    assert [number for number, (words, _) in table.items() if words not in lines[number]] == []
