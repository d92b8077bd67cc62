"""RTF: read strictly, and written anew as paragraphs, tabs and pictures in a handful of control words.

Formatting goes: what is left is what the document says. A table becomes lines with tabs. Pictures (PNG, JPEG) are
cleaned by their own format; drawings (WMF, EMF), embedded objects and whatever a viewer does not show are left out and
reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from archive.errors import UncleanError
from archive.scrub import text as plain
from archive.scrub.contract import HEAD, Cleaned, Inner, Reason
from archive.scrub.rtf_read import SIZES, Picture, Reader

MEDIA_TYPES = ("text/rtf",)

_BEGIN, _END = b"{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fnil Arial;}}\\pard\\f0\\fs24 ", b"}\n"
_BLIPS = {"image/png": "pngblip", "image/jpeg": "jpegblip"}
_ESCAPES = {"\n": "\\par\n", "\t": "\\tab ", "\\": "\\\\", "{": "\\{", "}": "\\}"}
_PIECE = re.compile(
    rb"(?P<text>[ -\[\]-z|~]+)|\\(?P<brace>[\\{}])|(?P<par>\\par\n)|(?P<tab>\\tab )|\\u(?P<unicode>-?\d{1,5})\?"
    rb"|\{\\pict\\(?:pngblip|jpegblip)(?:\\(?:picw|pich|picwgoal|pichgoal|picscalex|picscaley)\d{1,5})*\n(?P<picture>[0-9a-f]+)\}"
)


def matches(data: bytes) -> bool:
    """Tell by the first control word."""
    return data[:HEAD].lstrip(b"\r\n\t \xef\xbb\xbf").startswith(b"{\\rtf")


def clean(data: bytes, inner: Inner) -> Cleaned:
    """Read, clean what is inside, write anew."""
    reader = Reader(data.lstrip(b"\r\n\t \xef\xbb\xbf"))
    reader.read()
    found = set(reader.found)
    said, written = [], [_BEGIN]
    for part in _joined(reader.parts):
        if isinstance(part, Picture):
            written.append(_drawn(part, inner, found))
        else:
            seen, unseen = plain.visible(part)
            found.update(unseen)
            said.append(seen)
            written.append("".join(_ESCAPES.get(letter) or _letter(letter) for letter in seen).encode("ascii"))
    text = plain.readable("".join(said))
    if not text and len(written) == 1 + len(said):
        raise UncleanError(Reason.EMPTY)
    groups = tuple(sorted(found))
    return Cleaned(
        data=b"".join([*written, _END]),
        media_type="text/rtf",
        method="rebuilt from its text and pictures",
        lossless=False,
        found=groups,
        removed=groups,
        text=text or None,
    )


def _joined(parts: list[str | Picture]) -> Iterator[str | Picture]:
    """Join neighbouring pieces of text: letters in two pieces may belong together."""
    text: list[str] = []
    for part in parts:
        if isinstance(part, str):
            text.append(part)
            continue
        yield from ["".join(text)] if text else []
        text = []
        yield part
    yield from ["".join(text)] if text else []


def _drawn(picture: Picture, inner: Inner, found: set[str]) -> bytes:
    """Clean a picture and write it out, as large as it was drawn."""
    cleaned = inner(picture.data)
    found.update(cleaned.found)
    if cleaned.media_type not in _BLIPS:
        raise UncleanError(Reason.PICTURE_DAMAGED)
    sizes = "".join(f"\\{name}{picture.sizes[name]}" for name in SIZES if name in picture.sizes)
    return f"{{\\pict\\{_BLIPS[cleaned.media_type]}{sizes}\n{cleaned.data.hex()}}}".encode()


def _letter(letter: str) -> str:
    if " " <= letter <= "~":
        return letter
    units = letter.encode("utf-16-le")
    return "".join(f"\\u{int.from_bytes(units[at : at + 2], 'little', signed=True)}?" for at in range(0, len(units), 2))


def residue(data: bytes, inner: Callable[[bytes], tuple[str, ...]]) -> tuple[str, ...]:
    """Hold a clean file against the few forms that it may consist of, piece by piece."""
    if not data.startswith(_BEGIN) or not data.endswith(_END):
        return ("RTF structure",)
    at, end = len(_BEGIN), len(data) - len(_END)
    found: set[str] = set()
    units = bytearray()
    while at < end:
        piece = _PIECE.match(data, at, end)
        if piece is None:
            return ("RTF structure",)
        at = piece.end()
        if piece["picture"]:
            found.update(inner(bytes.fromhex(piece["picture"].decode())))
        elif piece["unicode"]:
            units += int(piece["unicode"]).to_bytes(2, "little", signed=True)
        else:
            said = piece["text"] or piece["brace"] or (b"\n" if piece["par"] else b"\t")
            units += said.decode().encode("utf-16-le")
    found.update(plain.residue(units.decode("utf-16-le", errors="replace").encode()))
    return tuple(sorted(found))
