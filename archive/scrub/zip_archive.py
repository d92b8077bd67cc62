"""ZIP: every file in it cleaned by its own format, and packed anew in order of names, with one date.

One file that cannot be cleaned refuses the whole, since leaving it out would lose it. Names stay, as the archive keeps
the name of a single file: sealed with it. What computers add for themselves is dropped.
"""

from __future__ import annotations

from collections.abc import Callable

from archive.errors import UncleanError
from archive.scrub import zipped
from archive.scrub.contract import Cleaned, Inner, Reason
from archive.scrub.inside import is_system_file, named
from archive.scrub.zip_look import strays

MEDIA_TYPES = ("application/zip",)


def matches(data: bytes) -> bool:
    """Tell by the first entry; packages of other formats are to be asked for before."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def clean(data: bytes, inner: Inner) -> Cleaned:
    """Clean each file, and pack them anew."""
    if data.startswith(b"PK\x05\x06"):
        raise UncleanError(Reason.EMPTY)
    listed = zipped.entries(data)
    files: dict[str, bytes] = {}
    found, texts = set(zipped.groups(data, listed)), []
    for number, (name, entry) in enumerate(sorted(listed.items()), 1):
        if is_system_file(name):
            found.add("System files")
        elif not entry.size:
            found.add("Empty files")
        else:
            part = inner(zipped.unpacked(data, entry))
            own, stays = named(name if entry.named else None, part.media_type, files, number)
            files[own] = part.data
            found.update(part.found if stays else (*part.found, "File names"))
            texts += [own, part.text] if part.text else [own]
    if not files:
        raise UncleanError(Reason.EMPTY)
    groups = tuple(sorted(found))
    return Cleaned(
        data=zipped.packed(files),
        media_type="application/zip",
        method="packed anew from cleaned files",
        lossless=False,
        found=groups,
        removed=groups,
        text="\n\n".join(texts),
    )


def residue(data: bytes, inner: Callable[[bytes], tuple[str, ...]]) -> tuple[str, ...]:
    """Walk the package from its first byte to its last, and look at each file in it again."""
    left = set(strays(data))
    for name, entry in zipped.entries(data).items():
        own = zipped.unpacked(data, entry)
        left.update(inner(own))
        if is_system_file(name) or named(name, "", (), 0) != (name, True):
            left.add("File names")
    return tuple(sorted(left))
