"""A whole dossier through the real commands: by default 200 records, of them 50 photographs and 20 papers of 10 pages.

    python bench/dossier.py [TEXTS] [PHOTOS] [PAPERS] [PAGES]

Told are the steps on the way, as far as they are seen from outside: a line for each, with the time by the clock, the
processor time of all processes, and the most memory that all of them together and the largest of them held (looked at
three times a second; what they share is counted once). Then what the bar said in each step.
"""

from __future__ import annotations

import io
import json
import os
import pty
import re
import resource
import select
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from pages import paper
from PIL import Image, ImageDraw

PROGRAM = (sys.executable, str(Path(__file__).parent.parent / "cli.py"))
SAID = "Orest Kovalchuk told on {day} March 2025 how they waited in the yard of the barracks until it was dark. {words}"
MORE = "and then nobody came to the door until the snow had covered the road between the river and the old mill"
STEPS = "Counting pages|Pages and pictures|Drawing|Looking through"
_TICK = 1 / os.sysconf("SC_CLK_TCK")


def photograph(number: int) -> bytes:
    """12 megapixels of soft ground with some things on it."""
    chance = Random(number)
    ground = Image.frombytes("RGB", (40, 30), chance.randbytes(3600)).resize((4000, 3000), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(ground)
    for _ in range(60):
        x, y, size = chance.randrange(3800), chance.randrange(2800), chance.randrange(20, 400)
        draw.ellipse((x, y, x + size, y + size), fill=tuple(chance.randrange(256) for _ in range(3)))
    out = io.BytesIO()
    ground.save(out, "JPEG", quality=88)
    return out.getvalue()


class Watch:
    """How much memory the processes under this one hold, and how much of processors they used, until it ends."""

    def __init__(self) -> None:
        self.together = self.largest = 0
        self._before = {one: _used(one) for one in _below(os.getpid())}
        self._used: dict[int, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def end(self) -> float:
        """Look no more; how many processor seconds were seen."""
        self._over.set()
        self._thread.join()
        return sum(used - self._before.get(one, 0) for one, used in self._used.items())

    def _look(self) -> None:
        while not self._over.wait(0.3):
            held = {one: _pss(one) for one in _below(os.getpid())}
            self.together = max(self.together, sum(held.values()))
            self.largest = max(self.largest, *held.values(), 0)
            self._used |= {one: _used(one) for one in held}


def _below(process: int) -> Iterator[int]:
    """All processes under one."""
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = [int(one) for one in task.read_text().split()]
        except OSError:
            continue
        for child in children:
            yield child
            yield from _below(child)


def _pss(process: int) -> int:
    """MiB that a process holds, of what it shares its part."""
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
        return int(re.search(r"^Pss: +(\d+)", rollup, re.MULTILINE)[1]) // 1024  # type: ignore[index]
    except (OSError, TypeError):
        return 0


def _used(process: int) -> float:
    """Processor seconds of a process itself: those that it has waited for were seen by themselves."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:13])) * _TICK


@contextmanager
def told(what: str) -> Iterator[None]:
    """A row of the table."""
    began, before, watch = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN), Watch()
    yield
    wall = time.monotonic() - began
    seen = watch.end()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    waited = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    used = max(waited, seen)  # a walled worker is waited for by bubblewrap, not by us
    print(f"| {what} | {wall:.0f} | {used:.0f} | {watch.together} | {watch.largest} |", flush=True)


class Laptop:
    """An archive with the program's own commands, as on anybody's machine."""

    def __init__(self, root: Path) -> None:
        self.root, self.desk = root, root / "desk"
        self.desk.mkdir()
        (root / "passphrase").write_text("seven herons over a frozen weir")
        self.environment = {
            "HOME": str(root), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "ARCHIVE_DIR": str(root / "archive"),
            "ARCHIVE_STATE": str(root / "state"), "ARCHIVE_PASSPHRASE_FILE": str(root / "passphrase"),
        }  # fmt: skip

    def ask(self, *words: str, form: object = None) -> dict[str, object]:
        """What a command answers."""
        given = () if form is None else ("--from-json", "-")
        done = subprocess.run(
            [*PROGRAM, *words, *given, "--json"], input=json.dumps(form).encode(), capture_output=True,
            env=self.environment, check=False,
        )  # fmt: skip
        if done.returncode:
            sys.exit(done.stderr.decode())
        answer: dict[str, object] = json.loads(done.stdout)
        return answer

    def filled(self, texts: int, photos: int, papers: int, pages: int) -> str:
        """A case of one person who agreed; told step by step."""
        self.ask("init", str(self.root / "archive"), "--collective", "Weir", "--kdf", "tests-only")
        case = str(self.ask("case", "new", form={"title": "Many papers"})["ref"])
        risk = {"where": "abroad-with-status", "as_of": f"{datetime.now(UTC):%Y-%m-%d}", "basis": "spoke"}
        form = {"pseudonym": "Heron", "case": case, "risk": {**risk, "uniqueness": "low"}}
        person = str(self.ask("person", "new", form=form)["ref"])
        name = {"language": "en", "given": "Orest", "surname": "Kovalchuk"}
        self.ask("person", "name", person, form={"names": [name]})
        agreed = {
            "given_by": "self", "purposes": ["keep", "publish-pseudonym"], "method": "witnessed", "language": "uk",
            "given_at": f"{datetime.now(UTC):%Y-%m-%d}", "risks_explained": True,
        }  # fmt: skip
        self.ask("consent", "record", person, form=agreed)
        about = ("--case", case, "--about", person, "--faces", "none")
        chance = Random(7)
        for kind, ending, count in (("texts", "txt", texts), ("photos", "jpg", photos), ("papers", "pdf", papers)):
            files = [self.desk / f"{number}.{ending}" for number in range(count)]
            for number, file in enumerate(files):
                words = " ".join(chance.choices(MORE.split(), k=300))
                said = SAID.format(day=number % 27 + 1, words=words).encode()
                made = {"txt": lambda: said, "jpg": lambda: photograph(number), "pdf": lambda: paper(pages)}  # noqa: B023
                file.write_bytes(made[ending]() + (b"%% %d\n" % number if ending == "pdf" else b""))
            with told(f"add {count} {kind}"):
                self.ask("add", *map(str, files), *about)
        return case


def exported(laptop: Laptop, case: str, out: Path) -> list[str]:
    """Export on a terminal; the table has a row until the draft lies there, and one until it is looked through."""
    words = [*PROGRAM, "export", case, "-o", str(out), "--plain", "--yes"]
    main, terminal = pty.openpty()
    environment = {**laptop.environment, "TERM": "xterm-256color", "COLUMNS": "100"}
    said: list[bytes] = []
    with told("export: pages and photos painted and read, all of it drawn"):
        program = subprocess.Popen(words, stdin=terminal, stdout=terminal, stderr=terminal, env=environment)
        os.close(terminal)
        while program.poll() is None and not list(out.parent.glob(f"{out.name}.draft-*")):
            _hear(main, said)
    with told("export: looked through again, sealed"):
        while program.poll() is None:
            _hear(main, said)
    if program.returncode:
        sys.exit(b"".join(said).decode())
    return re.findall(rf"(?:{STEPS})[^\r\n]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", b"".join(said).decode()))


def _hear(main: int, said: list[bytes]) -> None:
    if select.select([main], [], [], 0.2)[0]:
        try:
            said.append(os.read(main, 65536))
        except OSError:  # EIO: the program has ended
            time.sleep(0.1)


def shown(bars: Sequence[str]) -> None:
    """What the bar said at a tenth, a half and nine tenths of each step."""
    for step in STEPS.split("|"):
        said = [bar for bar in bars if bar.startswith(step)]
        for part in (0.1, 0.5, 0.9):
            print(f"  {said[int(len(said) * part)]}" if said else f"  {step}: no bar")


def main(texts: int = 130, photos: int = 50, papers: int = 20, pages: int = 10) -> None:
    """Measure and print."""
    print("| step | s | processor s | MiB in all | MiB of the largest |\n| --- | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        laptop = Laptop(Path(folder))
        case = laptop.filled(texts, photos, papers, pages)
        with told("export --dry-run"):
            laptop.ask("export", case, "--dry-run")
        out = Path(folder) / "dossier"
        bars = exported(laptop, case, out)
        with told("verify"):
            laptop.ask("verify", str(out))
        size = sum(one.stat().st_size for one in out.rglob("*") if one.is_file())
        print(f"\nthe dossier: {size / 1e6:.0f} MB in {len(list(out.rglob('*')))} files and folders; the bar:\n")
        shown(bars)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
