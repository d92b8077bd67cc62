"""What other tools exported goes in clean; what they say of a capture is sealed apart; nothing goes in twice."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

Pictures = Callable[..., bytes]
CANARIES = (b"CANARYWIFI", b"CANARYCELL", b"CANARYDEVICE", b"192.0.2.77", b"CANARYPATH", b"43.408333", b"CANARY Phone")


class _Stream(io.RawIOBase):
    """Somewhere one can only write on: zips get their sizes behind the data, as phones write them."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.data += data
        return len(data)


def zipped(files: Mapping[str, bytes]) -> bytes:
    stream = _Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return bytes(stream.data)


def proof(media: bytes, name: str) -> dict[str, str]:
    """What ProofMode writes about a file, with everything in it that betrays."""
    return {
        "File Path": f"/storage/CANARYPATH/{name}", "File Hash SHA256": hashlib.sha256(media).hexdigest(),
        "File Created": "2025-06-02T08:55:10.123Z", "File Modified": "2025-06-02T08:55:11.000Z",
        "Proof Generated": "2025-06-02T08:56:00.000Z", "DeviceID": "CANARYDEVICE", "Wifi MAC": "CANARYWIFI",
        "IPv4": "192.0.2.77", "CellInfo": "CANARYCELL", "Network": "CANARYWIFI", "Hardware": "CANARY Phone 1",
        "Manufacturer": "CANARY", "Location.Latitude": "43.4083334", "Location.Longitude": "32.52",
        "Location.Provider": "gps", "Notes": "ProofMode v2",
    }  # fmt: skip


def as_csv(said: Mapping[str, str]) -> bytes:
    return (",".join(said) + ",\n" + ",".join(value.replace(",", " ") for value in said.values()) + ",\n").encode()


@pytest.fixture
def signer(tmp_path: Path) -> Callable[[bytes], bytes]:
    """Signs as a phone does; its public key is ``signer(b"key")``."""
    if not shutil.which("gpg") or not shutil.which("gpgv"):
        pytest.skip("needs gpg and gpgv")
    home = tmp_path / "gnupg"
    home.mkdir(mode=0o700)
    gpg = ["gpg", "--homedir", str(home), "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""]
    subprocess.run([*gpg, "--quick-gen-key", "noone@example.org", "ed25519", "sign"], check=True, capture_output=True)

    def sign(data: bytes) -> bytes:
        words = ["--armor", "--export"] if data == b"key" else ["--armor", "--detach-sign"]
        done = subprocess.run([*gpg, *words], input=data, check=True, capture_output=True)
        return done.stdout

    return sign


def test_a_zip_of_proofmode(archive: Any, pictures: Pictures, signer: Callable[[bytes], bytes]) -> None:
    """Hash and signature checked; time, place and device sealed apart; Wi-Fi, cells and ids nowhere at all."""
    photo, other = pictures("PNG", (200, 1, 1)), pictures("PNG", (1, 200, 1))
    hashed, changed = hashlib.sha256(photo).hexdigest(), proof(b"as it was", "IMG_2.png")
    said = json.dumps(proof(photo, "IMG_1.png")).encode()
    files = {
        "IMG_1.png": photo, f"{hashed}.proof.json.asc": signer(said), "IMG_2.png": other, f"{hashed}.proof.json": said,
        f"{hashed}.proof.csv": as_csv(proof(photo, "IMG_1.png")), f"{hashed}.asc": signer(photo),
        f"{hashed}.ots": b"\0OpenTimestamps", "pubkey.asc": signer(b"key"), "HowToVerifyProofData.txt": b"How to",
        f"{changed['File Hash SHA256']}.proof.csv": as_csv(changed),
        f"{hashed}.lp.offchain.json": b'{"place": "CANARYCELL"}', f"{hashed}.attest": b"CANARYDEVICE",
        "1748854510123batchproof.csv": b"DeviceID\nCANARYDEVICE\n", "cr.cert": b"CANARYDEVICE",
    }  # fmt: skip
    case = archive.case()
    export = archive.file("proof.zip", zipped(files))
    told = archive.ask("import", export, "--format", "proofmode", "--case", case)["records"]
    assert [(one["file"], one["status"]) for one in told] == [("IMG_1.png", "added"), ("IMG_2.png", "added")]
    assert (
        told[0]["note"] == "proof: hash matches, signature good, OpenTimestamps not checked"
        and "DOES NOT MATCH" in told[1]["note"]
    )
    shown = archive.ask("show", told[0]["ref"])
    assert shown["source"] == "ProofMode export" and len(shown["capture_facts"]) == 1
    facts = archive.ask("show", told[0]["ref"], "--capture")["captured"][0]
    assert facts["taken_at"] == "2025-06-02T08:55:10" and "zone" not in facts and facts["device"] == "CANARY Phone 1"
    assert (facts["latitude"], facts["longitude"]) == ("43.4083334", "32.52")
    assert facts["proof"].startswith("hash matches, signature good, key ") and "OpenTimestamps not" in facts["proof"]
    in_words = archive.run("--ui-language", "uk", "show", told[0]["ref"], "--capture").text
    assert "доказ  сума збігається, підпис правильний, ключ " in in_words and "OpenTimestamps не перевірено" in in_words
    assert "capture_facts" not in archive.ask("show", told[1]["ref"])
    assert archive.ask("search", "CANARY")["total"] == 0
    everything = b"".join(path.read_bytes() for folder in (archive.archive, archive.home) for path in files_in(folder))
    assert not any(canary in everything for canary in CANARIES)
    again = archive.ask("import", export, "--format", "proofmode", "--case", case)
    assert (again["added"], again["duplicates"]) == (0, 2)
    kept = archive.ask("import", export, "--format", "proofmode", "--keep-original")
    assert kept["added"] == 0 and kept["records"][0]["note"] == "its original is kept beside it now"
    names = archive.ask("show", told[0]["ref"])["originals"]
    assert names[0] == "IMG_1.png" and f"{hashed}.ots" in names and len(names) == 7
    last = archive.ask("import", export, "--format", "proofmode", "--keep-original")
    assert last["records"][0]["note"] is None


def test_an_export_adds_what_it_proves_to_a_file_known_already(archive: Any, pictures: Pictures) -> None:
    """A picture that came without its proof, and later with it: one record, and once its facts."""
    photo = archive.file("a.png", pictures("PNG"))
    ref = archive.add(photo)
    said = json.dumps(proof(photo.read_bytes(), "a.png")).encode()
    export = archive.file("proof.zip", zipped({"a.png": photo.read_bytes(), "x.proof.json": said}))
    for note in ("what its proof says is sealed now", None):
        (told,) = archive.ask("import", export, "--format", "proofmode")["records"]
        assert (told["ref"], told["status"], told["note"]) == (ref, "duplicate", note)
    (facts,) = archive.ask("show", ref, "--capture")["captured"]
    assert facts["latitude"] == "43.4083334"


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_signature_that_does_not_fit_is_said(
    archive: Any, pictures: Pictures, signer: Callable[[bytes], bytes]
) -> None:
    """The file is taken in, since it is what was brought; what its signature came to stands beside it."""
    photo = pictures("PNG")
    hashed = hashlib.sha256(photo).hexdigest()
    folder = archive.desk / "export"
    folder.mkdir()
    for name, data in {
        "a.png": photo, f"{hashed}.proof.json": json.dumps(proof(photo, "a.png")).encode(),
        f"{hashed}.asc": signer(b"another file"), "pubkey.asc": signer(b"key"),
        f"{hashed}.proof.json.asc": signer(b"another place"),
    }.items():  # fmt: skip
        (folder / name).write_bytes(data)
    (told,) = archive.ask("import", folder, "--format", "proofmode", "--keep-original")["records"]
    assert told["note"].startswith("proof: hash matches, SIGNATURE DOES NOT FIT, what the proof says was left out")
    facts = archive.ask("show", told["ref"], "--capture")["captured"][0]
    assert "taken_at" not in facts and "latitude" not in facts and "DOES NOT FIT" in facts["proof"]
    assert archive.run("get", told["ref"], "--original", "-o", "-").out == photo
    side = archive.run("get", told["ref"], "--original", "--file", f"{hashed}.proof.json", "-o", "-")
    assert json.loads(side.out)["DeviceID"] == "CANARYDEVICE"
    assert f"{hashed}.asc" in archive.run("show", told["ref"]).text


def test_files_of_tella_with_their_metadata(archive: Any, pictures: Pictures) -> None:
    """A CSV beside each file: its hash is checked, and of what it tells four things are sealed."""
    photo = pictures("PNG")
    said = {
        "File hash": hashlib.sha256(photo).hexdigest(), "File path": "/CANARYPATH", "File name": "a.png",
        "Cells": "CANARYCELL", "WiFis": "CANARYWIFI", "Timestamp": "1748854510123", "Location latitude": "43.408333",
        "Location longitude": "32.52", "IPv4": "192.0.2.77", "Manufacturer": "CANARY", "Hardware": "CANARY Phone",
        "Device ID": "CANARYDEVICE",
    }  # fmt: skip
    export = archive.file("tella.zip", zipped({"a.png": photo, "a.csv": as_csv(said), "b.txt": b"The gate.\n"}))
    first, second = archive.ask("import", export, "--format", "tella")["records"]
    assert first["note"] == "proof: hash matches, no signature" and second["status"] == "added"
    facts = archive.ask("show", first["ref"], "--capture")["captured"][0]
    assert (facts["taken_at"], facts["zone"], facts["device"]) == ("2025-06-02T08:55:10", "+00:00", "CANARY Phone")
    assert archive.ask("import", export, "--format", "tella")["duplicates"] == 2


def test_a_collective_may_drop_what_captures_prove(archive: Any, pictures: Pictures) -> None:
    """Then nothing of it is sealed, wherever it comes from."""
    photo = pictures("JPEG")
    said = {"File hash": hashlib.sha256(photo).hexdigest(), "File name": "a.jpg", "Timestamp": "1748854510123"}
    export = archive.file("tella.zip", zipped({"a.jpg": photo, "a.csv": as_csv(said)}))
    archive.ask("collective", "set", "--capture-facts", "drop")
    (told,) = archive.ask("import", export, "--format", "tella")["records"]
    assert "capture_facts" not in archive.ask("show", told["ref"])
    assert archive.run("show", told["ref"], "--capture").code == 17


def test_entities_of_uwazi(archive: Any, papers: Callable[..., bytes]) -> None:
    """A text for each row, its files under the same title; a point on a map is sealed apart, not in the text."""
    folder = archive.desk / "uwazi"
    folder.mkdir()
    (folder / "1590.pdf").write_bytes(papers("The court of Weir has ruled."))
    (folder / "export.csv").write_text(
        'Title,Date added,Template,Country,Geolocation,Documents,Attachments,Published\n'
        '"Ruling, first",2024-02-03,Ruling,Weirland,43.408333|32.52,/files/1590.pdf,,Published\n'
        'Second,2024-02-04,Event,Weirland|Overthere,,,https://example.org/api/files/gone.jpg,Unpublished\n'
    )  # fmt: skip
    run = archive.run("import", folder / "export.csv", "--format", "uwazi", "--json")
    assert run.code == 3, run
    row, paper, second, gone = run.json["records"]
    assert (row["kind"], paper["kind"], gone["status"]) == ("document", "document", "refused")
    assert gone["reason"] == "it is not there"
    assert {archive.ask("show", one["ref"])["title"] for one in (row, paper)} == {"Ruling, first"}
    text = archive.run("get", row["ref"], "-o", "-").text
    assert "Country: Weirland" in text and "43.4" not in text and "/files" not in text
    assert archive.ask("show", row["ref"], "--capture")["captured"][0]["latitude"] == "43.408333"
    assert "capture_facts" not in archive.ask("show", second["ref"])
    again = archive.run("import", folder / "export.csv", "--format", "uwazi", "--json").json
    assert (again["added"], again["duplicates"], again["refused"]) == (0, 3, 1)


def test_our_own_lines_make_records_once(archive: Any) -> None:
    """Cases, people, names, consents and files, meant by label; a second run adds nothing."""
    lines = [
        {"kind": "case", "label": "c", "title": "At the gate", "language": "en"},
        {"kind": "person", "label": "p", "pseudonym": "Heron", "case": "@c"},
        {"kind": "identity", "person": "@p", "names": [{"language": "en", "given": "Taras", "surname": "Zaviriukha"}]},
        {"kind": "consent", "person": "@p", "given_by": "self", "purposes": ["keep"], "method": "witnessed",
         "language": "uk", "given_at": "2026-11-20", "risks_explained": True},
        {"kind": "act", "label": "a", "person": "@p", "type": "x-co-forced-mobilisation", "date": "2024-03",
         "case": "@c"},
        {"kind": "role", "act": "@a", "person": "@p", "role": "affected"},
        {"file": "a.txt", "kind": "testimony", "case": "@c", "about": ["@p"]},
    ]  # fmt: skip
    archive.file("a.txt", "The gate was open.\n")
    path = archive.file("all.jsonl", "\n".join(json.dumps(line) for line in lines) + "\n")
    told = archive.ask("import", path, "--format", "jsonl")
    assert [one["kind"] for one in told["records"]] == [
        "case", "person", "identity", "consent", "act", "role", "testimony",
    ]  # fmt: skip
    case = archive.ask("case", "show", told["records"][0]["ref"])
    assert [one["pseudonym"] for one in case["people"]] == ["Heron"] and case["people"][0]["named"]
    assert len(case["records"]) == 1 and case["records"][0]["about"] == [case["people"][0]["ref"]]
    again = archive.ask("import", path, "--format", "jsonl")
    assert (again["added"], again["duplicates"]) == (0, 7)
    assert archive.ask("case", "list")["cases"][0]["records"] == 1


@pytest.mark.parametrize(
    ("name", "data", "form", "said"),
    [
        ("a.zip", b"PK\x03\x04broken", "proofmode", "cannot be read"),
        ("a.csv", b"a,b\n1,2\n", "tella", "it holds no metadata of Tella"),
        ("a.csv", b"a,b\n1,2\n", "uwazi", "it holds no entities of Uwazi"),
        ("a.json", b"\xff\xfe{", "proofmode", "it holds no proof of ProofMode"),
        ("a.jsonl", b'{"kind": "case"}\n', "jsonl", "Line 1: "),
        ("a.jsonl", b'{"kind": "person", "case": "@x"}\n', "jsonl", "Line 1: a label is used"),
        ("a.csv", b"file\n../../etc/passwd\n", "csv", "Line 2: file leads out"),
        ("a.csv", b"file\n/etc/passwd\n", "csv", "Line 2: file leads out"),
    ],
)
def test_an_export_that_is_none(shared: Any, name: str, data: bytes, form: str, said: str) -> None:
    """Exit 2, one line, nothing taken in."""
    before = shared.kept()
    run = shared.run("import", shared.file(name, data), "--format", form)
    assert run.code == 2 and said in run.lines[0], run
    assert shared.kept() == before


def test_a_zip_cannot_lead_anywhere(shared: Any) -> None:
    """Names that climb out, and a bomb: refused as a whole, and nothing is written beside."""
    before = set(shared.desk.parent.iterdir())
    for files in ({"../../x.txt": b"x", "a.csv": b"File hash\nx\n"}, {"bomb.txt": b"\0" * (300 << 20)}):
        run = shared.run("import", shared.file("evil.zip", zipped(files)), "--format", "tella")
        assert run.code == 2 and "cannot be read" in run.lines[0], run
    assert set(shared.desk.parent.iterdir()) == before
