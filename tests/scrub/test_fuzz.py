"""Mutants of every format through the sandbox: whatever a file does to its reader, the parent hears why and goes on.

FUZZ seconds a format (``make fuzz``). Each mutant is made from its format and number alone; those whose reader failed
without a reason of its own are counted, and written to the folder FUZZ_KEEP.
"""

from __future__ import annotations

import importlib.util
import io
import os
import random
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from archive.errors import UncleanError
from archive.sandbox.limits import FAILED, Limits
from archive.scrub.clean import Cleaner
from archive.scrub.contract import Reason
from archive.scrub.formats import CONTAINERS, FORMATS, STREAMS

SPEC = importlib.util.spec_from_file_location("seeds", Path(__file__).with_name("seeds.py"))
assert SPEC
assert SPEC.loader
seeds = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(seeds)

NAMES = [known.__name__.rpartition(".")[2] for known in (*FORMATS, *CONTAINERS, *STREAMS)]  # type: ignore[attr-defined]
LIMITS = Limits(cpu=8, wall=120)
SECONDS = float(os.environ.get("FUZZ", "0"))  # and eight mutants at least, the same each time
KNOWN = {str(reason) for reason in Reason}


@pytest.fixture(scope="module")
def cleaner() -> Iterator[Cleaner]:
    """One worker for all: each mutant must leave it usable."""
    with Cleaner(LIMITS) as started:
        yield started


@pytest.mark.parametrize("name", NAMES)
def test_mutants_cost_one_file_each_and_have_a_reason(
    name: str, cleaner: Cleaner, make: SimpleNamespace, package: SimpleNamespace
) -> None:
    """Bytes flipped, cut out, doubled, put in, also inside the files of a package; and the sound file still passes."""
    assert name in seeds.SEEDS, f"give {name} a line in tests/scrub/seeds.py"
    sound = seeds.SEEDS[name]((make, package))
    until, outcomes, number = time.monotonic() + SECONDS, Counter[str](), 0
    before = [outcome(cleaner, data) for data in sound]
    while time.monotonic() < until or number < 8:
        dice = random.Random(f"{name} {number}")
        data = mutant(dice.choice(sound), dice)
        came = outcome(cleaner, data)
        outcomes[came] += 1
        if FAILED in came and "FUZZ_KEEP" in os.environ:
            Path(os.environ["FUZZ_KEEP"], f"{name}-{number}").write_bytes(data)
        number += 1
    print(f"{name}: {number} mutants, {sum(n for came, n in outcomes.items() if FAILED in came)} whose reader failed")
    print(*(f"  {count:6} {came}" for came, count in outcomes.most_common()), sep="\n")
    assert [outcome(cleaner, data) for data in sound] == before


def outcome(cleaner: Cleaner, data: bytes) -> str:
    """``cleaned``, or the reason in the words that people see; any other error fails the test."""
    try:
        cleaner.clean(data, "a")
        return "cleaned"
    except UncleanError as error:
        if str(Reason.UNKNOWN) not in error.message:
            return error.message
    passing = cleaner.pass_through(partial(opened, data), len(data))
    try:
        sum(map(len, passing))
        return passing.cleaned.media_type
    except UncleanError as error:
        return error.message


@contextmanager
def opened(data: bytes) -> Iterator[int]:
    """A descriptor from which the bytes can be read."""
    descriptor = os.memfd_create("mutant")
    try:
        os.write(descriptor, data)
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor
    finally:
        os.close(descriptor)


def mutant(data: bytes, dice: random.Random) -> bytes:
    """The bytes with one to four changes; of a package half the time those of one file in it."""
    if data.startswith(b"PK") and dice.random() < 0.5:
        return repacked(data, dice)
    for _ in range(dice.randint(1, 4)):
        at, size = dice.randrange(len(data) + 1), dice.choice((1, 1, 1, 2, 4, 8, 64, 1000))
        piece = dice.choice(
            (
                b"", dice.randbytes(size), data[at : at + size] * 2, bytes(size), b"\xff" * size, b"\x7f\xff\xff\xff",
                bytes(byte ^ 1 << dice.randrange(8) for byte in data[at : at + size]), b"<", b'"', b"<<", b"&a;", b"-1",
            )
        )  # fmt: skip
        data = data[:at] + piece + data[at + dice.choice((0, size, len(piece))) :]
    return data[: dice.randrange(len(data) + 1)] if dice.random() < 0.05 else data


def repacked(data: bytes, dice: random.Random) -> bytes:
    """A package with one of its files changed, and its checksums right."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        chosen = dice.choice(before.namelist())
        for entry in before.infolist():
            content = before.read(entry)
            if entry.filename == chosen:
                content = mutant(content.removeprefix(b"PK"), dice)
            after.writestr(entry, content)
    return made.getvalue()
