"""How a dossier leaves: as a folder, as a zip, or as a zip that age locks; signed if asked.

In every form the bag is written whole as a draft, looked at by the leak check, signed, and only then gets its name.
What will be locked is drafted in a memory file system: its plain text never touches a disk.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shlex
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import IO

from msgspec import Struct

from archive.bundle import bag, parcel
from archive.bundle.bag import Member
from archive.bundle.verify import SIGNATURES, TAG_MANIFEST, verify
from archive.errors import DamagedError, ExistsError, MissingToolError, UsageError
from archive.seal import age, passphrase
from archive.seal.signing import Publisher
from archive.speech import tr
from archive.vault import leftover

Random = Callable[[int], bytes]
_CHUNK = 1 << 20
_NEEDS_QUOTES = re.compile(r"(?=.*[^!-~])[\w ./+,-]+")  # a blank or foreign letter, and no sign that shells read
_RULE = "* * *"


class Way(Struct, frozen=True, kw_only=True):
    """``recipients`` are raw age keys; with them or a passphrase the dossier is locked, else ``zipped`` or a folder.

    ``scratch`` is a folder in a memory file system, None where the machine has none. ``languages`` are those of the
    dossier, and of the page that tells how to open a locked one.
    """

    zipped: bool = False
    recipients: tuple[bytes, ...] = ()
    passphrase: str | None = None
    publisher: Publisher | None = None
    scratch: Path | None = None
    languages: tuple[str, ...] = ("en",)

    @property
    def locked(self) -> bool:
        """Whether somebody needs a key or a passphrase to read it."""
        return bool(self.recipients) or self.passphrase is not None

    def name(self, wanted: Path) -> Path:
        """``wanted`` with the ending that tells people what it is: ``.zip.age`` or ``.zip``, a folder's as it is."""
        if self.locked:
            return (
                wanted if wanted.suffix == ".age" else wanted.with_name(f"{wanted.name.removesuffix('.zip')}.zip.age")
            )
        if self.zipped and wanted.suffix != ".zip":
            return wanted.with_name(f"{wanted.name}.zip")
        return wanted


def check_place(target: Path, way: Way) -> None:
    """ExistsError if something is at ``target`` or where the page to it goes; NotFoundError without its folder.

    What a run left there that was killed is destroyed first; its page may stay, if it is the very same.
    """
    bag.sweep(target)
    if os.path.lexists(target):
        raise _exists()
    if way.locked:
        page = instructions(target, way)
        if os.path.lexists(target.with_name(page.name)) and not _is_written(target.parent, page):
            raise _exists()
    if not target.parent.is_dir():
        raise bag.no_folder()


def _is_written(folder: Path, member: Member) -> bool:
    """Whether this very file lies there."""
    path = folder / member.name
    return path.is_file() and not path.is_symlink() and path.read_bytes() == member.data


def _exists() -> ExistsError:
    return ExistsError(
        tr("Something is there already under this name."), tr("Choose another name: -o PATH. Nothing was changed.")
    )


def deliver(target: Path, members: Sequence[Member], inspect: Callable[[Path], None], way: Way, random: Random) -> str:
    """Make the dossier at ``target`` and return the SHA-256 of its ``tagmanifest-sha256.txt`` in hex.

    ``inspect`` is shown the finished folder before anything gets its name; what it raises destroys the draft.
    Raises as ``check_place`` does; MissingToolError where no memory file system is to be had.
    """
    check_place(target, way)
    with bag.draft(_place(target, way), members, random) as draft:
        inspect(draft)
        manifest = (draft / TAG_MANIFEST).read_bytes()
        if way.publisher is not None:
            _sign(draft, manifest, way.publisher)
        bag.settle(draft)
        if way.locked or way.zipped:
            _write(target, draft, way, random)
        else:
            _name(draft, target, way)
        bag.sync(target.parent)
    return hashlib.sha256(manifest).hexdigest()


def instructions(target: Path, way: Way) -> Member:
    """The page that goes with a locked dossier, for somebody who has never opened one; it lies beside ``target``.

    In each language of the dossier, one below the other; it says nothing of what is inside. UsageError if it does not
    come in one of them.
    """
    said = (_opening(target, way, language, number) for number, language in enumerate(way.languages))
    return Member(f"{target.name}.txt", f"\n{_RULE}\n\n".join(said).encode())


def _opening(target: Path, way: Way, language: str, number: int) -> str:
    """How to open it, in one language, up to the page in that language."""
    texts = tomllib.loads((resources.files("archive.bundle") / "opening.toml").read_text("utf-8"))
    if language not in texts:
        raise UsageError(tr("Headings do not come in this language."), tr("There is: {known}.", known=", ".join(texts)))
    words, file, packed = texts[language], target.name, target.name.removesuffix(".age")
    key = "" if way.passphrase is not None else "-i KEY.txt "
    command = f"   age -d {key}-o {_typed(packed)} {_typed(file)}"
    page = f"data/{bag.stem('dossier', language, number)}.html"
    secret = words["key" if key else "passphrase"]
    told: str = words["text"].format(file=file, zip=packed, page=page, command=command, secret=secret)
    return told.lstrip()


def _typed(name: str) -> str:
    """A name of a file as it is typed; in double quotes where they do, as Windows knows no single ones."""
    said = f"./{name}" if name.startswith("-") else name
    return f'"{said}"' if _NEEDS_QUOTES.fullmatch(said) else shlex.quote(said)


def _place(target: Path, way: Way) -> Path:
    if not way.locked:
        return target
    if way.scratch is None:
        raise MissingToolError(
            tr("This machine has no memory file system to prepare a locked dossier in."),
            tr("Mount one at /dev/shm, or make a plain one on an encrypted disk and lock it with age: --plain"),
        )
    return way.scratch / leftover.DOSSIER


def _sign(draft: Path, manifest: bytes, publisher: Publisher) -> None:
    for name, signature in zip(SIGNATURES, (publisher.ssh(manifest), publisher.minisign(manifest)), strict=True):
        bag.put(draft, Member(name, signature.encode()))
    if not verify(draft).ok:
        raise DamagedError(tr("The dossier could not be signed."), tr("The draft was destroyed. Try again."))


def _write(target: Path, draft: Path, way: Way, random: Random) -> None:
    """One file, under a name for drafts until it is whole on the disk."""
    unnamed, files = bag.unnamed(target, random), tuple(_members(draft))
    try:
        with _new(unnamed) as file, leftover.held(unnamed):
            if way.locked:
                packed = draft / "packed.zip"
                with _new(packed) as inner:
                    _pack(inner, packed, files)
                file.writelines(_lock(packed, way, random))
                _keep(file)
            else:
                _pack(file, unnamed, files)
            _name(unnamed, target, way)
    finally:
        unnamed.unlink(missing_ok=True)


def _pack(file: IO[bytes], path: Path, files: Sequence[Member]) -> None:
    """Write a zip into the file at ``path``; whole there, or DamagedError."""
    parcel.pack(file, files)
    _keep(file)
    if not verify(path).ok:
        raise DamagedError(tr("The zip could not be written whole."), tr("The draft was destroyed. Try again."))


def _name(unnamed: Path, target: Path, way: Way) -> None:
    """Give a whole dossier its name, after the page to it; ExistsError if somebody else took the place meanwhile.

    What fails here leaves neither.
    """
    check_place(target, way)
    page = instructions(target, way) if way.locked else None
    try:
        if page is not None and not _is_written(target.parent, page):
            bag.put(target.parent, page)
        unnamed.rename(target)
    except OSError as error:
        if isinstance(error, FileExistsError):  # the page is somebody else's
            raise _exists() from error
        if page is not None:
            (target.parent / page.name).unlink(missing_ok=True)
        if error.errno == errno.ENOTEMPTY:
            raise _exists() from error
        raise


def _members(draft: Path) -> Iterator[Member]:
    for place, _, names in os.walk(draft):
        for name in names:
            path = Path(place, name)
            yield Member(path.relative_to(draft).as_posix(), path.read_bytes())


@contextmanager
def _new(path: Path) -> Iterator[IO[bytes]]:
    """A new file that nobody else reads."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "w+b") as file:
        yield file


def _keep(file: IO[bytes]) -> None:
    """Bring what was written to the disk."""
    file.flush()
    os.fsync(file.fileno())


def _lock(packed: Path, way: Way, random: Random) -> Iterator[bytes]:
    pieces = _pieces(packed)
    if way.passphrase is not None:
        return passphrase.encrypt(pieces, way.passphrase, random)
    return age.encrypt(pieces, way.recipients, random)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece
