"""Store format 1, one failure at a time: refused for the right reason; what is read is written again alike."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from archive.errors import ArchiveError
from archive.records.kinds import Attachment, Part
from archive.seal import age, canonical, epoch, keystore, lines, roster, segment, versions
from archive.vault import entry, layout, objects, requests
from archive.vault.state import State
from archive.vault.store import Store

HERE = Path(__file__).parent


def generator() -> ModuleType:
    """``generate.py`` as a module."""
    spec = importlib.util.spec_from_file_location("generate_vectors", HERE / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MADE = generator()
MEMBERS = roster.judge([MADE.GENESIS], MADE.GENESIS.id)
EPOCH = MADE.crypto_scalarmult_base(MADE.EPOCH)


def data_of(vector: Mapping[str, Any]) -> bytes:
    """The bytes that the parts of a vector stand for."""
    return b"".join(_part(part) for part in vector["data"])


def _part(part: str | Mapping[str, Any]) -> bytes:
    if isinstance(part, str):
        return part.encode()
    return bytes.fromhex(part["hex"]) if "hex" in part else part["text"].encode() * part["times"]


def read_canonical(data: bytes, vector: Mapping[str, Any], folder: Path) -> str:
    assert canonical.encode(canonical.decode(data)) == data
    return "read"


def read_keystore(data: bytes, vector: Mapping[str, Any], folder: Path) -> str:
    passphrase = vector.get("passphrase", MADE.PASSPHRASE)
    secrets = keystore.unlock(data, passphrase)
    assert secrets == MADE.SECRETS
    drawn = iter((data[16:32], data[64:88]))
    assert keystore.lock(secrets, passphrase, "tests-only", lambda size: next(drawn)) == data
    return "read"


def read_segment(data: bytes, vector: Mapping[str, Any], folder: Path) -> str:
    file = age.encrypt_bytes(data, [EPOCH], MADE.drawn("to read"))
    _, signed = segment.open_segment(file, [MADE.EPOCH], MEMBERS)
    assert lines.without(signed, ()).rstrip(b"\n") == data.rstrip(b"\n")  # padding is counted by who writes it
    return "hollow" if signed.missing else "read"


def read_sealed(data: bytes, vector: Mapping[str, Any], folder: Path) -> str:
    _, signed = segment.open_segment(data, [MADE.EPOCH], MEMBERS)
    assert signed.head == canonical.encode(MADE.HEAD)
    assert age.encrypt_bytes(age.decrypt_bytes(data, [MADE.EPOCH]), [EPOCH], MADE.drawn("sealed")) == data
    return "read"


def read_keys(data: bytes, vector: Mapping[str, Any], folder: Path) -> str:
    event = epoch.open_event(
        age.encrypt_bytes(data, [MADE.FOUNDER.age_public], MADE.drawn("to read")), MADE.FOUNDER.age_secret
    )
    assert event.secrets[event.head.epoch.id] == MADE.EPOCH
    assert lines.without(event.signed, ()).rstrip(b"\n") == data.rstrip(b"\n")
    return "read" if event.is_signed(MEMBERS) else "set aside"


def _version(data: bytes) -> roster.Version:
    """The version in a line, which says the same when it is handed on."""
    version = roster.from_line(canonical.decode_object(data))
    assert roster.from_line(canonical.decode_object(roster.to_line(version))) == version
    return version


def read_genesis(data: bytes, vector: Mapping[str, Any], folder: Path) -> str:
    version = _version(data)
    return "read" if roster.judge([version], version.id).cards else "empty"


def read_change(data: bytes, vector: Mapping[str, Any], folder: Path) -> str:
    version = _version(data)
    read = versions.read([MADE.GENESIS, version], MADE.GENESIS.id)
    judged = roster.judge([MADE.GENESIS, version], MADE.GENESIS.id)
    assert judged.judged is not bool(read.unknown)
    if version.id in read.bodies:
        assert len(judged.cards) == 2
        return "taken up"
    assert len(judged.cards) == 1
    return "waits" if read.unknown else "nobody's"


def read_entry(data: bytes, vector: Mapping[str, Any], folder: Path) -> str:
    found = entry.read_line(data)
    assert found.line == data and found.hash == lines.digest(data)
    if found.record is None:
        return "deed" if found.deed else "newer"
    draft = entry.Draft(found.record, found.parents, found.attachments, found.line)
    assert entry.write_line(draft, bytes.fromhex(str(canonical.decode_object(data)["salt"]))) == data
    return "record"


def read_object(data: bytes, vector: Mapping[str, Any], folder: Path) -> str:
    store = Store.create(folder / "archive", MADE.drawn("store"))
    with store.batch("ab" * 32, MADE.drawn("names")) as batch:
        name = batch.add("objects", [data])
        batch.finish()
    attachment = Attachment(
        role="clean", type="x", size=vector["size"], sha256=vector["sha256"], parts=(Part(o=name, size=vector["part"]),)
    )
    plain = b"".join(objects.open_parts(store, "ab" * 32, attachment, [MADE.EPOCH]))
    label = "object" if plain else "empty"
    source = objects.Source([plain])
    assert b"".join(age.encrypt(source.part(), [EPOCH], MADE.drawn(label))) == data
    return "read"


def read_marker(data: bytes, vector: Mapping[str, Any], folder: Path) -> str:
    (folder / "ARCHIVE").write_bytes(data)
    assert layout.marker(Store(folder).archive_id) == data
    return "read"


def read_request(data: bytes, vector: Mapping[str, Any], folder: Path) -> str:
    assert requests.read(data).line == data
    return "read"


def read_seen(data: bytes, vector: Mapping[str, Any], folder: Path) -> str:
    state = State(folder, "x")
    state.make()
    (state.folder / "seen").write_bytes(data)
    text = state.recall(b"\1" * 32)
    assert text is not None
    state.remember(text, b"\1" * 32, MADE.drawn("names"))
    assert (state.folder / "seen").read_bytes() == data
    return "read"


READERS: Mapping[str, Callable[[bytes, Mapping[str, Any], Path], str]] = {
    "canonical": read_canonical, "keystore": read_keystore, "segment": read_segment, "sealed": read_sealed,
    "keys": read_keys, "genesis": read_genesis, "change": read_change, "entry": read_entry, "object": read_object,
    "marker": read_marker, "request": read_request, "seen": read_seen,
}  # fmt: skip
VECTORS = [
    pytest.param(path.stem, vector, id=f"{path.stem}: {vector['name']}")
    for path in sorted(HERE.glob("*.json"))
    for vector in json.loads(path.read_text())
]


@pytest.mark.parametrize(("area", "vector"), VECTORS)
def test_vector(area: str, vector: Mapping[str, Any], tmp_path: Path) -> None:
    """The outcome is the one that the vector names, and an error says why in a sentence for people."""
    said = ""
    try:
        outcome = READERS[area](data_of(vector), vector, tmp_path)
    except ArchiveError as error:
        outcome, said = type(error).__name__, error.message
    assert outcome == vector["outcome"], said
    assert vector.get("says", "") in said


@pytest.mark.parametrize("area", READERS)
def test_mutants_are_refused_in_plain_words_or_written_again_alike(area: str, tmp_path: Path) -> None:
    """Bytes flipped, cut out, doubled, put in: nothing but an ArchiveError. FUZZ seconds each: make fuzz."""
    vectors = [param.values[1] for param in VECTORS if param.values[0] == area]
    dice = random.Random(os.environ.get("FUZZ_SEED", area))
    until, tried = time.monotonic() + float(os.environ.get("FUZZ", "0")), 0
    while time.monotonic() < until or tried < 100:
        vector: Any = dice.choice(vectors)
        data = mutant(data_of(vector)[: 64 * 1024], dice)
        tried += 1
        try:
            READERS[area](data, vector, tmp_path)
        except ArchiveError:
            continue
        except Exception as error:
            raise AssertionError(
                f"{type(error).__name__} at a mutant of {vector['name']}: {data[:4096].hex()}"
            ) from error
    print(f"{area}: {tried} mutants")


def mutant(data: bytes, dice: random.Random) -> bytes:
    """The bytes with one to four changes."""
    for _ in range(dice.randint(1, 4)):
        at, size = dice.randrange(len(data) + 1), dice.choice((1, 1, 2, 8, 64))
        piece = dice.choice(
            (b"", dice.randbytes(size), data[at : at + size] * 2, b'"', b"\n", b"{}", b"0", bytes(size))
        )
        data = data[:at] + piece + data[at + dice.choice((0, size)) :]
    return data


PADDED = [("segment", name) for name in ("whole", "no entries", "unknown field", "hollow")]


def test_padded_segments_are_written_again_byte_by_byte() -> None:
    """Padding too, as it was written."""
    whole = [data_of(vector) for area, vector in map(_values, VECTORS) if (area, vector["name"]) in PADDED]
    assert len(whole) == 4
    assert [lines.without(lines.read(data), ()) for data in whole] == whole


def _values(param: Any) -> tuple[str, Mapping[str, Any]]:
    return param.values[0], param.values[1]


def test_the_vectors_are_those_that_the_generator_writes() -> None:
    """Byte by byte; so nobody can change what is written, or the vectors, without seeing it here."""
    assert {path.name: path.read_text() for path in HERE.glob("*.json")} == MADE.files()


def test_every_area_has_vectors_that_are_read_and_that_are_not() -> None:
    """At least 80 in all, none twice."""
    found = [(param.values[0], param.values[1]) for param in VECTORS]
    assert len({(area, vector["name"]) for area, vector in found}) == len(found) >= 80  # type: ignore[index]
    for area in READERS:
        outcomes = {vector["outcome"] for one, vector in found if one == area}  # type: ignore[index]
        assert outcomes & {"read", "taken up", "record"} and len(outcomes) > 1, area
