"""How long it takes a person to go through the words of testimonies: hits, questions, keys, and what is asked again.

    TREEBANKS=folder python bench/review.py

``TREEBANKS`` is a folder with Universal Dependencies treebanks (Ukrainian-IU, Russian-Taiga, Czech-FicTree and -CAC,
anywhere below it). Of each language a testimony of 6,000 words is made: sentences as they stand there, in their order,
with their proper names replaced, in the right case, by those of ``review_cast.toml``: few people, towns and offices
that come again and again, as in a story that somebody tells. Three of the people are sealed. Then ``archive redact``
runs on a terminal, as a person would use it: towns and offices are shown, everything else that stands more than once is
hidden word by word, and where only words are left that stand once, one key hides the rest. A second testimony, of the
same cast and other sentences, comes into the case, and it is asked again. Nothing of it is kept.
"""

from __future__ import annotations

import json
import os
import pty
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

CAST = Path(__file__).with_name("review_cast.toml")
CASES = ("Nom", "Gen", "Dat", "Acc", "Ins", "Loc")
SOURCES = {"uk": ("uk_iu",), "ru": ("ru_taiga",), "cs": ("cs_fictree", "cs_cac")}
WORDS = 6_000
CLI = (sys.executable, str(Path(__file__).parents[1] / "cli.py"))
PRIVATE = re.compile(r"[#@&;*_<>|/\\]|http")  # in sentences of the net: no testimony has them
OPENS_WITH = "seven herons over a frozen weir"


class Cast(Struct, frozen=True):
    """Names of one language, each by its six cases; the first three of ``men`` are sealed."""

    men: tuple[str, ...]
    women: tuple[str, ...]
    places: tuple[str, ...]
    offices: tuple[str, ...]


def sentences(folder: Path, language: str, split: str) -> Iterator[list[list[str]]]:
    """Whole sentences of the treebanks as rows of columns, of each treebank in turn."""
    files = [next(iter(sorted(folder.rglob(f"{name}-ud-{split}.conllu")))) for name in SOURCES[language]]
    for blocks in zip(*(file.read_text("utf-8").split("\n\n") for file in files), strict=False):
        for block in blocks:
            rows = [line.split("\t") for line in block.splitlines() if line[:1].isdigit()]
            if rows and rows[-1][1] in ".!?…" and not any(PRIVATE.search(row[1]) for row in rows):
                yield [row for row in rows if row[0].isdigit()]


class Replacing:
    """Puts names of the cast in the place of those of a treebank, always the same for one of them."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self._cast, self._known, self._chance = cast, dict[tuple[str, str], str](), random.Random(seed)

    def __call__(self, row: Sequence[str]) -> str:
        told = dict(one.split("=", 1) for one in row[5].split("|") if "=" in one)
        if row[3] != "PROPN" or told.get("Case") not in CASES or told.get("Number") == "Plur":
            return row[1]
        person = told.get("NameType", "").startswith(("Giv", "Sur", "Pat")) or told.get("Animacy") == "Anim"
        person = person or (told.get("Gender") == "Fem" and "Animacy" not in told and "NameType" not in told)
        kind = ("women" if told.get("Gender") == "Fem" else "men") if person else "places"
        if kind == "places" and self._chance.random() < 0.2:
            kind = "offices"
        key = (kind, row[2])
        if key not in self._known:
            names = getattr(self._cast, kind)
            weights = [1 / (at + 1) for at in range(len(names))]
            self._known[key] = self._chance.choices(names, weights)[0]
        return self._known[key].split(" / ")[CASES.index(told["Case"])]


def testimony(folder: Path, language: str, cast: Cast, split: str, words: int = WORDS) -> str:
    """A text of so many words, in paragraphs of six sentences."""
    replaced, said, count = Replacing(cast, 7), list[str](), 0
    for rows in sentences(folder, language, split):
        text = "".join(replaced(row) + ("" if "SpaceAfter=No" in row[9] else " ") for row in rows).strip()
        count += len(re.findall(r"[^\W\d_]+", text))
        said.append(text)
        if count >= words:
            break
    return "\n\n".join(" ".join(said[at : at + 6]) for at in range(0, len(said), 6)) + "\n"


class Laptop:
    """An archive of its own in a folder that goes away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "passphrase").write_text(OPENS_WITH)
        self.env = {
            "HOME": str(folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm",
            "ARCHIVE_DIR": str(folder / "a"),
            "ARCHIVE_STATE": str(folder / "s"), "ARCHIVE_PASSPHRASE_FILE": str(folder / "passphrase"), "NO_COLOR": "1",
        }  # fmt: skip
        self.ask("init", str(folder / "a"), "--collective", "Weir", "--kdf", "tests-only")

    def ask(self, *words: str, given: object = None) -> dict[str, object]:
        """A command with ``--json``."""
        done = subprocess.run(
            [*CLI, *words, "--json"], env=self.env, input=json.dumps(given).encode(), capture_output=True, check=True
        )
        found: dict[str, object] = json.loads(done.stdout)
        return found

    def add(self, case: str, name: str, text: str) -> None:
        """A testimony."""
        (self.folder / name).write_text(text)
        self.ask("add", str(self.folder / name), "--case", case)

    def review(self, case: str, shown: frozenset[str]) -> Counter[str]:
        """Which keys a person presses on a terminal until the round ends, and how often."""
        pid, master = pty.fork()
        if not pid:
            os.execve(CLI[0], [*CLI, "redact", case], self.env)  # noqa: S606 - no shell is wanted
        seen, pressed, single = "", Counter[str](), False
        while True:
            try:
                block = os.read(master, 65_536).decode("utf-8", "replace")
            except OSError:
                break
            seen += block
            single = single or "stands once" in seen
            if re.search(r"q: $", seen):
                (forms,) = re.findall(r"(?ms)^\d+/\d+  (.*?)\s+\(", seen.replace("\r\n", "\n"))[-1:]
                known = forms.replace("\n", " ").split(", ")[0] in shown
                key = "a" if single else "s" if known else "h"
                pressed[key] += 1
                seen = ""
                os.write(master, key.encode())
        os.waitpid(pid, 0)
        return pressed


def forms(names: Sequence[str]) -> frozenset[str]:
    """Every form of names."""
    return frozenset(form for name in names for form in name.split(" / "))


def measured(folder: Path, language: str, cast: Cast) -> Iterator[str]:
    """The cells of a row: the first testimony, then the second."""
    shown = forms((*cast.places, *cast.offices))
    with tempfile.TemporaryDirectory(dir="/dev/shm") as place:
        laptop = Laptop(Path(place))
        case = str(laptop.ask("case", "new", "--from-json", "-", given={"title": "At the weir"})["ref"])
        for man in cast.men[:3]:
            person = str(laptop.ask("person", "new", "--from-json", "-", given={"case": case})["ref"])
            name = {"language": language, "surname": man.split(" / ")[0]}
            laptop.ask("person", "name", person, "--from-json", "-", given={"names": [name]})
        for split in ("dev", "test"):
            text = testimony(folder, language, cast, split)
            laptop.add(case, f"{split}.txt", text)
            told = laptop.ask("redact", case)
            spans = [span for record in told["records"] for span in record["spans"]]  # type: ignore[attr-defined]
            asked: list[dict[str, object]] = told["undecided"]  # type: ignore[assignment]
            begun = time.monotonic()
            keys = laptop.review(case, shown)
            capitals = sum(one["layer"] == "capital" for one in spans)
            yield from (f"{len(spans):,}", f"{capitals:,}", str(len(asked)))
            yield f"{keys.total()}: " + ", ".join(f"{key} {count}" for key, count in sorted(keys.items()))
            yield f"{time.monotonic() - begun:.0f} s"
            yield str(len(laptop.ask("redact", case)["undecided"]))  # type: ignore[arg-type]


def main() -> None:
    """A row for each language."""
    folder = Path(os.environ["TREEBANKS"])
    cast = msgspec.toml.decode(CAST.read_bytes(), type=dict[str, Cast])
    for language in SOURCES:
        print(f"| {language} | " + " | ".join(measured(folder, language, cast[language])) + " |", flush=True)


if __name__ == "__main__":
    main()
