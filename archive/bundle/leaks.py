"""The leak check, inside the sandbox: looks through a finished bag for everybody who should not be in it. Fails closed.

Layers, each of its own code path: the **name** of every file and folder; its **kind**; its **bytes**, searched for
every known form in UTF-8 and UTF-16; what a machine reads on each picture (**ocr**, read before, by a process that
knows no name); the **text** and **attributes** of pages, JSON and tag files, read by the matcher and for **pattern**s
(phones, numbers, days); **containers** of pictures, walked again by the cleaner's second look, embedded ones too;
**times**; and the **bag** itself, which has to verify. What cannot be read is a hit (**reader**).
A ``Leak`` says where something is, never what.

What is ours (labels, codes, designations) is passed in as whole pieces of text; the matcher is not weakened for it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from itertools import count
from typing import BinaryIO, Literal

import msgspec
from msgspec import Struct

from archive.bundle.bag import MTIME
from archive.bundle.content import APART, EXTENSIONS
from archive.bundle.entries import DESIGNATION
from archive.bundle.leak_check import Bag, Found, Layer, Leak, Watch
from archive.bundle.reading import KNOWN, Fragment, Readout, read_csv, read_html, read_json, read_text
from archive.language import regions
from archive.records.kinds import Identity
from archive.redact import layers
from archive.redact.matcher import Matcher
from archive.redact.span import Span
from archive.redact.text import stretches_in_clear
from archive.sandbox.wire import LENGTH
from archive.scrub.formats import recognise
from archive.scrub.picture import dots

FOLDERS = frozenset({".", "data", "data/exhibits"})
TAG_FILES = frozenset({"bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"})
SHORTEST = 6
"""Octets a form needs to be searched for in pictures: shorter ones turn up in compressed pixels by chance."""

_READERS: Mapping[str, Callable[[bytes, frozenset[str]], Readout]] = {
    "html": read_html,
    "json": read_json,
    "txt": read_text,
    "csv": read_csv,
}
_PAPER = "pdf"
_PICTURES = frozenset(EXTENSIONS.values())
_PHOTOGRAPH = re.compile(r"-photo-\d+\.[a-z]+$")
_EMBEDDED = re.compile(rb"data:image/[a-z]+;base64,[A-Za-z0-9+/=]+")
_MARKUP = re.compile(rf"</?(?:{KNOWN.pattern})(?=[ >])|(?<= )(?:{KNOWN.pattern})(?==\")")
_PLACED = re.compile(rf"\[(?:{'|'.join(map(re.escape, sorted(regions.names(), key=len, reverse=True)))})\]")
"""What redaction puts in the place of a place: a region, whole and in brackets. Nothing beside it passes."""
_DESIGNATION = re.compile(rf"(?<![\w-]){DESIGNATION}(?![\w-])")
_AGE = b"age-encryption.org/v1\n"
_MANIFEST_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_TAG_LINE = re.compile(
    r"BagIt-Version: 1\.0|Tag-File-Character-Encoding: UTF-8|External-Identifier: [0-9a-f]{12}|Payload-Oxum: \d+\.\d+"
)


class _Seek(Struct, frozen=True):
    """What is looked for, prepared."""

    matcher: Matcher
    forms: tuple[tuple[str, str | None], ...]  # a form as written down, and whose it is
    shown: Mapping[str, str]  # person id -> designation in this bundle
    clear: frozenset[str]  # ids of those who may be named
    own: frozenset[str]
    keeps: frozenset[str]
    reach: frozenset[str]
    read: bool  # whether pictures can be read here
    key: bytes
    digests: frozenset[str]  # of the files
    dots: set[bytes]  # of what those of them show that are pictures of dots, and were looked at


def handle(request: bytes, source: BinaryIO, write: Callable[[bytes], object]) -> bytes:
    """Look through one ``Bag``, whose entries come one after another; the sandbox calls this in a process of its own.

    Writes the encoded leaks.
    """
    bag = msgspec.msgpack.decode(request, type=Bag)
    write(msgspec.msgpack.encode(examine(bag, _entries(source, bag.count))))
    return b""


def _entries(source: BinaryIO, number: int) -> Iterator[Found]:
    """What the other side hands over. Raises EOFError if it is not as many entries as that, each of them whole."""
    for _ in range(number):
        (size,) = LENGTH.unpack(_exactly(source, LENGTH.size))
        told = msgspec.msgpack.decode(_exactly(source, size), type=Found)
        (held,) = LENGTH.unpack(_exactly(source, LENGTH.size))
        yield msgspec.structs.replace(told, data=_exactly(source, held))
    if source.read(1):
        raise EOFError


def _exactly(source: BinaryIO, size: int) -> bytes:
    data = source.read(size)
    if len(data) < size:
        raise EOFError
    return data


def examine(bag: Bag, entries: Iterable[Found]) -> tuple[Leak, ...]:
    """Every leak in a bag; empty means that it may leave."""
    seek = _prepared(bag.watch, bag.digests, read=bag.read)
    leaks = [Leak("the folder", problem, "bag", "bag") for problem in bag.problems]
    numbers = count(1)
    for entry in entries:
        leaks += _folder(entry) if entry.kind == "folder" else _member(entry, next(numbers), seek)
    return tuple(dict.fromkeys(leaks))


def _prepared(watch: Watch, digests: frozenset[str], *, read: bool) -> _Seek:
    forms = {(form, identity.person) for identity in watch.identities for form in _forms(identity)}
    clear = [form for form, person in forms if person in watch.clear]  # a part of theirs tells of no namesake either
    theirs = {part for form in clear for part in (form, *re.split(r"[\s-]+", form))}
    known = sorted(pair for pair in forms if pair[0] not in theirs) + [
        (mask, None) for mask in sorted(set(watch.masks))
    ]
    return _Seek(
        Matcher(watch.identities, watch.masks, wide=True),
        tuple(known),
        watch.shown,
        watch.clear,
        watch.own | digests,
        watch.keeps,
        watch.reach,
        read,
        watch.key,
        digests,
        set(),
    )


def _folder(entry: Found) -> Iterator[Leak]:
    """It may be empty and still say something, by its name or time."""
    if entry.time != MTIME * 10**9:
        yield Leak("a folder", "its time", "time", "time")
    if entry.marked:
        yield Leak("a folder", "its kind", "kind", "attached to it")
    if entry.path not in FOLDERS:
        yield Leak("a folder", "its name", "name", "unknown name")


def _forms(identity: Identity) -> Iterator[str]:
    for name in identity.names:
        yield from (part for part in (name.given, name.patronymic, name.surname) if part)
    for listed in (identity.nicknames, identity.aliases, identity.places, identity.phones, identity.emails):
        yield from listed
    yield from (*identity.handles, *identity.addresses)


def _member(entry: Found, number: int, seek: _Seek) -> list[Leak]:
    """All layers over one file; whatever goes wrong on the way is a hit."""
    name = entry.path
    shown = name if _is_ours(name, seek) else f"file {number}"
    try:
        leaks = list(_name(name, shown, seek))
        if entry.time != MTIME * 10**9:
            leaks.append(Leak(shown, "its time", "time", "time"))
        if entry.marked:
            leaks.append(Leak(shown, "its kind", "kind", "attached to it"))
        if entry.kind != "file":
            return [*leaks, Leak(shown, "its kind", "kind", "no ordinary file")]
        leaks += _content(entry.data, name, shown, seek)
        return leaks + list(_made_out(entry, shown, seek))
    except Exception as error:  # noqa: BLE001 -- fail closed: no failure of a reader may let a file pass
        return [Leak(shown, "it could not be read", "reader", type(error).__name__)]


def _is_ours(name: str, seek: _Seek) -> bool:
    return name in TAG_FILES or (name.startswith("data/") and name.removeprefix("data/") in seek.own)


def _name(name: str, shown: str, seek: _Seek) -> Iterator[Leak]:
    if not _is_ours(name, seek):
        found = [
            leak
            for part in re.split(r"[/.]", name)
            for leak in _matched(Fragment(part, "text", "its name"), shown, seek)
        ]
        hits = found or [Leak(shown, "its name", "name", "unknown name")]
        yield from (msgspec.structs.replace(leak, layer="name") for leak in hits)


def _content(data: bytes, name: str, shown: str, seek: _Seek) -> Iterator[Leak]:
    kind = name.rpartition(".")[2]
    if kind == _PAPER:
        yield from _paper(data, shown, seek)
    elif kind in _READERS:
        readout = _READERS[kind](data, seek.own)
        for fragment in readout.fragments:
            yield from _matched(fragment, shown, seek)
        if readout.foreign:
            yield Leak(shown, "its kind", "kind", "unknown markup")
        for picture in readout.pictures:
            if hashlib.sha256(picture).hexdigest() not in seek.digests:  # else it is one of the files, looked at there
                yield from _picture(picture, "an embedded picture", shown, seek)
                yield Leak(shown, "an embedded picture", "ocr", "picture that is none of the files")
        yield from _bytes_of_text(data, shown, seek)
    elif kind == "age":
        if not data.startswith(_AGE):
            yield Leak(shown, "its kind", "kind", "not sealed")
        yield from _bytes_of_picture(data, "its bytes", shown, seek)
    elif kind in _PICTURES:
        yield from _picture(data, "the picture", shown, seek)
        if kind == "png":
            seek.dots.add(dots(data, "PNG"))
    else:
        yield Leak(shown, "its kind", "kind", "unknown kind")
        yield from _bytes_of_picture(data, "its bytes", shown, seek)


def _paper(data: bytes, shown: str, seek: _Seek) -> Iterator[Leak]:
    """What stands on the pages, and behind them."""
    from archive.bundle.pdf_reading import read_pdf  # noqa: PLC0415 - two libraries, and not every bag has one

    readout = read_pdf(data, seek.own)
    for fragment in readout.fragments:
        yield from _matched(fragment, shown, seek)
    inside = {hashlib.sha256(picture).hexdigest() for picture in readout.pictures}
    if not (inside <= seek.digests and seek.dots.issuperset(readout.dots)):
        yield Leak(shown, "a picture in it", "ocr", "picture that is none of the files")
    for octets in (data, *readout.streams):
        yield from _bytes_of_picture(octets, "its bytes", shown, seek)


def _matched(fragment: Fragment, shown: str, seek: _Seek) -> Iterator[Leak]:
    """What the matcher says of one piece of text, unless all of it is ours."""
    text = fragment.text
    line = _MANIFEST_LINE.fullmatch(text)
    if line and line[1] in seek.digests:  # the digest of a file that is there: only the path could say something
        text = line[2]
    if _is_ours(text, seek) or text.strip() in seek.own or _TAG_LINE.fullmatch(text):
        return
    designations = frozenset(seek.shown.values())
    placed = [match.span() for match in _PLACED.finditer(text)]
    spans = layers.find(_without_digits(text, designations), seek.matcher, whole=fragment.whole)
    placed += stretches_in_clear(text, spans, seek.clear, _reach(shown, seek))
    for span in spans:
        hit = text[span.start : span.end]
        if span.person is None and (span.category in seek.keeps or hit in seek.own):
            continue
        if hit not in designations and not any(start <= span.start < span.end <= end for start, end in placed):
            layer: Layer = "pattern" if span.layer in ("pattern", "date") else fragment.layer
            who = seek.shown.get(span.person or "")
            waiver = _waiver(span, hit, seek)
            yield Leak(shown, fragment.where, layer, span.category, who, fragment.exhibit, _script(hit), waiver)


def _reach(shown: str, seek: _Seek) -> frozenset[str]:
    """The categories that are in clear of nobody; what is for the lawyer alone tells how people are reached."""
    return frozenset() if shown.startswith(f"data/{APART}") else seek.reach


def _without_digits(text: str, designations: frozenset[str]) -> str:
    """``text`` with the digits of designations out of the way: beside a month they look like a phone."""
    return _DESIGNATION.sub(lambda one: "P-".ljust(len(one[0]), "n") if one[0] in designations else one[0], text)


def _waiver(span: Span, hit: str, seek: _Seek) -> str | None:
    """The name of a hit by its shape alone, which a person may answer for; none if it may be somebody's own."""
    if span.layer not in ("pattern", "date") or span.person is not None:
        return None
    told = f"{span.category}\n{hit.casefold()}".encode()
    return hashlib.blake2b(told, key=seek.key, digest_size=5).hexdigest()


def _picture(data: bytes, where: str, shown: str, seek: _Seek) -> Iterator[Leak]:
    """The container walked again by the second look, then the bytes."""
    known = recognise(data)
    if known is None or not set(known.MEDIA_TYPES) & EXTENSIONS.keys():
        yield Leak(shown, where, "kind", "unknown kind")
    else:
        yield from (Leak(shown, where, "container", group) for group in known.residue(data))
    yield from _bytes_of_picture(data, where, shown, seek)


def _made_out(entry: Found, shown: str, seek: _Seek) -> Iterator[Leak]:
    """What can be read on a picture: likely words as anybody's name, the certain ones as anything else.

    What cannot be read does not leave. Where nobody can read, photographs do, on the word of who looked at them.
    """
    if entry.path.rpartition(".")[2] not in _PICTURES:
        return
    if entry.seen is None:
        if seek.read or (_is_ours(entry.path, seek) and not _PHOTOGRAPH.search(entry.path)):
            yield Leak(shown, "the picture", "ocr", "picture that could not be read")
        return
    for text, layers_of in ((entry.seen.likely, ("identity", "mask")), (entry.seen.sure, ("pattern", "date"))):
        spans = layers.find(text, seek.matcher)
        clear = stretches_in_clear(text, spans, seek.clear, seek.reach)
        for span in spans:
            inside = any(start <= span.start < span.end <= end for start, end in clear)
            kept = span.category in seek.keeps and span.person is None
            if span.layer in layers_of and not inside and not kept:
                hit, who = text[span.start : span.end], seek.shown.get(span.person or "")
                waiver = _waiver(span, hit, seek)
                yield Leak(shown, "the picture", "ocr", span.category, who, script=_script(hit), waiver=waiver)


def _bytes_of_text(data: bytes, shown: str, seek: _Seek) -> Iterator[Leak]:
    """Forms as whole words anywhere in the raw file, outside markup, whole pieces of ours and decoded pictures."""
    pieces = seek.own | set(map(escape, seek.own))
    ours = "|".join(re.escape(piece) for piece in sorted(pieces, key=len, reverse=True))
    whole = rf'(?<=[>"])(?:{ours})(?=[<"])|(?<=  data/)(?:{ours})(?=\n)|(?m:^(?:{ours})$)'
    said = _EMBEDDED.sub(b"", data).decode("utf-8")  # first: beside a Cyrillic letter each of their letters takes two
    text = _PLACED.sub("[]", _MARKUP.sub("", re.sub(whole, "", said)))
    for form, person in seek.forms:
        spelt = {form, form.upper()}  # in small letters many a name is an ordinary word
        if any(kind in text and re.search(rf"(?<![^\W\d_]){re.escape(kind)}(?![^\W\d_])", text) for kind in spelt):
            yield Leak(shown, "its bytes", "bytes", "name", seek.shown.get(person or ""), script=_script(form))
    yield from _bytes_of_picture(data, "its bytes", shown, seek, encodings=("utf-16-le", "utf-16-be"))


def _bytes_of_picture(
    data: bytes, where: str, shown: str, seek: _Seek, encodings: Iterable[str] = ("utf-8", "utf-16-le", "utf-16-be")
) -> Iterator[Leak]:
    """Forms as they are, in lower and in upper case, anywhere in stretches of the raw file that could be text."""
    for encoding in encodings:
        stretches = b"\n\n".join(_COULD_BE[encoding].findall(data))
        for form, person in seek.forms:
            spelt = {kind.encode(encoding) for kind in (form, form.lower(), form.upper())}
            if any(len(octets) >= SHORTEST and octets in stretches for octets in spelt):
                yield Leak(shown, where, "bytes", "name", seek.shown.get(person or ""), script=_script(form))


_COULD_BE = {
    "utf-8": re.compile(rb"(?:[ -~]|[\xc2-\xdf][\x80-\xbf]|[\xe1-\xe2][\x80-\xbf]{2}){5,}"),
    "utf-16-le": re.compile(
        rb"(?:[ -~]\x00|[\x00-\xff][\x01-\x05\x1e\x20])(?:[ -~]\x00|[\x00-\xff][\x01-\x05\x1e\x20])+"
    ),
    "utf-16-be": re.compile(rb"(?:\x00[ -~]|[\x01-\x05\x1e\x20][\x00-\xff]){2,}"),
}
"""Printable Latin and Cyrillic: compressed pixels are almost never more than a few octets of it."""


def _script(text: str) -> Literal["Latin", "Cyrillic"] | None:
    letters = [letter for letter in text if letter.isalpha()]
    if not letters:
        return None
    return "Cyrillic" if any("\u0400" <= letter <= "\u052f" for letter in letters) else "Latin"
