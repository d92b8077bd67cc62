"""The traps of the policy: what makers and programs put into pictures, each made here, alone in a file that is clean.

What other tools leave (trailers, later segments, second pictures) goes; the picture is the same, bit for bit.
"""

from __future__ import annotations

import io
import struct
import zlib
from types import SimpleNamespace

import pytest
from PIL import Image, ImageChops, ImageOps, ImageSequence, TiffImagePlugin

from archive.errors import UncleanError
from archive.scrub import bmp, icc, jpeg, png, tiff, webp, worker
from archive.scrub.contract import Reason

CANARY = b"KANAREK-4711"


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, 2 + len(body)) + body


def iptc(text: bytes = CANARY) -> bytes:
    return b"\x1c\x02\x5a" + struct.pack(">H", len(text)) + text


def split(marker: int, start: bytes, body: bytes) -> bytes:
    """Several segments of one kind, as a body too long for one is written."""
    pieces = [body[at : at + 60_000] for at in range(0, len(body), 60_000)]
    return b"".join(
        segment(marker, start + struct.pack(">BB", number, len(pieces)) + piece) for number, piece in enumerate(pieces)
    )


LONG = CANARY + bytes(150_000) + CANARY
XMP = b"http://ns.adobe.com/xap/1.0/\0"
XMP_MORE = b"http://ns.adobe.com/xmp/extension/\0" + b"0123456789ABCDEF" * 2
INSIDE = {
    "EXIF twice": (segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\0" + CANARY) * 2, "EXIF"),
    "XMP in many segments": (
        segment(0xE1, XMP + CANARY)
        + b"".join(segment(0xE1, XMP_MORE + struct.pack(">II", 240_000, at) + LONG[:60_000]) for at in range(4)),
        "XMP",
    ),
    "depth and right eye of a phone": (
        segment(0xE1, XMP + b'<x GDepth:Data="" GImage:Mime="image/jpeg"' + CANARY)
        + segment(0xE1, XMP_MORE + bytes(8) + LONG[:60_000]),
        "XMP",
    ),
    "IPTC": (segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(iptc())) + iptc()), "IPTC"),
    "Photoshop": (segment(0xED, b"Photoshop 3.0\x008BIM\x04\x25\0\0\0\0\0\x0c" + CANARY), "Photoshop"),
    "thermal picture": (split(0xE1, b"FLIR\0\x01", LONG), "APP1"),
    "JFXX preview": (segment(0xE0, b"JFXX\0\x10" + CANARY), "Thumbnail"),
    "FlashPix": (segment(0xE2, b"FPXR\0\0\x02" + CANARY), "FlashPix"),
    "second pictures": (segment(0xE2, b"MPF\0MM\0*\0\0\0\x08" + CANARY), "MPF"),
    "content credentials": (split(0xEB, b"JP\0\x01", LONG), "JUMBF"),
    "SPIFF": (segment(0xE8, b"SPIFF\0" + CANARY), "APP8"),
    "picture info": (segment(0xEC, b"[picture info]" + CANARY) + segment(0xEC, b"Ducky\0\x02\0\x0c" + CANARY), "APP12"),
    "stereo": (segment(0xE3, b"_JPSJPS_\0\x08" + CANARY), "APP3"),
    "maker's own": (b"".join(segment(0xE0 + number, b"XX" + CANARY) for number in (4, 5, 6, 7, 9, 10, 15)), "APP15"),
    "comments": (segment(0xFE, CANARY) + segment(0xFE, b"CREATOR: gd-jpeg " + CANARY), "Comment"),
}  # fmt: skip
BEHIND = {
    "AFCP": b"AXS!" + bytes(8) + b"IPTC" + iptc() + b"AXS!" + bytes(8),
    "FotoStation": iptc() + struct.pack(">HHI", 1, 0, len(iptc())) + b"\xa1\xb2\xc3\xd4",
    "Samsung": b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data" + CANARY + b"SEFH" + struct.pack("<III", 106, 1, 0) + b"SEFT",
    "MIE": b"~\x10\x04\xfe0MIE" + CANARY + b"~\0\0\x06\0\0\0\x10\x18\x04",
    "Canon": b"CANON OPTIONAL DATA\0" + CANARY + b"CANON OPTIONAL DATA\0",
    "PhotoMechanic": b"\0\0\0\x0c" + CANARY + b"cbipcbbl",
    "Vivo": b'vivo{"name": "' + CANARY + b'"}\0\0\0\x20cameraalbumvivo',
    "an archive": b"PK\x03\x04" + CANARY,
    "a film": b"\0\0\0\x18ftypmp42" + CANARY,
    "much": CANARY + bytes(720_000),
}


@pytest.mark.parametrize("name", INSIDE)
def test_what_lies_between_the_segments_goes(make: SimpleNamespace, name: str) -> None:
    """The result is the file as it was before anything was put in."""
    plain = make.jpeg(make.picture())
    carrier, group = INSIDE[name]
    cleaned = worker.clean(plain[:20] + carrier + plain[20:])
    assert group in cleaned.found
    assert cleaned.data == jpeg.clean(plain).data == plain


@pytest.mark.parametrize("name", BEHIND)
def test_what_lies_behind_the_picture_goes(make: SimpleNamespace, name: str) -> None:
    """Also where it hides another picture's end marker."""
    plain = make.jpeg(make.picture(), progressive=True)
    cleaned = worker.clean(plain + BEHIND[name] + b"\xff\xd9" + CANARY)
    assert cleaned.found == ("Trailer",)
    assert cleaned.data == plain


def test_the_second_picture_of_a_phone_is_cut(make: SimpleNamespace) -> None:
    """Gain map of Ultra HDR: a second JPEG behind the first, with metadata of its own, announced in MPF and XMP."""
    plain = make.jpeg(make.picture())
    gain = make.dirty_jpeg(make.picture("L"))
    announced = segment(0xE1, XMP + b'<x hdrgm:Version="1.0"' + CANARY) + segment(0xE2, b"MPF\0II*\0" + CANARY)
    cleaned = worker.clean(plain[:2] + announced + plain[2:] + gain)
    assert {"XMP", "MPF", "Trailer"} == set(cleaned.found)
    assert cleaned.data == plain


def test_colours_of_four_inks_keep_the_segment_that_says_how(make: SimpleNamespace) -> None:
    """Without Adobe's segment the colours turn round."""
    before = make.dirty_jpeg(make.picture("CMYK"))
    after = worker.clean(before).data
    assert b"Adobe\0" in after
    with Image.open(io.BytesIO(before)) as one, Image.open(io.BytesIO(after)) as other:
        assert one.convert("RGB").tobytes() == other.convert("RGB").tobytes()


def test_a_preview_of_something_else_goes(make: SimpleNamespace) -> None:
    """A preview may show what was cut away from the picture."""
    before = make.dirty_jpeg()
    small = make.jpeg(make.picture(size=(16, 12)))
    assert small in before
    cleaned = worker.clean(before)
    assert "Thumbnail" in cleaned.found
    assert small[20:] not in cleaned.data


def raw_profile(kind: bytes, body: bytes) -> bytes:
    """EXIF in a text chunk, as ImageMagick keeps it."""
    lines = body.hex().encode()
    text = b"\n" + kind + b"\n%8d\n" % len(body) + b"\n".join(lines[at : at + 72] for at in range(0, len(lines), 72))
    return b"Raw profile type " + kind + b"\0\0" + zlib.compress(text + b"\n")


@pytest.mark.parametrize("turn", [3, 6, 7])
def test_an_orientation_in_a_text_chunk_is_applied(make: SimpleNamespace, turn: int) -> None:
    """PNG by ImageMagick, and PNG whose XMP alone says it."""
    plain = make.png(make.picture())
    wanted = ImageOps.exif_transpose(make.picture())
    said = {
        make.chunk(b"zTXt", raw_profile(b"exif", b"Exif\0\0" + make.exif_block(turn))): "EXIF",
        make.chunk(b"iTXt", b'XML:com.adobe.xmp\0\0\0\0\0<x tiff:Orientation="%d"/>' % turn): "XMP",
    }
    for chunk, group in said.items():
        before = plain[:33] + chunk + plain[33:]
        cleaned = worker.clean(before)
        assert group in cleaned.found
        with Image.open(io.BytesIO(before)) as one, Image.open(io.BytesIO(cleaned.data)) as other:
            wanted = ImageOps.exif_transpose(one)
            assert other.getexif().get(0x0112, 1) == 1
            assert ImageChops.difference(wanted.convert("RGB"), other.convert("RGB")).getbbox() is None


def test_what_was_cut_away_does_not_stay_behind_the_picture_data(make: SimpleNamespace) -> None:
    """Some editors leave the rest of the larger picture in the same chunk, or behind IEND."""
    plain = make.png(make.picture())
    at = plain.index(b"IDAT") - 4
    (length,) = struct.unpack_from(">I", plain, at)
    body = plain[at + 8 : at + 8 + length]
    left = plain[:at] + make.chunk(b"IDAT", body + CANARY) + plain[at + 12 + length :] + make.png(make.picture("L"))
    cleaned = worker.clean(left)
    assert CANARY not in cleaned.data
    assert cleaned.data == png.clean(plain).data


def test_a_moving_webp_is_turned_frame_by_frame(make: SimpleNamespace) -> None:
    """Without loss, with its times."""
    frames = [make.picture("RGBA").rotate(30 * number) for number in range(3)]
    before = make.dirty_webp(frames[0], turn=6, save_all=True, append_images=frames[1:], duration=[40, 80, 120])
    cleaned = worker.clean(before)
    assert cleaned.lossless
    assert CANARY not in cleaned.data
    assert webp.residue(cleaned.data) == ()
    with Image.open(io.BytesIO(cleaned.data)) as image:
        shown = [(frame.convert("RGBA").tobytes(), frame.info["duration"]) for frame in ImageSequence.Iterator(image)]
    with Image.open(io.BytesIO(before)) as image:
        wanted = [
            (frame.convert("RGBA").transpose(Image.Transpose.ROTATE_270).tobytes(), frame.info["duration"])
            for frame in ImageSequence.Iterator(image)
        ]
    assert shown == wanted


def test_a_gif_without_its_last_byte_is_whole(make: SimpleNamespace) -> None:
    """Some programs forget the trailer; every frame is there."""
    whole = worker.clean(make.dirty_gif()).data
    assert worker.clean(whole[:-1]).data == whole


def tiff_with(make: SimpleNamespace, **tags: object) -> bytes:
    told = TiffImagePlugin.ImageFileDirectory_v2()
    for name, (tag, kind, value) in tags.items():
        told.tagtype[tag] = kind
        told[tag] = value
        assert name
    buffer = io.BytesIO()
    make.picture().save(buffer, "TIFF", tiffinfo=told)
    return buffer.getvalue()


def test_keys_of_a_map_go_from_a_tiff(make: SimpleNamespace) -> None:
    """GeoTIFF says where the corner of the picture lies on earth."""
    before = tiff_with(
        make,
        scale=(33550, 12, (10.0, 10.0, 0.0)), corner=(33922, 12, (0.0, 0.0, 0.0, 440720.0, 3751320.0, 0.0)),
        keys=(34735, 3, (1, 1, 0, 1, 1024, 0, 1, 1)), words=(34737, 2, CANARY.decode()),
    )  # fmt: skip
    cleaned = worker.clean(before)
    assert "GeoTIFF" in cleaned.found
    assert tiff.residue(cleaned.data) == ()
    assert CANARY not in cleaned.data


def with_child(make: SimpleNamespace, *, reduced: int, width: int) -> bytes:
    """A TIFF whose page names a directory inside it."""
    entries = ((254, 4, reduced), (256, 4, width), (257, 4, 8))
    child = struct.pack("<H", 3) + b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    before = tiff_with(make, inside=(330, 4, (0x7FFFFFF0,)))
    at = len(before) + len(before) % 2
    pointed = before.replace(struct.pack("<I", 0x7FFFFFF0), struct.pack("<I", at))
    return pointed.ljust(at, b"\0") + child + bytes(4) + CANARY


def test_smaller_copies_inside_a_page_go_and_anything_else_refuses(make: SimpleNamespace) -> None:
    """Programs keep pyramids of smaller copies; a raw file keeps its real picture there."""
    cleaned = worker.clean(with_child(make, reduced=1, width=16))
    assert "Thumbnail" in cleaned.found
    assert CANARY not in cleaned.data
    for data in (with_child(make, reduced=0, width=16), with_child(make, reduced=1, width=4000)):
        with pytest.raises(UncleanError) as caught:
            worker.clean(data)
        assert caught.value.message == Reason.UNSUPPORTED


def test_bmp_becomes_png_with_the_same_pixels(make: SimpleNamespace) -> None:
    """In all its depths; what stands behind goes."""
    for mode in ("1", "L", "P", "RGB", "RGBA"):
        buffer = io.BytesIO()
        make.picture(mode).save(buffer, "BMP", dpi=(96, 96))
        cleaned = worker.clean(buffer.getvalue() + CANARY)
        assert cleaned.media_type == "image/png"
        assert cleaned.found == ("Trailer",)
        assert cleaned.lossless
        with Image.open(buffer) as one, Image.open(io.BytesIO(cleaned.data)) as other:
            assert one.convert("RGBA").tobytes() == other.convert("RGBA").tobytes()
            assert round(other.info["dpi"][0]) == 96
    assert not any(bmp.matches(text) for text in (b"BMW came at noon to the gate.", b"BM"))


def test_a_profile_measured_on_one_screen_is_converted(make: SimpleNamespace) -> None:
    """A screenshot carries its screen's own profile: it looks the same without, and says that it was saved anew."""
    odd = make.profile(odd=True)
    for kind in ("JPEG", "PNG", "WEBP", "TIFF"):
        buffer = io.BytesIO()
        make.picture().save(buffer, kind, icc_profile=odd, **({"quality": 95} if kind == "JPEG" else {}))
        with Image.open(buffer) as image:
            wanted = icc.to_srgb(image.convert("RGB"), odd)
        cleaned = worker.clean(buffer.getvalue())
        assert not cleaned.lossless
        assert cleaned.method.endswith("in sRGB")
        assert b"KANA" not in cleaned.data
        with Image.open(io.BytesIO(cleaned.data)) as image:
            assert "icc_profile" not in image.info
            extremes = ImageChops.difference(image.convert("RGB"), wanted).getextrema()
        assert max(top for _, top in extremes) <= (30 if kind == "JPEG" else 0)


def test_known_colour_spaces_are_written_the_same_for_everybody(make: SimpleNamespace) -> None:
    """Whoever made the profile, with whatever rounding."""
    wide = make.profile(wide=True)
    nudged = bytearray(wide)
    at = nudged.index(struct.pack(">3i", 33759, 15807, -69))
    struct.pack_into(">i", nudged, at, 33759 + 40)
    assert icc.cleaned(wide, "RGB") == icc.cleaned(bytes(nudged), "RGB") == icc.by_number(12, 13)
    assert icc.cleaned(make.profile(), "RGB") is None
    assert not icc.is_unknown(make.profile(), "RGB")
    assert icc.is_unknown(make.profile(odd=True), "RGB")
    assert not icc.is_unknown(make.profile(odd=True), "CMYK")
    assert not icc.is_unknown(b"\0" * 200, "RGB")
