"""Web pages: what they show stays, what they hide, load or do goes, and what is left is inert in a real browser."""

from __future__ import annotations

import base64
import http.server
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from archive.errors import UncleanError
from archive.scrub import html, worker
from archive.scrub.contract import Cleaned, Reason

PAGE = """<!DOCTYPE html>
<!-- KANAREK --><!--[if IE]><p>KANAREK</p><![endif]-->
<html lang="uk" data-owner="KANAREK" xmlns:x="urn:KANAREK"><head><meta charset="utf-8">
<meta name="author" content="KANAREK"><meta http-equiv="refresh" content="0;url=https://KANAREK.example.org/">
<base href="https://KANAREK.example.org/"><link rel="stylesheet" href="https://example.org/KANAREK.css">
<style>.gone{display:none} #KANAREK{color:red} .seen{display:none} .seen{display:block}
@media print { .kept { display:none } }</style>
<script>document.title='KANAREK'</script><title>Покази\u200b свідка</title></head>
<body onload="KANAREK()"><h1 class="KANAREK" id="KANAREK">Заголовок</h1>
<p style="color:KANAREK" onclick="KANAREK()">Перший <b>важливий</b> абзац,<br>другий рядок &lt;script&gt; &amp; так.
<a href="https://example.org/?reader=KANAREK">за посиланням</a> <a href="javascript:KANAREK()">дія</a></p>
<p hidden>KANAREK</p><p style="display:none">KANAREK</p><div style="font-size:0px">KANAREK</div>
<p class="a gone">KANAREK</p>
<span style="visibility: hidden">KANAREK</span><div style="height:0; overflow:hidden">KANAREK</div>
<p style="mso-hide:all">KANAREK</p><p class="seen">Видно.</p><p class="kept">Теж видно.</p>
<table><tr><th colspan="2" title="KANAREK">Дата</th></tr><tr><td>14.03</td><td>15.03</td></tr></table>
<ol start="4"><li>раз</li><li value="7" data-x="KANAREK">два</li></ol><pre>a
  b</pre>
<form action="https://KANAREK.example.org/"><input value="KANAREK"><textarea>Поле</textarea>
<select><option>KANAREK</option></select><button>Кнопка</button></form>
<iframe src="https://KANAREK.example.org/"></iframe><img src="https://example.org/KANAREK.gif" width="1">
<img srcset="https://example.org/KANAREK.png 2x" alt="KANAREK"><object data="KANAREK"><p>KANAREK</p></object>
<svg><text>KANAREK</text><script>KANAREK</script></svg><video src="KANAREK"></video><noscript>KANAREK</noscript>
<template><p>KANAREK</p></template><math><mi>x</mi></math><o:p>Слово</o:p><img src="PICTURE">
</body></html>"""

XSS = [
    "<img src=x onerror=document.title='PWNED'>",
    "<svg><style><img src=x onerror=document.title='PWNED'></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style>"
    "<img title=\"--&gt;&lt;img src=x onerror=document.title='PWNED'&gt;\">",
    "<noscript><p title=\"</noscript><img src=x onerror=document.title='PWNED'>\">",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style>"
    "<path id=\"</style><img onerror=document.title='PWNED' src>\">",
    "<textarea></textarea><script>document.title='PWNED'</script>",
    "<title></title><script>document.title='PWNED'</script>",
    "<p>&lt;script&gt;document.title='PWNED'&lt;/script&gt;</p>",
    "<xmp><p title=\"</xmp><script>document.title='PWNED'</script>\"></xmp>",
    "<plaintext><script>document.title='PWNED'</script>",
    "<iframe srcdoc=\"<script>parent.document.title='PWNED'</script>\"></iframe>",
    "<td colspan='2\" onmouseover=\"document.title=1'>cell</td>",
    "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>\">",
    "<link rel=stylesheet href=http://127.0.0.1:PORT/css><img src=http://127.0.0.1:PORT/img>",
    '<body background=http://127.0.0.1:PORT/bg><div style="background:url(http://127.0.0.1:PORT/url)">x</div>',
    "<video poster=http://127.0.0.1:PORT/poster></video><a ping=http://127.0.0.1:PORT/ping href=#>a</a>",
    "<details open ontoggle=document.title='PWNED'><summary>more</summary>text</details>",
    "<!--[if true]><script>document.title='PWNED'</script><![endif]-->"
    "<![CDATA[<img src=x onerror=document.title='PWNED'>]]>",
    "<p id=x tabindex=1 onfocus=document.title='PWNED' autofocus>focus</p>",
]


def page(make: SimpleNamespace) -> bytes:
    picture = base64.b64encode(make.dirty_png()).decode()
    return PAGE.replace("PICTURE", f"data:image/png;base64,{picture}").encode()


def clean(data: bytes) -> Cleaned:
    """Through the worker's own way: recognised, cleaned, looked at again."""
    return worker.clean(data)


def refusal(data: bytes) -> str:
    with pytest.raises(UncleanError) as refused:
        clean(data)
    return refused.value.message


def test_nothing_hidden_is_left_and_everything_is_named(make: SimpleNamespace) -> None:
    """Every carrier holds a marked word: none is left in any byte, in the text or inside the picture."""
    cleaned = clean(page(make))
    assert cleaned.media_type == "text/html"
    assert b"KANAREK" not in cleaned.data
    assert "KANAREK" not in (cleaned.text or "")
    assert set(cleaned.found) >= {
        "Attributes", "Comments", "EXIF", "Forms", "Frames", "Hidden text", "Links", "HTML meta", "PNG text",
        "Remote parts", "Scripts", "Sound and video", "Styles", "Vector pictures", "Zero-width characters",
    }  # fmt: skip
    assert cleaned.removed == cleaned.found
    picture = base64.b64decode(cleaned.data.partition(b";base64,")[2].partition(b'"')[0])
    assert make.CANARY not in picture
    assert picture.startswith(b"\x89PNG")


def test_what_the_page_shows_stays(make: SimpleNamespace) -> None:
    """Words, headings, emphasis, tables, lists, line breaks and the words of links and forms."""
    cleaned = clean(page(make))
    written = cleaned.data.decode()
    for shown in (
        '<html lang="uk">', "<title>Покази свідка</title>", "<h1>Заголовок</h1>", "<b>важливий</b> абзац,<br/>другий",
        "&lt;script&gt; &amp; так", "за посиланням", "Видно.", "Теж видно.",
        '<th colspan="2">Дата</th>', "<td>14.03</td>",
        '<ol start="4"><li>раз</li><li value="7">два</li></ol>', "<pre>a\n  b</pre>", "Поле", "Кнопка", "Слово",
    ):  # fmt: skip
        assert shown in written
    assert cleaned.text is not None
    assert "14.03\t15.03" in cleaned.text
    assert cleaned.text.startswith("Покази свідка\n\nЗаголовок\n\nПерший важливий абзац,\nдругий рядок <script> & так.")


def test_cleaning_twice_changes_nothing(make: SimpleNamespace) -> None:
    """The clean page is recognised, and comes out as it went in."""
    once = clean(page(make)).data
    again = clean(once)
    assert (again.data, again.found) == (once, ())


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("windows-1251", "cp1251", "Свідчення: їхав, ґанок"), ("koi8-u", "koi8-u", "Його привезли пізно"),
        ("KOI8-R", "koi8-r", "Съёмка"), ("windows-1250", "cp1250", "Příliš žluťoučký"),
        ("iso-8859-2", "iso8859-2", "kůň"),
        ("utf-8", "utf-8", "Їжак"), ("ISO-8859-1", "cp1252", "“café”"), ("ibm866", "cp866", "Протокол"),
    ],
)  # fmt: skip
def test_declared_encodings_are_read(label: str, codec: str, text: str) -> None:
    """Old pages say how they are written, in either way of saying it; the clean one is UTF-8."""
    for declared in (
        f'<meta charset="{label}">',
        f'<META http-equiv=Content-Type content="text/html; charset={label}">',
    ):
        assert clean(f"<html><head>{declared}</head><body>{text}</body></html>".encode(codec)).text == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("<html><body>Съёмка</body></html>".encode("cp1251"), Reason.ENCODING),
        ('<html><meta charset="utf-8"><body>Съёмка</body></html>'.encode("cp1251"), Reason.ENCODING),
        ('<html><meta charset="windows-1251"><body>\x98</body></html>'.encode("latin-1"), Reason.ENCODING),
        (b'<html><meta charset="x-mine"><body>a</body></html>', Reason.ENCODING),
        (b"<html><body></body></html>", Reason.EMPTY),
        (b"<html><body><script>document.write('x')</script></body></html>", Reason.ACTIVE),
        (b"<html><body>" + b"<div>" * 3000 + b"deep" + b"</div>" * 3000, Reason.BOMB),
        (b'<html><body>a<img src="data:image/png;base64,' + base64.b64encode(b"\x89PNG\r\n\x1a\n" * 30) + b'">', None),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(data: bytes, reason: Reason | None) -> None:
    """Undeclared or wrong encodings, pages that only a script fills, text too deep to be parsed, broken pictures."""
    assert refusal(data) in ([reason] if reason else list(Reason))


def test_utf16_pages_and_pages_with_a_mark_are_read() -> None:
    """A byte order mark says more than what the page declares."""
    said = '<html><meta charset="windows-1251"><body>Їжак</body></html>'
    assert clean(said.encode("utf-16")).text == "Їжак"
    assert clean(said.encode("utf-8-sig")).text == "Їжак"


@pytest.mark.parametrize(
    ("put_in", "named"),
    [
        (b"<script>x</script>", "Elements"), (b"<p onclick=x>y</p>", "Attributes"), (b"<!-- x -->", "Comments"),
        (b"<img src=\"http://example.org/\">", "Remote parts"), ("<p>a\u200bb</p>".encode(), "Zero-width characters"),
        (b"<a href=\"https://example.org\">x</a>", "Elements"), (b"<?x y>", "Comments"),
        (b"<img src=\"data:text/html;base64,AAAA\">", "Remote parts"), (b"<![CDATA[x]]>", "Comments"),
    ],
)  # fmt: skip
def test_the_second_look_sees_what_is_put_back(put_in: bytes, named: str) -> None:
    """It reads with another parser and names what it finds."""
    good = clean(b"<p>Text</p>").data
    assert html.residue(good, worker.residue) == ()
    assert named in html.residue(good.replace(b"<p>Text", put_in + b"<p>Text"), worker.residue)
    assert html.residue(good.replace(b"</title>", put_in + b"</title>"), worker.residue)


@pytest.fixture(scope="module")
def requests() -> Iterator[tuple[int, list[str]]]:
    """A server on this computer that notes what is asked of it."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, asked
        server.shutdown()


def browsed(path: Path, tmp_path: Path) -> str:
    """What a browser makes of a page, after its scripts have run."""
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000", "--dump-dom"]
    command = ["chromium", *flags, f"--user-data-dir={tmp_path / 'profile'}", path.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=True).stdout


def test_a_browser_runs_and_loads_nothing(requests: tuple[int, list[str]], tmp_path: Path) -> None:
    """All attacks in one page: before, Chromium runs and loads; after, neither, and the text is there."""
    if shutil.which("chromium") is None:
        pytest.skip("needs chromium")
    port, asked = requests
    attacks = [attack.replace("PORT", f"{port}/PAGE") for attack in XSS]
    cleaned = [worker.clean(f"<html><body><p>Text</p>{attack}".encode()).data.decode() for attack in attacks]
    bodies = [one.partition("<body>")[2].partition("</body>")[0] for one in cleaned]
    before, after = tmp_path / "before.html", tmp_path / "after.html"
    before.write_text(("<html><body><p>Text</p>" + "".join(attacks[-6:])).replace("PAGE", "before"))
    # without the policy that the clean page carries: what is left has to be inert by itself
    after.write_text(
        "<!DOCTYPE html><html><head><title>calm</title></head><body>" + "".join(bodies).replace("PAGE", "after")
    )
    assert "PWNED</title>" in browsed(before, tmp_path)
    dumped = browsed(after, tmp_path)
    assert "<title>calm</title>" in dumped
    assert dumped.count("<p>Text</p>") == len(XSS)
    assert {path.split("/")[1] for path in asked} == {"before"}
