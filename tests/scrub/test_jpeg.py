"""JPEG: scans untouched whatever their kind, colours and orientation kept, cut pictures found out."""

from __future__ import annotations

import io
import random
import struct
from types import SimpleNamespace

import pytest
from PIL import Image, ImageCms

from archive.errors import UncleanError
from archive.scrub import exif, icc, jpeg, jpeg_segments
from archive.scrub.contract import Reason


def decoded(data: bytes) -> tuple[str, tuple[int, int], bytes]:
    with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
        return image.mode, image.size, image.tobytes()


def refusal(data: bytes) -> str:
    with pytest.raises(UncleanError) as caught:
        jpeg.clean(data)
    return caught.value.message


@pytest.mark.parametrize(
    ("mode", "options"),
    [
        ("RGB", {}),
        ("L", {}),
        ("CMYK", {}),
        ("RGB", {"progressive": True}),
        ("L", {"progressive": True}),
        ("RGB", {"subsampling": 0}),
        ("RGB", {"keep_rgb": True}),
        ("RGB", {"restart_marker_blocks": 2}),
        ("RGB", {"restart_marker_rows": 1, "progressive": True}),
    ],
    ids=str,
)
def test_every_kind_of_scan_comes_through_unchanged(
    make: SimpleNamespace, mode: str, options: dict[str, object]
) -> None:
    """Grey, CMYK (with its Adobe segment), RGB, progressive, restart markers: the same pixels, bit for bit."""
    picture = make.picture().convert(mode)
    before = make.dirty_jpeg(picture, **options)
    cleaned = jpeg.clean(before)
    assert decoded(cleaned.data) == decoded(make.jpeg(picture, **options))
    assert jpeg.residue(cleaned.data) == ()
    assert make.CANARY not in cleaned.data


def test_orientation_stays_as_a_block_of_36_bytes(make: SimpleNamespace) -> None:
    """The Exif segment with the one tag is 36 bytes long, and the only one."""
    data = jpeg.clean(make.dirty_jpeg(turn=6)).data
    block = make.segment(0xE1, b"Exif\0\0" + exif.minimal(6))
    assert len(block) == 36
    assert data.count(b"Exif") == 1
    assert block in data


def test_a_preview_inside_a_segment_does_not_end_the_picture(make: SimpleNamespace) -> None:
    """0xFFD9 inside EXIF is the preview's end, not the picture's."""
    before = make.dirty_jpeg()
    assert before.index(b"\xff\xd9") < before.index(b"MPF\0")
    assert decoded(jpeg.clean(before).data) == decoded(before)


def test_the_trailing_picture_of_a_multi_picture_file_is_cut(make: SimpleNamespace) -> None:
    """A second picture behind the first, with its own EXIF, goes."""
    second = make.dirty_jpeg(make.picture().rotate(90))
    cleaned = jpeg.clean(make.jpeg(make.picture()) + second)
    assert cleaned.found == ("Trailer",)
    assert cleaned.data == make.jpeg(make.picture())


def test_an_srgb_profile_goes_and_another_keeps_its_colours_without_its_owner(make: SimpleNamespace) -> None:
    """sRGB says nothing; a wide profile converts colours as before, with nobody's name in it."""
    plain = make.jpeg(make.picture())
    assert jpeg.clean(make.jpeg(make.picture(), icc_profile=make.profile())).data == plain
    wide = make.profile(wide=True)
    cleaned = jpeg.clean(make.jpeg(make.picture(), icc_profile=wide))
    assert cleaned.kept == ("ICC colours",)
    assert b"KANA" not in cleaned.data
    with Image.open(io.BytesIO(cleaned.data)) as image:
        kept = image.info["icc_profile"]
    assert icc.residue(kept) == ()
    assert icc.residue(wide) == ("ICC",)
    srgb = ImageCms.createProfile("sRGB")
    converted = [
        ImageCms.profileToProfile(make.picture(), ImageCms.ImageCmsProfile(io.BytesIO(source)), srgb).tobytes()
        for source in (wide, kept)
    ]
    assert converted[0] == converted[1] != make.picture().tobytes()


def test_a_large_profile_is_joined_and_split_again(make: SimpleNamespace) -> None:
    """A CMYK profile of several segments comes back as numbers of the same length."""
    table = b"mft2" + bytes(4) + bytes([4, 3, 11, 0]) + bytes(36) + struct.pack(">HH", 2, 2)
    table += bytes(range(256)) * ((2 * (4 * 2 + 11**4 * 3 + 3 * 2)) // 256 + 1)
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    header = struct.pack(">I4x4B4s4s4s", 0, 2, 64, 0, 0, b"prtr", b"CMYK", b"Lab ") + bytes(12) + b"acsp"
    header = (header + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)).ljust(128, b"\0")
    at = 132 + 24
    body = struct.pack(">I4sII4sII", 2, b"A2B0", at, len(table), b"wtpt", at + len(table), len(white)) + table + white
    profile = struct.pack(">I", len(header + body)) + header[4:] + body
    cleaned = jpeg.clean(make.jpeg(make.picture().convert("CMYK"), icc_profile=profile))
    assert cleaned.kept == ("ICC colours",)
    assert cleaned.data.count(b"ICC_PROFILE\0") == 2
    assert jpeg.residue(cleaned.data) == ()
    with Image.open(io.BytesIO(cleaned.data)) as image:
        kept = image.info["icc_profile"]
    assert table[:84_000] in kept
    assert len(kept) > 65_000


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("share", [0.5, 0.8, 0.97])
def test_missing_data_before_a_planted_end_is_found_out(
    make: SimpleNamespace, share: float, *, progressive: bool
) -> None:
    """A picture cut in its scans and closed with EOI decodes without complaint, grey or coarse: it is refused."""
    whole = make.jpeg(make.picture(size=(320, 240)), progressive=progressive)
    cut = whole[: int(len(whole) * share)].rstrip(b"\xff") + b"\xff\xd9"
    assert refusal(cut) in (Reason.PICTURE_ENDS_EARLY, Reason.PICTURE_DAMAGED)


def test_a_picture_that_really_ends_in_grey_is_taken(make: SimpleNamespace) -> None:
    """Grey at the last corner is only a suspicion, and cleared by the second decoding."""
    for mode, grey in (("RGB", (128, 128, 128)), ("L", 128)):
        flat = make.jpeg(Image.new(mode, (64, 48), grey))
        assert jpeg.clean(flat).data == flat


def test_refusals_name_what_is_wrong(make: SimpleNamespace) -> None:
    """Each kind of damage has its own words."""
    whole = make.jpeg(make.picture())
    scan = whole.index(b"\xff\xda")
    assert refusal(whole[:-2]) == Reason.PICTURE_ENDS_EARLY
    assert refusal(whole[:300]) == Reason.PICTURE_ENDS_EARLY
    assert refusal(b"\xff\xd8\xff\xd9") == Reason.PICTURE_DAMAGED
    assert refusal(whole[:2] + b"\xff\xe1\0\0" + whole[2:]) == Reason.PICTURE_DAMAGED
    assert refusal(whole[:2] + b"\xff\xe1\xff\xff" + whole[2:]) != ""
    assert refusal(whole[:scan] + make.segment(0xC0, bytes(15)) + whole[scan:]) == Reason.UNSUPPORTED
    huge = whole.index(b"\xff\xc0")
    assert refusal(whole[: huge + 5] + b"\xff\xff\xff\xff" + whole[huge + 9 :]) == Reason.TOO_MANY_PIXELS


def test_tables_may_not_be_longer_than_what_they_say(make: SimpleNamespace) -> None:
    """Bytes hidden behind a quantisation table, which decoders pass over, are not carried along."""
    whole = make.jpeg(make.picture())
    at = whole.index(b"\xff\xdb")
    (length,) = struct.unpack_from(">H", whole, at + 2)
    longer = (
        whole[: at + 2]
        + struct.pack(">H", length + 5)
        + whole[at + 4 : at + 2 + length]
        + b"\0KANA"
        + whole[at + 2 + length :]
    )
    assert refusal(longer) == Reason.PICTURE_DAMAGED


def test_the_second_look_finds_each_carrier(make: SimpleNamespace) -> None:
    """One carrier at a time in an otherwise clean file is named."""
    clean = jpeg.clean(make.jpeg(make.picture())).data
    for marker, body, name in (
        (0xE1, b"Exif\0\0" + make.exif_block(), "APP1"),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>", "XMP"),
        (0xE0, b"JFIF\0\x01\x01\0\0\1\0\1\x01\x01\0\0\0", "APP0"),
        (0xED, b"Photoshop 3.0\0", "APP13"),
        (0xFE, b"x", "Comment"),
    ):
        assert name in jpeg.residue(clean[:2] + make.segment(marker, body) + clean[2:])
    assert jpeg.residue(clean + b"x") == ("Trailer",)


@pytest.mark.parametrize(
    "options", [{}, {"subsampling": 0}, {"restart_marker_rows": 1}, {"restart_marker_blocks": 100}], ids=str
)
def test_a_large_picture_shows_by_its_end_that_it_is_whole(
    make: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, options: dict[str, object]
) -> None:
    """Without decoding it; one that was cut and closed is found out all the same, wherever it was cut."""
    noise = random.Random(5).randbytes(1600 * 1200)  # the same each time: a cut in a hundred ends well by chance
    grain = Image.frombytes("L", (1600, 1200), noise).point(lambda level: 128 + (level - 128) // 3)
    image = Image.merge("RGB", [grain, grain.rotate(180), grain])
    whole = make.jpeg(image, **options)
    decodings: list[bytes] = []
    ends_grey = jpeg._ends_grey
    monkeypatch.setattr(jpeg, "_ends_grey", lambda data: decodings.append(data) or ends_grey(data))
    assert jpeg.clean(whole).data == whole
    assert not decodings
    for share in range(60, 100, 5):
        cut = whole[: len(whole) * share // 100].rstrip(b"\xff") + b"\xff\xd9"
        assert refusal(cut) == Reason.PICTURE_ENDS_EARLY
    assert len(decodings) == 8


def test_a_small_picture_is_always_decoded(make: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its few bits a block could end anywhere by chance."""
    monkeypatch.setattr(jpeg_segments, "is_whole", lambda *_: True)
    whole = make.jpeg(make.picture(size=(320, 240)))
    assert refusal(whole[: len(whole) // 2] + b"\0\xff\xd9") == Reason.PICTURE_ENDS_EARLY
