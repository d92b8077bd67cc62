"""How much a search finds, and how much else, of inflected words and of names in other letters.

    TREEBANKS=folder python bench/recall.py [--queries 600] [--split test]

``TREEBANKS`` is a folder with Universal Dependencies treebanks (``uk_*-test.conllu`` … anywhere below it): sentences in
which people wrote the dictionary form beside every word. A query is a form of a noun, name, adjective or verb that
occurs in two forms at least; it should find every sentence with any form of that word, and no other. Languages without
a treebank there are skipped by name. Recall and precision are means over the queries. Nothing of it is kept.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from archive.index.filters import Query
from archive.index.index import Index
from archive.language.fold import fold
from archive.records import kinds
from archive.vault.entry import Draft, Segment, read_line, write_line

LANGUAGES = ("uk", "ru", "cs", "be", "sk", "pl", "de", "en")
CONTENT = {"NOUN", "PROPN", "ADJ", "VERB"}
PAIRS = """
Vladyslav Владиславом | Шевчук Szewczuk | Шевчук Shevchuk | Shevchuk Szewczuk | Ševčuk Шевчуком | Kravchenko Кравченка
Kharkiv Харкові | Харків Charkov | Zaporizhzhia Запоріжжям | Solovyova Соловьёвой | Хоменко Chomenko | Щербак Szczerbak
Yarema Яремою | Julija Юлії | Oleksiy Олексієм | Krynychnyi Криничного | Hryhoriy Григорієві | Daryna Дарині
Žďaniuk Жданюка | Cymbaluk Цимбалюком | Дворжак Dvořáka | Melnyk Мельнику | Валенса Wałęsy | Chernihiv Чернігова
Мюллер Müllera | Serhiy Сергієм | Tkaczenko Ткаченкові | Honcharuk Гончаруку | Yelena Елены | Лозівська Lozivska
"""
Sentence = list[tuple[str, str, str]]  # form, dictionary form, part of speech


def sentences(files: list[Path]) -> Iterator[Sentence]:
    """The sentences of CoNLL-U files."""
    for file in files:
        for block in file.read_text(encoding="utf-8").split("\n\n"):
            rows = [line.split("\t") for line in block.split("\n") if line and line[0] != "#"]
            words = [(row[1], row[2], row[3]) for row in rows if row[0].isdecimal()]
            if words:
                yield words


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


def measure(said: list[Sentence], queries: int) -> tuple[int, float, float, float]:
    """How many queries; recall, precision; how many of a thousand exact words found themselves."""
    meant: dict[str, set[int]] = defaultdict(set)
    forms: dict[str, set[str]] = defaultdict(set)
    for number, sentence in enumerate(said):
        for form, lemma, part in sentence:
            meant[fold(lemma)].add(number)
            if part in CONTENT and form.isalpha() and len(form) > 3:
                forms[fold(lemma)].add(form.casefold())
    asked = [(form, lemma) for lemma, known in sorted(forms.items()) if len(known) > 1 for form in sorted(known)]
    asked = [(form, lemma) for form, lemma in asked if len(meant[lemma]) < 1_000]
    random.Random(6).shuffle(asked)
    index = filled([" ".join(form for form, _, _ in sentence) for sentence in said])
    recall = precision = exact = 0.0
    for form, lemma in asked[:queries]:
        here = found(index, form)
        right = len(here & meant[lemma])
        recall += right / len(meant[lemma])
        precision += right / max(len(here), 1)
        itself = {n for n, s in enumerate(said) if any(fold(word) == fold(form) for word, _, _ in s)}
        exact += itself <= found(index, form, exact=True)
    many = len(asked[:queries])
    return many, recall / many, precision / many, exact / many


def across() -> str:
    """Pairs of one name in two scripts or spellings, all in one index."""
    pairs = [pair.split() for pair in PAIRS.replace("\n", "|").split("|") if pair.strip()]
    index = filled([second for _, second in pairs])
    right = sum(number in found(index, first) for number, (first, _) in enumerate(pairs))
    return f"| names in other letters | {len(pairs)} | {right} of {len(pairs)} |  | |"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="recall and precision of inflected words")
    parser.add_argument("--queries", type=int, default=600)
    parser.add_argument("--split", default="test")
    said = parser.parse_args()
    print("| what | queries | recall | precision | exact words |\n| --- | ---: | ---: | ---: | ---: |")
    print(across(), flush=True)
    folder = os.environ.get("TREEBANKS")
    for language in LANGUAGES:
        files = sorted(Path(folder).rglob(f"{language}_*-{said.split}.conllu")) if folder else []
        files = [file for file in files if file.stat().st_size]
        if not files:
            print(f"| {language} | skipped: no treebank in TREEBANKS | | | |")
            continue
        many, recall, precision, exact = measure(list(sentences(files)), said.queries)
        print(f"| {language}, {files[0].name} | {many} | {recall:.3f} | {precision:.3f} | {exact:.3f} |", flush=True)


if __name__ == "__main__":
    main()
