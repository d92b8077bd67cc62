"""Every format of the policy, made dirty in each place it has, cleaned in the sandbox, and read by everybody else.

One row a format, also of those that share a file in ``archive/scrub``. Each clean copy is read by every program that
knows its kind; each program is shown the dirty file too, so that one that is blind does not count as one that found
nothing.
"""

from __future__ import annotations

import base64
import importlib.util
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from msgspec import Struct
from PIL import Image

from archive.errors import UncleanError
from archive.scrub import formats
from archive.scrub.clean import Cleaner
from archive.scrub.inside import ENDINGS

SPEC = importlib.util.spec_from_file_location("seeds", Path(__file__).with_name("seeds.py"))
assert SPEC and SPEC.loader
seeds = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(seeds)

By = tuple[SimpleNamespace, SimpleNamespace]
"""The fixtures ``make`` and ``package``."""


def seed(name: str, number: int = 0) -> Callable[[By], bytes]:
    return lambda by: bytes(seeds.SEEDS[name](by)[number])


def media(name: str) -> Callable[[By], bytes]:
    return lambda _: bytes(seeds.beside("test_media").dirty(name))


def moving(by: By, kind: str) -> bytes:
    """An animation of three frames."""
    first, *rest = [by[0].picture("RGBA").rotate(30 * number) for number in range(3)]
    return bytes(getattr(by[0], f"dirty_{kind}")(first, save_all=True, append_images=rest, duration=80))


def avif(by: By) -> bytes:
    marks = Image.Exif()
    marks.load(b"Exif\0\0" + by[0].exif_block())
    return bytes(
        seeds.beside("test_heif").saved_as_avif(
            by[0].picture().resize((200, 120)), exif=marks, xmp=b"<x:xmpmeta>" + by[0].CANARY
        )
    )


def bmp(by: By) -> bytes:
    out = io.BytesIO()
    by[0].picture().save(out, "BMP")
    return out.getvalue() + by[0].CANARY


def hidden(text: str) -> bytes:
    """A text with a mark, a name in letters that nobody sees, and spaces of no width."""
    unseen = "".join(chr(0xE0000 + ord(letter)) for letter in "KANAREK")
    return ("\ufeff" + text.replace("court", f"co\u200b{unseen}urt")).encode()


def office(kind: str) -> Callable[[By], bytes]:
    return lambda by: bytes(seeds.beside("test_odf").dirty(by[0], kind))


def of_these(by: By) -> bytes:
    """A ZIP that holds the dirty file of every other row."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.comment = by[0].CANARY
        for name, (_, maker) in TABLE.items():
            if maker is not of_these:
                package.writestr(zipfile.ZipInfo(f"{name}.bin", (2025, 6, 2, 8, 55, 10)), maker(by))
    return out.getvalue()


TABLE: dict[str, tuple[str, Callable[[By], bytes]]] = {
    "JPEG": ("jpeg", seed("jpeg")),
    "PNG": ("png", seed("png")),
    "APNG": ("png", lambda by: moving(by, "png")),
    "WebP": ("webp", seed("webp")),
    "WebP animated": ("webp", lambda by: moving(by, "webp")),
    "GIF": ("gif", seed("gif")),
    "TIFF": ("tiff", lambda by: bytes(by[0].dirty_tiff(pages=1))),
    "TIFF multi-page": ("tiff", seed("tiff")),
    "BMP": ("bmp", bmp),
    "HEIC": ("heif", seed("heif")),
    "HEIF": ("heif", lambda by: bytes(seeds.beside("test_heif").dirty(by[0], brand=b"mif1"))),
    "AVIF": ("avif", avif),
    "PDF": ("pdf", seed("pdf")),
    "DOCX": ("docx", seed("docx")),
    "XLSX": ("xlsx", seed("xlsx")),
    "PPTX": ("pptx", seed("pptx")),
    "ODT": ("odf", office("text")),
    "ODS": ("odf", office("spreadsheet")),
    "ODP": ("odf", office("presentation")),
    "RTF": ("rtf", seed("rtf")),
    "HTML": ("html", seed("html")),
    "EPUB": ("epub", seed("epub")),
    "TXT": ("text", lambda _: hidden("The court heard the case.\n")),
    "MD": ("text", lambda _: hidden("# The case\n\n- the court *heard* it\n")),
    "CSV": ("text", lambda _: hidden("day,place\n14.03,court\n15.03,home\n")),
    "EML": ("eml", seed("eml")),
    "MP3": ("media_mp3", media("mp3")),
    "OGG": ("media_ogg", media("vorbis")),
    "Opus": ("media_ogg", media("opus")),
    "FLAC": ("media_flac", media("flac")),
    "WAV": ("media_wav", media("wav")),
    "M4A": ("media_mp4", media("m4a")),
    "MP4": ("media_mp4", media("mp4")),
    "MP4 HEVC": ("media_mp4", media("hevc")),
    "MOV": ("media_mp4", media("mov")),
    "3GP": ("media_mp4", media("3gp")),
    "MKV": ("media_matroska", media("mkv")),
    "WebM": ("media_matroska", media("webm")),
    "AVI": ("media_avi", media("avi")),
    "ZIP": ("zip_archive", seed("zip_archive")),
    "ZIP of these": ("zip_archive", of_these),
}
"""Each format with the file in ``archive/scrub`` that cleans it, and what makes a dirty one."""
POLICY = """
JPEG PNG APNG WebP GIF TIFF BMP HEIC HEIF AVIF PDF DOCX XLSX PPTX ODT ODS ODP RTF HTML EPUB TXT MD CSV EML
MP3 OGG Opus FLAC WAV M4A MP4 MOV MKV WebM 3GP ZIP
"""
"""What the program promises to take in."""
REFUSED = {"other_pictures", "old_office"}
"""What is known only to be refused by its name."""


class Row(Struct, frozen=True):
    """A format before and after, as files that are named by what they are."""

    dirty: Path
    clean: Path
    media_type: str


@pytest.fixture(scope="module")
def rows(make: SimpleNamespace, package: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Row]:
    """Every row of the table, cleaned by the real workers behind their wall."""
    folder, made = tmp_path_factory.mktemp("oracles"), {}
    with Cleaner() as cleaner:
        for name, (_, maker) in TABLE.items():
            brought = maker((make, package))
            cleaned = cleaner.clean(brought, name)
            ending = ENDINGS[cleaned.media_type][0]
            row = Row(
                dirty=folder / f"{name} dirty.{name.split()[0].lower()}",
                clean=folder / f"{name} clean{ending}",
                media_type=cleaned.media_type,
            )
            row.dirty.write_bytes(brought)
            row.clean.write_bytes(cleaned.data)
            made[name] = row
    return made


WORD = re.compile(rb"KANAREK|Kanarenko")
_RUNS = (
    (re.compile(rb"(?:[A-Za-z0-9+/]{4}[\r\n]{0,2}){16,}(?:[A-Za-z0-9+/]{2,3}={1,2})?"), base64.b64decode),
    (re.compile(rb"(?:[0-9a-fA-F]{2}[\r\n]{0,2}){32,}"), lambda run: bytes.fromhex(run.decode())),
)


def layers(data: bytes) -> Iterator[bytes]:
    """The bytes, and whatever is packed or written in other letters inside them, and so on."""
    yield data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for entry in package.infolist():
                yield entry.filename.encode() + entry.comment + entry.extra
                yield from layers(package.read(entry))
    for run, decode in _RUNS:
        for found in run.findall(data) if not data.startswith(b"PK") else ():
            yield from layers(decode(found))


def speaks(data: bytes) -> bool:
    """Tell whether the word stands in a layer, in any of the ways that programs write letters."""
    return any(
        WORD.search(form) for layer in layers(data) for form in (layer, layer.replace(b"\0", b""), _visible(layer))
    )


def _visible(layer: bytes) -> bytes:
    """Letters that nobody sees (tags of Unicode) as those that they stand for."""
    return re.sub(rb"\xf3\xa0([\x80-\x81])([\x80-\xbf])", lambda at: bytes([at[1][0] % 2 * 64 + at[2][0] % 64]), layer)


def asked(*words: str | Path, codes: tuple[int, ...] = (0,)) -> bytes:
    """What a program says, on either of its outputs; the test is skipped by name where it is missing."""
    if shutil.which(str(words[0])) is None:
        pytest.skip(f"needs {words[0]}")
    done = subprocess.run(words, capture_output=True, check=False)
    assert done.returncode in codes, (words, done)
    return done.stdout + done.stderr


def test_every_format_has_a_row() -> None:
    """A new file in ``archive/scrub`` fails here until it is in the table; and so does a name of the policy."""
    known = {one.__name__.rpartition(".")[2] for one in (*formats.FORMATS, *formats.CONTAINERS, *formats.STREAMS)}  # type: ignore[attr-defined]
    assert {module for module, _ in TABLE.values()} == known - REFUSED
    assert set(POLICY.split()) <= {name.split()[0] for name in TABLE}


def test_no_word_is_left_in_any_layer(rows: dict[str, Row]) -> None:
    """Unpacked, decoded from base64 and hexadecimal, in letters of two bytes and in those that nobody sees."""
    assert [name for name, row in rows.items() if not speaks(row.dirty.read_bytes())] == []
    assert [name for name, row in rows.items() if speaks(row.clean.read_bytes())] == []


EMPTY = {"", "0", "0000:00:00 00:00:00", "1980:01:01 00:00:00"}
"""What stands where a format wants a value and there is none; the first day of a ZIP."""
FIXED = {
    "ProfileDateTime: 2000:01:01 00:00:00",
    "ProfileCopyright: ICC",
    "ProfileDescription: ICC",
    "MuxingApp: Lavf",
    "WritingApp: Lavf",
    "Encoder: LAME",
    "HTTPEquivContentSecurityPolicy: default-src 'none'; img-src data:",
    "harmful metadata: default-src 'none'; img-src data:",
    "creation-date: -1",
    "mod-date: -1",
    "Warning: Install Archive::Zip to decode compressed ZIP information",
}
"""What the program writes itself, the same for everybody."""
SPEAKING = re.compile(
    r"Title|Artist|Comment|^Make$|Model|GPS|Location|Software|XMP|UserData|Author|HandlerDesc|HandlerVendor|(?<!Group)Descri"
    r"|Copyright$|Creator|Producer|Chapter|Attach|Date|Originat|UID$|Encoder$|App$|Vendor$|Serial|Owner|Keyword|Subject"
    r"|metadata|Warning|Error|Thumbnail|Preview(?!Time|Duration)|HTTPEquiv"
)
PLAIN = re.compile(
    r"(?:Track|TagTrack)UID: \d|(?:PackageMetadata)?Title: (?:Покази свідка|Свідчення & спогади|Перший розділ|2)"
)
"""Tracks of Matroska are called 1 and 2; titles of pages are seen by their readers."""


def strangers(told: str) -> list[str]:
    """The lines ``[Group] Name : value`` or ``Name: value`` that say something of a file and not how it is built."""
    pairs = [re.match(r"\s*(?:\[[^]]+\]\s+)?([^:]+?)\s*:\s?(.*)", line) for line in told.splitlines()]
    said = [(pair[1], pair[2].strip()) for pair in pairs if pair and not pair[0].startswith("[System]")]
    return [
        line
        for tag, value in said
        if SPEAKING.search(tag)
        and value not in EMPTY
        and (line := f"{tag}: {value}") not in FIXED
        and not PLAIN.fullmatch(line)
    ]


def told_by_exiftool(paths: Iterable[Path], codes: tuple[int, ...] = (0,)) -> dict[str, str]:
    """What it lists of each file, with everything that it knows to look for."""
    said = asked("exiftool", "-a", "-u", "-G1", "-s", "-ee", *paths, codes=codes).decode(errors="replace")
    return {path: told for path, _, told in (one.partition("\n") for one in said.split("======== ")[1:])}


def speaking(told: dict[str, str]) -> dict[str, list[str]]:
    """Of each file the lines that tell something, or hold the word."""
    found = {name: strangers(said) + WORD.findall(said.encode()) for name, said in told.items()}
    return {name: lines for name, lines in found.items() if lines}


def test_exiftool(rows: dict[str, Row]) -> None:
    """Structure alone, of files that it finds sound, in every format."""
    before = told_by_exiftool((row.dirty for row in rows.values()), codes=(0, 1))
    assert len(speaking(before)) > len(rows) * 2 // 3
    after = told_by_exiftool(row.clean for row in rows.values())
    assert (len(after), speaking(after)) == (len(rows), {})


BOOK = (
    '<dc:identifier id="id">none</dc:identifier><dc:title>Свідчення &amp; спогади</dc:title>'
    '<dc:language>uk</dc:language><meta property="dcterms:modified">2000-01-01T00:00:00Z</meta>'
)
"""What a book has to say of itself."""


def test_mat2(rows: dict[str, Row]) -> None:
    """Another cleaner, of the kinds that it knows: nothing, or how the file is built."""
    listed = asked("mat2", "--list").decode()
    known = [row.clean for row in rows.values() if f"{row.clean.suffix})" in listed or f"{row.clean.suffix}," in listed]
    assert len(known) > len(rows) // 2
    told = asked("mat2", "--show", *known).decode()
    assert all(path.name in told for path in known) and "not supported" not in told
    told = told.replace(BOOK, "")
    assert speaking({"all": told}) == {}


def test_unzip_and_what_it_unpacks(rows: dict[str, Row], tmp_path: Path) -> None:
    """Every package is whole by its own sums; each file in it is structure alone, and so on inside those."""
    waiting = {name: row.clean for name, row in rows.items() if row.clean.read_bytes()[:2] == b"PK"}
    assert {"DOCX", "ODP", "EPUB", "ZIP of these"} <= set(waiting)
    unpacked: list[Path] = []
    while waiting:
        name, path = waiting.popitem()
        assert b"No errors detected" in asked("unzip", "-t", path), name
        folder = tmp_path / name
        asked("unzip", "-q", path, "-d", folder)
        inside = [one for one in folder.rglob("*") if one.is_file()]
        waiting |= {f"{name} {number}": one for number, one in enumerate(inside) if one.read_bytes()[:2] == b"PK"}
        unpacked += inside
    assert [path for path in unpacked if speaks(path.read_bytes())] == []
    others = (path for path in unpacked if path.suffix not in (".xml", ".rels"))  # of these it lists every letter
    assert speaking(told_by_exiftool(others, codes=(0, 1))) == {}


def test_qpdf_and_poppler(rows: dict[str, Row]) -> None:
    """Sound and one revision; no word in any stream; neither information nor attachments nor scripts."""
    before, after = rows["PDF"].dirty, rows["PDF"].clean
    assert b"No syntax or stream encoding errors" in asked("qpdf", "--check", after)
    ways = ("qpdf", "--qdf", "--object-streams=disable", "--stream-data=uncompress", "--decode-level=all")
    assert speaks(asked(*ways, before, "-", codes=(0, 3))) and not speaks(asked(*ways, after, "-"))
    assert asked("qpdf", "--list-attachments", after).strip().endswith(b"has no embedded files")
    assert after.read_bytes().count(b"startxref") == 1
    assert b"Kanarenko" in asked("pdfinfo", before)
    told = dict(line.split(":", 1) for line in asked("pdfinfo", after).decode().splitlines())
    assert not {"Title", "Author", "Creator", "Producer", "CreationDate", "ModDate", "Keywords", "Subject"} & set(told)
    quiet = {name: told[name].strip() for name in ("Custom Metadata", "Metadata Stream", "JavaScript", "Form")}
    assert set(quiet.values()) <= {"no", "none"}


def test_ffprobe(rows: dict[str, Row]) -> None:
    """Of sound and video: streams of these two kinds alone, no chapter, no tag but how the file is built."""
    tags = "format_tags:stream_tags:chapter_tags:stream=codec_type:stream_disposition=attached_pic"
    words = ("ffprobe", "-v", "error", "-print_format", "json", "-show_chapters", "-show_entries", tags)
    allowed = seeds.beside("test_media").ALLOWED_TAGS
    played = {name: row for name, row in rows.items() if row.media_type.startswith(("audio", "video"))}
    assert len(played) == 13
    assert sum(bool(WORD.search(asked(*words, row.dirty, codes=(0, 1)))) for row in played.values()) > 8
    for name, row in played.items():
        told = json.loads(asked(*words, row.clean))
        assert {one["codec_type"] for one in told["streams"]} <= {"audio", "video"} and not told["chapters"], name
        assert not any(one["disposition"]["attached_pic"] for one in told["streams"]), name
        said = [one.get("tags", {}) for one in (told["format"], *told["streams"])]
        strange = [tag for one in said for tag, value in one.items() if not {tag, f"{tag}={value}"} & allowed]
        assert strange == [], name


def test_what_is_known_to_be_refused_is(make: SimpleNamespace, package: SimpleNamespace) -> None:
    """The two files of ``archive/scrub`` that have no row."""
    with Cleaner() as cleaner:
        for name in sorted(REFUSED):
            for data in seeds.SEEDS[name]((make, package)):
                with pytest.raises(UncleanError) as caught:
                    cleaner.clean(data, name)
                assert caught.value.message.startswith(f"{name}: it could not be cleaned (")
