"""The page: whole by itself, inert whatever is in it, and readable by ear, on paper and in four languages."""

import base64
import hashlib
import re
import shutil
import subprocess
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from archive.bundle import blocks, content, dossier, facts_html, html, labels
from archive.bundle.content import Dossier, Moment, Passage
from archive.bundle.entries import Answer, Cell, Entry, Fact
from archive.errors import UsageError

PAYLOADS = [
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "' onmouseover='alert(1)",
    "\" autofocus onfocus=\"alert(1)",
    "<iframe src=javascript:alert(1)></iframe>",
    "<a href=javascript:alert(1)>x</a>",
    "<base href=https://example.org/>",
    "<meta http-equiv=refresh content='0;url=https://example.org'>",
    "<link rel=stylesheet href=https://example.org/x.css>",
    "<style>@import 'https://example.org'</style>",
    "<form action=https://example.org><button>x</button></form>",
    "<object data=https://example.org></object><embed src=https://example.org>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<\u200bscript>alert(1)</script>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<template><script>alert(1)</script></template>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "]]><xml><script>alert(1)</script>",
    "{{constructor.constructor('alert(1)')()}}",
]  # fmt: skip
ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "a", "header", "p", "h1", "h2", "h3", "time", "span", "div",
    "nav", "ol", "ul", "li", "main", "section", "article", "dl", "dt", "dd", "blockquote", "figure", "img", "pre",
    "code", "b", "br", "svg", "desc", "line", "circle", "rect", "text",
}  # fmt: skip
ATTRIBUTES = {
    "charset", "http-equiv", "content", "name", "lang", "class", "href", "id", "aria-labelledby", "datetime", "src",
    "alt", "viewbox", "role", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "width", "height",
}  # fmt: skip


class Tree(HTMLParser):
    """What a parser makes of a page: tags with attributes, text, headings, languages, and whether elements nest."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.odd: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert not self._open, "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "img", "br"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, "elements nest"

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.odd.append(data)

    unknown_decl = handle_pi = handle_comment

    def attributes(self, name: str) -> list[str]:
        """All values of an attribute."""
        return [attrs[name] or "" for _, attrs in self.tags if name in attrs]


def _page(kit, language: str = "en", **changes: object) -> str:
    return next(member.data for member in kit.members(language, **changes) if member.name == "dossier.html").decode()


def _poisoned(made: Dossier, payload: str) -> dict[str, object]:
    """``payload`` in every place that holds words."""
    passage = Passage(text=payload, language="uk")
    facts = (Fact(name="method", words=passage), Fact(name="where", words=passage))
    act = Entry(kind="act", number=1, facts=(*facts, Fact(name="when", date="2024-03")))
    exhibits = tuple(msgspec.structs.replace(one, title=passage, text=passage) for one in made.exhibits)
    return {
        "title": passage, "summary": passage, "demands": passage, "issuer": payload, "contact": payload,
        "exhibits": exhibits, "acts": (act,), "form": (Answer(field="circumstances", words=passage, facts=facts),),
        "chronology": (Moment(month="2024-03", acts=(1,)), *made.chronology),
    }  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_stay_text(kit, payload: str) -> None:
    """Only our elements and attributes, every link inside the folder, no comment; the payload is there, as text."""
    made, arranged = kit.make(**_poisoned(kit.make()[0], payload))
    tree = Tree(html.page(content.sound(made), tuple(html.SECTIONS), arranged.pictures))
    assert {tag for tag, _ in tree.tags} <= ELEMENTS
    assert {name for _, attrs in tree.tags for name in attrs} <= ATTRIBUTES
    assert all(link.startswith(("#", "exhibits/")) for link in tree.attributes("href"))
    assert all(link.startswith("data:image/") for link in tree.attributes("src"))
    assert not tree.odd
    assert tree.text.count(payload.replace("\x00", "").replace("\u200b", "")) >= 11


def test_every_payload_at_once_is_inert_in_a_browser(kit, tmp_path: Path) -> None:
    """Chromium builds the same elements, runs nothing, and shows the embedded picture under this policy."""
    if shutil.which("chromium") is None:
        pytest.skip("needs chromium")
    made, arranged = kit.make(**_poisoned(kit.make()[0], "\n\n".join(PAYLOADS)))
    page = dossier.Page("dossier", made, tuple(html.SECTIONS))
    kit.write(tmp_path / "bag", dossier.members([page], arranged.pictures), kit.nothing, kit.source())
    flags = [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
        "--disable-background-networking", "--disable-component-update", "--enable-logging=stderr", "--v=0",
        "--dump-dom",
    ]  # fmt: skip
    shown = (tmp_path / "bag" / "data" / "dossier.html").as_uri()
    run = subprocess.run(
        ["chromium", *flags, f"--log-net-log={tmp_path / 'net'}", f"--user-data-dir={tmp_path / 'profile'}", shown],
        capture_output=True,
        timeout=600,
        check=True,
    )
    dom = Tree(run.stdout.decode())
    assert {tag for tag, _ in dom.tags} <= ELEMENTS
    assert {name for _, attrs in dom.tags for name in attrs} <= ATTRIBUTES
    asked = (tmp_path / "net").read_text(errors="replace")
    assert "dossier.html" in asked and "example.org" not in asked, "it asked the network for something"
    assert b"Content Security Policy" not in run.stderr, "neither style nor picture is refused by our own policy"


LONG = Passage(text="P-4417 nejneobhospodařovávatelnějšímu P-4417 " * 9, language="cs")
MEASURE = """<body style="margin:0"><iframe id="f" src="SRC" style="border:0;width:WIDEpx;height:2000px"></iframe>
<pre id="told"></pre><script>
f.onload = () => {
  const page = f.contentDocument, wide = page.documentElement.clientWidth;
  const over = [...page.querySelectorAll("body *")].filter(one => !one.closest("svg, .skip, table *"))
    .filter(one => one.getBoundingClientRect().right > wide + 1);
  const broken = [...page.querySelectorAll(".persons")]
    .filter(one => new Set([...one.getClientRects()].map(part => Math.round(part.top))).size > 1);
  const lines = one => {
    const held = page.createRange();
    held.selectNodeContents(one);
    return held.getClientRects().length;
  };
  const cut = [...page.querySelectorAll(".counts span")]
    .filter(one => !one.textContent.includes(" ") && lines(one) > 1);
  const hidden = [...page.querySelectorAll("table")].filter(one => one.scrollWidth > one.clientWidth + 1);
  told.textContent =
    ["seen", page.querySelectorAll(".persons").length, over.length, broken.length, cut.length, hidden.length].join(" ");
};
</script>"""


@pytest.mark.parametrize(("wide", "language"), [(320, "ru"), *((390, one) for one in labels.languages())])
def test_nothing_reaches_over_the_edge_of_a_phone(kit, tmp_path: Path, wide: int, language: str) -> None:
    """Long words in every place that holds words.

    No designation and no label of a number is on two lines, no column out of sight.
    """
    if shutil.which("chromium") is None:
        pytest.skip("needs chromium")
    cell = Cell(act="x-co-forced-mobilisation", acts=14, people=9, region="Черниговская область", quarter="2025-Q1")
    made, _ = kit.make(language, **_poisoned(kit.make()[0], LONG.text), table=(cell,))
    page = html.page(content.sound(made), tuple(html.SECTIONS), kit.make()[1].pictures)
    (tmp_path / "page.html").write_text(page)
    measured = MEASURE.replace("SRC", (tmp_path / "page.html").as_uri()).replace("WIDE", str(wide))
    (tmp_path / "measure.html").write_text(measured)
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-web-security", "--dump-dom"]
    run = subprocess.run(
        [
            "chromium", *flags, "--allow-file-access-from-files", f"--user-data-dir={tmp_path / 'profile'}",
            "--window-size=600,2000", "--virtual-time-budget=20000", (tmp_path / "measure.html").as_uri(),
        ],
        capture_output=True, timeout=600, check=True,
    )  # fmt: skip
    told = re.search(r"seen (\d+) (\d+) (\d+) (\d+) (\d+)", run.stdout.decode())
    assert told and int(told[1]) > 50 and told[2] == told[3] == told[4] == "0", run.stdout[-300:]
    assert told[5] == "0" or wide < 390, "a column is out of sight"


def test_the_policy_allows_nothing_but_this_style_and_embedded_pictures(kit) -> None:
    """default-src 'none'; the style by its hash, before anything it rules."""
    page = _page(kit)
    tree = Tree(page)
    policy = next(attrs["content"] for _, attrs in tree.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    style = re.search("<style>(.*?)</style>", page, re.DOTALL)
    assert style and policy
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy.startswith("default-src 'none'; ") and f"style-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert page.index("Content-Security-Policy") < page.index("<style>")
    assert not re.search(r"url\(|@import|https?:|</", html.STYLE)


@pytest.mark.parametrize("language", labels.languages())
def test_headings_stand_in_order_and_landmarks_are_named(kit, language: str) -> None:
    """One h1, no level skipped, ids unique, what is referred to is there, every picture has its words."""
    tree = Tree(_page(kit, language))
    levels = [int(tag[1]) for tag, _ in tree.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = tree.attributes("id")
    assert len(set(ids)) == len(ids)
    assert {link[1:] for link in tree.attributes("href") if link.startswith("#")} <= set(ids)
    assert {one for names in tree.attributes("aria-labelledby") for one in names.split()} <= set(ids)
    assert [tag for tag, _ in tree.tags if tag in {"header", "nav", "main"}] == ["header", "nav", "main"]
    assert all(attrs.get("alt") for tag, attrs in tree.tags if tag == "img")
    assert tree.tags[0] == ("html", {"lang": language})


def test_each_text_carries_its_language(kit) -> None:
    """A quotation in another language than the page says so; one in the same does not repeat it."""
    tree = Tree(_page(kit, "cs"))
    quoted = [attrs.get("lang") for tag, attrs in tree.tags if tag == "blockquote"]
    assert sorted(quoted, key=str) == ["ru", "uk", None] or sorted(quoted, key=str) == [None, "ru", "uk"]


def test_paragraphs_and_lines_are_kept(kit) -> None:
    """A blank line parts paragraphs, a single one breaks the line; more blank lines add nothing."""
    page = _page(kit, summary=Passage(text="one\ntwo\n\n\n\nthree\n"))
    assert "<p>one<br>two</p>\n<p>three</p>" in page


def test_what_is_not_there_has_no_heading(kit) -> None:
    """An empty dossier still says what is left out and how to check it."""
    tree = Tree(
        _page(
            kit,
            summary=None,
            chronology=(),
            exhibits=(),
            counts=None,
            contact=None,
            issuer=None,
            issued=None,
            withheld=(),
        )
    )
    assert [attrs["id"] for tag, attrs in tree.tags if tag == "section"] == ["withheld", "verify"]


def test_the_page_does_not_say_what_made_it(kit) -> None:
    """No generator, no version, no time finer than a month, no link to anywhere."""
    page = _page(kit)
    assert "generator" not in page and "archive" not in page.lower()
    assert not re.search(r"\d{4}-\d\d-\d\d|\d\d:\d\d|https?://", page)


def test_a_picture_that_browsers_do_not_show_is_named_only(kit) -> None:
    """TIFF lies in the folder; its exhibit names the file."""
    made, arranged = kit.make()
    held = {
        name: msgspec.structs.replace(picture, media_type="image/tiff") for name, picture in arranged.pictures.items()
    }
    page = html.page(made, ("exhibits",), held)
    assert "<img" not in page and page.count("exhibits/P-01-photo-1.jpg") == 2


def test_the_machine_readable_twin_says_the_same(kit) -> None:
    """``dossier.json`` reads back as the content; its words are on the page."""
    made, _ = kit.make()
    twin = next(member.data for member in kit.members() if member.name == "dossier.json")
    assert msgspec.json.decode(twin, type=Dossier, strict=True) == made
    assert msgspec.json.decode(twin)["format"] == "dossier/1"
    text = "\n".join(Tree(_page(kit)).text)
    for exhibit in made.exhibits:
        assert not exhibit.text or all(part in text for part in exhibit.text.text.split("\n\n"))


@pytest.mark.parametrize("language", labels.languages())
def test_labels_are_whole_in_every_language(language: str) -> None:
    """Every word is there and is no other language's; months are twelve different ones."""
    words, english = labels.labels(language), labels.labels("en")
    assert len(set(words.months)) == 12
    assert set(words.numbers) == set(english.numbers) and set(words.languages) == set(english.languages)
    if language != "en":
        same = {"contact", "open_end"}
        fields = [field for field in words.__struct_fields__ if field not in same]
        assert not [field for field in fields if getattr(words, field) == getattr(english, field)]


def test_a_language_without_headings_is_refused() -> None:
    """And says which there are."""
    with pytest.raises(UsageError) as refused:
        labels.labels("de")
    assert "en, uk, ru, cs" in refused.value.hint


@pytest.mark.parametrize(
    ("month", "said"),
    [
        ("2024-03", "March 2024"), ("2024", "2024"), ("2024-03~", "March 2024 (approximately)"),
        ("202X", "some time in 2020–2029"),
        ("2024-21", "spring 2024"), ("2024-XX", "2024"), ("2024-03/2024-05?", "March 2024 – May 2024 (uncertain)"),
        ("2024-03/..", "since March 2024"), ("/2024", "until 2024"), ("20XX", "some time in 2000–2099"),
        ("2024-XX-XX", "2024"),
    ],
)  # fmt: skip
def test_months_in_words(month: str, said: str) -> None:
    """Every shape a coarse date has."""
    assert labels.labels("en").when_said(month) == said


@pytest.mark.parametrize(
    ("language", "since", "until"),
    [("uk", "з\u00a0жовтня 2025", "до весни 2024"), ("ru", "с\u00a0октября 2025", "до весны 2024"),
     ("cs", "od října 2025", "do jara 2024")],
)  # fmt: skip
def test_what_has_one_end_is_said_in_the_case_its_language_asks_for(language: str, since: str, until: str) -> None:
    """Not with dots, and in no sign that people have to learn."""
    words = labels.labels(language)
    assert (words.when_said("2025-10/.."), words.when_said("../2024-21")) == (since, until)
    assert not {one for month in words.months_of for one in labels.labels("en").months if month == one}


def test_a_decade_does_not_squeeze_the_drawing(kit) -> None:
    """What is known to ten years alone would leave the months no room; the list below tells it."""
    moments = tuple(content.Moment(month=month, exhibits=(1,)) for month in ("202X", "2025-03", "2025-06"))
    drawn = facts_html.timeline(moments, labels.labels("en"))
    assert "March 2025" in drawn and "2020" not in drawn and "2029" not in drawn


def test_the_chronology_gives_a_source_for_each_line(kit) -> None:
    """Each line leads to its exhibit."""
    made, _ = kit.make()
    page = _page(kit)
    part = page[page.index('<section id="chronology"') : page.index('<section id="exhibits"')]
    numbers = [number for moment in made.chronology for number in moment.exhibits]
    assert re.findall(r'href="#exhibit-(\d+)"', part) == [str(number) for number in numbers]
    assert all(isinstance(moment, Moment) for moment in made.chronology)


def test_the_drawing_ends_where_the_last_of_it_ends(kit) -> None:
    """What began earlier and lasted longer stands at the right end, by its own end."""
    months = ("2025-03", "2025-05/2025-09", "2025-06")
    drawn = facts_html.timeline([Moment(month=month) for month in months], labels.labels("en"))
    assert re.findall(r"<text[^>]*class=\"at(?:start|end)\">([^<]+)", drawn) == ["March 2025", "September 2025"]


@pytest.mark.parametrize("chronology", [(), (Moment(month="2024-03", acts=(1,)),)])
def test_an_act_without_a_date_stands_at_the_end_of_the_chronology(kit, chronology: tuple[Moment, ...]) -> None:
    """Else it would be counted and told nowhere; on paper as on the page."""
    facts = (Fact(name="act", vocabulary="acts", code="beating"), Fact(name="when", date="2024-03"))
    acts = (Entry(kind="act", number=1, facts=facts), Entry(kind="act", number=2, facts=(facts[0],)))
    made, _ = kit.make("uk", acts=acts[1 - len(chronology) :], chronology=chronology)
    page = html.page(made, ("chronology",), {})
    assert page.count("Побиття") == 1 + len(chronology) and page.index("без дати") < page.rindex("Побиття")
    told = [block.text for block in blocks.blocks(made, ("chronology",), apart=False)]
    assert told[-2:] == ["Без дати", "Побиття"]


def test_a_dossier_without_a_title_is_called_what_it_is_once(kit) -> None:
    """Its kind stands above a title of its own, not above itself; on paper, too."""
    for title, times in (("Досьє", 0), ("Справа", 1)):
        made, _ = kit.make("uk", title=Passage(text=title, language="uk"))
        assert html.page(made, ("summary",), {}).count('class="kicker"') == times
        told = [block.style for block in blocks.blocks(made, ("summary",), apart=False)]
        assert told.count("kicker") == times and told.count("title") == 1


def test_only_words_of_ours_begin_with_a_capital_by_style(kit) -> None:
    """An address or the number of a unit stands as somebody wrote it."""
    facts = (
        Fact(name="email", words=Passage(text="lev@example.org")),
        Fact(name="speaks", vocabulary="languages", code="cs"),
    )
    made, _ = kit.make("uk", people=(Entry(kind="person", number=1, facts=facts),))
    page = html.page(made, ("people",), {})
    assert re.search(r"<div><span>lev@example\.org", page) and re.search(r'<div class="ours"><span>чеська', page)
    capital = re.findall(r"([^\n{}]+)\{ text-transform: uppercase; \}", html.STYLE)
    assert all(
        ".ours" in rule or "time" in rule or ":not(:has(a, div))" in rule
        for one in capital
        for rule in one.split(", article")
    )


def test_an_own_copy_does_not_say_that_the_own_places_are_left_out(kit) -> None:
    """Nor that names and contacts are: its reader's stand in it."""
    for template, profile in (("own-copy", "self"), ("public", "advocacy")):
        made, _ = kit.make("en", template=template, profile=profile)
        page = html.page(made, ("withheld",), {})
        paper = "\n".join(block.text for block in blocks.blocks(made, ("withheld",), apart=False))
        for shown in (page, paper):
            assert ("places and papers of others" in shown) is (template == "own-copy")
            assert ("Exact places and contacts are left out" in shown) is (template == "public")


def test_words_stand_out_by_day_by_night_and_on_paper() -> None:
    """Each colour of words against each ground: 4.5 to 1 at least, as WCAG 2.2 asks."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    found = [
        dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})", block)) for block in re.findall(r":root \{([^}]*)\}", html.STYLE)
    ]
    long = [{name: value if len(value) == 7 else "#" + "".join(c * 2 for c in value[1:]) for name, value in one.items()}
            for one in found]  # fmt: skip
    ratios = [
        (max(pair) + 0.05) / (min(pair) + 0.05)
        for one in long
        for words in ("ink", "quiet", "accent")
        for ground in ("paper", "sheet", "wash")
        for pair in [(light(one[words]), light(one[ground]))]
    ]
    assert len(ratios) == 27 and min(ratios) > 4.5


def test_a_page_in_several_languages_leads_to_the_others(kit) -> None:
    """To the same page, called as each language calls itself; what is for the lawyer alone to its like."""
    pages = [
        dossier.Page(stem, kit.make(language)[0], ("summary",), apart=apart, again=language != "uk")
        for language, stem, apart in (
            ("uk", "dossier", False), ("uk", "lawyer-only", True), ("en", "dossier.en", False),
            ("en", "lawyer-only.en", True),
        )
    ]  # fmt: skip
    members = dossier.members(pages, kit.make()[1].pictures)
    made = {one.name: Tree(one.data.decode()) for one in members if one.name.endswith(".html")}
    ways = {
        name: [attrs["href"] for tag, attrs in tree.tags if tag == "a" and "lang" in attrs]
        for name, tree in made.items()
    }
    assert ways == {
        "dossier.html": ["dossier.en.html"], "dossier.en.html": ["dossier.html"],
        "lawyer-only.html": ["lawyer-only.en.html"], "lawyer-only.en.html": ["lawyer-only.html"],
    }  # fmt: skip
    assert "English" in made["dossier.html"].text and "українська" in made["dossier.en.html"].text
    assert {"English", "українська", *(way for one in ways.values() for way in one)} <= dossier.own(pages)
    alone = dossier.members(pages[:1], kit.make()[1].pictures)
    assert not any(tag == "a" and "lang" in attrs for tag, attrs in Tree(alone[0].data.decode()).tags)


@pytest.mark.parametrize("language", labels.languages())
def test_whom_a_form_is_for_and_how_who_is_who_is_opened_stand_at_the_top(kit, language: str) -> None:
    """The first line under the title, on the page and on paper; a command by itself, so that it can be copied."""
    for kind in ("wgad", "un-communication", "torture", "belief", "disappearance", "handover"):
        made, arranged = kit.make(language, template=kind, profile="legal" if kind == "handover" else "un")
        tree = Tree(html.page(content.sound(made), ("summary",), arranged.pictures))
        top = [text.strip() for text in tree.text]
        words = labels.labels(language)
        paper = [block.text for block in blocks.blocks(made, ("summary",), apart=False)]
        for shown in (top, paper):
            assert shown.index(words.readers[kind]) < shown.index(words.about_days) < shown.index(words.contents)
            assert (facts_html.OPENS in shown) is (kind == "handover")
        if kind == "handover":
            assert top.index(words.about_sealed) < top.index(facts_html.OPENS) < top.index(words.contents)
