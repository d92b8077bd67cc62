"""Everything is read back without this program: the shell lines of ``docs/recover-without-us.md``, just as they are."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest

from archive.bundle import sheet
from archive.desk import Desk, Place
from archive.records import kinds
from archive.seal import age
from archive.vault import objects
from archive.vault.deeds import Moved
from archive.vault.entry import Draft

DOCUMENT = Path(__file__).parents[2] / "docs" / "recover-without-us.md"
TOOLS = ("age", "jq", "b2sum", "sha256sum", "bash")


def needs(tool: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(tool) is None, reason=f"needs {tool}")


def desk_of(laptop: Any) -> Desk:
    place = Place(root=laptop.archive, state=laptop.state, identity=laptop.state / "identity")
    ask = laptop.passphrase.read_text
    return Desk.open(place, ask, random=secrets.token_bytes, clock=lambda: datetime.now(UTC))


def fill(laptop: Any, pictures: Any, papers: Any) -> None:
    """Records and files of several kinds over three epochs, edits among them."""
    case = laptop.case('Тихе подвір\'я "B" \\ back\tslash', summary="Two lines,\none of them short: \u007f €.")
    laptop.person(case)
    laptop.add(laptop.file("notes.txt", "The gate was open at noon.\n" * 400), "--case", case)
    laptop.ask("rotate")
    laptop.add(laptop.file("facade.jpg", pictures("JPEG")), "--case", case)
    laptop.add(laptop.file("ruling.pdf", papers()), "--case", case)
    laptop.ask("rotate")
    rook = laptop.person(case, "Rook")
    for nickname in ("Ворон", "Gawron"):  # the second is an edit
        laptop.ask("person", "name", rook, "--from-json", "-", stdin={"nicknames": [nickname]})
    laptop.ask("add", laptop.file("second.txt", "After the last new key.\n"), "--case", case)


def add_in_parts(laptop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file in three parts, as a program with smaller parts would lay it down, and an empty one."""
    monkeypatch.setattr(objects, "PART", 5000)
    desk = desk_of(laptop)
    with desk.journal.begin(desk.clock()) as batch:
        files = tuple(
            batch.put([data], role="original", media_type="application/octet-stream")
            for data in (secrets.token_bytes(12_345), b"")
        )
        assert [len(file.parts) for file in files] == [3, 1]
        desk.commit(batch, [Draft(desk.new(kinds.Case, title="Large files"), attachments=files)])


def attachments(desk: Desk) -> dict[str, bytes]:
    """Every attachment by what the document calls its file."""
    entries = [entry for segment in desk.journal.segments(frozenset()) for entry in segment.entries]
    return {
        f"{one.record.id}.{file.role}.{file.sha256[:8]}": b"".join(desk.journal.open_object(file))
        for one in entries if one.record for file in one.attachments
    }  # fmt: skip


def encrypt_again(laptop: Any) -> None:
    """One part of the large file moves to the newest key, under another name, and its old copy goes."""
    desk = desk_of(laptop)
    entries = [entry for segment in desk.journal.segments(frozenset()) for entry in segment.entries]
    name = next(file.parts[1].o for entry in entries for file in entry.attachments if len(file.parts) == 3)
    epoch, place = desk.journal.epoch, (desk.collective, "objects", name)
    assert epoch
    part = age.decrypt_bytes(desk.store.read(*place), list(desk.journal.secrets.values()))
    with desk.journal.begin(desk.clock()) as batch:
        target = batch.add("objects", [age.encrypt_bytes(part, [epoch.age_public], secrets.token_bytes)])
        desk.commit(batch, [Moved(source=name, target=target)])
    desk.store.path(*place).unlink()


def blocks() -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@needs("age")
@needs("jq")
@needs("b2sum")
@needs("sha256sum")
@needs("bash")
def test_every_record_and_every_file_is_read_back(
    archive: Any, pictures: Any, papers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words, age, jq and hash tools give every entry and every attachment, byte for byte, without a complaint.

    Over several epochs, with an edit, a file in parts, and a part that was encrypted again.
    """
    fill(archive, pictures, papers)
    told = archive.ask("recovery", "split", "--threshold", "2", "--shares", "3", "--yes")
    archive.ask("rotate")
    archive.case("Begun after the shares were made")
    add_in_parts(archive, monkeypatch)
    wanted = attachments(desk_of(archive))
    archive.ask("rotate")
    encrypt_again(archive)
    shares = archive.file("shares.txt", "".join(f"{share['words']}\n" for share in told["shares"][1:]))

    script = archive.file("recover.sh", "\n".join(blocks()))
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(archive.home), "LC_ALL": "C.UTF-8",
        "ARCHIVE": str(archive.archive), "SHARES": str(shares),
    }  # fmt: skip
    done = subprocess.run(
        ["bash", script], env=environment,
        cwd=archive.desk, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0 and done.stderr == "", done
    assert "not whole" not in done.stdout and "Begun after the shares were made" in done.stdout

    desk, here = desk_of(archive), archive.desk / "recovered"
    segments = list(desk.journal.segments(frozenset()))
    entries = {entry.hash: entry for segment in segments for entry in segment.entries if entry.record}
    superseded = {parent for entry in entries.values() for parent in entry.parents}
    current, older = (
        {path.stem: path.read_bytes() for path in (here / name).iterdir()} for name in ("records", "older")
    )
    assert current == {name: one.line + b"\n" for name, one in entries.items() if name not in superseded}
    assert older == {name: one.line + b"\n" for name, one in entries.items() if name in superseded}
    assert older and all(blake2b(line[:-1], digest_size=32).hexdigest() == name for name, line in current.items())
    assert {path.name: path.read_bytes() for path in (here / "files").iterdir()} == wanted
    assert len(wanted) >= 6 and any(len(data) == 12_345 for data in wanted.values())
    assert len(desk.journal.secrets) >= 5
    kinds_read = {json.loads(line)["kind"] for line in current.values()}
    assert {"case", "person", "identity", "testimony", "photo", "document", "recovery"} <= kinds_read


def test_the_document_has_the_lines_of_the_sheet() -> None:
    """``key.py`` in the document and on paper are the same."""
    assert f"<<'EOF'\n{sheet.script().strip()}\nEOF\n" in DOCUMENT.read_text(encoding="utf-8")
