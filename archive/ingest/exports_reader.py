"""Reads other tools' exports; runs in the sandbox only, on bytes that may be anything.

Of side files only four things are told: time, place, make and model, hash. Wi-Fi and mobile network names, device ids,
addresses and whatever else they hold is left where it is.

Read for it: guardianproject/proofmode-android (MediaWatcher.kt, ProofModeV1Constants.java, ShareProofActivity.kt),
Horizontal-org/Tella-Android (PublicMetadataMapper.java, MediaFileHandler.java), huridocs/uwazi (csvExporter.ts,
typeFormatters.ts).
"""

from __future__ import annotations

import base64
import binascii
import csv
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

import msgspec

from archive.errors import UncleanError
from archive.ingest.exports import Answer, Entity, Member, Proof, Told
from archive.scrub import zipped
from archive.speech import tr

_SHA256 = re.compile(r"[0-9a-f]{64}")
_COORDINATE = re.compile(r"(-?[0-9]{1,3})(?:\.([0-9]{1,12})[0-9]*)?")
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)")
_ARMOUR = re.compile(rb"-----BEGIN PGP PUBLIC KEY BLOCK-----\s(.*?)-----END PGP PUBLIC KEY BLOCK-----", re.DOTALL)
_NOT_DEVICE = re.compile(r"[^\w ()/.,+&-]")
_PROOFMODE_SIDES = (".proof.csv", ".proof.json", ".proof.csv.asc", ".proof.json.asc", ".asc", ".ots", ".gst", ".nostr")
_PROOFMODE_TOLD = (*_PROOFMODE_SIDES, "batchproof.csv")
_PROOFMODE_REST = ("pubkey.asc", "HowToVerifyProofData.txt", "cr.cert", "c2paidentity.cert")
_TELLA = frozenset({"File hash", "fileHash", "Device ID", "deviceID", "WiFis", "wifis", "Cells", "cells"})
_PUBLISHED = ("Published", "Unpublished")  # in whatever language the rest is


def handle(request: bytes, data: bytes) -> bytes:
    """Unpack a zip, or tell what the side files of an export (a map from path to bytes) say."""
    try:
        if request == b"unzip":
            answer = Answer(members=tuple(_unzipped(data)))
        else:
            sides = msgspec.msgpack.decode(data, type=dict[str, bytes])
            answer = Answer(told=_READERS[request](sides))
    except UncleanError as error:
        answer = Answer(reason=error.message)
    return msgspec.msgpack.encode(answer)


def _unzipped(data: bytes) -> Iterator[Member]:
    for name, entry in zipped.entries(data).items():
        yield Member(name, zipped.unpacked(data, entry))


# --- ProofMode: <hash>.proof.json and .proof.csv, each with .asc; <hash>.asc for the file itself; more as <hash>.… ---


def _proofmode(sides: Mapping[str, bytes]) -> Told:
    proofs: dict[str, Proof] = {}
    for path, data in sorted(sides.items(), key=lambda side: side[0].endswith(".json")):  # JSON comes last, and wins
        for said in _objects(path, data):
            sha256 = str(said.get("File Hash SHA256") or said.get("SHA256") or "").strip().lower()  # the second: 2016
            if _SHA256.fullmatch(sha256):
                proofs[sha256] = _proofmode_one(sha256, said, path, sides)
    if not proofs:
        raise UncleanError(tr("it holds no proof of ProofMode"))
    keys = [data for path, data in sides.items() if PurePosixPath(path).name == "pubkey.asc"]
    # whatever is named like one of its side files is none of the files that were meant to be kept, fitting or not
    rest = tuple(
        path for path in sides if path.endswith(_PROOFMODE_TOLD) or PurePosixPath(path).name in _PROOFMODE_REST
    )
    return Told(proofs=tuple(proofs.values()), key=_dearmoured(keys[0]) if keys else None, rest=rest)


def _proofmode_one(sha256: str, said: Mapping[str, Any], path: str, sides: Mapping[str, bytes]) -> Proof:
    """The times end with a Z, but are the phone's local time (MediaWatcher.kt): so no zone is told."""
    name = PurePosixPath(str(said.get("File Path") or said.get("File") or "")).name
    stems = {sha256, name} - {""}
    names = {stem + end for stem in stems for end in _PROOFMODE_SIDES} | {PurePosixPath(path).name}
    own = tuple(
        one for one in sides if PurePosixPath(one).name in names or PurePosixPath(one).name.startswith(f"{sha256}.")
    )
    signatures = [one for one in own if PurePosixPath(one).name in {f"{stem}.asc" for stem in stems}]
    times = (_time(said.get(field)) for field in ("File Created", "File Modified", "Proof Generated"))
    return Proof(
        sha256=sha256,
        name=name[:4_000],
        sides=own,
        signature=signatures[0] if signatures else None,
        said=path,
        said_signature=f"{path}.asc" if f"{path}.asc" in sides else None,
        taken_at=next(filter(None, times), None),
        **_place(said.get("Location.Latitude"), said.get("Location.Longitude")),
        device=_device(said.get("Manufacturer"), said.get("Hardware")),
    )


def _dearmoured(data: bytes) -> bytes | None:
    """A public key as bytes, out of its base64 between armour lines, header lines and checksum."""
    found = _ARMOUR.search(data)
    if found is None:
        return None
    body = found[1].replace(b"\r", b"").split(b"\n\n", 1)[-1]
    try:
        return base64.b64decode(b"".join(line for line in body.split(b"\n") if not line.startswith(b"=")))
    except binascii.Error:
        return None


# --- Tella: a .csv beside each file, or the same as JSON ---


def _tella(sides: Mapping[str, bytes]) -> Told:
    proofs, rest = [], []
    for path, data in sides.items():
        for said in _objects(path, data):
            rest += [path] if said.keys() & _TELLA else []  # whether or not there is a hash in it
            sha256 = str(said.get("File hash") or said.get("fileHash") or "").strip().lower()
            if _SHA256.fullmatch(sha256):
                proofs.append(_tella_one(sha256, said, path))
    if not rest:
        raise UncleanError(tr("it holds no metadata of Tella"))
    return Told(proofs=tuple(proofs), rest=tuple(dict.fromkeys(rest)))


def _tella_one(sha256: str, said: Mapping[str, Any], path: str) -> Proof:
    nested = said.get("location")
    place: Mapping[str, Any] = nested if isinstance(nested, dict) else {}
    taken = _milliseconds(said.get("Timestamp") or said.get("timestamp"))
    return Proof(
        sha256=sha256,
        name=str(said.get("File name") or said.get("fileName") or "")[:4_000],
        sides=(path,),
        taken_at=taken,
        zone="+00:00" if taken else None,
        **_place(
            said.get("Location latitude", place.get("latitude")), said.get("Location longitude", place.get("longitude"))
        ),
        device=_device(said.get("Manufacturer", said.get("manufacturer")), said.get("Hardware", said.get("hardware"))),
    )


# --- Uwazi: one CSV, a row for each entity; documents and attachments are named by path or address ---


def _uwazi(sides: Mapping[str, bytes]) -> Told:
    entities: list[Entity] = []
    for path, data in sides.items():
        rows = list(_objects(path, data)) if path.lower().endswith(".csv") else []
        for number, row in enumerate(rows, len(entities) + 1):
            if (entity := _entity(number, row)) is not None:
                entities.append(entity)
    if not entities:
        raise UncleanError(tr("it holds no entities of Uwazi"))
    return Told(entities=tuple(entities))


def _entity(number: int, row: Mapping[str, Any]) -> Entity | None:
    """A row as text, a line a field; places stay out of it, since a point on a map is somebody's house."""
    said = {name.strip(): str(value).strip() for name, value in row.items()}
    columns = _uwazi_columns(said)
    if columns is None:
        return None
    title, files = columns
    lines, places = [], list[tuple[str, str]]()
    for name, value in said.items():
        points = _points(name, value)
        places += points
        lines += [f"{name}: {value}"] if value and not points and name not in files else []
    named = [one.strip() for name in files for one in said[name].split("|") if one.strip()]
    return Entity(
        number=number,
        text="\n".join(lines)[:200_000] or f"Title: {number}",
        title=said[title][:1_000] or None,
        **_place(*(places or [("", "")])[0]),
        more_places=max(0, len({*places}) - 1),
        files=tuple(dict.fromkeys(PurePosixPath(one).name for one in named)),
    )


def _uwazi_columns(said: Mapping[str, str]) -> tuple[str, tuple[str, ...]] | None:
    """The column of titles, and those that name files; None where it is no export.

    In whatever language their headings are, titles come first, and documents and attachments before the last.
    """
    names = [*said]
    low = {name.lower(): name for name in names}
    if "title" in low:
        return low["title"], tuple(low[name] for name in ("documents", "attachments", "file") if name in low)
    known = len(names) >= 6 and said[names[-1]] in _PUBLISHED
    return (names[0], (names[-3], names[-2])) if known else None


def _points(name: str, value: str) -> list[tuple[str, str]]:
    """The points on a map that a field holds, whatever it is called: one, or several of related entities."""
    latitude, between, longitude = value.partition("|")
    if name.lower() == "geolocation":
        return [(latitude, longitude)] if between else []
    parts = value.split("|")
    pairs = list(zip(parts[::2], parts[1::2], strict=False))
    return pairs if len(parts) % 2 == 0 and all("." in "".join(pair) and _place(*pair) for pair in pairs) else []


_READERS: dict[bytes, Callable[[Mapping[str, bytes]], Told]] = {
    b"proofmode": _proofmode,
    b"tella": _tella,
    b"uwazi": _uwazi,
}


# --- common ---


def _objects(path: str, data: bytes) -> Iterator[Mapping[str, Any]]:
    """The JSON object in a file, or the rows of a CSV with a line of headings; nothing where it is neither."""
    text = data.decode("utf-8-sig", errors="replace")
    if path.lower().endswith(".json"):
        try:
            value = msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            return
        yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict))
    elif path.lower().endswith(".csv"):
        try:
            yield from csv.DictReader(text.splitlines(keepends=True), restkey="", restval="")
        except csv.Error:
            return


def _time(value: object) -> str | None:
    found = _TIME.match(str(value or "").strip())
    return found[1] if found else None


def _milliseconds(value: object) -> str | None:
    """Milliseconds since 1970 as a time in UTC."""
    try:
        told = int(str(value))  # 0 where the phone noted none
        return datetime.fromtimestamp(told / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S") if told > 0 else None
    except (ValueError, OverflowError, OSError):
        return None


def _place(latitude: object, longitude: object) -> dict[str, str]:
    """Both coordinates, or none: half a place is none."""
    found = [_COORDINATE.fullmatch(str(value if value is not None else "").strip()) for value in (latitude, longitude)]
    told = [f"{one[1]}.{one[2]}" if one[2] else one[1] for one in found if one]
    if len(told) != 2 or abs(float(told[0])) > 90 or abs(float(told[1])) > 180:
        return {}
    return {"latitude": told[0], "longitude": told[1]}


def _device(make: object, model: object) -> str | None:
    """Make and model, once each, without characters that are none of a name's."""
    words = [_NOT_DEVICE.sub("", str(word or "")).strip() for word in (make, model)]
    if words[1].lower().startswith(words[0].lower()):
        words = words[1:]
    return " ".join(filter(None, words))[:100].strip() or None
