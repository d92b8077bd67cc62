"""RTF: what a viewer shows stays letter for letter, what lies beside it goes, and letters are never guessed."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from archive.errors import UncleanError
from archive.scrub import rtf, worker
from archive.scrub.contract import Cleaned, Reason

HEAD = (
    r"{\rtf1\ansi\ansicpg1251\deff0{\fonttbl{\f0\froman\fcharset204 Times;}{\f1\fcharset238 Arial CE;}"
    r"{\f2\fcharset2 Symbol;}"
    r"{\f3\fcharset0 Arial;}{\f4 Plain;}}"
)
DIRTY = HEAD + (
    r"{\*\generator KANAREK;}{\info{\author KANAREK}{\operator KANAREK}{\creatim\yr2024\mo5}{\title KANAREK}}"
    r"{\*\rsidtbl \rsid123}{\*\userprops{\propname KANAREK}}{\*\revtbl{KANAREK;}}{\stylesheet{\s0 KANAREK;}}"
    r"{\*\xmlnstbl{\xmlns1 KANAREK;}}{\*\themedata 4b414e}{\*\unknownthing KANAREK {\b KANAREK}}"
    r"\pard\insrsid123 \'d1\'e2\'b3\'e4\'f7\'e5\'ed\'ed\'ff: {\b \u1111?хутор} \u8470\'3f 7\par"
    r"{\f1 P\'f8\'edli\'9a}{\f2\'b7}{\f3 \'abok\'bb}\tab \{x\}\~y\emdash\line\par"
    r"{\v KANAREK}{\deleted\revauthdel1 KANAREK}{\*\annotation KANAREK}{\*\atnauthor KANAREK}"
    r"{\field{\*\fldinst HYPERLINK {KANAREK}}{\fldrslt {за посиланням}}}{\*\bkmkstart KANAREK}"
    r"\trowd\cellx100\cellx200\intbl a\cell b\cell\row "
    r"{\object\objemb{\*\objclass KANAREK}{\*\objdata 4b414e}{\result shown}}"
    r"{\*\shppict{\pict{\*\picprop{\sp{\sn KANAREK}}}{\*\blipuid 4b414e}\pngblip\picwgoal300\pichgoal200 PICTURE}}"
    r"{\nonshppict{\pict\wmetafile8 4b414e}}{\pict\emfblip 4b414e}{\footnote note}"
    r"{\shp{\*\shpinst\shpleft1{\sp{\sn wz}{\sv KANAREK}}{\shptxt box\par}}{\shprslt KANAREK}}\u55357?\u56832?\par}"
)


def brought(make: SimpleNamespace) -> bytes:
    text = DIRTY.replace("хутор", "").replace("за посиланням", "linked")
    return text.replace("PICTURE", make.dirty_png().hex()).encode("ascii") + b"\nKANAREK"


def clean(data: bytes | str) -> Cleaned:
    return worker.clean(data.encode("latin-1") if isinstance(data, str) else data)


def test_nothing_beside_the_text_is_left(make: SimpleNamespace) -> None:
    """Marked words in every carrier: none in any byte of the clean file, none inside its picture."""
    cleaned = clean(brought(make))
    assert cleaned.media_type == "text/rtf"
    assert b"KANAREK" not in cleaned.data
    assert make.CANARY.hex().encode() not in cleaned.data
    assert set(cleaned.found) >= {
        "RTF Info", "Revision ids", "Tracked changes", "Comments", "Hidden text", "Fields and links", "Bookmarks",
        "Embedded objects", "Drawings", "RTF settings", "EXIF", "Trailer",
    }  # fmt: skip
    assert cleaned.removed == cleaned.found


def test_the_text_is_read_letter_for_letter(make: SimpleNamespace) -> None:
    """By code page of the font and by \\u; tables become tabs; boxes, notes and results of fields are text."""
    assert clean(brought(make)).text == ("Свідчення: ї № 7\nPříliš•«ok»\t{x}\u00a0y—\n\nlinkeda\tb\t\nshownnotebox\n😀")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (r"{\rtf1\ansi {\loch\i0\*\cs7\cf0\rtlch The whole} sentence}", "The whole sentence"),
        (r"{\rtf1\ansi {\*\cs7 The whole} sentence}", "The whole sentence"),
        (r"{\rtf1\ansi {\*\unknown The whole} sentence}", " sentence"),
        ("{\\rtf1\\ansi {\r\n\\*\\unknown The whole} sentence}", " sentence"),
    ],
)
def test_a_star_counts_at_the_start_of_a_group_alone(data: str, text: str) -> None:
    """Old office programs write it in the midst of one, before the name of a style: what follows is text."""
    assert clean(data).text == text.strip()


def test_bullets_of_libreoffice_are_read() -> None:
    """Their font says that it is Japanese, and they are not."""
    fonts = r"{\fonttbl{\f0\fcharset0 Arial;}{\f3\fnil\fprq0\fcharset128 OpenSymbol{\*\falt Arial Unicode MS};}}"
    listed = r"{\rtf1\ansi\ansicpg1252" + fonts + r"{\listtext\pard\plain \loch\f3 \'96\tab}{\f0 first}\par}"
    assert clean(listed).text == "–\tfirst"


def test_cleaning_twice_changes_nothing(make: SimpleNamespace) -> None:
    """The clean file is what it was, and nothing is found in it."""
    once = clean(brought(make)).data
    again = clean(once)
    assert (again.data, again.found) == (once, ())


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (r"{\rtf1\ansi \'cf\par}", Reason.ENCODING),
        (HEAD + r"\f3 \'cf\par}", Reason.ENCODING),
        (r"{\rtf1\ansi\ansicpg99999 \'cf\par}", Reason.ENCODING),
        (HEAD + r"\f0 \'98\par}", Reason.ENCODING),
        (HEAD + r"text", Reason.ENDS_EARLY),
        (HEAD + r"text\bin99999 x}", Reason.ENDS_EARLY),
        (HEAD + r"text\'g1}", Reason.DAMAGED),
        (HEAD + "{" * 2000, Reason.BOMB),
        (HEAD + "}", Reason.EMPTY),
        (HEAD + r"a{\pict\pngblip 123}}", Reason.PICTURE_DAMAGED),
        (HEAD + r"a{\pict\pngblip 89504e470d0a1a0a}}", Reason.PICTURE_ENDS_EARLY),
        (HEAD + r"a{\pict\pngblip 25504446}}", None),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(data: str, reason: Reason | None) -> None:
    """Undeclared and contradicting code pages, cut files, broken pictures, a thousand groups in groups."""
    with pytest.raises(UncleanError) as refused:
        clean(data)
    assert refused.value.message in ([reason] if reason else list(Reason))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (r"{\rtf1\mac \'8e\par}", "é"), (r"{\rtf1\pc \'82\par}", "é"), (r"{\rtf1\ansi\ansicpg1250 \'9a\par}", "š"),
        (HEAD + r"{\f4 \'ff}}", "я"), (HEAD + r"\uc2\u1103 \'8f\'ea!}", "я!"), (HEAD + r"\uc0\u1103 !}", "я!"),
        (r"{\rtf1\ansi\ansicpg932 \'83\'41}", "ア"), (r"{\rtf1\ansi\u-3912?\u-10179?x}", "▯x"),
        (HEAD + r"a\-b\_c}", "ab‑c"),
        (HEAD + r"{\v x}\v y\v0 z\plain}", "z"), (HEAD + r"\bin3 }{}a}", "a"),
    ],
)  # fmt: skip
def test_ways_to_write_a_letter(data: str, text: str) -> None:
    """Code pages of the document, letters of two bytes, fallbacks of any length, signs, hyphens, binary data."""
    assert clean(data).text == text


def test_damage_is_refused_and_never_another_error(make: SimpleNamespace) -> None:
    """Changed bytes, cuts and doublings: a clean copy without residue, or UncleanError with a reason."""
    whole, chance = brought(make), random.Random(20261126)
    outcomes = set()
    for _ in range(300):
        broken = bytearray(whole)
        place = chance.randrange(len(broken))
        if chance.random() < 0.5:
            broken[place : place + chance.randrange(1, 30)] = chance.choice(
                [b"", b"{", b"}", b"\\", b"\\'", b"\\u99999 "]
            )
        else:
            broken[place:place] = broken[place : place + 200]
        try:
            clean(bytes(broken))
            outcomes.add("clean")
        except UncleanError as error:
            assert error.message in list(Reason)
            assert error.message != Reason.RESIDUE
            outcomes.add("refused")
    assert outcomes == {"clean", "refused"}


@pytest.mark.parametrize(
    "put_in",
    [rb"{\info{\author x}}", rb"\b x", rb"{\*\x y}", b"\xff", b"\\u8203?", rb"{\pict\pngblip" + b"\n00}"],
)
def test_the_second_look_sees_what_is_put_back(put_in: bytes) -> None:
    """Whatever is not of the few forms is named."""
    good = clean(HEAD + "text}").data
    assert rtf.residue(good, worker.residue) == ()
    assert rtf.residue(good.replace(b"text", b"te" + put_in + b"xt"), worker.residue) != ()


def test_libreoffice_reads_the_clean_file(make: SimpleNamespace, tmp_path: Path) -> None:
    """Another program shows the same letters."""
    if shutil.which("soffice") is None:
        pytest.skip("needs libreoffice")
    path = tmp_path / "clean.rtf"
    path.write_bytes(clean(brought(make)).data)
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to"]
    subprocess.run([*command, "txt:Text (encoded):UTF8", "--outdir", tmp_path, path], check=True, capture_output=True)
    shown = (tmp_path / "clean.txt").read_text("utf-8-sig")
    assert "Свідчення: ї № 7\nPříliš•«ok»\t{x}\u00a0y—" in shown
    assert "😀" in shown
