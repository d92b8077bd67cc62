"""What a reader sees: people by the names that stand in it, numbers in words that go with them, first things first."""

import re

import pytest

from archive.bundle import blocks, facts_html, html, template
from archive.bundle.content import Counts, Moment, Passage, Piece, arrange, sound
from archive.bundle.entries import Entry, Fact
from archive.bundle.labels import labels, languages

ORDERED = ("P-4417", "P-5512", "P-6001")


def _entry(kind: str, number: int, *facts: Fact) -> Entry:
    return Entry(kind=kind, number=number, facts=facts)  # type: ignore[arg-type]


def _named(kit, language: str):
    """Two people by name, in two ways of writing, and one by designation alone; something was done to all."""
    names = {"en": "Lev Bilyk", "uk": "Лев Білик"}
    people = (
        _entry(
            "person", 1, Fact(name="designation", persons=ORDERED[:1]),
            *(Fact(name="name", words=Passage(text=text, language=spoken)) for spoken, text in names.items()),
        ),
        _entry(
            "person", 2, Fact(name="designation", persons=ORDERED[1:2]),
            Fact(name="name", words=Passage(text="Jan Suchý", language="cs")),
        ),
        _entry("person", 3, Fact(name="designation", persons=ORDERED[2:])),
    )  # fmt: skip
    beating = Fact(name="act", vocabulary="acts", code="beating")
    witness = Fact(name="role", persons=ORDERED[1:2], vocabulary="roles", code="witness")
    act = _entry("act", 1, beating, Fact(name="affected", persons=ORDERED), Fact(name="when", date="2025-03"), witness)
    chronology = (Moment(month="2025-03", acts=(1,)),)
    made, _ = kit.make(language, template="court", profile="legal", people=people, acts=(act,), chronology=chronology)
    return sound(made)


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Lev Bilyk"), ("uk", "Лев Білик"), ("ru", "Лев Білик"), ("cs", "Lev Bilyk")]
)
@pytest.mark.parametrize("section", ["chronology", "acts"])
def test_who_stands_in_it_by_name_is_called_so_wherever_something_was_done(
    kit, section: str, language: str, name: str
) -> None:
    """With the designation, in the letters of the page; nobody has to look up who a number is. On paper, too."""
    made = _named(kit, language)
    page = re.sub(r"<[^>]+>|\s+", " ", html.page(made, (section,), {}))
    told = "\n".join(block.text for block in blocks.blocks(made, (section,), apart=False))
    for called, designation in ((name, ORDERED[0]), ("Jan Suchý", ORDERED[1])):
        assert re.search(rf"{called} +{designation}", page), page
        assert designation in told and f"\n{called}" in told
    assert ORDERED[2] in page and ORDERED[2] in told


def test_what_is_ours_stays_apart_from_names_on_paper(kit) -> None:
    """The last check passes over our words: a name in one of them would leave unseen."""
    made = _named(kit, "en")
    ours = [block.text for block in blocks.blocks(made, ("people", "chronology", "acts"), apart=False) if block.ours]
    assert not [text for text in ours if "Bilyk" in text or "Suchý" in text]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("1 testimony", "2 documents", "5 photographs", "21 people", "112 acts")),
        ("uk", ("1 свідчення", "2 документи", "5 світлин", "21 людина", "112 подій")),
        ("ru", ("1 показание", "2 документа", "5 фотографий", "21 человек", "112 событий")),
        ("cs", ("1 svědectví", "2 listiny", "5 fotografií", "21 lidí", "112 událostí")),
    ],
)
def test_numbers_stand_before_the_form_that_goes_with_them(kit, language: str, said: tuple[str, ...]) -> None:
    """One photograph is no photographs; on paper as on the page."""
    made, _ = kit.make(language, counts=Counts(persons=21, testimony=1, photo=5, document=2, act=112))
    page = " ".join(re.sub(r"<[^>]+>", " ", html.page(made, ("counts",), {})).split())
    told = [block.text for block in blocks.blocks(made, ("counts",), apart=False)]
    assert all(one in page and one in told for one in said), (page, told)


@pytest.mark.parametrize("language", languages())
def test_a_journalist_reads_first_what_may_be_printed(kit, language: str) -> None:
    """Above all else, in the words that stand at the exhibits."""
    words = labels(language)
    first = words.readers["press"]
    made, arranged = kit.make(language, template="press", profile="press")
    page = html.page(made, template.load("press").sections, arranged.pictures)
    assert words.uses["quotable"] in first and words.terms.casefold() in first.casefold()
    assert first in page[: page.index("</header>")]
    assert [block.text for block in blocks.blocks(made, (), apart=False) if block.ours][1] == first


@pytest.mark.parametrize(
    ("dates", "ends"),
    [
        (("2025", "2025-03"), ["January 2025", "December 2025"]),
        (("2025-21", "2025-04"), ["March 2025", "May 2025"]),
        (("2025-03~", "2025-05?"), ["March 2025", "May 2025"]),
        (("2025-03", "2025-03~"), ["March 2025"]),
    ],
)
def test_the_drawing_says_where_it_begins_and_ends(dates: tuple[str, ...], ends: list[str]) -> None:
    """Not the same at both ends, and no doubt that has no room there: the list below tells it."""
    drawn = facts_html.timeline([Moment(month=date) for date in dates], labels("en"))
    assert re.findall(r"<text[^>]*class=\"at(?:start|end)\">([^<]+)", drawn) == ends


@pytest.mark.parametrize("language", languages())
def test_no_designation_is_broken_before_what_somebody_is(kit, language: str) -> None:
    """``P-5512: witness`` may take two lines, the designation may not."""
    page = html.page(_named(kit, language), ("acts",), {})
    assert page.count(f'<span class="persons">{ORDERED[1]}</span>') == 2 and f"{ORDERED[1]}:" not in page


def test_a_word_of_one_letter_stays_beside_the_next_and_a_digest_is_whole(kit) -> None:
    """As Czechs, Ukrainians and Russians set it; in what is ours alone, as nothing of theirs is changed."""
    known = Entry(kind="act", number=1, facts=(Fact(name="known", vocabulary="knowing", code="paper"),))
    told = Passage(text="Z domu a z práce", language="cs")
    made, _ = kit.make("cs", acts=(known,), summary=told)
    page = html.page(made, ("summary", "acts"), {})
    assert "Z\u00a0listiny" in page and "Z domu a z práce" in page
    paper = [block.text for block in blocks.blocks(made, ("summary", "acts"), apart=False)]
    assert any(text.endswith("Z\u00a0listiny") for text in paper) and "Z domu a z práce" in paper
    alone = re.compile(r"(?<![^\s(„«])[^\W\d_жб] | [жб](?!\w)")  # ж and б stay with the word before
    for language in languages():
        words = labels(language)
        told = (words.about_people, words.table_note, words.custody_text, words.check_means)
        assert language == "en" or not [text for text in told if alone.search(text)]
        assert "SHA\u2011256" in words.check_means and "SHA-256" not in words.check_means


def test_no_line_stands_alone_below_what_announces_the_text(kit) -> None:
    """The first lines are short ones: printed, they go to the next page with the label, or stay with the third."""
    text = Passage(text="DISTRICT COURT\nRULING\n2 June 2025\nThe court heard the case.", language="en")
    arranged = arrange([Piece(key="k1", kind="document", text=text)], kit.source())
    made, _ = kit.make("en", arranged)
    lines = [block for block in blocks.blocks(made, ("exhibits",), apart=False) if block.style == "quote"]
    assert [block.keeps for block in lines] == [True, True, False, False]


def test_what_announces_commands_and_files_goes_on_to_their_page(kit) -> None:
    """On paper; a browser is told the same."""
    made, _ = kit.make("ru")
    told = {block.text: block for block in blocks.blocks(made, ("custody", "verify"), apart=False)}
    words = labels("ru")
    assert told[words.check_intro].keeps and told[words.custody_files].keeps and not told[html.COMMANDS[-1]].keeps
    assert "section > p:has(+ pre)" in html.STYLE
