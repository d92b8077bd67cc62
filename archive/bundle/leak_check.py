"""The leak check, from the side that holds the keys: reads the finished bag again, and asks a process of its own.

What looks through the files (``leaks.py``) runs in the sandbox, without keys, network or files: it opens pictures and
pages again, and no parser belongs beside the keys. If it crashes, hangs or answers nonsense, that is a leak. Files are
handed over one after another, so that a dossier need not lie in memory as a whole once more.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct, structs

from archive.bundle.content import EXTENSIONS
from archive.bundle.pages import likely_of, sure_of, text_of
from archive.bundle.verify import verify
from archive.errors import LeakError, UncleanError
from archive.records.kinds import Identity
from archive.sandbox.limits import Limits
from archive.sandbox.walls import WALLS, Wall
from archive.sandbox.wire import LENGTH
from archive.sandbox.worker import Worker
from archive.scrub.sheets import Sheets
from archive.speech import mark, tr

Layer = Literal["name", "kind", "bytes", "text", "attribute", "pattern", "container", "time", "bag", "reader", "ocr"]

_MANIFESTS = ("manifest-sha256.txt", "tagmanifest-sha256.txt")
LIMITS = Limits(memory=4 << 30, answer=1 << 26, cpu=1800, wall=3600)
"""Of one bag: the files are ours and have their size; a dossier of thousands of pages takes its time."""


class Leak(Struct, frozen=True):
    """One hit. ``who`` is the person's designation in this bundle, if it is a person of it; ``category`` what was hit.

    ``member`` is the path of the file, or its number in the list of files where the path itself is not ours.
    ``waiver`` is the word that was hit, by a name that only who has the key can give; what a person says to let it
    pass is made of it and of the places (``casework.waiving``). None for names and masks, nor where something is wrong
    with a file.
    """

    member: str
    where: str
    layer: Layer
    category: str
    who: str | None = None
    exhibit: int | None = None
    script: Literal["Latin", "Cyrillic"] | None = None
    waiver: str | None = None


class Watch(Struct, frozen=True):
    """What is looked for, and what is known to be ours."""

    identities: tuple[Identity, ...]  # of everybody in the archive
    masks: tuple[str, ...]
    shown: Mapping[str, str]  # person id -> designation in this bundle
    clear: frozenset[str]  # ids of those who may be named in it
    own: frozenset[str]  # whole pieces of text that are ours: ``dossier.own``'s answer
    keeps: frozenset[str] = frozenset()  # categories of patterns that the profile lets stand
    reach: frozenset[str] = frozenset()  # and those that are in clear of nobody
    key: bytes = b""  # known to nobody outside, for the names of what may be waived


class Seen(Struct, frozen=True):
    """What a machine made out on a picture: words ``likely`` to be there, and only those of which it is ``sure``.

    A sign stands in the place of each other word, so that numbers on both sides of it do not become one.
    """

    likely: str
    sure: str


class Found(Struct, frozen=True):
    """One entry of the finished folder as it lies on the disk; ``path`` is relative, ``data`` a regular file's.

    ``seen``: of a picture, what can be read on it; None if that failed or nobody can read here.
    """

    path: str
    kind: Literal["file", "folder", "other"]
    time: int  # nanoseconds
    data: bytes = b""
    seen: Seen | None = None
    marked: bool = False  # whether the file system keeps something more with it (an extended attribute)


class Bag(Struct, frozen=True):
    """What goes over the border before the entries: how many there are and the digests of the files among them, what
    verifying the bag found, and what is looked for."""

    count: int
    digests: frozenset[str]
    problems: tuple[str, ...]
    watch: Watch
    read: bool = False  # whether pictures can be read at all on this machine


class Eyes(Struct, frozen=True):
    """Who reads pictures, in a sandbox of its own that is told no name, and in which languages; none: nobody can."""

    sheets: Sheets
    languages: tuple[str, ...]


def look(
    folder: Path, watch: Watch, eyes: Eyes | None = None, walls: Sequence[Wall] = (*WALLS, Wall.NOTHING),
    advance: Callable[[int], object] = lambda _more: None,
) -> tuple[Leak, ...]:  # fmt: skip
    """Every leak in the bag at ``folder``; empty means that it may leave. ``advance`` hears of the octets handed over.

    The files are our own, so where no wall can be had the process of its own has to do.
    """
    bag = known(folder, watch, eyes)
    with Worker("", LIMITS, streaming="archive.bundle.leaks:handle", walls=walls) as worker:
        try:
            return _asked(worker, folder, bag, eyes, advance)
        except (UncleanError, msgspec.MsgspecError) as error:
            return (Leak("the folder", "the check itself failed", "reader", type(error).__name__),)


def _asked(
    worker: Worker, folder: Path, bag: Bag, eyes: Eyes | None, advance: Callable[[int], object]
) -> tuple[Leak, ...]:
    """What the process answers that is told of the bag and then given one entry after another."""
    with worker.feed(msgspec.msgpack.encode(bag), size_of(folder)) as looking:
        for entry in entries(folder, eyes):
            for block in told(entry):
                looking.write(block)
            advance(len(entry.data))
        looking.end()
        return msgspec.msgpack.decode(b"".join(looking), type=tuple[Leak, ...])


def size_of(folder: Path) -> int:
    """How many octets are looked through."""
    return sum(path.lstat().st_size for path in _paths(folder) if path.is_file())


def told(entry: Found) -> tuple[bytes, bytes, bytes]:
    """An entry as it is handed over: what is said of it, then what it holds."""
    said = msgspec.msgpack.encode(structs.replace(entry, data=b""))
    return LENGTH.pack(len(said)) + said, LENGTH.pack(len(entry.data)), entry.data


def known(folder: Path, watch: Watch, eyes: Eyes | None = None) -> Bag:
    """The bag at ``folder`` without its entries."""
    problems = tuple(found.problem for found in verify(folder).problems)
    digests = frozenset(_listed(folder))
    return Bag(len(_paths(folder)), digests, problems, watch, eyes is not None and bool(eyes.languages))


def entries(folder: Path, eyes: Eyes | None = None) -> Iterator[Found]:
    """What lies on the disk, one at a time, pictures before what shows them again; ``eyes`` read them.

    Links and devices are named, never opened.
    """
    able = eyes if eyes and eyes.languages else None
    return (_found(path, folder, able) for path in _paths(folder))


def _paths(folder: Path) -> list[Path]:
    """The folder and all that is in it; what is in a folder comes before what lies beside it."""
    held = [folder, *(Path(place, name) for place, kept, names in os.walk(folder) for name in kept + names)]
    return sorted(held, key=lambda path: (-len(path.parts), path))


def _listed(folder: Path) -> Iterator[str]:
    """The digests of the files, as the manifests tell them: verifying proved each, or the bag does not leave."""
    for path in (folder / name for name in _MANIFESTS):
        if path.is_file():
            yield from (line.partition("  ")[0] for line in path.read_text("utf-8", "replace").splitlines())


def _found(path: Path, folder: Path, eyes: Eyes | None) -> Found:
    shown, held = path.relative_to(folder).as_posix(), path.lstat()
    marked = any(name.startswith("user.") for name in os.listxattr(path, follow_symlinks=False))
    if stat.S_ISDIR(held.st_mode):
        return Found(shown, "folder", held.st_mtime_ns, marked=marked)
    if not stat.S_ISREG(held.st_mode):
        return Found(shown, "other", held.st_mtime_ns)
    data = path.read_bytes()
    seen = _seen(data, path.suffix, eyes) if eyes else None
    return Found(shown, "file", held.st_mtime_ns, data, seen, marked)


def _seen(data: bytes, suffix: str, eyes: Eyes) -> Seen | None:
    media_type = _PICTURES.get(suffix)
    if media_type is None:
        return None
    try:
        words = eyes.sheets.look(data, media_type, eyes.languages).words
    except UncleanError:
        return None
    return Seen(text_of(likely_of(words))[0], text_of(sure_of(words))[0])


def refusal(leaks: Sequence[Leak], refs: Sequence[str] = (), people: Mapping[str, str] | None = None) -> LeakError:
    """What a person is told: the first place, how many more there are, and what to do.

    ``refs`` are the archive's references of the exhibits in their order, ``people`` those of the designations: the
    bundle that knew the designations is destroyed.
    """
    first, more = leaks[0], len(leaks) - 1
    who = (people or {}).get(first.who or "")
    script = tr(" ({script} spelling)", script=tr(first.script)) if first.script else ""
    exhibit = tr("exhibit {number}, ", number=first.exhibit) if first.exhibit else ""
    where = f"{exhibit}{first.member}, {tr(first.where)}{script}"
    rest = tr(" And {number} more.", number=more) if more else ""
    known = first.exhibit is not None and first.exhibit <= len(refs)
    record = refs[(first.exhibit or 1) - 1] if known else None
    if first.layer in ("name", "bytes", "text", "attribute", "pattern", "ocr"):
        whose, what = who or first.who or tr("somebody"), tr(_SAID.get(first.category, first.category))
        told = tr(
            "No dossier: {whose}'s {what} is still in {where}.{rest}", whose=whose, what=what, where=where, rest=rest
        )
    else:
        told = tr("No dossier: something unexpected is in {where}.{rest}", where=where, rest=rest)
    return LeakError(told, _mending(first, who, record), details=[msgspec.to_builtins(leak) for leak in leaks])


def _mending(first: Leak, who: str | None, record: str | None) -> str:
    """What to do about it: cover a word on a picture, seal any other. ``record`` is None if nobody knows it."""
    kept = record or tr("the record")
    page = PAGE.search(first.member)
    if first.layer == "ocr" and record:
        hint = tr(
            "Cover it: archive open {record} --grid, then archive redact --box {box}:B4-C6. Or leave {record} out. "
            "The draft was destroyed.",
            record=record,
            box=f"{record}:{page[1]}" if page else record,
        )
    elif who:
        hint = tr(
            "Seal the word as one of their names: archive person name {who}. Or leave {record} out. "
            "The draft was destroyed.",
            who=who,
            record=kept,
        )
    else:
        hint = tr("Leave {record} out. The draft was destroyed.", record=kept)
    if not first.waiver:
        return hint
    looked = tr("Looked at it, and it tells of nobody? Add --waive {waiver}.", waiver=first.waiver)
    return f"{hint} {looked}"


_PICTURES = {f".{ending}": media_type for media_type, ending in EXTENSIONS.items()}
PAGE = re.compile(r"-document-\d+-(\d+)\.")  # which page of a paper a picture is
_SAID = {"birth_date": mark("birth date"), "mask": mark("hidden word")}
_CATEGORIES = (
    mark("name"), mark("place"), mark("date"), mark("address"), mark("phone"), mark("email"), mark("handle"),
    mark("capital"), mark("number"), mark("url"), mark("passport"), mark("plate"), mark("coordinates"),
    mark("unknown name"), mark("Latin"), mark("Cyrillic"),
    mark("its name"), mark("its time"), mark("its kind"), mark("its bytes"), mark("the picture"),
    mark("an embedded picture"), mark("it could not be read"), mark("the check itself failed"),
)  # fmt: skip
"""What the sandbox says in English of where a leak is and of what."""
