"""Rotating, checking and rebuilding, and how their cost grows with the archive, beside restic and borg on the same
texts.

    python bench/upkeep.py            10, 1,000 and 100,000 records
    python bench/upkeep.py --small    10 and 1,000 records

A record is a testimony of about 600 letters. The others hold the same texts as files: ``restic key passwd`` and
``borg key change-passphrase`` are the nearest they have to a rotation (a new lock on the same key), ``restic check``
and ``borg check`` to ``archive check``. Whole commands, unlocking included; making the archive and the repositories
is not counted.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from archive.desk import Desk, Place
from archive.records import kinds
from archive.vault.entry import Draft

ROOT = Path(__file__).parent.parent
AT_ONCE = 1_000
WORDS = [
    "свідок",
    "повістка",
    "суд",
    "відмова",
    "зброя",
    "частина",
    "ранок",
    "двір",
    "лист",
    "адвокат",
    "вирок",
    "дорога",
    "сусідка",
    "хліб",
    "сніг",
]
Row = tuple[str, Callable[[Path], float]]


def texts(count: int) -> Iterator[str]:
    """The same ``count`` texts at every call."""
    chance = random.Random(7)
    for number in range(count):
        yield f"{number} " + " ".join(chance.choices(WORDS, k=90))


def fill(home: Path, count: int) -> None:
    """An archive, a restic and a borg repository with ``count`` texts, and the passphrases to each."""
    (home / "passphrase").write_text("bench\n")
    archive(home, "init", str(home / "archive"), "--collective", "Bench")
    place = Place(root=home / "archive", state=home / "state", identity=home / "state" / "identity")
    desk = Desk.open(place, lambda: "bench", random=os.urandom, clock=now)
    waiting: list[Draft] = []
    files = home / "files"
    for number, text in enumerate(texts(count)):
        waiting.append(Draft(desk.new(kinds.Case, title=f"Case {number}", summary=text)))
        folder = files / f"{number // AT_ONCE:04}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
        if len(waiting) == AT_ONCE:
            desk.save(*waiting)
            waiting.clear()
    if waiting:
        desk.save(*waiting)
    desk.index.close()
    run("restic", "init", env=_restic(home))
    run("restic", "backup", "-q", str(files), env=_restic(home))
    run("borg", "init", "-e", "repokey", env=_borg(home))
    run("borg", "create", "::one", str(files), env=_borg(home))


def archive(home: Path, *words: str) -> float:
    """One command of ours; its wall seconds."""
    where = ["--archive", str(home / "archive"), "--state", str(home / "state")]
    return run(
        sys.executable, str(ROOT / "cli.py"), *words, *where, "--passphrase-file", str(home / "passphrase"), env={}
    )


def run(*command: str, env: dict[str, str]) -> float:
    """A command that has to succeed, in silence; its wall seconds."""
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, env=os.environ | env, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr.decode()}")
    return time.perf_counter() - began


def now() -> datetime:
    """The machine's clock, in UTC."""
    return datetime.now(UTC)


def _restic(home: Path) -> dict[str, str]:
    return {
        "RESTIC_REPOSITORY": str(home / "restic"),
        "RESTIC_PASSWORD_FILE": str(home / "passphrase"),
        "RESTIC_CACHE_DIR": str(home / "cache"),
    }


def _borg(home: Path) -> dict[str, str]:
    return {
        "BORG_REPO": str(home / "borg"),
        "BORG_PASSPHRASE": "bench",
        "BORG_NEW_PASSPHRASE": "bench",
        "BORG_BASE_DIR": str(home),
    }


ROWS: tuple[Row, ...] = (
    ("archive rotate", lambda home: archive(home, "rotate")),
    (
        "restic key passwd",
        lambda home: run("restic", "key", "passwd", "--new-password-file", str(home / "passphrase"), env=_restic(home)),
    ),
    ("borg key change-passphrase", lambda home: run("borg", "key", "change-passphrase", env=_borg(home))),
    ("archive check", lambda home: archive(home, "check")),
    ("archive check --read-data", lambda home: archive(home, "check", "--read-data")),
    ("restic check", lambda home: run("restic", "check", env=_restic(home))),
    ("restic check --read-data", lambda home: run("restic", "check", "--read-data", env=_restic(home))),
    ("borg check", lambda home: run("borg", "check", env=_borg(home))),
    ("archive index rebuild", lambda home: archive(home, "index", "rebuild")),
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    sizes = (10, 1_000) if parser.parse_args().small else (10, 1_000, 100_000)
    missing = [tool for tool in ("restic", "borg") if shutil.which(tool) is None]
    if missing:
        sys.exit(f"bench/upkeep.py needs {', '.join(missing)}")
    took: dict[str, list[float]] = {name: [] for name, _ in ROWS}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            fill(Path(folder), size)
            for name, row in ROWS:
                took[name].append(median(row(Path(folder)) for _ in range(3)))
    print(f"\nSeconds, medians of three, {os.cpu_count()} cores\n")
    print("| command | " + " | ".join(f"{size:,} records" for size in sizes) + " |")
    print("| --- |" + " ---: |" * len(sizes))
    for name, figures in took.items():
        print(f"| {name} | " + " | ".join(f"{figure:.2f}" for figure in figures) + " |")


if __name__ == "__main__":
    main()
