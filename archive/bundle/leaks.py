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
from itertools import count
from typing import BinaryIO

import msgspec
from msgspec import Struct

from archive.bundle.bag import MTIME
from archive.bundle.content import APART, EXTENSIONS
from archive.bundle.entries import DESIGNATION
from archive.bundle.leak_check import Bag, Found, Layer, Leak, Watch
from archive.bundle.leak_octets import PLACED, TAG_LINE, Octets, script
from archive.bundle.reading import Fragment, Readout, read_csv, read_html, read_json, read_text, spelt
from archive.bundle.visible import visible
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
_READERS: Mapping[str, Callable[[bytes, frozenset[str]], Readout]] = {
    "html": read_html,
    "json": read_json,
    "txt": read_text,
    "csv": read_csv,
}
_PAPER = "pdf"
_PICTURES = frozenset(EXTENSIONS.values())
_PHOTOGRAPH = re.compile(r"-photo-\d+\.[a-z]+$")
_DESIGNATION = re.compile(rf"(?<![\w-]){DESIGNATION}(?![\w-])")
_AGE = b"age-encryption.org/v1\n"
_MANIFEST_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


class _Seek(Struct, frozen=True):
    """What is looked for, prepared."""

    matcher: Matcher
    octets: Octets
    digests: frozenset[str]  # of the files
    read: bool  # whether pictures can be read here
    dots: set[bytes]  # of what those of the files show that are pictures of dots, and were looked at
    found: dict[tuple[str, bool], tuple[Span, ...]]  # in texts that were read: each language says theirs again

    @property
    def watch(self) -> Watch:
        """What is known of people and to be ours, digests among it."""
        return self.octets.watch


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
    octets = Octets(tuple(known), msgspec.structs.replace(watch, own=watch.own | digests))
    return _Seek(Matcher(watch.identities, watch.masks, wide=True), octets, digests, read, set(), {})


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
    return name in TAG_FILES or (name.startswith("data/") and name.removeprefix("data/") in seek.watch.own)


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
        readout = _READERS[kind](data, seek.watch.own)
        for fragment in (*readout.fragments, *spelt(readout.fragments)):
            yield from _matched(fragment, shown, seek)
            if visible(fragment.text) != fragment.text:
                yield Leak(shown, fragment.where, "kind", "character that nobody sees")
        if readout.foreign:
            yield Leak(shown, "its kind", "kind", "unknown markup")
        for picture in readout.pictures:
            if hashlib.sha256(picture).hexdigest() not in seek.digests:  # else it is one of the files, looked at there
                yield from _picture(picture, "an embedded picture", shown, seek)
                yield Leak(shown, "an embedded picture", "ocr", "picture that is none of the files")
        yield from seek.octets.of_text(data, shown)
    elif kind == "age":
        if not data.startswith(_AGE):
            yield Leak(shown, "its kind", "kind", "not sealed")
        yield from seek.octets.of_other(data, "its bytes", shown)
    elif kind in _PICTURES:
        yield from _picture(data, "the picture", shown, seek)
        if kind == "png":
            seek.dots.add(dots(data, "PNG"))
    else:
        yield Leak(shown, "its kind", "kind", "unknown kind")
        yield from seek.octets.of_other(data, "its bytes", shown)


def _paper(data: bytes, shown: str, seek: _Seek) -> Iterator[Leak]:
    """What stands on the pages, and behind them."""
    from archive.bundle.pdf_reading import read_pdf  # noqa: PLC0415 - two libraries, and not every bag has one

    readout = read_pdf(data, seek.watch.own)
    for fragment in readout.fragments:
        yield from _matched(fragment, shown, seek)
    inside = {hashlib.sha256(picture).hexdigest() for picture in readout.pictures}
    if not (inside <= seek.digests and seek.dots.issuperset(readout.dots)):
        yield Leak(shown, "a picture in it", "ocr", "picture that is none of the files")
    beside = seek.octets.but_ours()
    for octets in (data, *readout.streams):
        yield from beside.of_other(octets, "its bytes", shown)


def _matched(fragment: Fragment, shown: str, seek: _Seek) -> Iterator[Leak]:
    """What the matcher says of one piece of text, unless all of it is ours."""
    text = fragment.text
    line = _MANIFEST_LINE.fullmatch(text)
    if line and line[1] in seek.digests:  # the digest of a file that is there: only the path could say something
        text = line[2]
    if _is_ours(text, seek) or text.strip() in seek.watch.own or TAG_LINE.fullmatch(text):
        return
    placed = [match.span() for match in PLACED.finditer(text)]
    spans = _found(_without_designations(text, seek), seek, whole=fragment.whole)
    placed += stretches_in_clear(text, spans, seek.watch.clear, _reach(shown, seek))
    for span in spans:
        hit = text[span.start : span.end]
        if span.person is None and (span.category in seek.watch.keeps or hit in seek.watch.own):
            continue
        if not any(start <= span.start < span.end <= end for start, end in placed):
            layer: Layer = "pattern" if span.layer in ("pattern", "date") else fragment.layer
            who = seek.watch.shown.get(span.person or "")
            waiver = _waiver(span, hit, seek)
            yield Leak(shown, fragment.where, layer, span.category, who, fragment.exhibit, script(hit), waiver)


def _found(text: str, seek: _Seek, *, whole: bool) -> tuple[Span, ...]:
    """Where somebody or something stands in a text; looked for once in each."""
    known = seek.found.get((text, whole))
    if known is None:
        known = seek.found[text, whole] = tuple(layers.find(text, seek.matcher, whole=whole))
    return known


def _reach(shown: str, seek: _Seek) -> frozenset[str]:
    """The categories that are in clear of nobody; what is for the lawyer alone tells how people are reached."""
    return frozenset() if shown.startswith(f"data/{APART}") else seek.watch.reach


def _without_designations(text: str, seek: _Seek) -> str:
    """``text`` without designations, which look like a phone beside a month and like the name of a street.

    Their P is kept: a file is not called in small letters alone (``_spoken`` of the layers).
    """
    ours = frozenset(seek.watch.shown.values())
    return _DESIGNATION.sub(lambda one: "P".ljust(len(one[0]), "¤") if one[0] in ours else one[0], text)


def _waiver(span: Span, hit: str, seek: _Seek) -> str | None:
    """The name of a hit by its shape alone, which a person may answer for; none if it may be somebody's own."""
    if span.layer not in ("pattern", "date") or span.person is not None:
        return None
    told = f"{span.category}\n{hit.casefold()}".encode()
    return hashlib.blake2b(told, key=seek.watch.key, digest_size=5).hexdigest()


def _picture(data: bytes, where: str, shown: str, seek: _Seek) -> Iterator[Leak]:
    """The container walked again by the second look, then the bytes."""
    known = recognise(data)
    if known is None or not set(known.MEDIA_TYPES) & EXTENSIONS.keys():
        yield Leak(shown, where, "kind", "unknown kind")
    else:
        yield from (Leak(shown, where, "container", group) for group in known.residue(data))
    yield from seek.octets.of_other(data, where, shown)


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
        clear = stretches_in_clear(text, spans, seek.watch.clear, seek.watch.reach)
        for span in spans:
            inside = any(start <= span.start < span.end <= end for start, end in clear)
            kept = span.category in seek.watch.keeps and span.person is None
            if span.layer in layers_of and not inside and not kept:
                hit, who = text[span.start : span.end], seek.watch.shown.get(span.person or "")
                waiver = _waiver(span, hit, seek)
                yield Leak(shown, "the picture", "ocr", span.category, who, script=script(hit), waiver=waiver)
