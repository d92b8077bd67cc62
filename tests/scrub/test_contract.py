"""Every picture format keeps the contract: it names what is there, leaves none of it, and refuses with a reason."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import warnings
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image, ImageChops, ImageOps, ImageSequence

from archive.errors import UncleanError
from archive.scrub import exif, gif, jpeg, png, tiff, webp
from archive.scrub.contract import HEAD, Format, Reason

FORMATS: dict[str, tuple[Format, str]] = {
    "jpeg": (jpeg, "JPEG"), "png": (png, "PNG"), "webp": (webp, "WEBP"), "gif": (gif, "GIF"), "tiff": (tiff, "TIFF")
}  # fmt: skip
EXPECTED = {
    "jpeg": {"EXIF", "GPS", "MakerNotes", "Thumbnail", "XMP", "IPTC", "Photoshop", "MPF", "ICC", "Comment", "Trailer"},
    "png": {"EXIF", "GPS", "MakerNotes", "Thumbnail", "XMP", "PNG text", "PNG time", "Unknown", "Trailer"},
    "webp": {"EXIF", "GPS", "MakerNotes", "Thumbnail", "XMP", "ICC", "Unknown", "Trailer"},
    "gif": {"Comment", "XMP", "Unknown", "Trailer"},
    "tiff": {"EXIF", "XMP", "IPTC", "Photoshop"},
}
STRUCTURAL = {
    "ExifTool", "System", "File", "Composite", "JFIF", "Adobe", "ICC-header", "ICC_Profile", "PNG",
    "PNG-pHYs", "RIFF", "GIF",
}  # fmt: skip
STRUCTURAL_TAGS = {
    "IFD0:Orientation", "Compression", "PhotometricInterpretation", "StripOffsets", "SamplesPerPixel", "RowsPerStrip",
    "StripByteCounts", "XResolution", "YResolution", "PlanarConfiguration", "ResolutionUnit", "BitsPerSample",
    "ImageWidth", "ImageHeight", "ColorMap", "ExtraSamples", "SampleFormat", "Predictor",
}  # fmt: skip

each_format = pytest.mark.parametrize("name", FORMATS)


def dirty(make: SimpleNamespace, name: str) -> bytes:
    return bytes(getattr(make, f"dirty_{name}")())


def shown(data: bytes, kind: str) -> list[Image.Image]:
    """What a viewer that obeys the orientation shows, frame by frame."""
    with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=[kind]) as image:
        warnings.simplefilter("ignore")  # Pillow tells what is wrong with the carriers
        return [ImageOps.exif_transpose(frame).convert("RGBA") for frame in ImageSequence.Iterator(image)]


def same(before: bytes, after: bytes, kind: str) -> bool:
    first, second = shown(before, kind), shown(after, kind)
    return len(first) == len(second) and all(
        one.size == other.size and ImageChops.difference(one, other).getbbox(alpha_only=False) is None
        for one, other in zip(first, second, strict=True)
    )


@each_format
def test_names_every_group_that_was_there(make: SimpleNamespace, name: str) -> None:
    """The report names each carrier that was put in, and all of them as removed."""
    cleaned = FORMATS[name][0].clean(dirty(make, name))
    assert EXPECTED[name] <= set(cleaned.found)
    assert cleaned.removed == cleaned.found


@each_format
def test_nothing_is_left(make: SimpleNamespace, name: str) -> None:
    """No canary, no residue; a second cleaning finds nothing."""
    form = FORMATS[name][0]
    before = dirty(make, name)
    after = form.clean(before).data
    assert make.CANARY in before
    assert make.CANARY not in after
    assert b"KANA" not in after
    assert form.residue(after) == ()
    assert form.clean(after).found == ()


@each_format
def test_the_second_look_sees_what_was_there(make: SimpleNamespace, name: str) -> None:
    """The second look is no rubber stamp: it names carriers in the file as it was brought."""
    assert set(FORMATS[name][0].residue(dirty(make, name))) & EXPECTED[name]


@each_format
def test_looks_the_same(make: SimpleNamespace, name: str) -> None:
    """Every frame or page shows the same pixels."""
    form, kind = FORMATS[name]
    before = dirty(make, name)
    cleaned = form.clean(before)
    assert cleaned.lossless
    assert same(before, cleaned.data, kind)


@each_format
def test_cleaning_is_repeatable(make: SimpleNamespace, name: str) -> None:
    """The clean copy of a clean copy is that copy: cleaning adds nothing of its own, no time and no chance."""
    form = FORMATS[name][0]
    once = form.clean(dirty(make, name)).data
    assert form.clean(once).data == once


@each_format
def test_is_recognised_by_content_alone(make: SimpleNamespace, name: str) -> None:
    """Exactly one format claims a file."""
    head = dirty(make, name)[:HEAD]
    assert [other for other, (form, _) in FORMATS.items() if form.matches(head)] == [name]
    assert not FORMATS[name][0].matches(b"")


@each_format
def test_damage_is_refused_and_never_another_error(make: SimpleNamespace, name: str) -> None:
    """Changed bytes, cuts, doublings and zeros: either a clean copy without residue, or UncleanError with a reason."""
    form = FORMATS[name][0]
    whole = dirty(make, name)
    chance = random.Random(20261122)
    outcomes = set()
    for _ in range(120):
        broken = bytearray(whole)
        place = chance.randrange(len(broken))
        match chance.randrange(4):
            case 0:
                for _ in range(chance.randrange(1, 8)):
                    broken[chance.randrange(len(broken))] = chance.randrange(256)
            case 1:
                del broken[place:]
            case 2:
                broken[place:place] = broken[place : place + 200]
            case _:
                broken[place : place + chance.randrange(1, 40)] = bytes(4)
        try:
            assert form.residue(form.clean(bytes(broken)).data) == ()
            outcomes.add("clean")
        except UncleanError as error:
            assert error.message in list(Reason)
            outcomes.add("refused")
    assert "refused" in outcomes


@each_format
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_picture_that_ends_early_is_refused(make: SimpleNamespace, name: str, share: float) -> None:
    """A clean file that is cut short is refused, since what is missing would be lost unnoticed."""
    whole = FORMATS[name][0].clean(dirty(make, name)).data
    with pytest.raises(UncleanError):
        FORMATS[name][0].clean(whole[: int(len(whole) * share)])


@each_format
def test_exiftool_finds_structure_only(make: SimpleNamespace, name: str, tmp_path: Path) -> None:
    """An independent reader sees only what the picture needs."""
    if shutil.which("exiftool") is None:
        pytest.skip("needs exiftool")
    path = tmp_path / "clean"
    path.write_bytes(FORMATS[name][0].clean(dirty(make, name)).data)
    listed = subprocess.run(["exiftool", "-a", "-u", "-G1", "-s", path], capture_output=True, text=True, check=True)
    tags = {
        line.split("]")[0].strip("["): line.split("]")[1].split(":")[0].strip() for line in listed.stdout.splitlines()
    }
    strangers = [
        f"{group}:{tag}" for group, tag in tags.items()
        if group not in STRUCTURAL and tag not in STRUCTURAL_TAGS and f"{group}:{tag}" not in STRUCTURAL_TAGS
    ]  # fmt: skip
    assert strangers == []


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("name", ["jpeg", "png", "webp"])
def test_all_orientations_are_shown_upright(make: SimpleNamespace, name: str, turn: int) -> None:
    """A picture stands after cleaning as it stood before."""
    form, kind = FORMATS[name]
    before = getattr(make, f"dirty_{name}")(turn=turn)
    cleaned = form.clean(before)
    assert same(before, cleaned.data, kind)
    assert form.residue(cleaned.data) == ()
    if name == "jpeg":
        assert ("Orientation" in cleaned.kept) == (turn > 1)


def test_a_damaged_exif_block_is_named_and_removed(make: SimpleNamespace) -> None:
    """What exifread cannot read does not stop cleaning, at whatever byte it is damaged."""
    block = make.exif_block(6)
    chance = random.Random(7)
    seen = set()
    for _ in range(300):
        broken = bytearray(block[: chance.randrange(1, len(block))])
        for _ in range(4):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        groups = exif.read(bytes(broken)).groups
        assert groups[0] == "EXIF"
        assert 1 <= exif.orientation(bytes(broken)) <= 8
        seen.update(groups)
    assert {"GPS", "MakerNotes"} <= seen


def test_the_minimal_block_holds_the_orientation_alone() -> None:
    """26 bytes, read back by our reader and by Pillow, and recognised only as they are."""
    for turn in range(2, 9):
        block = exif.minimal(turn)
        reader = Image.Exif()
        reader.load(b"Exif\0\0" + block)
        assert dict(reader) == {0x0112: turn}
        assert exif.orientation(block) == turn
        assert exif.is_minimal(block)
        assert not exif.is_minimal(block + b"\0")
    assert not exif.is_minimal(exif.minimal(9))
