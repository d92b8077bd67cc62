"""Whoever should not be in a finished bundle is found there: one canary for each layer that only that layer finds."""

import base64
import hashlib
import io
import os
import shutil
import signal
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

import msgspec
import pytest
from PIL import Image, ImageDraw, ImageFont

from archive.bundle import bag, dossier, labels, leak_check, leaks, reading
from archive.bundle.bag import Member
from archive.bundle.content import Passage
from archive.bundle.leak_check import Eyes, Leak, Seen, Watch
from archive.errors import LeakError
from archive.records.kinds import Identity, Name
from archive.sandbox.limits import Limits
from archive.scrub.sheets import NEEDED, Sheets

OLENA, JAKUB = "a" * 32, "b" * 32


def _person(person: str, language: str, **known: object) -> Identity:
    """An identity with one name; ``known`` goes into the name or the identity, where it belongs."""
    parts = {part: known.pop(part) for part in ("given", "patronymic", "surname") if part in known}
    return Identity(
        id=person[::-1],
        created="2024-01-01T00:00Z",
        entered_by="0" * 64,
        person=person,
        names=(Name(language=language, **parts),),
        **known,
    )


IDENTITIES = (
    _person(
        OLENA,
        "uk",
        given="Олена",
        patronymic="Петрівна",
        surname="Ковальчук",
        phones=("+380 67 123 45 67",),
        emails=("olena.k@example.org",),
        handles=("@lenka_kov",),
    ),
    _person(JAKUB, "cs", given="Jakub", surname="Vrabec"),
)
PHOTO = "exhibits/P-01-photo-1.jpg"
Files = dict[str, bytes]


def _examined(folder: Path, watch: Watch) -> tuple[Leak, ...]:
    """The check without its process: the same code, and quick."""
    return leaks.examine(leak_check.known(folder, watch), leak_check.entries(folder))


def _seek(kit, language: str = "en", identities: Sequence[Identity] = IDENTITIES, **changes: object) -> Watch:
    own = dossier.own([kit.page(kit.make(language, **changes)[0])])
    return Watch(tuple(identities), ("Вигадівка",), {OLENA: "P-01"}, frozenset(), own)


def _look(kit, folder: Path, change: Callable[[Files], object]) -> tuple[Leak, ...]:
    """Leaks of a bag that holds the little dossier with ``change`` made to its files; its manifests fit."""
    files = {member.name: member.data for member in kit.members()}
    change(files)
    kit.write(folder / "bag", [Member(*item) for item in files.items()], kit.nothing, kit.source())
    return _examined(folder / "bag", _seek(kit))


def _into_page(words: str | bytes, before: str = "</main>") -> Callable[[Files], None]:
    def change(files: Files) -> None:
        page, mark = files["dossier.html"], before.encode()
        assert mark in page
        files["dossier.html"] = page.replace(mark, (words.encode() if isinstance(words, str) else words) + mark)

    return change


def _into_twin(words: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        files["dossier.json"] = files["dossier.json"].rstrip().removesuffix(b"}") + f",{words}}}\n".encode()

    return change


def _photo(data: bytes) -> Callable[[Files], None]:
    return lambda files: files.update({PHOTO: data})


def _pixels(data: bytes) -> bytes:
    """A clean PNG whose one row of grey pixels is ``data``, stored as it is."""

    def chunk(kind: bytes, held: bytes) -> bytes:
        return struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held))

    header = struct.pack(">IIBBBBB", len(data), 1, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" + data, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _with(**extra: object) -> bytes:
    """A JPEG with something in its container."""
    held = io.BytesIO()
    Image.new("RGB", (8, 8)).save(held, "JPEG", **extra)
    return held.getvalue()


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x013B] = "somebody"  # Artist
    return _with(exif=exif)


def _embedded(data: bytes) -> str:
    return f'<img alt="" src="data:image/jpeg;base64,{base64.b64encode(data).decode()}">'


def _each(word: str, tag: str) -> str:
    """Its letters, each in an element of its own."""
    return "".join(f"<{tag}>{letter}</{tag}>\n" for letter in word)


CANARIES: dict[str, tuple[Callable[[Files], object], str]] = {
    "name of a file": (lambda files: files.update({"exhibits/IMG_2044.jpg": files[PHOTO]}), "name"),
    "kind unknown behind a good name": (_photo(b"PK\x03\x04" + bytes(100)), "kind"),
    "kind is PDF behind a good name": (_photo(b"%PDF-1.4\n%%EOF"), "kind"),
    "pixels that spell in UTF-8": (_photo(_pixels("..Ковальчук..".encode())), "bytes"),
    "pixels that spell in UTF-16LE": (_photo(_pixels("..Ковальчук..".encode("utf-16-le"))), "bytes"),
    "pixels that spell in UTF-16BE": (_photo(_pixels("..Vrabec..".encode("utf-16-be"))), "bytes"),
    "pixels that spell in capitals": (_photo(_pixels("..КОВАЛЬЧУК..".encode())), "bytes"),
    "inflected": (_into_page("<p>Ходила з Ковальчуком</p>"), "text"),
    "Latin spelling": (_into_page("<p>Written by Kovalchuk.</p>"), "text"),
    "another script": (_into_page("<p>Якубом Врабцем</p>"), "text"),
    "entities": (_into_page("<p>&#1050;овальчуком</p>"), "text"),
    "cut up by markup": (_into_page("<p>Коваль<b></b>чу<span>ком</span></p>"), "text"),
    "comment": (_into_page("<!-- Ковальчуком -->"), "text"),
    "declaration": (_into_page("<!ELEMENT Kovalchukom>"), "text"),
    "anybody's phone": (_into_page("<p>call +420 602 555 781</p>"), "pattern"),
    "a day": (_into_page("<p>12 березня 2024 року</p>"), "pattern"),
    "masked word": (_into_page("<p>у Вигадівці</p>"), "text"),
    "attribute": (_into_page('<p lang="uk" title="Ковальчуком"></p>'), "attribute"),
    "percent-encoded attribute": (_into_page(f'<a href="#{quote("Ковальчуком")}"></a>'), "attribute"),
    "cut up by lines": (_into_page("<p>Коваль-<br>чуком</p>"), "text"),
    "name of an attribute": (_into_page("<p Kovalchuk></p>"), "attribute"),
    "words of the drawn chronology": (_into_page("<svg><desc>Ковальчуком</desc><text>1</text></svg>"), "text"),
    "attribute of a drawing": (_into_page('<svg viewBox="Kovalchukom"></svg>'), "attribute"),
    "cell of a table": (lambda files: files.update({"exhibits.csv": "1;x;Ковальчуком\r\n".encode()}), "text"),
    "line of a form": (lambda files: files.update({"form.txt": "1. Name\n\nКовальчуком\n".encode()}), "text"),
    "JSON string": (_into_twin('"x":"Ковальчуком"'), "text"),
    "JSON escapes": (_into_twin(r'"x":"\u041a\u043e\u0432\u0430\u043b\u044c\u0447\u0443\u043a\u043e\u043c"'), "text"),
    "JSON key": (_into_twin('"Ковальчуком":1'), "text"),
    "JSON key that is there twice": (_into_twin('"x":"Ковальчуком","x":""'), "text"),
    "letters in cells": (_into_page(f"<table><tr>{_each('Vrabec', 'td')}</tr></table>"), "text"),
    "letters in paragraphs": (_into_page(_each("Врабцем", "p")), "text"),
    "letters in entries of a list": (_into_page(f"<ul>{_each('Kovalchuk', 'li')}</ul>"), "text"),
    "letters on lines of a form": (lambda files: files.update({"form.txt": b"V\n\nr\na\nb\ne\nc\n"}), "text"),
    "letters in cells of a table": (lambda files: files.update({"exhibits.csv": b"V,r,a,b,e,c\r\n"}), "text"),
    "letters in a list of JSON": (_into_twin('"x":["V","r","a","b","e","c"]'), "text"),
    "numbers of letters in JSON": (_into_twin(f'"x":{[*map(ord, "Ковальчуком")]}'), "text"),
    "letters that nobody sees": (_into_page("".join(chr(0xE0000 + ord(one)) for one in "<p>Vrabec</p>")), "kind"),
    "the same in JSON": (_into_twin(r'"x":"\udb40\udc56\udb40\udc72"'), "kind"),
    "a sign without width": (_into_page("<p>a&#x200b;b</p>"), "kind"),
    "a sign that turns the line": (lambda files: files.update({"form.txt": "a\u202eb\n".encode()}), "kind"),
    "an old end of a line": (lambda files: files.update({"form.txt": b"a\x0bb\n"}), "kind"),
    "EXIF": (_photo(_exif()), "container"),
    "comment of a JPEG": (_photo(_with(comment=b"somebody")), "container"),
    "after the end of a JPEG": (_photo(_with() + b"somebody"), "container"),
    "EXIF of an embedded picture": (_into_page(_embedded(_exif())), "container"),
    "something embedded that is no picture": (_into_page('<img alt="" src="data:image/svg+xml;base64,AAAA">'), "kind"),
    "no UTF-8": (_into_page(b"<p>\xff\xfe</p>"), "reader"),
    "what should be sealed": (lambda files: files.update({dossier.SEALED: b"not encrypted"}), "kind"),
    "kind unknown by its name": (lambda files: files.update({"salt": b"x"}), "kind"),  # a word of ours, but no file
    "what is sealed": (
        lambda files: files.update({dossier.SEALED: b"age-encryption.org/v1\n..Vrabec.."}),
        "bytes",
    ),
    "broken JSON": (_into_twin('"x":'), "reader"),
    "broken base64": (_into_page('<img alt="" src="data:image/png;base64,AAAA=A">'), "reader"),
}  # fmt: skip


@pytest.mark.parametrize("canary", CANARIES)
def test_each_canary_is_found_by_its_layer_alone(kit, tmp_path: Path, canary: str) -> None:
    """So that a layer switched off makes a test fail; and no report holds the word."""
    change, layer = CANARIES[canary]
    found = _look(kit, tmp_path, change)
    besides = {"picture that is none of the files", "unknown markup"}  # as what holds it is none of ours either
    assert {leak.layer for leak in found if leak.category not in besides} == {layer}
    told = str(found) + leak_check.refusal(found).message
    assert not any(
        word in told.casefold() for word in ("ковальч", "kovalch", "олен", "vrab", "враб", "вигад", "4567", "img_2044")
    )


@pytest.mark.parametrize(
    "change",
    [_into_page("<p>тел. (067) 123-45-67</p>"), _into_twin('"x":380671234567'), _into_page("<p>0671234567</p>")],
    ids=["spelt differently", "number in JSON", "run together"],
)
def test_a_known_phone_is_found_twice(kit, tmp_path: Path, change: Callable[[Files], object]) -> None:
    """As that person's, and as anything that looks like a phone."""
    found = _look(kit, tmp_path, change)
    assert {leak.layer for leak in found} == {"text", "pattern"}
    assert {leak.who for leak in found if leak.layer == "text"} == {"P-01"}


def test_a_clean_bundle_has_no_leaks(kit, tmp_path: Path) -> None:
    """The little dossier as it is."""
    assert _look(kit, tmp_path, lambda files: None) == ()


@pytest.mark.parametrize("language", labels.languages())
def test_our_own_words_are_no_false_alarms(kit, tmp_path: Path, language: str) -> None:
    """People may be called as a month, a label, a font or a unit of our markup is: it is still not them."""
    words = labels.labels(language)
    names = [
        words.months[2],
        words.months[4],
        words.dossier,
        words.exhibit,
        "Roman",
        "Georgia",
        "Noto",
        "Photo",
        "Main",
    ]
    people = [
        _person(f"{number:032x}", language, given=name.capitalize(), surname=name.capitalize())
        for number, name in enumerate(names)
    ]
    kit.write(tmp_path / "bag", kit.members(language), kit.nothing, kit.source())
    assert _examined(tmp_path / "bag", _seek(kit, language, people)) == ()


def test_the_same_words_in_their_texts_are_found(kit, tmp_path: Path) -> None:
    """What is ours is ours only as a whole label in its place."""
    people = [_person(JAKUB, "en", given="Exhibit")]
    changes = {"summary": Passage(text="They took Exhibit away.", language="en")}
    kit.write(tmp_path / "bag", kit.members(**changes), kit.nothing, kit.source())
    found = _examined(tmp_path / "bag", _seek(kit, identities=people, **changes))
    assert {(leak.member, leak.layer) for leak in found} == {
        (member, layer) for member in ("data/dossier.html", "data/dossier.json") for layer in ("text", "bytes")
    }


def test_a_word_by_itself_in_a_longer_text_is_no_title(kit, tmp_path: Path) -> None:
    """What a designation or the end of a line parts is one text; of a whole one in small letters it may be a name."""
    people = [_person(JAKUB, "en", surname="Dok")]
    for number, (text, found) in enumerate((("P-01.docx", False), ("he said\ndok\nand went", False), ("dok", True))):
        changes = {"summary": Passage(text=text, language="en"), "law": Passage(text=text, language="en")}
        folder = tmp_path / str(number)
        kit.write(folder, kit.members(**changes), kit.nothing, kit.source())
        leaks_of = _examined(folder, _seek(kit, identities=people, **changes))
        assert ({leak.layer for leak in leaks_of} == {"text"}) is found, text


def test_a_designation_is_no_name_of_a_street_and_no_number(kit, tmp_path: Path) -> None:
    """Of somebody who is called as a square, or stands behind one, or beside a month: else nobody could write so."""
    for number, text in enumerate(("to the place P-01 knew", "на площі P-01 не було", "вул. P-01, 05/2021 P-01")):
        changes = {"summary": Passage(text=text, language="en")}
        folder = tmp_path / str(number)
        kit.write(folder, kit.members(**changes), kit.nothing, kit.source())
        assert _examined(folder, _seek(kit, **changes)) == (), text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mluvil P-01 tři hodiny", False),
        ("v [místo] mluvili tři hodiny", False),
        ("v [datum narození] mluvili tři hodiny", False),
        ("mluvili spolu tři hodiny", True),
    ],
)
def test_a_piece_of_a_line_is_no_line_in_small_letters(kit, tmp_path: Path, text: str, found: bool) -> None:
    """As chats are, where ``tři`` would be somebody. What was hidden may have had a capital, in any language."""
    people = [_person(JAKUB, "cs", given="Trí")]
    changes = {"summary": Passage(text=text, language="cs")}
    kit.write(tmp_path / "bag", kit.members(**changes), kit.nothing, kit.source())
    leaks_of = _examined(tmp_path / "bag", _seek(kit, identities=people, **changes))
    assert bool(leaks_of) is found, leaks_of


def test_a_page_shows_no_picture_that_is_not_a_file_as_well(kit, tmp_path: Path) -> None:
    """However clean: nobody read what stands on it."""
    found = _look(kit, tmp_path, _into_page(_embedded(kit.picture(seed=9))))
    assert {(leak.layer, leak.category) for leak in found} == {("ocr", "picture that is none of the files")}


@pytest.mark.parametrize("markup", ["<script>x</script>", "<p onclick='x'></p>", "<tspan>x</tspan>", "<wbr>"])
def test_markup_that_no_dossier_has_may_not_leave(kit, tmp_path: Path, markup: str) -> None:
    """What it does or shows is known to nobody here: a word cut up by it, one that a script puts together."""
    found = _look(kit, tmp_path, _into_page(markup))
    assert {(leak.layer, leak.category) for leak in found} == {("kind", "unknown markup")}


def test_the_code_of_a_language_is_nobodys_name(kit, tmp_path: Path) -> None:
    """Of somebody called Uk or Ly; any other word there is looked at."""
    people = [_person(JAKUB, "en", surname="Uk"), _person(OLENA, "uk", surname="Ковальчук")]
    kit.write(tmp_path / "bag", kit.members("uk"), kit.nothing, kit.source())
    assert _examined(tmp_path / "bag", _seek(kit, "uk", people)) == ()
    assert reading.read_html(b"<p lang='Uk'>.</p>", frozenset()).fragments[0].text == "Uk"


def test_a_leak_says_who_where_and_how_it_is_spelt(kit, tmp_path: Path) -> None:
    """By designation, exhibit and script; somebody who is not in this bundle is somebody."""
    found = _look(kit, tmp_path, _into_page("<article id='exhibit-3'><p>Kovalchuk, Врабець</p></article>"))
    told = {(leak.who, leak.exhibit, leak.script) for leak in found}
    assert ("P-01", 3, "Latin") in told and (None, 3, "Cyrillic") in told
    refused = leak_check.refusal([leak for leak in found if leak.who])
    assert refused.message.startswith("No dossier: P-01's name is still in exhibit 3, data/dossier.html, line ")
    assert refused.message.endswith("(Latin spelling).")
    assert refused.hint == "Leave the record out. The draft was destroyed." and refused.exit_code == 16
    known = leak_check.refusal([leak for leak in found if leak.who], ["T1AAA", "T2BBB", "T3CCC"], {"P-01": "PQ7A2"})
    assert known.message.startswith("No dossier: PQ7A2's name is still in exhibit 3")
    assert known.hint == (
        "Seal the word as one of their names: archive person name PQ7A2. Or leave T3CCC out. The draft was destroyed."
    )


@pytest.mark.parametrize(
    ("member", "box"),
    [("data/exhibits/P-01-photo-2.jpg", "T1AAA"), ("data/exhibits/P-01-document-3-12.png", "T1AAA:12")],
)
def test_a_name_on_a_picture_is_to_be_covered(member: str, box: str) -> None:
    """It is sealed already: to seal it again would change nothing."""
    leak = leak_check.Leak(member, "the picture", "ocr", "name", who="P-01", exhibit=1)
    told = leak_check.refusal([leak], ["T1AAA"], {"P-01": "PQ7A2"})
    assert told.hint == (
        f"Cover it: archive open T1AAA --grid, then archive redact --box {box}:B4-C6. Or leave T1AAA out. "
        "The draft was destroyed."
    )
    assert leak_check.refusal([leak]).hint == "Leave the record out. The draft was destroyed."


def test_a_name_in_a_file_name_is_not_repeated(kit, tmp_path: Path) -> None:
    """The member is told by its number, and whose name it is."""
    found = _look(kit, tmp_path, lambda files: files.update({"exhibits/Kovalchuk.jpg": files[PHOTO]}))
    named = [leak for leak in found if leak.layer == "name"]
    assert {(leak.who, leak.member) for leak in named} == {("P-01", "file 1")}
    assert "kovalchuk" not in (str(found) + leak_check.refusal(found).message).casefold()


def test_utf16_within_a_page_is_found(kit, tmp_path: Path) -> None:
    """Half of it is NUL, which browsers drop."""
    found = _look(kit, tmp_path, _into_page("<p>" + "Vrabec".encode("utf-16-le").decode("latin-1") + "</p>"))
    assert "bytes" in {leak.layer for leak in found}


def test_a_form_of_whole_words_in_raw_text_is_found(kit, tmp_path: Path) -> None:
    """Inside what is ours otherwise: the style, if one letter of it was changed."""
    found = _look(kit, tmp_path, _into_page("/* Vrabec */", before="</style>"))
    assert "bytes" in {leak.layer for leak in found}


def test_an_empty_folder_tells(kit, finished: Path) -> None:
    """No manifest lists it."""
    folder = finished / "data" / "Kovalchuk"
    folder.mkdir()
    for path in (folder, folder.parent):
        os.utime(path, (bag.MTIME, bag.MTIME))
    assert {leak.layer for leak in _examined(finished, _seek(kit))} == {"name", "bag"}


def test_bytes_that_are_a_word_in_small_letters_are_no_name(kit, tmp_path: Path) -> None:
    """Надія is hope as well; what counts in raw bytes is the name as it was written down, or all in capitals."""
    people = [_person(JAKUB, "uk", given="Надія")]
    for number, (text, hit) in enumerate([("Ще є надія.", False), ("Прийшла Надія.", True), ("НАДІЯ!", True)]):
        changes = {"summary": Passage(text=text, language="uk")}
        kit.write(tmp_path / str(number), kit.members(**changes), kit.nothing, kit.source())
        found = _examined(tmp_path / str(number), _seek(kit, identities=people, **changes))
        assert ("bytes" in {leak.layer for leak in found}) is hit


def test_what_a_file_system_keeps_beside_a_file_or_folder_may_not_leave(kit, finished: Path) -> None:
    """Extended attributes go along when a folder is copied."""
    for path in (finished / "data" / PHOTO, finished / "data"):
        try:
            os.setxattr(path, "user.note", b"Vrabec")
        except OSError:
            pytest.skip("this file system keeps no extended attributes")
        assert {leak.layer for leak in _examined(finished, _seek(kit))} == {"kind"}
        os.removexattr(path, "user.note")
    assert _examined(finished, _seek(kit)) == ()


def test_a_tag_file_with_a_line_of_somebody_may_not_leave(kit, finished: Path) -> None:
    """Also where every manifest vouches for it."""
    info = finished / "bag-info.txt"
    info.write_bytes(info.read_bytes() + "Contact-Name: Ковальчуком\n".encode())
    tags = finished / "tagmanifest-sha256.txt"
    listed = [line.split("  ")[1] for line in tags.read_text().splitlines()]
    tags.write_text(
        "".join(f"{hashlib.sha256((finished / name).read_bytes()).hexdigest()}  {name}\n" for name in listed)
    )
    for path in (info, tags, finished):
        os.utime(path, (bag.MTIME, bag.MTIME))
    assert {leak.layer for leak in _examined(finished, _seek(kit))} == {"text"}


def test_times_tell(kit, finished: Path) -> None:
    """Of a file and of a folder."""
    for path in (finished / "data" / PHOTO, finished / "data"):
        before = path.stat().st_mtime
        os.utime(path, (1_700_000_000, 1_700_000_000))
        assert {leak.layer for leak in _examined(finished, _seek(kit))} == {"time"}
        os.utime(path, (before, before))
    assert _examined(finished, _seek(kit)) == ()


def test_a_bag_that_does_not_verify_may_not_leave(kit, finished: Path) -> None:
    """One that was changed after its manifests, without any name in it."""
    twin = finished / "data" / "dossier.json"
    times = twin.stat().st_mtime
    twin.write_bytes(twin.read_bytes().replace(b"\n", b" \n", 1))
    os.utime(twin, (times, times))
    assert "bag" in {leak.layer for leak in _examined(finished, _seek(kit))}


def test_links_and_special_files_may_not_leave(kit, finished: Path) -> None:
    """A link to a clean file, a pipe: not opened."""
    photo = finished / "data" / PHOTO
    shutil.move(photo, finished.parent / "x.jpg")
    photo.symlink_to(finished.parent / "x.jpg")
    assert ("kind", "no ordinary file") in {(leak.layer, leak.category) for leak in _examined(finished, _seek(kit))}
    photo.unlink()
    os.mkfifo(photo)
    assert ("kind", "no ordinary file") in {(leak.layer, leak.category) for leak in _examined(finished, _seek(kit))}


def test_a_leak_destroys_the_draft(kit, tmp_path: Path) -> None:
    """As an export uses it: nothing is left, neither under its name nor under another."""

    def inspect(folder: Path) -> None:
        if found := _examined(folder, _seek(kit)):
            raise leak_check.refusal(found)

    poisoned = kit.members(summary=Passage(text="Розповідає Ковальчук.", language="uk"))
    with pytest.raises(LeakError, match="P-01's name is still in"):
        kit.write(tmp_path / "bag", poisoned, inspect, kit.source())
    assert not list(tmp_path.iterdir())
    kit.write(tmp_path / "bag", kit.members(), inspect, kit.source())
    assert (tmp_path / "bag").is_dir()


def test_the_check_runs_in_a_process_of_its_own(finished: Path, kit) -> None:
    """It answers the same, and this process has not loaded a single parser for it."""
    seek = _seek(kit)
    assert leak_check.look(finished, seek) == ()
    page = finished / "data" / "dossier.html"
    page.write_bytes(page.read_bytes().replace(b"<main", "<!-- Олена --><main".encode()))
    assert set(leak_check.look(finished, seek)) == set(_examined(finished, seek)) != set()
    code = "import sys, archive.bundle.leak_check, archive.casework.publishing; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"PIL", "pikepdf", "lxml", "av", "pi_heif", "pypdfium2", "exifread"} & set(loaded)


def test_a_check_that_fails_is_a_leak(finished: Path, kit, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that runs out of time or memory lets nothing out."""
    monkeypatch.setattr(leak_check, "LIMITS", Limits(memory=1 << 26))
    assert {leak.layer for leak in leak_check.look(finished, _seek(kit))} == {"reader"}


def _children(process: int) -> list[int]:
    """The processes below one, however deep, by their numbers."""
    begun = [int(one) for told in Path(f"/proc/{process}/task").glob("*/children") for one in told.read_text().split()]
    return [*begun, *(deeper for one in begun for deeper in _children(one))]


@pytest.mark.parametrize("harm", [signal.SIGKILL, signal.SIGSTOP, signal.SIGSEGV])
def test_a_check_that_is_killed_or_stands_still_is_a_leak(
    finished: Path, kit, monkeypatch: pytest.MonkeyPatch, harm: signal.Signals
) -> None:
    """In the middle, when the first file was handed over: what it would have said of the others nobody knows."""
    monkeypatch.setattr(leak_check, "LIMITS", Limits(wall=2))
    before, harmed = frozenset(_children(os.getpid())), list[int]()

    def befall(_more: int) -> None:
        for one in _children(os.getpid()):
            if one not in before and one not in harmed:
                harmed.append(one)
                os.kill(one, harm)

    found = leak_check.look(finished, _seek(kit), advance=befall)
    assert harmed and {(leak.layer, leak.where) for leak in found} == {("reader", "the check itself failed")}


def test_a_check_that_is_not_told_of_every_file_is_a_leak(finished: Path, kit) -> None:
    """Cut off anywhere, or with more than was announced: half an answer lets nothing out."""
    known, said = leak_check.known(finished, _seek(kit)), list[bytes]()
    told = b"".join(block for entry in leak_check.entries(finished) for block in leak_check.told(entry))
    leaks.handle(msgspec.msgpack.encode(known), io.BytesIO(told), said.append)
    assert msgspec.msgpack.decode(said.pop()) == []
    for wrong in (b"", told[:3], told[:20], told[:-1], told + b"\0"):
        with pytest.raises(EOFError):
            leaks.handle(msgspec.msgpack.encode(known), io.BytesIO(wrong), said.append)
    assert said == []


def test_a_page_is_read_the_same_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """However it is cut, between tags alone; a comment and a style are one piece each."""
    page = "<p>Ковальчук <b>а</b> ї</p><!-- a <b> c --><style>p { x: 'a<b' }</style><p title='д<е'>a</p>".encode()
    whole = reading.read_html(page, frozenset())
    for size in (1, 7, 30):
        monkeypatch.setattr(reading, "_PIECE", size)
        pieces = {one.text for one in reading.read_html(page, frozenset()).fragments}
        assert {one.text for one in whole.fragments} <= pieces


def test_a_region_in_the_place_of_a_town_passes_and_nothing_else(kit, tmp_path: Path) -> None:
    """Whole and in brackets, as redaction writes it; not the town's name in brackets, nor the region without them."""
    living = Identity(id=OLENA, created="2026-11-22T10:05Z", entered_by="d", person=OLENA, places=("Чернігів",))
    for number, (words, found) in enumerate(
        [("[Чернігівська область]", False), ("[Чернігів]", True), ("Чернігівська область", True), ("[Chernihiv]", True)]
    ):
        text = Passage(text=f"Він жив там: {words}.", language="uk")
        files = kit.members(summary=text)
        kit.write(tmp_path / str(number), files, kit.nothing, kit.source())
        assert bool(_examined(tmp_path / str(number), _seek(kit, identities=(living,), summary=text))) is found, words


def test_what_we_write_passes_however_a_paper_breaks_it(kit, tmp_path: Path) -> None:
    """A region over two lines, a month behind the number of a row, a name that is a word in small letters."""
    living = _person(OLENA, "uk", given="Оля", surname="Соб", places=("Чернігів",))
    seek = _seek(kit, identities=(living,))
    prepared = leaks._prepared(seek, frozenset(), read=False)
    for text in ("жив там: [Чернігівська\x0cобласть]. Так", "[…]\x0c2 06/2024 року", "2 06/2024\x0c3 07/2024"):
        assert list(leaks._matched(reading.Fragment(text, "text", "page 1"), "data/dossier.pdf", prepared)) == [], text
    for text in ("жив там: [Чернігівська\x0cземля]. Так", "+380 67 123 45 67"):
        assert list(leaks._matched(reading.Fragment(text, "text", "page 1"), "data/dossier.pdf", prepared)), text
    paper = leaks.Octets((("Havran", OLENA),), seek).but_ours()
    for name, found in (("havran", False), ("Havran", True), ("HAVRAN", True)):
        octets = f"BT ({name}) Tj".encode()
        assert bool(list(paper.of_other(octets, "its bytes", "data/dossier.pdf"))) is found, name


def test_who_may_be_named_is_and_nobody_else(kit, tmp_path: Path) -> None:
    """In somebody's own copy their name passes, with a surname they share; a relative's own name does not."""
    brother = Identity(
        id=JAKUB, created="2026-11-22T10:05Z", entered_by="d", person=JAKUB,
        names=(Name(language="uk", given="Юхим", surname="Цвіркун"),),
    )  # fmt: skip
    her = msgspec.structs.replace(
        brother, id=OLENA, person=OLENA, names=(Name(language="uk", given="Олена", surname="Цвіркун"),)
    )
    for number, (words, found) in enumerate(
        [("Олена Цвіркун", False), ("Олени Цвіркун", False), ("Юхим Цвіркун", True), ("Юхим", True)]
    ):
        text = Passage(text=f"Тоді {words} не прийшли.", language="uk")
        kit.write(tmp_path / str(number), kit.members(summary=text), kit.nothing, kit.source())
        seek = msgspec.structs.replace(_seek(kit, identities=(her, brother), summary=text), clear=frozenset({OLENA}))
        assert bool(_examined(tmp_path / str(number), seek)) is found, words


def test_a_part_of_a_double_name_in_clear_is_not_taken_for_a_relative(kit, tmp_path: Path) -> None:
    """His surname is the first half of hers: her own copy may leave, and he may not stand in it."""
    his, hers = (
        Identity(
            id=ident, created="2026-11-22T10:05Z", entered_by="d", person=ident,
            names=(Name(language="uk", given=given, surname=surname),),
        )
        for ident, given, surname in ((JAKUB, "Юхим", "Цвіркун"), (OLENA, "Олена", "Цвіркун-Вигадана"))
    )  # fmt: skip
    for number, (words, found) in enumerate([("Олена Цвіркун-Вигадана", False), ("Юхим Цвіркун", True)]):
        text = Passage(text=f"Тоді {words} не прийшли.", language="uk")
        kit.write(tmp_path / str(number), kit.members(summary=text), kit.nothing, kit.source())
        seek = msgspec.structs.replace(_seek(kit, identities=(his, hers), summary=text), clear=frozenset({OLENA}))
        assert bool(_examined(tmp_path / str(number), seek)) is found, words


def _able(folder: Path, watch: Watch) -> leak_check.Bag:
    """As where pictures can be read."""
    return msgspec.structs.replace(leak_check.known(folder, watch), read=True)


def _made_out(folder: Path, seen: Seen | None) -> list[leak_check.Found]:
    """The entries, with what a machine made out on the photograph."""
    return [
        msgspec.structs.replace(one, seen=seen if one.path.endswith(PHOTO) else None)
        for one in leak_check.entries(folder)
    ]


SEEN = {
    "a name, badly made out": (Seen("vrabecu", ""), "name"),
    "a name in capitals": (Seen("JAKUB VRABEC", "JAKUB VRABEC"), "name"),
    "a masked word": (Seen("у Вигадівці", ""), "mask"),
    "a phone": (Seen("", "+420 602 555 781"), "phone"),
    "a day": (Seen("", "12 березня 2024 року"), "date"),
    "nothing, as reading it failed": (None, "picture that could not be read"),
}


@pytest.mark.parametrize("canary", SEEN)
def test_what_can_be_read_on_a_picture_is_looked_for(kit, finished: Path, canary: str) -> None:
    """By this layer alone: the container is clean. A shape counts only where the machine was sure."""
    seen, category = SEEN[canary]
    found = leaks.examine(_able(finished, _seek(kit)), _made_out(finished, seen))
    assert {(leak.layer, leak.category) for leak in found} == {("ocr", category)}
    assert "vrabec" not in str(found).casefold()


def test_where_nobody_can_read_only_photographs_leave(kit, finished: Path) -> None:
    """On the word of who looked at them; a page of a paper never."""
    seek = _seek(kit)
    assert _examined(finished, seek) == ()
    page = "exhibits/P-01-document-1-1.jpg"
    entries = [
        msgspec.structs.replace(one, path=f"data/{page}") if one.path.endswith(PHOTO) else one
        for one in leak_check.entries(finished)
    ]
    watch = msgspec.structs.replace(seek, own=seek.own | {page})
    found = leaks.examine(leak_check.known(finished, watch), entries)
    assert {(leak.layer, leak.category) for leak in found} == {("ocr", "picture that could not be read")}


def test_a_name_on_a_finished_picture_is_read(kit, tmp_path: Path, reads: bool) -> None:
    """Whatever painted it: the finished file is drawn and read again."""
    if not reads:
        pytest.skip("needs tesseract with ukr, rus, ces and eng")
    sign = Image.new("RGB", (900, 200), "white")
    ImageDraw.Draw(sign).text((40, 60), "The house of Jakub Vrabec", fill="black", font=ImageFont.load_default(48))
    held = io.BytesIO()
    sign.save(held, "JPEG", quality=90)
    files = {member.name: member.data for member in kit.members()}
    files[PHOTO] = held.getvalue()
    kit.write(tmp_path / "bag", [Member(*item) for item in files.items()], kit.nothing, kit.source())
    with Sheets() as sheets:
        found = leak_check.look(tmp_path / "bag", _seek(kit), Eyes(sheets, NEEDED))
    assert ("ocr", "name", "the picture") in {(leak.layer, leak.category, leak.where) for leak in found}
    assert leak_check.look(tmp_path / "bag", _seek(kit), Eyes(sheets, NEEDED)) != ()  # who reads has gone: not passed


def test_a_shape_has_a_waiver_and_a_name_has_none(kit, finished: Path) -> None:
    """The same one each time, another for another key; nothing that may be somebody's own has one."""

    def waivers(seen: Seen, key: bytes) -> set[str | None]:
        watch = msgspec.structs.replace(_seek(kit), key=key)
        found = leaks.examine(_able(finished, watch), _made_out(finished, seen))
        return {leak.waiver for leak in found}

    house = Seen("", "+420 602 555 781")
    (one,) = waivers(house, b"k")
    assert one is not None and waivers(house, b"k") == {one} != waivers(house, b"l")
    assert waivers(Seen("", "+420 602 555 782"), b"k") != {one}
    for theirs in (Seen("Jakub Vrabec", ""), Seen("у Вигадівці", ""), Seen("067 123 45 67", "")):
        assert waivers(theirs, b"k") == {None}
