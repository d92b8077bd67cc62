"""Text as it is meant where a program left its own spelling of letters behind.

Read are HTML's ``&#1071;`` and ``&shy;``, the ``%D0%AF`` of addresses and their ``xn--``, the ``=D0=AF`` and base64 of
mail, the ``\\u042f`` of JSON, octets in hexadecimal, and letters in a code page that is not theirs. What is copied from
pages, mails and exported chats has them, and whoever opens it there reads the name. So does everybody where letters are
dressed (in circles, as small capitals, Greek ones among others), are digits (``Kryn1chna``), or run backwards.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import NamedTuple

_LOWER, _UPPER = "a-zа-яёєіїґўáčďéěíňóřšťúůýžłąęśżźćńä", "A-ZА-ЯЁЄІЇҐЎÁČĎÉĚÍŇÓŘŠŤÚŮÝŽŁĄĘŚŻŹĆŃÄ"
_WINDOWS = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"  # what the Latin code page of Windows has where ISO 8859 has nothing
_DRESSED = "\u0250-\u02af\u0370-\u03ff\u1d00-\u1d25\u2460-\u24ff\ua730-\ua731\U0001f110-\U0001f189\U0001f1e6-\U0001f1ff"
_SIGNED = (  # begins with a sign or letter that is rare
    r"(?P<entity>&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)"
    r"|(?P<percent>(?:%[0-9A-Fa-f]{2})+)"
    r"|(?P<mail>=[0-9A-F]{2}(?:(?:=\r?\n)?=[0-9A-F]{2})*|=\r?\n)"
    r"|(?P<json>\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2})"
    rf"|(?P<dressed>[{_DRESSED}]+)"
    rf"|(?P<page>[\xbf-\xff][\xa1-\xff{_WINDOWS}]{{3,}})"
)
_TOKEN = (
    r"(?P<address>\bxn--[a-z0-9-]{3,60})"
    r"|(?P<octets>(?:[0-9A-Fa-f]{2}[ :]?){4,200}(?![0-9A-Za-z]))"
    rf"|(?P<run>(?<![\w+/=-])(?=[\w+/-]*(?:\d|[{_LOWER}][{_UPPER}]))[\w+/-]{{4,}}={{0,2}})"
)
_CODED = re.compile(rf"(?=[&%=\\{_DRESSED}\xbf-\xff])(?:{_SIGNED})|(?<![0-9A-Za-z])(?:{_TOKEN})")
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεικνορτυχ", "ABEZHIKMNOPTYXabeiknoptux", strict=True))
_SMALL = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True))
_LATIN_DIGITS, _CYRILLIC_DIGITS = str.maketrans("0134568", "oieasbb"), str.maketrans("013468", "оізчбв")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_BACKWARDS = re.compile(f"[{_LOWER}]{{3,40}}[{_UPPER}]")
_KOI = re.compile("[а-яё][А-ЯЁ]{3,40}")
_LETTERS = re.compile(r"[^\W\d_]")
_BASE64, _WORD = 8, 3  # letters: shorter ones tell nothing
_BOXED = ((0x1F110, 26), (0x1F130, 26), (0x1F150, 26), (0x1F170, 26), (0x1F1E6, 26))  # letters from A on


class Decoded(NamedTuple):
    """The decoded text; its character ``i`` was written in ``source[starts[i]:ends[i]]``."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters ``start`` to ``end`` of the decoded text (at least one) stand in the source."""
        return self.starts[start], self.ends[end - 1]


def decoded(text: str) -> Decoded | None:
    """``text`` with everything decoded, and where it stood; None where nothing is coded."""
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for match in _CODED.finditer(text):
        meant = _meant(match)
        if meant == match.group():
            continue
        letters += [*text[at : match.start()], *meant]
        starts += [*range(at, match.start()), *[match.start()] * len(meant)]
        ends += [*range(at + 1, match.start() + 1), *[match.end()] * len(meant)]
        at = match.end()
    if not at:
        return None
    return Decoded(
        "".join([*letters, text[at:]]), (*starts, *range(at, len(text))), (*ends, *range(at + 1, len(text) + 1))
    )


def _meant(match: re.Match[str]) -> str:
    read = _READ.get(match.lastgroup or "")
    return read(match.group()) if read else _of_octets(match.group())


def _undressed(shown: str) -> str:
    """Letters in circles and boxes, small capitals, and Greek ones that look like Latin ones."""
    return "".join(
        _GREEK.get(one) or _SMALL.get(one) or _boxed(one) or unicodedata.normalize("NFKC", one) for one in shown
    )


def _boxed(letter: str) -> str:
    code = ord(letter)
    return next((chr(ord("A") + code - first) for first, many in _BOXED if first <= code < first + many), "")


def _of_page(shown: str) -> str:
    """Cyrillic in UTF-8 or in the code page of Windows, shown as if it were Latin."""
    octets = b"".join(one.encode("cp1252" if one in _WINDOWS else "latin-1") for one in shown)
    return _text(octets) or octets.decode("cp1251", "replace")


def _of_address(shown: str) -> str:
    try:
        return shown[4:].encode().decode("punycode")
    except UnicodeError:
        return shown


def _of_hexadecimal(shown: str) -> str:
    octets = bytes.fromhex(re.sub("[ :]", "", shown))
    return _text(octets) or shown


def _of_run(shown: str) -> str:
    """Letters and digits without a gap: base64, a word backwards, in another code page, or with digits for letters."""
    if len(shown) >= _BASE64 and shown.isascii() and (said := _of_base64(shown)):
        return said
    if _BACKWARDS.fullmatch(shown):
        return shown[::-1]
    if _KOI.fullmatch(shown):
        return shown.encode("cp1251", "replace").decode("koi8-r", "replace")
    if shown.isalnum() and len(_LETTERS.findall(shown)) > _WORD:
        return shown.translate(_CYRILLIC_DIGITS if _CYRILLIC.search(shown) else _LATIN_DIGITS)
    return shown


def _of_base64(shown: str) -> str:
    bare = shown.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return _text(base64.b64decode(bare + "=" * (-len(bare) % 4)))
    except binascii.Error:
        return ""


def _text(octets: bytes) -> str:
    """What octets say as UTF-8 or UTF-16, if all of it could be words."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        try:
            text = octets.decode(encoding)
        except UnicodeDecodeError:
            continue
        if (
            sum(one.isalpha() and ord(one) < 0x530 for one in text) * 2 > len(text)
            and text.replace("\n", "").isprintable()
        ):
            return text
    return ""


_READ: Mapping[str, Callable[[str], str]] = {
    "entity": html.unescape,
    "json": lambda shown: chr(int(shown[2:], 16)),
    "dressed": _undressed,
    "page": _of_page,
    "address": _of_address,
    "octets": _of_hexadecimal,
    "run": _of_run,
}


def _of_octets(shown: str) -> str:
    octets = bytes.fromhex("".join(re.findall("[%=]([0-9A-Fa-f]{2})", shown)))
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("cp1251", "replace")  # what mail programs used before
