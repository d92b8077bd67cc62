"""How fast names are looked for, and how many words are hidden without reason.

    TREEBANKS=folder python bench/matcher.py [DRAWS]

Protected are the people of ``tests/redact/corpus.jsonl`` and others made of their names and places, each with a
telephone and a day of birth. Without ``TREEBANKS`` (Universal Dependencies, anywhere below the folder) only the
sentences of that file are read, fifty to a record. Times are of the processor, the best of three; *cold* is a matcher
that has seen no word yet; *all* are all layers together, as a dossier has them: patterns, dates, accounts, unknown
capitals and doubts too, and what is written in codes is read once more. Hidden without reason is counted over sets of
20 people, by default ten, names that a treebank marks as such (PROPN) left out. Words in doubt are told apart: somebody
is asked about them.
"""

from __future__ import annotations

import json
import os
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from archive.language.keys import keys
from archive.records.kinds import Identity, Name
from archive.redact import capitals, layers
from archive.redact.matcher import Matcher

CORPUS = Path(__file__).parents[1] / "tests" / "redact" / "corpus.jsonl"
LANGUAGES = ("Ukrainian", "Russian", "Czech", "Polish", "English", "German")
WAYS = ("daily", "export", "all")
SENTENCES, A_SET = 4_000, 20


def person(number: int, row: dict[str, str], place: str) -> Identity:
    """Somebody with the name of a row of the corpus."""
    name = Name(language=row["lang"], given=row["given"], patronymic=row["patronymic"], surname=row["surname"])
    common = {"id": f"{number:032x}", "created": "2026-11-22T10:05Z", "entered_by": "d" * 64}
    reach = {"phones": (f"+44 7700 900{number:03}",), "birth_date": f"19{50 + number % 50}-{number % 12 + 1:02}-17"}
    return Identity(**common, **reach, person=f"{number + 4096:032x}", names=(name,), places=(place,))  # type: ignore[arg-type]  # dicts for all


def people(count: int, rows: Sequence[dict[str, str]], chance: random.Random | None = None) -> list[Identity]:
    """Those of the corpus; beyond them, and by ``chance``, given name, surname and town of three of one language."""
    by_language = defaultdict(list)
    for row in rows:
        by_language[row["lang"]].append(row)
    found = [] if chance else [person(at, row, row["place"]) for at, row in enumerate(rows[:count])]
    draw = chance or random.Random(1)
    while len(found) < count:
        row, other, third = draw.choices(by_language[draw.choice(rows)["lang"]], k=3)
        found.append(person(len(found), {**row, "surname": other["surname"]}, third["place"]))
    return found


def sentences(folder: Path, language: str) -> tuple[list[str], frozenset[str]]:
    """Sentences of the treebanks of a language, every tenth or so, and the names in them."""
    said, names = list[str](), set[str]()
    for file in sorted(folder.rglob("*.conllu")):
        if language in str(file):
            for line in file.read_text(encoding="utf-8").splitlines():
                columns = line.split("\t")
                if line.startswith("# text = "):
                    said.append(line[9:].strip())
                elif len(columns) > 3 and columns[3] == "PROPN":
                    names.add(columns[1])
    return said[:: max(1, len(said) // SENTENCES)], frozenset(names)


def speed(records: Sequence[str], identities: Sequence[Identity], way: str) -> tuple[float, float]:
    """Words a second, cold and warm, on one of ``WAYS``."""
    cold, warm = list[float](), list[float]()
    for _ in range(3):
        matcher = Matcher(identities, wide=way != "daily")
        list(matcher.doubts("", ()))  # made when they are asked for first, once an export
        keys.cache_clear()
        for took in (cold, warm):
            started = time.process_time()
            for text in records:
                if way == "all":
                    layers.find(text, matcher, cleared=())
                else:
                    matcher.spans(text)
            took.append(time.process_time() - started)
    count = sum(len(text.split()) for text in records)
    return count / min(cold), count / min(warm)


def hidden(said: Sequence[str], names: frozenset[str], matcher: Matcher) -> tuple[int, int]:
    """How many words are hidden in ``said`` that are nobody's name, and how many are in doubt."""
    count = doubts = 0
    for at in range(0, len(said), 50):
        text = "\n".join(said[at : at + 50])
        found = matcher.spans(text)
        places = {(span.start, span.end) for span in found}
        count += sum(names.isdisjoint(re.findall(r"\w+", text[start:end])) for start, end in places)
        doubts += len(list(matcher.doubts(text, [*found, *capitals.find(text, found)])))
    return count, doubts


def overhidden(folder: Path, rows: Sequence[dict[str, str]], draws: int) -> Iterator[str]:
    """A table line for each language: the mean and the worst set of 20."""
    for language in LANGUAGES:
        said, names = sentences(folder, language)
        told = list[tuple[float, float, float]]()
        for draw in range(draws):
            part = said[draw::draws]
            size = sum(len(one.split()) for one in part) / 1_000
            some = people(A_SET, rows, random.Random(draw))
            daily, (export, doubts) = (
                hidden(part, names, Matcher(some))[0],
                hidden(part, names, Matcher(some, wide=True)),
            )
            told.append((daily / size, export / size, doubts / size))
        cells = [f"{sum(one) / draws:.1f}, {max(one):.1f}" for one in zip(*told, strict=True)]
        yield f"| {language} | {' | '.join(cells)} |"


def main() -> None:
    """Print both tables."""
    lines = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    rows = list({one["identity"]["id"]: one["identity"] for one in lines if one["identity"]}.values())
    texts = {"the corpus": [one["text"] for one in lines if one["kind"] != "spaced"]}
    folder = Path(os.environ["TREEBANKS"]) if "TREEBANKS" in os.environ else None
    if folder:
        texts["treebanks"] = [one for language in LANGUAGES for one in sentences(folder, language)[0][:300]]
    ways = " | ".join(f"{way} cold | {way} warm" for way in WAYS)
    print(f"| text | people | {ways} |\n| --- | ---: |{' ---: |' * 6}")
    for called, said in texts.items():
        records = ["\n".join(said[at : at + 50]) for at in range(0, len(said), 50)]
        for count in (20, 69, 200):
            identities = people(count, rows)
            told = (one for way in WAYS for one in speed(records, identities, way))
            print(f"| {called} | {count} | {' | '.join(f'{one:,.0f}' for one in told)} |", flush=True)
    if folder:
        print("\n| of 1,000 words | daily: mean, worst | export | in doubt |\n| --- | ---: | ---: | ---: |")
        for line in overhidden(folder, rows, int(sys.argv[1]) if len(sys.argv) > 1 else 10):
            print(line, flush=True)


if __name__ == "__main__":
    main()
