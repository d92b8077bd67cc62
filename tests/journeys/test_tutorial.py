"""The tutorial, walked on a terminal as it stands there: each command runs, and what it prints is what the page shows.

References, designations and the day differ, and are put into the page's words before they are compared; sizes of files
differ, and so may by a few what is hidden, since it depends on what the machine reads on a page. Lines with the home
folder are passed over.
"""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from archive.commands import demo_files

from .conftest import PASSPHRASE, today

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
WRITTEN_ON = "2026-11-22"  # the day that stands in the page
WITH_PAGES = ("archive export CENFP -o", "archive verify", "archive check")  # where a machine reads what is drawn
REFERENCE = re.compile(r"\b[A-Z][0-9A-HJKMNP-TV-Z]{4}\b")
ASKED = re.compile(r"(?P<question>.*(?:\(Enter skips\)|Search for|\[y/N\]|passphrase first\])): (?P<said>.*)")
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # colours, and what a progress line does
PASSPHRASES = ("Passphrase", "New passphrase", "Once more")
KEY = re.compile(r"  (?P<asked>(?:\w/)+\w): (?P<said>\w)")
DIFFERS = re.compile(
    r"[0-9a-f]{64}|(?<=P\\-)\d{4}|[\d.,\\]+(?=\\ (?:kB|bytes|places\\ hidden|unknown\\ words|words\\ among))"
)
"""Numbers in an escaped line that chance draws, or that hang on what a machine reads."""


def sessions(page: str = PAGE) -> Iterator[tuple[str, list[str]]]:
    """Each command of a page, its continued lines joined, with the lines that follow it."""
    for block in re.findall(r"^```[a-z]*\n(.*?)^```", page, re.DOTALL | re.MULTILINE):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = re.sub(r" \\\n +", " ", part).partition("\n")
            yield command, shown.splitlines()


def files() -> Iterator[tuple[str, str]]:
    """The files that the reader is told to write: their names stand in the words before each block."""
    yield from re.findall(r"In a file `([\w.-]+)`:\n\n```json\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


class Reader:
    """Somebody who follows the page; ``called`` are the references they got for those that stand in it."""

    def __init__(self, laptop: Any, **env: str | None) -> None:
        self.laptop, self.today, self.folder = laptop, today(), laptop.desk
        self.env = dict.fromkeys(("ARCHIVE_DIR", "ARCHIVE_STATE", "ARCHIVE_PASSPHRASE_FILE")) | env
        self.called: dict[str, str] = {}

    def meant(self, text: str) -> str:
        """The page's words with this reader's references, and today for the day it was written."""
        known = REFERENCE.sub(lambda found: self.called.get(found[0], found[0]), text)
        return known.replace(WRITTEN_ON, self.today)

    def walk(self, command: str, shown: list[str]) -> None:
        """Type one command; what it prints has to be what is shown, line after line; ``…`` stands for any lines."""
        line = self.meant(command).replace("archive init", "archive init --kdf tests-only")
        cli = f"{shlex.quote(sys.executable)} {shlex.quote(str(ROOT / 'cli.py'))}"
        bash = ("bash", "--norc", "-c", f'archive() {{ {cli} "$@"; }}; cd {shlex.quote(str(self.folder))}; {line}')
        with self.laptop.talk(program=bash, **self.env) as talk:
            for text in shown:
                if text.rstrip(":").partition(" (")[0] in PASSPHRASES:
                    talk.expect(text.partition(" (")[0].rstrip(":")).type(PASSPHRASE)
                elif asked := ASKED.fullmatch(text):
                    talk.expect(asked["question"].split("? ")[-1]).type(asked["said"])
                elif key := KEY.fullmatch(text):
                    talk.expect(key["asked"]).press(key["said"])
            code = talk.end()
        assert code == 0, (command, talk.text)
        self.compare([text for text in shown if text.strip() and text != "…" and "~/" not in text], talk.text)

    def compare(self, shown: list[str], text: str) -> None:
        """Every line shown is printed, each once; a new reference is learned where it first appears.

        In which order is not compared: of records of one minute chance decides.
        """
        printed = [line.split("\r")[-1].rstrip() for line in CONTROL.sub("", text.replace("\r\n", "\n")).split("\n")]
        for wanted in shown:
            pattern = self._pattern(wanted)
            found = next(filter(None, map(pattern.fullmatch, printed)), None)
            assert found, "\n".join([f"not printed: {self.meant(wanted)}", *printed])
            printed.remove(found[0])
            self.called |= found.groupdict()

    def _pattern(self, wanted: str) -> re.Pattern[str]:
        pieces, at, said = [], 0, self.meant(wanted)
        new = [one for one in REFERENCE.finditer(said) if one[0] in wanted and one[0] not in self.called]
        for one in new:
            pieces += [re.escape(said[at : one.start()]), rf"(?P<{one[0]}>[A-Z][0-9A-Z]{{4,5}})"]
            at = one.end()
        told = "".join([*pieces, re.escape(said[at:]).replace("…", ".*")])
        return re.compile(DIFFERS.sub(r"[\\da-f.,]+", told))


def brought(folder: Path) -> None:
    """The six files that ``make demo`` leaves."""
    folder.mkdir()
    for one in demo_files.testimonies():
        (folder / one.filename).write_text(one.text, encoding="utf-8")
    (folder / "IMG_20250602.jpg").write_bytes(demo_files.photo())
    (folder / "ruling.pdf").write_bytes(demo_files.ruling())


def test_the_tutorial_is_what_the_program_does(laptop: Any) -> None:
    """From the first archive to the check at the end."""
    brought(laptop.desk / "brought")
    reader, walked, reads = Reader(laptop), 0, shutil.which("tesseract") is not None
    for name, held in files():
        (laptop.desk / name).write_text(held, encoding="utf-8")
    for command, shown in sessions():
        if command == "cd our-archive":
            reader.folder = laptop.desk / "our-archive"
        elif command.startswith("cat "):
            (laptop.desk / command.split("/")[-1]).write_text(reader.meant("\n".join(shown)), encoding="utf-8")
        elif command.startswith("archive ") and (reads or not command.startswith(WITH_PAGES)):
            reader.walk(command, shown)
            walked += 1
    assert walked > 14
