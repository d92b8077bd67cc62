"""Search: what is found, by which words, in which order, what a hit shows; and what it never shows."""

from __future__ import annotations

import pytest
from index_material import (
    CASE,
    COMMON,
    OURS,
    THEIRS,
    case,
    consent,
    entry,
    fill,
    identity,
    number,
    person,
    scrubbed,
    told,
)

from archive.errors import UsageError
from archive.index import searching
from archive.index.filters import Query
from archive.index.index import Index
from archive.index.searching import Hit
from archive.language.fold import fold
from archive.records import kinds


def found(index: Index, text: str = "", **asked: object) -> list[str]:
    """The first digits of the ids of all hits, in order."""
    results = index.search(Query(text=text, **asked))  # type: ignore[arg-type]
    assert len(results.hits) == results.total or "limit" in asked or "offset" in asked
    return [hit.id.rstrip("0") for hit in results.hits]


def only(index: Index, text: str) -> Hit:
    results = index.search(Query(text=text))
    assert results.total == 1
    return results.hits[0]


def marked(hit: Hit) -> list[str]:
    return [hit.snippet[start:end] for start, end in hit.marks]


def test_every_named_field_is_found(index: Index) -> None:
    """Title, text, place, tags, remarks, summary, source, deadlines, pseudonym."""
    fill(
        index,
        told("a", text="wtext", title="wtitle", place="wplace", tags=("wtag",), remarks="wremarks", source="wsource"),
    )
    fill(index, case("b", title="wcase", summary="wsummary", dates=(kinds.Deadline(what="whearing", on="2026-05"),)))
    fill(index, person("c", "wpseudonym", title="wcalled"))
    for word in ("wtext", "wtitle", "wplace", "wtag", "wremarks", "wsource"):
        assert found(index, word) == ["a"]
    for word in ("wcase", "wsummary", "whearing"):
        assert found(index, word) == ["b"]
    for word in ("wpseudonym", "wcalled"):
        assert found(index, word) == ["c"]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("П’ятихатки", "п'ятихатки"), ("п'ять", "пʼять"), ("ёлка", "елка"), ("Їжак", "їжак"), ("ґанок", "ганок"),
        ("Kravcová", "kravcova"), ("Řehoř", "rehor"), ("Не\u0301мець", "немець"), ("Вла\u00adдислав", "владислав"),
        ("KHARKIV", "kharkiv"), ("ﬁle", "file"), ("и\u0306од", "йод"),
    ],
)  # fmt: skip
def test_folding_is_the_same_for_text_query_and_snippet(index: Index, written: str, typed: str) -> None:
    """Found, and marked in the original spelling."""
    fill(index, told("a", text=f"слова {written} далі"))
    hit = only(index, typed)
    assert marked(hit) == [written]
    assert hit.snippet == f"слова {written} далі"


def test_words_phrases_beginnings_or_and_minus(index: Index) -> None:
    fill(index, told("a", text="red green blue"), told("b", text="green red"), told("c", text="blue greenish"))
    assert sorted(found(index, "red green")) == ["a", "b"]
    assert found(index, '"red green"') == ["a"]
    assert sorted(found(index, "green*")) == ["a", "b", "c"]
    assert found(index, "green* -red") == ["c"]
    assert sorted(found(index, "greenish OR green")) == ["a", "b", "c"]
    assert sorted(found(index, "red OR greenish blue")) == ["a", "c"]
    assert sorted(found(index, "-red")) == ["c"]
    assert found(index, '"green red" -blue') == ["b"]


def test_a_person_is_found_by_name_and_shown_by_pseudonym(index: Index) -> None:
    """In either order of arrival; the hit holds no word of the identity record."""
    raven = person("a", "Raven", cases=(CASE,))
    sealed = identity("b", raven, nicknames=("Ластівка",), aliases=("Helena K",))
    fill(index, sealed)
    assert found(index, "Кравець") == []
    fill(index, raven, case(CASE))
    for typed in ("кравець", "Олена", "ластівка", '"Олена Кравець"', "helena raven"):
        hit = only(index, typed)
        assert (hit.id, hit.kind, hit.title, hit.snippet, hit.marks) == (raven.id, "person", "Raven", "", ())
        assert hit.ref == index.ref(raven.id)
        assert hit.case == index.ref(CASE)
    assert found(index, "кравець", kinds=("person",)) == ["a"]
    assert found(index, "кравець", kinds=("identity",)) == []
    assert found(index, "", kinds=("identity",)) == []


def test_a_corrected_name_is_found_and_the_old_one_is_not(index: Index) -> None:
    raven = person("a")
    first = entry(identity("b", raven, surname="Кравець"))
    fill(index, raven, first)
    fill(index, entry(identity("b", raven, surname="Немченко"), first.hash))
    assert found(index, "кравець") == []
    assert found(index, "немченко") == ["a"]


def test_numbers_of_a_person_are_not_indexed(index: Index) -> None:
    """Phones, addresses, handles, e-mails, birth dates, places; remarks of an identity record neither."""
    raven = person("a")
    sealed = identity(
        "b", raven, phones=("+380501234567",), emails=("mail7@example.org",), handles=("@handle7",),
        addresses=("Street 77",), birth_date="1991-07-17", places=("Birthtown",),
        remarks="remark7", tags=("tag7",), title="title7",
    )  # fmt: skip
    fill(index, raven, sealed)
    typed = ["+380501234567", "380501234567", "3805*", "mail7", "example", "handle7", "street", "77", "1991*",
             "birthtown", "remark7", "tag7", "title7"]  # fmt: skip
    assert [word for word in typed if found(index, word)] == []
    assert found(index, "", tag="tag7") == []


def test_words_to_hide_and_bookkeeping_are_not_indexed(index: Index) -> None:
    """Masks of a case, custody notes, pseudonyms of a bundle, names of members and collectives."""
    bundle = {
        "template": "public",
        "profile": "advocacy",
        "bundle_sha256": "1" * 64,
        "pseudonyms": {number("a"): "wbundle"},
    }
    fill(
        index, case("a", masks=("wmask",)),
        kinds.Custody(id=number("b"), event="access", note="wnote", **COMMON),
        kinds.Dossier(id=number("c"), **bundle, **COMMON),
        kinds.Member(id=number("d"), person_id="x", label="wlabel", **COMMON),
        kinds.Collective(id=number("e"), name="wname", **COMMON),
    )  # fmt: skip
    assert [word for word in ("wmask", "wnote", "wbundle", "wlabel", "wname") if found(index, word)] == []


def test_filters(index: Index) -> None:
    raven = person("a", "w", cases=(CASE,))
    fill(index, case(CASE, title="w"), raven, consent("b", raven, remarks="w"))
    fill(index, told("d", text="w", case=CASE, about=(raven.id,), tags=("Вирок",), place="м. Харків", date="2025-03"))
    fill(index, told("e", text="w", mentions=(raven.id,), date="2025-04-10/2025-06"), told("f", text="w"))
    fill(index, told("1", text="w"), collective=THEIRS)
    for text in ("w", ""):  # with words and without
        assert sorted(found(index, text, case=CASE)) == ["a", "c" * 32, "d"]
        assert sorted(found(index, text, person=raven.id)) == ["a", "b", "d", "e"]
        assert sorted(found(index, text, kinds=("testimony",), collective=OURS)) == ["d", "e", "f"]
        assert sorted(found(index, text, kinds=("testimony", "consent"), person=raven.id)) == ["b", "d", "e"]
        assert found(index, text, collective=THEIRS) == ["1"]
        assert found(index, text, collective="unknown") == []
        assert found(index, text, tag="вирок") == found(index, text, place="харків") == ["d"]
        assert sorted(found(index, text, since="2025-03", until="2025-05")) == ["d", "e"]
        assert found(index, text, since="2025-04", until="2025-05-01") == ["e"]
        assert found(index, text, until="2025-03-20") == ["d"]
        assert sorted(found(index, text, since="2026-02", kinds=("testimony",))) == ["1", "f"]  # by the day of entering


def test_a_date_that_is_none_is_refused_and_a_stored_one_is_passed_over(index: Index) -> None:
    fill(index, told("a", text="w", date="some day"))
    assert found(index, "w", since="2026-03-01", until="2026-03-01") == ["a"]
    with pytest.raises(UsageError):
        index.search(Query(text="w", since="yesterday"))


def test_sorting(index: Index) -> None:
    """A title says more than a text; date: what it tells of, newest first; added: newest first."""
    fill(index, told("a", text="w " + "other " * 40, date="2025-01", created="2026-01-03T10:00Z"))
    fill(index, told("b", text="other", title="w", date="2024", created="2026-01-02T10:00Z"))
    fill(index, told("c", text="w w w w", date="2026-01", created="2026-01-01T10:00Z"))
    assert found(index, "w") == ["b", "c", "a"]
    assert found(index, "w", sort="date") == ["c", "a", "b"]
    assert found(index, "w", sort="added") == ["a", "b", "c"]
    assert index.search(Query(text="", sort="relevance")).sort == "date"


def test_of_those_that_rank_alike_the_newest_comes_first_unless_they_are_many(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever page they stand on; days are read only of these."""
    fill(index, *(told(f"{value:x}", text="w", date=f"202{value}") for value in range(1, 7)))
    fill(index, told("9", text="w w", date="2010"), told("a", text="w other", date="2030"))
    everything = ["9", "6", "5", "4", "3", "2", "1", "a"]
    for size in (1, 3, 8):
        assert [one for at in range(0, 8, size) for one in found(index, "w", limit=size, offset=at)] == everything
    monkeypatch.setattr(searching, "_MOST_TIES", 5)
    assert found(index, "w") == ["9", "1", "2", "3", "4", "5", "6", "a"]


def test_pages_and_total(index: Index) -> None:
    fill(index, *(told(f"{value:02x}", text="w") for value in range(1, 31)))
    pages = [index.search(Query(text="w", limit=7, offset=offset)) for offset in range(0, 35, 7)]
    assert {page.total for page in pages} == {30}
    ids = [hit.id for page in pages for hit in page.hits]
    assert (len(ids), len(set(ids))) == (30, 30)
    for wrong in ({"limit": 0}, {"limit": -1}, {"limit": 10**9}, {"offset": -1}, {"offset": 2**63}):
        with pytest.raises(UsageError):
            index.search(Query(text="w", **wrong))


def test_too_many_hits_to_rank_are_sorted_by_date_and_said_so(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MOST_RANKED", 2)
    fill(index, *(told(f"{value:x}", text="w", date=f"202{value}") for value in range(1, 4)))
    results = index.search(Query(text="w"))
    assert (results.sort, results.total, [hit.id[0] for hit in results.hits]) == ("date", 3, ["3", "2", "1"])


def test_the_snippet_lies_around_the_hit_in_its_own_script(index: Index) -> None:
    before, after = "слово " * 500, " кінець" * 500
    fill(index, told("a", text=f"{before}вранці П’ятихатки палали{after}"))
    hit = only(index, '"п\'ятихатки палали"')
    assert marked(hit) == ["П’ятихатки палали"]
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")
    assert "вранці П’ятихатки палали кінець" in hit.snippet
    assert len(hit.snippet) <= 190


@pytest.mark.parametrize("written", ["Ёлка", "Э\u0301лка", "ЕЛКА", "є\u0301лка", "И\u0306ода", "їода", "ſalt", "ﬁn"])
def test_a_word_is_marked_however_its_first_letter_is_written(index: Index, written: str) -> None:
    fill(index, told("a", text=f"before {written} after"))
    assert marked(only(index, f'"{fold(written)}"')) == [written]


@pytest.mark.parametrize("position", range(960, 1440, 16))
def test_a_phrase_is_marked_wherever_it_stands(index: Index, position: int) -> None:
    """Also where the parts of a long text meet."""
    text = ("x " * 2000)[:position] + " one two three " + "y " * 1000
    fill(index, told("a", text=text))
    assert marked(only(index, '"one two three"')) == ["one two three"]


@pytest.mark.parametrize("position", range(900, 1100, 20))
def test_a_long_phrase_is_marked_where_parts_of_a_text_meet(index: Index, position: int) -> None:
    phrase = "extraordinarily complicated circumstances surrounding everybody"
    fill(index, told("a", text=f"{('x ' * 2000)[:position]} {phrase} {'y ' * 1000}"))
    assert marked(only(index, f'"{phrase}"')) == [phrase]


def test_marks_are_apart_and_in_order(index: Index) -> None:
    """A phrase and a word of it: one mark, so that a caller can cut the snippet at the marks."""
    fill(index, told("a", text="zero one two three four one"))
    hit = only(index, '"one two" two* "two three" one')
    assert marked(hit) == ["one two three", "one"]


def test_only_whole_words_are_marked(index: Index) -> None:
    fill(index, told("a", text="говорон ворон воронка"))
    assert marked(only(index, "ворон")) == ["ворон"]
    assert marked(only(index, "ворон*")) == ["ворон", "воронка"]


def test_a_hit_in_a_field_shows_the_field(index: Index) -> None:
    fill(index, told("a", text="long story", place="Харків", tags=("вирок",)))
    hit = only(index, "вирок")
    assert (hit.snippet, marked(hit)) == ("Харків · вирок", ["вирок"])


def test_without_a_hit_in_it_the_snippet_is_the_beginning(index: Index) -> None:
    fill(index, told("a", text="the story " * 60, title="found"))
    hit = only(index, "found")
    assert hit.marks == ()
    assert hit.snippet.startswith("the story")


def test_stored_text_is_passed_on_as_it_is(index: Index) -> None:
    """Control characters are the terminal's to make safe; none may break the index."""
    text = "\x1b[31m evil \u202e \x00 word \r\n [b]x[/b]"
    fill(index, told("a", text=text))
    hit = only(index, "word")
    assert hit.snippet == text
    assert marked(hit) == ["word"]
    assert only(index, "evil").id == number("a")


def test_a_text_without_spaces_is_searched_and_shown(index: Index) -> None:
    fill(index, told("a", text="х" * 200_000 + " needle"), told("b", text=None, title="needle"))
    assert sorted(found(index, "needle")) == ["a", "b"]


def test_the_case_of_a_hit_is_left_out_until_it_arrives(index: Index) -> None:
    fill(index, told("a", text="w", case=CASE))
    assert only(index, "w").case is None
    fill(index, case(CASE, title="x"))
    assert only(index, "w").case == index.ref(CASE)


def test_a_person_of_another_collective_is_not_found_by_this_ones_names(index: Index) -> None:
    raven = person("a")
    fill(index, raven)
    fill(index, identity("b", raven), collective=THEIRS)
    assert found(index, "кравець") == []


def test_every_kind_of_file_is_found(index: Index) -> None:
    photo = kinds.Photo(id=number("a"), scrub=scrubbed(), title="w photo", **COMMON)
    paper = kinds.Document(id=number("b"), scrub=scrubbed(), text="w paper", **COMMON)
    fill(index, photo, paper)
    assert sorted(found(index, "w")) == ["a", "b"]
    assert found(index, "w", kinds=("photo",)) == ["a"]
