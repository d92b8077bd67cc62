"""Photographs that a child reads together with others: by Python's own code alone, and to the letter as one by one."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from types import SimpleNamespace

import msgspec
import pytest
from PIL import Image, ImageCms, ImageFile

from archive.errors import UncleanError
from archive.sandbox.running import Run
from archive.scrub import icc, pictures
from archive.scrub.answers import checked
from archive.scrub.clean import Cleaner
from archive.scrub.contract import WHOLE, Answer, Cleaned, Reason


@pytest.fixture(scope="module")
def cleaner() -> Iterator[Cleaner]:
    """One cleaner for all tests here."""
    with Cleaner() as started:
        yield started


def told(answer: bytes, data: bytes) -> Cleaned:
    """What the parent makes of an answer, which may leave out what stands in the file that it has."""
    assert len(answer) < len(data) // 2
    return checked(answer, brought=data)


class Nothing:
    """What stands where Pillow's compiled code was."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(name)


@pytest.fixture
def without_decoders(monkeypatch: pytest.MonkeyPatch) -> None:
    """All compiled code of Pillow is away, and no picture can be loaded."""
    monkeypatch.setattr(Image, "core", Nothing())
    monkeypatch.setattr(ImageCms, "core", Nothing())
    monkeypatch.setattr(ImageFile.ImageFile, "load", Nothing().__getattr__)


@pytest.mark.parametrize("colours", ["none", "sRGB", "Display P3"])
@pytest.mark.parametrize("options", [{}, {"subsampling": 0}, {"restart_marker_rows": 1}, {"turn": 6}], ids=str)
def test_no_decoder_is_entered(
    make: SimpleNamespace, request: pytest.FixtureRequest, options: dict[str, object], colours: str
) -> None:
    """With all compiled code of Pillow away, and no picture loaded: the answer is that of the reader of one file."""
    profile = {} if colours == "none" else {"icc_profile": make.profile(wide=colours == "Display P3")}
    data = make.photograph(**options, **profile)
    alone = pictures.handle(b"", data)
    assert (b"ICC colours" in alone) == (colours == "Display P3")
    request.getfixturevalue("without_decoders")
    assert told(pictures.plain(data), data) == told(alone, data)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"progressive": True, "turn": 6}], ids=str)
def test_a_small_photo_and_one_of_several_scans_are_cleaned_without_a_decoder(
    make: SimpleNamespace, request: pytest.FixtureRequest, options: dict[str, object]
) -> None:
    """Whether it is whole, another one is asked about the clean copy, and says yes or nothing."""
    data = make.dirty_jpeg(make.picture(size=(320, 240)), **options)
    request.getfixturevalue("without_decoders")
    answer = pictures.plain(data)
    assert not msgspec.msgpack.decode(answer, type=Answer).whole


def test_it_is_then_cleaned_to_the_letter(make: SimpleNamespace) -> None:
    """Small or large, of one scan or several, with something behind the picture."""
    small = make.dirty_jpeg(make.picture(size=(320, 240)))
    for data in (
        small,
        make.dirty_jpeg(make.picture(size=(320, 240)), progressive=True),
        make.photograph(progressive=True),
        make.photograph(progressive=True, turn=6) + small,
    ):
        cleaned = checked(pictures.plain(data), brought=data)
        assert cleaned == pictures.clean(data)
        assert pictures.whole(cleaned.data) == WHOLE


@pytest.mark.parametrize("progressive", [False, True])
def test_what_is_missing_is_not_whole(make: SimpleNamespace, *, progressive: bool) -> None:
    """Cut anywhere and closed with an end: the clean copy is made all the same, and nobody says that it is whole."""
    whole = make.jpeg(make.picture(size=(320, 240)), progressive=progressive)
    scan = whole.index(b"\xff\xda")
    for share in range(5, 100, 10):
        cut = whole[: scan + (len(whole) - scan) * share // 100].rstrip(b"\xff") + b"\xff\xd9"
        if answer := pictures.plain(cut):
            assert not msgspec.msgpack.decode(answer, type=Answer).whole
            assert pictures.whole(checked(answer, brought=cut).data) == b""
    for nothing in (b"", b"\xff\xd8\xff", whole[:scan], make.dirty_png()):
        assert pictures.whole(nothing) == b""


@pytest.mark.parametrize("name", ["coloured", "patched", "not a JPEG", "empty"])
def test_what_needs_more_or_a_refusal_is_left_to_who_reads_one_file(make: SimpleNamespace, name: str) -> None:
    """Without a word about it: whoever has seen no other file says what is wrong."""
    photo = make.photograph()
    data = {
        "coloured": make.photograph(icc_profile=make.profile(odd=True)),
        "patched": photo[:2] + b"\0\0" + photo[2:],
        "not a JPEG": make.dirty_png(),
        "empty": b"",
    }[name]
    assert pictures.plain(data) == b""


def test_what_lies_behind_the_picture_goes(make: SimpleNamespace) -> None:
    """Other pictures, as phones append them, with ends of their own: the picture is the same as without."""
    photo = make.photograph(turn=6)
    alone = pictures.clean(photo).data
    end = b"\xff\xd9"
    for behind in (photo, make.dirty_jpeg(), b"PK\x03\x04 then " + end, end, end + end + b" and " + end):
        data = photo + behind
        assert told(pictures.plain(data), data) == told(pictures.handle(b"", data), data)
        assert pictures.clean(photo + behind).data == alone


@pytest.mark.parametrize(
    "between", [b"\xff\xfe\0\x08SECRET", b"\xff\xe1\0\x08SECRET", b"\xff\xc4\0\x08SECRET", b"\xff\xff\xfe\0\x08SECRET"],
    ids=repr,
)  # fmt: skip
def test_a_segment_in_the_midst_of_a_picture_is_no_plain_one(make: SimpleNamespace, between: bytes) -> None:
    """Whether or not one child alone cleans it, nothing of the segment comes out of a run."""
    photo = make.photograph()
    middle = len(photo) - 300_000
    middle += photo[middle - 1] == 0xFF
    assert pictures.plain(photo[:middle] + between + photo[middle:]) == b""


def test_what_fills_the_place_before_the_end_goes(make: SimpleNamespace) -> None:
    """Bytes of 0xFF may stand before any marker; their number could say something. Such a one is cleaned alone."""
    photo = make.photograph()
    end = photo.index(b"\xff\xd9", len(photo) // 2)
    filled = photo[:end] + b"\xff" * 5 + photo[end:]
    assert pictures.plain(filled) == b""
    assert pictures.clean(filled).data == pictures.clean(photo).data


def test_mutants_are_cleaned_alike_or_left(make: SimpleNamespace) -> None:
    """What comes out of a run is what one child alone makes of the same bytes; some of both kinds were tried."""
    photo, dice, left = make.photograph(turn=6), random.Random(4), 0
    picture_begins = photo.index(b"\xff\xda")
    for _ in range(60):
        data = bytearray(photo)
        for _ in range(dice.randint(1, 3)):
            at = dice.choice((dice.randrange(picture_begins), dice.randrange(len(data))))
            data[at : at + dice.choice((0, 1, 1, 2))] = dice.randbytes(dice.choice((0, 1, 1, 2)))
        brought = bytes(data)
        answer = pictures.plain(brought)
        left += not answer
        assert not answer or told(answer, brought) == told(pictures.handle(b"", brought), brought)
    assert 0 < left < 60


KNOWN = {" ".join(names): icc._rgb(*names) for names in icc._KNOWN}


@pytest.mark.parametrize("name", KNOWN)
def test_known_colours_are_told_by_their_numbers(name: str) -> None:
    """Also where a curve is written as a table, as older programs do."""
    profile = KNOWN[name]
    wanted = b"" if name == "sRGB sRGB" else profile
    assert icc.plainly(profile, "RGB") == wanted
    tags = dict(icc._tags(profile))
    levels = icc._levels(tags[b"gTRC"])
    fine = [icc._between([round(65535 * level) for level in levels], step / 1023) for step in range(1024)]
    table = b"curv\0\0\0\0" + struct.pack(">I1024H", 1024, *(round(65535 * level) for level in fine))
    tabled = icc._build(2, b"mntrRGB XYZ ", 0, {**tags, **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), table)})
    assert icc.plainly(tabled, "RGB") == wanted == (icc.cleaned(tabled, "RGB") or b"")
    assert icc.plainly(profile, "L") is None


def test_colours_are_told_as_littlecms_tells_them_or_left_to_it() -> None:
    """Profiles whose numbers are a little, or much, beside a known space; some of both kinds were tried."""
    dice, told = random.Random(7), 0
    for _ in range(150):
        tags = dict(icc._tags(dice.choice(list(KNOWN.values()))))
        apart = dice.choice((10, 40, 400))
        for name in dice.sample((b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"bTRC"), 2):
            values = [value + dice.randint(-apart, apart) for (value,) in struct.iter_unpack(">i", tags[name][12:])]
            tags[name] = tags[name][:12] + struct.pack(f">{len(values)}i", *values)
        profile = icc._build(dice.choice((2, 4)), b"mntrRGB XYZ ", 0, tags)
        found = icc.plainly(profile, "RGB")
        told += found is not None
        assert found is None or (found == (icc.cleaned(profile, "RGB") or b"") and not icc.is_unknown(profile, "RGB"))
    assert 30 < told < 120


@pytest.mark.parametrize("change", ["longer", "table", "twice", "scanner", "inverse", "Lab"])
def test_a_profile_that_says_more_than_three_curves_is_left_to_littlecms(change: str) -> None:
    """Its other tags could mean other colours than its curves do."""
    profile = icc._rgb("Display P3", "sRGB")
    tags = dict(icc._tags(profile))
    changed = {
        "longer": profile + b"\0",
        "table": icc._build(4, b"mntrRGB XYZ ", 0, {**tags, b"A2B0": b"mft2" + bytes(48)}),
        "twice": profile.replace(b"gXYZ", b"rXYZ"),
        "scanner": icc._build(4, b"scnrRGB XYZ ", 0, tags),
        "inverse": icc._build(4, b"mntrRGB XYZ ", 0, {**tags, b"gTRC": b"para\0\0\0\0\0\1\0\0" + bytes(12)}),
        "Lab": icc._build(4, b"mntrRGB Lab ", 0, tags),
    }[change]
    assert icc.plainly(changed, "RGB") is None


def test_good_and_bad_files_in_one_run(make: SimpleNamespace) -> None:
    """Each photograph as if it were alone, each bad file refused by name; one child cleans, and one decodes."""
    photo, turned = make.photograph(), make.photograph(turn=6)
    cut = photo[:-200_000].rstrip(b"\xff") + b"\xff\xd9"
    brought = [photo, turned, cut, make.dirty_jpeg(), photo[:300], turned, photo]
    with Cleaner() as cleaner:
        for data in brought:
            try:
                alone: Cleaned | str = pictures.clean(data)
            except UncleanError as error:
                alone = error.message
            try:
                assert cleaner.clean(data, "a") == alone
            except UncleanError as error:
                assert f"({alone})" in error.message
        assert [[run._left for run in runs] for runs in cleaner._pictures._runs] == [[64 - len(brought)], [62]]


@pytest.mark.parametrize("lie", [b"\xc1", b"\x80", b"x" * 1000], ids=repr)
def test_a_lie_costs_the_run_and_no_file(
    make: SimpleNamespace, cleaner: Cleaner, monkeypatch: pytest.MonkeyPatch, lie: bytes
) -> None:
    """A child that says what no reader says is ended; its file goes to a child of its own, and is cleaned."""
    data = make.photograph()
    cleaner.clean(data, "a")
    monkeypatch.setattr(Run, "call", lambda *_: lie)
    assert cleaner.clean(data, "a") == pictures.clean(data)
    assert cleaner._pictures._runs[0] == []


@pytest.mark.parametrize("says", [b"", WHOLE, b"no", WHOLE + b"x"], ids=repr)
def test_a_decoder_that_lies_changes_no_byte(
    make: SimpleNamespace, cleaner: Cleaner, monkeypatch: pytest.MonkeyPatch, says: bytes
) -> None:
    """It sees a clean copy. If it says no, or what it may not, a child of its own decodes; a yes keeps all bytes."""
    picture = make.jpeg(make.picture(size=(320, 240)))
    cut = picture[: len(picture) // 2].rstrip(b"\xff") + b"\xff\xd9"
    shown, cleaning = [], Run.call

    def call(run: Run, data: bytes) -> bytes:
        if data.endswith(make.CANARY):
            return cleaning(run, data)
        shown.append(data)
        return says

    monkeypatch.setattr(Run, "call", call)
    assert cleaner.clean(picture + make.CANARY, "a").data == picture
    if says == WHOLE:
        assert cleaner.clean(cut + make.CANARY, "a").data == cut
    else:
        with pytest.raises(UncleanError, match=Reason.PICTURE_ENDS_EARLY):
            cleaner.clean(cut + make.CANARY, "a")
    assert shown == [picture, cut]
    assert len(cleaner._pictures._runs[1]) == (says in (b"", WHOLE))
