"""Other forms and other letters in a real index: what is found, in which order, what is marked; filters and counts."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from index_material import CASE, COMMON, KEY, OURS, THEIRS, case, consent, fill, identity, number, person, segment, told

from archive.errors import UsageError
from archive.index.filters import Query
from archive.index.index import Index
from archive.language import dictionary
from archive.records import kinds

NAMES = {
    "uk": "Криничний Криничного Криничному Криничним|Шевчук Шевчука Шевчукові Шевчуком|Лозівська Лозівської Лозівську"
    "|Кравець Кравця Кравцю Кравцем|Ольга Ольги Ользі Ольгу Ольгою|Олег Олега Олегові Олегом|Сокіл Сокола Соколові"
    "|Мельник Мельника Мельнику|Ткаченко Ткаченка Ткаченкові Ткаченком|Юлія Юлії Юлію Юлією|Чорновіл Чорновола",
    "ru": "Заречный Заречного Заречному Заречным|Гладков Гладкова Гладкову Гладковым|Воробей Воробья Воробью"
    "|Игорь Игоря Игорю Игорем|Соловьёва Соловьёвой Соловьёву|Щука Щуки Щуке Щуку Щукой|Мария Марии Марию Марией",
    "be": "Караткевіч Караткевіча Караткевічам|Вольга Вользе Вольгу Вольгай|Янкоўскі Янкоўскага Янкоўскаму",
    "cs": "Dvořák Dvořáka Dvořákovi Dvořákem|Nováková Novákové Novákovou|Němec Němce Němci Němcem"
    "|Hanka Hanky Hance Hanku|Jiří Jiřího Jiřímu|Havel Havla Havlovi|Růžička Růžičky Růžičkovi"
    "|Zima Zimy Zimovi Zimu",
    "sk": "Kováč Kováča Kováčovi Kováčom|Zelenka Zelenku Zelenkovi|Hudec Hudca Hudcovi",
    "pl": "Szewczuk Szewczuka Szewczukowi Szewczukiem|Kowalska Kowalskiej Kowalską|Wałęsa Wałęsy Wałęsie Wałęsę"
    "|Marek Marka Markowi Markiem",
    "de": "Müller Müllers|Petra Petras",
    "en": "Miller Millers",
}
FORMS = [tuple(name.split()) for names in NAMES.values() for name in names.split("|")]


def found(index: Index, text: str = "", **asked: object) -> list[str]:
    return [hit.id.rstrip("0") for hit in index.search(Query(text=text, **asked)).hits]  # type: ignore[arg-type]


def marked(index: Index, text: str) -> list[str]:
    hit = index.search(Query(text=text)).hits[0]
    return [hit.snippet[start:end] for start, end in hit.marks]


def spelled(written: str, way: str) -> str:
    """A word as it stands in papers, scans and messages."""
    middle = len(written) // 2
    return {
        "plain": written,
        "capitals": written.upper(),
        "small": written.lower(),
        "decomposed": unicodedata.normalize("NFD", written),
        "broken": f"{written[:middle]}-\n{written[middle:]}",
        "soft hyphen": f"{written[:middle]}\u00ad{written[middle:]}",
        "spaced": " ".join(written),
    }[way]


WAYS = ("plain", "capitals", "small", "decomposed", "broken", "soft hyphen", "spaced")


@settings(max_examples=120, deadline=None, derandomize=True)
@given(st.sampled_from(FORMS), st.sampled_from(WAYS), st.data())
def test_every_form_of_a_name_finds_its_record(forms: tuple[str, ...], way: str, data: st.DataObject) -> None:
    """Whichever form was written, however, whichever is typed; in the text and as a sealed name."""
    written, typed = data.draw(st.sampled_from(forms)), data.draw(st.sampled_from(forms))
    with Index.open(None, KEY) as index:
        raven = person("a")
        text = f"Перед {spelled(written, way)}, after"
        index.enter(OURS, [segment(told("b", text=text), raven, identity("c", raven, surname=written))])
        assert sorted(found(index, typed)) == ["a", "b"]
        if way == "plain":
            assert marked(index, f"{typed} Перед") == ["Перед", written]


@pytest.mark.parametrize("forms", FORMS, ids=lambda forms: forms[0])
def test_all_forms_of_a_name_find_each_other(forms: tuple[str, ...], index: Index) -> None:
    fill(index, *(told(f"{number:x}f", text=f"x {form} y") for number, form in enumerate(forms, 1)))
    for typed in forms:
        assert len(found(index, typed)) == len(forms), typed


def test_a_dictionary_answers_the_next_question_and_nothing_is_indexed_anew(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A word list put beside the archive, and taken away again, as ``[morph]`` would be."""
    fill(index, told("a", text="вони вирушили вночі"), told("b", text="рушати вранці"))
    state = index._db.rows("SELECT count(*), total(languages) FROM term")
    assert found(index, "вирушили") == ["a"]
    with monkeypatch.context() as installed:
        installed.setattr(dictionary, "forms", lambda typed, language: frozenset(("рушати", "вирушили")))
        assert sorted(found(index, "вирушили")) == ["a", "b"]
    assert found(index, "вирушили") == ["a"]
    assert index._db.rows("SELECT count(*), total(languages) FROM term") == state


def test_the_very_word_comes_first_then_forms_then_other_letters(index: Index) -> None:
    fill(index, told("a", text="Krynychnyi"), told("b", text="Криничним"), told("c", text="x " * 90 + "Криничний"))
    assert found(index, "Криничний") == ["c", "b", "a"]
    assert found(index, "Криничний", exact=True) == ["c"]
    assert found(index, '"Криничний"') == ["c"]
    assert found(index, "Krynychnyi")[0] == "a"


@pytest.mark.parametrize("asked", [{}, {"place": "Харькове"}, {"kinds": ("testimony",), "text": "Шевчука -нет"}])
def test_pages_go_on_from_very_words_to_forms_and_other_letters(index: Index, asked: dict[str, object]) -> None:
    """However a page is cut: none of them twice, none left out."""
    words = ("Шевчука", "Шевчук", "Szewczuk")
    made = [(f"{at:x}{part:x}", word) for at, word in enumerate(words, 1) for part in range(5)]
    fill(index, *(told(ident, text=f"{word} was here", place="Харьков") for ident, word in made))
    everything = found(index, **{"text": "Шевчука", **asked})
    assert [ident[0] for ident in everything] == list("111112222233333")
    for size in (1, 4, 6):
        pages = [found(index, limit=size, offset=at, **{"text": "Шевчука", **asked}) for at in range(0, 20, size)]
        assert [ident for page in pages for ident in page] == everything


def test_words_of_several_parts_inflect(index: Index) -> None:
    fill(index, told("a", text="у Білій-Горі вночі"), told("b", text="гора біла"))
    assert found(index, "Біла-Гора") == ["a"]
    assert marked(index, "Біла-Гора") == ["Білій-Горі"]


@pytest.mark.parametrize(
    "text",
    [
        "прийшов Кринич-\nного брат",
        "прийшов Кринич\u00adного брат",
        "прийшов К р и н и ч н о г о брат",
        "Кринич¬\r\nного",
    ],
)
def test_words_broken_up_are_found_whole_and_marked(index: Index, text: str) -> None:
    fill(index, told("a", text=text))
    assert found(index, "Криничний") == ["a"]
    assert len(marked(index, "Криничний")) == 1


def test_a_name_of_several_parts_is_found_in_other_letters(index: Index) -> None:
    fill(index, told("1", text="Про Кара-Мурзу писали газети."), told("2", text="Kara a Murza"))
    assert found(index, "Kara-Murza") == ["1"]
    assert marked(index, "Kara-Murza") == ["Кара-Мурзу"]
    assert found(index, "Kara-Murza", exact=True) == []


def test_a_given_name_and_a_town_are_found_as_neighbours_call_them(index: Index) -> None:
    fill(index, told("1", text="Забрали Екатерину из Праги"), told("2", text="Kateryna z Prahy"))
    assert sorted(found(index, "Катерина")) == ["1", "2"]
    assert sorted(found(index, "Praha")) == ["1", "2"]
    assert found(index, "катерина") == ["2"]


def test_a_word_excluded_is_excluded_in_all_its_forms(index: Index) -> None:
    fill(index, told("a", text="табір школа"), told("b", text="табір у школі"), told("c", text="табори"))
    assert found(index, "табір -школа") == ["c"]


def test_a_language_takes_no_endings_of_another(index: Index) -> None:
    """``cases`` is English; ``case`` in a Czech text is the place of ``čas``."""
    czech = "Přišel domů v noci a říkal, že ho vojáci odvedli a že neví, kde je jeho žena. V čase té "
    fill(index, told("a", text=czech), told("b", text="several cases of refusal", language="en"))
    assert found(index, "časem") == ["a"]


def test_filters_by_act_grade_language_and_consent(index: Index) -> None:
    raven, crow = person("a", "Raven"), person("b", "Crow")
    act = kinds.Act(id=number("c"), person=raven.id, type="arrest", title="w", **COMMON)
    graded = kinds.Grade(by="m", on="2026-01-01", item=number("d"), reliability="B", credibility="2")
    source = kinds.Source(
        id=number("9"), grades=(graded, kinds.Grade(by="m", on="2026-01-01", reliability="C")), **COMMON
    )
    fill(index, raven, crow, act, source, consent("8", raven))
    fill(
        index,
        told("d", text="w", about=(raven.id,), language="uk"),
        told("e", text="w", about=(raven.id, crow.id), language="ru"),
    )
    fill(index, told("f", text="w", sources=(source.id,), language="uk-UA"))
    for text in ("w", ""):
        both = {"d", "e"} | ({"c"} if text else {"a", "c"})
        assert set(found(index, text, act="arrest")) == both
        assert found(index, text, act="torture") == []
        assert set(found(index, text, language="uk")) == {"d", "f"}
        assert set(found(index, text, grade="B2")) == set(found(index, text, grade="b")) == {"d"}
        assert set(found(index, text, grade="C")) == ({"f"} if text else {"9", "f"})
        assert set(found(index, text, agreed=(raven.id,))) == ({"d"} if text else {"a", "d"})
        assert found(index, text, agreed=()) == []
    for wrong in ("Z", "22", "B22", "2B"):
        with pytest.raises(UsageError):
            index.search(Query(grade=wrong))


@pytest.mark.parametrize("written", ["Крiничний", "Kриничного", "KРИНИЧНИМ", "Кринuчного"])
def test_a_word_in_letters_of_two_scripts_is_found_and_marked(index: Index, written: str) -> None:
    """The i of another keyboard, or what a scan took for Latin: in text, title, place and name; and if typed so."""
    raven = person("a")
    fill(index, told("b", text=f"прийшов {written} брат"), told("c", title=written), told("d", place=written))
    fill(index, raven, identity("e", raven, surname=written), told("f", text="прийшов Криничному"))
    for typed in ("Криничний", "Krynychnyi", written):
        assert sorted(found(index, typed)) == ["a", "b", "c", "d", "f"], typed
    assert marked(index, "Криничний прийшов брат")[:2] == ["прийшов", written]
    assert "f" not in found(index, written, exact=True)


def test_a_word_of_no_language_is_of_those_of_the_word_sought(index: Index) -> None:
    """``lists`` is English, and ``list`` stands in a Czech text only; of two letters a word has forms as well."""
    fill(index, told("a", text="list", language="cs"), told("b", text="lists"), told("c", text="osy"))
    assert found(index, "list") == ["a"]
    assert found(index, "os") == ["c"]


def test_a_foreign_word_is_of_the_languages_of_its_letters(index: Index) -> None:
    fill(index, told("a", text="Їх було двоє, у них були drones, і вони стояли біля воріт"))
    assert found(index, "drone") == ["a"]


def test_all_that_is_spelled_alike_is_found(index: Index) -> None:
    polish, czech = ("", "a", "owi", "iem", "u"), ("", "a", "ovi", "em", "u")
    spelled = [f"Szewczuk{ending}" for ending in polish] + [f"Ševčuk{ending}" for ending in czech] + ["Shevchuk"]
    fill(index, *(told(f"{number:x}f", text=text) for number, text in enumerate(spelled, 1)))
    assert len(found(index, "Шевчук")) == len(spelled)


def test_a_little_word_is_no_word_of_another_language(index: Index) -> None:
    """them is no theme, and her does not hear, though endings of other languages would allow it."""
    fill(index, told("a", text="the men and them"), told("b", text="a theme of Czech"), told("c", text="prezes"))
    fill(index, told("d", text="Przez okno nie było nic widać, mówił świadek, który był wtedy w domu"))
    fill(index, told("e", text="der Zeuge ist da"))
    assert found(index, "їсть") == []
    assert found(index, "Їсть") == ["e"]
    assert found(index, "them") == ["a"]
    assert found(index, "przez") == ["d"]


def test_a_name_is_found_in_a_paper_of_the_neighbours(index: Index) -> None:
    """A Ukrainian asks for what a Russian court wrote; what is written short and drawn out is found too."""
    fill(index, told("a", text="Яківського привезли з вул. Тихої"), told("b", text="Слушали дело Якивского в суде"))
    fill(index, told("c", text="Яяяків, клаааас!"))
    assert sorted(found(index, "Яківський")) == sorted(found(index, "Якивским")) == ["a", "b"]
    assert found(index, "Яківський", exact=True) == []
    assert found(index, "вулиця") == ["a"]
    assert found(index, "клас") == ["c"]


def test_a_place_is_found_in_any_form_and_script(index: Index) -> None:
    fill(index, told("a", place="м. Харків"), told("b", place="Львів", text="Харків"))
    assert found(index, place="Харкова") == found(index, place="Kharkiv") == ["a"]
    assert found(index, "харків", place="львові") == ["b"]


@pytest.mark.parametrize("asked", [{"text": "w"}, {"kinds": ("testimony",)}, {"text": "w", "since": "2025"}])
def test_counts(index: Index, asked: dict[str, object]) -> None:
    raven = person("a", "Raven", cases=(CASE,))
    fill(index, case(CASE, title="Story"), raven)
    fill(
        index,
        told(
            "d",
            text="w",
            case=CASE,
            about=(raven.id,),
            date="2025-03-04",
            place="Харків",
            tags=("Вирок",),
            language="uk",
        ),
    )
    fill(
        index,
        told("e", text="w", case=CASE, date="2025-03", place="Харків", tags=("вирок",)),
        told("f", text="w", date="2025"),
    )

    def told_by(by: str) -> list[tuple[str, int, str | None]]:
        return [(one.value, one.count, one.title) for one in index.count_by(Query(**asked), by)]  # type: ignore[arg-type]

    assert told_by("kind") == [("testimony", 3, None)]
    assert told_by("case") == [(index.ref(CASE), 2, "Story")]
    assert told_by("person") == [(index.ref(raven.id), 1, "Raven")]
    assert told_by("language") == [("", 2, None), ("uk", 1, None)]
    assert told_by("place") == [("Харків", 2, None), ("", 1, None)]
    assert [(value.casefold(), many) for value, many, _ in told_by("tag")] == [("вирок", 2)]
    assert told_by("month") == [("2025-03", 2, None), ("", 1, None)]
    assert told_by("year") == [("2025", 3, None)]
    assert told_by("act") == []


def test_counts_where_two_collectives_hold_records_of_one_number(index: Index) -> None:
    """As after an exchange, or by somebody's malice: counted, each called as its own collective calls it."""
    for collective, name in ((OURS, "Raven"), (THEIRS, "Crow")):
        raven = person("a", name)
        fill(
            index,
            raven,
            case(CASE, title=name),
            told("b", text="w", case=CASE, about=(raven.id,)),
            collective=collective,
        )
    for by, ref in (("case", index.refs([CASE])[CASE]), ("person", index.refs([number("a")])[number("a")])):
        for text in ("", "w"):
            for collective, name in ((OURS, "Raven"), (THEIRS, "Crow")):
                counted = index.count_by(Query(text=text, collective=collective), by)  # type: ignore[arg-type]
                assert [(one.value, one.count, one.title) for one in counted] == [(ref, 1, name)]
            assert [one.count for one in index.count_by(Query(text=text), by)] == [2]  # type: ignore[arg-type]


def test_counts_of_everything_are_of_what_a_search_may_show(index: Index) -> None:
    """Not of identities, papers and bookkeeping, whatever they are tagged with."""
    raven = person("a", "Raven", tags=("Вирок",))
    fill(index, raven, identity("b", raven, tags=("secret",)), told("d", date="2025-12-30/2026-01-02", tags=("вирок",)))
    assert [(one.value, one.count) for one in index.count_by(Query(), "kind")] == [("person", 1), ("testimony", 1)]
    assert [(one.value.casefold(), one.count) for one in index.count_by(Query(), "tag")] == [("вирок", 2)]
    assert [(one.value, one.count) for one in index.count_by(Query(), "year")] == [("", 1), ("2026", 1)]
    assert [(one.value, one.count) for one in index.count_by(Query(), "month")] == [("", 1), ("2026-03", 1)]


def test_fifty_words_are_answered_quickly(index: Index) -> None:
    fill(
        index,
        *(told(f"{value:02x}", text=" ".join(form for forms in FORMS for form in forms)) for value in range(1, 40)),
    )
    words = [form for forms in FORMS for form in forms]
    assert index.search(Query(text=" ".join((words * 3)[:50]))).total == 39


def test_a_kept_search_is_not_found_itself(index: Index) -> None:
    fill(index, kinds.Search(id=number("a"), name="wname", query="wquery", filters={"place": "wplace"}, **COMMON))
    assert [word for word in ("wname", "wquery", "wplace") if found(index, word)] == []
