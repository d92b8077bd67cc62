"""Ten tasks walked on a terminal of 80 columns as people walk them, with commands, passphrases and prompts counted.

    python bench/ten_tasks.py                     the table
    python bench/ten_tasks.py --screens DIR       and every screen, before each key, as a text file
    python bench/ten_tasks.py --language uk       the same in another language of the program
    python bench/ten_tasks.py --only 2 8          some of them

Needs tmux. The program is the real one, on invented material in a folder that is thrown away.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent))

from archive import speech

CLI = Path(__file__).parent.parent / "cli.py"
PASSPHRASE = "seven herons over a frozen weir"  # noqa: S105 - of archives that are thrown away
PATIENCE = 120.0
ANSI = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>]|\][^\x07]*\x07)")
PROMPT = "ready$ "


def _said(words: str) -> str:
    """What the program says for some English words: the longest piece without fields of the sentence they stand in."""
    whole = [english for english in CATALOG if words in english]
    if not whole or words.startswith("["):  # [y/N] is the same in every language
        return words
    return max(re.split(r"\{.*?\}|\n", CATALOG[min(whole, key=len)][0]), key=len).strip()


LANGUAGE = ["C"]
CATALOG: dict[str, tuple[str, ...]] = {}  # of the language of this walk; English needs none


class Tally:
    """What one task takes."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.commands = self.passphrases = self.prompts = self.files = 0

    def row(self) -> str:
        """A row of the table."""
        return f"| {self.title} | {self.commands} | {self.passphrases} | {self.prompts} | {self.files or ''} |"


class Screen:
    """One laptop: a home folder, and a shell in tmux that a person types into."""

    def __init__(self, root: Path, name: str, shown: Path | None) -> None:
        self.home, self.name, self.shown = root / name, name, shown
        self.tally = Tally("")
        self._log, self._seen, self._number = root / f"{name}.log", 0, 0
        self.home.mkdir()
        (root / "bin").mkdir(exist_ok=True)
        program = root / "bin" / "archive"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{CLI}" "$@"\n')
        program.chmod(0o755)
        env = {"HOME": str(self.home), "PATH": f"{root}/bin:{os.environ['PATH']}", "PS1": PROMPT}
        env |= {"TERM": "screen-256color", "ARCHIVE_STATE": str(self.home / "state")}
        env |= {"ARCHIVE_DIR": str(self.home / "archive"), "LANG": f"{LANGUAGE[0]}.UTF-8"}
        self.env = env
        shell = ["env", "-i", *(f"{key}={value}" for key, value in env.items()), "bash", "--norc", "--noprofile", "-i"]
        self._tmux("new-session", "-d", "-x", "80", "-y", "24", "-s", name, "-c", str(self.home), *shell)
        self._tmux("pipe-pane", "-t", name, "-o", f"cat >> {self._log}")
        self._tmux("send-keys", "-t", name, "Enter")
        self.expect(PROMPT)

    def _tmux(self, *words: str) -> str:
        server = ("tmux", "-u", "-L", f"ten-tasks-{os.getpid()}", "-f", "/dev/null")
        return subprocess.run([*server, *words], check=True, capture_output=True, text=True).stdout

    def quietly(self, *words: str, stdin: object = None) -> Any:
        """What the archive holds before a task begins: not counted, not shown."""
        (self.home / "passphrase").write_text(PASSPHRASE)
        env = self.env | {"ARCHIVE_PASSPHRASE_FILE": str(self.home / "passphrase")}
        given = json.dumps(stdin).encode() if stdin is not None else b""
        done = subprocess.run([str(sys.executable), str(CLI), *words, "--json"], input=given, env=env,
                              capture_output=True, cwd=self.home, check=False)  # fmt: skip
        assert done.returncode == 0, (words, done.stderr)
        return json.loads(done.stdout)

    def text(self) -> str:
        """All that this terminal was sent, without colours and cursor moves."""
        raw = self._log.read_bytes().decode("utf-8", "replace") if self._log.exists() else ""
        return ANSI.sub("", raw).replace("\r", "")

    def expect(self, words: str) -> str:
        """Wait for words; what was said up to them."""
        until, wanted = time.monotonic() + PATIENCE, re.compile(r"\s+".join(map(re.escape, _said(words).split())))
        while not (found := wanted.search(self.text(), self._seen)):
            assert time.monotonic() < until, f"{self.name}: {words!r} did not come:\n{self.text()[-2000:]}"
            time.sleep(0.1)
        said = self.text()[self._seen : found.end()]
        self._seen = found.end()
        time.sleep(0.15)  # what belongs to the same screen
        self._show()
        return said

    def _show(self) -> None:
        if self.shown is not None:
            self._number += 1
            path = self.shown / f"{self.tally.title[:2].strip('. ')}-{self.name}-{self._number:03}.txt"
            path.write_text(self._tmux("capture-pane", "-p", "-t", self.name).rstrip() + "\n")

    # --- what a person does ---

    def _type(self, line: str) -> None:
        self._tmux("send-keys", "-t", self.name, "-l", line)
        self._tmux("send-keys", "-t", self.name, "Enter")

    def command(self, line: str) -> None:
        """A command, as it is typed."""
        self.tally.commands += 1
        self._type(line)

    def line(self, words: str, *, waits: bool = True) -> None:
        """A command in the program's own shell."""
        if waits:
            self.expect("archive>")
        self.command(words)

    def passphrase(self, question: str = "Passphrase", said: str = PASSPHRASE) -> None:
        """A passphrase, which is not shown."""
        self.expect(question)
        self.tally.passphrases += 1
        self._type(said)

    def answer(self, question: str, said: str) -> str:
        """A question, and an answer with Enter; all that was said before it."""
        before = self.expect(question)
        self.tally.prompts += 1
        self._type(said)
        return before

    def file(self, question: str, said: str) -> None:
        """A question about one of the files, which every file brings with it."""
        self.expect(question)
        self.tally.files += 1
        self._type(said)

    def press(self, question: str, key: str) -> None:
        """A question that one key answers."""
        self.expect(question)
        self.tally.prompts += 1
        self._tmux("send-keys", "-t", self.name, "-l", key)

    def done(self) -> str:
        """The command has ended; what it said."""
        return self.expect(PROMPT)

    def close(self) -> None:
        """Away with it."""
        self._tmux("kill-session", "-t", self.name)


class Walk:
    """The laptops of one task, and its tally."""

    def __init__(self, root: Path, title: str, shown: Path | None) -> None:
        self.root, self.tally, self.shown = root, Tally(title), shown
        self.screens: list[Screen] = []

    def laptop(self, name: str = "laptop", *, found: bool = True) -> Screen:
        """A laptop, with an archive on it unless it is new."""
        screen = Screen(self.root, name, self.shown)
        self.screens.append(screen)
        if found:
            screen.quietly("init", str(screen.home / "archive"), "--collective", "Weir", "--kdf", "tests-only")
        screen.tally = self.tally
        return screen


# --- material ---


def photo(path: Path, number: int = 0) -> Path:
    """A small photo that says where and with what it was taken."""
    image, out = Image.new("RGB", (64, 48), (number % 256, 120, number // 256 % 256)), io.BytesIO()
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Canary Camera Works", f"Serial {number}"
    image.save(out, "JPEG", exif=exif)
    path.write_bytes(out.getvalue())
    return path


def recording(path: Path) -> Path:
    """A second of silence."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8_000, 8_000, "NONE", "not compressed"))
        file.writeframes(bytes(16_000))
    return path


def case(screen: Screen, people: int = 1, **risk: object) -> dict[str, Any]:
    """A case with people in it who agreed to be published; references."""
    made: dict[str, Any] = {"case": screen.quietly("case", "new", "--from-json", "-", stdin={"title": "Held"})["ref"]}
    made["people"] = []
    for number in range(people):
        block = {"where": "in-country", "as_of": "2026-01-05", "basis": "spoke", "uniqueness": "low", **risk}
        form = {"pseudonym": f"Heron {number}", "case": made["case"], "risk": block}
        made["people"].append(screen.quietly("person", "new", "--from-json", "-", stdin=form)["ref"])
    return made


def named(screen: Screen, person: str, **consent: object) -> None:
    """A sealed name and a consent."""
    names = {"names": [{"language": "uk", "given": "Тарас", "surname": "Завірюха"}], "safe_contact": "Evenings, Signal"}
    screen.quietly("person", "name", person, "--from-json", "-", stdin=names)
    said = {"given_by": "self", "purposes": ["keep", "publish-pseudonym"], "method": "witnessed", "language": "uk",
            "given_at": "2026-01-05", "risks_explained": True, **consent}  # fmt: skip
    screen.quietly("consent", "record", person, "--from-json", "-", stdin=said)


def told(screen: Screen, made: dict[str, Any]) -> str:
    """A testimony about the first person of a case."""
    path = screen.home / "told.txt"
    path.write_text("Тараса Завірюху тримали два дні.\n")
    return str(
        screen.quietly("add", str(path), "--case", made["case"], "--about", made["people"][0])["records"][0]["ref"]
    )


# --- the tasks ---


def begin(walk: Walk) -> None:
    """1. An archive is begun."""
    one = walk.laptop(found=False)
    one.command("archive init archive --kdf tests-only")
    one.answer("Name of the collective", "Kitchen table")
    one.passphrase("New passphrase")
    one.passphrase("Once more")
    one.answer("Make them now?", "n")
    one.done()


def first_testimony(walk: Walk) -> None:
    """2. First testimony, in Ukrainian: a recording, two photos, a summons."""
    one = walk.laptop()
    recording(one.home / "call.wav")
    photo(one.home / "a.jpg")
    photo(one.home / "b.jpg", 1)
    photo(one.home / "summons.jpg", 2)
    one.command("archive intake call.wav a.jpg b.jpg summons.jpg")
    one.passphrase()
    for question, said in (
        ("Which language", "uk"), ("May we keep it?", "y"), ("told this to somebody", "n"),
        ("in one sentence", "Held two days, beaten"), ("What was done?", "2 5"), ("When?", "3.11."),
        ("Where? The region", "Zakarpattia"), ("Who did it?", "2"), ("How is it known?", "1"),
        ("Where are they now? One number", "1"), ("recognisable from the story alone", "a f"),
        ("Numbers they said yes to", "1 8"),
        ("what did we promise?", "a lawyer; 3.12."), ("reach them safely", "Signal, after 20"),
        ("Their name", "Тарас Завірюха; Криниця"),
    ):  # fmt: skip
        one.answer(question, said)
    one.file("A file they gave", "")
    for name, said in (("call.wav", ""), ("a.jpg", ""), ("b.jpg", ""), ("summons.jpg", "summons; 12.12.")):
        one.file(f"{name}?", said)
    one.answer("confess to an offence", "n")
    one.answer("Enter keeps it so", "")
    one.answer("Delete the plain files", "n")
    one.done()


def for_a_lawyer(walk: Walk) -> None:
    """3. Everything on one person for a lawyer who is new to us, in one sitting (`archive`)."""
    one = walk.laptop()
    made = case(one, where="abroad-with-status")
    named(one, made["people"][0], purposes=["keep"])
    told(one, made)
    one.command("archive")
    one.passphrase()
    one.line("recipient add - --type lawyer --language uk")
    one.answer("Name", "Kvitka Vymyshlena")
    recipient = re.findall(r"\bY[0-9A-Z]{4,}", one.expect("archive>"))[-1]
    one.line(f"consent record {made['people'][0]} --recipient lawyer={recipient} --risks-explained", waits=False)
    one.answer("Purposes they agreed to", "lawyer")
    one.answer("Language they were asked in", "uk")
    one.line(f"export --person {made['people'][0]} --for {recipient} --template asylum --passphrase -o for-kvitka")
    one.passphrase("Passphrase of the dossier", "otters under a tin roof")
    one.passphrase("Once more", "otters under a tin roof")
    one.line("exit")
    one.done()


def withdrawal(walk: Walk) -> None:
    """4. Somebody takes back what they agreed to; one dossier is out."""
    one = walk.laptop()
    made = case(one, where="abroad-with-status", as_of=time.strftime("%Y-%m-%d"))
    named(one, made["people"][0])
    told(one, made)
    one.quietly("export", made["case"], "--plain", "--partial", "-o", str(one.home / "dossier"))
    one.command(f"archive consent withdraw {made['people'][0]}")
    one.passphrase()
    said = one.done()
    step = re.findall(r"archive step answer (\w+)", said)[-1]
    one.command(f"archive step answer {step} --outcome destroyed")
    one.passphrase()
    one.done()


def _pair(walk: Walk) -> tuple[Screen, Screen]:
    """Two laptops of two members, who share a folder."""
    one, two = walk.laptop("anna"), walk.laptop("vira", found=False)
    (two.home / "archive").symlink_to(one.home / "archive")
    _let_in(one, two, counted=False)
    return one, two


def _let_in(one: Screen, two: Screen, *, counted: bool, how: str = "", new: str = PASSPHRASE) -> None:
    before, tallies = Tally(""), (one.tally, two.tally)
    if not counted:
        one.tally = two.tally = before
    _asks(two, how, new)
    one.command("archive member add")
    one.passphrase()
    _compared(one, two)
    one.tally, two.tally = tallies


def _asks(two: Screen, how: str, new: str) -> None:
    two.command(f"archive join archive{how}")
    two.passphrase("New passphrase", new)
    two.passphrase("Once more", new)
    two.expect("Read them to each other")


def _compared(one: Screen, two: Screen) -> None:
    """The words in one direction, and then in the other: both sides wait for each other with their key open."""
    one.answer("[y/N]", "y")
    one.done()
    two.answer("Enter once they have let you in", "")
    two.answer("[y/N]", "y")
    two.done()


def second_laptop(walk: Walk) -> None:
    """5. A second laptop of the same person, over a folder that both reach."""
    one, two = walk.laptop("first"), walk.laptop("second", found=False)
    (two.home / "archive").symlink_to(one.home / "archive")
    one.command("archive member add")
    one.passphrase()
    said = one.expect("Enter once they have asked")
    _asks(two, f" --person {re.findall(r'[0-9a-f]{32}', said)[-1]}", PASSPHRASE)
    one.tally.prompts += 1
    one._type("")
    _compared(one, two)


def leaver(walk: Walk) -> None:
    """6. A member leaves."""
    one, _ = _pair(walk)
    one.command("archive member remove M2")
    one.passphrase()
    one.answer("Go on?", "y")
    one.done()


def seized(walk: Walk) -> None:
    """7. A member's laptop is seized."""
    one, _ = _pair(walk)
    named(one, case(one)["people"][0])
    one.command("archive incident seized")
    one.passphrase()
    device = re.findall(r"([0-9a-f]{8})\s+M2", one.expect("Which computer"))[-1]
    one.tally.prompts += 1
    one._type(device)
    one.answer("on when it was taken?", "y")
    one.answer("Go on?", "y")
    one.answer("Enter goes on", "")
    one.done()


def forgotten(walk: Walk) -> None:
    """8. A member forgot their passphrase."""
    one, two = _pair(walk)
    _let_in(one, two, counted=True, how=" --replace", new="weasels on the warm roof")


def yearly_review(walk: Walk) -> None:
    """9. The yearly review of 60 people."""
    one = walk.laptop()
    case(one, 60)
    one.command("archive review")
    one.passphrase()
    for number in range(1, 61):
        one.expect(f"{number}/60")
        one.press("s/r/p/c/l/!:", "s")
    one.done()


def many_photos(walk: Walk) -> None:
    """10. 2,000 photos from a card."""
    one = walk.laptop()
    card = one.home / "card"
    card.mkdir()
    for number in range(int(os.environ.get("PHOTOS", "2000"))):
        photo(card / f"IMG_{number:04}.jpg", number)
    one.command("archive add card --recursive")
    one.passphrase()
    one.done()


TASKS: tuple[Callable[[Walk], None], ...] = (
    begin, first_testimony, for_a_lawyer, withdrawal, second_laptop, leaver, seized, forgotten, yearly_review,
    many_photos,
)  # fmt: skip


def main() -> None:
    """Walk, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--screens", type=Path, metavar="DIR", help="every screen as a text file")
    parser.add_argument("--language", choices=("uk", "ru", "cs"), help="what the program speaks (else English)")
    parser.add_argument("--only", type=int, nargs="*", help="numbers of tasks")
    said = parser.parse_args()
    if shutil.which("tmux") is None:
        sys.exit("tmux is not installed.")
    if said.language:
        LANGUAGE[0] = said.language
        catalog = CLI.parent / "archive" / "locale" / said.language / "LC_MESSAGES" / "archive.po"
        CATALOG.update(speech.read(catalog.read_text(encoding="utf-8")))
    if said.screens:
        said.screens.mkdir(parents=True, exist_ok=True)
    print("| task | commands | passphrases | prompts | files |\n| --- | ---: | ---: | ---: | ---: |")
    for number, task in enumerate(TASKS, 1):
        if not said.only or number in said.only:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                walk = Walk(Path(folder), task.__doc__ or "", said.screens)
                try:
                    task(walk)
                    print(walk.tally.row(), flush=True)
                finally:
                    for screen in walk.screens:
                        screen.close()


if __name__ == "__main__":
    main()
