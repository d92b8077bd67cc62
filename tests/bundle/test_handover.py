"""Folder, zip and locked zip: each whole or not there, the same bytes again, and opened by the tools people have."""

from __future__ import annotations

import base64
import hashlib
import os
import select
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pyrage
import pytest

from archive.bundle import handover, stamping
from archive.bundle.handover import Way
from archive.bundle.verify import verify
from archive.errors import ArchiveError, ExistsError, MissingToolError, UsageError
from archive.seal import bech32, signing
from archive.seal.signing import Publisher

SIGNER = Publisher.of(bytes(range(32)))
TSA = """
[tsa]
default_tsa = here
[here]
serial = serial
crypto_device = builtin
default_policy = 1.2.3.4.1
digests = sha256, sha512
signer_digest = sha256
"""


def test_a_zip_depends_on_nothing_but_what_is_in_it(tmp_path: Path, kit: Any) -> None:
    """Same members, same bytes; one time, one mode, sorted; unzip and our verify read it whole."""
    one = kit.write(tmp_path / "one.zip", kit.members(), kit.nothing, kit.source(1), zipped=True)
    two = kit.write(tmp_path / "two.zip", kit.members()[::-1], kit.nothing, kit.source(2), zipped=True)
    assert one == two and (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as packed:
        names = packed.namelist()
        assert names == sorted(names) and packed.testzip() is None
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not packed.comment and not any(entry.extra or entry.comment for entry in packed.infolist())
    assert verify(tmp_path / "one.zip").ok
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.zip", "two.zip"]


def test_a_changed_zip_is_found_out(tmp_path: Path, kit: Any) -> None:
    """A member more, a member twice, a name that leads out, a bit turned: said, never unpacked."""
    kit.write(tmp_path / "a.zip", kit.members(), kit.nothing, kit.source(), zipped=True)
    whole = (tmp_path / "a.zip").read_bytes()
    for name, problem in (
        ("../x", "has a name that leads out of the zip"),
        ("data/more.txt", "is extra: no manifest lists it"),
        ("tagmanifest-other.txt", "is extra: no manifest lists it"),
    ):
        (tmp_path / "a.zip").write_bytes(whole)
        with zipfile.ZipFile(tmp_path / "a.zip", "a") as packed:
            packed.writestr(name, b"x")
        assert (name, problem) in {(found.path, found.problem) for found in verify(tmp_path / "a.zip").problems}
    at = whole.index(b"<!doctype html>")
    (tmp_path / "a.zip").write_bytes(whole[:at] + b"?" + whole[at + 1 :])
    assert not verify(tmp_path / "a.zip").ok


def test_a_key_locks_it_and_another_implementation_opens_it(tmp_path: Path, kit: Any) -> None:
    """Nothing lies beside it in clear, and the page beside it says how to open it."""
    theirs = pyrage.x25519.Identity.generate()
    scratch = tmp_path / "memory"
    scratch.mkdir()
    way = {"recipients": (bech32.decode_recipient(str(theirs.to_public())),), "scratch": scratch, "languages": ("uk",)}
    kit.write(tmp_path / "case.zip.age", kit.members(), kit.nothing, os.urandom, **way)
    opened = pyrage.decrypt((tmp_path / "case.zip.age").read_bytes(), [theirs])
    (tmp_path / "case.zip").write_bytes(opened)
    assert verify(tmp_path / "case.zip").ok and not list(scratch.iterdir())
    page = (tmp_path / "case.zip.age.txt").read_text()
    assert "age -d -i KEY.txt -o case.zip case.zip.age" in page and "Як відкрити" in page
    assert b"P-01" not in (tmp_path / "case.zip.age").read_bytes()


def test_a_passphrase_locks_it(tmp_path: Path, kit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As ``age -p`` does; the page does not hold it."""
    monkeypatch.setattr("archive.seal.passphrase.WORK", 10)
    kit.write(tmp_path / "a.age", kit.members(), kit.nothing, os.urandom, passphrase="кінь батарея", scratch=tmp_path)
    assert pyrage.passphrase.decrypt((tmp_path / "a.age").read_bytes(), "кінь батарея").startswith(b"PK")
    assert "кінь" not in (tmp_path / "a.age.txt").read_text()


@pytest.mark.parametrize("language", ["en", "uk", "ru", "cs"])
def test_the_page_comes_in_every_language(language: str) -> None:
    """With the same command; a file name with a space is quoted."""
    for way in (Way(passphrase="x", languages=(language,)), Way(recipients=(bytes(32),), languages=(language,))):
        page = handover.instructions(Path("/x/my case.zip.age"), way).data.decode()
        assert '-o "my case.zip" "my case.zip.age"' in page and "{" not in page


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("a-1.zip.age", "a-1.zip.age"),
        ("Досьє 2.zip.age", '"Досьє 2.zip.age"'),
        ("-x.zip.age", "./-x.zip.age"),
        ("$(id) `id`.zip.age", "'$(id) `id`.zip.age'"),
    ],
)
def test_a_name_is_typed_so_that_shells_and_windows_take_it(name: str, typed: str) -> None:
    """In double quotes where nothing in it is read by a shell; never taken for an option."""
    page = handover.instructions(Path("/x") / name, Way(recipients=(bytes(32),))).data.decode()
    assert f" {typed}\n" in page


def test_a_dossier_in_two_languages_is_opened_in_both() -> None:
    """Whoever reads only the second language is told, too, and up to the page in that language."""
    way = Way(passphrase="x", languages=("uk", "en"))
    page = handover.instructions(Path("/x/case.zip.age"), way).data.decode()
    first, second = page.split("\n* * *\n\n")
    assert first.startswith("Як відкрити case.zip.age") and "data/dossier.html" in first
    assert second.startswith("How to open case.zip.age") and "data/dossier.en.html" in second
    assert page.count("   age -d -o case.zip case.zip.age\n") == 2


@pytest.mark.skipif(shutil.which("age") is None, reason="needs age")
@pytest.mark.parametrize("language", ["en", "uk", "ru", "cs"])
def test_the_command_of_the_page_opens_it(tmp_path: Path, kit: Any, language: str) -> None:
    """As it stands there, with the program that the page tells to install."""
    subprocess.run(["age-keygen", "-o", "KEY.txt"], cwd=tmp_path, check=True, capture_output=True)
    said = (tmp_path / "KEY.txt").read_text()
    key = bech32.decode_recipient(said.partition("public key: ")[2].partition("\n")[0])
    way = {"recipients": (key,), "scratch": tmp_path, "languages": (language,)}
    kit.write(tmp_path / "my case.zip.age", kit.members(language), kit.nothing, os.urandom, **way)
    page = (tmp_path / "my case.zip.age.txt").read_text()
    (command,) = (line for line in page.splitlines() if line.strip().startswith("age "))
    subprocess.run(command, shell=True, cwd=tmp_path, check=True, capture_output=True)  # noqa: S602
    assert verify(tmp_path / "my case.zip").ok


@pytest.mark.skipif(shutil.which("age") is None, reason="needs age")
@pytest.mark.parametrize("language", ["en", "uk", "ru", "cs"])
def test_the_command_of_the_page_opens_it_with_a_passphrase(
    tmp_path: Path, kit: Any, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Typed on a terminal, as age asks for it there alone; a wrong one opens nothing."""
    monkeypatch.setattr("archive.seal.passphrase.WORK", 10)
    way = {"passphrase": "кінь батарея oak", "scratch": tmp_path, "languages": (language,)}
    kit.write(tmp_path / "case.zip.age", kit.members(language), kit.nothing, os.urandom, **way)
    page = (tmp_path / "case.zip.age.txt").read_text()
    (command,) = (line.strip() for line in page.splitlines() if line.strip().startswith("age -d"))
    assert _typed(command, "horse battery", tmp_path) and not (tmp_path / "case.zip").exists()
    assert _typed(command, "кінь батарея oak", tmp_path) == 0
    assert verify(tmp_path / "case.zip").ok


def _typed(command: str, words: str, folder: Path) -> int:
    """Run a command on a terminal of its own and type words when it asks; how it ended."""
    ours, theirs = os.openpty()
    line = f"exec <>{os.ttyname(theirs)} >&0 2>&0; {command}"  # who leads a session and opens a terminal has it
    running = subprocess.Popen(["sh", "-c", line], cwd=folder, start_new_session=True)
    said = b""
    while running.poll() is None:
        if select.select([ours], [], [], 0.1)[0]:
            said += os.read(ours, 4096)
            if b"passphrase: " in said:
                said = b""
                os.write(ours, f"{words}\n".encode())
    os.close(ours)
    os.close(theirs)
    return running.returncode


def test_without_memory_nothing_is_written(tmp_path: Path, kit: Any) -> None:
    """A locked dossier is never drafted on a disk."""
    with pytest.raises(MissingToolError):
        kit.write(tmp_path / "a.age", kit.members(), kit.nothing, os.urandom, passphrase="x")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("way", [{}, {"zipped": True}, {"passphrase": "x"}])
def test_a_leak_leaves_nothing_in_any_form(tmp_path: Path, kit: Any, way: dict[str, Any]) -> None:
    """What the check raises comes through, and no draft, zip or page is left."""
    (tmp_path / "memory").mkdir()

    def refuse(_: Path) -> None:
        raise UsageError("A leak.", "")

    with pytest.raises(UsageError):
        kit.write(tmp_path / "a", kit.members(), refuse, kit.source(), scratch=tmp_path / "memory", **way)
    assert [path.name for path in tmp_path.rglob("*")] == ["memory"]
    (tmp_path / "a").touch()
    with pytest.raises(ExistsError):
        kit.write(tmp_path / "a", kit.members(), kit.nothing, kit.source(), scratch=tmp_path / "memory", **way)


def test_nobody_is_told_that_a_draft_is_gone_which_is_not(
    tmp_path: Path, kit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stopped the dossier: what lies there in clear is the worse news."""

    def refuse(_: Path) -> None:
        raise UsageError("A leak. The draft was destroyed.", "")

    monkeypatch.setattr("archive.bundle.bag.shutil.rmtree", lambda *_, **__: None)
    with pytest.raises(ArchiveError, match="could not be destroyed"):
        kit.write(tmp_path / "a", kit.members(), refuse, kit.source())


@pytest.mark.parametrize("way", [{}, {"zipped": True}, {"passphrase": "x"}])
@pytest.mark.parametrize("folder", [False, True])
def test_what_came_there_meanwhile_is_not_written_over(
    tmp_path: Path, kit: Any, way: dict[str, Any], folder: bool
) -> None:
    """Two exports to one place at once: the first has it, the other is told so and leaves nothing."""
    memory = tmp_path / "memory"
    memory.mkdir()

    def other(_: Path) -> None:
        if folder:
            (tmp_path / "a").mkdir()
        (tmp_path / "a" / "theirs" if folder else tmp_path / "a").write_text("theirs")

    with pytest.raises(ExistsError):
        kit.write(tmp_path / "a", kit.members(), other, kit.source(), scratch=memory, **way)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "memory"] and not list(memory.iterdir())
    assert (tmp_path / "a" / "theirs" if folder else tmp_path / "a").read_text() == "theirs"


def test_a_page_of_another_dossier_stays(tmp_path: Path, kit: Any) -> None:
    """The page lies beside the locked dossier: where one is already there, neither is written."""
    (tmp_path / "a.txt").write_text("theirs")
    with pytest.raises(ExistsError):
        kit.write(tmp_path / "a", kit.members(), kit.nothing, kit.source(), scratch=tmp_path, passphrase="x")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"] and (tmp_path / "a.txt").read_text() == "theirs"


@pytest.mark.parametrize("way", [{}, {"zipped": True}, {"passphrase": "x"}])
def test_what_a_killed_run_left_is_in_nobodys_way(tmp_path: Path, kit: Any, way: dict[str, Any]) -> None:
    """Its draft, and the page that it wrote before it could name the dossier."""
    memory, target = tmp_path / "memory", tmp_path / "a"
    memory.mkdir()
    (tmp_path / "a.draft-0123abcd").mkdir()
    (tmp_path / "a.draft-0123abcd" / "dossier.html").write_text("Sokyrko")
    page = handover.instructions(target, Way(**way))
    if way.get("passphrase"):
        (tmp_path / page.name).write_bytes(page.data)
    kit.write(target, kit.members(), kit.nothing, kit.source(), scratch=memory, **way)
    told = [page.name] if way.get("passphrase") else []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", *told, "memory"] and not list(memory.iterdir())


@pytest.mark.parametrize("zipped", [False, True])
def test_a_signature_is_told_and_asked_for(tmp_path: Path, kit: Any, zipped: bool) -> None:
    """Who signed; another key, no signature or a changed file is a problem."""
    path = tmp_path / ("a.zip" if zipped else "a")
    kit.write(path, kit.members(), kit.nothing, kit.source(), publisher=SIGNER, zipped=zipped)
    assert verify(path).signed_by == signing.fingerprint(SIGNER.public)
    assert verify(path, signing.ssh_key(SIGNER.public)).ok
    other = verify(path, signing.ssh_key(Publisher.of(bytes(32)).public))
    assert [found.problem for found in other.problems] == ["is not signed by the key you gave"]
    kit.write(tmp_path / "plain", kit.members(), kit.nothing, kit.source())
    unsigned = verify(tmp_path / "plain", signing.ssh_key(SIGNER.public))
    assert [found.problem for found in unsigned.problems] == ["is not signed"]


def test_a_signature_of_another_bag_does_not_count(tmp_path: Path, kit: Any) -> None:
    """Copied over, or its manifest changed."""
    kit.write(tmp_path / "a", kit.members(), kit.nothing, kit.source(), publisher=SIGNER)
    kit.write(tmp_path / "b", kit.members("uk"), kit.nothing, kit.source())
    shutil.copy(tmp_path / "a" / "tagmanifest-sha256.txt.sig", tmp_path / "b")
    found = verify(tmp_path / "b")
    assert not found.ok and found.signed_by is None


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_a_time_stamp_is_attached_if_it_is_of_this_bag(tmp_path: Path, kit: Any) -> None:
    """A token of an authority made here; the one of another dossier is refused, and so is a second one."""
    for name, language in (("a", "en"), ("b", "uk")):
        kit.write(tmp_path / name, kit.members(language), kit.nothing, kit.source())
    token = _stamp(tmp_path, tmp_path / "a" / "tagmanifest-sha256.txt")
    with pytest.raises(UsageError):
        stamping.attach(tmp_path / "b", token)
    stamping.attach(tmp_path / "a", token)
    assert verify(tmp_path / "a").ok and verify(tmp_path / "a").stamped and not verify(tmp_path / "b").stamped
    asked = ("-data", "tagmanifest-sha256.txt", "-in", stamping.NAME, "-CAfile", "../c", "-untrusted", "../c")
    told = subprocess.run(["openssl", "ts", "-verify", *asked], cwd=tmp_path / "a", capture_output=True, check=True)
    assert b"Verification: OK" in told.stdout + told.stderr, "openssl, too, finds that it is of this dossier"
    with pytest.raises(ExistsError):
        stamping.attach(tmp_path / "a", token)
    shutil.copy(token, tmp_path / "b" / stamping.NAME)
    assert [found.problem for found in verify(tmp_path / "b").problems] == ["is the time stamp of something else"]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_only_a_whole_stamp_over_this_list_is_one(tmp_path: Path, kit: Any) -> None:
    """An answer of an authority or the token of it, granted, alone in its file, over the SHA-256 of the list."""
    kit.write(tmp_path / "a", kit.members(), kit.nothing, kit.source())
    list_of_all = tmp_path / "a" / "tagmanifest-sha256.txt"
    whole = _stamp(tmp_path, list_of_all).read_bytes()
    subprocess.run(["openssl", "ts", "-reply", "-in", "r", "-token_out", "-out", "t"], cwd=tmp_path, check=True)
    digest = hashlib.sha256(list_of_all.read_bytes()).digest()
    assert whole.count(digest) == 1
    for right in ("r", "t"):
        assert stamping.is_of((tmp_path / right).read_bytes(), list_of_all.read_bytes())
        stamping.attach(tmp_path / "a", tmp_path / right)
        assert (tmp_path / "a" / stamping.NAME).read_bytes() == whole, "what openssl takes by itself for an answer"
        (tmp_path / "a" / stamping.NAME).unlink()
    named = whole[whole.index(digest) - 19 : whole.index(digest) + 32]
    wrong = {
        "cut off": whole[:-9],
        "twice": whole * 2,
        "words behind it": whole + b"Read this",
        "words around its digest": b"Read this " + named,
        "refused by the authority": whole.replace(b"\x30\x03\x02\x01\x00", b"\x30\x03\x02\x01\x02", 1),
        "of another list, with this digest in its signature": whole.replace(digest, bytes(32))[:-51] + named,
        "no file": b"",
        "half a length": b"\x30\x84\x00",
    }
    for what, token in wrong.items():
        (tmp_path / "a" / stamping.NAME).write_bytes(token)
        assert [found.problem for found in verify(tmp_path / "a").problems] == [
            "is the time stamp of something else"
        ], what
    assert not stamping.is_of(_stamp(tmp_path, list_of_all, "sha512").read_bytes(), list_of_all.read_bytes())
    list_of_all.unlink()
    assert "is the time stamp of something else" in {found.problem for found in verify(tmp_path / "a").problems}


def test_a_signature_for_minisign_never_stands_alone_nor_says_more(tmp_path: Path, kit: Any) -> None:
    """Nothing in it tells whose it is; and the key that it names is the one that signed."""
    kit.write(tmp_path / "a", kit.members(), kit.nothing, kit.source(), publisher=SIGNER)
    ssh, mini = (tmp_path / "a" / f"tagmanifest-sha256.txt.{ending}" for ending in ("sig", "minisig"))
    told = mini.read_text()
    first, signed, *rest = told.split("\n")
    raw = base64.b64decode(signed)
    for changed in (b"Ed" + raw[2:], b"ED" + bytes(8) + raw[10:], b"ED" + raw):
        mini.write_text("\n".join([first, base64.b64encode(changed).decode(), *rest]))
        assert not verify(tmp_path / "a").ok
    mini.write_text(told)
    assert verify(tmp_path / "a").ok
    ssh.unlink()
    (alone,) = verify(tmp_path / "a").problems
    assert alone.path == mini.name and alone.problem.startswith("stands alone")


def _stamp(folder: Path, file: Path, algorithm: str = "sha256") -> Path:
    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    (folder / "tsa.cnf").write_text(TSA)
    (folder / "serial").write_text("01\n")
    use = ("-addext", "extendedKeyUsage=critical,timeStamping")
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "k", "-out", "c", "-subj", "/CN=T", *use)
    openssl("ts", "-query", "-data", str(file), f"-{algorithm}", "-out", "q")
    openssl("ts", "-reply", "-queryfile", "q", "-signer", "c", "-inkey", "k", "-config", "tsa.cnf", "-out", "r")
    assert hashlib.new(algorithm, file.read_bytes()).digest() in (folder / "r").read_bytes()
    return folder / "r"
