"""A new key for everything, with the real program: the size first, then the work, broken off and gone on with."""

from __future__ import annotations

import signal
import time
from typing import Any


def filled(laptop: Any, files: int = 3) -> str:
    """A case with some files; the reference of one."""
    case = laptop.case()
    for number in range(files):
        laptop.file(f"{number}.txt", f"The gate was open, {number}.\n" + "Line\n" * 2000)
    added = laptop.ask("add", *(laptop.desk / f"{number}.txt" for number in range(files)), "--case", case)
    return str(added["records"][0]["ref"])


def test_everything_stored_goes_to_a_new_key(archive):
    """The size is said first, in the reader's language; afterwards the record reads as before."""
    ref = filled(archive)
    before = archive.run("get", ref, "-o", "-").out
    old = archive.kept()
    dry = archive.run("rotate", "--reencrypt", "--dry-run", LANG="cs_CZ.UTF-8")
    assert "Znovu zašifruje všechno" in dry.text
    assert archive.kept() == old
    assert archive.run("rotate", "--reencrypt").code == 2
    done = archive.ask("rotate", "--reencrypt", "--yes")
    assert done["reencrypted"] and not done["left"] and done["files"] == 3 + 3
    assert not [path for path in archive.kept() if path in old and {"objects", "journal"} & set(path.parts)]
    assert archive.run("get", ref, "-o", "-").out == before
    assert archive.ask("search", "gate")["total"] == 3
    assert archive.ask("check", "--read-data")["ok"]
    archive.ask("index", "rebuild")
    assert archive.run("get", ref, "-o", "-").out == before
    assert archive.leftovers() == []


def test_broken_off_it_goes_on(archive, interrupt):
    """Ctrl-C loses nothing, and the second run does not begin anew."""
    ref = filled(archive, 40)
    before = archive.run("get", ref, "-o", "-").out
    keys = len(list(archive.archive.glob("*/keys/*")))
    program = archive.start("rotate", "--reencrypt", "--yes")
    until = time.monotonic() + 60
    while len(list(archive.archive.glob("*/keys/*"))) == keys and time.monotonic() < until:
        time.sleep(0.01)
    ended = interrupt(program, signal.SIGINT)
    assert ended.code in (0, 130)
    assert archive.run("get", ref, "-o", "-").out == before
    assert archive.ask("check")["ok"]
    assert archive.ask("rotate", "--reencrypt", "--yes")["left"] == 0
    assert archive.run("get", ref, "-o", "-").out == before
    assert archive.ask("check", "--read-data")["ok"]
    assert archive.leftovers() == []


def test_rotating_says_what_the_old_key_still_opens(archive):
    run = archive.run("rotate")
    assert run.text.splitlines()[1] == (
        "Whoever holds only the old key can no longer read anything added from now on. Whoever holds only the old key "
        "may have copied everything they could read until today; no software can take that back."
    )
    assert "Той, хто має лише старий ключ," in archive.run("rotate", LC_ALL="uk_UA.UTF-8").text
