"""How much a search finds, and how much else, of inflected words and of names in other letters.

    TREEBANKS=folder python bench/recall.py [--queries 600] [--split test] [--manpages /usr/share/man]

``TREEBANKS`` is a folder with Universal Dependencies treebanks (``uk_*-test.conllu`` … anywhere below it): sentences in
which people wrote the dictionary form beside every word. A query is a form of a noun, name, adjective or verb that
occurs in two forms at least; it should find every sentence with any form of that word, and no other. Languages without
a treebank there are skipped by name. Recall and precision are means over the queries. Nothing of it is kept.

Counted twice. *Annotated*: only the word that this place was annotated with is right. *Spelled*: whoever types a word
cannot say which of two words that are spelled alike is meant (``stát``, a state and to stand; ``rychlé``, ``rychle``
once the marks are folded), so all words with this spelling are meant, and each of their spellings is right. A short
passive participle (``zatčen``) is then also a form of the verb that its annotation names (``LDeriv``). *Rightly*: the
recall of the same without words that the treebank marks as misspelled (``Typo=Yes``), asked or to be found: they carry
the dictionary form of the word that was meant. *All* of a language: the mean over the queries of all its treebanks.

``--manpages``: paragraphs of Debian's translated manual pages, annotated by programs: with all readings that pymorphy3
(uk, ru) knows, or all stems of the spelling dictionary (hunspell-cs), where these are installed. They know no context,
so *annotated* means little there. hunspell counts adverbs to adjectives and knows few irregular words as one.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from archive.index.filters import Query
from archive.index.index import Index
from archive.index.words import keys
from archive.language.dictionary import installed
from archive.language.fold import fold
from archive.language.inflect import stands_alone
from archive.records import kinds
from archive.vault.entry import Draft, Segment, read_line, write_line

LANGUAGES = ("uk", "ru", "cs", "be", "sk", "pl", "de", "en")
CONTENT = {"NOUN", "PROPN", "ADJ", "VERB"}
OPEN = {"NOUN", "ADJF", "ADJS", "VERB", "INFN", "PRTF", "PRTS", "GRND"}  # the same, as pymorphy3 calls them
SHORTEST = 4  # letters of a query
MOST_COMMON = 1_000  # sentences: a page of results holds no more
PAIRS = """
Vladyslav Владиславом | Шевчук Szewczuk | Шевчук Shevchuk | Shevchuk Szewczuk | Ševčuk Шевчуком | Kravchenko Кравченка
Kharkiv Харкові | Харків Charkov | Zaporizhzhia Запоріжжям | Solovyova Соловьёвой | Хоменко Chomenko | Щербак Szczerbak
Yarema Яремою | Julija Юлії | Oleksiy Олексієм | Krynychnyi Криничного | Hryhoriy Григорієві | Daryna Дарині
Žďaniuk Жданюка | Cymbaluk Цимбалюком | Дворжак Dvořáka | Melnyk Мельнику | Валенса Wałęsy | Chernihiv Чернігова
Мюллер Müllera | Serhiy Сергієм | Tkaczenko Ткаченкові | Honcharuk Гончаруку | Yelena Елены | Лозівська Lozivska
Остапчук Ostapchukiem | Мазуренко Mazurenka | Приходько Prykhodko | Приходько Prychodźko | Клименко Klymenkem
Якубовський Jakubowskiego | Савицька Savytska | Савицька Sawicką | Панченко Panczenki | Левченко Levčenka
Федорчук Fedorchuk | Нечипоренко Nechyporenko | Нечипоренко Neczyporenka | Голуб Holubem | Зубенко Zubenkovi
Крижанівський Kryzhanivskyi | Крижанівський Krzyżaniwski | Чередниченко Cherednychenko | Чередниченко Čeredničenka
Шаповал Shapovala | Шаповалов Szapowałow | Ющенко Juščenka | Ющенко Juszczenki | Єрмоленко Yermolenko
Єрмоленко Jermolenkem | Ємець Yemets | Ємельянов Jemeljanov | Їжакевич Yizhakevych | Ярема Jaremou | Любомир Lubomira
Любомир Liubomyr | Ростислав Rościsława | Соломія Solomiia | Соломія Solomiji | Христина Khrystyny
Христина Chrystyna | Надія Nadiia | Надежда Naděždy | Григорий Grigorija | Григорий Grigory | Тимур Timurem
Рустам Rustama | Ахметов Akhmetov | Ахметов Achmetowa | Джемілєв Dzhemilev | Джемилев Džemileva | Чубаров Chubarov
Чубаров Čubarova | Егоров Yegorov | Егорова Jegorové | Ерёменко Yeryomenko | Ерёменко Jeremenka | Семёнов Semyonov
Семёнова Semjonovou | Фёдоров Fyodorov | Фёдор Fjodora | Фёдор Fiodora | Пётр Piotra | Петро Petrem
Дзержинский Dzerzhinsky | Дзержинський Dzierżyńskiego | Достоевский Dostojewskiego | Достоевский Dostoevsky
Достоевский Dostojevského | Цой Tsoi | Цветкова Tsvetkova | Цветкова Cvetkovové | Щедрин Shchedrin | Щедрин Szczedrina
Хабаров Khabarova | Ходорковский Chodorkovského | Ходорковский Khodorkovsky | Шэйман Sheiman | Статкевіч Statkievič
Статкевіч Statkiewicz | Пазьняк Pazniak | Шушкевіч Shushkevich | Шушкевіч Szuszkiewicza | Арлоў Arlou
Някляеў Niakliaeu | Юлия Julie | Юлія Julii | Мария Marií | Марія Mariyi | Софія Sofie | София Zofii
Анастасия Anastasií | Анастасія Anastazji | Артем Artema | Артём Artyom | Артём Arťoma | Максим Maksymem
Максим Maxim | Олексій Oleksija | Валерій Valerije | Геннадий Gennadij | Херсон Chersonu | Херсон Cherson
Миколаїв Mykolaiv | Миколаїв Mykolajevě | Суми Sumy | Полтава Połtawy | Житомир Żytomierz | Вінниця Vinnytsia
Вінниця Winnicy | Вінниця Vinnycji | Чернігів Černihova | Бахмут Bakhmut | Бахмут Bachmutu | Авдіївка Avdiivka
Авдіївка Awdijiwki | Лисичанськ Lysychansk | Рубіжне Rubizhne | Ростов Rostova | Воронеж Voroněže | Воронеж Voronezh
Бєлгород Belgorod | Белгород Bělgorodu | Магадан Magadanu | Вольгемут Wohlgemuth | Мюллер Müller | Шрёдер Schröder
Шольц Scholz | Цимерман Zimmermann | Майер Mayer | Краус Krause | Штайнмаєр Steinmeier | Фройнд Freund
Дворжак Dvořákem | Ржегоржек Řehořek | Крейчи Krejčího | Кучера Kučerovi | Гораков Horákův | Гора Hory
Вацлав Václava | Войтех Vojtěchem | Пшибыльский Przybylski | Кшиштоф Krzysztofem | Гжегож Grzegorza | Лех Lecha
Ярузельский Jaruzelskiego | Качинський Kaczyńskim | Домбровский Dąbrowski | Венцлав Więcław
"""


class Word(NamedTuple):
    """A word of a text, with the dictionary forms it may have, the one annotated here first; may it be a query?"""

    form: str
    lemmas: tuple[str, ...]
    content: bool
    typo: bool = False


class Measured(NamedTuple):
    """Sums over the queries; ``exact``: how many exact words found all that has them; ``right``: rightly spelled."""

    queries: int = 0
    recall: float = 0
    precision: float = 0
    recall_spelled: float = 0
    precision_spelled: float = 0
    exact: float = 0
    recall_right: float = 0
    right: int = 0

    def with_(self, other: Measured) -> Measured:
        """Both together."""
        return Measured(*(one + more for one, more in zip(self, other, strict=True)))

    def means(self) -> Iterator[float]:
        """What is printed."""
        yield from (one / max(self.queries, 1) for one in self[1:6])
        yield self.recall_right / max(self.right, 1)


# --- texts ---


def sentences(files: Iterable[Path]) -> Iterator[list[Word]]:
    """The sentences of CoNLL-U files."""
    for file in files:
        for block in file.read_text(encoding="utf-8").split("\n\n"):
            rows = [line.split("\t") for line in block.split("\n") if line and line[0] != "#"]
            words = [_annotated(row) for row in rows if row[0].isdecimal()]
            if words:
                yield words


def _annotated(row: list[str]) -> Word:
    """One word; a part of one that was written apart (``_``) has no dictionary form but itself."""
    verbs = [part.removeprefix("LDeriv=") for part in row[9].split("|") if part.startswith("LDeriv=")]
    is_short = "VerbForm=Part" in row[5] and "Variant=Short" in row[5]
    lemmas = (row[2] if row[2] != "_" else row[1], *(verbs if is_short else ()))
    return Word(row[1], tuple(map(_lemma, lemmas)), row[3] in CONTENT, "Typo=Yes" in row[5])


def _lemma(annotated: str) -> str:
    """A dictionary form, not folded: быть and бить are two words, though each of their forms may be spelled alike."""
    return re.sub("['’ʼ`]", "", annotated.casefold()).replace("ё", "е")


def paragraphs(folder: Path, language: str, most: int = 4_000) -> list[list[Word]]:
    """Paragraphs of manual pages in one language, each once, without their markup; the readings of each word."""
    seen: dict[str, list[str]] = {}
    for file in sorted((folder / language).rglob("*.gz")):
        roff = gzip.decompress(file.read_bytes()).decode("utf-8", "replace")
        for part in re.split(r"\n[.'][A-Z].*", roff):
            text = re.sub(r"\\f[BIPR]|\\f\(..|\\[&/,|]|\\\*.|\\\(..", "", part).replace("\\-", "-").strip()
            if len(text) > 80 and len(seen) < most and not text.isascii():
                seen[text] = re.findall(r"[^\W\d_]+", text)
    known = (hunspell if language == "cs" else pymorphy)({word for words in seen.values() for word in words}, language)
    return [[known.get(word, Word(word, (_lemma(word),), False)) for word in words] for words in seen.values()]


def hunspell(words: set[str], language: str) -> dict[str, Word]:
    """The words that Debian's spelling dictionary knows, with their stems."""
    call = ["hunspell", "-d", f"{language}_{language.upper()}".replace("CS", "CZ"), "-s"]
    told = subprocess.run(call, input="\n".join(sorted(words)), capture_output=True, text=True, check=True)
    stems: dict[str, list[str]] = defaultdict(list)
    for line in told.stdout.splitlines():
        word, _, stem = line.partition(" ")
        if stem:
            stems[word].append(_lemma(stem))
    return {word: Word(word, tuple(found), not stands_alone(fold(word))) for word, found in stems.items()}


def pymorphy(words: set[str], language: str) -> dict[str, Word]:
    """The words that the dictionary of pymorphy3 knows, with all readings."""
    import pymorphy3  # noqa: PLC0415

    analyzer = pymorphy3.MorphAnalyzer(lang=language)
    found = {word: [parse for parse in analyzer.parse(word) if parse.is_known] for word in words}
    return {
        word: Word(word, tuple(_lemma(one.normal_form) for one in known), any(one.tag.POS in OPEN for one in known))
        for word, known in found.items()
        if known
    }


# --- the search ---


def filled(texts: list[str]) -> Index:
    """An index in memory with a record for each text; its title is its number."""
    zeros = "0" * 64
    report = kinds.ScrubReport(
        media_type="text/plain", method="none", lossless=True, sha256_original=zeros, size_original=1,
        sha256_clean=zeros,
    )  # fmt: skip
    common = {"created": "2026-03-01T10:00Z", "entered_by": "d" * 64, "scrub": report}
    records = [kinds.Testimony(id=f"{number:032x}", text=text, **common) for number, text in enumerate(texts)]
    lines = tuple(read_line(write_line(Draft(record), bytes(16))) for record in records)
    index = Index.open(None, bytes(32))
    place = {"device": "d" * 64, "at": "2026-03-01T10:00Z", "chain": "1" * 32, "seq": 1, "prev": None, "seen": {}}
    index.enter("c" * 64, [Segment(name="n", head="n", entries=lines, missing=(), **place)])
    return index


def found(index: Index, typed: str, *, exact: bool = False) -> set[int]:
    """The numbers of the texts a search finds."""
    return {int(hit.id, 16) for hit in index.search(Query(text=typed, exact=exact, sort="added", limit=1_000)).hits}


# --- what is right ---


class Gold:
    """Which sentences have which words, and how these are spelled."""

    def __init__(self, said: list[list[Word]]) -> None:
        self.annotated: dict[str, set[int]] = defaultdict(set)
        self.any_of: dict[str, set[int]] = defaultdict(set)
        self.spelled: dict[str, set[str]] = defaultdict(set)
        self.lemmas: dict[str, set[str]] = defaultdict(set)
        self.having: dict[str, set[int]] = defaultdict(set)
        self.asked: dict[str, set[str]] = defaultdict(set)
        self.right: dict[str, set[int]] = defaultdict(set)
        self.rightly: set[str] = set()
        for number, sentence in enumerate(said):
            for word in sentence:
                self._note(number, word)

    def _note(self, number: int, word: Word) -> None:
        self.annotated[word.lemmas[0]].add(number)
        for lemma in word.lemmas:
            self.any_of[lemma].add(number)
            self.spelled[lemma].add(fold(word.form))
            self.lemmas[fold(word.form)].add(lemma)
            if not word.typo:
                self.right[lemma].add(number)
        if not word.typo:
            self.rightly.add(word.form.casefold())
        for key in keys(word.form):
            self.having[key].add(number)
        if word.content and word.form.isalpha() and len(word.form) >= SHORTEST:
            self.asked[word.lemmas[0]].add(word.form.casefold())

    def queries(self, most: int) -> list[tuple[str, str]]:
        """Forms with the word they were annotated as, of words in two forms at least; the same each time."""
        several = [(lemma, known) for lemma, known in sorted(self.asked.items()) if len(known) > 1]
        few = [(lemma, known) for lemma, known in several if len(self.annotated[lemma]) < MOST_COMMON]
        asked = [(form, lemma) for lemma, known in few for form in sorted(known)]
        random.Random(6).shuffle(asked)
        return asked[:most]

    def meant(self, form: str) -> tuple[set[int], set[int]]:
        """What has any word with this spelling, and that with what has any spelling of these words."""
        lemmas = self.lemmas[fold(form)]
        wanted = set[int]().union(*(self.any_of[lemma] for lemma in lemmas))
        spellings = set[str]().union(*(self.spelled[lemma] for lemma in lemmas))
        return wanted, wanted.union(*(self.having.get(spelling, set()) for spelling in spellings))

    def without_typos(self, form: str) -> set[int]:
        """What has any word with this spelling in a form spelled rightly; nothing for a query that is misspelled."""
        lemmas = self.lemmas[fold(form)] if form in self.rightly else ()
        return set[int]().union(*(self.right[lemma] for lemma in lemmas))


def measure(said: list[list[Word]], most: int) -> Measured:
    """Ask, and compare with what is right."""
    gold = Gold(said)
    index = filled([" ".join(word.form for word in sentence) for sentence in said])
    asked = (measured(gold, index, form, gold.annotated[lemma]) for form, lemma in gold.queries(most))
    return reduce(Measured.with_, asked, Measured())


def measured(gold: Gold, index: Index, form: str, right: set[int]) -> Measured:
    """One query; ``right`` has the word that was annotated."""
    here = found(index, form)
    wanted, allowed = gold.meant(form)
    clean = gold.without_typos(form)
    return Measured(
        queries=1,
        recall=len(here & right) / len(right),
        precision=len(here & right) / max(len(here), 1),
        recall_spelled=len(here & wanted) / len(wanted),
        precision_spelled=len(here & allowed) / max(len(here), 1),
        exact=float(gold.having.get(fold(form), set()) <= found(index, form, exact=True)),
        recall_right=len(here & clean) / max(len(clean), 1),
        right=bool(clean),
    )


def across() -> str:
    """Pairs of one name in two scripts or spellings, either asked for the other, all in one index."""
    written = [pair.split() for pair in PAIRS.replace("\n", "|").split("|") if pair.strip()]
    pairs = [two for first, second in written for two in ((first, second), (second, first))]
    index = filled([second for _, second in pairs])
    right = sum(number in found(index, first) for number, (first, _) in enumerate(pairs))
    return f"| names in other letters | {len(pairs)} | {right} of {len(pairs)} | | | | | |"


def row(what: str, got: Measured) -> str:
    """A line of the table."""
    return f"| {what} | {got.queries} | " + " | ".join(f"{one:.3f}" for one in got.means()) + " |"


def of_language(language: str, files: Sequence[Path], most: int) -> Iterator[str]:
    """A line for each treebank of a language, and one for all of them."""
    together = Measured()
    for file in files:
        got = measure(list(sentences([file])), most)
        together = together.with_(got)
        yield row(f"{language}, {file.name.split('-')[0]}", got)
    if len(files) > 1:
        yield row(f"{language}, all", together)
    if not files:
        yield f"| {language} | skipped: no treebank in TREEBANKS | | | | | | |"


def of_manpages(folder: Path, language: str, most: int) -> str:
    """A line for the manual pages of a language."""
    if not (shutil.which("hunspell") if language == "cs" else find_spec("pymorphy3")):
        return f"| {language}, manual pages | skipped: no annotator | | | | | | |"
    texts = paragraphs(folder, language)
    return row(f"{language}, {len(texts)} paragraphs of manual pages", measure(texts, most))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="recall and precision of inflected words")
    parser.add_argument("--queries", type=int, default=600)
    parser.add_argument("--split", default="test")
    parser.add_argument("--language", choices=LANGUAGES, action="append", help="only this one; several times")
    parser.add_argument("--manpages", type=Path)
    said = parser.parse_args()
    print(f"Dictionaries asked by the search: {', '.join(filter(installed, LANGUAGES)) or 'none'}\n")
    print("| what | queries | recall | precision | recall, spelled | precision, spelled | exact | rightly |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    print(across(), flush=True)
    folder = os.environ.get("TREEBANKS")
    for language in said.language or LANGUAGES:
        files = sorted(Path(folder).rglob(f"{language}_*-{said.split}.conllu")) if folder else []
        for told in of_language(language, files, said.queries):
            print(told, flush=True)
    for language in ("uk", "ru", "cs") if said.manpages else ():
        print(of_manpages(said.manpages, language, said.queries), flush=True)


if __name__ == "__main__":
    main()
