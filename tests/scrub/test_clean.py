"""The parent's side: real files through the real sandbox, and answers that no sound worker would give."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import msgspec
import pikepdf
import pytest
from PIL import Image

from archive.errors import UncleanError
from archive.sandbox.walls import WALLS, Wall
from archive.sandbox.worker import Worker, wall_here
from archive.scrub import answers, clean, contract, formats, pictures, worker
from archive.scrub.answering import common_end
from archive.scrub.clean import Cleaner
from archive.scrub.contract import Answer, Cleaned, Inner, Reason

PATIENCE = 60  # seconds, on the busiest machine


@pytest.fixture(scope="module")
def cleaner() -> Iterator[Cleaner]:
    """One cleaner for all tests here."""
    with Cleaner() as started:
        yield started


def refusal(cleaner: Cleaner, data: bytes) -> str:
    with pytest.raises(UncleanError) as caught:
        cleaner.clean(data, "summons.jpg")
    assert caught.value.hint == clean.HINT
    assert caught.value.exit_code == 14
    return caught.value.message


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "gif", "tiff"])
def test_pictures_go_through_the_sandbox(make: SimpleNamespace, cleaner: Cleaner, name: str) -> None:
    """What comes back is what the format file makes: also with no file, no process and 16 descriptors to be had."""
    data = getattr(make, f"dirty_{name}")()
    cleaned = cleaner.clean(data, "a")
    assert cleaned == worker.clean(data)
    assert cleaned.media_type == f"image/{name}"


def test_a_turned_picture_goes_through_the_sandbox(make: SimpleNamespace, cleaner: Cleaner) -> None:
    """Saving anew works under the limits, too."""
    for name in ("png", "webp"):
        data = getattr(make, f"dirty_{name}")(turn=6)
        assert cleaner.clean(data, "a") == worker.clean(data)


@pytest.mark.parametrize("wall", WALLS)
@pytest.mark.parametrize("version", [2, 3, 4, 6])
def test_a_pdf_that_may_not_be_printed_goes_through_the_sandbox(version: int, wall: Wall) -> None:
    """Locked by a password for changing alone, in each way that there is: of the last one qpdf asks for chance."""
    if wall_here([wall]) is None:
        pytest.skip(f"{wall} cannot be had here")
    held = io.BytesIO()
    locked = pikepdf.Encryption(owner="x", user="", R=version, aes=version > 3, metadata=version > 3)
    with pikepdf.Pdf.new() as made:
        made.add_blank_page()
        made.save(held, encryption=locked)
    with Cleaner(walls=(wall,)) as locking:
        cleaned = locking.clean(held.getvalue(), "a")
    assert "PDF encryption" in cleaned.removed
    assert b"/Encrypt" not in cleaned.data


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"\x00", Reason.UNKNOWN),
        (bytes(range(256)) * 40, Reason.UNKNOWN),
        (b"SIMPLE  =" + b"\0" * 80, Reason.OTHER_PICTURE),
        (b"\xff\xd8\xff\xe0", Reason.PICTURE_ENDS_EARLY),
        (b"\x89PNG\r\n\x1a\n", Reason.PICTURE_ENDS_EARLY),
        (b"GIF89a", Reason.PICTURE_ENDS_EARLY),
    ],
)
def test_refusals_name_file_and_reason(cleaner: Cleaner, data: bytes, reason: Reason) -> None:
    """One line a person can read, with what to do next."""
    assert refusal(cleaner, data) == f"summons.jpg: it could not be cleaned ({reason})."


def test_bombs_are_refused_quickly_and_by_name(make: SimpleNamespace, cleaner: Cleaner) -> None:
    """30,000 x 30,000 pixels of nothing, and a TIFF that says so: refused before they are unpacked."""
    huge = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(huge, "PNG")
    start = time.monotonic()
    assert Reason.TOO_MANY_PIXELS in refusal(cleaner, huge.getvalue())
    assert time.monotonic() - start < PATIENCE


def test_many_files_come_back_in_order_with_their_refusals(make: SimpleNamespace, cleaner: Cleaner) -> None:
    """One bad file among many stops nothing."""
    good = make.dirty_jpeg()
    files = [(str(number), b"" if number == 3 else good) for number in range(8)]
    outcomes = list(cleaner.clean_all(files, lambda cleaned: cleaned))
    assert [isinstance(outcome, UncleanError) for outcome in outcomes] == [number == 3 for number in range(8)]
    assert str(outcomes[3]).startswith("3: ")


def test_stopping_in_the_middle_of_many_files_is_quick(make: SimpleNamespace) -> None:
    """Who stops listening waits for nobody."""
    start = time.monotonic()
    with Cleaner() as cleaner:
        outcomes = cleaner.clean_all(
            ((str(number), make.dirty_jpeg()) for number in range(10**6)), lambda cleaned: cleaned
        )
        assert isinstance(next(outcomes), Cleaned)
        outcomes.close()  # type: ignore[attr-defined]  # a generator
    assert time.monotonic() - start < PATIENCE


SOUND = Cleaned(data=b"\xff\xd8\xff", media_type="image/jpeg", method="JPEG segments", lossless=True)


@pytest.mark.parametrize(
    "untrusted",
    [
        b"",
        b"\xc1",
        msgspec.msgpack.encode({}),
        msgspec.msgpack.encode({"reason": "KANAREK"}),
        msgspec.msgpack.encode({"cleaned": {"data": b"\xff\xd8\xff"}}),
        msgspec.msgpack.encode(Answer(cleaned=SOUND))[:-3],
        msgspec.msgpack.encode(Answer(cleaned=SOUND)) + b"x",
        *(
            msgspec.msgpack.encode(Answer(cleaned=msgspec.structs.replace(SOUND, **changed)))
            for changed in (
                {"media_type": "text/html"},
                {"media_type": "image/png"},
                {"data": b"MZ"},
                {"method": "\x1b]52;c;"},
                {"found": ("\x1b[31mEXIF",)},
                {"kept": ("x" * 41,)},
                {"removed": ("EXIF",) * 1_001},
            )
        ),
    ],
)
def test_malformed_answers_are_refused(monkeypatch: pytest.MonkeyPatch, untrusted: bytes) -> None:
    """A worker that was taken over can spoil its own file only, and prints nothing through us."""
    monkeypatch.setattr(Worker, "call", lambda *_: untrusted)
    with pytest.raises(UncleanError) as caught:
        Cleaner().clean(b"", "a")
    assert caught.value.message == f"a: it could not be cleaned ({Reason.ANSWER})."


def test_the_worker_answers_only_reasons_of_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error with other words, which might be the file's, does not cross the border."""

    def unlisted(_: bytes) -> Cleaned:
        raise UncleanError("KANAREK")

    monkeypatch.setattr(worker, "clean", unlisted)
    answer = msgspec.msgpack.decode(worker.handle(b"", b"x"), type=Answer)
    assert answer.reason == Reason.READER_FAILED


def test_residue_refuses(monkeypatch: pytest.MonkeyPatch, make: SimpleNamespace) -> None:
    """If the second look finds anything, the file is refused: cleaning that forgot something does no harm."""
    dirty = make.dirty_jpeg()
    forgetful = Cleaned(data=dirty, media_type="image/jpeg", method="none", lossless=True)
    monkeypatch.setattr(worker.recognise(dirty), "clean", lambda _: forgetful)
    for cleaning in (worker.clean, pictures.clean):
        with pytest.raises(UncleanError) as caught:
            cleaning(dirty)
        assert caught.value.message == Reason.RESIDUE


def test_a_picture_that_becomes_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch, make: SimpleNamespace) -> None:
    """The worker for pictures believes neither what a format says it made, nor that it knows what it was given."""
    dirty, other = make.dirty_jpeg(), pictures.clean(make.dirty_png())
    for lie in (other, msgspec.structs.replace(other, media_type="image/jpeg")):
        monkeypatch.setattr(worker.recognise(dirty), "clean", lambda _, lie=lie: lie)
        with pytest.raises(UncleanError) as caught:
            pictures.clean(dirty)
        assert caught.value.message == Reason.DIFFERS
    with pytest.raises(UncleanError) as caught:
        pictures.clean(b"%PDF-1.7")
    assert caught.value.message == Reason.UNKNOWN


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "gif", "tiff"])
def test_the_parent_knows_by_the_first_bytes_who_cleans(make: SimpleNamespace, name: str) -> None:
    """What it sends to the worker for pictures is what that one recognises, and all of it."""
    data = getattr(make, f"dirty_{name}")()
    known = any(known.matches(data[: contract.HEAD]) for known in pictures.PICTURES)
    assert (clean._PICTURE.match(data) is not None) is known


def test_the_parent_loads_no_parser() -> None:
    """The process that holds the keys imports neither Pillow nor exifread nor a PDF library for cleaning."""
    program = (
        "import sys; import archive.scrub.clean; "
        "print([name for name in ('PIL', 'exifread', 'pikepdf', 'pypdfium2') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


class Box:
    """A format that holds one file: ``BOX:`` and that file, cleaned by its own format."""

    MEDIA_TYPES = ("text/plain",)

    def matches(self, data: bytes) -> bool:
        return data.startswith(b"BOX:")

    def clean(self, data: bytes, inner: Inner) -> Cleaned:
        held = inner(data[4:])
        return Cleaned(data=b"BOX:" + held.data, media_type="text/plain", method="box", lossless=True, found=held.found)

    def residue(self, data: bytes, inner: Callable[[bytes], tuple[str, ...]]) -> tuple[str, ...]:
        return inner(data[4:])


def test_files_in_files_are_cleaned_and_looked_at_by_their_own_format(
    monkeypatch: pytest.MonkeyPatch, make: SimpleNamespace
) -> None:
    """As deep as four; deeper is refused, and so is what is of no known kind."""
    monkeypatch.setattr(formats, "CONTAINERS", (Box(),))
    dirty = b"BOX:" * worker.DEPTH + make.dirty_jpeg()
    cleaned = worker.clean(dirty)
    assert "GPS" in cleaned.found
    assert make.CANARY not in cleaned.data
    assert worker.residue(cleaned.data) == ()
    assert "XMP" in worker.residue(dirty)
    assert worker.residue(b"BOX:\0") and worker.residue(b"BOX:" + dirty)
    for data, expected in ((b"BOX:" + dirty, Reason.NESTED), (b"BOX:\0", Reason.UNKNOWN), (b"BOX:", Reason.EMPTY)):
        with pytest.raises(UncleanError) as caught:
            worker.clean(data)
        assert caught.value.message == expected


BROUGHT = bytes(range(256)) * 100


@pytest.mark.parametrize(
    ("made", "rest"),
    [
        (b"head" + BROUGHT[5_000:20_000], (5_000, 15_000)),
        (BROUGHT, (0, len(BROUGHT))),
        (b"head" + BROUGHT[5_000:20_000] + b"tail", None),
        (BROUGHT[:4_096], None),
        (b"", None),
    ],
    ids=["end", "all", "middle", "short", "empty"],
)
def test_an_end_that_was_brought_is_pointed_to(made: bytes, rest: tuple[int, int] | None) -> None:
    """Most of a photograph is copied byte for byte; it does not go back over the border. Never more than is equal."""
    found = common_end(made, BROUGHT)
    assert (found is None) is (rest is None)
    if found:
        start, length = found
        assert made.endswith(BROUGHT[start : start + length]) and length == rest[1]


def test_only_the_front_of_a_photograph_comes_back(make: SimpleNamespace) -> None:
    """And the parent has the same file as if all of it had."""
    data = make.dirty_jpeg(Image.effect_noise((900, 700), 80).convert("RGB"))
    answer = worker.handle(b"", data)
    whole = worker.clean(data)
    assert len(answer) < len(whole.data) // 2
    assert answers.checked(answer, brought=data) == whole


@pytest.mark.parametrize("rest", [(-1, 5), (0, 0), (0, 100_000), (25_599, 2), (1 << 62, 1 << 62)])
def test_a_place_that_is_not_there_is_refused(rest: tuple[int, int]) -> None:
    """A lie about where the end stands gives no file at all."""
    front = Cleaned(data=b"\xff\xd8\xff", media_type="image/jpeg", method="x", lossless=True)
    with pytest.raises(UncleanError) as caught:
        answers.checked(msgspec.msgpack.encode(Answer(cleaned=front, rest=rest)), brought=BROUGHT)
    assert caught.value.message == Reason.ANSWER
