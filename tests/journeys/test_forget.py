"""Old keys forgotten, with the real program: by one, by those who follow, by one who was away."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from archive.seal import age, epoch, keystore
from archive.seal.age import NoMatchError
from archive.seal.identity import Identity

from .conftest import PASSPHRASE, Laptop

KDF = ("--kdf", "tests-only")


@pytest.fixture
def anna(tmp_path: Path) -> Laptop:
    """Who founded the archive, with a record and a file in it."""
    laptop = Laptop(tmp_path / "anna").found()
    laptop.add(laptop.file("notes.txt", "The gate was open at noon.\n"), "--case", laptop.case("old"))
    return laptop


def join(anna: Laptop, name: str) -> Laptop:
    """Somebody let in over Anna's folder, who then works with a copy of their own."""
    other = Laptop(anna.root.parent / name)
    asked = other.ask("join", anna.archive, *KDF, ARCHIVE_DIR=str(anna.archive))
    made = anna.ask("member", "add", "--words", asked["words"])
    assert other.ask("join", anna.archive, "--words", made["words"], ARCHIVE_DIR=str(anna.archive))["status"] == "in"
    shutil.copytree(anna.archive, other.archive)
    return other


def titles(who: Laptop) -> set[str]:
    return {case["title"] for case in who.ask("case", "list")["cases"]}


def held(who: Laptop, folder: Path) -> list[bytes]:
    """Their own secret, and every one that it gets out of the key events in a folder."""
    secrets = keystore.unlock((who.state / "identity").read_bytes(), PASSPHRASE)
    own = Identity(secrets.seed, secrets.person).age_secret
    found = [own]
    for path in folder.glob("*/keys/*"):
        try:
            found += epoch.open_event(path.read_bytes(), own).secrets.values()
        except NoMatchError:
            continue
    return found


def opened(folder: Path, secrets: list[bytes]) -> list[Path]:
    found = []
    for path in [*folder.glob("*/*/*/*"), *folder.glob("*/keys/*")]:
        try:
            age.decrypt_bytes(path.read_bytes(), secrets)
        except NoMatchError:
            continue
        found.append(path)
    return found


def test_an_old_copy_gives_an_ex_member_nothing_of_what_is_there_now(anna: Laptop, tmp_path: Path) -> None:
    """Nor does it give the old secrets to a member who has only what is there now."""
    boris = join(anna, "boris")
    old = tmp_path / "old"
    shutil.copytree(anna.archive, old)
    secrets = held(boris, old)
    assert len(opened(old, secrets)) > 4
    anna.ask("member", "remove", "M2", "--yes")
    assert anna.run("rotate", "--forget").code == 2
    done = anna.ask("rotate", "--reencrypt", "--forget", "--yes")
    assert (done["left"], done["forgotten"]) == (0, 3)
    assert opened(anna.archive, secrets) == []
    assert not {*held(anna, anna.archive)[1:]} & {*secrets, *held(anna, old)}
    assert anna.ask("check", "--read-data")["ok"]
    assert titles(anna) == {"old"}
    anna.ask("index", "rebuild")
    assert anna.ask("search", "gate")["total"] == 1
    anna.case("new")
    assert anna.leftovers() == []


def test_who_was_away_loses_nothing(anna: Laptop, tmp_path: Path) -> None:
    """Written with a key that is forgotten elsewhere: told, kept, encrypted anew by whoever wrote it, and there."""
    boris, stick = join(anna, "boris"), tmp_path / "stick"
    away = boris.case("away")
    boris.add(boris.file("more.txt", "The gate was shut.\n"), "--case", away)
    anna.ask("rotate", "--reencrypt", "--forget", "--yes")
    anna.ask("sync", stick, "--yes")
    said = boris.run("sync", stick)
    assert "others have forgotten the old key: sync again" in said.text + said.said
    said = anna.run("sync", stick)
    assert "They open after M2 has synced to this place." in said.text
    assert (
        "sealed with a key that was forgotten here; they open after M2 has synced again"
        in anna.run("case", "list").said
    )
    assert titles(anna) == {"old"}
    boris.ask("sync", stick)
    anna.ask("sync", stick)
    assert titles(anna) == titles(boris) == {"old", "away"}
    for laptop in (anna, boris):
        assert laptop.ask("search", "gate")["total"] == 2
        checked: Any = laptop.run("check", "--read-data", "--json")
        assert checked.json["ok"], checked.text
        laptop.ask("index", "rebuild")
        assert titles(laptop) == {"old", "away"}


def test_recovery_shares_work_on(anna: Laptop) -> None:
    """The paper key gets the new keys like everybody, and opens all there is."""
    told = anna.ask("recovery", "split", "--threshold", "2", "--shares", "2", "--yes")
    anna.ask("rotate", "--reencrypt", "--forget", "--yes")
    other = Laptop(anna.root.parent / "other")
    shutil.copytree(anna.archive, other.archive)
    words = "".join(f"{share['words']}\n" for share in told["shares"]).encode()
    other.ask("recovery", "combine", *KDF, stdin=words)
    assert titles(other) == {"old"}
    assert other.ask("search", "gate")["total"] == 1
