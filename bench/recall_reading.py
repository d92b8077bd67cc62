"""The hits that ``recall.py`` counts as wrong, for people to read one by one; and what their reading comes to.

    TREEBANKS=folder python bench/recall_reading.py cs_cltt            a sample of them
    python bench/recall_reading.py uk --manpages /usr/share/man        the same of manual pages

A dictionary or a treebank calls a hit wrong that a reader would not: it does not know the word, or files one word as
two. ``--sample`` hits are drawn, always the same, each query having the same weight, as in the mean that precision is;
printed are the word asked for and the words of the text that answered. A person judges each pair by one question: is
this a form of the word asked for, or of one that is spelled as it is once the marks are folded? The verdicts stand in
``recall_read.txt``, one a line: what was read; ``+`` for a form, ``-`` for another word, ``~`` for what grammars count
either way: a participle or the noun of a verb beside its other forms; the word asked for; those that answered. Where
all pairs of a sample are in it, the last line tells the precision that follows, ``~`` counted as wrong and as right: of
all hits that are counted as wrong, as large a share is right as of those that were read.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from recall import Gold, Word, filled, found, paragraphs, sentences

from archive.index.index import Index
from archive.index.vocabulary import alike
from archive.index.words import keys

READ = Path(__file__).parent / "recall_read.txt"
Pair = tuple[str, str]


def wrong(said: list[list[Word]], most: int) -> tuple[float, list[tuple[Pair, float]]]:
    """How large a share of the hits is counted as wrong, and each of these with its weight in that."""
    gold = Gold(said)
    index = filled([" ".join(word.form for word in sentence) for sentence in said])
    hits: list[tuple[Pair, float]] = []
    asked = [form for form, _ in gold.queries(most)]
    for form in asked:
        here = found(index, form)
        answers = frozenset(answering(index, form))
        for number in sorted(here - gold.meant(form)[1]):
            words = {word.form.casefold() for word in said[number] if not answers.isdisjoint(keys(word.form))}
            hits.append(((form, " ".join(sorted(words))), 1 / len(here)))
    return sum(weight for _, weight in hits) / len(asked), hits


def answering(index: Index, form: str) -> Iterator[str]:
    """What the index has that answers to a word."""
    other = alike(index._db, form)
    yield from (*other.forms, *other.across)


def verdicts(what: str) -> dict[Pair, str]:
    """What was judged of this text."""
    lines = (line.split("\t") for line in READ.read_text(encoding="utf-8").splitlines() if line and line[0] != "#")
    return {(asked, answered): verdict for text, verdict, asked, answered in lines if text == what}


def main() -> None:
    """Draw, print, count."""
    parser = argparse.ArgumentParser(description="hits counted as wrong, to be read")
    parser.add_argument("what", help="the beginning of a treebank's file, or a language")
    parser.add_argument("--manpages", type=Path)
    parser.add_argument("--split", default="test")
    parser.add_argument("--queries", type=int, default=600)
    parser.add_argument("--sample", type=int, default=200)
    told = parser.parse_args()
    if told.manpages:
        name, said = f"{told.what} manual pages", paragraphs(told.manpages, told.what)
    else:
        name = f"{told.what} {told.split}"
        said = list(sentences(sorted(Path(os.environ["TREEBANKS"]).rglob(f"{told.what}-ud-{told.split}.conllu"))))
    share, hits = wrong(said, told.queries)
    pairs, weights = zip(*hits, strict=True)
    drawn = Counter(random.Random(6).choices(pairs, weights, k=told.sample))
    known = verdicts(name)
    for pair, times in sorted(drawn.items()):
        print(known.get(pair, "?"), times, *pair, sep="\t")
    print(f"{name}: {len(hits)} hits counted as wrong, precision {1 - share:.3f}; {len(drawn)} pairs drawn")
    if known.keys() >= drawn.keys():
        count = Counter(known[pair] for pair in drawn.elements())
        least, most = (1 - share * (1 - right / told.sample) for right in (count["+"], count["+"] + count["~"]))
        print(f"{dict(count)}: precision as read {least:.3f}, with what grammars count either way {most:.3f}")


if __name__ == "__main__":
    main()
