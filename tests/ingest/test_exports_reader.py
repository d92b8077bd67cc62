"""The reader of exports on what nobody should send: it answers, or says why not; nothing but four facts comes out."""

from __future__ import annotations

import json
import random

import msgspec
import pytest

from archive.ingest.exports import Answer, Entity
from archive.ingest.exports_reader import handle

HASH = "ab" * 32
PROOF = {
    "File Hash SHA256": HASH, "File Path": "/x/a.jpg", "File Created": "2025-06-02T08:55:10.123Z",
    "Manufacturer": "Invented", "Hardware": "Phone 1", "Location.Latitude": "43.5", "Location.Longitude": "-32.25",
}  # fmt: skip


def told(tool: str, sides: dict[str, bytes]) -> Answer:
    return msgspec.msgpack.decode(handle(tool.encode(), msgspec.msgpack.encode(sides)), type=Answer)


def proof_of(**changed: object) -> Answer:
    return told("proofmode", {f"{HASH}.proof.json": json.dumps(PROOF | changed).encode()})


@pytest.mark.parametrize(
    ("field", "value", "name", "kept"),
    [
        ("File Created", "yesterday", "taken_at", None), ("File Created", ["x"], "taken_at", None),
        ("Location.Latitude", "91", "latitude", None), ("Location.Longitude", "NaN", "longitude", None),
        ("Location.Latitude", 43.123456789012345, "latitude", "43.123456789012"),
        ("Location.Latitude", "1e2", "latitude", None), ("Location.Longitude", "", "latitude", None),
        ("Hardware", "\x1b]0;owned\x07", "device", "Invented 0owned"), ("Hardware", None, "device", "Invented"),
        ("Hardware", "Invented Phone 2", "device", "Invented Phone 2"),
        ("Manufacturer", "x" * 500, "device", "x" * 100),
    ],
)  # fmt: skip
def test_only_what_has_its_shape_comes_out(field: str, value: object, name: str, kept: str | None) -> None:
    """A time, two coordinates on this planet, a make and model; anything else is as if it were not there."""
    answer = proof_of(**{field: value})
    assert answer.told is not None and getattr(answer.told.proofs[0], name) == kept


@pytest.mark.parametrize("tool", ["proofmode", "tella", "uwazi"])
def test_mutants_are_answered(tool: str) -> None:
    """Hundreds of changed files, CSV and JSON: an answer of the right shape each time."""
    seeds = {
        "a.proof.json": json.dumps(PROOF).encode(),
        "a.csv": b"File hash,Timestamp\n" + HASH.encode() + b",1748854510123\n",
        "e.csv": b"Title,Geolocation,Documents\nOne,43.5|32,/files/a.pdf\n", "pubkey.asc": b"-----BEGIN PGP PUBLIC KEY",
    }  # fmt: skip
    chance = random.Random(tool)
    for _ in range(300):
        sides = {}
        for path, data in seeds.items():
            mutant = bytearray(data)
            for _ in range(chance.randrange(8)):
                mutant[chance.randrange(len(mutant))] = chance.randrange(256)
            sides[path] = bytes(mutant)
        assert told(tool, sides)


def test_side_files_are_known_without_a_hash_too() -> None:
    """Whatever holds a phone's ids is none of the files to be taken in."""
    tella = told("tella", {"a.csv": b"File hash,Device ID,WiFis\n,id,home\n", "b.csv": b"Day,Sum\n1,2\n"}).told
    assert tella is not None and (tella.proofs, tella.rest) == ((), ("a.csv",))
    sides = {"renamed.json": json.dumps(PROOF).encode(), f"{'cd' * 32}.proof.csv": b"DeviceID\nx\n", "x.ots": b"\0"}
    proofmode = told("proofmode", sides).told
    assert proofmode is not None
    assert {*proofmode.rest, *proofmode.proofs[0].sides} == set(sides)


def test_what_is_nested_too_deeply_is_no_proof() -> None:
    """A reason, and no crash."""
    assert told("proofmode", {"a.proof.json": b"[" * 100_000}).reason == "it holds no proof of ProofMode"


def entities(text: str) -> tuple[Entity, ...]:
    answer = told("uwazi", {"export.csv": text.encode()}).told
    return answer.entities if answer else ()


def test_rows_are_known_in_whatever_language_the_headings_are() -> None:
    """The exporter translates those of its own columns, and writes them in the same places."""
    (row,) = entities(
        "Назва,Дата,Шаблон,Country,Документи,Вкладення,Опубліковано\n"
        "Ruling,2024-02-03,Ruling,Weirland,/files/1.pdf|/files/2.pdf,https://example.org/api/files/3.jpg,Unpublished\n"
    )
    assert (row.title, row.files) == ("Ruling", ("1.pdf", "2.pdf", "3.jpg"))
    assert "Country: Weirland" in row.text and ".pdf" not in row.text and "3.jpg" not in row.text
    assert entities("A,B,C,D,E,F\n1,2,3,4,5,6\n") == ()


def test_points_on_a_map_stay_out_of_the_text_whatever_they_are_called() -> None:
    """A field of one's own, and those of related rows; numbers that are no places stay."""
    first, second = entities(
        "Title,Where it was,Seen at,Sums,Documents\n"
        "One,43.408333|32.52,43.408333|32.52|-12.5|7,1|2|3.5,\n"
        "Two,,43.5,200.5|300.5,\n"
    )
    assert (first.latitude, first.longitude, first.more_places) == ("43.408333", "32.52", 1)
    assert first.text == "Title: One\nSums: 1|2|3.5"
    assert (second.latitude, second.more_places) == (None, 0)
    assert second.text == "Title: Two\nSeen at: 43.5\nSums: 200.5|300.5"


def test_what_is_named_by_the_hash_of_a_file_speaks_of_it() -> None:
    """Also what this version of the program does not know; and what covers all of a batch is of none."""
    sides = {
        f"{HASH}.proof.json": json.dumps(PROOF).encode(), f"{HASH}.lp.onchain.json": b"{}", f"{HASH}.uri": b"x",
        "12batchproof.csv": b"DeviceID\nx\n", "cr.cert": b"x", "letter.txt": b"x",
    }  # fmt: skip
    answer = told("proofmode", sides).told
    assert answer is not None
    assert {*answer.rest, *answer.proofs[0].sides} == sides.keys() - {"letter.txt"}
    assert {f"{HASH}.lp.onchain.json", f"{HASH}.uri"} <= {*answer.proofs[0].sides}


def test_headings_of_the_first_years_are_known() -> None:
    """ProofMode called the hash SHA256 and the file File in 2016."""
    answer = told("proofmode", {"a.jpg.proof.csv": f"File,SHA256,DeviceID\n/x/a.jpg,{HASH},x\n".encode()}).told
    assert answer is not None and [(one.sha256, one.name) for one in answer.proofs] == [(HASH, "a.jpg")]


def test_a_time_that_was_not_noted_is_none() -> None:
    """Tella writes 0 then, which is no day of 1970."""
    answer = told("tella", {"a.csv": f"File hash,Timestamp\n{HASH},0\n".encode()}).told
    assert answer is not None and (answer.proofs[0].taken_at, answer.proofs[0].zone) == (None, None)
