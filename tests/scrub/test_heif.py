"""HEIC and AVIF: files made here, box by box, around one coded picture; what comes out is a JPEG or PNG of it alone."""

from __future__ import annotations

import base64
import io
import random
import struct
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from PIL import Image, ImageChops, ImageStat

from archive.errors import UncleanError
from archive.scrub import avif, heif, jpeg, png, worker
from archive.scrub.clean import Cleaner
from archive.scrub.contract import HEAD, Cleaned, Reason

SIZE = (128, 64)
HVCC = base64.b64decode(
    "AQNwAAAAAAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQCEAAQAoQgEBA3AAAAMAkAAAAwAAAwAeoBAgQWW6kk"
    "prmwIAAAMAAgAAAwACECIAAQAHRAHBcrAiQA=="
)  # fmt: skip
"""How the picture is coded: blue, its upper left quarter red, its lower right corner yellow."""
CODED = base64.b64decode(
    "AAAAYigBrwng4wucuq///huf//5Fu5D+MNs6gm3/+fObO/wcwP/+ESxewnpKdsJnRR8wgGrufsOr0YOdVtNTy6Ao+pVBvu5Y//wHogP5XHe/+c"
    "Ws0R6cBhp2c/U0Z//o3Oq8n01k"
)  # fmt: skip
GAIN, DEPTH = b"urn:com:apple:photo:2020:aux:hdrgainmap", b"urn:mpeg:hevc:2015:auxid:2"
RED, BLUE, YELLOW = (230, 30, 30), (20, 60, 200), (240, 240, 20)


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def full(kind: bytes, version: int, *parts: bytes, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def heic(
    *,
    properties: tuple[bytes, ...] = (),
    exif: bytes = b"",
    xmp: bytes = b"",
    beside: tuple[bytes, ...] = (),
    more: int = 0,
    brand: bytes = b"heic",
) -> bytes:
    """A file of one picture with what phones put beside it: EXIF, XMP, a preview, further pictures, auxiliary ones.

    ``properties`` are said of the main picture, ``beside`` names auxiliary pictures (a preview: an empty name).
    """
    pool = [box(b"hvcC", HVCC), full(b"ispe", 0, struct.pack(">II", *SIZE)), *properties]
    items: list[tuple[bytes, bytes, list[int]]] = [(b"hvc1", CODED, list(range(1, len(pool) + 1)))]
    links = []
    for name in beside:
        pool += [full(b"auxC", 0, name + b"\0")] if name else []
        items.append((b"hvc1", CODED, [1, 2, len(pool)] if name else [1, 2]))
        links.append((b"auxl" if name else b"thmb", len(items)))
    items += [(b"hvc1", CODED, [1, 2])] * more
    if exif:
        items.append((b"Exif", struct.pack(">I", 6) + b"Exif\0\0" + exif, []))
        links.append((b"cdsc", len(items)))
    if xmp:
        items.append((b"mime", xmp, []))
        links.append((b"cdsc", len(items)))
    return _written(brand, pool, items, links)


def _written(
    brand: bytes, pool: list[bytes], items: list[tuple[bytes, bytes, list[int]]], links: list[tuple[bytes, int]]
) -> bytes:
    kinds = (
        full(b"infe", 2, struct.pack(">HH", number, 0), kind, b"\0", b"application/rdf+xml\0" * (kind == b"mime"))
        for number, (kind, _, _) in enumerate(items, 1)
    )
    used = [(number, by) for number, (_, _, by) in enumerate(items, 1) if by]
    said = b"".join(struct.pack(">HB", number, len(by)) + bytes(0x80 | one for one in by) for number, by in used)
    references = b"".join(box(kind, struct.pack(">HHH", start, 1, 1)) for kind, start in links)
    head = box(b"ftyp", brand, bytes(4), b"mif1", brand)

    def meta(offset: int) -> bytes:
        places = struct.pack(">BBH", 0x44, 0, len(items))
        for number, (_, body, _) in enumerate(items, 1):
            places += struct.pack(">HHHII", number, 0, 1, offset, len(body))
            offset += len(body)
        return full(
            b"meta", 0, full(b"hdlr", 0, bytes(4), b"pict", bytes(13)), full(b"pitm", 0, struct.pack(">H", 1)),
            full(b"iloc", 0, places), full(b"iinf", 0, struct.pack(">H", len(items)), *kinds_list),
            full(b"iref", 0, references) if links else b"",
            box(b"iprp", box(b"ipco", *pool), full(b"ipma", 0, struct.pack(">I", len(used)), said)),
        )  # fmt: skip

    kinds_list = list(kinds)
    start = len(head) + len(meta(0)) + 8
    return head + meta(start) + box(b"mdat", *(body for _, body, _ in items))


def dirty(make: SimpleNamespace, **options: object) -> bytes:
    """A phone's file with everything beside the picture, and a film behind it."""
    profile = box(b"colr", b"prof", make.profile(wide=True))
    data = heic(
        properties=(profile, *options.pop("properties", ())), exif=make.exif_block(6), xmp=b"<x:xmpmeta>" + make.CANARY,  # type: ignore[misc]
        beside=(b"", GAIN, DEPTH), more=1, **options,  # type: ignore[arg-type]
    )  # fmt: skip
    return data + box(b"mpvd", make.CANARY)


def shown(cleaned: Cleaned) -> Image.Image:
    with Image.open(io.BytesIO(cleaned.data)) as image:
        return image.convert("RGB")


def near(colour: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(one - another) < 25 for one, another in zip(colour, other, strict=True))


def refusal(data: bytes) -> str:
    with pytest.raises(UncleanError) as caught:
        worker.clean(data)
    return caught.value.message


def test_only_the_main_picture_comes_out(make: SimpleNamespace) -> None:
    """Everything beside it is named as found and is gone; the second look of JPEG finds nothing in the new file."""
    before = dirty(make)
    cleaned = worker.clean(before)
    expected = {
        "EXIF",
        "GPS",
        "MakerNotes",
        "XMP",
        "Thumbnail",
        "Gain map",
        "Depth map",
        "Other pictures",
        "ICC",
        "Trailer",
    }
    assert expected <= set(cleaned.found)
    assert cleaned.removed == cleaned.found
    assert cleaned.media_type == "image/jpeg"
    assert not cleaned.lossless
    assert make.CANARY in before
    assert make.CANARY not in cleaned.data
    assert b"KANA" not in cleaned.data
    assert jpeg.residue(cleaned.data) == ()
    assert cleaned.kept == ("ICC colours",)
    assert cleaned.capture is not None
    assert cleaned.capture.latitude == "50.450278"


def test_the_picture_is_the_same(make: SimpleNamespace) -> None:
    """The colours stand where they stood."""
    image = shown(worker.clean(heic()))
    assert image.size == SIZE
    assert [
        near(image.getpixel(at), colour) for at, colour in (((9, 9), RED), ((9, 54), BLUE), ((118, 58), YELLOW))
    ] == [True] * 3  # type: ignore[arg-type]


@pytest.mark.parametrize(("quarter", "at"), [(0, (9, 9)), (1, (9, 118)), (2, (118, 54)), (3, (54, 9))])
def test_it_is_turned_as_the_file_says_and_not_as_exif_says(
    make: SimpleNamespace, quarter: int, at: tuple[int, int]
) -> None:
    """irot counts quarters against the clock; the orientation in EXIF is for programs that know no irot."""
    cleaned = worker.clean(heic(properties=(box(b"irot", bytes([quarter])),), exif=make.exif_block(6)))
    image = shown(cleaned)
    assert image.size == (SIZE if quarter % 2 == 0 else SIZE[::-1])
    assert near(image.getpixel(at), RED)  # type: ignore[arg-type]
    assert b"Exif" not in cleaned.data


def test_colours_said_by_number_are_kept_and_high_range_is_refused(make: SimpleNamespace) -> None:
    """sRGB needs no profile, a wide space gets ours, and PQ or HLG would look dull without their curve."""

    def coded(primaries: int, transfer: int) -> bytes:
        return heic(properties=(box(b"colr", b"nclx", struct.pack(">HHHB", primaries, transfer, 6, 0x80)),))

    assert worker.clean(coded(1, 13)).kept == ()
    wide = worker.clean(coded(12, 13))
    assert wide.kept == ("ICC colours",)
    assert jpeg.residue(wide.data) == ()
    assert [refusal(coded(9, transfer)) for transfer in (16, 18)] == [Reason.COLOUR] * 2


def test_a_profile_of_one_device_is_converted(make: SimpleNamespace) -> None:
    """A measured profile marks the device: its colours are converted, the profile goes."""
    cleaned = worker.clean(heic(properties=(box(b"colr", b"prof", make.profile(odd=True)),)))
    assert cleaned.kept == ()
    assert b"ICC_PROFILE" not in cleaned.data
    plain = shown(worker.clean(heic()))
    assert max(ImageStat.Stat(ImageChops.difference(shown(cleaned), plain)).mean) > 1


@pytest.mark.parametrize("share", [0.1, 0.4, 0.7, 0.95])
def test_a_file_that_ends_early_is_refused(share: float) -> None:
    """libheif would paint what is missing grey."""
    data = heic()
    assert refusal(data[: int(len(data) * share)]) in (Reason.PICTURE_ENDS_EARLY, Reason.PICTURE_DAMAGED)


def saved_as_avif(image: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "AVIF", quality=90, **options)
    return buffer.getvalue()


def test_avif_becomes_jpeg_or_png_and_stands_upright(make: SimpleNamespace) -> None:
    """EXIF, XMP and profile go; turned as the container says; transparency makes a PNG of it."""
    flat = make.picture().resize((200, 120)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, make.CANARY.decode()
    before = saved_as_avif(flat, exif=exif, xmp=b"<x:xmpmeta>" + make.CANARY, icc_profile=make.profile(wide=True))
    cleaned = worker.clean(before)
    assert {"EXIF", "XMP", "ICC"} <= set(cleaned.found)
    assert cleaned.media_type == "image/jpeg"
    assert make.CANARY in before
    assert make.CANARY not in cleaned.data
    upright = flat.transpose(Image.Transpose.ROTATE_270)
    difference = ImageStat.Stat(ImageChops.difference(shown(cleaned), upright)).mean
    assert shown(cleaned).size == upright.size
    assert max(difference) < 12
    clear = flat.copy()
    clear.putalpha(Image.linear_gradient("L").resize(flat.size))
    assert worker.clean(saved_as_avif(clear)).media_type == "image/png"
    assert refusal(before[: len(before) // 2]) in (Reason.PICTURE_ENDS_EARLY, Reason.PICTURE_DAMAGED)


def test_a_moving_avif_becomes_an_animated_png(make: SimpleNamespace) -> None:
    """No frame is lost."""
    frames = [make.picture().rotate(20 * number) for number in range(4)]
    cleaned = worker.clean(saved_as_avif(frames[0], save_all=True, append_images=frames[1:], duration=80))
    assert png.residue(cleaned.data) == ()
    with Image.open(io.BytesIO(cleaned.data)) as image:
        assert (image.format, image.n_frames) == ("PNG", 4)


def test_each_is_recognised_by_its_brand(make: SimpleNamespace) -> None:
    """Both live in one container; neither claims the other, nor a film."""
    for data, wanted in ((heic(), heif), (heic(brand=b"mif1"), heif), (saved_as_avif(make.picture()), avif)):
        assert [form for form in (heif, avif) if form.matches(data[:HEAD])] == [wanted]
    for brand in (b"isom", b"qt  ", b"M4A ", b"3gp5"):
        assert not heif.matches(box(b"ftyp", brand, bytes(4)))
        assert not avif.matches(box(b"ftyp", brand, bytes(4)))
    assert heif.residue(heic()) and avif.residue(b"")


@pytest.fixture(scope="module")
def cleaner() -> Iterator[Cleaner]:
    """One cleaner for the tests here."""
    with Cleaner() as started:
        yield started


def test_they_go_through_the_sandbox(make: SimpleNamespace, cleaner: Cleaner) -> None:
    """The decoders start no thread and open no file."""
    for data in (dirty(make), saved_as_avif(make.picture())):
        assert cleaner.clean(data, "a") == worker.clean(data)


def test_damage_is_refused_and_never_another_error(make: SimpleNamespace, cleaner: Cleaner) -> None:
    """At whatever byte outside the coded picture; where libheif itself crashes, that file alone is refused."""
    whole = dirty(make)
    chance = random.Random(20261126)
    for _ in range(30):
        broken = bytearray(whole)
        broken[chance.randrange(whole.index(CODED))] ^= 1 << chance.randrange(8)
        try:
            assert jpeg.residue(cleaner.clean(bytes(broken), "a").data) == ()
        except UncleanError as error:
            assert error.message.startswith("a: it could not be cleaned (")
