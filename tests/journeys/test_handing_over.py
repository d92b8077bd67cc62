"""A dossier is locked, signed and handed over, and its reader needs none of our programs."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pyrage
import pytest

STORY = "Orest Kovalchuk refused to take the rifle.\n"


@pytest.fixture
def case(archive: Any) -> str:
    """A case with one testimony that may leave."""
    ref: str = archive.case("At the weir", summary="A man refused.")
    person = archive.person(ref, "Heron")
    names = {"names": [{"language": "en", "given": "Orest", "surname": "Kovalchuk"}]}
    archive.ask("person", "name", person, "--from-json", "-", stdin=names)
    archive.consent(person, "keep", "publish-pseudonym")
    archive.ask("add", archive.file("story.txt", STORY), "--case", ref, "--about", person)
    return ref


def test_a_signed_dossier_is_checked_with_ssh_keygen_minisign_and_sha256sum(
    archive: Any, case: str, tmp_path: Path
) -> None:
    """With the very lines that the program prints; and with `archive verify --signer`."""
    done = archive.run("export", case, "-o", tmp_path / "d", "--sign", "--plain")
    assert done.code == 0, done.err
    lines = [line.removeprefix("$ ") for line in done.out.decode().splitlines() if line.startswith("$ ")]
    tools = {
        "minisign": lines[1],
        "ssh-keygen": f"{lines[2]} && {lines[3]}",
        "sha256sum": lines[4],
    }
    for tool, line in tools.items():
        if shutil.which(tool):  # what is missing is named at the end
            checked = subprocess.run(line, shell=True, cwd=tmp_path / "d", capture_output=True, check=False)  # noqa: S602
            assert checked.returncode == 0, (line, checked.stderr)
    key = lines[0].split("'")[1]
    assert archive.ask("verify", tmp_path / "d", "--signer", key)["signed_by"].startswith("SHA256:")
    page = tmp_path / "d" / "data" / "dossier.html"
    page.write_bytes(page.read_bytes() + b" ")
    assert archive.run("verify", tmp_path / "d").code == 13
    checked = subprocess.run(lines[4], shell=True, cwd=tmp_path / "d", capture_output=True, check=False)  # noqa: S602
    assert checked.returncode and b"data/dossier.html: FAILED" in checked.stdout, "the signature alone would not tell"
    if missing := [tool for tool in tools if shutil.which(tool) is None]:
        pytest.skip(f"needs {', '.join(missing)}")


def test_two_dossiers_are_joined_by_a_signature_only_if_it_was_asked_for(
    archive: Any, case: str, tmp_path: Path
) -> None:
    """Without --sign no file of two dossiers says that they come from one archive."""
    for name in ("a", "b"):
        archive.ask("export", case, "-o", tmp_path / name, "--plain")
    assert not [path for path in tmp_path.rglob("*") if path.suffix in (".sig", ".minisig")]


def test_a_dossier_locked_for_a_key(archive: Any, case: str, tmp_path: Path) -> None:
    """One file and a page beside it; who has the key reads it; the log says that it was locked, and for whom not."""
    theirs = pyrage.x25519.Identity.generate()
    made = archive.ask("export", case, "-o", tmp_path / "d", "--recipient", str(theirs.to_public()))
    assert made["bundle"] == str(tmp_path / "d.zip.age")
    (tmp_path / "d.zip").write_bytes(pyrage.decrypt((tmp_path / "d.zip.age").read_bytes(), [theirs]))
    with zipfile.ZipFile(tmp_path / "d.zip") as packed:
        assert "data/dossier.html" in packed.namelist()
    assert archive.ask("verify", tmp_path / "d.zip")["ok"]
    assert "age -d -i KEY.txt" in (tmp_path / "d.zip.age.txt").read_text()


def test_a_dossier_locked_with_a_passphrase(archive: Any, case: str, tmp_path: Path) -> None:
    """Its own passphrase, from a file for a script; a key beside it is refused before anything is asked."""
    word = archive.file("word", "river lamp thirty\n")
    archive.ask("export", case, "-o", tmp_path / "d.age", "--passphrase", "--dossier-passphrase-file", word)
    opened = pyrage.passphrase.decrypt((tmp_path / "d.age").read_bytes(), "river lamp thirty")
    assert opened.startswith(b"PK") and STORY.encode() not in opened
    key = str(pyrage.x25519.Identity.generate().to_public())
    both = archive.run("export", case, "-o", tmp_path / "e", "--passphrase", "--recipient", key)
    assert both.code == 2 and b"not with both" in both.err
    assert archive.run("export", case, "-o", tmp_path / "e", "--plain", "--recipient", key).code == 2
    assert archive.run("export", case, "-o", tmp_path / "e", "--recipient", "age1nonsense").code == 2
    assert not (tmp_path / "e").exists()


def test_a_zip_is_asked_for_by_its_name(archive: Any, case: str, tmp_path: Path) -> None:
    """Or by --zip, which gives the name its ending."""
    assert archive.ask("export", case, "-o", tmp_path / "a.zip", "--plain")["bundle"].endswith("/a.zip")
    assert archive.ask("export", case, "-o", tmp_path / "b", "--zip", "--plain")["bundle"].endswith("/b.zip")
    assert archive.ask("verify", tmp_path / "b.zip")["ok"]
