"""Reading RTF strictly: the text that a viewer shows, and pictures; nothing of what lies beside it.

Of the hundreds of control words those are obeyed that change which letters are shown. A group that says it may be
ignored (``\\*``) is, unless it is known to hold shown text. Letters beyond ASCII are read by ``\\u``, or by the code
page that font or document declares; where these two disagree about a letter, the file is refused, not guessed at.
"""

from __future__ import annotations

import re
from binascii import Error, unhexlify
from copy import copy

from msgspec import Struct

from archive.errors import UncleanError
from archive.scrub.charsets import decoded
from archive.scrub.contract import Reason

DEPTH = 1_000
"""Most groups in groups."""

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n\0]+|([^\\{}\r\n\0]+)"
)
_CHARSETS = {
    77: "macintosh", 128: "cp932", 129: "cp949", 130: "cp1361", 134: "cp936", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_SYMBOL = 2
_SIGNS_OF_OFFICE = re.compile(rb"\s*(?:Open|Star)Symbol")
"""Fonts of bullets, which LibreOffice calls Japanese (128) and writes in the letters of the West."""
_SAID = {
    "par": "\n", "line": "\n", "sect": "\n", "page": "\n", "column": "\n", "row": "\n", "nestrow": "\n", "cell": "\t",
    "nestcell": "\t", "tab": "\t", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
_SYMBOLS = {b"~": "\u00a0", b"_": "\u2011", b"\\": "\\", b"{": "{", b"}": "}", b"\n": "\n", b"\r": "\n", b"\t": "\t"}
_SHOWN = frozenset({
    "shppict", "shpinst", "shptxt", "do", "dptxbxtext", "cs", "ds", "ts"
})  # fmt: skip
"""Groups with ``\\*`` that hold shown text or pictures all the same."""
_BESIDE = {
    "info": "RTF Info", "generator": "RTF Info", "userprops": "RTF Info", "xmlnstbl": "RTF Info", "docvar": "RTF Info",
    "template": "RTF Info", "passwordhash": "RTF Info",
    "annotation": "Comments", "atnid": "Comments", "atnauthor": "Comments", "atndate": "Comments",
    "revtbl": "Tracked changes", "rsidtbl": "Revision ids", "objdata": "Embedded objects",
    "objclass": "Embedded objects", "objname": "Embedded objects", "fldinst": "Fields and links",
    "datafield": "Fields and links", "formfield": "Fields and links", "bkmkstart": "Bookmarks", "bkmkend": "Bookmarks",
    "tc": "Hidden text",
    "tcn": "Hidden text", "xe": "Hidden text", "txe": "Hidden text", "rxe": "Hidden text", "private": "Unknown",
}  # fmt: skip
_QUIET = frozenset({
    "colortbl", "stylesheet", "filetbl", "listtable", "listoverridetable", "fontemb", "fontfile", "panose", "falt",
    "shprslt", "nonshppict", "nonesttables", "sn", "sv", "sp", "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc",
    "aftncn", "upr", "keycode", "pnseclvl", "pn", "mmathPr", "themedata", "colorschememapping", "latentstyles",
    "datastore"
})  # fmt: skip
_BLIPS = {"pngblip", "jpegblip"}
_DRAWINGS = frozenset({
    "emfblip", "wmetafile", "macpict", "pmmetafile", "dibitmap", "wbitmap"
})  # fmt: skip
SIZES = ("picw", "pich", "picwgoal", "pichgoal", "picscalex", "picscaley")


class Picture(Struct, frozen=True):
    """A picture as it was packed, and how large it is drawn (``SIZES``)."""

    data: bytes
    sizes: dict[str, int]


class _Group:
    """What holds until the end of a group."""

    where = "text"
    font: int | None = None
    skip_after_unicode = 1
    hidden = deleted = False


class Reader:
    """Reads one file. ``parts`` are text and pictures in order, ``found`` the groups of what was left out."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._groups = [_Group()]
        self._opened = self._starred = False
        self._skip = 0
        self._bytes = bytearray()
        self._high: int | None = None
        self._page: str | None = None
        self._default_font: int | None = None
        self._fonts: dict[int, int | str] = {}
        self._listed = 0
        self._blip: str | None = None
        self._sizes: dict[str, int] = {}
        self._packed: list[bytes] = []
        self.parts: list[str | Picture] = []
        self.found: set[str] = set()

    def read(self) -> None:
        """Read to the end. Raises UncleanError for what is cut, damaged or not declared."""
        at, depth = 0, 0
        while at < len(self._data):
            token = _TOKEN.match(self._data, at)
            if token is None:
                raise UncleanError(Reason.DAMAGED)
            at = token.end()
            word, number, byte, symbol, brace, text = token.groups()
            if brace:
                depth += 1 if brace == b"{" else -1
                self._brace(brace, depth)
                if not depth:
                    break
            elif word == b"bin":
                at = self._raw(at, int(number or 0))
            elif word:
                self._word(word.decode(), int(number) if number else None)
            elif byte:
                self._characters(bytes.fromhex(byte.decode()))
            elif symbol:
                self._symbol(symbol)
            elif text:
                self._characters(text)
            if any((word, byte, symbol, brace, text)):
                self._opened = brace == b"{"
        if depth:
            raise UncleanError(Reason.ENDS_EARLY)
        if self._data[at:].strip(b"\r\n\0\t \x1a"):
            self.found.add("Trailer")

    @property
    def _now(self) -> _Group:
        return self._groups[-1]

    def _brace(self, brace: bytes, depth: int) -> None:
        self._flush()
        self._starred, self._skip = False, 0
        if brace == b"{":
            if depth > DEPTH:
                raise UncleanError(Reason.BOMB)
            self._groups.append(copy(self._now))
            return
        ended = self._groups.pop()
        if ended.where == "pict" and self._now.where != "pict":
            self._end_picture()

    def _raw(self, at: int, size: int) -> int:
        """Step over binary data, or take it where it is a picture."""
        if size < 0 or at + size > len(self._data):
            raise UncleanError(Reason.ENDS_EARLY)
        if self._now.where == "pict":
            self._packed.append(self._data[at : at + size].hex().encode())
        return at + size

    def _word(self, word: str, number: int | None) -> None:
        starred, self._starred = self._starred, False
        if self._skip:
            self._skip -= 1
            return
        if word == "u" and self._shown():
            self._flush()
            self._unicode(number or 0)
            return
        self._flush()
        if self._now.where == "fonts":
            self._font_table(word, number)
        elif self._now.where == "pict":
            self._picture(word, number, starred)
        elif self._now.where == "text" and not self._enters(word, starred):
            self._obey(word, number)

    def _enters(self, word: str, starred: bool) -> bool:
        """Tell whether the word opens a group that is no plain text, and enter it."""
        if word == "fonttbl":
            self._now.where = "fonts"
        elif word == "pict":
            self._now.where, self._blip, self._sizes, self._packed = "pict", None, {}, []
        elif word in _BESIDE or word in _QUIET or (starred and word not in _SHOWN):
            self.found.update([_BESIDE[word]] if word in _BESIDE else [] if word in _QUIET else ["RTF settings"])
            self._now.where = "beside"
        else:
            return False
        return True

    def _obey(self, word: str, number: int | None) -> None:
        """Follow a control word of the text."""
        now = self._now
        if word in _SAID:
            self._say(_SAID[word])
        elif word == "ansicpg":
            self._page = f"cp{number}" if number else None
        elif word in ("mac", "pc", "pca"):
            self._page = {"mac": "macintosh", "pc": "cp437", "pca": "cp850"}[word]
        elif word in ("f", "deff"):
            now.font = number
            if word == "deff":
                self._default_font = number
        elif word == "plain":
            now.font, now.hidden = self._default_font, False
        elif word == "uc":
            now.skip_after_unicode = max(0, number if number is not None else 1)
        elif word == "v":
            now.hidden = number != 0
        elif word == "deleted":
            now.deleted = number != 0
        elif word in ("revised", "revauth", "revdttm", "crauth", "crdate"):
            self.found.add("Tracked changes")
        elif word.endswith("rsid"):
            self.found.add("Revision ids")

    def _font_table(self, word: str, number: int | None) -> None:
        if word == "f":
            self._listed = number or 0
        elif word == "fcharset" and number is not None and not isinstance(self._fonts.get(self._listed), str):
            self._fonts[self._listed] = number
        elif word == "cpg" and number:
            self._fonts[self._listed] = f"cp{number}"

    def _picture(self, word: str, number: int | None, starred: bool) -> None:
        if starred:
            self._now.where = "beside"
        elif word in _BLIPS or word in _DRAWINGS:
            self._blip = word
        elif word in SIZES and number is not None and 0 < number < 100_000:
            self._sizes[word] = number

    def _end_picture(self) -> None:
        if not self._shown():
            self.found.add("Hidden pictures")
        elif self._blip not in _BLIPS:
            self.found.add("Drawings")
        else:
            try:
                data = unhexlify(b"".join(b"".join(self._packed).split()))
            except Error as error:
                raise UncleanError(Reason.PICTURE_DAMAGED) from error
            self.parts.append(Picture(data, self._sizes))

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":  # said of a group, so at its start; anywhere else old programs write it before any word
            self._starred = self._opened
        elif self._skip:
            self._skip -= 1
        elif symbol in _SYMBOLS and self._now.where == "text":
            self._flush()
            self._say(_SYMBOLS[symbol])

    def _characters(self, data: bytes) -> None:
        """Collect bytes of text until the font changes: a letter may have two."""
        skipped = min(self._skip, len(data))
        self._skip -= skipped
        if self._now.where == "pict":
            self._packed.append(data)
        elif self._now.where == "text":
            self._bytes += data[skipped:]
        elif self._now.where == "fonts" and self._fonts.get(self._listed) == 128 and _SIGNS_OF_OFFICE.match(data):
            self._fonts[self._listed] = "cp1252"

    def _flush(self) -> None:
        """Say the bytes that were collected."""
        if self._bytes:
            data = bytes(self._bytes)
            self._bytes.clear()
            if self._shown():
                self._say(self._decoded(data))
            elif data.strip():
                self._leave_out()

    def _decoded(self, data: bytes) -> str:
        font = self._default_font if self._now.font is None else self._now.font
        charset = None if font is None else self._fonts.get(font)
        if charset == _SYMBOL:
            return "".join(_sign(byte) for byte in data)
        if data.isascii():
            return data.decode()
        page = charset if isinstance(charset, str) else _CHARSETS.get(-1 if charset is None else charset)
        if page is None and charset == 0:
            said = decoded(data, "cp1252")
            if self._page not in (None, "cp1252") and decoded(data, str(self._page)) != said:
                raise UncleanError(Reason.ENCODING)
            return said
        page = page or self._page
        if page is None:
            raise UncleanError(Reason.ENCODING)
        return decoded(data, page)

    def _unicode(self, number: int) -> None:
        code = number % 0x10000 if -0x8000 <= number < 0x10000 else 0xFFFD
        self._skip = self._now.skip_after_unicode
        if 0xF020 <= code <= 0xF0FF:  # where fonts of signs keep them
            self._say(_sign(code & 0xFF))
        elif 0xD800 <= code < 0xDC00:
            self._high = code
        elif 0xDC00 <= code < 0xE000 and self._high is not None:
            self._say(chr(0x10000 + ((self._high - 0xD800) << 10) + code - 0xDC00))
            self._high = None
        else:
            self._say(chr(code) if not 0xDC00 <= code < 0xE000 else "\ufffd")

    def _shown(self) -> bool:
        return self._now.where == "text" and not self._now.hidden and not self._now.deleted

    def _say(self, text: str) -> None:
        if self._shown():
            self.parts.append(text)
        elif not text.isspace():
            self._leave_out()

    def _leave_out(self) -> None:
        """Report text that is not shown."""
        if self._now.where == "text":
            self.found.add("Tracked changes" if self._now.deleted else "Hidden text")


def _sign(code: int) -> str:
    """Show a sign of a font of signs: a bullet as one, anything else as an empty box."""
    return "•" if code in (0xB7, 0xA7) else chr(code) if code in (0x20, 0x09) else "▯"
