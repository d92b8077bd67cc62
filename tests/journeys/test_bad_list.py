"""The list of bad inputs, whole: each is brought to the real program, and has its line and its exit code.

``BAD`` holds each item of the list as the design words it; that none is missing is held where the design is at hand.
All go in by one command, those that are refused by another; each alone is ``CASE_ARCHIVE_SLOW``'s.
"""

from __future__ import annotations

import ast
import base64
import importlib.util
import io
import re
import struct
import sys
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import mutagen.flac
import mutagen.oggopus
import pikepdf
import pytest
from msgspec import Struct
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, TiffImagePlugin

TESTS = Path(__file__).parents[1]
DESIGN = TESTS.parents[1] / "shared" / "design" / "reliability.md"


@cache
def beside(name: str) -> Any:
    """A file of the tests of cleaning, as a module: it knows how to make what is dirty."""
    module = f"bad_list_{name}"
    spec = importlib.util.spec_from_file_location(module, TESTS / "scrub" / f"{name}.py")
    assert spec and spec.loader
    made: ModuleType = importlib.util.module_from_spec(spec)
    sys.modules[module] = made
    spec.loader.exec_module(made)
    return made


class Bad(Struct, frozen=True):
    """What is brought, how the line begins that tells of it (a pattern), and the code where it is alone."""

    makers: tuple[Callable[[], bytes], ...]
    said: str
    code: int = 14
    ending: str = "bin"


def refused(reason: str, *makers: Callable[[], bytes], ending: str = "bin") -> Bad:
    return Bad(makers, re.escape(f"refused, it could not be cleaned ({reason}"), ending=ending)


def taken(kind: str, removed: str, *makers: Callable[[], bytes], ending: str = "bin") -> Bad:
    """``removed`` is one of the groups told."""
    return Bad(makers, rf"[0-9A-Z]{{4,}} \({kind}\), removed: [^;]*\b{removed}\b", 0, ending)


def make() -> Any:
    return beside("conftest")


def trap(name: str) -> bytes:
    """One carrier of the traps, in a JPEG that is clean else."""
    plain = make().jpeg(make().picture())
    return bytes(plain[:20] + beside("test_traps").INSIDE[name][0] + plain[20:])


def picture(table: str, name: str) -> bytes:
    return bytes(getattr(beside("test_bad_pictures"), table)[name][0](make()))


def with_exif(first: dict[int, object], inner: dict[int, object], gps: dict[int, object]) -> bytes:
    block = beside("test_capture").block(first, inner, gps)
    return bytes(beside("test_bad_pictures").with_exif(make(), block))


def ratio(over: int, under: int) -> Any:
    return TiffImagePlugin.IFDRational(over, under)


def float_gps() -> bytes:
    """Where the degrees are no number: EXIF that writes them as floating point."""
    block = bytearray(
        beside("test_capture").block({}, {}, {1: "N", 2: (50.0, 27.0, 1.0), 3: "E", 4: (30.0, 31.0, 1.0)})
    )
    at = block.index(struct.pack("<HHI" if block[:2] == b"II" else ">HHI", 2, 5, 3))
    order = "<" if block[:2] == b"II" else ">"
    struct.pack_into(order + "H", block, at + 2, 12)
    (where,) = struct.unpack_from(order + "I", block, at + 8)
    struct.pack_into(order + "3d", block, where, *[float("nan")] * 3)
    return bytes(beside("test_bad_pictures").with_exif(make(), bytes(block)))


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def moving(kind: str) -> bytes:
    first, *rest = [make().picture("RGBA").rotate(30 * number) for number in range(3)]
    return bytes(getattr(make(), f"dirty_{kind}")(first, save_all=True, append_images=rest, duration=80))


def big_tiff() -> bytes:
    return saved(make().picture(), "TIFF", big_tiff=True, description="Kanarenko")


def pdf(**entries: Any) -> bytes:
    """A page of text with something in its catalog."""
    module = beside("test_pdf")
    document = module.plain()
    for key, value in entries.items():
        document.Root[f"/{key}"] = value(document)
    return bytes(module.saved(document))


def pdf_with_info() -> bytes:
    module = beside("test_pdf")
    document = module.plain()
    document.docinfo["/Author"] = "Kanarenko"
    return bytes(module.saved(document))


def updated_pdf() -> bytes:
    """Two revisions, of which the first says something else."""
    whole = pdf()
    return (
        whole
        + b"\n9 0 obj\n(Kanarenko)\nendobj\nxref\n9 1\n%010d 00000 n \ntrailer\n" % (len(whole) + 1)
        + (
            b"<< /Size 10 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
            % (int(whole.split(b"startxref\n")[1].split()[0]), len(whole) + 30)
        )
    )


def covered_pdf() -> bytes:
    module = beside("test_pdf_hostile")
    document = module.plain()
    module.annotated(document, b"0 g 0 0 360 60 re f", Subtype=Name.Square)
    return bytes(module.saved(document))


def bomb_pdf() -> bytes:
    module = beside("test_pdf_hostile")
    document = module.plain()
    packed = zlib.compress(bytes(300 << 20), 1)
    document.pages[0].obj.Contents = document.make_stream(packed, Filter=Array([Name.FlateDecode]))
    return bytes(module.saved(document, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none))


def looped_pdf() -> bytes:
    module = beside("test_pdf_hostile")
    return bytes(module.by_hand(module.CATALOG, "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"))


def attached(document: pikepdf.Pdf) -> Dictionary:
    file = Dictionary(Type=Name.Filespec, F=String("a"), EF=Dictionary(F=document.make_stream(b"Kanarenko")))
    return Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("a"), file])))


@cache
def clean_docx() -> bytes:
    """A document that nothing is wrong with."""
    from archive.scrub import worker

    return worker.clean(beside("test_docx").dirty(make())).data


def docx(name: str, change: Callable[[bytes], bytes]) -> bytes:
    part = make().taken(clean_docx(), name)
    return bytes(make().changed(clean_docx(), name, change(part)))


def linked_docx(kind: str, target: str, mode: str = "") -> bytes:
    schema = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    link = f'<Relationship Id="m" Type="{schema}{kind}" Target="{target}"{mode}/></Rel'
    return docx("word/_rels/document.xml.rels", lambda part: part.replace(b"</Rel", link.encode(), 1))


def dirty_docx(number: int) -> bytes:
    """Full of carriers; a part that nobody asks for tells it from others."""
    return bytes(make().changed(beside("test_docx").dirty(make()), f"customXml/item{number + 9}.xml", b"<a/>"))


def many_entries() -> bytes:
    return bytes(beside("test_zipped").zipped_up({"word/document.xml": b"x"} | {str(n): b"" for n in range(100_000)}))


def overlapping() -> bytes:
    plain = bytes(beside("test_zipped").zipped_up({"one.txt": b"first", "two.txt": b"second"}))
    at = plain.rfind(b"PK\x01\x02")
    return plain[: at + 42] + struct.pack("<L", 0) + plain[at + 46 :]


def twice() -> bytes:
    """One name twice in a package, as a program that reads the first and one that reads the last would differ about."""
    plain = make().changed(clean_docx(), "word/documenu.xml", b"<a/>")
    return bytes(plain.replace(b"word/documenu.xml", b"word/document.xml"))


def lying_mp3() -> bytes:
    tag = b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + b"TIT2\0\0\0\x0c\0\0KANAREK-471"
    return tag + (b"\xff\xfb\x90\x64" + bytes(413)) * 40


def media(name: str) -> bytes:
    return bytes(beside("test_media").dirty(name))


def covered_mp3() -> bytes:
    """Sound behind a tag that holds a photo with EXIF."""
    photo = b"\0image/jpeg\0\x03\0" + make().dirty_jpeg()
    frame = b"APIC" + struct.pack(">I", len(photo)) + b"\0\0" + photo
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\0\0" + size + frame + media("mp3")


def covered_opus() -> bytes:
    """Sound with a photo among its comments."""
    sound, photo = io.BytesIO(media("opus")), mutagen.flac.Picture()
    photo.data, photo.mime, photo.type = make().dirty_jpeg(), "image/jpeg", 3
    tagged = mutagen.oggopus.OggOpus(sound)
    tagged["metadata_block_picture"] = [base64.b64encode(photo.write()).decode()]
    sound.seek(0)
    tagged.save(sound)
    return sound.getvalue()


XXE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
DRAWN = "it is a drawing that can hold programs"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>"
PAGE = b"<!DOCTYPE html><html><body onload=x()><p>Noon.</p></body></html>"

BAD: dict[str, Bad] = {
    "empty": Bad((lambda: b"",), "refused, it is empty"),
    "one byte": refused("its text encoding is not known", lambda: b"\xff"),
    "header only": refused("the picture ends early", lambda: picture("REFUSED", "JPEG header")),
    "truncated JPEG": refused("the picture ends early", lambda: picture("REFUSED", "JPEG cut"), ending="jpg"),
    "JPEG with a zip appended": taken("photo", "Trailer", lambda: picture("TAKEN", "zip behind")),
    "APP1 length 0 or past the end": refused(
        "the picture", lambda: picture("REFUSED", "APP1 of no length"), lambda: picture("REFUSED", "APP1 past the end")
    ),
    "IFD loops": taken(
        "photo", "EXIF", lambda: picture("TAKEN", "directory that follows itself"),
        lambda: picture("TAKEN", "directory inside itself"), lambda: picture("TAKEN", "TIFF page that follows itself"),
    ),
    "tag count 0xFFFFFFF0": taken("photo", "EXIF", lambda: picture("TAKEN", "tag with a count of 4 billion")),
    "GPS n/0": taken(
        "photo", "GPS",
        lambda: with_exif({}, {}, {1: "N", 2: (ratio(50, 0),) * 3, 3: "E", 4: (ratio(3, 0),) * 3}),
    ),
    "NaN": taken("photo", "GPS", float_gps),
    "dates 0000 and 9999": taken(
        "photo", "EXIF", lambda: with_exif({0x0132: "0000:00:00 00:00:00"}, {0x9003: "9999:99:99 99:99:99"}, {})
    ),
    "thumbnail differing from the picture": taken("photo", "Thumbnail", lambda: make().dirty_jpeg(), ending="jpg"),
    "extended XMP": taken("photo", "XMP", lambda: trap("XMP in many segments")),
    "IPTC": taken("photo", "IPTC", lambda: trap("IPTC")),
    "MakerNote serial": taken(
        "photo", "MakerNotes", lambda: with_exif({271: "Invented"}, {0x927C: b"Serial 4711"}, {})
    ),
    "ICC owner text": taken(
        "photo", "ICC", lambda: saved(make().picture(), "JPEG", icc_profile=make().profile(wide=True), quality=95)
    ),
    "COM": taken("photo", "Comment", lambda: trap("comments")),
    "PNG text chunks": taken("photo", "PNG text", lambda: make().dirty_png(), ending="png"),
    "zTXt bomb": taken("photo", "PNG text", lambda: picture("TAKEN", "text that unpacks to 30 MB")),
    "30000²": refused("it would unpack to too many pixels", lambda: picture("REFUSED", "PNG of 30,000 squared")),
    "9400²": refused("the picture ends early", lambda: picture("REFUSED", "PNG of 9,400 squared without data")),
    "GIF 300 × 2000²": refused(
        "it would unpack to too many pixels", lambda: picture("REFUSED", "GIF of 300 frames of 2,000 squared")
    ),
    "APNG": taken("photo", "EXIF", lambda: moving("png")),
    "animated WebP": taken("photo", "EXIF", lambda: moving("webp")),
    "multi-page TIFF": taken("photo", "XMP", lambda: make().dirty_tiff()),
    "BigTIFF": taken("photo", "EXIF", big_tiff),
    "orientations 1–8": taken(
        "photo", "EXIF", *(lambda turn=turn: make().dirty_jpeg(turn=turn) for turn in range(1, 9))
    ),
    "CMYK JPEG": taken("photo", "EXIF", lambda: make().dirty_jpeg(make().picture("CMYK"))),
    "16-bit PNG": taken("photo", "EXIF", lambda: make().dirty_png(make().picture("I;16"))),
    "HEIC": taken("photo", "EXIF", lambda: beside("test_heif").dirty(make()), ending="heic"),
    "SVG with script": refused(DRAWN, lambda: SVG, ending="svg"),
    "`.jpg` that is EPS": refused(DRAWN, lambda: picture("REFUSED", "EPS"), ending="jpg"),
    "FITS": refused("this kind of picture", lambda: picture("REFUSED", "FITS of plain letters"), ending="jpg"),
    "PDF or HTML": taken("document", "(?:PDF Info|Scripts)", pdf_with_info, lambda: PAGE, ending="jpg"),
    "PDF encrypted": refused(
        "it is protected with a password",
        lambda: beside("test_pdf").saved(
            beside("test_pdf").plain(), encryption=pikepdf.Encryption(owner="a", user="b")
        ),
    ),
    "page loop": refused("it is damaged", looped_pdf, ending="pdf"),
    "flate bomb": refused("it unpacks to too much", bomb_pdf, ending="pdf"),
    "JavaScript": taken(
        "document", "PDF JavaScript",
        lambda: pdf(OpenAction=lambda _: Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))),
    ),
    "launch": taken(
        "document", "PDF actions", lambda: pdf(OpenAction=lambda _: Dictionary(S=Name.Launch, F=String("cmd.exe")))
    ),
    "embedded files": taken("document", "PDF Attachments", lambda: pdf(Names=attached)),
    "incremental updates with earlier text": taken("document", "PDF revisions", updated_pdf),
    "Info + XMP + thumbnails": taken(
        "document", "PDF Info[^;]*Thumbnail[^;]*XMP", lambda: beside("test_pdf").full_of_carriers(), ending="pdf"
    ),
    "annotations": taken("document", "PDF annotations", lambda: beside("test_pdf").full_of_carriers() + b"\n"),
    "text under a black box": taken("document", "PDF annotations", covered_pdf),
    "DOCX bomb": refused(
        "it unpacks to too much",
        lambda: make().changed(clean_docx(), "word/styles.xml", bytes(300 << 20)), ending="docx",
    ),
    "100,000 entries": refused("it unpacks to too much", many_entries),
    "overlapping entries": refused("it is damaged", overlapping, ending="zip"),
    "`../../x`": refused(
        "it is damaged", lambda: beside("test_zipped").zipped_up({"../../x": b"Noon.\n"}), ending="zip"
    ),
    "duplicated document.xml": refused("it is damaged", twice, ending="docx"),
    "XXE": refused(
        "its XML declares entities",
        lambda: docx("word/document.xml", lambda part: re.sub(rb"<\?xml.*?\?>", XXE, part, count=1)),
    ),
    "external template": taken(
        "document", "Template",
        lambda: linked_docx("attachedTemplate", "http://example.org/t.dotm", ' TargetMode="External"'),
    ),
    "OLE": refused(
        "it holds files that cannot be removed",
        lambda: docx("word/document.xml", lambda part: part.replace(b"<w:p>", b"<w:p><w:r><w:object/></w:r>", 1)),
    ),
    "macros": refused("it holds active content", lambda: linked_docx("vbaProject", "v.bin"), ending="docm"),
    "tracked changes": taken("document", "Tracked changes", lambda: dirty_docx(1), ending="docx"),
    "comments": taken("document", "Comments", lambda: dirty_docx(2), ending="docx"),
    "embedded JPEG with EXIF": taken("document", "EXIF", lambda: dirty_docx(3), ending="docx"),
    "MP3 ID3 size lie": refused("its cover or tags are damaged", lying_mp3, ending="mp3"),
    "cover art": taken("testimony", "ID3", covered_mp3, ending="mp3"),
    "WAV LIST": taken("testimony", "LIST", lambda: media("wav"), ending="wav"),
    "M4A location": taken("testimony", "GPS", lambda: media("m4a"), ending="m4a"),
    "OGG picture": taken("testimony", "Opus comment", covered_opus, ending="opus"),
}  # fmt: skip
"""Files: each item of the list as it stands there."""
LINKS = "tests/journeys/test_bad_input.py::test_what_cannot_be_taken_is_named_and_changes_nothing"
NAMES = "tests/journeys/test_bad_input.py::test_names_that_nobody_should_give_a_file"
ELSEWHERE = {
    "unknown binary": "tests/journeys/test_evidence.py::test_what_cannot_be_cleaned_is_kept_marked_and_never_leaves",
    "folder": LINKS,
    "fifo": LINKS,
    "socket": LINKS,
    "/dev/zero": "tests/journeys/test_bad_input.py::test_what_is_no_plain_file",
    "dangling and looping symlinks": LINKS,
    "symlink out of the folder in a recursive add":
        "tests/journeys/test_bulk.py::test_a_link_out_of_the_folder_is_told_and_not_followed",
    "file swapped for a symlink between stat and open":
        "tests/ingest/test_files.py::test_a_file_swapped_after_it_was_looked_at_is_refused",
    "file growing while read": "tests/journeys/test_bad_input.py::test_a_file_that_is_being_written_is_left_for_later",
    **dict.fromkeys(
        ("names with newline", "ESC", "RLO", "leading dash", "255 bytes", "invalid UTF-8", "`CON`", "NFD"), NAMES
    ),
    "the same file twice": "tests/journeys/test_bad_input.py::test_the_same_file_twice_is_one_record",
    "one unreadable file among twenty": "tests/journeys/test_bad_input.py::test_one_bad_among_twenty",
}  # fmt: skip
"""Items that are no file, with the tests that bring them."""


def brought(archive: Any, code: int) -> dict[Path, str]:
    """Files on the desk for each item that ends so, and what has to be said of each."""
    made = {}
    for number, bad in enumerate(BAD.values()):
        for turn, maker in enumerate(bad.makers if bad.code == code else ()):
            made[archive.file(f"{number:02}-{turn}.{bad.ending}", maker())] = bad.said
    return made


def unsaid(said: str, wanted: dict[Path, str]) -> list[str]:
    """The files of which something else is said than wanted, and what."""
    told = {name: words for name, _, words in (line.partition(": ") for line in said.splitlines())}
    lines = ((path.name, told.get(path.name, ""), words) for path, words in wanted.items())
    return [f"{name}: {line}" for name, line, words in lines if not re.match(words, line)]


def test_what_is_refused_has_its_line_and_changes_nothing(archive: Any) -> None:
    """By one command: exit 14, a line with the reason for each, and the archive is as it was."""
    wanted = brought(archive, 14)
    before = archive.kept()
    run = archive.run("add", *wanted)
    assert unsaid(run.said, wanted) == []
    assert (run.code, run.lines[0]) == (14, f"None of the {len(wanted)} files could be taken in.")
    assert archive.kept() == before and archive.leftovers() == []


def test_what_is_odd_is_taken_in_and_says_what_went(archive: Any) -> None:
    """By one command: exit 0, and a line with what was removed from each."""
    wanted = brought(archive, 0)
    assert len(wanted) <= 50, "of more, each is told only where something is odd"
    run = archive.run("add", *wanted)
    assert unsaid(run.said, wanted) == []
    assert run.code == 0 and f"{len(wanted)} added, 0 known already, 0 refused." in run.text


@pytest.mark.slow
@pytest.mark.parametrize("item", BAD)
def test_each_alone_has_its_code(archive: Any, item: str) -> None:
    """As people bring it: one file."""
    for turn, maker in enumerate(BAD[item].makers):
        path = archive.file(f"{turn}.{BAD[item].ending}", maker())
        run = archive.run("add", path)
        assert run.code == BAD[item].code and unsaid(run.said, {path: BAD[item].said}) == [], run


def test_no_item_of_the_list_is_missing() -> None:
    """As the design words them, each with a file here or with a test that is there."""
    assert not BAD.keys() & ELSEWHERE.keys()
    for where in ELSEWHERE.values():
        file, _, name = where.partition("::")
        parsed = ast.parse((TESTS.parent / file).read_text(encoding="utf-8"))
        assert name in {one.name for one in parsed.body if isinstance(one, ast.FunctionDef)}, where
    if not DESIGN.exists():
        pytest.skip("needs the design beside the repository")
    listed = DESIGN.read_text(encoding="utf-8").split("- **Bad inputs**")[1].split("): ", 1)[1]
    listed = re.sub(r" \([^)]*\)", "", " ".join(listed.split()).removesuffix("."))
    assert set(re.split(r"[;,] ", listed)) == BAD.keys() | ELSEWHERE.keys()
