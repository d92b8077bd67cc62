"""Plain text, Markdown and CSV: decoded strictly, freed of what nobody sees, written as UTF-8 with ``\\n`` line ends.

A wrong guess at an encoding loses a testimony without anybody noticing, so only UTF-8, and UTF-16 with a byte order
mark, are taken. Invisible characters can mark the copy of one reader, and inside a name they hide it from search and
from redaction: all go that carry no meaning in Ukrainian, Russian, Czech or English. The soft hyphen goes too; it only
hints where a line may break. Joiners stay inside emoji and between letters of joining scripts, direction marks where a
text holds right-to-left letters, variation selectors 15 and 16 after a symbol. Everything visible stays as it is, front
matter and spaces included.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from archive.errors import UncleanError
from archive.scrub.contract import Cleaned, Reason
from archive.scrub.csv import is_table

MEDIA_TYPES = ("text/plain", "text/csv")

MAIL = (
    rb"\A(?:[a-z0-9-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*"
    rb"(?:received: (?:from|by) |return-path:|delivered-to:|mime-version:|message-id:|dkim-signature:|x-originating-ip:"
    rb"|user-agent:|x-mailer:|content-type: *[a-z]+/|content-transfer-encoding:"
    rb"|date: *(?:[a-z]{3}, *)?\d{1,2} [a-z]{3} \d{4} +\d\d?:\d\d)"
)
"""What a mail has among its first lines: headers, one of them of those that programs write and people do not."""

MARKUP = re.compile(
    rb"\A\s*(?:<[a-z!?/]|\{\\rtf|%!ps|%pdf|begin:v(?:card|calendar)|from [^\n]*\d\d:\d\d:\d\d)"
    rb"|" + MAIL + rb"|<(?:!doctype|html|head|body|script|svg|iframe|\?xml)\b",
    re.IGNORECASE,
)
"""What another format would begin with or hold near its start: HTML, XML, SVG, RTF, PostScript, cards, mail."""

_COMMENTS = re.compile(rb"\A\s*(?:<!--.*?(?:-->\s*|\Z))+", re.DOTALL)
"""Comments before anything else: in Markdown they are plain text. A page behind some was known as a page already."""

CONTROL_BYTES = bytes(set(range(0x20)) - set(b"\t\n\r")) + b"\x7f"
ZERO_WIDTH, BIDI, BOM = "Zero-width characters", "Bidi controls", "Byte order mark"

_DIRECTION_MARKS = frozenset("\u200e\u200f\u061c")
_DIRECTIONS = _DIRECTION_MARKS | frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINERS = frozenset("\u200c\u200d")
_EMOJI_SELECTORS = frozenset("\ufe0e\ufe0f")
_VISIBLE_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
_SUSPECT = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Every default-ignorable character; a text without one needs no closer look."""
_SPACES = re.compile("[\v\f\r]")
_CONTROLS = re.compile("[\0-\b\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Characters that are neither text nor space; lone halves of characters too."""
_SUPPLEMENT = re.compile("[\U000e0000-\U000e0fff]")


def matches(head: bytes) -> bool:
    """Tell whether this may be text: a known byte order mark or no control byte, and nothing that looks like markup."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", errors="ignore").encode("utf-8", errors="ignore")
    head = head.removeprefix(codecs.BOM_UTF8)
    if not head or head.translate(None, CONTROL_BYTES) != head:
        return False
    return MARKUP.search(_COMMENTS.sub(b"", head)) is None


def clean(data: bytes) -> Cleaned:
    """Decode strictly, drop what is invisible, write UTF-8 with newlines; other encodings and controls are refused."""
    text, marked = _decode(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    _refuse_controls(text)
    cleaned, groups = _without_invisible(text)
    if not cleaned:
        raise UncleanError(Reason.EMPTY)
    found = ((BOM,) if marked else ()) + groups
    return Cleaned(
        data=cleaned.encode("utf-8"),
        media_type="text/csv" if is_table(cleaned) else "text/plain",
        method="normalised to UTF-8 with newlines",
        lossless=cleaned == text,
        found=found,
        removed=found,
        text=cleaned if cleaned.strip() else None,
    )


def visible(text: str) -> tuple[str, tuple[str, ...]]:
    """Free text out of another format of characters that nobody sees; answer it and the groups of what went."""
    text = _SPACES.sub(" ", text)
    kept = _CONTROLS.sub("", text)
    clean, groups = _without_invisible(kept) if _SUSPECT.search(kept) else (kept, ())
    return clean, groups if kept == text else (*groups, "Control characters")


def readable(text: str) -> str:
    """Tidy text that was taken out of a layout: no space around lines, at most one empty line between them."""
    lines = "\n".join(line.strip(" ") for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def residue(data: bytes) -> tuple[str, ...]:
    """Read the clean text again, character by character, and name what should not be in it."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return ("Text encoding",)
    if not text:
        return ()
    names = {BOM} if text.startswith("\ufeff") else set()
    right_to_left = _right_to_left(text)
    doubtful = {character for character in set(text) - {"\t", "\n"} if _doubtful(character)}
    places = (place for place, character in enumerate(text) if character in doubtful) if doubtful else ()
    for position in places:
        if unicodedata.category(text[position]) == "Cc":
            names.add("Control characters")
        elif not _carries_meaning(text, position, right_to_left):
            names.add(_group(text[position]))
    return tuple(sorted(names))


def _doubtful(character: str) -> bool:
    """Tell by Unicode's own categories, not by the list that ``clean`` searches with, whether this may be invisible."""
    return (
        not character.isprintable()
        or character in _BLANK_LETTERS
        or "VARIATION SELECTOR" in unicodedata.name(character, "")
    )


def _decode(data: bytes) -> tuple[str, bool]:
    if not data:
        raise UncleanError(Reason.EMPTY)
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if utf16 else "utf-8")
    except UnicodeDecodeError as error:
        raise UncleanError(Reason.ENCODING) from error
    return text.removeprefix("\ufeff"), utf16 or text.startswith("\ufeff")


def _refuse_controls(text: str) -> None:
    if any(unicodedata.category(character) == "Cc" and character not in "\t\n" for character in set(text)):
        raise UncleanError(Reason.NOT_TEXT)


def _without_invisible(text: str) -> tuple[str, tuple[str, ...]]:
    """Drop invisible characters until none is left: what stood between two may have given the next one its meaning."""
    groups: set[str] = set()
    while doomed := _doomed(text):
        groups.update(_group(text[position]) for position in doomed)
        text = "".join(character for position, character in enumerate(text) if position not in doomed)
    return text, tuple(sorted(groups))


def _doomed(text: str) -> set[int]:
    suspects = [match.start() for match in _SUSPECT.finditer(text)]
    right_to_left = bool(suspects) and _right_to_left(text)
    return {position for position in suspects if not _carries_meaning(text, position, right_to_left)}


def _right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in set(text) - _DIRECTIONS)


def _carries_meaning(text: str, position: int, right_to_left: bool) -> bool:
    """Tell whether the character may stay: all visible ones, and invisible ones that their surroundings call for."""
    character, before, after = text[position], text[position - 1 : position], text[position + 1 : position + 2]
    if character in _JOINERS:
        return _joins(before) and _joins(after)
    if character in _DIRECTION_MARKS:
        return right_to_left
    if character in _EMOJI_SELECTORS:
        return bool(before) and unicodedata.category(before) in ("So", "Sm", "Sk", "Po", "Nd")
    if unicodedata.category(character) == "Cf":
        return character in _VISIBLE_FORMATS
    return (
        character not in _BLANK_LETTERS and not "\ufe00" <= character <= "\ufe0d" and not _SUPPLEMENT.match(character)
    )


def _joins(neighbour: str) -> bool:
    """Tell whether a joiner beside this character can change what is shown: emoji and letters of joining scripts."""
    if not neighbour or unicodedata.category(neighbour)[0] not in "LMS":
        return False
    return not unicodedata.name(neighbour, "").startswith(("LATIN", "CYRILLIC", "GREEK", "COMBINING"))


def _group(character: str) -> str:
    return BIDI if character in _DIRECTIONS else ZERO_WIDTH
