"""What the everyday commands cost on a large archive: CPU seconds beyond unlocking, each the least of five runs.

    python bench/casework.py               100,000 records in 2,000 cases (minutes to make)
    python bench/casework.py --small       5,000 records
    python bench/casework.py --keep DIR    makes the archive in DIR, or measures the one that lies there

Unlocking is what the same program pays for ``archive case list`` in an archive with nothing in it: the start of Python,
the key, an index that is empty. Whatever a large index costs to open is counted with the command. The archive is made
through the same desk as any other.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from archive.desk import Desk, Place
from archive.records import kinds
from archive.vault.entry import Draft

ARCHIVE = [sys.executable, str(Path(__file__).parent.parent / "cli.py")]
PASSPHRASE = "bench"  # noqa: S105 - of an archive that is thrown away
A_CASE = 50  # records
AT_ONCE = 10_000
RUNS = 5
COMMANDS = (
    "case show {case}", "case list", "case list --all", "status", "timeline {case}", "log", "log {case}", "log --all",
    "stats",
)  # fmt: skip
TYPES = ("arrest", "detention", "beating", "x-co-forced-mobilisation", "x-co-denial-of-exit", "unfair-trial")
REGIONS = ("Northern region", "Southern region", "Eastern region", "Western region", "Capital")


def records(desk: Desk, cases: int) -> Iterator[kinds.Record]:
    """So many cases of ``A_CASE`` records: a case, two people, ten acts, a proceeding, two steps, the rest texts."""
    dice = random.Random(7)
    for number in range(cases):
        case = desk.new(kinds.Case, title=f"Case {number}", place=dice.choice(REGIONS))
        yield case
        day = f"2026-11-{1 + number % 25:02}"
        block = kinds.Risk(where="abroad-with-status", as_of=day, basis="spoke")
        people = [desk.new(kinds.Person, pseudonym=f"P {number} {one}", cases=(case.id,), risk=block) for one in "ab"]
        yield from people
        first = people[0].id
        yield desk.new(kinds.Consent, person=first, given_by="self", method="written", given_at="2026-01-01",
                       purposes=("keep", "statistics"), risks_explained=True)  # fmt: skip
        for _ in range(10):
            yield desk.new(kinds.Act, person=first, about=(first,), case=case.id, type=dice.choice(TYPES),
                           date=f"2025-{dice.randint(1, 12):02}", place=dice.choice(REGIONS))  # fmt: skip
        dates = (kinds.Deadline(what="hearing", on="2027-03-01"),)
        yield desk.new(kinds.Proceeding, about=(first,), case=case.id, court="District court", dates=dates)
        for due in ("2026-12-01", "2027-06-01"):
            yield desk.new(kinds.Step, type="complaint", about=(first,), case=case.id, due=due)
        for text in range(A_CASE - 17):
            yield _testimony(desk, case.id, first, f"{number}-{text}", dice)


def _testimony(desk: Desk, case: str, person: str, title: str, dice: random.Random) -> kinds.Record:
    words = " ".join(dice.choice(("gate", "noon", "winter", "letter", "bread", "river")) for _ in range(60))
    scrub = kinds.ScrubReport(media_type="text/plain", method="m", lossless=True, sha256_original=desk.random(32).hex(),
                              size_original=1, sha256_clean="0" * 64)  # fmt: skip
    return desk.new(kinds.Testimony, title=title, case=case, about=(person,), text=words, scrub=scrub, date="2025-05")


def fill(home: Path, cases: int) -> str:
    """Makes the archive; a reference of a case in it."""
    run(home, "init", str(home / "archive"), "--collective", "Bench", "--kdf", "tests-only")
    place = Place(root=home / "archive", state=home / "state", identity=home / "state" / "identity")
    desk = Desk.open(place, lambda: PASSPHRASE, random=secrets.token_bytes, clock=lambda: datetime.now(UTC))
    drafts: list[Draft] = []
    case: str | None = None
    for record in records(desk, cases):
        case = record.id if isinstance(record, kinds.Case) else case
        drafts.append(Draft(record))  # type: ignore[arg-type]
        if len(drafts) >= AT_ONCE:
            desk.save(*drafts)
            drafts.clear()
    if drafts:
        desk.save(*drafts)
    return desk.index.ref(case) if case else ""


def run(home: Path, *words: str) -> float:
    """A command that has to succeed; its CPU seconds."""
    env = os.environ | {"ARCHIVE_STATE": str(home / "state"), "ARCHIVE_DIR": str(home / "archive")}
    env |= {"ARCHIVE_PASSPHRASE_FILE": str(home / "passphrase")}
    process = subprocess.Popen([*ARCHIVE, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=env)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, process.stderr and process.stderr.read()
    return used.ru_utime + used.ru_stime


def made(home: Path, cases: int) -> Path:
    """A folder with an archive of so many cases, made where there is none; ``case`` in it names one of them."""
    home.mkdir(exist_ok=True, parents=True)
    (home / "passphrase").write_text(PASSPHRASE)
    if not (home / "case").exists():
        (home / "case").write_text(fill(home, cases))
    return home


def rows(home: Path, empty: Path) -> Iterator[str]:
    """The table's rows: each command, and what it takes beyond unlocking."""
    nothing = min(run(empty, "case", "list") for _ in range(RUNS))
    yield f"unlocking and opening an empty archive: {nothing:.2f} s\n"
    yield "| command | CPU s beyond that |\n| --- | ---: |"
    case = (home / "case").read_text()
    for line in COMMANDS:
        words = line.format(case=case).split()
        took = min(run(home, *words) for _ in range(RUNS)) - nothing
        yield f"| `archive {line.format(case='REF')}` | {took:.2f} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--keep", metavar="DIR", help="make the archive here, or use the one that lies here")
    said = parser.parse_args()
    cases = (5_000 if said.small else 100_000) // A_CASE
    with tempfile.TemporaryDirectory() as folder:
        home = made(Path(said.keep or folder) / f"{cases}", cases)
        print(f"\n{cases * A_CASE:,} records in {cases:,} cases\n")
        for row in rows(home, made(Path(folder) / "empty", 0)):
            print(row, flush=True)


if __name__ == "__main__":
    main()
