"""Two dossiers of one case, for two people who compare them: nothing that a program could join them by is in both."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont

from archive.bundle.bag import MTIME

WORDS = ("gate", "weir", "barracks", "office", "train", "yard", "kitchen", "bridge", "stairs", "river", "wood")
CONSTANT = {"bagit.txt"}
"""The files whose every byte the standard prescribes."""
_TOKEN = re.compile(r"[\w-]*\d[\w-]*")
_EMBEDDED = re.compile(rb"data:image/[a-z]+;base64,([A-Za-z0-9+/=]+)")
_FINE = re.compile(r"\d{4}-\d\d-\d\d|\d\d:\d\d|D:\d{8}")
_PARTS = (0, 0.5, 1)


def sign(words: str) -> bytes:
    """A picture of a sign."""
    shown, out = Image.new("RGB", (600, 300), (214, 206, 190)), io.BytesIO()
    ImageDraw.Draw(shown).text((40, 120), words, fill=(30, 30, 60), font=ImageFont.load_default(48))
    shown.save(out, "PNG")
    return out.getvalue()


def filled(archive: Any, papers: Any, given: str, surname: str, words: tuple[str, ...]) -> dict[str, str]:
    """A case of one person: a text of the same month for each word, a photo, a paper, an act, for two journalists."""
    case = archive.case("A refusal", summary="A man refused.")
    made = {"case": case}
    for key, name in (("first", "Kvitka Vymyshlena"), ("second", "Bohdana Vyhadana")):
        form = {"name": name, "type": "journalist"}
        made[key] = archive.ask("recipient", "add", "--from-json", "-", stdin=form)["ref"]
    person = archive.person(case, "Heron")
    archive.name(person, given, surname)
    purposes = ("keep", "journalist", "publish-pseudonym", "un-confidential", "un-name-to-state")
    archive.consent(person, *purposes, recipients={"journalist": [made["first"], made["second"]]})
    files = [archive.file(f"{word}.txt", f"{given} {surname} stood at the {word} and said no.\n") for word in words]
    files += [archive.file("s.png", sign("NO ENTRY")), archive.file("p.pdf", papers("The court has ruled."))]
    about = ("--case", case, "--about", person, "--date", "2025-03", "--faces", "none")
    added = archive.ask("add", *files, *about)["records"]
    made["exhibits"] = " ".join(one["ref"] for one in added)
    act = {"type": "arrest", "date": "2025-03-14", "place": "Nizhyn", "person": person, "case": case}
    archive.ask("act", "new", "--from-json", "-", stdin=act)
    return made


class Bundle:
    """All that a program can take out of a finished dossier."""

    def __init__(self, path: Path) -> None:
        self.times: set[object] = set()
        self.files = dict(self._zipped(path) if path.suffix == ".zip" else self._laid(path))
        self.said = json.loads(self.files["data/dossier.json"])

    def _laid(self, path: Path) -> Iterator[tuple[str, bytes]]:
        self.times = {one.stat().st_mtime for one in (path, *path.rglob("*"))}
        yield from ((one.relative_to(path).as_posix(), one.read_bytes()) for one in path.rglob("*") if one.is_file())

    def _zipped(self, path: Path) -> Iterator[tuple[str, bytes]]:
        with zipfile.ZipFile(path) as packed:
            self.times = {entry.date_time for entry in packed.infolist()}
            assert not packed.comment and not any(one.comment or one.extra for one in packed.infolist())
            yield from ((one.filename, packed.read(one)) for one in packed.infolist())

    @property
    def pictures(self) -> tuple[bytes, ...]:
        """Every picture, as a file, in a page, in a paper."""
        embedded = (one for data in self.files.values() for one in _EMBEDDED.findall(data))
        papers = (one for name, data in self.files.items() if name.endswith(".pdf") for one in in_paper(data))
        files = (data for name, data in self.files.items() if name.startswith("data/exhibits/"))
        return (*files, *map(base64.b64decode, embedded), *papers)

    @property
    def digests(self) -> set[str]:
        """Of files, of pictures, of what each quarter of a picture shows, and of what is drawn on each page."""
        shown = (part for data in self.pictures for part in quarters(data))
        drawn = (one for name, data in self.files.items() if name.endswith(".pdf") for one in on_paper(data))
        files = (data for name, data in self.files.items() if name not in CONSTANT)
        return {hashlib.sha256(one).hexdigest() for one in (*files, *self.pictures, *shown, *drawn)}

    @property
    def texts(self) -> str:
        """All that can be read in it as text, file names too."""
        read = (data.decode() for name, data in self.files.items() if name.endswith((".txt", ".html", ".json", ".csv")))
        papers = (words(data) for name, data in self.files.items() if name.endswith(".pdf"))
        return _EMBEDDED.sub(b"", "\n".join((*self.files, *read, *papers)).encode()).decode()

    @property
    def sizes(self) -> set[int]:
        """How many octets each file has; short ones are as long as many."""
        return {len(data) for data in self.files.values() if len(data) > 1000}

    @property
    def tokens(self) -> set[str]:
        """Everything that has a digit in it and is long enough to be a number of something."""
        return {one for one in _TOKEN.findall(self.texts) if len(one) > 3}

    @property
    def called(self) -> set[str]:
        """The designations of people."""
        return set(re.findall(r"P-\d+", self.texts))

    @property
    def order(self) -> list[str]:
        """Which exhibit comes when, by what each tells."""
        told = (one.get("text", {}).get("text", one["kind"]) for one in self.said["exhibits"])
        return [re.sub(r"P-\d+", "", one) for one in told]


def in_paper(data: bytes) -> Iterator[bytes]:
    """The pictures of a PDF as they are kept."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image" and "/SMask" not in thing:
                yield thing.read_raw_bytes()


def on_paper(data: bytes) -> Iterator[bytes]:
    """What is drawn on each page of a PDF, its fonts and what tells their letters, and its own number.

    What a paper says of itself is the same in every one of its language.
    """
    with pikepdf.open(io.BytesIO(data)) as pdf:
        streams = (one for one in pdf.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") != "/XML")
        yield from (one.read_raw_bytes() for one in streams)
        yield from map(bytes, pdf.trailer.get("/ID", ()))


def words(data: bytes) -> str:
    """The text of a PDF."""
    with pypdfium2.PdfDocument(data) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def quarters(data: bytes) -> Iterator[bytes]:
    """The dots of a picture, quarter by quarter; nothing where the data are of a paper's own kind."""
    try:
        shown = Image.open(io.BytesIO(data)).convert("RGB")
    except OSError:
        return
    wide, high = ([int(size * part) for part in _PARTS] for size in shown.size)
    for left, right in pairwise(wide):
        for upper, lower in pairwise(high):
            yield shown.crop((left, upper, right, lower)).tobytes()


def exported(archive: Any, made: dict[str, str], name: str, *options: str) -> Bundle:
    """A dossier of the case."""
    archive.ask("export", made["case"], "-o", archive.root / name, "--plain", "--partial", *options)
    return Bundle(archive.root / name)


@pytest.mark.parametrize("template", ["press", "wgad"])
def test_two_dossiers_of_one_case_cannot_be_joined(laptop: Any, papers: Any, template: str, tmp_path: Path) -> None:
    """Apart from words of ours, which a dossier of somebody else's archive has too, and from what the texts tell."""
    archive = laptop.found()
    made = filled(archive, papers, "Orest", "Kovalchuk", WORDS)
    stranger = type(laptop)(tmp_path / "stranger").found()
    theirs = filled(stranger, papers, "Marko", "Sokyrko", WORDS)

    def options(of: dict[str, str], whom: str) -> tuple[str, ...]:
        if template == "wgad":
            return ("--template", "wgad")
        cleared = (word for one in of["exhibits"].split() for word in ("--exhibit", one))
        return ("--template", "press", "--for", of[whom], *cleared)

    first, second = exported(archive, made, "a", *options(made, "first")), None
    for name in ("b.zip", "c.zip", "d.zip"):  # lots fall alike by chance: of three, one differs in every one
        second = exported(archive, made, name, *options(made, "second"))
        if not first.called & second.called and first.order != second.order and not first.sizes & second.sizes:
            break
    common = exported(stranger, theirs, "e", *options(theirs, "first"))
    assert len(first.said["exhibits"]) == len(WORDS) + 2 and len(first.called) == 1
    assert len(first.digests) > 8 and len(first.pictures) >= 2
    assert not first.digests & second.digests
    assert not first.called & second.called and first.order != second.order
    assert not first.sizes & second.sizes
    assert sorted(first.order) == sorted(second.order)
    assert not (first.tokens & second.tokens) - common.tokens
    assert not {name for name in first.files if "exhibits/" in name} & second.files.keys()
    assert first.times == {MTIME} and second.times == {(1980, 1, 1, 0, 0, 0)}
    assert set(_FINE.findall(first.texts)) <= ({"2025-03-14"} if template == "wgad" else set())
