"""Text and Markdown: what is seen stays letter for letter, what nobody sees goes, what may not be text is refused."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from archive.errors import UncleanError
from archive.scrub import text, worker
from archive.scrub.contract import HEAD, Reason

UKRAINIAN = "Свідчення. Об'єкт № 7 — «Їжак», ґанок, 12 °C.\n\nДругий абзац:\tтак.\n"
CZECH = "Příliš žluťoučký kůň úpěl ďábelské ódy – 3 %.\n"
RUSSIAN = "Съёмка велась в подъезде; ещё раз…\n"
FRONT_MATTER = "---\ntitle: A statement\ndate: 2024-05\n---\n\n# Heading\n\n- *one*\n- [two](https://example.org)\n"


@pytest.mark.parametrize("said", [UKRAINIAN, CZECH, RUSSIAN, FRONT_MATTER, "a", "👩‍👩‍👧 ❤️ 1️⃣\n", "می‌خواهم\n"])
def test_visible_text_is_kept_byte_for_byte(said: str) -> None:
    """Clean text in each language, Markdown, emoji sequences and Persian joiners come out as they went in."""
    cleaned = text.clean(said.encode())
    assert cleaned.data == said.encode()
    assert cleaned.text == said
    assert cleaned.lossless
    assert cleaned.found == ()
    assert text.residue(cleaned.data) == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_mark_goes_and_the_text_becomes_utf8(encoding: str) -> None:
    """Both encodings with a mark are decoded; the mark is reported and gone; nothing is lost."""
    brought = UKRAINIAN.encode(encoding)
    assert text.matches(brought[:HEAD])
    cleaned = text.clean(brought)
    assert cleaned.data == UKRAINIAN.encode()
    assert cleaned.removed == ("Byte order mark",)
    assert cleaned.lossless


def test_big_endian_utf16_is_read() -> None:
    """The mark tells the byte order."""
    assert text.clean(b"\xfe\xff" + UKRAINIAN.encode("utf-16-be")).text == UKRAINIAN


def test_line_ends_become_newlines() -> None:
    """Windows and old Macintosh line ends are one newline each."""
    assert text.clean(b"one\r\ntwo\rthree\n\r\nfour").data == b"one\ntwo\nthree\n\nfour"


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-u", "cp1250", "iso8859-5"])
def test_a_legacy_encoding_is_refused_and_never_guessed(encoding: str) -> None:
    """A wrong guess would change words without anybody noticing."""
    brought = (CZECH if encoding == "cp1250" else "Съемка велась в подъезде\n").encode(encoding, errors="replace")
    assert text.matches(brought)
    with pytest.raises(UncleanError) as refusal:
        text.clean(brought)
    assert refusal.value.message == Reason.ENCODING


@pytest.mark.parametrize(
    "brought",
    [
        b"a\x00b",
        b"a\x1b[31mred",
        b"a\x0cb",
        "a\x85b".encode(),
        b"\xff\xfe\x00\x00a\x00\x00\x00",
        b"\xc3",
        b"a\xed\xa0\x80",
    ],
)
def test_control_characters_and_broken_utf8_are_refused(brought: bytes) -> None:
    """Escapes, NUL, form feed, C1 controls, UTF-32, half characters and lone surrogates are no plain text."""
    with pytest.raises(UncleanError):
        text.clean(brought)


def test_nothing_is_refused_as_empty() -> None:
    """An empty file, or one of a mark alone, is no text and says so."""
    assert not text.matches(b"")
    for brought in (b"", b"\xef\xbb\xbf", "\u200b".encode()):
        with pytest.raises(UncleanError) as refusal:
            text.clean(brought)
        assert refusal.value.message == Reason.EMPTY


@pytest.mark.parametrize(
    ("hidden", "group"),
    [
        ("\u200b", "Zero-width characters"),
        ("\u200c", "Zero-width characters"),
        ("\u200d", "Zero-width characters"),
        ("\u2060", "Zero-width characters"),
        ("\u2063", "Zero-width characters"),
        ("\ufeff", "Zero-width characters"),
        ("\u00ad", "Zero-width characters"),
        ("\u034f", "Zero-width characters"),
        ("\ufe0f", "Zero-width characters"),
        ("\U000e0149", "Zero-width characters"),
        ("\U000e0041", "Zero-width characters"),
        ("\u3164", "Zero-width characters"),
        ("\u200b\u200d\u200b\u200c", "Zero-width characters"),
        ("\u202e", "Bidi controls"),
        ("\u2066", "Bidi controls"),
        ("\u200f", "Bidi controls"),
    ],
)
def test_invisible_characters_inside_a_name_are_removed_and_reported(hidden: str, group: str) -> None:
    """They can mark one reader's copy and hide a name from search; without them the name is whole again."""
    cleaned = text.clean(f"Підписав Іва{hidden}ненко.\n".encode())
    assert cleaned.text == "Підписав Іваненко.\n"
    assert cleaned.found == cleaned.removed == (group,)
    assert not cleaned.lossless
    assert text.residue(cleaned.data) == ()
    assert group in text.residue(f"Іва{hidden}ненко".encode())


def test_direction_marks_stay_beside_right_to_left_letters() -> None:
    """In a text that holds Arabic or Hebrew they decide the order of what is shown; overrides go even there."""
    cleaned = text.clean("שלום\u200f (א)\u202e\n".encode())
    assert cleaned.text == "שלום\u200f (א)\n"


def test_every_character_of_unicode_is_clean_after_cleaning() -> None:
    """What cleaning leaves between letters and after a symbol, the second look accepts; visible characters survive."""
    for first in (*range(0, 0xD800, 256), *range(0xE000, sys.maxunicode, 256)):
        characters = [chr(point) for point in range(first, first + 256)]
        brought = "".join(f"a{c}b☀{c}\n" for c in characters if unicodedata.category(c) not in ("Cc", "Cs"))
        cleaned = text.clean(brought.encode())
        assert text.residue(cleaned.data) == (), hex(first)
        changed = set(brought.split("\n")) - set(cleaned.data.decode().split("\n"))
        seen = [line[1] for line in changed if line[1].isprintable()]
        assert {unicodedata.name(character).split("-")[0] for character in seen} <= INVISIBLE


INVISIBLE = {
    "COMBINING GRAPHEME JOINER",
    "HANGUL CHOSEONG FILLER",
    "HANGUL JUNGSEONG FILLER",
    "HANGUL FILLER",
    "HALFWIDTH HANGUL FILLER",
    "KHMER VOWEL INHERENT AQ",
    "KHMER VOWEL INHERENT AA",
    "VARIATION SELECTOR",
    "MONGOLIAN FREE VARIATION SELECTOR ONE",
    "MONGOLIAN FREE VARIATION SELECTOR TWO",
    "MONGOLIAN FREE VARIATION SELECTOR THREE",
    "MONGOLIAN FREE VARIATION SELECTOR FOUR",
}


@pytest.mark.parametrize(
    "head",
    [
        b"<html><body>hello",
        b"\n  <!DOCTYPE html>",
        b"\xef\xbb\xbf<?xml version='1.0'?><svg/>",
        b'<svg xmlns="http://www.w3.org/2000/svg">',
        b"notes first\n<script>alert(1)</script>",
        b"{\\rtf1\\ansi hello}",
        b"%!PS-Adobe-3.0 EPSF-3.0",
        b"%PDF-1.7",
        b"Received: from mail.example.org\nFrom: a@example.org\n\nhi",
        b"From: a@example.org\nMIME-Version: 1.0\n\nhi",
        b"BEGIN:VCARD\nFN:x",
        b"From a@example.org Sat Jan  1 00:00:00 2024\n",
        b"\xff\xd8\xff\xe0\x00\x10JFIF",
        b"\x89PNG\r\n\x1a\n",
        b"PK\x03\x04",
        "<html>".encode("utf-16"),
        b"<!-- seen by few -->\n<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!-- a --> <!-- b -->\n<p>a page</p>",
    ],
)
def test_other_formats_are_not_taken_for_text(head: bytes) -> None:
    """Markup, mail and binary formats have rules of their own, or none yet; as text, hidden parts would pass unseen."""
    assert not text.matches(head)


@pytest.mark.parametrize(
    "head",
    [
        b"hello",
        UKRAINIAN.encode(),
        b"a < b, c > d\n",
        b"From: us\nTo: you\n\nDear",
        b"Notes\nReceived: 12 May, by post\nMessage-ID: unclear\n",
        ("я" * HEAD).encode()[: HEAD - 1],
        b"<!-- what <html> is for -->\n\n<!-- written by hand -->\n# The hearing\n\n- one\n",
        b"<!-- a licence " + b"word " * HEAD,
    ],
)
def test_plain_text_is_recognised_even_where_a_character_is_cut_in_two(head: bytes) -> None:
    """Only the first bytes are seen."""
    assert text.matches(head)


@pytest.mark.parametrize("words", [2, 2 * HEAD])
def test_markdown_behind_a_comment_stays_as_it_is(words: int) -> None:
    """A comment of Markdown is plain text, however long; a page behind one is a page."""
    comment = b"<!-- " + b"word " * words + b"-->\n\n"
    notes = comment + "# Слухання\n\n- перше\n- <b>друге</b>\n".encode()
    cleaned = worker.clean(notes)
    assert (cleaned.media_type, cleaned.data, cleaned.lossless) == ("text/plain", notes, True)
    page = worker.clean(comment + "<p>Слухання</p>".encode())
    assert page.media_type == "text/html" and "Comments" in page.found and b"word" not in page.data


def test_much_text_is_quick() -> None:
    """Ten megabytes of text are cleaned and looked at again within the worker's time."""
    cleaned = text.clean(UKRAINIAN.encode() * 120_000)
    assert len(cleaned.data) > 9_000_000
    assert text.residue(cleaned.data) == ()


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("name,place\nМарта,Тихі Води\n", "text/csv"),
        ('"a, b";c\r\n"d\ne";f', "text/csv"),
        ("a\tb\tc\n1\t2\t3\n", "text/csv"),
        ("=cmd|'/C calc'!A0,1\n-2,3\n", "text/csv"),
        ("a,b\n1,2,3\n", "text/plain"),
        ("a,b\n", "text/plain"),
        ("Dear friend, I write\nto you, as I said\n", "text/plain"),
        ('a,"b\n1,2\n', "text/plain"),
        ("one\ntwo\n", "text/plain"),
        ("a,b\n\n1,2\n", "text/plain"),
    ],
)
def test_a_table_is_known_by_its_cells(said: str, kind: str) -> None:
    """Every line the same cells by one separator; what the cells say is not touched, formulas included."""
    cleaned = text.clean(said.encode())
    assert cleaned.media_type == kind
    assert cleaned.data == said.replace("\r\n", "\n").encode()
    assert cleaned.lossless
