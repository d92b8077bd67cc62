"""Mutants of everything that holds text or files: a clean copy without residue, or a named reason; nothing else.

A short form each time; ``make fuzz`` gives each parser a minute.
"""

from __future__ import annotations

import os
import random
import time
from types import SimpleNamespace

import pytest

from archive.errors import UncleanError
from archive.scrub import worker
from archive.scrub.contract import Reason
from archive.scrub.zipped import packed

SECONDS = float(os.environ.get("FUZZ", "0"))
KINDS = ("html", "rtf", "eml", "epub", "zip")

PAGE = """<!DOCTYPE html><html lang=uk><head><meta charset=utf-8><title>Титул</title>
<style>.a{display:none}</style></head>
<body onload=x><!-- c --><h1>Раз</h1><p class=a>б</p>
<p>Два <b>три</b><br>&nbsp;&lt;x&gt;<table><tr><td colspan=2>ч</table>
<svg><style><img src=x onerror=y></style></svg><math><mi>m</math><textarea><b>t</textarea><pre> p
 q</pre><ol start=3><li>л</ol><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
<noscript><p title="</noscript>">"""
RTF = (
    r"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0\fcharset204 A;}{\f1\fcharset2 S;}}{\info{\author X}}\f0 \'cf\'f0"
    r"\par\u1103?{\v h}"
    r"{\*\shppict{\pict\pngblip 8950}}"
    r"{\field{\*\fldinst X}{\fldrslt y}}\uc2\u-10179??\u-8704??\cell\row{\f1\'b7}\bin2 xx}"
)
MAIL = (
    "Received: from x\nFrom: =?utf-8?q?=D0=AF?= <a@example.org>, B <b@example.org>\n"
    "To: undisclosed-recipients:;\n"
    "Subject: =?koi8-r?b?8A==?=\n =?utf-8?b?0Y8=?=\nDate: Mon, 2 Jun 2025 08:55:10 +0300\nMIME-Version: 1.0\n"
    'Content-Type: multipart/mixed; boundary="B"\n\n--B\nContent-Type: multipart/alternative; boundary=C\n\n'
    "--C\n\ntext\n"
    "--C\nContent-Type: text/html; charset=windows-1251\nContent-Transfer-Encoding: quoted-printable\n\n"
    "<p>=CF</p>\n--C--\n"
    "--B\nContent-Type: message/rfc822\n\nMessage-ID: <x>\nSubject: in\n\nbody\n--B\n"
    "Content-Disposition: attachment; filename*=utf-8''%D1%84.csv\nContent-Transfer-Encoding: base64\n\n"
    "YSxiCjEsMgo=\n--B--\n"
)
OPF = """<package xmlns="http://www.idpf.org/2007/opf"><metadata>
<dc:title xmlns:dc="http://purl.org/dc/elements/1.1/">Т</dc:title>
</metadata><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>
</manifest><spine><itemref idref="a"/>
</spine></package>"""
XHTML = """<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>
<h1>Раз</h1><p>Два&mdash;<img src="i.png"/></p></body></html>"""
PIECES = (
    b"<", b">", b'"', b"&#0;", b"&#x200b;", b"<!--", b"-->", b"<svg>", b"</p>", b"<table>", b"<plaintext>",
    b"<![CDATA[",
    b"<p hidden>", b"&nbsp;", b"\\u99999 ", b"\\bin5 ", b"{", b"}", b"\\'", b"\n\n", b"\r\n", b"=?utf-8?q?", b"?=",
    b"--B",
    b"Content-Type: message/rfc822\n", b"\xff", b"\0", "\u200b".encode(), "\u202e".encode(), b"PK\x01\x02",
    b"<!ENTITY a 'b'>",
)  # fmt: skip


def seed(kind: str, make: SimpleNamespace) -> dict[str, bytes]:
    """The files of a package, or one file under no name."""
    container = b'<container><rootfiles><rootfile full-path="b.opf"/></rootfiles></container>'
    book = {
        "META-INF/container.xml": container,
        "b.opf": OPF.encode(),
        "a.xhtml": XHTML.encode(),
        "i.png": make.dirty_png(),
    }
    return {
        "html": {"": PAGE.encode()}, "rtf": {"": RTF.encode()}, "eml": {"": MAIL.encode()},
        "epub": {"mimetype": b"application/epub+zip"} | book,
        "zip": {"a.html": PAGE.encode(), "b/c.eml": MAIL.encode()},
    }[kind]  # fmt: skip


def mutated(data: bytes, chance: random.Random) -> bytes:
    broken = bytearray(data)
    for _ in range(chance.randrange(1, 5)):
        place = chance.randrange(len(broken) + 1)
        match chance.randrange(4):
            case 0:
                broken[place:place] = chance.choice(PIECES)
            case 1:
                del broken[place : place + chance.randrange(1, 60)]
            case 2:
                broken[place:place] = broken[place : place + chance.randrange(1, 200)]
            case _:
                broken[place : place + 1] = bytes([chance.randrange(256)])
    return bytes(broken)


@pytest.mark.parametrize("kind", KINDS)
def test_mutants_are_cleaned_or_refused_by_name(make: SimpleNamespace, kind: str) -> None:
    """No other error, and no clean copy that the second look refuses: writer and looker agree about what may stay."""
    chance, files = random.Random(20261126 if not SECONDS else time.time_ns()), seed(kind, make)
    end, outcomes = time.monotonic() + SECONDS, []
    while len(outcomes) < 60 or time.monotonic() < end:
        broken = dict(files)
        name = chance.choice([name for name in files if name != "mimetype"])
        broken[name] = mutated(broken[name], chance)
        data = broken[""] if "" in broken else packed(broken, first="mimetype")
        data = mutated(data, chance) if chance.random() < 0.2 else data
        try:
            worker.clean(data)
            outcomes.append("clean")
        except UncleanError as error:
            assert error.message in list(Reason)
            assert error.message != Reason.RESIDUE, data
            outcomes.append("refused")
    assert {"clean", "refused"} == set(outcomes)
