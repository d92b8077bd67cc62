"""Other tools' exports become jobs: files with what the export says of them, and rows as texts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from msgspec import structs

from archive.casework.bringing import Filling, Wanted
from archive.casework.originals import Ask
from archive.desk import Desk
from archive.errors import UncleanError
from archive.ingest import signatures
from archive.ingest.exports import Entity, Proof, Reader, Told, Tool
from archive.ingest.files import Refused, Source
from archive.ingest.parcel import Parcel, open_parcel
from archive.ingest.taking import Fields, Job, Loose, Side
from archive.records import said
from archive.scrub.contract import Capture
from archive.speech import tr, trn

_KEY = re.compile(", key [0-9A-F]{40}")  # whose phone it was: sealed with the facts, and not shown beside a file
_CALLED: Mapping[Tool, str] = {"proofmode": "ProofMode", "tella": "Tella", "uwazi": "Uwazi"}


def jobs(desk: Desk, wanted: Wanted, path: Path, tool: Tool, ask: Ask) -> tuple[Job, ...]:
    """A job for each file of an export, with what the export says of it. UsageError if it is none of this tool's."""
    form = structs.replace(wanted.form, source=wanted.form.source or f"{_CALLED[tool]} export")
    fields = Filling(desk, wanted, ask).fields(form)
    with Reader(wanted.walls) as reader:
        parcel = open_parcel(path, reader.unzip)
        sides = parcel.sides()
        told = reader.told(tool, sides)
    if tool == "uwazi":
        return tuple(job for entity in told.entities for job in _entity(entity, parcel, fields))
    return tuple(_captures(told, parcel, sides, fields))


# --- files with proofs ---


def _captures(told: Told, parcel: Parcel, sides: Mapping[str, bytes], fields: Fields) -> Iterator[Job]:
    """The files that a person made; what only speaks of them is taken apart, not in."""
    speaking = {path for proof in told.proofs for path in proof.sides} | set(told.rest)
    by_hash = {proof.sha256: proof for proof in told.proofs}
    by_name = {proof.name: proof for proof in told.proofs if proof.name}
    for path, file in parcel.files.items():
        if path in speaking:
            continue
        if isinstance(file, Refused):
            yield Job(file, fields)
            continue
        try:
            proof = by_hash.get(_sha256(file))
            if proof is None and PurePosixPath(path).name.partition(".")[0] in by_hash:
                continue  # named after the hash of another: it speaks of that, whatever it is
            proven = _proven(proof, file, told.key, sides, fields) if proof is not None else None
        except UncleanError as error:
            yield Job(Refused(Path(path), file.name, error.message), fields)
            continue
        if proven is not None:
            yield Job(file, proven)
        elif file.name in by_name:
            yield Job(
                file, _told(fields, tr("its hash DOES NOT MATCH its proof: what the export says of it was left out"))
            )
        else:
            yield Job(file, _told(fields, tr("the export says nothing of it")))


def _sha256(file: Source | Loose) -> str:
    """The digest of a file, whatever its size."""
    hasher = hashlib.sha256()
    for piece in file.pieces():
        hasher.update(piece)
    return hasher.hexdigest()


def _proven(
    proof: Proof, file: Source | Loose, key: bytes | None, sides: Mapping[str, bytes], fields: Fields
) -> Fields:
    """The fields of a file whose hash its proof knows: what the capture proves, and what came of the signatures.

    What a proof says counts for nothing if its own signature does not fit.
    """
    signed = _signed(file, proof.signature, key, sides)
    words = ["hash matches", signed]
    speaking = Loose(proof.said or "", sides.get(proof.said or "", b""))
    own = _signed(speaking, proof.said_signature, key, sides)
    if own == signatures.BAD:
        words.append("what the proof says was left out: its own signature does not fit")
    if any(path.endswith(".ots") for path in proof.sides):
        words.append("OpenTimestamps not checked")
    came = tuple(Side(Path(path).name, sides[path]) for path in proof.sides if path in sides)
    kept = came if fields.keep_original else ()
    told = ", ".join(words)
    capture = proof.capture if own != signatures.BAD else None
    proven = structs.replace(fields, capture=capture, proof=told, sides=kept)
    return _told(proven, f"{said.field('proof')}: {said.proof(_KEY.sub('', told))}")


def _signed(file: Source | Loose, signature: str | None, key: bytes | None, sides: Mapping[str, bytes]) -> str:
    """What came of a signature, in words."""
    if signature is None or key is None:
        return "no signature"
    if isinstance(file, Loose):
        return signatures.verify(file.data, sides[signature], key)
    with file.opened() as descriptor:
        return signatures.verify(descriptor, sides[signature], key)


def _told(fields: Fields, note: str) -> Fields:
    return structs.replace(fields, note=note)


# --- rows of a database ---


def _entity(entity: Entity, parcel: Parcel, fields: Fields) -> Iterator[Job]:
    """A text with what the row says, and the files that belong to it, all under its title."""
    form = structs.replace(fields.form, title=entity.title or fields.form.title)
    place = Capture(latitude=entity.latitude, longitude=entity.longitude)
    row = structs.replace(form, kind=form.kind or "document")
    text = Loose(f"row {entity.number}.md", entity.text.encode() + b"\n")
    left = entity.more_places
    note = trn("{n} more place of it was left out", "{n} more places of it were left out", left) if left else None
    yield Job(text, structs.replace(fields, form=row, capture=place, note=note))
    for name in entity.files:
        yield Job(parcel.named(name), structs.replace(fields, form=form))
